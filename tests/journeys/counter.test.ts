/**
 * Goal: a day at the counter, from the first shelf to the Z report, agrees in every book: drawer, stock, cost, sales, returns, account
 * and audit, and after a restart from the file alone.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openShop, type Shop } from '#tests/support/shop.ts';
import { clientOf, testApp, type TestApp } from '#tests/support/testApp.ts';

let folder: string;
let test: TestApp;
let shop: Shop;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rd-counter-'));
  test = await testApp({ file: join(folder, 'shop.db') });
  shop = await openShop(test);
});
afterEach(() => {
  test.close();
  rmSync(folder, { recursive: true });
});

const one = (productId: string, quantityMilli = 1_000) => ({ productId, quantityMilli });
const CLOSING_COUNT = { '20000': 5, '10000': 2, '5000': 1, '1000': 2, '100': 6, '10': 2 };
const COUNTED_CLP = 127_620;

/** Sells, returns, lends, deposits and moves cash as a day does; answers the sale that is looked at later. */
async function aDay(): Promise<string> {
  const { cashier, manager, products } = shop;
  const cash = (amountClp: number) => [{ tender: 'CASH' as const, amountClp }];
  // Three scans, paid in cash: 24.990 + 6.490 + 10.204 = 41.684, so 41.680 of 50.000.
  const first = await cashier.sales.checkout({
    lines: [one(products.oil), one(products.filter), one(products.drum, 2_355)],
    payments: cash(50_000),
    expectedTotalClp: 41_684,
    vehicleId: shop.vehicle,
    odometerKm: 84_200,
  });
  expect(first).toMatchObject({ number: 'MA1-000001', changeClp: 8_320 });
  // A kit by card and cash: 39.990 = 20.001 + 19.990 (19.989 rounds up).
  await cashier.sales.checkout({
    lines: [one(products.kit)],
    payments: [{ tender: 'DEBIT', amountClp: 20_001 }, ...cash(20_000)],
    expectedTotalClp: 39_990,
  });
  // On account, and part of it paid back: 49.980 - 30.000.
  await manager.sales.checkout({
    lines: [one(products.oil, 2_000)],
    payments: [{ tender: 'ACCOUNT', amountClp: 49_980 }],
    expectedTotalClp: 49_980,
    customerId: shop.customers.person,
  });
  await manager.accounts.pay({ customerId: shop.customers.person, amountClp: 30_000, payments: cash(30_000) });
  // One filter comes back damaged: 6.490.
  await manager.returns.create({
    saleId: first.saleId,
    reason: 'hilo malo',
    refundTender: 'CASH',
    lines: [{ lineNumber: 2, quantityMilli: 1_000, condition: 'DAMAGED' }],
  });
  // A deposit on an order that is then cancelled, and one that is completed by transfer.
  const gone = await cashier.orders.create({ lines: [one(products.rare)] });
  await cashier.orders.pay({ id: gone.id, payments: cash(5_000) });
  await cashier.orders.cancel({ id: gone.id, reason: 'no volvió' });
  const waiting = await cashier.orders.create({ lines: [one(products.permit, 2_000)] });
  await cashier.orders.confirm({ id: waiting.id });
  await cashier.orders.pay({ id: waiting.id, payments: [{ tender: 'TRANSFER', amountClp: 10_000 }] });
  await cashier.orders.complete({ id: waiting.id });
  await cashier.shifts.cashMove({ kind: 'IN', amountClp: 2_000, reason: 'sencillo' });
  await cashier.shifts.cashMove({ kind: 'OUT', amountClp: 9_000, reason: 'almuerzo' });
  return first.saleId;
}

it('ends with a Z report that knows every peso', async () => {
  await aDay();
  // 50.000 float + 41.680 + 19.990 + 30.000 - 6.490 + 5.000 - 5.000 + 2.000 - 9.000 = 128.180.
  const closed = await shop.cashier.shifts.close({
    count: CLOSING_COUNT,
    leftInDrawerClp: 50_000,
    others: [{ tender: 'DEBIT', countedClp: 20_001 }],
  });
  expect(closed).toMatchObject({
    number: 'MA1-Z000001',
    expectedCashClp: 128_180,
    differenceClp: COUNTED_CLP - 128_180,
  });
  const report = await shop.cashier.shifts.get({ id: closed.id });
  expect(report).toMatchObject({
    depositedClp: COUNTED_CLP - 50_000,
    cashSalesClp: 96_670,
    cashRefundsClp: 11_490,
    noSaleCount: 0,
  });
  expect(Object.fromEntries(report.tenders.map((row) => [row.tender, row.amountClp]))).toEqual({
    ACCOUNT: 49_980,
    CASH: 85_180,
    DEBIT: 20_001,
    TRANSFER: 10_000,
  });
  expect(await shop.cashier.sales.ofShift({ shiftId: closed.id })).toMatchObject({
    count: 4,
    totalClp: 141_654,
    exemptClp: 10_000,
    returnCount: 1,
    returnTotalClp: 6_490,
  });
  expect(await shop.agrees()).toBe(true);
});

it('is the same after a restart, and the next day goes on counting', async () => {
  const saleId = await aDay();
  const closed = await shop.cashier.shifts.close({ count: CLOSING_COUNT, leftInDrawerClp: 50_000 });
  const look = async () => ({
    sale: await shop.manager.sales.get({ id: saleId }),
    report: await shop.manager.shifts.get({ id: closed.id }),
    levels: await shop.manager.stock.levels({}),
    account: await shop.manager.accounts.statement({ customerId: shop.customers.person }),
  });
  const before = await look();
  test.close();
  const { as, users } = test;
  test = await testApp({ file: join(folder, 'shop.db') });
  test.clock.advance(60_000);
  Object.assign(test, { as, users });
  for (const role of ['cashier', 'manager', 'admin'] as const) shop[role] = clientOf(test.app, as[role], test.newId);
  expect(await look()).toEqual(before);
  expect(await shop.cashier.shifts.current({})).toMatchObject({ shift: null, suggestedFloatClp: 50_000 });
  await shop.cashier.shifts.open({ count: { '10000': 5 } });
  const next = await shop.cashier.sales.checkout({
    lines: [one(shop.products.oil)],
    payments: [{ tender: 'CASH', amountClp: 24_990 }],
    expectedTotalClp: 24_990,
  });
  expect(next.number).toBe('MA1-000005');
  expect(
    (
      await shop.cashier.shifts.close({
        count: { '10000': 7, '1000': 4, '500': 1, '100': 4, '10': 9 },
        leftInDrawerClp: 0,
      })
    ).number,
  ).toBe('MA1-Z000002');
  expect(await shop.agrees()).toBe(true);
});

it('a command that fails anywhere leaves nothing behind', async () => {
  const tables = [
    'salesOrder',
    'orderLine',
    'payment',
    'stockMovement',
    'event',
    'documentCounter',
    'saleReturn',
    'reservation',
  ];
  const { raw } = test.app.database;
  const rows = () => tables.map((table) => raw.prepare(`select count(*) from ${table}`).pluck().get());
  const saleId = await aDay();
  const before = rows();
  const { cashier, manager, products } = shop;
  const wrong: Promise<unknown>[] = [
    cashier.sales.checkout({
      lines: [one(products.oil), one(products.rare, 9_000)],
      payments: [{ tender: 'CASH', amountClp: 200_000 }],
      expectedTotalClp: 114_900,
    }),
    cashier.sales.checkout({
      lines: [one(products.oil)],
      payments: [{ tender: 'ACCOUNT', amountClp: 24_990 }],
      expectedTotalClp: 24_990,
    }),
    cashier.orders.create({ lines: [one(products.oil), one(products.rare, 9_000)] }),
    manager.returns.create({
      saleId,
      reason: 'demás',
      refundTender: 'CASH',
      lines: [{ lineNumber: 2, quantityMilli: 1, condition: 'SELLABLE' }],
    }),
    cashier.shifts.close({ count: {}, leftInDrawerClp: 0 }),
    manager.accounts.pay({
      customerId: shop.customers.person,
      amountClp: 500,
      payments: [{ tender: 'CASH', amountClp: 10 }],
    }),
  ];
  const outcomes = await Promise.allSettled(wrong);
  expect(outcomes.map((outcome) => outcome.status)).toEqual(wrong.map(() => 'rejected'));
  expect(rows()).toEqual(before);
  expect(await shop.agrees()).toBe(true);
});
