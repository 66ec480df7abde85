/**
 * The shop's file. One process owns it, every connection is set and asserted the same way, and every change happens in one
 * IMMEDIATE transaction. See docs/gotchas.md for what made each setting necessary.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { DomainError } from '#core/shared/errors.ts';
import { Reader, Writer } from './sql.ts';

/** "RDRL": tells our file from any other SQLite database. */
export const APPLICATION_ID = 0x5244524c;
const MINIMUM_SQLITE = [3, 51, 3] as const;

const BUSY_TIMEOUT_MS = 2_000;
const ALL_PAGES = 0x7fffffff;

export interface ShopDatabase {
  readonly file: string;
  /** Reads; outside a write it sees the last commit. */
  readonly reader: Reader;
  /** Runs `work` in one IMMEDIATE transaction: all of it is durable when this returns, or none of it is. */
  write<T>(work: (writer: Writer) => T): T;
  /** The tables changed by the last committed `write`. */
  takeTouched(): string[];
  /** Moves the WAL into the file. Answers whether it was moved completely. */
  checkpoint(mode: 'PASSIVE' | 'TRUNCATE'): boolean;
  /** Copies the database, consistent and compact, into a new file. */
  copyTo(file: string): void;
  /** Puts the content of another database of this schema in the place of this one's: all of it, or nothing. */
  adopt(file: string): Promise<void>;
  /** Why the database stopped taking writes, or undefined. Reading goes on. */
  readonly damage: string | undefined;
  readonly raw: BetterSqlite3.Database;
  close(): void;
}

/** Opens the shop's file for reading and writing, as its only owner. `:memory:` needs no lock, and may begin as the image of a database. */
export function openDatabase(file: string, image?: Buffer): ShopDatabase {
  assertVersion();
  const inMemory = file === ':memory:';
  if (!inMemory) mkdirSync(dirname(file), { recursive: true });
  const lock = inMemory ? undefined : acquireLock(file);
  let connection: BetterSqlite3.Database | undefined;
  try {
    connection = new BetterSqlite3(image ?? file);
    configure(connection, inMemory);
    return new OwnedDatabase(file, connection, lock);
  } catch (error) {
    connection?.close();
    lock?.close();
    throw translate(error);
  }
}

/** Opens a shop's file for reading only, beside its owner: reports, backups and checks in other processes. */
export function openReader(file: string): { reader: Reader; close: () => void } {
  const connection = new BetterSqlite3(file, { readonly: true, fileMustExist: true });
  connection.pragma('busy_timeout = 2000');
  connection.pragma('query_only = ON');
  connection.pragma('trusted_schema = OFF');
  connection.pragma('mmap_size = 0');
  return { reader: new Reader(connection), close: () => connection.close() };
}

/**
 * Copies a shop's file, consistent and compact, from beside its owner. For a child process: it takes as long as the file is large,
 * and the process that owns the file must open no second connection to it.
 */
export function copyBeside(file: string, target: string): void {
  const connection = new BetterSqlite3(file, { readonly: true, fileMustExist: true });
  try {
    connection.pragma('busy_timeout = 10000');
    connection.prepare('vacuum into ?').run(target);
  } finally {
    connection.close();
  }
}

/** Holds the file's owner lock without opening the file: a restore puts another one in its place. DATABASE_IN_USE where it is open. */
export function holdOwnerLock(file: string): { release: () => void } {
  const lock = acquireLock(file);
  return { release: () => lock.close() };
}

class OwnedDatabase implements ShopDatabase {
  readonly file: string;
  readonly raw: BetterSqlite3.Database;
  readonly reader: Reader;
  damage: string | undefined;
  readonly #writer: Writer;
  readonly #lock: BetterSqlite3.Database | undefined;
  #touched: string[] = [];

  constructor(file: string, connection: BetterSqlite3.Database, lock: BetterSqlite3.Database | undefined) {
    this.file = file;
    this.raw = connection;
    this.#lock = lock;
    this.#writer = new Writer(connection);
    this.reader = this.#writer;
  }

  write<T>(work: (writer: Writer) => T): T {
    if (this.damage !== undefined) throw new DomainError('DATABASE_DAMAGED', { reason: this.damage });
    if (this.raw.inTransaction) throw new Error('a write inside a write: commands do not call commands');
    const writer = this.#writer;
    try {
      writer.prepare('begin immediate').run();
      const result = work(writer);
      writer.prepare('commit').run();
      this.#touched = writer.takeTouched();
      return result;
    } catch (error) {
      writer.takeTouched();
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- `begin` has changed it since the check above
      if (this.raw.inTransaction) this.raw.exec('rollback');
      const translated = translate(error);
      // After a failed fsync or a bad page nobody knows what the disk holds: no further write may be acknowledged.
      if (translated instanceof DomainError && translated.code === 'DATABASE_DAMAGED') {
        this.damage = String(translated.details['reason']);
      }
      throw translated;
    }
  }

  takeTouched(): string[] {
    const touched = this.#touched;
    this.#touched = [];
    return touched;
  }

  checkpoint(mode: 'PASSIVE' | 'TRUNCATE'): boolean {
    // SQLite swallows the errors of its automatic checkpoints, so ours look at the answer.
    // Nor do they wait for a reader (a backup under way, say): the counter would wait with them, and the next one comes in a minute.
    this.raw.pragma('busy_timeout = 0');
    const [row] = this.raw.pragma(`wal_checkpoint(${mode})`) as { busy: number; log: number; checkpointed: number }[];
    this.raw.pragma(`busy_timeout = ${String(BUSY_TIMEOUT_MS)}`);
    return row !== undefined && row.busy === 0 && row.log === row.checkpointed;
  }

  copyTo(file: string): void {
    mkdirSync(dirname(file), { recursive: true });
    this.raw.prepare('vacuum into ?').run(file);
  }

  async adopt(file: string): Promise<void> {
    const source = new BetterSqlite3(file, { readonly: true, fileMustExist: true });
    try {
      // SQLite writes into the open file through the same locks as everyone: whoever reads meanwhile sees the old content to its end.
      await source.backup(this.file, { progress: () => ALL_PAGES });
    } finally {
      source.close();
    }
    this.checkpoint('TRUNCATE');
  }

  close(): void {
    if (!this.raw.open) return;
    if (this.damage === undefined && this.file !== ':memory:') this.checkpoint('TRUNCATE');
    this.raw.close();
    this.#lock?.close();
  }
}

function configure(connection: BetterSqlite3.Database, inMemory: boolean): void {
  const applicationId = connection.pragma('application_id', { simple: true });
  const isEmpty = connection.prepare('select count(*) from sqlite_schema').pluck().get() === 0;
  if (!isEmpty && applicationId !== APPLICATION_ID) {
    throw new DomainError('DATABASE_DAMAGED', { reason: 'the file is not a Rep-Drill database' });
  }
  connection.pragma(`busy_timeout = ${String(BUSY_TIMEOUT_MS)}`);
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('fullfsync = ON');
  connection.pragma('checkpoint_fullfsync = ON');
  connection.pragma('foreign_keys = ON');
  connection.pragma('trusted_schema = OFF');
  connection.pragma('cell_size_check = ON');
  connection.pragma('mmap_size = 0');
  connection.pragma('temp_store = MEMORY');
  connection.pragma('cache_size = -65536');
  // The keeper checkpoints each minute and looks at the answer; SQLite's own, inside somebody's sale, is only the backstop.
  connection.pragma('wal_autocheckpoint = 16384');
  connection.pragma(`journal_size_limit = ${String(64 * 1024 * 1024)}`);
  connection.pragma('secure_delete = FAST');
  connection.pragma(`application_id = ${String(APPLICATION_ID)}`);
  // better-sqlite3 is compiled to fall back to NORMAL in WAL mode at the first write: assert FULL after one.
  connection.exec(
    'begin immediate; create table if not exists writeProbe (id integer primary key) strict; drop table writeProbe; commit',
  );
  const settings = {
    journalMode: connection.pragma('journal_mode', { simple: true }),
    synchronous: connection.pragma('synchronous', { simple: true }),
    foreignKeys: connection.pragma('foreign_keys', { simple: true }),
  };
  if (settings.synchronous !== 2 || settings.foreignKeys !== 1 || (!inMemory && settings.journalMode !== 'wal')) {
    throw new Error(`database settings did not hold: ${JSON.stringify(settings)}`);
  }
}

/** An exclusive transaction on a side file: the system drops it when the process dies, however it dies. */
function acquireLock(file: string): BetterSqlite3.Database {
  const lock = new BetterSqlite3(`${file}-owner`, { timeout: 0 });
  try {
    lock.exec('begin exclusive');
    return lock;
  } catch {
    lock.close();
    throw new DomainError('DATABASE_IN_USE', { file });
  }
}

function assertVersion(): void {
  const probe = new BetterSqlite3(':memory:');
  const version = probe.prepare('select sqlite_version()').pluck().get() as string;
  probe.close();
  const parts = version.split('.').map(Number);
  for (const [index, least] of MINIMUM_SQLITE.entries()) {
    const part = parts[index] ?? 0;
    if (part > least) return;
    if (part < least)
      throw new Error(`SQLite ${version} is older than ${MINIMUM_SQLITE.join('.')}, which fixed a WAL defect`);
  }
}

/** Turns the driver's errors that a user can act on into typed ones. */
function translate(error: unknown): unknown {
  if (!(error instanceof BetterSqlite3.SqliteError)) return error;
  if (error.code === 'SQLITE_FULL') return new DomainError('DISK_FULL');
  // An id that nothing has: what the services do not look up themselves, the foreign keys do.
  if (error.code === 'SQLITE_CONSTRAINT_FOREIGNKEY') return new DomainError('NOT_FOUND', { reason: 'REFERENCE' });
  if (/^SQLITE_(CORRUPT|NOTADB|IOERR_FSYNC|IOERR_DIR_FSYNC)/.test(error.code)) {
    return new DomainError('DATABASE_DAMAGED', { reason: error.code });
  }
  return error;
}
