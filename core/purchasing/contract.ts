/** What may be asked of buying: requests, orders to suppliers, their reception, and what each supplier delivers and how fast. */
import { z } from 'zod';
import { command, query, task } from '#core/shared/procedure.ts';
import { clpAmount, id, localDate, page, quantity, text, unitCost } from '#core/shared/schemas.ts';

const done = z.strictObject({ id: z.string() });

export const requestState = z.enum(['OPEN', 'APPROVED', 'REJECTED', 'ORDERED']);
export const requestSource = z.enum(['RECOMMENDATION', 'LOW_STOCK', 'HAND']);
/** PARTIAL: some of it came. CLOSED: the rest will not come. */
export const purchaseState = z.enum(['DRAFT', 'SENT', 'PARTIAL', 'RECEIVED', 'CLOSED', 'CANCELLED']);

export const requestRow = z.strictObject({
  id: z.string(),
  productId: z.string(),
  sku: z.string(),
  name: z.string(),
  unit: z.string(),
  /** Null while nobody has said who delivers it: such a request cannot be ordered. */
  supplierId: z.string().nullable(),
  supplierName: z.string().nullable(),
  quantityMilli: z.int(),
  /** Rounded up to the supplier's pack and least order: what would be ordered. */
  orderMilli: z.int(),
  packMilli: z.int(),
  /** Null for those who do not see costs. */
  unitCostMilliClp: z.int().nullable(),
  source: requestSource,
  state: requestState,
  note: z.string(),
  decisionReason: z.string(),
  createdByName: z.string(),
  createdAtMs: z.int(),
  purchaseId: z.string().nullable(),
});
export type RequestRow = z.infer<typeof requestRow>;

/** A product below its minimum, with what would bring it back: on hand and on order count. */
export const lowStockRow = z.strictObject({
  productId: z.string(),
  sku: z.string(),
  name: z.string(),
  unit: z.string(),
  supplierId: z.string().nullable(),
  supplierName: z.string().nullable(),
  onHandMilli: z.int(),
  reservedMilli: z.int(),
  onOrderMilli: z.int(),
  minimumMilli: z.int(),
  suggestedMilli: z.int(),
});
export type LowStockRow = z.infer<typeof lowStockRow>;

export const purchaseRow = z.strictObject({
  id: z.string(),
  /** Null while it is a draft: a draft takes no number. */
  number: z.string().nullable(),
  state: purchaseState,
  supplierId: z.string(),
  supplierName: z.string(),
  lineCount: z.int(),
  /** Net of IVA; null for those who do not see costs. */
  totalMilliClp: z.int().nullable(),
  /** How much of what was ordered has come, 0 to 10000. */
  receivedBasisPoints: z.int(),
  createdAtMs: z.int(),
  sentAtMs: z.int().nullable(),
  expectedOn: z.string().nullable(),
  /** Sent, not whole, and past the day it was expected. */
  isLate: z.boolean(),
});
export type PurchaseRow = z.infer<typeof purchaseRow>;

export const purchaseLine = z.strictObject({
  lineNumber: z.int(),
  productId: z.string(),
  sku: z.string(),
  name: z.string(),
  unit: z.string(),
  supplierCode: z.string(),
  packMilli: z.int(),
  quantityMilli: z.int(),
  receivedMilli: z.int(),
  returnedMilli: z.int(),
  unitCostMilliClp: z.int().nullable(),
});

/** What came of a line at what cost; the average before and after is the product's weighted average cost in the branch. */
export const receptionLine = z.strictObject({
  productId: z.string(),
  name: z.string(),
  quantityMilli: z.int(),
  orderedCostMilliClp: z.int().nullable(),
  unitCostMilliClp: z.int().nullable(),
  averageBeforeMilliClp: z.int().nullable(),
  averageAfterMilliClp: z.int().nullable(),
});

export const purchaseReception = z.strictObject({
  id: z.string(),
  stockNumber: z.string(),
  reference: z.string(),
  actorName: z.string(),
  receivedAtMs: z.int(),
  /** Days from the order to this reception: what the supplier's lead time is learnt from. */
  leadDays: z.int(),
  lines: z.array(receptionLine),
});

export const purchaseDetail = purchaseRow.extend({
  note: z.string(),
  warehouseId: z.string(),
  supplierEmail: z.string(),
  lines: z.array(purchaseLine),
  receptions: z.array(purchaseReception),
  /** What was counted of a reception and is not booked yet; it survives a crash. */
  counting: z
    .strictObject({
      reference: z.string(),
      lines: z.array(
        z.strictObject({
          productId: z.string(),
          quantityMilli: z.int(),
          unitCostMilliClp: z.int().nullable(),
        }),
      ),
      savedAtMs: z.int(),
    })
    .nullable(),
});
export type PurchaseDetail = z.infer<typeof purchaseDetail>;

/** A cost that moved more than 5 % away from the average, and what it does to the margin at today's price. */
export const costChange = z.strictObject({
  productId: z.string(),
  name: z.string(),
  previousMilliClp: z.int(),
  unitCostMilliClp: z.int(),
  averageAfterMilliClp: z.int(),
  priceClp: z.int(),
  marginBeforeBasisPoints: z.int(),
  marginAfterBasisPoints: z.int(),
});
export type CostChange = z.infer<typeof costChange>;

export const supplierTerms = z.strictObject({
  supplierId: z.string(),
  supplierName: z.string(),
  /** What the supplier says; counts as two receptions until real ones outweigh it. */
  statedLeadDays: z.int(),
  /** Days from one order to the next. */
  reviewDays: z.int(),
  minimumOrderClp: z.int(),
  /** Learnt: receptions counted, their mean and variance in days, the stated time blended in. */
  receptionCount: z.int(),
  leadDaysMean: z.number(),
  leadDaysVariance: z.number(),
  openOrders: z.int(),
  lateOrders: z.int(),
});
export type SupplierTerms = z.infer<typeof supplierTerms>;

export const supplyRow = z.strictObject({
  productId: z.string(),
  sku: z.string(),
  name: z.string(),
  unit: z.string(),
  supplierId: z.string(),
  supplierCode: z.string(),
  packMilli: z.int(),
  minimumMilli: z.int(),
  unitCostMilliClp: z.int().nullable(),
});

const orderLine = z.strictObject({
  productId: id,
  quantityMilli: quantity,
  /** Net of IVA; what the supplier last asked for where it is left out. */
  unitCostMilliClp: unitCost.optional(),
});
const orderLines = z.array(orderLine).min(1).max(500);
const countedLine = z.strictObject({
  productId: id,
  quantityMilli: quantity,
  /** What the invoice says; as ordered where it is left out. */
  unitCostMilliClp: unitCost.optional(),
});

export const purchasingContract = {
  requests: {
    list: query({
      summary: 'Requests to buy, newest first',
      access: 'purchasing.read',
      input: { state: requestState.optional(), supplierId: id.optional(), ...page },
      output: z.strictObject({ rows: z.array(requestRow), total: z.int() }),
      topics: ['reorderRequest', 'productSupply', 'product', 'supplier'],
    }),
    lowStock: query({
      summary: 'Products below their minimum that are neither asked for nor on their way in full',
      access: 'purchasing.read',
      input: { limit: z.int().min(1).max(500).default(200) },
      output: z.array(lowStockRow),
      topics: ['stockLevel', 'stockMinimum', 'reorderRequest', 'purchaseLine', 'productSupply', 'product'],
    }),
    create: command({
      summary: 'Asks for products to be bought',
      access: 'purchasing.read',
      input: {
        source: z.enum(['LOW_STOCK', 'HAND']).default('HAND'),
        note: text(200).default(''),
        lines: z
          .array(z.strictObject({ productId: id, quantityMilli: quantity, supplierId: id.nullable().default(null) }))
          .min(1)
          .max(500),
      },
      output: z.strictObject({ ids: z.array(z.string()) }),
    }),
    update: command({
      summary: 'Changes quantity or supplier of a request that is not ordered yet',
      access: 'purchasing.write',
      input: { id, quantityMilli: quantity.optional(), supplierId: id.optional() },
      output: done,
    }),
    approve: command({
      summary: 'Approves open requests',
      access: 'purchasing.write',
      input: { ids: z.array(id).min(1).max(500) },
      output: z.strictObject({ approved: z.int() }),
    }),
    reject: command({
      summary: 'Turns requests down, with a reason',
      access: 'purchasing.write',
      input: { ids: z.array(id).min(1).max(500), reason: text(200, 3) },
      output: z.strictObject({ rejected: z.int() }),
    }),
  },
  purchases: {
    list: query({
      summary: 'Purchase orders, newest first',
      access: 'purchasing.read',
      input: {
        show: z.enum(['ALL', 'DRAFT', 'OPEN', 'LATE', 'FINISHED']).default('ALL'),
        supplierId: id.optional(),
        ...page,
      },
      output: z.strictObject({ rows: z.array(purchaseRow), total: z.int() }),
      topics: ['purchase', 'purchaseLine', 'supplier'],
    }),
    get: query({
      summary: 'A purchase order with its lines and receptions',
      access: 'purchasing.read',
      input: { id },
      output: purchaseDetail,
      topics: ['purchase', 'purchaseLine', 'purchaseReception', 'purchaseCounting', 'supplier'],
    }),
    byCode: query({
      summary: 'The line of an order that a scanned code belongs to; null where the order has none',
      access: 'stock.receive',
      input: { id, code: z.string().trim().min(1).max(80) },
      output: z
        .strictObject({
          productId: z.string(),
          name: z.string(),
          lineNumber: z.int().nullable(),
          quantityMilli: z.int(),
        })
        .nullable(),
      topics: ['purchaseLine', 'productBarcode', 'product'],
    }),
    fromRequests: command({
      summary:
        'Turns requests into draft orders, one per supplier, rounded to pack and least order; approves open ones',
      access: 'purchasing.write',
      input: { ids: z.array(id).min(1).max(500) },
      output: z.strictObject({ ids: z.array(z.string()) }),
    }),
    create: command({
      summary: 'Drafts an order by hand',
      access: 'purchasing.write',
      input: { supplierId: id, note: text(400).default(''), lines: orderLines },
      output: done,
    }),
    update: command({
      summary: 'Replaces the lines or note of a draft',
      access: 'purchasing.write',
      input: { id, note: text(400).optional(), lines: orderLines.optional() },
      output: done,
    }),
    send: command({
      summary: 'Takes the number of a draft and counts it as on order; expected after the supplier’s lead time',
      access: 'purchasing.write',
      input: { id, expectedOn: localDate.optional() },
      output: z.strictObject({ id: z.string(), number: z.string(), expectedOn: z.string() }),
    }),
    cancel: command({
      summary: 'Cancels an order of which nothing has come',
      access: 'purchasing.write',
      input: { id, reason: text(200, 3) },
      output: done,
    }),
    close: command({
      summary: 'Closes an order whose rest will not come',
      access: 'purchasing.write',
      input: { id, reason: text(200, 3) },
      output: done,
    }),
    saveCounting: task({
      summary: 'Keeps what was counted so far of a reception, on this machine',
      access: 'stock.receive',
      input: { id, reference: text(60).default(''), lines: z.array(countedLine).max(500) },
      output: z.null(),
    }),
    receive: command({
      summary: 'Books what came of an order: stock at its cost, in one or several parts; flags costs that changed',
      access: 'stock.receive',
      input: {
        id,
        /** The supplier's delivery note or invoice. */
        reference: text(60).default(''),
        warehouseId: id.optional(),
        lines: z.array(countedLine).min(1).max(500),
      },
      output: z.strictObject({
        id: z.string(),
        stockNumber: z.string(),
        state: purchaseState,
        /** Empty for those who do not see costs. */
        costChanges: z.array(costChange),
      }),
    }),
    returnGoods: command({
      summary: 'Sends goods back to the supplier of an order, at their average cost',
      access: 'stock.receive',
      input: {
        id,
        reason: text(200, 3),
        lines: z
          .array(z.strictObject({ productId: id, quantityMilli: quantity }))
          .min(1)
          .max(500),
      },
      output: z.strictObject({ id: z.string(), number: z.string() }),
    }),
    pdf: task({
      summary: 'The order as a PDF for the supplier; without costs for those who do not see them',
      access: 'purchasing.read',
      input: { id, language: z.enum(['es', 'en']).default('es') },
      output: z.strictObject({ fileName: z.string(), base64: z.string() }),
    }),
  },
  supply: {
    terms: query({
      summary: 'Suppliers with their terms and the lead time learnt from receptions',
      access: 'purchasing.read',
      input: {},
      output: z.array(supplierTerms),
      topics: ['supplier', 'supplierTerms', 'purchase', 'purchaseReception'],
    }),
    setTerms: command({
      summary: 'Sets a supplier’s terms',
      access: 'purchasing.write',
      input: {
        supplierId: id,
        statedLeadDays: z.int().min(0).max(180),
        reviewDays: z.int().min(1).max(90),
        minimumOrderClp: clpAmount.default(0),
      },
      output: done,
    }),
    products: query({
      summary: 'What a supplier delivers: code, pack, least order and cost per product',
      access: 'purchasing.read',
      input: { supplierId: id, ...page },
      output: z.strictObject({ rows: z.array(supplyRow), total: z.int() }),
      topics: ['productSupply', 'product'],
    }),
    ofProduct: query({
      summary: 'How each supplier delivers a product; empty where nothing was entered',
      access: 'purchasing.read',
      input: { productId: id },
      output: z.array(supplyRow.extend({ supplierName: z.string() })),
      topics: ['productSupply', 'supplier'],
    }),
    setProduct: command({
      summary: 'Sets how a supplier delivers a product',
      access: 'purchasing.write',
      input: {
        productId: id,
        supplierId: id,
        supplierCode: text(40).default(''),
        packMilli: quantity,
        minimumMilli: z.int().min(0).max(1_000_000_000).default(0),
        unitCostMilliClp: unitCost,
      },
      output: done,
    }),
  },
};
