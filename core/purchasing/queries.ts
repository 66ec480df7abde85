/** Reads of orders to suppliers. */
import { sql } from 'kysely';
import { userName } from '#core/auth/index.ts';
import type { CatalogTables } from '#core/catalog/index.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { InventoryTables } from '#core/inventory/index.ts';
import { getSupplier, type PeopleTables } from '#core/people/index.ts';
import type { PurchaseDetail, PurchaseRow } from './contract.ts';
import { linesOf, purchaseOf } from './purchases.ts';
import { readCounting } from './receive.ts';
import { isOpen, lineValue } from './rules.ts';
import type { PurchaseLineRow, PurchaseTableRow, PurchasingTables } from './tables.ts';

const { db, select } = sqlFor<PurchasingTables & InventoryTables & PeopleTables & CatalogTables>();

const receptionsOf = select((p: { purchaseId: string }) =>
  db
    .selectFrom('purchaseReception')
    .innerJoin('stockDocument', 'stockDocument.id', 'purchaseReception.id')
    .select([
      'purchaseReception.id',
      'stockDocument.number as stockNumber',
      'stockDocument.reference',
      'stockDocument.actorId',
      'purchaseReception.receivedAtMs',
      'purchaseReception.leadDays',
    ])
    .where('purchaseReception.purchaseId', '=', p.purchaseId)
    .orderBy('purchaseReception.id'),
);
const receptionLines = select((p: { receptionId: string }) =>
  db
    .selectFrom('purchaseReceptionLine')
    .innerJoin('product', 'product.id', 'purchaseReceptionLine.productId')
    .select([
      'purchaseReceptionLine.productId',
      'product.name',
      'purchaseReceptionLine.quantityMilli',
      'purchaseReceptionLine.orderedCostMilliClp',
      'purchaseReceptionLine.unitCostMilliClp',
      'purchaseReceptionLine.averageBeforeMilliClp',
      'purchaseReceptionLine.averageAfterMilliClp',
    ])
    .where('purchaseReceptionLine.receptionId', '=', p.receptionId)
    .orderBy('purchaseReceptionLine.lineNumber'),
);
const onOrderAll = select((p: { branchId: string }) =>
  db
    .selectFrom('purchase')
    .innerJoin('purchaseLine', 'purchaseLine.purchaseId', 'purchase.id')
    .select([
      'purchaseLine.productId',
      sql<number>`sum(max("purchaseLine"."quantityMilli" - "purchaseLine"."receivedMilli", 0))`.as('onOrderMilli'),
    ])
    .where('purchase.state', 'in', ['SENT', 'PARTIAL'])
    .where('purchase.branchId', '=', p.branchId)
    .groupBy('purchaseLine.productId'),
);
const lateOrders = select((p: { branchId: string; today: string }) =>
  db
    .selectFrom('purchase')
    .innerJoin('supplier', 'supplier.id', 'purchase.supplierId')
    .select(['purchase.id', 'purchase.number', 'supplier.name as supplierName', 'purchase.expectedOn'])
    .where('purchase.state', 'in', ['SENT', 'PARTIAL'])
    .where('purchase.branchId', '=', p.branchId)
    .where('purchase.expectedOn', '<', p.today),
);

/** What is still to come of sent orders, per product: in thousandths of the base unit. */
export const onOrder = (reader: Reader, branchId: string): Map<string, number> =>
  new Map(onOrderAll.all(reader, { branchId }).map(({ productId, onOrderMilli }) => [productId, onOrderMilli]));

/** Sent orders whose expected day has passed. */
export const latePurchases = (reader: Reader, branchId: string, today: string) =>
  lateOrders.all(reader, { branchId, today });

export interface PurchaseFilter {
  show: 'ALL' | 'DRAFT' | 'OPEN' | 'LATE' | 'FINISHED';
  supplierId?: string | undefined;
  limit: number;
  offset: number;
}

const STATES: Record<PurchaseFilter['show'], readonly PurchaseTableRow['state'][]> = {
  ALL: ['DRAFT', 'SENT', 'PARTIAL', 'RECEIVED', 'CLOSED', 'CANCELLED'],
  DRAFT: ['DRAFT'],
  OPEN: ['SENT', 'PARTIAL'],
  LATE: ['SENT', 'PARTIAL'],
  FINISHED: ['RECEIVED', 'CLOSED', 'CANCELLED'],
};

/** Who asks, as far as it changes the answer. */
export interface View {
  branchId: string;
  today: string;
  seesCost: boolean;
}

export function listPurchases(
  reader: Reader,
  view: View,
  filter: PurchaseFilter,
): { rows: PurchaseRow[]; total: number } {
  let purchases = db.selectFrom('purchase').where('branchId', '=', view.branchId);
  if (filter.show !== 'ALL') purchases = purchases.where('state', 'in', STATES[filter.show]);
  if (filter.show === 'LATE') purchases = purchases.where('expectedOn', '<', view.today);
  if (filter.supplierId !== undefined) purchases = purchases.where('supplierId', '=', filter.supplierId);
  const total = reader.first(purchases.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const rows = reader.all(
    purchases
      .select(['id', 'number', 'state', 'supplierId', 'createdAtMs', 'sentAtMs', 'expectedOn'])
      .orderBy('id', 'desc')
      .limit(filter.limit)
      .offset(filter.offset),
  );
  return { total, rows: rows.map((row) => purchaseRow(reader, view, row, linesOf(reader, row.id))) };
}

function purchaseRow(
  reader: Reader,
  view: View,
  purchase: Pick<
    PurchaseTableRow,
    'id' | 'number' | 'state' | 'supplierId' | 'createdAtMs' | 'sentAtMs' | 'expectedOn'
  >,
  lines: readonly PurchaseLineRow[],
): PurchaseRow {
  const { id, number, state, supplierId, createdAtMs, sentAtMs, expectedOn } = purchase;
  const shares = lines.map((line) => Math.min(1, line.receivedMilli / line.quantityMilli));
  return {
    id,
    number,
    state,
    supplierId,
    supplierName: getSupplier(reader, supplierId).name,
    lineCount: lines.length,
    totalMilliClp: view.seesCost
      ? lines.reduce((sum, line) => sum + lineValue(line.unitCostMilliClp, line.quantityMilli), 0)
      : null,
    receivedBasisPoints: Math.floor((shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length)) * 1e4),
    createdAtMs,
    sentAtMs,
    expectedOn,
    isLate: isOpen(state) && expectedOn !== null && expectedOn < view.today,
  };
}

/** An order with everything that came of it; costs are null for those who do not see them. */
export function getPurchase(reader: Reader, view: View, id: string): PurchaseDetail {
  const purchase = purchaseOf(reader, view.branchId, id);
  const lines = linesOf(reader, id);
  const cost = (value: number): number | null => (view.seesCost ? value : null);
  return {
    ...purchaseRow(reader, view, purchase, lines),
    note: purchase.note,
    warehouseId: purchase.warehouseId,
    supplierEmail: getSupplier(reader, purchase.supplierId).email,
    lines: lines.map(({ purchaseId: _, ...line }) => ({ ...line, unitCostMilliClp: cost(line.unitCostMilliClp) })),
    receptions: receptionsOf.all(reader, { purchaseId: id }).map(({ actorId, ...reception }) => ({
      ...reception,
      actorName: userName(reader, actorId),
      lines: receptionLines.all(reader, { receptionId: reception.id }).map((line) => ({
        ...line,
        orderedCostMilliClp: cost(line.orderedCostMilliClp),
        unitCostMilliClp: cost(line.unitCostMilliClp),
        averageBeforeMilliClp: cost(line.averageBeforeMilliClp),
        averageAfterMilliClp: cost(line.averageAfterMilliClp),
      })),
    })),
    counting: readCounting(reader, id, view.seesCost),
  };
}
