/** Goods that come of an order, in one or several parts, and goods that go back. */
import { type CatalogTables, findByCode, taxRateOn } from '#core/catalog/index.ts';
import type { CommandContext, QueryContext, TaskContext } from '#core/engine/context.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import { enterGoods, sendBack } from '#core/inventory/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import { businessDate } from '#core/shared/time.ts';
import type { CostChange } from './contract.ts';
import { purchasingEvents } from './events.ts';
import { linesOf, merge, purchaseOf, requireState, storePurchase, type Wanted } from './purchases.ts';
import { isOpen, marginBasisPoints } from './rules.ts';
import { learnCost, supplyFor } from './supply.ts';
import type { PurchaseLineRow, PurchaseState, PurchasingTables, ReceptionLineRow, ReceptionRow } from './tables.ts';

const { db, select, insert, change } = sqlFor<PurchasingTables & CatalogTables>();

const insertReception = insert('purchaseReception', ['id', 'purchaseId', 'supplierId', 'leadDays', 'receivedAtMs']);
const insertReceptionLine = insert('purchaseReceptionLine', [
  'receptionId',
  'lineNumber',
  'productId',
  'quantityMilli',
  'orderedCostMilliClp',
  'unitCostMilliClp',
  'averageBeforeMilliClp',
  'averageAfterMilliClp',
]);
const addReceived = change((p: { purchaseId: string; lineNumber: number; quantityMilli: number }) =>
  db
    .updateTable('purchaseLine')
    .set((eb) => ({ receivedMilli: eb('receivedMilli', '+', p.quantityMilli) }))
    .where('purchaseId', '=', p.purchaseId)
    .where('lineNumber', '=', p.lineNumber),
);
const addReturned = change((p: { purchaseId: string; lineNumber: number; quantityMilli: number }) =>
  db
    .updateTable('purchaseLine')
    .set((eb) => ({ returnedMilli: eb('returnedMilli', '+', p.quantityMilli) }))
    .where('purchaseId', '=', p.purchaseId)
    .where('lineNumber', '=', p.lineNumber),
);
const saveCounting = change((p: PurchasingTables['purchaseCounting']) =>
  db
    .insertInto('purchaseCounting')
    .values({ purchaseId: p.purchaseId, content: p.content, savedAtMs: p.savedAtMs })
    .onConflict((conflict) =>
      conflict.column('purchaseId').doUpdateSet({ content: p.content, savedAtMs: p.savedAtMs }),
    ),
);
const dropCounting = change((p: { purchaseId: string }) =>
  db.deleteFrom('purchaseCounting').where('purchaseId', '=', p.purchaseId),
);
const countingOf = select((p: { purchaseId: string }) =>
  db.selectFrom('purchaseCounting').select(['content', 'savedAtMs']).where('purchaseId', '=', p.purchaseId),
);
const priceOf = select((p: { id: string }) =>
  db.selectFrom('product').select(['name', 'priceClp', 'taxKind']).where('id', '=', p.id),
);

interface Counting {
  reference: string;
  lines: Wanted[];
}

/** Keeps a count that is under way, on this machine: no fact of the shop yet. */
export function keepCounting(context: TaskContext, id: string, counting: Counting): null {
  context.local((writer) => {
    if (!isOpen(purchaseOf(writer, context.site.branchId, id).state)) throw new DomainError('PURCHASE_STATE');
    const content = JSON.stringify(counting);
    if (counting.lines.length === 0) dropCounting.run(writer, { purchaseId: id });
    else saveCounting.run(writer, { purchaseId: id, content, savedAtMs: context.clock() });
  });
  return null;
}

export function readCounting(reader: Reader, purchaseId: string, seesCost: boolean) {
  const kept = countingOf.first(reader, { purchaseId });
  if (!kept) return null;
  const { reference, lines } = JSON.parse(kept.content) as Counting;
  return {
    reference,
    lines: lines.map(({ productId, quantityMilli, unitCostMilliClp }) => ({
      productId,
      quantityMilli,
      unitCostMilliClp: seesCost ? (unitCostMilliClp ?? null) : null,
    })),
    savedAtMs: kept.savedAtMs,
  };
}

/** The line that a scanned code belongs to; `lineNumber` null where the product is known but not part of the order. */
export function lineOfCode(context: QueryContext, id: string, code: string) {
  const { reader, site } = context;
  purchaseOf(reader, site.branchId, id);
  const found = findByCode(reader, code);
  if (!found) return null;
  const line = linesOf(reader, id).find(({ productId }) => productId === found.productId);
  const { name } = priceOf.one(reader, { id: found.productId });
  return { productId: found.productId, name, lineNumber: line?.lineNumber ?? null, quantityMilli: found.quantityMilli };
}

/**
 * Books what came: stock enters at its cost, the weighted average follows, the order is PARTIAL until every line is whole. A line may
 * bring more than was ordered; a product that is not on the order is refused (NOT_ON_ORDER).
 */
export function receivePurchase(
  context: CommandContext,
  input: { id: string; reference: string; warehouseId?: string | undefined; lines: readonly Wanted[] },
) {
  const purchase = requireState(context, input.id);
  const ordered = new Map(linesOf(context.writer, purchase.id).map((line) => [line.productId, line]));
  const lines = merge(input.lines).map((line) => {
    const order = lineOf(ordered, line.productId);
    return { ...line, order, unitCostMilliClp: line.unitCostMilliClp ?? order.unitCostMilliClp };
  });
  const { supplierId, warehouseId } = purchase;
  const { reference } = input;
  const entry = { warehouseId: input.warehouseId ?? warehouseId, supplierId, reference, lines };
  const { document, movements, entered } = enterGoods(context, entry);
  const reception: ReceptionRow = {
    id: document.id,
    purchaseId: purchase.id,
    supplierId,
    leadDays: daysBetween(purchase.sentOn ?? context.businessDate, context.businessDate),
    receivedAtMs: context.nowMs,
  };
  insertReception.run(context.writer, reception);
  const receptionLines = entered.map(({ hasJumped: _, ...line }, index): ReceptionLineRow => {
    const order = lineOf(ordered, line.productId);
    const row = {
      receptionId: reception.id,
      lineNumber: index + 1,
      orderedCostMilliClp: order.unitCostMilliClp,
      ...line,
    };
    insertReceptionLine.run(context.writer, row);
    bookLine(context, purchase.branchId, supplierId, order, row);
    return row;
  });
  const isWhole = linesOf(context.writer, purchase.id).every((line) => line.receivedMilli >= line.quantityMilli);
  const state: PurchaseState = isWhole ? 'RECEIVED' : 'PARTIAL';
  const finishedAtMs = isWhole ? context.nowMs : null;
  storePurchase(context, { ...purchase, state, finishedAtMs });
  dropCounting.run(context.writer, { purchaseId: purchase.id });
  context.record(purchasingEvents.received, purchase.id, {
    purchaseId: purchase.id,
    state,
    finishedAtMs,
    reception,
    lines: receptionLines,
    document,
    movements,
  });
  const costChanges = entered.filter(({ hasJumped }) => hasJumped).map((line) => costChange(context, line));
  return { id: reception.id, stockNumber: document.number, state, costChanges };
}

function lineOf(ordered: ReadonlyMap<string, PurchaseLineRow>, productId: string): PurchaseLineRow {
  const line = ordered.get(productId);
  if (!line) throw new DomainError('NOT_ON_ORDER', { productId });
  return line;
}

function bookLine(
  context: CommandContext,
  branchId: string,
  supplierId: string,
  order: PurchaseLineRow,
  { quantityMilli, unitCostMilliClp }: ReceptionLineRow,
): void {
  addReceived.run(context.writer, { purchaseId: order.purchaseId, lineNumber: order.lineNumber, quantityMilli });
  const supply = supplyFor(context.writer, branchId, order.productId, supplierId);
  learnCost(context, { ...supply, unitCostMilliClp });
}

function costChange(
  context: CommandContext,
  line: { productId: string; averageBeforeMilliClp: number; averageAfterMilliClp: number; unitCostMilliClp: number },
): CostChange {
  const { name, priceClp, taxKind } = priceOf.one(context.writer, { id: line.productId });
  const iva = taxKind === 'EXEMPT' ? 0 : taxRateOn(context.writer, businessDate(context.nowMs, context.site.timeZone));
  return {
    productId: line.productId,
    name,
    previousMilliClp: line.averageBeforeMilliClp,
    unitCostMilliClp: line.unitCostMilliClp,
    averageAfterMilliClp: line.averageAfterMilliClp,
    priceClp,
    marginBeforeBasisPoints: marginBasisPoints(priceClp, line.averageBeforeMilliClp, iva),
    // At what the next unit costs: the average will follow.
    marginAfterBasisPoints: marginBasisPoints(priceClp, line.unitCostMilliClp, iva),
  };
}

/** Sends goods of an order back at their average cost; never more than came of it and are not back yet. */
export function returnGoods(
  context: CommandContext,
  input: { id: string; reason: string; lines: readonly { productId: string; quantityMilli: number }[] },
): { id: string; number: string } {
  const purchase = requireState(context, input.id, (state) => state !== 'DRAFT' && state !== 'CANCELLED');
  const lines = merge(input.lines);
  const ordered = new Map(linesOf(context.writer, purchase.id).map((line) => [line.productId, line]));
  for (const { productId, quantityMilli } of lines) {
    const order = ordered.get(productId);
    const leftMilli = (order?.receivedMilli ?? 0) - (order?.returnedMilli ?? 0);
    if (!order || quantityMilli > leftMilli) throw new DomainError('RETURN_TOO_LARGE', { productId, leftMilli });
    addReturned.run(context.writer, { purchaseId: purchase.id, lineNumber: order.lineNumber, quantityMilli });
  }
  const { supplierId, warehouseId } = purchase;
  const back = { warehouseId, supplierId, reason: input.reason, reference: purchase.number ?? '', lines };
  const { document, movements } = sendBack(context, back);
  context.record(purchasingEvents.goodsReturned, purchase.id, { purchaseId: purchase.id, document, movements });
  return { id: document.id, number: document.number };
}

function daysBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000));
}
