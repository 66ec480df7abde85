/** What was received of others, each once, and what of it is put aside. */
import { sqlFor } from '#core/engine/sql.ts';
import type { HeldRow, LogKey, SyncTables } from './tables.ts';

const { db, select, change } = sqlFor<SyncTables>();

/** Answers 0 where it was received before. */
export const insertLog = change((p: SyncTables['syncLog']) =>
  db
    .insertInto('syncLog')
    .values({
      stream: p.stream,
      deviceId: p.deviceId,
      sequence: p.sequence,
      seq: p.seq,
      businessDate: p.businessDate,
      hash: p.hash,
    })
    .onConflict((conflict) => conflict.doNothing()),
);

export const saveHeld = change((p: HeldRow) =>
  db
    .insertInto('syncHeld')
    .values({
      stream: p.stream,
      deviceId: p.deviceId,
      sequence: p.sequence,
      state: p.state,
      reason: p.reason,
      detail: p.detail,
      operation: p.operation,
      heldAtMs: p.heldAtMs,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['stream', 'deviceId', 'sequence'])
        .doUpdateSet({ state: p.state, reason: p.reason, detail: p.detail }),
    ),
);

export const dropHeld = change((p: LogKey) =>
  db
    .deleteFrom('syncHeld')
    .where('stream', '=', p.stream)
    .where('deviceId', '=', p.deviceId)
    .where('sequence', '=', p.sequence),
);

/** Oldest first. */
export const heldRows = select(() =>
  db
    .selectFrom('syncHeld')
    .select(['stream', 'deviceId', 'sequence', 'reason', 'operation'])
    .orderBy('heldAtMs')
    .orderBy('stream')
    .orderBy('deviceId')
    .orderBy('sequence'),
);

/** Own ones that the centre keeps and applies nowhere. */
export const refusedOwn = select(() => db.selectFrom('syncHeld').select('sequence').where('stream', '=', 'own'));
