/** What may be asked of stock, and of the counter's view of products. */
import { z } from 'zod';
import { productKind, taxKind } from '#core/catalog/contract.ts';
import { command, query } from '#core/shared/procedure.ts';
import { id, localDate, name, page, quantity, signedMilli, text, unitCost } from '#core/shared/schemas.ts';

export const warehousePurpose = z.enum(['SALES', 'STORE', 'DAMAGED', 'WARRANTY', 'TRANSIT']);
export const movementKind = z.enum(['ENTRY', 'EXIT', 'ADJUSTMENT', 'TRANSFER', 'RETURN']);

const done = z.strictObject({ id: z.string() });
const document = z.strictObject({ id: z.string(), number: z.string() });
const reason = text(200, 3);

export const warehouseRow = z.strictObject({
  id: z.string(),
  code: z.string(),
  name: z.string(),
  purpose: warehousePurpose,
});

/** A product as the counter shows it. `availableMilli` is null where it holds no stock (services). */
export const counterProduct = z.strictObject({
  id: z.string(),
  sku: z.string(),
  name: z.string(),
  brand: z.string(),
  categoryId: z.string(),
  kind: productKind,
  priceClp: z.int(),
  unit: z.string(),
  taxKind,
  availableMilli: z.int().nullable(),
});
export type CounterProduct = z.infer<typeof counterProduct>;

const levelRow = z.strictObject({
  productId: z.string(),
  sku: z.string(),
  name: z.string(),
  brand: z.string(),
  unit: z.string(),
  location: z.string(),
  warehouseId: z.string(),
  warehouseName: z.string(),
  onHandMilli: z.int(),
  reservedMilli: z.int(),
  availableMilli: z.int(),
  minimumMilli: z.int(),
});

const movementRow = z.strictObject({
  id: z.string(),
  productId: z.string(),
  sku: z.string(),
  name: z.string(),
  warehouseName: z.string(),
  kind: movementKind,
  quantityMilli: z.int(),
  valueMilliClp: z.int().nullable(),
  sourceKind: z.string(),
  sourceId: z.string(),
  /** The number of the stock document, where one moved it; a sale's is its own. */
  documentNumber: z.string().nullable(),
  reason: z.string(),
  actorName: z.string(),
  occurredAtMs: z.int(),
});

const line = z.strictObject({ productId: id, quantityMilli: quantity });

export const inventoryContract = {
  counter: {
    tiles: query({
      summary: 'The products of the sell screen, best sellers first',
      access: 'catalog.read',
      input: { categoryId: id.optional(), limit: z.int().min(1).max(2000).default(600) },
      output: z.array(counterProduct),
      topics: ['product', 'stockLevel', 'category'],
    }),
    search: query({
      summary: 'Products for what was typed, best first',
      access: 'catalog.read',
      input: { text: text(80), limit: z.int().min(1).max(100).default(40) },
      output: z.array(counterProduct),
      topics: ['product', 'stockLevel'],
    }),
    terms: query({
      summary: 'What the counter prices with: IVA and how much discount a cashier may give alone',
      access: 'catalog.read',
      input: {},
      output: z.strictObject({ ivaBasisPoints: z.int(), discountLimitBasisPoints: z.int() }),
      topics: ['taxRate', 'setting'],
    }),
    byCode: query({
      summary: 'The product of a scanned code and how much one scan sells; null where the code is unknown',
      access: 'catalog.read',
      input: { code: z.string().trim().min(1).max(80) },
      output: z.strictObject({ product: counterProduct, quantityMilli: z.int() }).nullable(),
      topics: ['product', 'productBarcode', 'stockLevel'],
    }),
    codes: query({
      summary: 'Barcodes of the best sellers, for a counter that shows their tiles anyway: such a scan asks nothing',
      access: 'catalog.read',
      input: { limit: z.int().min(1).max(2000).default(600) },
      output: z.array(z.strictObject({ code: z.string(), productId: z.string(), quantityMilli: z.int() })),
      topics: ['product', 'productBarcode'],
    }),
    byIds: query({
      summary: 'Current price and stock of the products of a cart',
      access: 'catalog.read',
      input: { ids: z.array(id).max(200) },
      output: z.array(counterProduct),
      topics: ['product', 'stockLevel'],
    }),
  },
  warehouses: {
    list: query({
      summary: 'The warehouses of this branch',
      access: 'stock.read',
      input: {},
      output: z.array(warehouseRow),
      topics: ['warehouse'],
    }),
    create: command({
      summary: 'Adds a warehouse',
      access: 'settings.manage',
      input: {
        code: z
          .string()
          .trim()
          .regex(/^[A-Z0-9]{1,6}$/),
        name: name(60),
        purpose: warehousePurpose,
      },
      output: done,
    }),
    update: command({
      summary: 'Renames a warehouse',
      access: 'settings.manage',
      input: { id, name: name(60) },
      output: done,
    }),
  },
  stock: {
    levels: query({
      summary: 'On hand, reserved, available and minimum per product and warehouse',
      access: 'stock.read',
      input: {
        text: text(80).default(''),
        productId: id.optional(),
        warehouseId: id.optional(),
        categoryId: id.optional(),
        show: z.enum(['ALL', 'LOW', 'NONE', 'NEGATIVE']).default('ALL'),
        ...page,
      },
      output: z.strictObject({ rows: z.array(levelRow), total: z.int() }),
      topics: ['stockLevel', 'stockMinimum', 'product', 'warehouse'],
    }),
    movements: query({
      summary: 'History of the ledger, newest first; values only for those who see costs; the total counts to 10,000',
      access: 'stock.read',
      input: {
        productId: id.optional(),
        warehouseId: id.optional(),
        kind: movementKind.optional(),
        from: localDate.optional(),
        to: localDate.optional(),
        ...page,
      },
      output: z.strictObject({ rows: z.array(movementRow), total: z.int() }),
      topics: ['stockMovement'],
    }),
    cost: query({
      summary: 'Weighted average cost of a product in this branch',
      access: 'cost.read',
      input: { productId: id },
      output: z.strictObject({ quantityMilli: z.int(), valueMilliClp: z.int(), averageMilliClp: z.int() }),
      topics: ['stockLevel', 'lastCost'],
    }),
    valuation: query({
      summary: 'What the stock was worth at the end of a day',
      access: 'cost.read',
      input: { date: localDate },
      output: z.strictObject({ valueMilliClp: z.int(), productCount: z.int() }),
      topics: ['stockMovement'],
    }),
    receive: command({
      summary: 'ENTRY: goods from a supplier, with their cost net of IVA',
      access: 'stock.receive',
      input: {
        warehouseId: id,
        supplierId: id.nullable().default(null),
        reference: text(60).default(''),
        lines: z
          .array(line.extend({ unitCostMilliClp: unitCost }))
          .min(1)
          .max(500),
      },
      output: z.strictObject({
        id: z.string(),
        number: z.string(),
        costChanges: z.array(
          z.strictObject({ productId: z.string(), previousMilliClp: z.int(), unitCostMilliClp: z.int() }),
        ),
      }),
    }),
    issue: command({
      summary: 'EXIT: goods that leave without a sale (own use, breakage)',
      access: 'stock.adjust',
      input: { warehouseId: id, reason, lines: z.array(line).min(1).max(500) },
      output: document,
    }),
    adjust: command({
      summary: 'ADJUSTMENT: what was counted, or a difference, with its reason',
      access: 'stock.adjust',
      input: {
        warehouseId: id,
        reason,
        lines: z
          .array(
            z.union([
              z.strictObject({ productId: id, countedMilli: z.int().min(0).max(1_000_000_000) }),
              z.strictObject({ productId: id, differenceMilli: signedMilli }),
            ]),
          )
          .min(1)
          .max(500),
      },
      output: document,
    }),
    transfer: command({
      summary: 'TRANSFER between two warehouses of this branch, in one step',
      access: 'stock.transfer',
      input: {
        fromWarehouseId: id,
        toWarehouseId: id,
        reason: text(200).default(''),
        lines: z.array(line).min(1).max(500),
      },
      output: document,
    }),
    returnToSupplier: command({
      summary: 'RETURN: goods back to their supplier, at their average cost',
      access: 'stock.receive',
      input: { warehouseId: id, supplierId: id, reason, lines: z.array(line).min(1).max(500) },
      output: document,
    }),
    setMinimum: command({
      summary: 'The least that a warehouse should hold of a product; 0 watches it no more',
      access: 'catalog.write',
      input: { productId: id, warehouseId: id, minimumMilli: z.int().min(0).max(1_000_000_000) },
      output: done,
    }),
    reservations: query({
      summary: 'What is held for orders that wait',
      access: 'stock.read',
      input: { productId: id.optional() },
      output: z.array(
        z.strictObject({
          id: z.string(),
          orderId: z.string(),
          productId: z.string(),
          name: z.string(),
          quantityMilli: z.int(),
          createdAtMs: z.int(),
          expiresAtMs: z.int(),
        }),
      ),
      topics: ['reservation'],
    }),
    tasks: query({
      summary: 'What a manager should look at: sold below zero, costs that jumped',
      access: 'stock.adjust',
      input: {},
      output: z.array(
        z.strictObject({
          id: z.string(),
          kind: z.enum(['NEGATIVE', 'COST_JUMP']),
          productId: z.string(),
          name: z.string(),
          warehouseName: z.string(),
          detail: z.string(),
          createdAtMs: z.int(),
        }),
      ),
      topics: ['stockTask'],
    }),
    resolveTask: command({ summary: 'Marks a task as seen to', access: 'stock.adjust', input: { id }, output: done }),
    selfCheck: query({
      summary: 'Recomputes levels, reservations and costs from the ledger; must find no difference',
      access: 'audit.read',
      input: {},
      output: z.strictObject({
        checked: z.int(),
        differences: z.array(
          z.strictObject({
            what: z.enum(['ON_HAND', 'RESERVED', 'COST']),
            productId: z.string(),
            placeId: z.string(),
            stored: z.int(),
            computed: z.int(),
          }),
        ),
      }),
      topics: ['stockMovement', 'stockLevel', 'reservation', 'lastCost'],
    }),
  },
};
