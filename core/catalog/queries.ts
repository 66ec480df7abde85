/** Reads of the catalogue. */
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import { DomainError } from '#core/shared/errors.ts';
import { type BasisPoints, basisPoints } from '#core/shared/numbers.ts';
import type { ProductCard, ProductRow } from './contract.ts';
import { matchesText, underCategory } from './search.ts';
import type { CatalogTables, ProductFact } from './tables.ts';

const { db, select } = sqlFor<CatalogTables>();

const sellable = select((p: { id: string }) =>
  db
    .selectFrom('product')
    .select(['id as productId', 'sku', 'name', 'unit', 'kind', 'priceClp', 'taxKind', 'negativeStock', 'state'])
    .where('id', '=', p.id),
);
const componentsOf = select((p: { kitId: string }) =>
  db
    .selectFrom('kitComponent')
    .innerJoin('product', 'product.id', 'kitComponent.componentId')
    .select(['product.id as productId', 'kitComponent.quantityMilli', 'product.kind', 'product.negativeStock'])
    .where('kitComponent.kitId', '=', p.kitId),
);
const rateOn = select((p: { date: string }) =>
  db
    .selectFrom('taxRate')
    .select('rateBasisPoints')
    .where('validFrom', '<=', p.date)
    .orderBy('validFrom', 'desc')
    .limit(1),
);

export interface Component {
  productId: string;
  quantityMilli: number;
  kind: 'GOODS' | 'SERVICE' | 'KIT';
  negativeStock: 'BLOCK' | 'AUTHORISE' | 'ALLOW';
}

/** What a sale freezes of a product. A kit brings its components; their quantities are per one kit. */
export interface SellableProduct {
  productId: string;
  sku: string;
  name: string;
  unit: string;
  kind: 'GOODS' | 'SERVICE' | 'KIT';
  priceClp: number;
  taxKind: 'TAXED' | 'EXEMPT';
  negativeStock: 'BLOCK' | 'AUTHORISE' | 'ALLOW';
  state: 'ACTIVE' | 'INACTIVE' | 'DISCONTINUED';
  components: Component[];
}

/** The facts of a product for a sale; NOT_FOUND where there is none. */
export function sellableProduct(reader: Reader, productId: string): SellableProduct {
  const product = sellable.first(reader, { id: productId });
  if (!product) throw new DomainError('NOT_FOUND', { product: productId });
  return { ...product, components: product.kind === 'KIT' ? componentsOf.all(reader, { kitId: productId }) : [] };
}

/** Refuses what holds no stock: services and kits. */
export function requireGoods(reader: Reader, productId: string): void {
  if (sellableProduct(reader, productId).kind !== 'GOODS') {
    throw new DomainError('PRODUCT_NOT_SELLABLE', { productId, reason: 'HOLDS_NO_STOCK' });
  }
}

/** What the supplier's list says a base unit costs, net of IVA, in thousandths of a peso. */
export function listCost(reader: Reader, productId: string): number {
  const product = factById.first(reader, { id: productId });
  if (!product) throw new DomainError('NOT_FOUND', { product: productId });
  return product.listCostMilliClp;
}

/** The IVA rate in force on a local date. */
export function taxRateOn(reader: Reader, date: string): BasisPoints {
  return basisPoints(rateOn.one(reader, { date }).rateBasisPoints);
}

const categories = select(() =>
  db
    .selectFrom('category')
    .select((eb) => [
      'id',
      'parentId',
      'name',
      'position',
      eb
        .selectFrom('product')
        .select(eb.fn.countAll<number>().as('n'))
        .whereRef('product.categoryId', '=', 'category.id')
        .as('count'),
    ])
    .where('archivedAtMs', 'is', null)
    .orderBy('position')
    .orderBy('name'),
);

export const listCategories = (reader: Reader) =>
  categories.all(reader, {}).map(({ count, ...row }) => ({ ...row, productCount: count ?? 0 }));

const factById = select((p: { id: string }) =>
  db
    .selectFrom('product')
    .select([
      'searchId',
      'id',
      'sku',
      'name',
      'description',
      'brand',
      'categoryId',
      'supplierId',
      'kind',
      'state',
      'priceClp',
      'listCostMilliClp',
      'unit',
      'viscosity',
      'presentation',
      'location',
      'taxKind',
      'negativeStock',
      'createdAtMs',
      'updatedAtMs',
    ])
    .where('id', '=', p.id),
);
const barcodesOf = select((p: { id: string }) =>
  db.selectFrom('productBarcode').select(['barcode', 'quantityMilli']).where('productId', '=', p.id).orderBy('barcode'),
);
const componentNames = select((p: { id: string }) =>
  db
    .selectFrom('kitComponent')
    .innerJoin('product', 'product.id', 'kitComponent.componentId')
    .select(['product.id as productId', 'product.sku', 'product.name', 'kitComponent.quantityMilli'])
    .where('kitComponent.kitId', '=', p.id)
    .orderBy('product.name'),
);
const categoryName = select((p: { id: string }) => db.selectFrom('category').select('name').where('id', '=', p.id));

/** A product as its event carries it, with its local search id. */
export function productFact(reader: Reader, id: string): ProductFact & { searchId: number } {
  const product = factById.first(reader, { id });
  if (!product) throw new DomainError('NOT_FOUND', { product: id });
  const components = componentNames
    .all(reader, { id })
    .map(({ productId, quantityMilli }) => ({ productId, quantityMilli }));
  return { ...product, barcodes: barcodesOf.all(reader, { id }), components };
}

/** The product's card; its cost only for those who may see costs. */
export function getProduct(reader: Reader, id: string, seesCost: boolean): ProductCard {
  const { searchId: _, ...product } = productFact(reader, id);
  return {
    ...product,
    listCostMilliClp: seesCost ? product.listCostMilliClp : null,
    categoryName: categoryName.one(reader, { id: product.categoryId }).name,
    components: componentNames.all(reader, { id }),
  };
}

export interface ProductFilter {
  text: string;
  categoryId?: string | undefined;
  supplierId?: string | undefined;
  kind?: ProductFact['kind'] | undefined;
  state?: ProductFact['state'] | undefined;
  sort: 'name' | 'sku' | 'priceClp' | 'updatedAtMs';
  direction: 'asc' | 'desc';
  limit: number;
  offset: number;
}

const sortColumn = { name: 'nameFolded', sku: 'skuFolded', priceClp: 'priceClp', updatedAtMs: 'updatedAtMs' } as const;

/** A page of the product table. A category includes its descendants. */
export function listProducts(
  reader: Reader,
  filter: ProductFilter,
  seesCost: boolean,
): { rows: ProductRow[]; total: number } {
  let base = db.selectFrom('product');
  if (filter.text !== '') base = base.where(matchesText(filter.text));
  if (filter.categoryId !== undefined) base = base.where(underCategory(filter.categoryId));
  if (filter.supplierId !== undefined) base = base.where('supplierId', '=', filter.supplierId);
  if (filter.kind !== undefined) base = base.where('kind', '=', filter.kind);
  if (filter.state !== undefined) base = base.where('state', '=', filter.state);
  const total = reader.first(base.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  // The page's rows are chosen by their place in the index alone, then read: a far page costs no reading of those before it.
  const chosen = base
    .select('searchId')
    .orderBy(sortColumn[filter.sort], filter.direction)
    .orderBy('searchId', filter.direction)
    .limit(filter.limit)
    .offset(filter.offset);
  const rows = reader.all(
    db
      .selectFrom('product')
      .innerJoin('category', 'category.id', 'product.categoryId')
      .select([
        'product.id',
        'sku',
        'product.name',
        'brand',
        'categoryId',
        'category.name as categoryName',
        'supplierId',
        'kind',
        'state',
        'priceClp',
        'listCostMilliClp',
        'unit',
        'viscosity',
        'presentation',
        'location',
        'taxKind',
      ])
      .where('searchId', 'in', chosen)
      .orderBy(sortColumn[filter.sort], filter.direction)
      .orderBy('searchId', filter.direction),
  );
  return { rows: seesCost ? rows : rows.map((row) => ({ ...row, listCostMilliClp: null })), total };
}
