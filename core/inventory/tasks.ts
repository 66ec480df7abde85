/** Tasks that stock raises for the manager by itself, instead of a dead end at the counter. */
import type { CommandContext } from '#core/engine/context.ts';
import { sqlFor } from '#core/engine/sql.ts';
import { DomainError } from '#core/shared/errors.ts';
import { inventoryEvents } from './events.ts';
import type { InventoryTables, StockTaskRow } from './tables.ts';

const { db, insert, change } = sqlFor<InventoryTables>();
const insertTask = insert('stockTask', ['id', 'kind', 'productId', 'warehouseId', 'detail', 'createdAtMs']);
const resolve = change((p: { id: string; nowMs: number; userId: string }) =>
  db
    .updateTable('stockTask')
    .set({ resolvedAtMs: p.nowMs, resolvedById: p.userId })
    .where('id', '=', p.id)
    .where('resolvedAtMs', 'is', null),
);

/** Raises a task. It is this branch's own: no event bears it, the movements behind it are in one. */
export function raiseTask(
  context: CommandContext,
  kind: StockTaskRow['kind'],
  { productId, warehouseId }: { productId: string; warehouseId: string },
  detail: string,
): void {
  insertTask.run(context.writer, {
    id: context.newId(),
    kind,
    productId,
    warehouseId,
    detail,
    createdAtMs: context.nowMs,
  });
}

/** Marks a task as seen to, once. */
export function resolveTask(context: CommandContext, id: string): { id: string } {
  if (resolve.run(context.writer, { id, nowMs: context.nowMs, userId: context.actor.userId }) === 0) {
    throw new DomainError('NOT_FOUND', { task: id });
  }
  context.record(inventoryEvents.taskResolved, id, { id });
  return { id };
}
