/**
 * Goal: the figures kept as things happen are the rows that the night counts from the documents, whatever was sold, taken back, paid and
 * cancelled; and the night gives the same rows and one record each, off at two o'clock, over a change of the clock, stopped or failed in
 * the middle, and run twice.
 */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { METRICS_NIGHTLY, metricsModule } from '#core/metrics/index.ts';
import { testApp, type TestApp } from '#tests/support/testApp.ts';
import { openShop, type Shop } from '#tests/support/shop.ts';
import { busyShop, lasting, raw } from './figures.ts';

const TABLES = ['dailySales', 'dailyTender', 'productDay', 'stockDay'] as const;
const figures = (test: TestApp) => TABLES.map((table) => raw(test, `select * from ${table}`));
/** The days added up by month: what productMonth and stockMonth must hold, rows of nothing apart. */
const DAY_SUMS = [
  ['productMonth', 'productDay'],
  ['stockMonth', 'stockDay'],
] as const;
function checkMonths(test: TestApp): void {
  for (const [months, days] of DAY_SUMS) {
    const columns = raw(test, `select name from pragma_table_info('${months}') where "notnull" = 1 and pk = 0`);
    const sums = columns.map(({ name }) => String(name));
    const isThere = sums.map((name) => `${name} <> 0`).join(' or ');
    const kept = raw(test, `select * from ${months} where ${isThere} order by branchId, month, productId`);
    const added = sums.map((name) => `sum(${name}) as ${name}`).join(', ');
    const counted = raw(
      test,
      `select * from (select branchId, substr(businessDate, 1, 7) as month, productId, ${added} from ${days}
         group by branchId, month, productId) where ${isThere} order by branchId, month, productId`,
    );
    expect(kept).toEqual(counted);
  }
}
const standings = (test: TestApp) => raw(test, 'select * from productStanding order by branchId, productId');
const wipe = (test: TestApp): void => {
  for (const table of TABLES) test.app.database.raw.exec(`delete from ${table}`);
};
const jobs = metricsModule().jobs;
const records = (test: TestApp) =>
  raw(test, `select slotAtMs, trigger, state from taskRun where job = '${METRICS_NIGHTLY}' order by id`);

let test: TestApp;
afterEach(() => test.close());

describe('kept and rebuilt', () => {
  it('are the same rows over the days of a clock change', async () => {
    test = await testApp();
    await busyShop(test);
    const kept = figures(test);
    expect(kept.every((rows) => rows.length > 0)).toBe(true);
    checkMonths(test);
    wipe(test);
    checkMonths(test);
    await test.app.jobRunner(jobs).runNow(METRICS_NIGHTLY);
    expect(figures(test)).toEqual(kept);
    checkMonths(test);
  });

  it('are the same rows whatever happened', async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('sell' as const),
        product: fc.nat(4),
        milli: fc.integer({ min: 1, max: 3_000 }),
        discount: fc.nat(300),
      }),
      fc.record({ kind: fc.constant('return' as const), sale: fc.nat(20), milli: fc.integer({ min: 1, max: 1_500 }) }),
      fc.record({
        kind: fc.constant('order' as const),
        product: fc.nat(4),
        end: fc.constantFrom('complete', 'cancel'),
      }),
      fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 30 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        test = await testApp();
        const shop = await openShop(test);
        const sales: { id: string; leftMilli: number }[] = [];
        for (const each of steps) await act(test, shop, each, sales);
        const kept = figures(test);
        checkMonths(test);
        wipe(test);
        await test.app.jobRunner(jobs).runNow(METRICS_NIGHTLY);
        expect(figures(test)).toEqual(kept);
        test.close();
      }),
      { numRuns: 12 },
    );
    test = await testApp();
  }, 120_000);
});

type Step =
  | { kind: 'sell'; product: number; milli: number; discount: number }
  | { kind: 'return'; sale: number; milli: number }
  | { kind: 'order'; product: number; end: string }
  | { kind: 'wait'; hours: number };

async function act(on: TestApp, shop: Shop, step: Step, sales: { id: string; leftMilli: number }[]): Promise<void> {
  const client = lasting(on, 'manager');
  const { oil, drum, labour, permit, kit } = shop.products;
  const product = (index: number): string => [oil, drum, labour, permit, kit][index] ?? oil;
  on.clock.advance(60_000);
  if (step.kind === 'wait') return on.clock.advance(step.hours * 3_600_000);
  if (step.kind === 'sell') {
    const line = { productId: product(step.product), quantityMilli: step.milli, discountClp: 0, reason: 'x' };
    const lines = [line, { productId: labour, quantityMilli: 1_000, discountClp: step.discount, reason: 'x' }];
    const { totals } = await client.sales.quote({ lines });
    const payments = [{ tender: 'DEBIT' as const, amountClp: totals.totalClp, operationNumber: '1', lastFour: '4242' }];
    const sold = await tried(client.sales.checkout({ lines, payments, expectedTotalClp: totals.totalClp }));
    if (sold) sales.push({ id: sold.saleId, leftMilli: step.milli });
    return;
  }
  if (step.kind === 'return') {
    const sale = sales[step.sale % Math.max(1, sales.length)];
    if (!sale || sale.leftMilli === 0) return;
    const quantityMilli = Math.min(step.milli, sale.leftMilli);
    const lines = [{ lineNumber: 1, quantityMilli, condition: 'SELLABLE' as const }];
    if (await tried(client.returns.create({ saleId: sale.id, reason: 'prueba', refundTender: 'CASH', lines })))
      sale.leftMilli -= quantityMilli;
    return;
  }
  const order = await tried(
    client.orders.create({ lines: [{ productId: product(step.product), quantityMilli: 1_000 }] }),
  );
  if (!order) return;
  const { id: orderId, totalClp } = order;
  await client.orders.confirm({ id: orderId });
  const payments = [{ tender: 'DEBIT' as const, amountClp: totalClp, operationNumber: '1', lastFour: '4242' }];
  await tried(client.orders.pay({ id: orderId, payments }));
  if (step.end === 'complete') await tried(client.orders.complete({ id: orderId }));
  else await client.orders.cancel({ id: orderId, reason: 'prueba' });
}

/** A refusal of the shop (no stock, a total of nothing) is no step. */
async function tried<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch {
    return undefined;
  }
}

describe('the night', () => {
  it('is caught up after the machine was off, once', async () => {
    test = await testApp();
    await busyShop(test);
    // Off from before two until nine.
    test.clock.set(Date.parse('2026-09-08T12:00:00Z'));
    const runner = test.app.jobRunner(jobs);
    await runner.runDue();
    await runner.runDue();
    expect(records(test)).toEqual([
      { slotAtMs: Date.parse('2026-09-08T05:00:00Z'), trigger: 'CATCH_UP', state: 'DONE' },
    ]);
    expect(standings(test).length).toBeGreaterThan(0);
  });

  it('runs once on each side of a change of the clock', async () => {
    test = await testApp();
    await busyShop(test);
    const runner = test.app.jobRunner(jobs);
    // The clock goes back at midnight of the 5th of April, and ahead on the 6th of September.
    for (const at of ['2026-04-05T06:00:30Z', '2026-04-05T07:00:30Z', '2026-09-06T05:00:30Z', '2026-09-06T06:00:30Z']) {
      test.clock.set(Date.parse(at));
      await runner.runDue();
    }
    expect(records(test).map(({ slotAtMs }) => new Date(Number(slotAtMs)).toISOString())).toEqual([
      '2026-04-05T06:00:00.000Z',
      '2026-09-06T05:00:00.000Z',
    ]);
  });

  it('stopped in the middle or run twice gives the same rows', async () => {
    test = await testApp();
    await busyShop(test);
    const runner = test.app.jobRunner(jobs);
    await runner.runNow(METRICS_NIGHTLY);
    const [whole, said] = [figures(test), standings(test)];
    wipe(test);
    const { done } = runner.launchNow(METRICS_NIGHTLY);
    while ((runner.progressOf(METRICS_NIGHTLY)?.done ?? 0) < 10) await new Promise((resolve) => setImmediate(resolve));
    expect(runner.cancel(METRICS_NIGHTLY)).toBe(true);
    await done;
    expect(figures(test)).not.toEqual(whole);
    await runner.runNow(METRICS_NIGHTLY);
    await runner.runNow(METRICS_NIGHTLY);
    expect([figures(test), standings(test)]).toEqual([whole, said]);
    expect(records(test).map(({ state }) => state)).toEqual(['DONE', 'CANCELLED', 'DONE', 'DONE']);
  });

  it('repairs a figure that differs from its documents', async () => {
    test = await testApp();
    await busyShop(test);
    const kept = figures(test);
    test.app.database.raw.exec('update dailySales set totalClp = totalClp + 1; update stockDay set changeMilli = 7');
    await test.app.jobRunner(jobs).runNow(METRICS_NIGHTLY);
    expect(figures(test)).toEqual(kept);
  });
});
