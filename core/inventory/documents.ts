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

/** ENTRY: bought goods at their cost net of IVA. Answers which costs moved away from the average, for the buyer to look at. */
export function receiveStock(
  context: CommandContext,
  input: {
    warehouseId: string;
    supplierId: string | null;
    reference: string;
    lines: readonly (Line & { unitCostMilliClp: number })[];
  },
) {
  const document = open(context, { kind: 'ENTRY', ...input });
  const costChanges: { productId: string; previousMilliClp: number; unitCostMilliClp: number }[] = [];
  const movements = input.lines.flatMap(({ productId, quantityMilli, unitCostMilliClp }, index) => {
    requireGoods(context.writer, productId);
    const previousMilliClp = averageCost(costState(context, productId));
    if (costJumped(previousMilliClp, unitCostMilliClp)) {
      costChanges.push({ productId, previousMilliClp, unitCostMilliClp });
      const at = { productId, warehouseId: input.warehouseId };
      raiseTask(context, 'COST_JUMP', at, `${String(previousMilliClp)} -> ${String(unitCostMilliClp)}`);
    }
    const valueMilliClp = mulDivRound(unitCostMilliClp, quantityMilli, 1000);
    return put(context, {
      ...source(document, index, 'ENTRY'),
      productId,
      quantityMilli,
      valueMilliClp,
      unitCostMilliClp,
    });
  });
  return { ...post(context, document, movements), costChanges };
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

/** RETURN: goods back to their supplier, at their average cost. */
export function returnToSupplier(
  context: CommandContext,
  input: { warehouseId: string; supplierId: string; reason: string; lines: readonly Line[] },
) {
  const document = open(context, { kind: 'SUPPLIER_RETURN', ...input });
  const movements = input.lines.map((line, index) =>
    take(context, { ...source(document, index, 'RETURN'), ...goods(context, line) }),
  );
  return post(context, document, movements);
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
