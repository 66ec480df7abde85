/** Requests to buy: asked for, approved or turned down, then ordered. */
import { sql } from 'kysely';
import { userName } from '#core/auth/index.ts';
import { type CatalogTables, requireGoods } from '#core/catalog/index.ts';
import type { CommandContext } from '#core/engine/context.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { InventoryTables } from '#core/inventory/index.ts';
import { getSupplier, type PeopleTables } from '#core/people/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import type { LowStockRow, RequestRow } from './contract.ts';
import { purchasingEvents } from './events.ts';
import { roundToPack } from './rules.ts';
import { supplyFor } from './supply.ts';
import type { PurchasingTables, RequestTableRow } from './tables.ts';

const { db, select, insert, change } = sqlFor<PurchasingTables & CatalogTables & PeopleTables & InventoryTables>();

const COLUMNS = [
  'id',
  'branchId',
  'productId',
  'supplierId',
  'quantityMilli',
  'source',
  'state',
  'note',
  'decisionReason',
  'actorId',
  'createdAtMs',
  'decidedById',
  'decidedAtMs',
  'purchaseId',
] as const;
const insertRequest = insert('reorderRequest', COLUMNS);
const byId = select((p: { id: string; branchId: string }) =>
  db.selectFrom('reorderRequest').select(COLUMNS).where('id', '=', p.id).where('branchId', '=', p.branchId),
);
const saveRequest = change((p: RequestTableRow) =>
  db
    .updateTable('reorderRequest')
    .set({
      supplierId: p.supplierId,
      quantityMilli: p.quantityMilli,
      state: p.state,
      decisionReason: p.decisionReason,
      decidedById: p.decidedById,
      decidedAtMs: p.decidedAtMs,
      purchaseId: p.purchaseId,
    })
    .where('id', '=', p.id),
);
const ownSupplier = select((p: { id: string }) => db.selectFrom('product').select('supplierId').where('id', '=', p.id));

export interface NewRequest {
  productId: string;
  quantityMilli: number;
  supplierId?: string | null | undefined;
}

/** Asks for products; without a supplier named, the product's own. Records the event. Answers the requests' ids in the lines' order. */
export function createRequests(
  context: CommandContext,
  source: RequestTableRow['source'],
  note: string,
  lines: readonly NewRequest[],
): string[] {
  const requests = lines.map(({ productId, quantityMilli, supplierId }): RequestTableRow => {
    requireGoods(context.writer, productId);
    if (supplierId) getSupplier(context.writer, supplierId);
    const row: RequestTableRow = {
      id: context.newId(),
      branchId: context.site.branchId,
      productId,
      supplierId: supplierId ?? ownSupplier.one(context.writer, { id: productId }).supplierId,
      quantityMilli,
      source,
      state: 'OPEN',
      note,
      decisionReason: '',
      actorId: context.actor.userId,
      createdAtMs: context.nowMs,
      decidedById: null,
      decidedAtMs: null,
      purchaseId: null,
    };
    insertRequest.run(context.writer, row);
    return row;
  });
  context.record(purchasingEvents.requestsCreated, requests[0]?.id ?? '', { requests });
  return requests.map(({ id }) => id);
}

/** Requests that are not ordered or turned down yet. NOT_FOUND, or CONFLICT REQUEST_DECIDED. */
export function waitingRequests(context: CommandContext, ids: readonly string[]): RequestTableRow[] {
  return [...new Set(ids)].map((id) => {
    const request = byId.first(context.writer, { id, branchId: context.site.branchId });
    if (!request) throw new DomainError('NOT_FOUND', { request: id });
    if (request.state === 'ORDERED' || request.state === 'REJECTED') {
      throw new DomainError('CONFLICT', { reason: 'REQUEST_DECIDED' });
    }
    return request;
  });
}

/** Writes requests as they now are, without recording it. */
export function storeRequests(context: CommandContext, requests: readonly RequestTableRow[]): void {
  for (const request of requests) saveRequest.run(context.writer, request);
}

export function updateRequest(
  context: CommandContext,
  id: string,
  patch: { quantityMilli?: number | undefined; supplierId?: string | undefined },
): { id: string } {
  if (patch.supplierId !== undefined) getSupplier(context.writer, patch.supplierId);
  const requests = waitingRequests(context, [id]).map((request) => ({
    ...request,
    quantityMilli: patch.quantityMilli ?? request.quantityMilli,
    supplierId: patch.supplierId ?? request.supplierId,
  }));
  storeRequests(context, requests);
  context.record(purchasingEvents.requestsChanged, id, { requests });
  return { id };
}

export function decideRequests(
  context: CommandContext,
  ids: readonly string[],
  state: 'APPROVED' | 'REJECTED',
  decisionReason = '',
): number {
  const requests = waitingRequests(context, ids).map((request) => ({
    ...request,
    state,
    decisionReason,
    decidedById: context.actor.userId,
    decidedAtMs: context.nowMs,
  }));
  storeRequests(context, requests);
  context.record(purchasingEvents.requestsChanged, requests[0]?.id ?? '', { requests });
  return requests.length;
}

export function listRequests(
  reader: Reader,
  branchId: string,
  filter: {
    state?: RequestTableRow['state'] | undefined;
    supplierId?: string | undefined;
    limit: number;
    offset: number;
  },
  seesCost: boolean,
): { rows: RequestRow[]; total: number } {
  let requests = db.selectFrom('reorderRequest').where('reorderRequest.branchId', '=', branchId);
  if (filter.state !== undefined) requests = requests.where('reorderRequest.state', '=', filter.state);
  if (filter.supplierId !== undefined) requests = requests.where('reorderRequest.supplierId', '=', filter.supplierId);
  const total = reader.first(requests.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const rows = reader.all(
    requests
      .innerJoin('product', 'product.id', 'reorderRequest.productId')
      .leftJoin('supplier', 'supplier.id', 'reorderRequest.supplierId')
      .select([
        'reorderRequest.id',
        'reorderRequest.productId',
        'product.sku',
        'product.name',
        'product.unit',
        'reorderRequest.supplierId',
        'supplier.name as supplierName',
        'reorderRequest.quantityMilli',
        'reorderRequest.source',
        'reorderRequest.state',
        'reorderRequest.note',
        'reorderRequest.decisionReason',
        'reorderRequest.actorId',
        'reorderRequest.createdAtMs',
        'reorderRequest.purchaseId',
      ])
      .orderBy('reorderRequest.id', 'desc')
      .limit(filter.limit)
      .offset(filter.offset),
  );
  return {
    total,
    rows: rows.map(({ actorId, ...row }) => {
      const supply = supplyFor(reader, branchId, row.productId, row.supplierId);
      return {
        ...row,
        orderMilli: roundToPack(row.quantityMilli, supply.packMilli, supply.minimumMilli),
        packMilli: supply.packMilli,
        unitCostMilliClp: seesCost ? supply.unitCostMilliClp : null,
        createdByName: userName(reader, actorId),
      };
    }),
  };
}

const onOrder = sql<number>`coalesce((
  select sum(max(line."quantityMilli" - line."receivedMilli", 0)) from "purchaseLine" as line
  join "purchase" on "purchase"."id" = line."purchaseId"
  where line."productId" = "stockMinimum"."productId" and "purchase"."state" in ('SENT', 'PARTIAL')), 0)`;
const asked = sql<number>`coalesce((
  select sum(request."quantityMilli") from "reorderRequest" as request
  where request."productId" = "stockMinimum"."productId" and request."state" in ('OPEN', 'APPROVED')), 0)`;

/** Products at or under a minimum that what is asked for and on its way does not lift over it; twice the minimum is suggested. */
export function listLowStock(reader: Reader, branchId: string, limit: number): LowStockRow[] {
  return lowStock
    .all(reader, { branchId, limit })
    .map(({ askedMilli, ...row }) => ({
      ...row,
      suggestedMilli: 2 * row.minimumMilli - (row.onHandMilli - row.reservedMilli) - row.onOrderMilli - askedMilli,
    }))
    .filter((row) => row.suggestedMilli > row.minimumMilli);
}

const lowStock = select((p: { branchId: string; limit: number }) =>
  db
    .selectFrom('stockMinimum')
    .innerJoin('warehouse', 'warehouse.id', 'stockMinimum.warehouseId')
    .innerJoin('stockLevel', (join) =>
      join
        .onRef('stockLevel.productId', '=', 'stockMinimum.productId')
        .onRef('stockLevel.warehouseId', '=', 'stockMinimum.warehouseId'),
    )
    .innerJoin('product', 'product.id', 'stockMinimum.productId')
    .leftJoin('supplier', 'supplier.id', 'product.supplierId')
    .select([
      'stockMinimum.productId',
      'product.sku',
      'product.name',
      'product.unit',
      'product.supplierId',
      'supplier.name as supplierName',
      'stockLevel.onHandMilli',
      'stockLevel.reservedMilli',
      'stockMinimum.minimumMilli',
    ])
    .select([onOrder.as('onOrderMilli'), asked.as('askedMilli')])
    .where('warehouse.branchId', '=', p.branchId)
    .where('stockMinimum.minimumMilli', '>', 0)
    .where('product.state', '=', 'ACTIVE')
    .where(sql<boolean>`"stockLevel"."onHandMilli" - "stockLevel"."reservedMilli" <= "stockMinimum"."minimumMilli"`)
    .orderBy(sql`("stockLevel"."onHandMilli" - "stockLevel"."reservedMilli") * 1000 / "stockMinimum"."minimumMilli"`)
    .limit(p.limit),
);
