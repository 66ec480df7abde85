/**
 * Goal: what each paper says, read by eye and kept: the golden texts in __snapshots__ are the very rows that are printed. Plain data in, so
 * every case that the counter knows is here: discounts, exempt lines, vouchers, the legal rounding, blind counts, copies.
 */
import { describe, expect, it } from 'vitest';
import type { OrderCard, ReturnCard } from '#core/orders/contract.ts';
import type { ShiftReport } from '#core/shifts/contract.ts';
import { orderReceipt, returnReceipt, saleReceipt } from './build.ts';
import { accountReceipt, cashReceipt, shiftReceipt, testReceipt } from './buildCash.ts';
import { layout, type ReceiptDoc } from './document.ts';
import type { Copy, Shop } from './parts.ts';

const AT_MS = Date.parse('2026-03-10T18:04:00Z');
const shop: Shop = {
  organisationName: 'Lubricentro Maipú SpA',
  rut: '76192083-9',
  giro: 'Venta de lubricantes y cambio de aceite',
  name: 'Maipú',
  address: 'Av. Pajaritos 1234',
  comuna: 'Maipú',
  timeZone: 'America/Santiago',
  header: ['Tel. +56 2 2345 6789'],
  footer: ['Gracias por su preferencia', 'Cambios con este comprobante hasta 10 días'],
};
const ORIGINAL: Copy = { copyNumber: 0, kick: true };

/** The paper as one reads it; a large row is marked, since its letters are twice as wide. */
function paper(document: ReceiptDoc, columns: number): string {
  return layout(document, columns)
    .map((row) => {
      if (row.kind === 'line') return `${row.isLarge ? '» ' : row.isBold ? '* ' : '  '}${row.text}`.trimEnd();
      return row.kind === 'barcode' ? `  [código 128 ${row.value}]` : row.kind === 'cut' ? '  [corte]' : '  [cajón]';
    })
    .join('\n');
}

type Line = OrderCard['lines'][number];
const line = (lineNumber: number, more: Partial<Line>): Line => ({
  lineNumber,
  productId: String(lineNumber),
  sku: '',
  name: '',
  unit: 'UN',
  kind: 'GOODS',
  taxKind: 'TAXED',
  quantityMilli: 1_000,
  listPriceClp: 0,
  unitPriceClp: 0,
  grossClp: 0,
  discountClp: 0,
  orderDiscountClp: 0,
  totalClp: 0,
  costMilliClp: null,
  returnedMilli: 0,
  reason: '',
  approverName: null,
  ...more,
});
type Payment = OrderCard['payments'][number];
const payment = (more: Partial<Payment>): Payment => ({
  id: '',
  tender: 'CASH',
  amountClp: 0,
  roundingClp: 0,
  tenderedClp: 0,
  changeClp: 0,
  operationNumber: '',
  lastFour: '',
  instalments: 0,
  verifiedAtMs: null,
  ...more,
});
const lines = [
  line(1, {
    name: 'Aceite Castrol Magnatec 10W-40 semisintético A3/B4 bidón 4 L',
    quantityMilli: 2_000,
    unitPriceClp: 24_990,
    grossClp: 49_980,
    discountClp: 980,
    totalClp: 49_000,
  }),
  line(2, {
    name: 'Aceite 15W-40 a granel',
    unit: 'L',
    quantityMilli: 3_750,
    unitPriceClp: 4_333,
    grossClp: 16_249,
    totalClp: 16_249,
  }),
  line(3, { name: 'Manual del año (libro)', taxKind: 'EXEMPT', unitPriceClp: 5_000, grossClp: 5_000, totalClp: 5_000 }),
];
const card: OrderCard = {
  id: 'o',
  number: null,
  state: 'COMPLETED',
  documentKind: 'BOLETA',
  terminalId: 't',
  terminalName: 'Caja 1',
  cashierId: 'c',
  cashierName: 'Camila Rojas Muñoz',
  customerId: null,
  customerName: '',
  customerEmail: '',
  customerRut: '',
  customerGiro: '',
  vehicleId: null,
  plate: '',
  odometerKm: null,
  ivaBasisPoints: 1_900,
  note: '',
  cancelReason: null,
  createdAtMs: AT_MS,
  updatedAtMs: AT_MS,
  businessDate: '2026-03-10',
  paidClp: 70_249,
  subtotalClp: 71_229,
  discountClp: 980,
  totalClp: 70_249,
  exemptClp: 5_000,
  netClp: 54_831,
  ivaClp: 10_418,
  lines,
  payments: [payment({ amountClp: 70_250, roundingClp: 1, tenderedClp: 80_000, changeClp: 9_750 })],
  sale: { id: 's', number: 'MA1-000123', occurredAtMs: AT_MS, shiftId: 'h' },
};
const customer = {
  customerId: 'k',
  customerName: 'Transportes Ñuñoa Hermanos Peñailillo Limitada',
  customerRut: '76192083-9',
  customerGiro: 'Transporte de carga por carretera',
};
const car = { vehicleId: 'v', plate: 'BBCL12', odometerKm: 84_200 };

describe.each([48, 32])('on %i columns', (columns) => {
  it('a sale paid in cash', () => expect(paper(saleReceipt(shop, card, ORIGINAL), columns)).toMatchSnapshot());

  it('an invoice on mixed tenders, for a customer and a car, copied', () => {
    const payments = [
      payment({
        tender: 'CREDIT',
        amountClp: 40_000,
        tenderedClp: 40_000,
        operationNumber: '004512',
        lastFour: '1234',
        instalments: 3,
      }),
      payment({ tender: 'ACCOUNT', amountClp: 20_254, tenderedClp: 20_254 }),
      payment({ amountClp: 9_990, roundingClp: -5, tenderedClp: 9_990 }),
    ];
    const invoice: OrderCard = {
      ...card,
      ...customer,
      ...car,
      documentKind: 'FACTURA',
      payments,
      note: 'Retira don Hugo',
    };
    expect(
      paper(saleReceipt(shop, invoice, { copyNumber: 2, kick: false, mayRepeat: true }), columns),
    ).toMatchSnapshot();
  });

  it('an order with a part paid', () => {
    const payments = [
      payment({ tender: 'DEBIT', amountClp: 20_000, tenderedClp: 20_000, operationNumber: '88', lastFour: '4321' }),
    ];
    const order: OrderCard = {
      ...card,
      ...car,
      state: 'CONFIRMED',
      number: 'MA1-P000007',
      sale: null,
      paidClp: 20_000,
      payments,
    };
    expect(paper(orderReceipt(shop, order, { copyNumber: 0, kick: false }), columns)).toMatchSnapshot();
  });

  it('a return', () => {
    const returned: ReturnCard = {
      id: 'r',
      number: 'MA1-D000004',
      saleId: 's',
      saleNumber: 'MA1-000123',
      actorName: 'Camila Rojas Muñoz',
      approverName: 'Marcela Soto',
      reason: 'Envase roto',
      refundTender: 'CASH',
      totalClp: 24_500,
      exemptClp: 0,
      netClp: 20_588,
      ivaClp: 3_912,
      occurredAtMs: AT_MS,
      businessDate: '2026-03-10',
      terminalName: 'Caja 1',
      lines: [
        {
          lineNumber: 1,
          sku: 'A',
          name: lines[0]?.name ?? '',
          unit: 'UN',
          condition: 'DAMAGED',
          quantityMilli: 1_000,
          totalClp: 24_500,
        },
      ],
      payments: [payment({ amountClp: -24_500, tenderedClp: -24_500 })],
    };
    expect(paper(returnReceipt(shop, returned, ORIGINAL), columns)).toMatchSnapshot();
  });

  it('a Z report with a difference', () => {
    expect(paper(shiftReceipt(shop, zReport, sales, { copyNumber: 0, kick: false }), columns)).toMatchSnapshot();
  });

  it('an X report for whom the count is blind', () => {
    const blind: ShiftReport = {
      ...zReport,
      ...notClosed,
      tenders: [],
      cashSalesClp: null,
      cashRefundsClp: null,
      expectedCashClp: null,
    };
    const shown = paper(shiftReceipt(shop, blind, sales, { copyNumber: 0, kick: false }), columns);
    expect(shown).toMatchSnapshot();
    expect(shown).not.toContain('$812.340');
  });

  it('cash taken out, and a drawer opened without a sale', () => {
    const slip = {
      number: 'MA1-C000009',
      kind: 'OUT' as const,
      amountClp: 100_000,
      reason: 'Depósito al banco',
      actorName: 'Camila Rojas Muñoz',
      terminalName: 'Caja 1',
      occurredAtMs: AT_MS,
    };
    expect(paper(cashReceipt(shop, slip, ORIGINAL), columns)).toMatchSnapshot();
    expect(
      paper(cashReceipt(shop, { ...slip, kind: 'NO_SALE', amountClp: 0, reason: 'Dar sencillo' }, ORIGINAL), columns),
    ).toMatchSnapshot();
  });

  it('a payment on account', () => {
    const payments = [payment({ amountClp: 19_990, roundingClp: -5, tenderedClp: 20_000, changeClp: 10 })];
    const slip = {
      customerName: customer.customerName,
      customerRut: customer.customerRut,
      terminalName: 'Caja 1',
      cashierName: 'Camila Rojas Muñoz',
      occurredAtMs: AT_MS,
      payments,
    };
    expect(paper(accountReceipt(shop, slip, ORIGINAL), columns)).toMatchSnapshot();
  });

  it('the test page', () => expect(paper(testReceipt(shop, AT_MS, columns, ORIGINAL), columns)).toMatchSnapshot());
});

const sales = {
  count: 41,
  totalClp: 812_340,
  netClp: 678_437,
  ivaClp: 128_903,
  exemptClp: 5_000,
  discountClp: 12_400,
  returnCount: 1,
  returnTotalClp: 24_500,
};
const zReport: ShiftReport = {
  id: 'h',
  terminalName: 'Caja 1',
  cashierId: 'c',
  cashierName: 'Camila Rojas Muñoz',
  state: 'CLOSED',
  openedAtMs: AT_MS - 9 * 3_600_000,
  businessDate: '2026-03-10',
  floatClp: 50_000,
  tenders: [
    { tender: 'CASH', count: 24, amountClp: 402_100, roundingClp: -38 },
    { tender: 'DEBIT', count: 17, amountClp: 385_702, roundingClp: 0 },
  ],
  documentCount: 42,
  cashSalesClp: 426_600,
  cashRefundsClp: 24_500,
  cashInClp: 10_000,
  cashOutClp: 100_000,
  noSaleCount: 1,
  expectedCashClp: 362_100,
  number: 'MA1-Z000012',
  closedAtMs: AT_MS,
  closedByName: 'Marcela Soto',
  closingCount: { '20000': 12, '10000': 12, '500': 2, '10': 10 },
  countedCashClp: 361_100,
  differenceClp: -1_000,
  differenceReason: 'Vuelto mal dado',
  leftInDrawerClp: 50_000,
  depositedClp: 311_100,
  counted: [
    { tender: 'CASH', expectedClp: 362_100, countedClp: 361_100 },
    { tender: 'DEBIT', expectedClp: 385_702, countedClp: 380_702 },
  ],
  movements: [
    {
      id: '1',
      number: 'MA1-C000007',
      kind: 'IN',
      amountClp: 10_000,
      reason: 'Sencillo',
      actorName: 'Camila',
      occurredAtMs: AT_MS,
    },
    {
      id: '2',
      number: 'MA1-C000008',
      kind: 'NO_SALE',
      amountClp: 0,
      reason: 'Dar sencillo',
      actorName: 'Camila',
      occurredAtMs: AT_MS,
    },
    {
      id: '3',
      number: 'MA1-C000009',
      kind: 'OUT',
      amountClp: 100_000,
      reason: 'Depósito al banco',
      actorName: 'Camila',
      occurredAtMs: AT_MS,
    },
  ],
};
const notClosed = {
  state: 'OPEN' as const,
  number: null,
  closedAtMs: null,
  closedByName: null,
  closingCount: null,
  countedCashClp: null,
  differenceClp: null,
  differenceReason: null,
  leftInDrawerClp: null,
  depositedClp: null,
  counted: [],
};
