/** Stock moved by hand: receptions, issues, adjustments, transfers and returns to the supplier. One document, one event. */
import { requireGoods } from '#core/catalog/index.ts';
import type { CommandContext } from '#core/engine/context.ts';
import { takeNumber } from '#core/engine/documentNumber.ts';
import { sqlFor } from '#core/engine/sql.ts';
import { getSupplier } from '#core/people/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import { mulDivRound } from '#core/shared/numbers.ts';
import { inventoryEvents } from './events.ts';
import { carry, costState, level, put, take } from './ledger.ts';
import { averageCost, costJumped } from './rules.ts';
import type { InventoryTables, MovementRow, StockDocumentRow } from './tables.ts';
import { raiseTask } from './tasks.ts';
import { requireWarehouse } from './warehouses.ts';

const { insert } = sqlFor<InventoryTables>();
const insertDocument = insert('stockDocument', [
  'id',
  'number',
  'kind',
  'warehouseId',
  'toWarehouseId',
  'supplierId',
  'reference',
  'reason',
  'actorId',
  'occurredAtMs',
  'businessDate',
]);

interface Line {
  productId: string;
  quantityMilli: number;
}

interface Entry {
  warehouseId: string;
  supplierId: string | null;
  reference: string;
  lines: readonly (Line & { unitCostMilliClp: number })[];
}

/** ENTRY: bought goods at their cost net of IVA. Answers which costs moved away from the average, for the buyer to look at. */
export function receiveStock(context: CommandContext, input: Entry) {
  const { document, movements, entered } = enterGoods(context, input);
  const costChanges = entered
    .filter(({ hasJumped }) => hasJumped)
    .map(({ productId, averageBeforeMilliClp, unitCostMilliClp }) => ({
      productId,
      previousMilliClp: averageBeforeMilliClp,
      unitCostMilliClp,
    }));
  return { ...post(context, document, movements), costChanges };
}

/**
 * The ENTRY that is part of a higher module's fact (the reception of an order): the same document and movements, the event is the
 * caller's. Answers, line by line, the weighted average cost before and after.
 */
export function enterGoods(context: CommandContext, input: Entry) {
  const document = open(context, { kind: 'ENTRY', ...input });
  const movements: MovementRow[] = [];
  const entered = input.lines.map(({ productId, quantityMilli, unitCostMilliClp }, index) => {
    requireGoods(context.writer, productId);
    const averageBeforeMilliClp = averageCost(costState(context, productId));
    const hasJumped = costJumped(averageBeforeMilliClp, unitCostMilliClp);
    if (hasJumped) {
      const at = { productId, warehouseId: input.warehouseId };
      raiseTask(context, 'COST_JUMP', at, `${String(averageBeforeMilliClp)} -> ${String(unitCostMilliClp)}`);
    }
    const valueMilliClp = mulDivRound(unitCostMilliClp, quantityMilli, 1000);
    const line = { ...source(document, index, 'ENTRY'), productId, quantityMilli, valueMilliClp, unitCostMilliClp };
    movements.push(...put(context, line));
    const averageAfterMilliClp = averageCost(costState(context, productId));
    return { productId, quantityMilli, unitCostMilliClp, averageBeforeMilliClp, averageAfterMilliClp, hasJumped };
  });
  return { document, movements, entered };
}

/** EXIT: goods that leave without a sale. */
export function issueByHand(
  context: CommandContext,
  input: { warehouseId: string; reason: string; lines: readonly Line[] },
) {
  const document = open(context, { kind: 'EXIT', ...input });
  const movements = input.lines.map((line, index) =>
    take(context, { ...source(document, index, 'EXIT'), ...goods(context, line) }),
  );
  return post(context, document, movements);
}

interface GoodsBack {
  warehouseId: string;
  supplierId: string;
  reason: string;
  lines: readonly Line[];
}

/** RETURN: goods back to their supplier, at their average cost. */
export function returnToSupplier(context: CommandContext, input: GoodsBack) {
  const { document, movements } = sendBack(context, input);
  return post(context, document, movements);
}

/** The RETURN that is part of a higher module's fact: the event is the caller's. */
export function sendBack(context: CommandContext, input: GoodsBack & { reference?: string }) {
  const document = open(context, { kind: 'SUPPLIER_RETURN', ...input });
  const movements = input.lines.map((line, index) =>
    take(context, { ...source(document, index, 'RETURN'), ...goods(context, line) }),
  );
  return { document, movements };
}

/** ADJUSTMENT: to what was counted, or by a difference. A surplus enters at the average cost. */
export function adjustStock(
  context: CommandContext,
  input: {
    warehouseId: string;
    reason: string;
    lines: readonly ({ productId: string; countedMilli: number } | { productId: string; differenceMilli: number })[];
  },
) {
  const document = open(context, { kind: 'ADJUSTMENT', ...input });
  const movements = input.lines.flatMap((line, index) => {
    const { productId } = line;
    requireGoods(context.writer, productId);
    const { onHandMilli } = level(context.writer, { productId, warehouseId: input.warehouseId });
    const difference = 'countedMilli' in line ? line.countedMilli - onHandMilli : line.differenceMilli;
    const move = { ...source(document, index, 'ADJUSTMENT'), productId, quantityMilli: Math.abs(difference) };
    if (difference === 0) return [];
    if (difference < 0) return [take(context, move)];
    const valueMilliClp = mulDivRound(averageCost(costState(context, productId)), difference, 1000);
    return put(context, { ...move, valueMilliClp });
  });
  return post(context, document, movements);
}

/** TRANSFER between two warehouses of this branch, in one step. */
export function transferStock(
  context: CommandContext,
  input: { fromWarehouseId: string; toWarehouseId: string; reason: string; lines: readonly Line[] },
) {
  const { fromWarehouseId, toWarehouseId, reason } = input;
  requireWarehouse(context, toWarehouseId);
  if (fromWarehouseId === toWarehouseId) throw new DomainError('WAREHOUSE_INVALID', { warehouse: toWarehouseId });
  const document = open(context, { kind: 'TRANSFER', warehouseId: fromWarehouseId, toWarehouseId, reason });
  const movements = input.lines.flatMap((line, index) =>
    carry(context, { ...source(document, index, 'TRANSFER'), ...goods(context, line) }, toWarehouseId),
  );
  return post(context, document, movements);
}

function open(
  context: CommandContext,
  given: Pick<StockDocumentRow, 'kind' | 'warehouseId'> & Partial<StockDocumentRow>,
): StockDocumentRow {
  requireWarehouse(context, given.warehouseId);
  if (given.supplierId) getSupplier(context.writer, given.supplierId);
  const document: StockDocumentRow = {
    id: context.newId(),
    number: takeNumber(context, 'STOCK'),
    kind: given.kind,
    warehouseId: given.warehouseId,
    toWarehouseId: given.toWarehouseId ?? null,
    supplierId: given.supplierId ?? null,
    reference: given.reference ?? '',
    reason: given.reason ?? '',
    actorId: context.actor.userId,
    occurredAtMs: context.nowMs,
    businessDate: context.businessDate,
  };
  insertDocument.run(context.writer, document);
  return document;
}

function post(
  context: CommandContext,
  document: StockDocumentRow,
  movements: MovementRow[],
): { id: string; number: string } {
  context.record(inventoryEvents.documentPosted, document.id, { document, movements });
  return { id: document.id, number: document.number };
}

const source = (document: StockDocumentRow, index: number, kind: MovementRow['kind']) => ({
  kind,
  sourceKind: 'STOCK_DOCUMENT',
  sourceId: document.id,
  sourceLine: index + 1,
  warehouseId: document.warehouseId,
  reason: document.reason,
});

function goods(context: CommandContext, { productId, quantityMilli }: Line): Line {
  requireGoods(context.writer, productId);
  return { productId, quantityMilli };
}
