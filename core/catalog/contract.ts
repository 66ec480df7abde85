/** What may be asked of categories and products. */
import { z } from 'zod';
import { command, query } from '#core/shared/procedure.ts';
import { clpAmount, id, name, page, quantity, text, unitCost } from '#core/shared/schemas.ts';

export const productKind = z.enum(['GOODS', 'SERVICE', 'KIT']);
export const productState = z.enum(['ACTIVE', 'INACTIVE', 'DISCONTINUED']);
export const taxKind = z.enum(['TAXED', 'EXEMPT']);
export const negativeStock = z.enum(['BLOCK', 'AUTHORISE', 'ALLOW']);

export const barcodeText = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{3,48}$/);
const sku = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,32}$/);

const barcodes = z.array(z.strictObject({ barcode: barcodeText, quantityMilli: quantity })).max(20);
const components = z.array(z.strictObject({ productId: id, quantityMilli: quantity })).max(30);

/** Every field of a product that a person may set. */
export const productFields = {
  sku,
  name: name(160),
  description: text(2000),
  brand: text(60),
  categoryId: id,
  supplierId: id.nullable(),
  kind: productKind,
  state: productState,
  priceClp: clpAmount,
  listCostMilliClp: unitCost,
  unit: z.string().trim().min(1).max(6),
  viscosity: text(20),
  presentation: text(40),
  location: text(40),
  taxKind,
  negativeStock,
  barcodes,
  components,
} as const;

const created = {
  ...productFields,
  description: productFields.description.default(''),
  brand: productFields.brand.default(''),
  supplierId: productFields.supplierId.default(null),
  kind: productKind.default('GOODS'),
  state: productState.default('ACTIVE'),
  listCostMilliClp: unitCost.default(0),
  unit: productFields.unit.default('UN'),
  viscosity: productFields.viscosity.default(''),
  presentation: productFields.presentation.default(''),
  location: productFields.location.default(''),
  taxKind: taxKind.default('TAXED'),
  negativeStock: negativeStock.default('BLOCK'),
  barcodes: barcodes.default([]),
  components: components.default([]),
};

const changed = z.strictObject(productFields).partial();

export const categoryRow = z.strictObject({
  id: z.string(),
  parentId: z.string().nullable(),
  name: z.string(),
  position: z.int(),
  productCount: z.int(),
});

/** A row of the manager's table. `listCostMilliClp` is null where the reader may not see costs. */
export const productRow = z.strictObject({
  id: z.string(),
  sku: z.string(),
  name: z.string(),
  brand: z.string(),
  categoryId: z.string(),
  categoryName: z.string(),
  supplierId: z.string().nullable(),
  kind: productKind,
  state: productState,
  priceClp: z.int(),
  listCostMilliClp: z.int().nullable(),
  unit: z.string(),
  viscosity: z.string(),
  presentation: z.string(),
  location: z.string(),
  taxKind,
});
export type ProductRow = z.infer<typeof productRow>;

export const productCard = productRow.extend({
  description: z.string(),
  negativeStock,
  barcodes: z.array(z.strictObject({ barcode: z.string(), quantityMilli: z.int() })),
  components: z.array(
    z.strictObject({ productId: z.string(), sku: z.string(), name: z.string(), quantityMilli: z.int() }),
  ),
  createdAtMs: z.int(),
  updatedAtMs: z.int(),
});
export type ProductCard = z.infer<typeof productCard>;

const done = z.strictObject({ id: z.string() });

export const catalogContract = {
  categories: {
    list: query({
      summary: 'The tree of categories, flat, in the order of the screen',
      access: 'catalog.read',
      input: {},
      output: z.array(categoryRow),
      topics: ['category', 'product'],
    }),
    create: command({
      summary: 'Adds a category',
      access: 'catalog.write',
      input: { name: name(60), parentId: id.nullable().default(null), position: z.int().min(0).max(10_000).default(0) },
      output: done,
    }),
    update: command({
      summary: 'Renames, moves or orders a category',
      access: 'catalog.write',
      input: {
        id,
        name: name(60).optional(),
        parentId: id.nullable().optional(),
        position: z.int().min(0).max(10_000).optional(),
      },
      output: done,
    }),
    archive: command({
      summary: 'Retires a category without products or children',
      access: 'catalog.write',
      input: { id },
      output: done,
    }),
  },
  products: {
    list: query({
      summary: 'The product table: filtered, sorted, paged',
      access: 'catalog.read',
      input: {
        text: text(80).default(''),
        categoryId: id.optional(),
        supplierId: id.optional(),
        kind: productKind.optional(),
        state: productState.optional(),
        sort: z.enum(['name', 'sku', 'priceClp', 'updatedAtMs']).default('name'),
        direction: z.enum(['asc', 'desc']).default('asc'),
        ...page,
      },
      output: z.strictObject({ rows: z.array(productRow), total: z.int() }),
      topics: ['product', 'category'],
    }),
    get: query({
      summary: 'A product with its barcodes and components',
      access: 'catalog.read',
      input: { id },
      output: productCard,
      topics: ['product', 'productBarcode', 'kitComponent'],
    }),
    create: command({ summary: 'Adds a product', access: 'catalog.write', input: created, output: done }),
    update: command({
      summary: 'Changes a product; absent fields stay, barcodes and components are replaced as a whole',
      access: 'catalog.write',
      input: { id, patch: changed },
      output: done,
    }),
    setPrices: command({
      summary: 'Changes many prices at once, all or none',
      access: 'catalog.write',
      input: {
        prices: z
          .array(z.strictObject({ id, priceClp: clpAmount }))
          .min(1)
          .max(1000),
      },
      output: z.strictObject({ changed: z.int() }),
    }),
  },
};
