/**
 * Goal: a machine that takes a dead one's place shows the same figures as it did, at once and not only after the night: sales, kits,
 * returns, tenders, account payments and orders that arrive from the centre are counted as they are written, each once.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type App, createApp } from '#core/app.ts';
import { WEAK_FOR_TESTS } from '#core/auth/index.ts';
import { type Caller, systemActor } from '#core/engine/dispatch.ts';
import { eventKind } from '#core/engine/events.ts';
import { monotonicIds } from '#core/engine/system.ts';
import { CentreModel, type Device } from '#tests/sim/model.ts';
import { openShop, type Shop } from '#tests/support/shop.ts';
import { PASSWORD, testApp, type TestApp } from '#tests/support/testApp.ts';

let test: TestApp;
let shop: Shop;
let heir: App;
let owner: Caller;
const device = (role: string, branchId: string): Device => ({ role, branchId, branchCode: 'MA', scope: 'OWNER' });

beforeAll(async () => {
  let branchId = '';
  const model = new CentreModel(() => test.clock.nowMs());
  const connect = (role: string) => () => model.connect(device(role, branchId));
  test = await testApp({ connectCentre: connect('first') });
  branchId = test.app.dispatcher.site?.branchId ?? '';
  shop = await openShop(test);
  await sellForADay();
  await shop.admin.sync.connect({ connection: 'postgres://model/first' });
  await test.app.link.now();
  heir = createApp({
    file: ':memory:',
    clock: test.clock,
    ids: monotonicIds(),
    pepper: 'heir',
    hashStrength: WEAK_FOR_TESTS,
    checkOutput: true,
    connectCentre: connect('second'),
  });
  const access = { connection: 'postgres://model/second', email: 'olga@example.cl', password: PASSWORD };
  await heir.call('sync.replace', access, { origin: 'loopback' });
  const opened = (await heir.call(
    'auth.login',
    access.email === '' ? {} : { email: access.email, password: PASSWORD },
    {
      origin: 'loopback',
    },
  )) as { token: string };
  owner = { token: opened.token, origin: 'loopback' };
});
afterAll(async () => {
  await heir.link.stop();
  heir.close();
  await test.app.link.stop();
  test.close();
});

async function sellForADay(): Promise<void> {
  const { cashier, manager, products } = shop;
  const line = (productId: string, quantityMilli = 1_000) => ({ productId, quantityMilli });
  const cash = (amountClp: number) => [{ tender: 'CASH' as const, amountClp }];
  const first = await cashier.sales.checkout({
    lines: [line(products.oil), line(products.filter, 2_000), line(products.permit)],
    payments: cash(50_000),
    expectedTotalClp: 42_970,
  });
  await cashier.sales.checkout({
    lines: [line(products.kit)],
    payments: [{ tender: 'DEBIT', amountClp: 39_990 }],
    expectedTotalClp: 39_990,
  });
  test.clock.advance(5 * 60_000);
  await manager.sales.checkout({
    lines: [line(products.oil, 2_000)],
    payments: [{ tender: 'ACCOUNT', amountClp: 49_980 }],
    expectedTotalClp: 49_980,
    customerId: shop.customers.person,
  });
  await manager.accounts.pay({ customerId: shop.customers.person, amountClp: 30_000, payments: cash(30_000) });
  await manager.returns.create({
    saleId: first.saleId,
    reason: 'no le servía',
    refundTender: 'CASH',
    lines: [{ lineNumber: 2, quantityMilli: 1_000, condition: 'SELLABLE' }],
  });
  // Into the next hour but one: what arrives in one transaction is counted in the hour of each.
  for (let step = 0; step < 7; step += 1) {
    test.clock.advance(10 * 60_000);
    // Somebody is there all the while.
    for (const person of [shop.admin, manager, cashier]) await person.sync.status({});
  }
  await cashier.sales.checkout({
    lines: [line(products.oil), line(products.kit)],
    payments: cash(70_000),
    expectedTotalClp: 64_980,
  });
}

const rows = (app: App, table: string): unknown[] =>
  app.database.reader.prepare(`select * from ${table} order by 1, 2, 3, 4`).all();

it('puts nothing aside, though the shop was there long before it met its centre', () => {
  expect(heir.database.reader.prepare('select reason, detail from syncHeld').all()).toEqual([]);
  expect(rows(heir, 'stockLevel')).toEqual(rows(test.app, 'stockLevel'));
});

it.each(['dailySales', 'dailyTender', 'productDay'])('holds the same %s as the machine before it', (table) => {
  expect(rows(test.app, table).length).toBeGreaterThan(0);
  expect(rows(heir, table)).toEqual(rows(test.app, table));
});

it('reports over all branches what the documents say', () => {
  const date = '2026-03-10';
  const report = heir.call('reports.run', { report: 'SALES', from: date, to: date }, owner) as {
    columns: { key: string }[];
    totals: (number | string | null)[];
  };
  const total = (key: string) => report.totals[report.columns.findIndex((column) => column.key === key)];
  const raw = heir.database.reader
    .prepare(
      `select (select count(*) from salesOrder where soldAtMs is not null) as sales,
        (select sum(totalClp) from salesOrder where soldAtMs is not null) as sold,
        (select sum(totalClp) from saleReturn) as back`,
    )
    .get() as { sales: number; sold: number; back: number };
  expect(raw).toEqual({ sales: 4, sold: 197_920, back: 6_490 });
  expect(total('saleCount')).toBe(raw.sales);
  expect(total('totalClp')).toBe(raw.sold - raw.back);
});

it('has counted in the hours in which it was sold', () => {
  const hours = heir.database.reader.prepare('select distinct hour from dailySales order by hour').pluck().all();
  expect(hours).toEqual([10, 11]);
});

it('puts the one operation aside that cannot be applied, and counts the others of its page', async () => {
  const { cashier, products } = shop;
  const sell = () =>
    cashier.sales.checkout({
      lines: [{ productId: products.oil, quantityMilli: 1_000 }],
      payments: [{ tender: 'CASH', amountClp: 24_990 }],
      expectedTotalClp: 24_990,
    });
  await sell();
  test.app.dispatcher
    .taskContext({ actor: systemActor(test.app.dispatcher.site?.terminalId ?? ''), origin: 'internal' })
    .command('sync.renew', (command) =>
      // A document of the stock with nothing in it.
      command.record(eventKind<object>('inventory.documentPosted', 1), command.newId(), { document: { id: 'x' } }),
    );
  await sell();
  await test.app.link.now();
  await heir.link.now();
  const held = heir.database.reader.prepare("select operation ->> 'kind' from syncHeld").pluck().all();
  expect(held).toEqual(['inventory.documentPosted']);
  for (const table of ['dailySales', 'dailyTender', 'productDay', 'stockLevel', 'stockDay'])
    expect(rows(heir, table), table).toEqual(rows(test.app, table));
});

it('counts nothing twice when it reads the whole branch again', async () => {
  const before = rows(heir, 'dailySales');
  heir.database.raw.exec('delete from syncLog; update syncCursor set cursor = 0');
  await heir.link.now();
  expect(rows(heir, 'dailySales')).toEqual(before);
  expect(rows(heir, 'dailyTender')).toEqual(rows(test.app, 'dailyTender'));
});
