/** Products as the counter sees them: the catalogue's search joined with what this branch can sell right now. */
import { sql } from 'kysely';
import { type CatalogTables, findByCode, searchProducts, underCategory } from '#core/catalog/index.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { CounterProduct } from './contract.ts';
import type { InventoryTables } from './tables.ts';
import { warehouseFor } from './warehouses.ts';

const { db, select } = sqlFor<InventoryTables & CatalogTables>();

/** A kit can be sold as often as its scarcest component allows; a service always. */
const availableMilli = (warehouseId: string) => sql<number | null>`
  case "product"."kind"
    when 'GOODS' then coalesce((
      select "onHandMilli" - "reservedMilli" from "stockLevel"
      where "stockLevel"."productId" = "product"."id" and "stockLevel"."warehouseId" = ${warehouseId}), 0)
    when 'KIT' then (
      select min(coalesce("stockLevel"."onHandMilli" - "stockLevel"."reservedMilli", 0) / "kitComponent"."quantityMilli" * 1000)
      from "kitComponent"
      join "product" as "part" on "part"."id" = "kitComponent"."componentId" and "part"."kind" = 'GOODS'
      left join "stockLevel" on "stockLevel"."productId" = "kitComponent"."componentId"
        and "stockLevel"."warehouseId" = ${warehouseId}
      where "kitComponent"."kitId" = "product"."id")
  end`;

const products = (warehouseId: string) =>
  db
    .selectFrom('product')
    .select([
      'product.id',
      'sku',
      'product.name',
      'brand',
      'categoryId',
      'kind',
      'priceClp',
      'unit',
      'taxKind',
      availableMilli(warehouseId).as('availableMilli'),
    ])
    .where('state', '=', 'ACTIVE');

const byId = select((p: { warehouseId: string; id: string }) => products(p.warehouseId).where('product.id', '=', p.id));
const popular = select((p: { warehouseId: string; limit: number }) =>
  products(p.warehouseId).orderBy('popularity', 'desc').orderBy('nameFolded').limit(p.limit),
);
const popularIn = select((p: { warehouseId: string; categoryId: string; limit: number }) =>
  products(p.warehouseId)
    .where(underCategory(p.categoryId))
    .orderBy('popularity', 'desc')
    .orderBy('nameFolded')
    .limit(p.limit),
);

const popularCodes = select((p: { limit: number }) =>
  db
    .selectFrom(
      db
        .selectFrom('product')
        .select('id')
        .where('state', '=', 'ACTIVE')
        .orderBy('popularity', 'desc')
        .orderBy('nameFolded')
        .limit(p.limit)
        .as('popular'),
    )
    .innerJoin('productBarcode', 'productBarcode.productId', 'popular.id')
    .select(['barcode as code', 'productId', 'quantityMilli']),
);

/** Where the counter is. */
export interface Branch {
  reader: Reader;
  branchId: string;
}

const salesWarehouse = ({ reader, branchId }: Branch): string => warehouseFor(reader, branchId, 'SALES');

/** The tiles of a category (with its descendants) or of everything, best sellers first. */
export function tiles(branch: Branch, categoryId: string | undefined, limit: number): CounterProduct[] {
  const warehouseId = salesWarehouse(branch);
  return categoryId === undefined
    ? popular.all(branch.reader, { warehouseId, limit })
    : popularIn.all(branch.reader, { warehouseId, categoryId, limit });
}

/** What was typed, best first. */
export function search(branch: Branch, text: string, limit: number): CounterProduct[] {
  return byIds(
    branch,
    searchProducts(branch.reader, text, limit).map((hit) => hit.id),
  );
}

/** The product of a scanned code and the quantity that one scan sells; null where nobody knows the code. */
export function byCode(branch: Branch, code: string): { product: CounterProduct; quantityMilli: number } | null {
  const found = findByCode(branch.reader, code);
  const product = found && byId.first(branch.reader, { warehouseId: salesWarehouse(branch), id: found.productId });
  return found && product ? { product, quantityMilli: found.quantityMilli } : null;
}

/** The barcodes of the tiles of everything, with what one scan of each sells. */
export function codes({ reader }: Branch, limit: number): { code: string; productId: string; quantityMilli: number }[] {
  return popularCodes.all(reader, { limit });
}

/** Active products by id, in the order asked for; ones that are sold no more are left out. */
export function byIds(branch: Branch, ids: readonly string[]): CounterProduct[] {
  const warehouseId = salesWarehouse(branch);
  return ids.flatMap((id) => byId.first(branch.reader, { warehouseId, id }) ?? []);
}
