/** The child process of snapshot.ts: copies the shop's file, leaves in it what the log would bring too, and packs it. */
import { hash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { copyBeside, openDatabase, type ShopDatabase } from '#core/engine/database.ts';
import type { Writer } from '#core/engine/sql.ts';
import { serveWork } from '#core/engine/workers.ts';
import { placeOf } from './placement.ts';
import { MASTER_STREAM } from './protocol.ts';
import type { Packed, PackWork } from './snapshot.ts';
import { BRANCH_MASTER, type SnapshotKind, tablesOf } from './snapshotTables.ts';
import { ownHead, readState } from './state.ts';
import type { SyncStateRow } from './tables.ts';

setPriority(constants.priority.PRIORITY_LOW);

serveWork<PackWork, Packed[]>(({ file, folder, branchId, kinds }) => {
  const copy = join(folder, 'copy.db');
  copyBeside(file, copy);
  const database = openDatabase(copy);
  try {
    const state = readState(database.reader);
    if (!state || !isAtRest(database, state)) return [];
    database.raw.pragma('foreign_keys = OFF');
    database.write((writer) => nameOwnEvents(writer, state, `branch:${branchId}`));
    // The branch's copy first: the company's is what remains of it.
    return kinds.map((kind) => pack(database, { kind, folder, epoch: state.epoch }));
  } finally {
    database.close();
    rmSync(copy, { force: true });
  }
});

/**
 * Only a file of which the centre holds everything, and has ranked everything, may stand for the log: what it shows beyond that would
 * arrive at the new machine a second time, or never.
 */
function isAtRest(database: ShopDatabase, state: SyncStateRow): boolean {
  const { reader } = database;
  if (state.acked !== ownHead(reader)) return false;
  const refused = new Set(reader.prepare("select sequence from syncHeld where stream = 'own'").pluck().all());
  const kinds = reader.prepare('select sequence, kind from event where sequence > ?').all(state.masterSeen);
  return (kinds as { sequence: number; kind: string }[]).every(
    ({ sequence, kind }) => placeOf(kind, state.scope) !== 'MASTER' || refused.has(sequence),
  );
}

/** What this machine wrote is, for the one that is set up from it, received from another. */
function nameOwnEvents(writer: Writer, state: SyncStateRow, home: string): void {
  const events = writer
    .prepare(
      `select e.sequence, e.kind, e.businessDate, e.hash, i.id as deviceId from event e
       join syncIncarnation i on e.sequence > i.base and (i.lastSequence is null or e.sequence <= i.lastSequence)`,
    )
    .all() as { sequence: number; kind: string; businessDate: string; hash: string; deviceId: string }[];
  const note = writer.prepare(
    'insert or ignore into syncLog (stream, deviceId, sequence, seq, businessDate, hash) values (?, ?, ?, 0, ?, ?)',
  );
  for (const { sequence, kind, businessDate, hash: own, deviceId } of events) {
    const stream = placeOf(kind, state.scope) === 'MASTER' ? MASTER_STREAM : home;
    note.run(stream, deviceId, sequence, businessDate, own);
  }
}

function pack(database: ShopDatabase, what: { kind: SnapshotKind; folder: string; epoch: string }): Packed {
  const { kind, folder, epoch } = what;
  const { reader } = database;
  database.write((writer) => reduce(writer, kind));
  const broken = database.raw.pragma('foreign_key_check') as unknown[];
  if (broken.length > 0) throw new Error(`the copy refers to what stays here: ${JSON.stringify(broken[0])}`);
  const cursors = reader.prepare('select stream, cursor from syncCursor').all() as { stream: string; cursor: number }[];
  const positions = Object.fromEntries(cursors.map(({ stream, cursor }) => [stream, cursor]));
  const schemaVersion = reader.prepare('pragma user_version').pluck().get() as number;
  // Written anew: what was removed is in no free page of it.
  const bare = join(folder, 'bare.db');
  database.copyTo(bare);
  const packed = zstdCompressSync(readFileSync(bare));
  rmSync(bare, { force: true });
  const packedFile = join(folder, `${kind}.zst`);
  writeFileSync(packedFile, packed, { mode: 0o600 });
  const sha256 = hash('sha256', packed, 'hex');
  return { kind, packedFile, epoch, positions, schemaVersion, bytes: packed.length, sha256 };
}

function reduce(writer: Writer, kind: SnapshotKind): void {
  const kept = tablesOf(kind);
  const tables = writer.prepare('pragma table_list').all() as { schema: string; name: string; type: string }[];
  for (const { schema, name, type } of tables) {
    const isOurs = schema === 'main' && type === 'table' && !name.startsWith('sqlite_');
    if (isOurs && !kept.has(name)) empty(writer, name);
  }
  writer.prepare("delete from syncHeld where stream = 'own'").run();
  if (kind === 'BRANCH') return;
  for (const table of ['syncCursor', 'syncLog', 'syncHeld'])
    writer.prepare(`delete from "${table}" where stream <> ?`).run(MASTER_STREAM);
  for (const table of ['masterBase', 'masterStamp'])
    writer
      .prepare(`delete from "${table}" where tableName in (${BRANCH_MASTER.map(() => '?').join()})`)
      .run(...BRANCH_MASTER);
}

/** Triggers guard what was written in the shop; this is a copy that leaves it. */
function empty(writer: Writer, table: string): void {
  const triggers = writer.prepare("select name, sql from sqlite_schema where type = 'trigger' and tbl_name = ?");
  const guards = triggers.all(table) as { name: string; sql: string }[];
  for (const { name } of guards) writer.prepare(`drop trigger "${name}"`).run();
  writer.prepare(`delete from "${table}"`).run();
  for (const { sql } of guards) writer.prepare(sql).run();
}
