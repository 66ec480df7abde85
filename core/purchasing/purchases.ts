/** Orders to suppliers: drafted from requests or by hand, sent, ended. Their reception is in receive.ts. */
import { type CatalogTables, requireGoods } from '#core/catalog/index.ts';
import type { CommandContext } from '#core/engine/context.ts';
import { takeNumber } from '#core/engine/documentNumber.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import { warehouseFor } from '#core/inventory/index.ts';
import { getSupplier } from '#core/people/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import { addDays } from '#core/shared/time.ts';
import { purchasingEvents } from './events.ts';
import { storeRequests, waitingRequests } from './requests.ts';
import { isOpen, roundToPack } from './rules.ts';
import { supplierFacts, supplyFor } from './supply.ts';
import type { PurchaseLineRow, PurchaseTableRow, PurchasingTables, RequestTableRow } from './tables.ts';

const { db, select, insert, change } = sqlFor<PurchasingTables & CatalogTables>();

const PURCHASE = [
  'id',
  'number',
  'branchId',
  'supplierId',
  'warehouseId',
  'state',
  'note',
  'reason',
  'expectedOn',
  'actorId',
  'createdAtMs',
  'sentAtMs',
  'sentOn',
  'finishedAtMs',
] as const;
const LINE = [
  'purchaseId',
  'lineNumber',
  'productId',
  'sku',
  'name',
  'unit',
  'supplierCode',
  'packMilli',
  'quantityMilli',
  'receivedMilli',
  'returnedMilli',
  'unitCostMilliClp',
] as const;
const insertPurchase = insert('purchase', PURCHASE);
const insertLine = insert('purchaseLine', LINE);
const removeLines = change((p: { purchaseId: string }) =>
  db.deleteFrom('purchaseLine').where('purchaseId', '=', p.purchaseId),
);
const savePurchase = change((p: PurchaseTableRow) =>
  db
    .updateTable('purchase')
    .set({
      number: p.number,
      state: p.state,
      note: p.note,
      reason: p.reason,
      expectedOn: p.expectedOn,
      sentAtMs: p.sentAtMs,
      sentOn: p.sentOn,
      finishedAtMs: p.finishedAtMs,
    })
    .where('id', '=', p.id),
);
const byId = select((p: { id: string; branchId: string }) =>
  db.selectFrom('purchase').select(PURCHASE).where('id', '=', p.id).where('branchId', '=', p.branchId),
);
const linesById = select((p: { id: string }) =>
  db.selectFrom('purchaseLine').select(LINE).where('purchaseId', '=', p.id).orderBy('lineNumber'),
);
const productOf = select((p: { id: string }) =>
  db.selectFrom('product').select(['sku', 'name', 'unit']).where('id', '=', p.id),
);

/** A purchase of this branch, or NOT_FOUND. */
export function purchaseOf(reader: Reader, branchId: string, id: string): PurchaseTableRow {
  const purchase = byId.first(reader, { id, branchId });
  if (!purchase) throw new DomainError('NOT_FOUND', { purchase: id });
  return purchase;
}

export const linesOf = (reader: Reader, id: string): PurchaseLineRow[] => linesById.all(reader, { id });

/** Writes a purchase as it now is, without recording it. */
export const storePurchase = (context: CommandContext, purchase: PurchaseTableRow): void =>
  void savePurchase.run(context.writer, purchase);

export interface Wanted {
  productId: string;
  quantityMilli: number;
  unitCostMilliClp?: number | undefined;
}

/**
 * Turns requests into draft orders, one per supplier, the same product in one line, rounded up to pack and least order. Requests that
 * nobody had approved are approved by whoever orders them. SUPPLIER_MISSING where nobody said who delivers.
 */
export function draftFromRequests(context: CommandContext, ids: readonly string[]): { ids: string[] } {
  const groups = new Map<string, RequestTableRow[]>();
  for (const request of waitingRequests(context, ids)) {
    if (request.supplierId === null) throw new DomainError('SUPPLIER_MISSING', { productId: request.productId });
    const group = groups.get(request.supplierId);
    if (group) group.push(request);
    else groups.set(request.supplierId, [request]);
  }
  const requests: RequestTableRow[] = [];
  const purchases = [...groups].map(([supplierId, group]) => {
    const drafted = draft(context, supplierId, '', group);
    for (const request of group) {
      requests.push({
        ...request,
        state: 'ORDERED',
        decidedById: request.decidedById ?? context.actor.userId,
        decidedAtMs: request.decidedAtMs ?? context.nowMs,
        purchaseId: drafted.purchase.id,
      });
    }
    return drafted;
  });
  storeRequests(context, requests);
  context.record(purchasingEvents.purchasesDrafted, purchases[0]?.purchase.id ?? '', { purchases, requests });
  return { ids: purchases.map(({ purchase }) => purchase.id) };
}

export function createPurchase(
  context: CommandContext,
  input: { supplierId: string; note: string; lines: readonly Wanted[] },
): { id: string } {
  const drafted = draft(context, input.supplierId, input.note, input.lines);
  context.record(purchasingEvents.purchasesDrafted, drafted.purchase.id, { purchases: [drafted], requests: [] });
  return { id: drafted.purchase.id };
}

function draft(context: CommandContext, supplierId: string, note: string, wanted: readonly Wanted[]) {
  getSupplier(context.writer, supplierId);
  const purchase: PurchaseTableRow = {
    id: context.newId(),
    number: null,
    branchId: context.site.branchId,
    supplierId,
    warehouseId: warehouseFor(context.writer, context.site.branchId, 'SALES'),
    state: 'DRAFT',
    note,
    reason: '',
    expectedOn: null,
    actorId: context.actor.userId,
    createdAtMs: context.nowMs,
    sentAtMs: null,
    sentOn: null,
    finishedAtMs: null,
  };
  insertPurchase.run(context.writer, purchase);
  return { purchase, lines: writeLines(context, purchase, wanted) };
}

function writeLines(context: CommandContext, purchase: PurchaseTableRow, wanted: readonly Wanted[]): PurchaseLineRow[] {
  return merge(wanted).map(({ productId, quantityMilli, unitCostMilliClp }, index) => {
    requireGoods(context.writer, productId);
    const supply = supplyFor(context.writer, purchase.branchId, productId, purchase.supplierId);
    const line: PurchaseLineRow = {
      purchaseId: purchase.id,
      lineNumber: index + 1,
      productId,
      ...productOf.one(context.writer, { id: productId }),
      supplierCode: supply.supplierCode,
      packMilli: supply.packMilli,
      quantityMilli: roundToPack(quantityMilli, supply.packMilli, supply.minimumMilli),
      receivedMilli: 0,
      returnedMilli: 0,
      unitCostMilliClp: unitCostMilliClp ?? supply.unitCostMilliClp,
    };
    insertLine.run(context.writer, line);
    return line;
  });
}

/** One line per product, in the order in which each was first named. */
export function merge(wanted: readonly Wanted[]): Wanted[] {
  const merged = new Map<string, Wanted>();
  for (const line of wanted) {
    const before = merged.get(line.productId);
    merged.set(line.productId, {
      productId: line.productId,
      quantityMilli: line.quantityMilli + (before?.quantityMilli ?? 0),
      unitCostMilliClp: line.unitCostMilliClp ?? before?.unitCostMilliClp,
    });
  }
  return [...merged.values()];
}

export function updatePurchase(
  context: CommandContext,
  id: string,
  patch: { note?: string | undefined; lines?: readonly Wanted[] | undefined },
): { id: string } {
  const before = requireState(context, id, (state) => state === 'DRAFT');
  const purchase = { ...before, note: patch.note ?? before.note };
  storePurchase(context, purchase);
  if (patch.lines) {
    removeLines.run(context.writer, { purchaseId: id });
    writeLines(context, purchase, patch.lines);
  }
  context.record(purchasingEvents.purchaseChanged, id, { purchase, lines: linesOf(context.writer, id) });
  return { id };
}

/** Sends a draft: it takes its number, and from now on its goods count as on order. */
export function sendPurchase(
  context: CommandContext,
  id: string,
  expectedOn?: string,
): { id: string; number: string; expectedOn: string } {
  const before = requireState(context, id, (state) => state === 'DRAFT');
  const { lead } = supplierFacts(context.writer, before.supplierId);
  const number = takeNumber(context, 'PURCHASE');
  const day = expectedOn ?? addDays(context.businessDate, Math.ceil(lead.mean));
  const purchase: PurchaseTableRow = {
    ...before,
    number,
    state: 'SENT',
    expectedOn: day,
    sentAtMs: context.nowMs,
    sentOn: context.businessDate,
  };
  storePurchase(context, purchase);
  context.record(purchasingEvents.purchaseSent, id, { purchase, lines: linesOf(context.writer, id) });
  return { id, number, expectedOn: day };
}

/** Cancels an order of which nothing has come. PURCHASE_STATE otherwise. */
export function cancelPurchase(context: CommandContext, id: string, reason: string): { id: string } {
  const before = requireState(context, id, (state) => state === 'DRAFT' || state === 'SENT');
  return finish(context, before, 'CANCELLED', reason);
}

/** Closes an order whose rest will not come. */
export function closePurchase(context: CommandContext, id: string, reason: string): { id: string } {
  const before = requireState(context, id, (state) => state === 'PARTIAL');
  return finish(context, before, 'CLOSED', reason);
}

function finish(
  context: CommandContext,
  before: PurchaseTableRow,
  state: 'CANCELLED' | 'CLOSED',
  reason: string,
): { id: string } {
  const finishedAtMs = context.nowMs;
  storePurchase(context, { ...before, state, reason, finishedAtMs });
  context.record(purchasingEvents.purchaseFinished, before.id, { id: before.id, state, reason, finishedAtMs });
  return { id: before.id };
}

/** The purchase, if its state is one that the act allows; PURCHASE_STATE otherwise. */
export function requireState(
  context: CommandContext,
  id: string,
  allows: (state: PurchaseTableRow['state']) => boolean = isOpen,
): PurchaseTableRow {
  const purchase = purchaseOf(context.writer, context.site.branchId, id);
  if (!allows(purchase.state)) throw new DomainError('PURCHASE_STATE', { state: purchase.state });
  return purchase;
}
