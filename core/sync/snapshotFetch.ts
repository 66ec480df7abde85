/**
 * Sets an empty machine up from a packed copy in the centre. Each piece is checked as it comes and kept on the disk, so that a download
 * that broke off goes on where it stopped; what cannot be verified is not used, and the log is replayed instead.
 */
import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { openDatabase } from '#core/engine/database.ts';
import { migrate, readMigrations } from '#core/engine/migrate.ts';
import type { Log } from '#core/engine/ports.ts';
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { branchStream, type Centre, CentreError, MASTER_STREAM, type SnapshotFacts } from './protocol.ts';
import { COMPANY, insisting } from './snapshot.ts';
import { tablesOf } from './snapshotTables.ts';
import { ensureState, patchState, readCursor } from './state.ts';

const { insert } = sqlFor<EngineTables>();
const insertDevice = insert('device', ['singleton', 'id', 'createdAtMs']);

export interface AdoptPorts {
  /** The shop's file, or `:memory:`. */
  file: string;
  deviceId: string;
  reader: Reader;
  /** Puts the content of another file in the place of this one's. */
  adopt: (file: string) => Promise<void>;
}

/** The copy is not what it says it is. */
class Unusable extends Error {}

/**
 * Takes the newest usable copy over: the branch's, or the company's where the branch begins. Answers whether there was one. Throws
 * CentreError where the centre is lost on the way: the pieces that came are kept for the next try.
 */
export async function adoptSnapshot(
  centre: Centre,
  ports: AdoptPorts,
  ask: { branchId: string; nowMs: number; local: <T>(work: (writer: Writer) => T) => T; log: Log },
): Promise<boolean> {
  if (ports.file === ':memory:') return false;
  const folder = join(dirname(ports.file), 'snapshot-in');
  const schemaVersion = readMigrations().at(-1)?.number ?? 0;
  for (const branchId of [ask.branchId, COMPANY]) {
    const found = await insisting(() => centre.snapshot({ branchId, schemaVersion }));
    if (found.answer === 'none' || !isNewer(ports.reader, found.facts)) continue;
    try {
      await download(centre, found, folder);
      const target = join(folder, 'shop.db');
      makeOurs(target, found.facts, { ...ports, nowMs: ask.nowMs });
      await ports.adopt(target);
    } catch (error) {
      if (error instanceof CentreError) throw error;
      ask.log.warn({ message: String(error) }, 'the copy in the centre cannot be used: the log is read instead');
      rmSync(folder, { recursive: true, force: true });
      continue;
    }
    rmSync(folder, { recursive: true, force: true });
    const kind = branchId === COMPANY ? 'COMPANY' : 'BRANCH';
    ask.local((writer) => tablesOf(kind).forEach((table) => writer.touch(table)));
    return true;
  }
  return false;
}

/** Whether it holds more than an earlier try has read of the log. */
function isNewer(reader: Reader, { branchId, positions }: SnapshotFacts): boolean {
  const stream = branchId === COMPANY ? MASTER_STREAM : branchStream(branchId);
  return (positions[stream] ?? 0) > readCursor(reader, stream).cursor;
}

/** Unpacks into `folder`/shop.db. */
async function download(
  centre: Centre,
  { id, facts }: { id: string; facts: SnapshotFacts },
  folder: string,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  // Pieces of an older copy are of no use.
  for (const name of readdirSync(folder)) if (!name.startsWith(id)) rmSync(join(folder, name), { recursive: true });
  const pieces: Buffer[] = [];
  for (let index = 0; index < facts.chunkCount; index += 1)
    pieces.push(kept(folder, `${id}-${String(index)}`) ?? (await fetchPiece(centre, id, index, folder)));
  const packed = Buffer.concat(pieces);
  if (hash('sha256', packed, 'hex') !== facts.sha256) throw new Unusable('the pieces are not the copy');
  writeFileSync(join(folder, 'shop.db'), zstdDecompressSync(packed), { mode: 0o600 });
}

/** A piece that is on the disk already, named by what it must hash to. */
function kept(folder: string, name: string): Buffer | undefined {
  const file = readdirSync(folder).find((entry) => entry.startsWith(`${name}-`) && entry.endsWith('.part'));
  if (file === undefined) return undefined;
  const bytes = readFileSync(join(folder, file));
  if (file === `${name}-${hash('sha256', bytes, 'hex')}.part`) return bytes;
  rmSync(join(folder, file));
  return undefined;
}

const PIECE_TRIES = 3;

/** A piece that arrives damaged is asked for again; one that is damaged in the centre stays so. */
async function fetchPiece(centre: Centre, id: string, index: number, folder: string): Promise<Buffer> {
  for (let attempt = 0; attempt < PIECE_TRIES; attempt += 1) {
    const answer = await insisting(() => centre.snapshotChunk({ id, index }));
    if (answer.answer === 'refused') throw new Unusable(answer.reason);
    const bytes = Buffer.from(answer.bytes, 'base64');
    const sha256 = hash('sha256', bytes, 'hex');
    if (sha256 !== answer.sha256) continue;
    const part = join(folder, `${id}-${String(index)}-${sha256}.part`);
    writeFileSync(`${part}.new`, bytes, { mode: 0o600 });
    renameSync(`${part}.new`, part);
    return bytes;
  }
  throw new Unusable(`piece ${String(index)} is damaged`);
}

/** Checks the file, brings it to this version, and gives it this machine's name. */
function makeOurs(target: string, facts: SnapshotFacts, ports: AdoptPorts & { nowMs: number }): void {
  for (const tail of ['-wal', '-shm']) if (existsSync(target + tail)) rmSync(target + tail);
  const database = openDatabase(target);
  try {
    const [check] = database.raw.pragma('integrity_check(1)') as { integrity_check: string }[];
    if (check?.integrity_check !== 'ok') throw new Unusable(check?.integrity_check ?? 'unreadable');
    migrate(database);
    if ((database.raw.pragma('foreign_key_check') as unknown[]).length > 0) throw new Unusable('broken references');
    for (const [stream, cursor] of Object.entries(facts.positions))
      if (readCursor(database.reader, stream).cursor !== cursor) throw new Unusable('not at its positions');
    database.write((writer) => {
      insertDevice.run(writer, { singleton: 1, id: ports.deviceId, createdAtMs: ports.nowMs });
      ensureState(writer, ports.nowMs);
      patchState(writer, { epoch: facts.epoch });
    });
  } finally {
    database.close();
  }
}
