/**
 * The ways stock changes: taken, put, carried between shelves, held and let go. Everything else in the shop is made of these. Each
 * appends to the ledger and keeps level and cost in step, inside the caller's command.
 */
import { sql } from 'kysely';
import { listCost, sellableProduct } from '#core/catalog/index.ts';
import type { CommandContext } from '#core/engine/context.ts';
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import { DomainError } from '#core/shared/errors.ts';
import { averageCost, costVariance, type CostState, valueLeaving } from './rules.ts';
import type { InventoryTables, LevelRow, MovementKind, MovementRow } from './tables.ts';
import { raiseTask } from './tasks.ts';

const { db, select, insert, change } = sqlFor<InventoryTables>();

/** The line of a document that causes a movement. */
export interface Source {
  sourceKind: string;
  sourceId: string;
  sourceLine: number;
}

/** A product on a shelf. */
export interface Place {
  productId: string;
  warehouseId: string;
}

export interface Move extends Source, Place {
  /** Always positive; the function says which way. */
  quantityMilli: number;
  kind: MovementKind;
  reason?: string;
}

type Line = Place & { quantityMilli: number };

// A line that already moved this stock meets a unique constraint: nothing is inserted, and `append` says so.
const insertMovement = change((p: MovementRow) =>
  db
    .insertInto('stockMovement')
    .values({
      id: p.id,
      productId: p.productId,
      warehouseId: p.warehouseId,
      kind: p.kind,
      quantityMilli: p.quantityMilli,
      valueMilliClp: p.valueMilliClp,
      sourceKind: p.sourceKind,
      sourceId: p.sourceId,
      sourceLine: p.sourceLine,
      undoesId: p.undoesId,
      reason: p.reason,
      actorId: p.actorId,
      occurredAtMs: p.occurredAtMs,
      businessDate: p.businessDate,
    })
    .onConflict((conflict) => conflict.doNothing()),
);
const levelOf = select((p: Place) =>
  db
    .selectFrom('stockLevel')
    .select(['onHandMilli', 'reservedMilli'])
    .where('productId', '=', p.productId)
    .where('warehouseId', '=', p.warehouseId),
);
/** The guard against oversell: the row changes only where enough is neither sold nor held for somebody else. */
const takeAvailable = change((p: Line & { valueMilliClp: number }) =>
  db
    .updateTable('stockLevel')
    .set((eb) => ({
      onHandMilli: eb('onHandMilli', '-', p.quantityMilli),
      valueMilliClp: eb('valueMilliClp', '-', p.valueMilliClp),
    }))
    .where('productId', '=', p.productId)
    .where('warehouseId', '=', p.warehouseId)
    .where((eb) => eb(eb('onHandMilli', '-', eb.ref('reservedMilli')), '>=', p.quantityMilli)),
);
const holdAvailable = change((p: Line) =>
  db
    .updateTable('stockLevel')
    .set((eb) => ({ reservedMilli: eb('reservedMilli', '+', p.quantityMilli) }))
    .where('productId', '=', p.productId)
    .where('warehouseId', '=', p.warehouseId)
    .where((eb) => eb(eb('onHandMilli', '-', eb.ref('reservedMilli')), '>=', p.quantityMilli)),
);
// Not an upsert: its row to insert, a negative difference, would fail the table's CHECK before the conflict is looked at.
const shiftLevel = change((p: LevelRow) =>
  db
    .updateTable('stockLevel')
    .set((eb) => ({
      onHandMilli: eb('onHandMilli', '+', p.onHandMilli),
      reservedMilli: eb('reservedMilli', '+', p.reservedMilli),
      valueMilliClp: eb('valueMilliClp', '+', p.valueMilliClp),
    }))
    .where('productId', '=', p.productId)
    .where('warehouseId', '=', p.warehouseId),
);
const insertLevel = insert('stockLevel', ['productId', 'warehouseId', 'onHandMilli', 'reservedMilli', 'valueMilliClp']);
// The view `productCost` of one product, without grouping and join: this is read for every line that is sold (docs/gotchas.md).
const costOf = select((p: { productId: string; branchId: string }) =>
  db
    .selectFrom('stockLevel')
    .select((eb) => [
      eb.fn.coalesce(eb.fn.sum<number>('onHandMilli'), sql<number>`0`).as('quantityMilli'),
      eb.fn.coalesce(eb.fn.sum<number>('valueMilliClp'), sql<number>`0`).as('valueMilliClp'),
      eb
        .selectFrom('lastCost')
        .select('unitCostMilliClp')
        .where('productId', '=', p.productId)
        .where('branchId', '=', p.branchId)
        .as('lastUnitCostMilliClp'),
    ])
    .where('productId', '=', p.productId)
    .where((eb) =>
      eb(
        eb.selectFrom('warehouse').select('branchId').whereRef('warehouse.id', '=', 'stockLevel.warehouseId'),
        '=',
        p.branchId,
      ),
    ),
);
const saveLastCost = change((p: { productId: string; branchId: string; unitCostMilliClp: number }) =>
  db
    .insertInto('lastCost')
    .values({ productId: p.productId, branchId: p.branchId, unitCostMilliClp: p.unitCostMilliClp })
    .onConflict((conflict) =>
      conflict.columns(['productId', 'branchId']).doUpdateSet({ unitCostMilliClp: p.unitCostMilliClp }),
    ),
);

/**
 * Takes stock out at its average cost. Refuses what is not available (STOCK_INSUFFICIENT), unless the product's policy lets it go
 * below zero; then the manager gets a task.
 */
export function take(context: CommandContext, move: Move): MovementRow {
  const valueMilliClp = leaving(context, move);
  if (takeAvailable.run(context.writer, { ...move, valueMilliClp }) === 0) {
    allowShortage(context, move);
    shift(context.writer, move, { onHandMilli: -move.quantityMilli, valueMilliClp: -valueMilliClp });
  }
  return append(context, move, -move.quantityMilli, -valueMilliClp, null);
}

/** Takes out what a reservation held: the hold and the stock go together, so no guard is needed. */
export function takeHeld(context: CommandContext, move: Move): MovementRow {
  const valueMilliClp = leaving(context, move);
  const quantityMilli = -move.quantityMilli;
  shift(context.writer, move, {
    onHandMilli: quantityMilli,
    reservedMilli: quantityMilli,
    valueMilliClp: -valueMilliClp,
  });
  return append(context, move, quantityMilli, -valueMilliClp, null);
}

/**
 * Puts stock in at its exact value: a return, an undone movement, or, with its unit cost, goods that were bought. Answers the
 * movement and, where the shelf owed stock, the cost variance behind it.
 */
export function put(
  context: CommandContext,
  move: Move & { valueMilliClp: number; undoesId?: string | null; unitCostMilliClp?: number },
): MovementRow[] {
  const { quantityMilli, valueMilliClp } = move;
  const state = costState(context, move.productId);
  const varianceMilliClp = costVariance(state, quantityMilli, valueMilliClp);
  shift(context.writer, move, { onHandMilli: quantityMilli, valueMilliClp: valueMilliClp + varianceMilliClp });
  if (move.unitCostMilliClp !== undefined) keepLastCost(context, move.productId, move.unitCostMilliClp);
  const entered = append(context, move, quantityMilli, valueMilliClp, move.undoesId ?? null);
  if (varianceMilliClp === 0) return [entered];
  const variance = { ...move, kind: 'ADJUSTMENT' as const, sourceKind: 'COST_VARIANCE', reason: 'COST_VARIANCE' };
  return [entered, append(context, variance, 0, varianceMilliClp, null)];
}

/** Carries stock between two warehouses of the branch: two movements of opposite value, no change of cost, never below zero. */
export function carry(context: CommandContext, move: Move, toWarehouseId: string): MovementRow[] {
  const value = valueLeaving(costState(context, move.productId), move.quantityMilli);
  const isThere = takeAvailable.run(context.writer, { ...move, valueMilliClp: value }) > 0;
  if (!isThere) throw shortage(context.writer, move);
  const to = { ...move, warehouseId: toWarehouseId };
  shift(context.writer, to, { onHandMilli: move.quantityMilli, valueMilliClp: value });
  return [
    append(context, move, -move.quantityMilli, -value, null),
    append(context, to, move.quantityMilli, value, null),
  ];
}

/** Holds stock for an order that waits, under the same guard and policy as taking it. */
export function hold(context: CommandContext, line: Line): void {
  if (holdAvailable.run(context.writer, line) > 0) return;
  allowShortage(context, line);
  shift(context.writer, line, { reservedMilli: line.quantityMilli });
}

/** Lets a hold go. */
export function letGo(writer: Writer, line: Line): void {
  shift(writer, line, { reservedMilli: -line.quantityMilli });
}

/** Gives a product its place on a shelf, empty, so that lists and minimums see it before the first delivery. */
export function ensureLevel(writer: Writer, place: Place): void {
  if (!levelOf.first(writer, place)) shift(writer, place, {});
}

/** On hand and held of a product on a shelf. */
export const level = (reader: Reader, place: Place): { onHandMilli: number; reservedMilli: number } =>
  levelOf.first(reader, place) ?? { onHandMilli: 0, reservedMilli: 0 };

/** Quantity, exact value and last unit cost of a product over this branch; before the first delivery, what the price list says. */
export function costState(context: Pick<CommandContext, 'writer' | 'site'>, productId: string): CostState {
  const { writer, site } = context;
  const { lastUnitCostMilliClp, ...sums } = costOf.one(writer, { productId, branchId: site.branchId });
  return { ...sums, lastUnitCostMilliClp: lastUnitCostMilliClp ?? listCost(writer, productId) };
}

/** The value that leaves with a move; what the units of a shelf that runs out cost is remembered. */
function leaving(context: CommandContext, move: Move): number {
  const state = costState(context, move.productId);
  const runsOut = state.quantityMilli > 0 && state.quantityMilli <= move.quantityMilli;
  if (runsOut) keepLastCost(context, move.productId, averageCost(state));
  return valueLeaving(state, move.quantityMilli);
}

/** Lets a shortage pass where the product's policy does, alone or with a manager's leave, and tells the manager. Otherwise throws. */
function allowShortage(context: CommandContext, line: Line): void {
  const { negativeStock } = sellableProduct(context.writer, line.productId);
  if (negativeStock === 'BLOCK') throw shortage(context.writer, line);
  if (negativeStock === 'AUTHORISE') context.authorise('sales.oversell', { entity: line.productId });
  raiseTask(context, 'NEGATIVE', line, String(line.quantityMilli));
}

function shortage(writer: Writer, line: Line): DomainError {
  const { onHandMilli, reservedMilli } = level(writer, line);
  return new DomainError('STOCK_INSUFFICIENT', {
    productId: line.productId,
    name: sellableProduct(writer, line.productId).name,
    wantedMilli: line.quantityMilli,
    availableMilli: onHandMilli - reservedMilli,
  });
}

function shift(writer: Writer, { productId, warehouseId }: Place, by: Partial<Omit<LevelRow, keyof Place>>): void {
  const { onHandMilli = 0, reservedMilli = 0, valueMilliClp = 0 } = by;
  const difference = { productId, warehouseId, onHandMilli, reservedMilli, valueMilliClp };
  if (shiftLevel.run(writer, difference) === 0) insertLevel.run(writer, difference);
}

function keepLastCost(context: CommandContext, productId: string, unitCostMilliClp: number): void {
  saveLastCost.run(context.writer, { productId, branchId: context.site.branchId, unitCostMilliClp });
}

function append(
  context: CommandContext,
  move: Move,
  quantityMilli: number,
  valueMilliClp: number,
  undoesId: string | null,
): MovementRow {
  const { sourceKind, sourceId, sourceLine } = move;
  const row: MovementRow = {
    id: context.newId(),
    productId: move.productId,
    warehouseId: move.warehouseId,
    kind: move.kind,
    quantityMilli,
    valueMilliClp,
    sourceKind,
    sourceId,
    sourceLine,
    undoesId,
    reason: move.reason ?? '',
    actorId: context.actor.userId,
    occurredAtMs: context.nowMs,
    businessDate: context.businessDate,
  };
  if (insertMovement.run(context.writer, row) === 0) {
    throw new DomainError('MOVEMENT_DUPLICATE', { sourceKind, sourceId, sourceLine });
  }
  return row;
}
