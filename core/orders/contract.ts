/** What may be asked of orders, sales, returns and carts. */
import { z } from 'zod';
import { taxKind } from '#core/catalog/contract.ts';
import { plate } from '#core/people/contract.ts';
import { command, query, task } from '#core/shared/procedure.ts';
import { clpAmount, id, localDate, page, quantity, text } from '#core/shared/schemas.ts';
import { paymentRow, tender, tenderGiven } from '#core/shifts/contract.ts';

export const orderState = z.enum([
  'PENDING',
  'CONFIRMED',
  'PROCESSING',
  'SHIPPED',
  'DELIVERED',
  'COMPLETED',
  'CANCELLED',
]);
export const documentKind = z.enum(['BOLETA', 'FACTURA']);
export const condition = z.enum(['SELLABLE', 'DAMAGED', 'WARRANTY']);

/** A line as the counter asks for it. `unitPriceClp` only where it differs from the product's price: a price override. */
export const lineAsked = z.strictObject({
  productId: id,
  quantityMilli: quantity,
  unitPriceClp: clpAmount.optional(),
  discountClp: clpAmount.default(0),
  reason: text(120).default(''),
});

const head = {
  documentKind: documentKind.default('BOLETA'),
  customerId: id.nullable().default(null),
  vehicleId: id.nullable().default(null),
  odometerKm: z.int().min(0).max(2_000_000).nullable().default(null),
  note: text(300).default(''),
  orderDiscountClp: clpAmount.default(0),
} as const;

const lines = z.array(lineAsked).min(1).max(200);

/** A cart: what the screen holds before anything is sold. */
export const cartContent = z.strictObject({ ...head, lines: z.array(lineAsked).max(200) });
export type CartContent = z.input<typeof cartContent>;

const money = z.int();
export const totals = z.strictObject({
  subtotalClp: money,
  discountClp: money,
  totalClp: money,
  exemptClp: money,
  netClp: money,
  ivaClp: money,
});

export const orderLineRow = z.strictObject({
  lineNumber: z.int(),
  productId: z.string(),
  sku: z.string(),
  name: z.string(),
  unit: z.string(),
  kind: z.enum(['GOODS', 'SERVICE', 'KIT']),
  taxKind,
  quantityMilli: z.int(),
  listPriceClp: money,
  unitPriceClp: money,
  grossClp: money,
  discountClp: money,
  orderDiscountClp: money,
  totalClp: money,
  /** Null for whom costs are not meant. */
  costMilliClp: z.int().nullable(),
  returnedMilli: z.int(),
  reason: z.string(),
  approverName: z.string().nullable(),
});

export const orderCard = totals.extend({
  id: z.string(),
  number: z.string().nullable(),
  state: orderState,
  documentKind,
  terminalId: z.string(),
  terminalName: z.string(),
  cashierId: z.string(),
  cashierName: z.string(),
  customerId: z.string().nullable(),
  customerName: z.string(),
  customerEmail: z.string(),
  customerRut: z.string(),
  customerGiro: z.string(),
  vehicleId: z.string().nullable(),
  plate: z.string(),
  odometerKm: z.int().nullable(),
  ivaBasisPoints: z.int(),
  note: z.string(),
  cancelReason: z.string().nullable(),
  createdAtMs: z.int(),
  updatedAtMs: z.int(),
  businessDate: z.string(),
  paidClp: money,
  lines: z.array(orderLineRow),
  payments: z.array(paymentRow),
  sale: z.strictObject({ id: z.string(), number: z.string(), occurredAtMs: z.int(), shiftId: z.string() }).nullable(),
});
export type OrderCard = z.infer<typeof orderCard>;

export const saleRow = z.strictObject({
  id: z.string(),
  orderId: z.string(),
  number: z.string(),
  documentKind,
  cashierName: z.string(),
  customerName: z.string(),
  plate: z.string(),
  totalClp: money,
  returnedClp: money,
  tenders: z.array(tender),
  itemCount: z.int(),
  occurredAtMs: z.int(),
  businessDate: z.string(),
});
export type SaleRow = z.infer<typeof saleRow>;

const returnLineAsked = z.strictObject({ lineNumber: z.int().min(1).max(200), quantityMilli: quantity, condition });
const returnLineRow = z.strictObject({
  lineNumber: z.int(),
  sku: z.string(),
  name: z.string(),
  unit: z.string(),
  condition,
  quantityMilli: z.int(),
  totalClp: money,
});

export const returnCard = z.strictObject({
  id: z.string(),
  number: z.string(),
  saleId: z.string(),
  saleNumber: z.string(),
  actorName: z.string(),
  approverName: z.string().nullable(),
  reason: z.string(),
  refundTender: tender,
  totalClp: money,
  exemptClp: money,
  netClp: money,
  ivaClp: money,
  occurredAtMs: z.int(),
  businessDate: z.string(),
  terminalName: z.string(),
  lines: z.array(returnLineRow),
  payments: z.array(paymentRow),
});
export type ReturnCard = z.infer<typeof returnCard>;

const periodFigures = z.strictObject({
  count: z.int(),
  totalClp: money,
  netClp: money,
  ivaClp: money,
  exemptClp: money,
  discountClp: money,
  returnCount: z.int(),
  returnTotalClp: money,
  averageTicketClp: money,
});

const moved = z.strictObject({ id: z.string(), state: orderState });
const completed = z.strictObject({
  orderId: z.string(),
  saleId: z.string(),
  number: z.string(),
  totalClp: money,
  changeClp: money,
});
const advance = (summary: string) => command({ summary, access: 'orders.manage', input: { id }, output: moved });

export const ordersContract = {
  orders: {
    create: command({
      summary: 'Creates an order that waits: PENDING, its stock reserved',
      access: 'orders.manage',
      input: { ...head, lines },
      output: z.strictObject({ id: z.string(), number: z.string(), totalClp: money }),
    }),
    update: command({
      summary: 'Replaces the lines and data of a PENDING order; its reservations follow',
      access: 'orders.manage',
      input: { id, ...head, lines },
      output: z.strictObject({ id: z.string(), totalClp: money }),
    }),
    confirm: advance('CONFIRMED: the reserved stock leaves'),
    process: advance('PROCESSING: being prepared'),
    ship: advance('SHIPPED: on its way'),
    deliver: advance('DELIVERED: in the customer’s hands'),
    complete: command({
      summary: 'COMPLETED: fully paid and delivered; becomes a sale',
      access: 'orders.manage',
      input: { id },
      output: completed,
    }),
    pay: command({
      summary: 'Takes a payment, in part or in full',
      access: 'sales.sell',
      input: { id, payments: z.array(tenderGiven).min(1).max(10) },
      output: z.strictObject({ id: z.string(), paidClp: money, remainingClp: money, changeClp: money }),
    }),
    cancel: command({
      summary: 'CANCELLED: releases or returns the stock and gives the payments back',
      access: 'orders.manage',
      input: { id, reason: text(200, 3), refundTender: tender.default('CASH') },
      output: z.strictObject({ id: z.string(), state: orderState, refundedClp: money }),
    }),
    inspect: command({
      summary: 'Takes back the goods of an order cancelled after it was shipped, each line in its condition',
      access: 'stock.receive',
      input: { id, condition, reason: text(200, 3) },
      output: z.strictObject({ id: z.string(), movementCount: z.int() }),
    }),
    get: query({
      summary: 'An order with lines and payments',
      access: 'sales.read',
      input: { id },
      output: orderCard,
      topics: ['salesOrder', 'orderLine', 'payment', 'saleReturn'],
    }),
    list: query({
      summary: 'Orders by state, newest first',
      access: 'sales.read',
      input: { state: orderState.optional(), open: z.enum(['YES', 'NO']).default('NO'), ...page },
      output: z.strictObject({
        rows: z.array(
          z.strictObject({
            id: z.string(),
            number: z.string().nullable(),
            state: orderState,
            customerName: z.string(),
            plate: z.string(),
            totalClp: money,
            createdAtMs: z.int(),
            updatedAtMs: z.int(),
          }),
        ),
        total: z.int(),
      }),
      topics: ['salesOrder'],
    }),
    statistics: query({
      summary: 'How many orders are in each state, and their total',
      access: 'sales.read',
      input: { from: localDate, to: localDate },
      output: z.array(z.strictObject({ state: orderState, count: z.int(), totalClp: money })),
      topics: ['salesOrder'],
    }),
  },
  sales: {
    checkout: command({
      summary: 'The counter’s sale: order, stock, payments, sale and receipt in one transaction',
      access: 'sales.sell',
      input: {
        ...head,
        lines,
        payments: z.array(tenderGiven).min(1).max(10),
        /** What the screen showed; another total refuses the sale, so that nobody is charged what he did not see. */
        expectedTotalClp: clpAmount,
        /** The cart that this sale uses up. */
        cartId: id.optional(),
      },
      output: completed,
    }),
    quote: query({
      summary: 'What a cart costs right now, line by line',
      access: 'sales.sell',
      input: { lines, orderDiscountClp: clpAmount.default(0) },
      output: z.strictObject({
        totals,
        lines: z.array(z.strictObject({ productId: z.string(), unitPriceClp: money, totalClp: money })),
      }),
      topics: ['product'],
    }),
    list: query({
      summary: 'Sales of a shift or of days, newest first; by number, customer or plate',
      access: 'sales.read',
      input: {
        shiftId: id.optional(),
        customerId: id.optional(),
        vehicleId: id.optional(),
        from: localDate.optional(),
        to: localDate.optional(),
        text: text(60).default(''),
        ...page,
      },
      output: z.strictObject({ rows: z.array(saleRow), total: z.int() }),
      topics: ['salesOrder', 'saleReturn', 'payment'],
    }),
    get: query({
      summary: 'A sale with its lines, payments and what came back',
      access: 'sales.read',
      input: { id },
      output: orderCard,
      topics: ['salesOrder', 'saleReturn'],
    }),
    byNumber: query({
      summary: 'The sale of a printed number, as its barcode is scanned; null where there is none',
      access: 'sales.read',
      input: { number: text(40, 1) },
      output: orderCard.nullable(),
      topics: ['salesOrder', 'saleReturn'],
    }),
    lastOfVehicle: query({
      summary: 'What a car took last time, as a cart',
      access: 'sales.sell',
      input: { plate },
      output: z
        .strictObject({
          saleId: z.string(),
          number: z.string(),
          occurredAtMs: z.int(),
          odometerKm: z.int().nullable(),
          lines: z.array(
            z.strictObject({ productId: z.string(), name: z.string(), unit: z.string(), quantityMilli: z.int() }),
          ),
        })
        .nullable(),
      topics: ['salesOrder'],
    }),
    statistics: query({
      summary: 'Sales and returns of days, with IVA and average ticket',
      access: 'reports.read',
      input: { from: localDate, to: localDate },
      output: periodFigures,
      topics: ['salesOrder', 'saleReturn'],
    }),
    ofShift: query({
      summary: 'Sales and returns of a shift, for its X and Z reports',
      access: 'shifts.operate',
      input: { shiftId: id },
      output: periodFigures,
      topics: ['salesOrder', 'saleReturn'],
    }),
  },
  returns: {
    preview: query({
      summary: 'What a return would refund, and what would be left to return; cashClp is the refund if it is cash',
      access: 'sales.read',
      input: { saleId: id, lines: z.array(returnLineAsked).min(1).max(200) },
      output: z.strictObject({
        totalClp: money,
        exemptClp: money,
        netClp: money,
        ivaClp: money,
        cashClp: money,
        lines: z.array(
          z.strictObject({ lineNumber: z.int(), quantityMilli: z.int(), totalClp: money, remainingMilli: z.int() }),
        ),
      }),
      topics: ['saleReturn'],
    }),
    create: command({
      summary: 'Takes lines of a sale back and refunds them; needs the right to, or a manager’s override on the sale',
      access: 'sales.sell',
      input: {
        saleId: id,
        reason: text(200, 3),
        refundTender: tender,
        lines: z.array(returnLineAsked).min(1).max(200),
      },
      output: z.strictObject({ id: z.string(), number: z.string(), totalClp: money, refundedClp: money }),
    }),
    get: query({
      summary: 'A return with its lines and refund',
      access: 'sales.read',
      input: { id },
      output: returnCard,
      topics: ['saleReturn'],
    }),
    list: query({
      summary: 'Returns of days or of a sale, newest first',
      access: 'sales.read',
      input: { saleId: id.optional(), from: localDate.optional(), to: localDate.optional(), ...page },
      output: z.strictObject({ rows: z.array(returnCard.omit({ lines: true, payments: true })), total: z.int() }),
      topics: ['saleReturn'],
    }),
  },
  carts: {
    draft: query({
      summary: 'The cart that this person left on this terminal’s screen, or null',
      access: 'sales.sell',
      input: {},
      output: z
        .strictObject({ id: z.string(), content: cartContent, totalClp: money, updatedAtMs: z.int() })
        .nullable(),
      topics: [],
    }),
    save: task({
      summary: 'Keeps the cart on the screen, so that a crash does not lose it; no fact of the shop, so no event',
      access: 'sales.sell',
      input: { id, content: cartContent, totalClp: clpAmount },
      output: z.null(),
    }),
    park: command({
      summary: 'Puts the cart aside under a name; it reserves nothing',
      access: 'sales.sell',
      input: { id, name: text(60, 1), content: cartContent, totalClp: clpAmount },
      output: z.strictObject({ id: z.string() }),
    }),
    parked: query({
      summary: 'The carts that wait at this terminal',
      access: 'sales.sell',
      input: {},
      output: z.array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          userName: z.string(),
          itemCount: z.int(),
          totalClp: money,
          updatedAtMs: z.int(),
          content: cartContent,
        }),
      ),
      topics: ['cart'],
    }),
    resume: command({
      summary: 'Takes a parked cart back to the screen',
      access: 'sales.sell',
      input: { id },
      output: z.strictObject({ id: z.string(), content: cartContent }),
    }),
    void: command({
      summary: 'Throws a cart away before payment, with a reason where it had items',
      access: 'sales.sell',
      input: { id, reason: text(120).default(''), content: cartContent, totalClp: clpAmount },
      output: z.null(),
    }),
  },
};
