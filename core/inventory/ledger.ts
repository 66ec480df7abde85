/**
 * The four ways stock changes: taken, put, moved between shelves, revalued. Everything else in the shop is made of these. Each
 * appends to the ledger and keeps level and cost in step, inside the caller's command.
 */
import type { CommandContext } from '#core/engine/context.ts';
import { sqlFor, type Writer } from '#core/engine/sql.ts';
import { sellableProduct } from '#core/catalog/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import { type CostState, EMPTY_COST, averageCost, valueEntering, valueLeaving } from './rules.ts';
import type { InventoryTables, MovementKind, MovementRow } from './tables.ts';

const { db, select, insert, change } = sqlFor<InventoryTables>();

/** The line of a document that causes a movement. */
export interface Source {
  sourceKind: string;
  sourceId: string;
  sourceLine: number;
}

interface Move extends Source {
  productId: string;
  warehouseId: string;
  /** Always positive; the function says which way. */
  quantityMilli: number;
  kind: MovementKind;
  reason?: string;
}

const insertMovement = insert('stockMovement', [
  'id',
  'productId',
  'warehouseId',
  'kind',
  'quantityMilli',
  'valueMilliClp',
  'sourceKind',
  'sourceId',
  'sourceLine',
  'undoesId',
  'reason',
  'actorId',
  'occurredAtMs',
  'businessDate',
]);
const levelOf = select((p: { productId: string; warehouseId: string }) =>
  db
    .selectFrom('stockLevel')
    .select(['onHandMilli', 'reservedMilli'])
    .where('productId', '=', p.productId)
    .where('warehouseId', '=', p.warehouseId),
);
/** The guard against oversell: the row changes only where enough is neither sold nor held for somebody else. */
const takeAvailable = change((p: { productId: string; warehouseId: string; quantityMilli: number }) =>
  db
    .updateTable('stockLevel')
    .set((eb) => ({ onHandMilli: eb('onHandMilli', '-', p.quantityMilli) }))
    .where('productId', '=', p.productId)
    .where('warehouseId', '=', p.warehouseId)
    .where((eb) => eb(eb('onHandMilli', '-', eb.ref('reservedMilli')), '>=', p.quantityMilli)),
);
const holdAvailable = change((p: { productId: string; warehouseId: string; quantityMilli: number }) =>
  db
    .updateTable('stockLevel')
    .set((eb) => ({ reservedMilli: eb('reservedMilli', '+', p.quantityMilli) }))
    .where('productId', '=', p.productId)
    .where('warehouseId', '=', p.warehouseId)
    .where((eb) => eb(eb('onHandMilli', '-', eb.ref('reservedMilli')), '>=', p.quantityMilli)),
);
// Not an upsert: its row to insert, a negative difference, would fail the table's CHECK before the conflict is looked at.
const shiftLevel = change((p: { productId: string; warehouseId: string; onHandMilli: number; reservedMilli: number }) =>
  db
    .updateTable('stockLevel')
    .set((eb) => ({
      onHandMilli: eb('onHandMilli', '+', p.onHandMilli),
      reservedMilli: eb('reservedMilli', '+', p.reservedMilli),
    }))
    .where('productId', '=', p.productId)
    .where('warehouseId', '=', p.warehouseId),
);
const insertLevel = insert('stockLevel', ['productId', 'warehouseId', 'onHandMilli', 'reservedMilli']);
const costOf = select((p: { productId: string; branchId: string }) =>
  db
    .selectFrom('productCost')
    .select(['quantityMilli', 'valueMilliClp', 'lastUnitCostMilliClp'])
    .where('productId', '=', p.productId)
    .where('branchId', '=', p.branchId),
);
const saveCost = change(
  (p: { productId: string; branchId: string; quantityMilli: number; valueMilliClp: number; lastUnitCostMilliClp: number }) =>
    db
      .insertInto('productCost')
      .values({
        productId: p.productId,
        branchId: p.branchId,
        quantityMilli: p.quantityMilli,
        valueMilliClp: p.valueMilliClp,
        lastUnitCostMilliClp: p.lastUnitCostMilliClp,
      })
      .onConflict((conflict) =>
        conflict.columns(['productId', 'branchId']).doUpdateSet((eb) => ({
          quantityMilli: eb.ref('excluded.quantityMilli'),
          valueMilliClp: eb.ref('excluded.valueMilliClp'),
          lastUnitCostMilliClp: eb.ref('excluded.lastUnitCostMilliClp'),
        })),
      ),
);
const insertTask = insert('stockTask', ['id', 'kind', 'productId', 'warehouseId', 'detail', 'createdAtMs']);

/** Quantity, exact value and last unit cost of a product over this branch. */
export function costState(context: Pick<CommandContext, 'writer' | 'site'>, productId: string): CostState {
  return costOf.first(context.writer, { productId, branchId: context.site.branchId }) ?? EMPTY_COST;
}

/** Takes stock out at its average cost. Refuses what is not available, unless the product's policy lets it go below zero. */
export function take(context: CommandContext, move: Move): MovementRow {
  if (takeAvailable.run(context.writer, move) === 0) {
    const isTolerated = allowShortage(context, move);
    shift(context.writer, move, -move.quantityMilli, 0);
    if (isTolerated) raiseTask(context, 'NEGATIVE', move, String(move.quantityMilli));
  }
  return leave(context, move);
}

/** Takes out what a reservation held: the hold and the stock go together, so no guard is needed. */
export function takeHeld(context: CommandContext, move: Move): MovementRow {
  shift(context.writer, move, -move.quantityMilli, -move.quantityMilli);
  return leave(context, move);
}

/** Holds stock for an order that waits, under the same guard and policy as taking it. */
export function hold(context: CommandContext, line: { productId: string; warehouseId: string; quantityMilli: number }): void {
  if (holdAvailable.run(context.writer, line) > 0) return;
  allowShortage(context, line);
  shift(context.writer, line, 0, line.quantityMilli);
}

/** Gives a hold back. */
export function unhold(writer: Writer, line: { productId: string; warehouseId: string; quantityMilli: number }): void {
  shift(writer, line, 0, -line.quantityMilli);
}

/**
 * Puts stock in at an exact value: a return, an undone movement. What was valued at a guess below zero is settled by `receive`,
 * which knows a price.
 */
export function put(context: CommandContext, move: Move & { valueMilliClp: number; undoesId?: string | null }): MovementRow {
  shift(context.writer, move, move.quantityMilli, 0);
  const state = costState(context, move.productId);
  keepCost(context, move.productId, {
    quantityMilli: state.quantityMilli + move.quantityMilli,
    valueMilliClp: state.valueMilliClp + move.valueMilliClp,
    lastUnitCostMilliClp: state.lastUnitCostMilliClp,
  });
  return append(context, move, move.quantityMilli, move.valueMilliClp, move.undoesId ?? null);
}

/** Puts bought stock in at its unit cost; answers the movement and, after negative stock, the cost variance behind it. */
export function receive(context: CommandContext, move: Move & { unitCostMilliClp: number }): MovementRow[] {
  const state = costState(context, move.productId);
  const { valueMilliClp, varianceMilliClp } = valueEntering(state, move.quantityMilli, move.unitCostMilliClp);
  shift(context.writer, move, move.quantityMilli, 0);
  keepCost(context, move.productId, {
    quantityMilli: state.quantityMilli + move.quantityMilli,
    valueMilliClp: state.valueMilliClp + valueMilliClp + varianceMilliClp,
    lastUnitCostMilliClp: move.unitCostMilliClp,
  });
  const rows = [append(context, move, move.quantityMilli, valueMilliClp, null)];
  if (varianceMilliClp !== 0) {
    const variance = { ...move, kind: 'ADJUSTMENT' as const, sourceKind: 'COST_VARIANCE', reason: 'COST_VARIANCE' };
    rows.push(append(context, variance, 0, varianceMilliClp, null));
  }
  return rows;
}

/** Moves stock between two warehouses of the branch: two movements of opposite value, no change of cost. */
export function carry(context: CommandContext, move: Move, toWarehouseId: string): MovementRow[] {
  if (takeAvailable.run(context.writer, move) === 0) throw shortage(context.writer, move);
  const value = valueLeaving(costState(context, move.productId), move.quantityMilli);
  const to = { ...move, warehouseId: toWarehouseId };
  shift(context.writer, to, move.quantityMilli, 0);
  return [append(context, move, -move.quantityMilli, -value, null), append(context, to, move.quantityMilli, value, null)];
}

/** Notes something for the manager. */
export function raiseTask(
  context: CommandContext,
  kind: 'NEGATIVE' | 'COST_JUMP',
  at: { productId: string; warehouseId: string },
  detail: string,
): void {
  const { productId, warehouseId } = at;
  insertTask.run(context.writer, { id: context.newId(), kind, productId, warehouseId, detail, createdAtMs: context.nowMs });
}

/** On hand and held of a product in a warehouse. */
export function level(context: Pick<CommandContext, 'writer'>, productId: string, warehouseId: string) {
  return levelOf.first(context.writer, { productId, warehouseId }) ?? { onHandMilli: 0, reservedMilli: 0 };
}

function leave(context: CommandContext, move: Move): MovementRow {
  const state = costState(context, move.productId);
  const value = valueLeaving(state, move.quantityMilli);
  keepCost(context, move.productId, {
    quantityMilli: state.quantityMilli - move.quantityMilli,
    valueMilliClp: state.valueMilliClp - value,
    lastUnitCostMilliClp: state.quantityMilli > 0 ? averageCost(state) : state.lastUnitCostMilliClp,
  });
  return append(context, move, -move.quantityMilli, -value, null);
}

/** Whether a shortage is let pass: by the product's policy, alone or with a manager's leave. Otherwise throws. */
function allowShortage(context: CommandContext, line: { productId: string; warehouseId: string; quantityMilli: number }): boolean {
  const { negativeStock } = sellableProduct(context.writer, line.productId);
  if (negativeStock === 'BLOCK') throw shortage(context.writer, line);
  if (negativeStock === 'AUTHORISE') context.authorise('sales.oversell', { entity: line.productId });
  return true;
}

function shortage(writer: Writer, line: { productId: string; warehouseId: string; quantityMilli: number }): DomainError {
  const { onHandMilli, reservedMilli } = level({ writer }, line.productId, line.warehouseId);
  return new DomainError('STOCK_INSUFFICIENT', {
    productId: line.productId,
    name: sellableProduct(writer, line.productId).name,
    wantedMilli: line.quantityMilli,
    availableMilli: onHandMilli - reservedMilli,
  });
}

function shift(writer: Writer, at: { productId: string; warehouseId: string }, onHandMilli: number, reservedMilli: number): void {
  const level = { productId: at.productId, warehouseId: at.warehouseId, onHandMilli, reservedMilli };
  if (shiftLevel.run(writer, level) === 0) insertLevel.run(writer, level);
}

function keepCost(context: CommandContext, productId: string, state: CostState): void {
  saveCost.run(context.writer, { productId, branchId: context.site.branchId, ...state });
}

function append(
  context: CommandContext,
  move: Move,
  quantityMilli: number,
  valueMilliClp: number,
  undoesId: string | null,
): MovementRow {
  const row: MovementRow = {
    id: context.newId(),
    productId: move.productId,
    warehouseId: move.warehouseId,
    kind: move.kind,
    quantityMilli,
    valueMilliClp,
    sourceKind: move.sourceKind,
    sourceId: move.sourceId,
    sourceLine: move.sourceLine,
    undoesId,
    reason: move.reason ?? '',
    actorId: context.actor.userId,
    occurredAtMs: context.nowMs,
    businessDate: context.businessDate,
  };
  insertMovement.run(context.writer, row);
  return row;
}
