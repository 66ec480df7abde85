/** What each supplier delivers and how fast. */
import { type CatalogTables, listCost, requireGoods } from '#core/catalog/index.ts';
import type { CommandContext } from '#core/engine/context.ts';
import { masterTable, stampRow } from '#core/engine/master.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { InventoryTables } from '#core/inventory/index.ts';
import { getSupplier, type PeopleTables } from '#core/people/index.ts';
import type { SupplierTerms } from './contract.ts';
import { purchasingEvents } from './events.ts';
import { learnLeadTime, type LeadTime } from './rules.ts';
import type { PurchasingTables, SupplyRow } from './tables.ts';

const { db, select, change } = sqlFor<PurchasingTables & PeopleTables & CatalogTables & InventoryTables>();
const terms = masterTable(db, 'supplierTerms');

const termsOf = select((p: { id: string }) =>
  db.selectFrom('supplierTerms').select(['statedLeadDays', 'reviewDays', 'minimumOrderClp']).where('id', '=', p.id),
);
const suppliers = select(() =>
  db.selectFrom('supplier').select(['id', 'name']).where('archivedAtMs', 'is', null).orderBy('name'),
);
/** Older receptions say little of a supplier today. */
const RECENT = 30;
const leadDaysOf = select((p: { supplierId: string }) =>
  db
    .selectFrom('purchaseReception')
    .select('leadDays')
    .where('supplierId', '=', p.supplierId)
    .orderBy('receivedAtMs', 'desc')
    .limit(RECENT),
);
const openOf = select((p: { supplierId: string; today: string }) =>
  db
    .selectFrom('purchase')
    .select((eb) => [
      eb.fn.countAll<number>().as('open'),
      eb.fn.count<number>(eb.case().when('expectedOn', '<', p.today).then(1).end()).as('late'),
    ])
    .where('supplierId', '=', p.supplierId)
    .where('state', 'in', ['SENT', 'PARTIAL']),
);
const supplyOf = select((p: { productId: string; supplierId: string }) =>
  db
    .selectFrom('productSupply')
    .select(['productId', 'supplierId', 'supplierCode', 'packMilli', 'minimumMilli', 'unitCostMilliClp'])
    .where('productId', '=', p.productId)
    .where('supplierId', '=', p.supplierId),
);
const lastCostOf = select((p: { productId: string; branchId: string }) =>
  db
    .selectFrom('lastCost')
    .select('unitCostMilliClp')
    .where('productId', '=', p.productId)
    .where('branchId', '=', p.branchId),
);
const saveSupply = change((p: SupplyRow) =>
  db
    .insertInto('productSupply')
    .values({
      productId: p.productId,
      supplierId: p.supplierId,
      supplierCode: p.supplierCode,
      packMilli: p.packMilli,
      minimumMilli: p.minimumMilli,
      unitCostMilliClp: p.unitCostMilliClp,
    })
    .onConflict((conflict) =>
      conflict.columns(['productId', 'supplierId']).doUpdateSet({
        supplierCode: p.supplierCode,
        packMilli: p.packMilli,
        minimumMilli: p.minimumMilli,
        unitCostMilliClp: p.unitCostMilliClp,
      }),
    ),
);
const supplied = select((p: { supplierId: string; limit: number; offset: number }) =>
  db
    .selectFrom('productSupply')
    .innerJoin('product', 'product.id', 'productSupply.productId')
    .select([
      'productSupply.productId',
      'product.sku',
      'product.name',
      'product.unit',
      'productSupply.supplierId',
      'productSupply.supplierCode',
      'productSupply.packMilli',
      'productSupply.minimumMilli',
      'productSupply.unitCostMilliClp',
    ])
    .where('productSupply.supplierId', '=', p.supplierId)
    .orderBy('product.nameFolded')
    .limit(p.limit)
    .offset(p.offset),
);
const deliveredBy = select((p: { productId: string }) =>
  db
    .selectFrom('productSupply')
    .innerJoin('product', 'product.id', 'productSupply.productId')
    .innerJoin('supplier', 'supplier.id', 'productSupply.supplierId')
    .select([
      'productSupply.productId',
      'product.sku',
      'product.name',
      'product.unit',
      'productSupply.supplierId',
      'supplier.name as supplierName',
      'productSupply.supplierCode',
      'productSupply.packMilli',
      'productSupply.minimumMilli',
      'productSupply.unitCostMilliClp',
    ])
    .where('productSupply.productId', '=', p.productId)
    .orderBy('supplier.name'),
);
const suppliedCount = select((p: { supplierId: string }) =>
  db
    .selectFrom('productSupply')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('supplierId', '=', p.supplierId),
);

/** A supplier of whom nothing was said: a week for both. */
const UNSAID = { statedLeadDays: 7, reviewDays: 7, minimumOrderClp: 0 };

/** A supplier's terms with the lead time learnt from its receptions. */
export function supplierFacts(
  reader: Reader,
  supplierId: string,
): { reviewDays: number; minimumOrderClp: number; statedLeadDays: number; lead: LeadTime } {
  const said = termsOf.first(reader, { id: supplierId }) ?? UNSAID;
  const observed = leadDaysOf.all(reader, { supplierId }).map(({ leadDays }) => leadDays);
  return { ...said, lead: learnLeadTime(said.statedLeadDays, observed) };
}

/** All suppliers with terms, lead times and what is under way. */
export function listTerms(reader: Reader, today: string): SupplierTerms[] {
  return suppliers.all(reader, {}).map(({ id, name }) => {
    const { lead, ...said } = supplierFacts(reader, id);
    const { open, late } = openOf.one(reader, { supplierId: id, today });
    return {
      supplierId: id,
      supplierName: name,
      ...said,
      receptionCount: lead.receptionCount,
      leadDaysMean: lead.mean,
      leadDaysVariance: lead.variance,
      openOrders: open,
      lateOrders: late,
    };
  });
}

/**
 * How a product comes from a supplier. Where nothing was entered: by single base units, at what it last cost in the branch, else at the
 * list's cost.
 */
export function supplyFor(reader: Reader, branchId: string, productId: string, supplierId: string | null): SupplyRow {
  const known = supplierId === null ? undefined : supplyOf.first(reader, { productId, supplierId });
  if (known) return known;
  const last = lastCostOf.first(reader, { productId, branchId });
  return {
    productId,
    supplierId: supplierId ?? '',
    supplierCode: '',
    packMilli: 1000,
    minimumMilli: 0,
    unitCostMilliClp: last?.unitCostMilliClp ?? listCost(reader, productId),
  };
}

export function listSupply(reader: Reader, filter: { supplierId: string; limit: number; offset: number }) {
  return { rows: supplied.all(reader, filter), total: suppliedCount.one(reader, filter).n };
}

/** How each supplier delivers a product. */
export const supplyOfProduct = (reader: Reader, productId: string) => deliveredBy.all(reader, { productId });

export function setTerms(
  context: CommandContext,
  { supplierId, ...said }: { supplierId: string } & Omit<PurchasingTables['supplierTerms'], 'id'>,
): { id: string } {
  getSupplier(context.writer, supplierId);
  const row = { id: supplierId, ...said };
  if (termsOf.first(context.writer, row)) terms.update(context.writer, context.stamp, supplierId, said);
  else terms.insert(context.writer, context.stamp, row);
  context.record(purchasingEvents.termsSet, supplierId, row);
  return { id: supplierId };
}

export function setSupply(context: CommandContext, row: SupplyRow): { id: string } {
  getSupplier(context.writer, row.supplierId);
  requireGoods(context.writer, row.productId);
  storeSupply(context, row);
  context.record(purchasingEvents.supplySet, row.productId, row);
  return { id: row.productId };
}

/** What an invoice said becomes the supplier's cost. Part of the reception's event. */
export function learnCost(context: CommandContext, row: SupplyRow): void {
  if (supplyOf.first(context.writer, row)?.unitCostMilliClp !== row.unitCostMilliClp) storeSupply(context, row);
}

function storeSupply(context: CommandContext, row: SupplyRow): void {
  saveSupply.run(context.writer, row);
  const { productId, supplierId, ...columns } = row;
  stampRow(context.writer, context.stamp, 'productSupply', `${productId}/${supplierId}`, columns);
}
