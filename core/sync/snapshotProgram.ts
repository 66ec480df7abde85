/** The child process of snapshot.ts: copies the shop's file, takes out what is this machine's alone, and packs it. */
import { hash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { copyBeside, openDatabase } from '#core/engine/database.ts';
import { serveWork } from '#core/engine/workers.ts';
import type { Packed, PackWork } from './snapshot.ts';

setPriority(constants.priority.PRIORITY_LOW);

/** Secrets, sessions and the machine's own business: none of it leaves it. Salaries are in no payload and in no snapshot. */
const PRIVATE = [
  'credential',
  'recovery',
  'throttle',
  'overrideGrant',
  'session',
  'syncLink',
  'employeeSalary',
  'printJob',
  'taskRun',
];

serveWork<PackWork, Packed>(({ file, folder }) => {
  const copy = join(folder, 'copy.db');
  const bare = join(folder, 'bare.db');
  copyBeside(file, copy);
  const database = openDatabase(copy);
  let cursors: { stream: string; cursor: number }[];
  let schemaVersion: number;
  try {
    database.write((writer) => {
      for (const table of PRIVATE) writer.prepare(`delete from "${table}"`).run();
    });
    cursors = database.reader.prepare('select stream, cursor from syncCursor').all() as typeof cursors;
    schemaVersion = database.reader.prepare('pragma user_version').pluck().get() as number;
    database.copyTo(bare);
  } finally {
    database.close();
  }
  const packed = zstdCompressSync(readFileSync(bare));
  writeFileSync(join(folder, 'packed.zst'), packed);
  for (const name of [copy, bare]) rmSync(name, { force: true });
  const positions = Object.fromEntries(cursors.map(({ stream, cursor }) => [stream, cursor]));
  return { positions, schemaVersion, bytes: packed.length, sha256: hash('sha256', packed, 'hex') };
});
