/** Our own operations that the centre keeps and applies nowhere: shown to the owner with the reason. */
import { sqlFor, type Writer } from '#core/engine/sql.ts';
import type { Verdict, WireOperation } from './protocol.ts';
import type { SyncTables } from './tables.ts';

const { db, change } = sqlFor<SyncTables>();
const hold = change((p: Omit<SyncTables['syncHeld'], 'state' | 'stream'>) =>
  db
    .insertInto('syncHeld')
    .values({
      stream: 'own',
      deviceId: p.deviceId,
      sequence: p.sequence,
      state: 'QUARANTINED',
      reason: p.reason,
      detail: p.detail,
      operation: p.operation,
      heldAtMs: p.heldAtMs,
    })
    .onConflict((conflict) => conflict.doNothing()),
);

export function holdRefused(
  writer: Writer,
  operation: WireOperation,
  why: { incarnation: string; verdict: Verdict; detail: string; nowMs: number },
): void {
  hold.run(writer, {
    deviceId: why.incarnation,
    sequence: operation.sequence,
    reason: why.verdict,
    detail: why.detail,
    operation: JSON.stringify(operation),
    heldAtMs: why.nowMs,
  });
}
