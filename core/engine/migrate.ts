/** Brings a database to the newest schema: numbered SQL files, forward only, all pending ones in one transaction. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DomainError } from '#core/shared/errors.ts';
import type { ShopDatabase } from './database.ts';
import type { Reader } from './sql.ts';

export const MIGRATIONS_FOLDER = join(import.meta.dirname, '../../migrations/sqlite');

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** The migrations of a folder, in order. File names are `NNN_name.sql`. */
export function readMigrations(folder: string = MIGRATIONS_FOLDER): Migration[] {
  return readdirSync(folder)
    .flatMap((file) => {
      const match = /^(\d{3})_(\w+)\.sql$/.exec(file);
      return match
        ? [{ number: Number(match[1]), name: match[2] ?? '', sql: readFileSync(join(folder, file), 'utf8') }]
        : [];
    })
    .sort((a, b) => a.number - b.number);
}

/**
 * Applies what is missing. Copies the file to `backups/` first when it holds anything, refuses a database written by a newer
 * version, and leaves the old schema untouched when any statement fails. Answers the numbers applied.
 */
export function migrate(database: ShopDatabase, migrations: readonly Migration[] = readMigrations()): number[] {
  const current = schemaVersion(database.reader);
  const newest = migrations.at(-1)?.number ?? 0;
  if (current > newest) throw new DomainError('DATABASE_FROM_FUTURE', { found: current, known: newest });
  const pending = migrations.filter((migration) => migration.number > current);
  if (pending.length === 0) return [];
  if (current > 0 && database.file !== ':memory:') {
    const stamp = `${String(current).padStart(3, '0')}-to-${String(newest).padStart(3, '0')}`;
    database.copyTo(nextFreeName(join(dirname(database.file), 'backups', `before-${stamp}`)));
  }
  // Foreign keys cannot be switched inside a transaction; table rebuilds need them off, so they are checked at the end.
  database.raw.pragma('foreign_keys = OFF');
  try {
    database.write((writer) => {
      for (const migration of pending) database.raw.exec(migration.sql);
      const broken = database.raw.pragma('foreign_key_check') as unknown[];
      if (broken.length > 0) throw new Error(`migration leaves ${String(broken.length)} broken references`);
      database.raw.pragma(`user_version = ${String(newest)}`);
      void writer;
    });
  } finally {
    database.raw.pragma('foreign_keys = ON');
  }
  return pending.map((migration) => migration.number);
}

/** The number of the last migration that a database has seen. */
export const schemaVersion = (reader: Reader): number => reader.prepare('pragma user_version').pluck().get() as number;

/** The whole schema as text, for the golden file and for comparing two databases. */
export function schemaText(database: ShopDatabase): string {
  const rows = database.raw
    .prepare(
      "select sql from sqlite_schema where sql is not null and name not like 'sqlite_%' order by type desc, name",
    )
    .pluck()
    .all() as string[];
  return `${rows.join(';\n\n')};\n`;
}

function nextFreeName(base: string): string {
  const folder = dirname(base);
  let taken: string[] = [];
  try {
    taken = readdirSync(folder);
  } catch {
    // The folder is made by the copy.
  }
  for (let attempt = 1; ; attempt += 1) {
    const candidate = `${base}-${String(attempt)}.db`;
    if (!taken.includes(candidate.slice(folder.length + 1))) return candidate;
  }
}
