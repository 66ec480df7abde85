/** Which products have their place in which warehouse, and the least that should lie there. */
import { type CatalogTables, type ProductFact, requireGoods } from '#core/catalog/index.ts';
import type { CommandContext } from '#core/engine/context.ts';
import { stampRow } from '#core/engine/master.ts';
import { sqlFor, type Writer } from '#core/engine/sql.ts';
import { DomainError } from '#core/shared/errors.ts';
import { inventoryEvents } from './events.ts';
import { ensureLevel } from './ledger.ts';
import type { InventoryTables } from './tables.ts';
import { listWarehouses, requireWarehouse, warehouseFor } from './warehouses.ts';

const { db, select, change } = sqlFor<InventoryTables & CatalogTables>();
const saveMinimum = change((p: InventoryTables['stockMinimum']) =>
  db
    .insertInto('stockMinimum')
    .values({ productId: p.productId, warehouseId: p.warehouseId, minimumMilli: p.minimumMilli })
    .onConflict((conflict) =>
      conflict.columns(['productId', 'warehouseId']).doUpdateSet({ minimumMilli: p.minimumMilli }),
    ),
);
const anyStock = select((p: { productId: string }) =>
  db
    .selectFrom('stockLevel')
    .select('warehouseId')
    .where('productId', '=', p.productId)
    .where((eb) => eb.or([eb('onHandMilli', '<>', 0), eb('reservedMilli', '<>', 0)]))
    .limit(1),
);

/** The least that a warehouse should hold of a product; 0 watches it no more. */
export function setMinimum(context: CommandContext, minimum: InventoryTables['stockMinimum']): { id: string } {
  const { productId, warehouseId, minimumMilli } = minimum;
  requireWarehouse(context, warehouseId);
  requireGoods(context.writer, productId);
  saveMinimum.run(context.writer, minimum);
  stampRow(context.writer, context.stamp, 'stockMinimum', `${productId}/${warehouseId}`, { minimumMilli });
  ensureLevel(context.writer, { productId, warehouseId });
  context.record(inventoryEvents.minimumSet, productId, minimum);
  return { id: productId };
}

/** A product that holds stock has its place, empty, where the counter sells: lists show it before its first delivery. */
export function placeProduct(context: CommandContext, product: Pick<ProductFact, 'id' | 'kind'>): void {
  if (product.kind !== 'GOODS') return;
  const warehouseId = warehouseFor(context.writer, context.site.branchId, 'SALES');
  ensureLevel(context.writer, { productId: product.id, warehouseId });
}

const goods = select(() => db.selectFrom('product').select('id').where('kind', '=', 'GOODS'));

/** Places a product that came from another branch. A branch that has no warehouse yet gets all of them with it: see `shelveAll`. */
export function shelve(writer: Writer, branchId: string, productId: string): void {
  if (!listWarehouses(writer, branchId).some(({ purpose }) => purpose === 'SALES')) return;
  ensureLevel(writer, { productId, warehouseId: warehouseFor(writer, branchId, 'SALES') });
}

/** Places every product that was known before the branch had its warehouses. */
export function shelveAll(writer: Writer, branchId: string): void {
  for (const { id } of goods.all(writer, {})) shelve(writer, branchId, id);
}

/** A product that became a service or a kit may not leave stock behind that nobody could sell or count. */
export function followKind(context: CommandContext, productId: string, kind: ProductFact['kind'] | undefined): void {
  if (kind === undefined) return;
  if (kind !== 'GOODS' && anyStock.first(context.writer, { productId })) {
    throw new DomainError('CONFLICT', { reason: 'HAS_STOCK', product: productId });
  }
  placeProduct(context, { id: productId, kind });
}
