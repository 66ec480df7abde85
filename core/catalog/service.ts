/** Writes of the catalogue. Each runs inside one command. */
import type { CommandContext } from '#core/engine/context.ts';
import { masterTable } from '#core/engine/master.ts';
import { sqlFor, type Writer } from '#core/engine/sql.ts';
import { getSupplier } from '#core/people/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import type { Parsed } from '#core/shared/procedure.ts';
import { fold } from '#core/shared/text.ts';
import type { catalogContract } from './contract.ts';
import { catalogEvents } from './events.ts';
import { productFact } from './queries.ts';
import { indexProduct } from './search.ts';
import type { CatalogTables, ProductFact } from './tables.ts';

const { db, select, insert, change } = sqlFor<CatalogTables>();
const categories = masterTable(db, 'category');
const products = masterTable(db, 'product');
const insertBarcode = insert('productBarcode', ['barcode', 'productId', 'quantityMilli']);
const clearBarcodes = change((p: { productId: string }) =>
  db.deleteFrom('productBarcode').where('productId', '=', p.productId),
);
const insertComponent = insert('kitComponent', ['kitId', 'componentId', 'quantityMilli']);
const clearComponents = change((p: { kitId: string }) => db.deleteFrom('kitComponent').where('kitId', '=', p.kitId));
const categoryById = select((p: { id: string }) =>
  db.selectFrom('category').select(['id', 'parentId']).where('id', '=', p.id).where('archivedAtMs', 'is', null),
);
const childCategory = select((p: { id: string }) =>
  db.selectFrom('category').select('id').where('parentId', '=', p.id).where('archivedAtMs', 'is', null).limit(1),
);
const productInCategory = select((p: { id: string }) =>
  db.selectFrom('product').select('id').where('categoryId', '=', p.id).limit(1),
);
const bySku = select((p: { skuFolded: string }) =>
  db.selectFrom('product').select('id').where('skuFolded', '=', p.skuFolded),
);
const barcodeOwner = select((p: { barcode: string }) =>
  db.selectFrom('productBarcode').select('productId').where('barcode', '=', p.barcode),
);
const kindOf = select((p: { id: string }) => db.selectFrom('product').select(['kind']).where('id', '=', p.id));
const usedInKit = select((p: { id: string }) =>
  db.selectFrom('kitComponent').select('kitId').where('componentId', '=', p.id).limit(1),
);
const idsInCategory = select((p: { id: string }) =>
  db.selectFrom('product').select('id').where('categoryId', '=', p.id),
);

type NewCategory = { name: string; parentId: string | null; position: number };

export function createCategory(context: CommandContext, input: NewCategory): { id: string } {
  if (input.parentId !== null) requireCategory(context.writer, input.parentId);
  const category = { id: context.newId(), ...input, archivedAtMs: null };
  categories.insert(context.writer, context.stamp, category);
  context.record(catalogEvents.categoryCreated, category.id, { category });
  return { id: category.id };
}

/** Renames, moves or orders a category. A category never becomes its own descendant. */
export function updateCategory(
  context: CommandContext,
  input: { id: string } & { [K in keyof NewCategory]?: NewCategory[K] | undefined },
): { id: string } {
  const { writer } = context;
  const { id, ...fields } = input;
  requireCategory(writer, id);
  for (let parent = input.parentId ?? null; parent !== null; parent = requireCategory(writer, parent).parentId) {
    if (parent === id) throw new DomainError('CATEGORY_CYCLE', { category: id });
  }
  const patch = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  categories.update(writer, context.stamp, id, patch);
  // The index holds the names of a product's categories.
  if (input.name !== undefined) for (const product of idsInCategory.all(writer, { id })) reindex(writer, product.id);
  context.record(catalogEvents.categoryChanged, id, { id, patch });
  return { id };
}

export function archiveCategory(context: CommandContext, id: string): { id: string } {
  requireCategory(context.writer, id);
  if (childCategory.first(context.writer, { id }) || productInCategory.first(context.writer, { id })) {
    throw new DomainError('CONFLICT', { reason: 'CATEGORY_IN_USE' });
  }
  const patch = { archivedAtMs: context.nowMs };
  categories.update(context.writer, context.stamp, id, patch);
  context.record(catalogEvents.categoryChanged, id, { id, patch });
  return { id };
}

type NewProduct = Omit<Parsed<typeof catalogContract.products.create>, 'commandId' | 'overrideIds'>;

export function createProduct(context: CommandContext, input: NewProduct): { id: string } {
  const product: ProductFact = {
    id: context.newId(),
    ...input,
    createdAtMs: context.nowMs,
    updatedAtMs: context.nowMs,
  };
  insertProduct(context, product);
  context.record(catalogEvents.productCreated, product.id, { product });
  return { id: product.id };
}

function insertProduct(context: CommandContext, product: ProductFact): void {
  const { writer } = context;
  requireCategory(writer, product.categoryId);
  if (product.supplierId !== null) getSupplier(writer, product.supplierId);
  requireFreeSku(writer, product.sku, product.id);
  const { barcodes, components, ...fields } = product;
  products.insert(writer, context.stamp, { ...fields, skuFolded: fold(product.sku), nameFolded: fold(product.name) });
  replaceBarcodes(writer, product.id, barcodes);
  replaceComponents(writer, product, components);
  reindex(writer, product.id);
}

type ProductPatch = Parsed<typeof catalogContract.products.update>['patch'];

export function updateProduct(context: CommandContext, id: string, patch: ProductPatch): { id: string } {
  const { writer } = context;
  const current = productFact(writer, id);
  if (patch.categoryId !== undefined) requireCategory(writer, patch.categoryId);
  if (patch.supplierId) getSupplier(writer, patch.supplierId);
  if (patch.sku !== undefined) requireFreeSku(writer, patch.sku, id);
  if (patch.kind !== undefined && patch.kind !== 'GOODS' && usedInKit.first(writer, { id })) {
    throw new DomainError('KIT_INVALID', { product: id });
  }
  const { barcodes, components, ...given } = patch;
  const fields = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as Partial<ProductFact>;
  products.update(writer, context.stamp, id, {
    ...(fields as object),
    ...(patch.sku === undefined ? {} : { skuFolded: fold(patch.sku) }),
    ...(patch.name === undefined ? {} : { nameFolded: fold(patch.name) }),
    updatedAtMs: context.nowMs,
  });
  if (barcodes) replaceBarcodes(writer, id, barcodes);
  if (components || patch.kind !== undefined) {
    replaceComponents(writer, { id, kind: patch.kind ?? current.kind }, components ?? current.components);
  }
  reindex(writer, id);
  context.record(catalogEvents.productChanged, id, { id, patch: { ...patch, updatedAtMs: context.nowMs } });
  return { id };
}

/** Changes many prices, all or none; the event keeps the previous ones, for the undo. */
export function setPrices(context: CommandContext, prices: { id: string; priceClp: number }[]): { changed: number } {
  const changes = prices.map(({ id, priceClp }) => {
    const previousPriceClp = productFact(context.writer, id).priceClp;
    products.update(context.writer, context.stamp, id, { priceClp, updatedAtMs: context.nowMs });
    return { id, priceClp, previousPriceClp };
  });
  const updatedAtMs = context.nowMs;
  context.record(catalogEvents.pricesChanged, changes[0]?.id ?? '', { prices: changes, updatedAtMs });
  return { changed: changes.length };
}

function reindex(writer: Writer, id: string): void {
  const { searchId, ...product } = productFact(writer, id);
  indexProduct(writer, searchId, product);
}

function replaceBarcodes(writer: Writer, productId: string, barcodes: ProductFact['barcodes']): void {
  clearBarcodes.run(writer, { productId });
  for (const { barcode, quantityMilli } of barcodes) {
    if (barcodeOwner.first(writer, { barcode })) throw new DomainError('BARCODE_TAKEN', { barcode });
    insertBarcode.run(writer, { barcode, productId, quantityMilli });
  }
}

/** A kit has components, each a good or a service; nothing else has any, and kits do not nest. */
function replaceComponents(
  writer: Writer,
  kit: { id: string; kind: ProductFact['kind'] },
  components: ProductFact['components'],
): void {
  clearComponents.run(writer, { kitId: kit.id });
  const distinct = new Set(components.map((component) => component.productId));
  const isKit = kit.kind === 'KIT';
  if (isKit !== components.length > 0 || distinct.size !== components.length) {
    throw new DomainError('KIT_INVALID', { product: kit.id });
  }
  for (const { productId, quantityMilli } of components) {
    const kind = kindOf.first(writer, { id: productId })?.kind;
    if (kind === undefined || kind === 'KIT') throw new DomainError('KIT_INVALID', { product: productId });
    insertComponent.run(writer, { kitId: kit.id, componentId: productId, quantityMilli });
  }
}

function requireCategory(writer: Writer, id: string): { id: string; parentId: string | null } {
  const category = categoryById.first(writer, { id });
  if (!category) throw new DomainError('NOT_FOUND', { category: id });
  return category;
}

function requireFreeSku(writer: Writer, sku: string, id: string): void {
  const owner = bySku.first(writer, { skuFolded: fold(sku) });
  if (owner && owner.id !== id) throw new DomainError('SKU_TAKEN', { sku });
}
