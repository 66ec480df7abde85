/** Who this file is towards the centre and how far it has come. */
import type { DevicesTables } from '#core/devices/index.ts';
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import type { SyncStateRow, SyncTables } from './tables.ts';

const { db, select, change, insert } = sqlFor<SyncTables & EngineTables & DevicesTables>();
const stateRow = select(() =>
  db
    .selectFrom('syncState')
    .select([
      'singleton',
      'incarnation',
      'epoch',
      'scope',
      'acked',
      'ackedAtMs',
      'masterSeen',
      'lastContactMs',
      'lastAttemptMs',
      'skewMs',
      'failures',
      'reason',
      'appVersion',
      'stockAsOfMs',
      'overviewAsOfMs',
    ]),
);
const insertState = change((p: { incarnation: string }) =>
  db
    .insertInto('syncState')
    .values({ singleton: 1, incarnation: p.incarnation } as never)
    .onConflict((conflict) => conflict.doNothing()),
);
const insertIncarnation = insert('syncIncarnation', ['id', 'base', 'lastSequence', 'startedAtMs', 'reason']);
const shortenOthers = change((p: { id: string; base: number }) =>
  db
    .updateTable('syncIncarnation')
    .set({ lastSequence: p.base })
    .where('id', '<>', p.id)
    .where('lastSequence', '>', p.base),
);
const endIncarnation = change((p: { id: string; lastSequence: number }) =>
  db.updateTable('syncIncarnation').set({ lastSequence: p.lastSequence }).where('id', '=', p.id),
);
const moveBase = change((p: { id: string; base: number }) =>
  db.updateTable('syncIncarnation').set({ base: p.base }).where('id', '=', p.id),
);
const incarnations = select(() =>
  db
    .selectFrom('syncIncarnation')
    .select(['id', 'base', 'lastSequence', 'startedAtMs'])
    .orderBy('startedAtMs', 'desc')
    .orderBy('id', 'desc'),
);
const cursorRow = select((p: { stream: string }) =>
  db.selectFrom('syncCursor').select(['cursor', 'head']).where('stream', '=', p.stream),
);
const saveCursor = change((p: SyncTables['syncCursor']) =>
  db
    .insertInto('syncCursor')
    .values({ stream: p.stream, cursor: p.cursor, head: p.head, movedAtMs: p.movedAtMs })
    .onConflict((conflict) =>
      conflict.column('stream').doUpdateSet({ cursor: p.cursor, head: p.head, movedAtMs: p.movedAtMs }),
    ),
);
const insertPush = change((p: SyncTables['syncPush']) =>
  db
    .insertInto('syncPush')
    .values({ acked: p.acked, atMs: p.atMs })
    .onConflict((conflict) => conflict.doNothing()),
);
const heldCount = select((p: { stream: string }) =>
  db
    .selectFrom('syncHeld')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('stream', '=', p.stream),
);
const deviceRow = select(() => db.selectFrom('device').select('id'));
const tills = select(() =>
  db
    .selectFrom('installation')
    .select('terminalId')
    .unionAll(
      db
        .selectFrom('pairedDevice')
        .select((eb) => eb.ref('terminalId').$notNull().as('terminalId'))
        .where('terminalId', 'is not', null)
        .where('revokedAtMs', 'is', null),
    ),
);
const lastSequence = select(() => db.selectFrom('event').select('sequence').orderBy('sequence', 'desc').limit(1));
const hashAt = select((p: { sequence: number }) =>
  db.selectFrom('event').select('hash').where('sequence', '=', p.sequence),
);

/** The state; made with the first look, when the file is still what it was named at its making. */
export function readState(reader: Reader): SyncStateRow | undefined {
  return stateRow.first(reader, {});
}

/** The state of a file that writes no events of its own: it speaks to the centre under another file's name. */
export const beginState = (writer: Writer, incarnation: string): void => void insertState.run(writer, { incarnation });

export function ensureState(writer: Writer, nowMs: number): SyncStateRow {
  const found = readState(writer);
  if (found) return found;
  const { id } = deviceRow.one(writer, {});
  insertState.run(writer, { incarnation: id });
  insertIncarnation.run(writer, { id, base: 0, lastSequence: null, startedAtMs: nowMs, reason: '' });
  return stateRow.one(writer, {});
}

/** Changes some of the state's columns. */
export function patchState(writer: Writer, patch: Partial<SyncStateRow>): void {
  writer.change(db.updateTable('syncState').set(patch).where('singleton', '=', 1));
}

/** Notes how far the centre holds our events. */
export function noteAcked(writer: Writer, acked: number, atMs: number): void {
  patchState(writer, { acked, ackedAtMs: atMs });
  if (acked > 0) insertPush.run(writer, { acked, atMs });
}

/** The file goes on under another name; what it wrote up to `base` stays known as the old one's. The centre holds it up to `acked`. */
export function noteIncarnation(
  writer: Writer,
  change: { from: string; id: string; base: number; acked: number; atMs: number; reason: string },
): void {
  endIncarnation.run(writer, { id: change.from, lastSequence: change.base });
  insertIncarnation.run(writer, {
    id: change.id,
    base: change.base,
    lastSequence: null,
    startedAtMs: change.atMs,
    reason: change.reason,
  });
  patchState(writer, { incarnation: change.id, acked: change.acked });
}

/**
 * A name begins in the centre behind `base`, whatever it was thought to begin behind while nobody could be asked. What stands there behind it
 * under the names before is a twin's.
 */
export function rebase(writer: Writer, id: string, base: number): void {
  moveBase.run(writer, { id, base });
  shortenOthers.run(writer, { id, base });
}

/** Every name of this file, with the last sequence that is its own under it. */
export const ownNames = (reader: Reader): ReadonlyMap<string, number> =>
  new Map(incarnations.all(reader, {}).map((row) => [row.id, row.lastSequence ?? Number.MAX_SAFE_INTEGER]));

/** The names before the present one, newest first. */
export const earlierNames = (reader: Reader, present: string): string[] =>
  incarnations
    .all(reader, {})
    .map(({ id }) => id)
    .filter((id) => id !== present);

/** Where a name of this file began: what came before was pushed under another one. */
export const baseOf = (reader: Reader, name: string): number =>
  incarnations.all(reader, {}).find(({ id }) => id === name)?.base ?? 0;

export const readCursor = (reader: Reader, stream: string): { cursor: number; head: number } =>
  cursorRow.first(reader, { stream }) ?? { cursor: 0, head: 0 };

export const moveCursor = (writer: Writer, row: SyncTables['syncCursor']): void => void saveCursor.run(writer, row);

/** How many operations of a stream were put aside. */
export const heldIn = (reader: Reader, stream: string): number => heldCount.one(reader, { stream }).n;

/** The tills that sell at this machine: its own and those over the LAN; none while it is being set up. */
export const ownTills = (reader: Reader): ReadonlySet<string> =>
  new Set(tills.all(reader, {}).map(({ terminalId }) => terminalId));

/** In another epoch of the centre a cursor holds as far as the centre says: what a restored one lost comes again. */
export function fallBack(
  writer: Writer,
  streams: readonly { stream: string; head: number; resume: number }[],
  movedAtMs: number,
): void {
  for (const { stream, head, resume } of streams) {
    const { cursor } = readCursor(writer, stream);
    moveCursor(writer, { stream, cursor: Math.min(cursor, resume), head, movedAtMs });
  }
}

/** The last own event's sequence; 0 before the first. */
export const ownHead = (reader: Reader): number => lastSequence.first(reader, {})?.sequence ?? 0;

export const ownHash = (reader: Reader, sequence: number): string | undefined =>
  sequence === 0 ? '0'.repeat(64) : hashAt.first(reader, { sequence })?.hash;
