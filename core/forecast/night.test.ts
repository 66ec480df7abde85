/**
 * Goal: the night's work over a real shop: demand as the documents say it, runs kept, scored once and never doubled whatever stops them,
 * advice that a person can turn into an order, and the cheap reads of the screens.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobRunner } from '#core/engine/jobRunner.ts';
import { addDays, localToMs } from '#core/shared/time.ts';
import { openShop, type Shop } from '#tests/support/shop.ts';
import { actorWith, testApp, type TestApp, type TestClient } from '#tests/support/testApp.ts';
import { dayOf } from './days.ts';
import { knownDays } from './demand.ts';
import { serviceLevel } from './recommend.ts';

const ZONE = 'America/Santiago';
const FIRST = '2026-03-11';

let test: TestApp;
let shop: Shop;
let runner: JobRunner;
let boss: TestClient;

beforeEach(async () => {
  test = await testApp();
  shop = await openShop(test);
  runner = test.app.jobRunner();
  // A manager whose session does not end over the months that pass.
  boss = test.client({ actor: test.app.system().actor!, origin: 'internal' });
});
afterEach(async () => {
  await runner.stop();
  test.close();
});

const at = (date: string, hour: number): void => test.clock.set(localToMs(date, hour, 0, ZONE));
const rows = <R>(sql: string): R[] => test.app.database.raw.prepare(sql).all() as R[];

/** Sells oil every day but Sundays: one, and three on Fridays; a filter with each; from FIRST on. */
async function live(days: number, from = FIRST): Promise<void> {
  const { oil, filter } = shop.products;
  for (let day = 0; day < days; day += 1) {
    const date = addDays(from, day);
    const weekday = (dayOf(date) + 3) % 7;
    if (weekday === 6) continue;
    at(date, 9);
    if (day % 28 === 0) {
      const lines = [
        { productId: oil, quantityMilli: 40_000, unitCostMilliClp: 14_000_000 },
        { productId: filter, quantityMilli: 40_000, unitCostMilliClp: 3_333_333 },
      ];
      await boss.stock.receive({ warehouseId: shop.warehouses.SALES, lines });
    }
    at(date, 11);
    const count = weekday === 4 ? 3 : 1;
    await boss.sales.checkout({
      lines: [
        { productId: oil, quantityMilli: count * 1_000 },
        { productId: filter, quantityMilli: 1_000 },
      ],
      payments: [{ tender: 'CASH', amountClp: 200_000 }],
      expectedTotalClp: count * 24_990 + 6_490,
    });
  }
  at(addDays(from, days), 3);
}

const tables = ['forecastNode', 'forecastScore', 'demandHistory', 'reorderRecommendation'] as const;
/** Everything that a night wrote, without the ids and times of the run. */
const kept = () =>
  tables.map((table) =>
    rows<Record<string, unknown>>(`select * from ${table}`)
      .map(({ runId: _r, id: _i, scoredAtMs: _s, ...row }) => JSON.stringify(row))
      .sort(),
  );

describe('demand', () => {
  it('nets returns on the day of the sale, explodes kits, and is missing on days without stock and without sale', async () => {
    const { kit, oil, rare } = shop.products;
    at('2026-03-11', 11);
    const sold = await boss.sales.checkout({
      lines: [
        { productId: kit, quantityMilli: 2_000 },
        { productId: oil, quantityMilli: 3_000 },
        { productId: rare, quantityMilli: 1_000 },
      ],
      payments: [{ tender: 'CASH', amountClp: 500_000 }],
      expectedTotalClp: 2 * 39_990 + 3 * 24_990 + 9_990,
    });
    at('2026-03-13', 11);
    await boss.returns.create({
      saleId: sold.saleId,
      reason: 'No correspondía',
      refundTender: 'CASH',
      lines: [
        { lineNumber: 1, quantityMilli: 1_000, condition: 'SELLABLE' },
        { lineNumber: 2, quantityMilli: 1_000, condition: 'SELLABLE' },
      ],
    });
    at('2026-03-15', 3);
    await runner.runNow('forecast.nightly');
    const history = async (id: string) =>
      (await boss.forecast.get({ kind: 'PRODUCT', id, historyDays: 4 })).history.map((day) => [
        day.date,
        day.demandMilli,
      ]);
    const parts = rows<{ componentId: string; quantityMilli: number }>(
      `select componentId, quantityMilli from kitComponent where kitId = '${kit}'`,
    );
    const inKit = parts.find(({ componentId }) => componentId === oil)?.quantityMilli ?? 0;
    expect(await history(oil)).toEqual([
      ['2026-03-11', inKit + 2_000],
      ['2026-03-12', 0],
      ['2026-03-13', 0],
      ['2026-03-14', 0],
    ]);
    // The only one was sold on the 11th: nothing could be sold after that.
    expect((await history(rare)).map(([, demand]) => demand)).toEqual([1_000, null, null, null]);
  });

  it('begins with the launch', () => {
    const sold = Float64Array.from([0, 0, 0, 0, 2, 0, 0]);
    const changes = [
      { date: '2026-03-03', changeMilli: 2_000 },
      { date: '2026-03-05', changeMilli: -2_000 },
    ];
    const known = knownDays(sold, changes, dayOf('2026-03-01'));
    expect(known.firstDate).toBe('2026-03-03');
    expect(Array.from(known.demand)).toEqual([0, 0, 2, NaN, NaN]);
    expect(knownDays(new Float64Array(3), [], 0).demand.length).toBe(0);
  });
});

describe('a night', () => {
  it('forecasts, rehearses what a new shop lacks, scores what has closed, and does the same again when run again', async () => {
    await live(90);
    await runner.runNow('forecast.nightly');
    const { run, ageDays } = await boss.forecast.status({});
    expect(run).toMatchObject({ originDate: addDays(FIRST, 89), horizonDays: 28 });
    expect(ageDays).toBe(0);
    const runs = rows<{ purpose: string }>('select purpose from forecastRun order by originDate');
    expect(runs.map(({ purpose }) => purpose)).toEqual(['REHEARSAL', 'NIGHT']);
    const first = kept();
    expect(first.map((list) => list.length > 0)).toEqual([true, true, true, true]);
    test.clock.advance(3_600_000);
    await runner.runNow('forecast.nightly');
    expect(kept()).toEqual(first);
    expect(rows('select id from forecastRun').length).toBe(2);

    const oil = await boss.forecast.get({ kind: 'PRODUCT', id: shop.products.oil });
    expect(oil.state).toBe('FORECAST');
    // Eight a week, all of it known: the forecast of four weeks lies near 32, its interval around it.
    const month = oil.totals.find(({ days }) => days === 28)!;
    expect(month.expectedMilli).toBeGreaterThan(26_000);
    expect(month.expectedMilli).toBeLessThan(38_000);
    expect(month.low80Milli).toBeLessThanOrEqual(month.middleMilli);
    expect(month.high80Milli).toBeGreaterThanOrEqual(month.middleMilli);
    const friday = oil.days.find(({ date }) => (dayOf(date) + 3) % 7 === 4)!;
    const tuesday = oil.days.find(({ date }) => (dayOf(date) + 3) % 7 === 1)!;
    expect(friday.expectedMilli).toBeGreaterThan(1.5 * tuesday.expectedMilli);
    expect(oil.soFar).toMatchObject({ days: 28, windows: 1 });
    expect(oil.soFar!.wape!).toBeLessThan(0.25);

    // What the screens show adds up.
    const shopDays = (await boss.forecast.get({ kind: 'SHOP' })).days;
    const products = await boss.forecast.list({});
    const all = await Promise.all(
      products.rows
        .filter(({ state }) => state === 'FORECAST')
        .map(({ id }) => boss.forecast.get({ kind: 'PRODUCT', id })),
    );
    const sum = all.reduce((total, { days }) => total + days[0]!.expectedMilli, 0);
    expect(Math.abs(sum - shopDays[0]!.expectedMilli)).toBeLessThanOrEqual(all.length);

    const parts = await boss.forecast.explain({ kind: 'PRODUCT', id: shop.products.oil });
    const last = parts!.days.at(-1)!;
    expect(last.trend + last.weekly + last.yearly + last.holidays).toBeCloseTo(last.total, 6);
    expect(parts!.week[4]).toBe(Math.max(...parts!.week));
    expect(await boss.forecast.explain({ kind: 'PRODUCT', id: shop.products.oil })).toEqual(parts);
  }, 60_000);

  it('that was stopped leaves the forecast before it, and is whole when it runs again', async () => {
    await live(40);
    await runner.runNow('forecast.nightly');
    const before = await boss.forecast.status({});
    await live(1, addDays(FIRST, 40));
    const under = runner.runNow('forecast.nightly');
    await new Promise((resolve) => setTimeout(resolve, 30));
    runner.cancel('forecast.nightly');
    await under;
    expect(rows<{ state: string }>('select state from taskRun order by id desc limit 1')[0]?.state).toBe('CANCELLED');
    expect((await boss.forecast.status({})).run).toEqual(before.run);
    await runner.runNow('forecast.nightly');
    expect((await boss.forecast.status({})).run?.originDate).toBe(addDays(FIRST, 40));
    expect(rows("select id from forecastRun where state = 'BUILDING'")).toEqual([]);
  }, 60_000);

  it('missed while the machine was off is caught up once', async () => {
    await live(40);
    at(addDays(FIRST, 40), 10);
    await runner.runDue();
    await runner.runDue();
    const runs = rows<{ trigger: string; state: string }>(
      "select trigger, state from taskRun where job = 'forecast.nightly'",
    );
    expect(runs).toEqual([{ trigger: 'CATCH_UP', state: 'DONE' }]);
  }, 60_000);

  it('names what runs off its track', async () => {
    await live(60);
    await runner.runNow('forecast.nightly');
    const { oil } = shop.products;
    for (let day = 60; day < 74; day += 1) {
      at(addDays(FIRST, day), 11);
      await boss.sales.checkout({
        lines: [
          { productId: oil, quantityMilli: 2_000 },
          { productId: shop.products.filter, quantityMilli: 1_000 },
        ],
        payments: [{ tender: 'CASH', amountClp: 200_000 }],
        expectedTotalClp: 2 * 24_990 + 6_490,
      });
      if (day % 7 === 0) {
        const lines = [{ productId: oil, quantityMilli: 80_000, unitCostMilliClp: 14_000_000 }];
        await boss.stock.receive({ warehouseId: shop.warehouses.SALES, lines });
        await boss.sales.checkout({
          lines: [{ productId: oil, quantityMilli: 40_000 }],
          payments: [{ tender: 'CASH', amountClp: 2_000_000 }],
          expectedTotalClp: 40 * 24_990,
        });
      }
    }
    at(addDays(FIRST, 74), 3);
    await runner.runNow('forecast.nightly');
    const [found] = await boss.forecast.anomalies({});
    expect(found).toMatchObject({ productId: oil, direction: 'ABOVE', days: 14 });
    await runner.runNow('notifications.watch');
    const told = rows<{ kind: string; subjectId: string }>(
      "select distinct kind, subjectId from notification where kind = 'FORECAST_OFF_TRACK'",
    );
    expect(told).toEqual([{ kind: 'FORECAST_OFF_TRACK', subjectId: oil }]);
  }, 60_000);
});

describe('advice', () => {
  it('is given with its reason, edited, turned into a request and compared with what happened', async () => {
    const { id: supplierId } = await boss.suppliers.create({
      name: 'Distribuidora',
      contactName: '',
      email: '',
      phone: '',
      address: '',
      rut: null,
    });
    await boss.supply.setTerms({ supplierId, statedLeadDays: 5, reviewDays: 7 });
    await boss.products.update({ id: shop.products.oil, patch: { supplierId } });
    await boss.supply.setProduct({
      productId: shop.products.oil,
      supplierId,
      packMilli: 12_000,
      unitCostMilliClp: 14_000_000,
    });
    await live(80);
    const levels = await boss.stock.levels({ productId: shop.products.oil, warehouseId: shop.warehouses.SALES });
    const left = levels.rows[0]?.onHandMilli ?? 0;
    await boss.stock.issue({
      warehouseId: shop.warehouses.SALES,
      reason: 'Uso propio',
      lines: [{ productId: shop.products.oil, quantityMilli: left - 2_000 }],
    });
    await runner.runNow('forecast.nightly');
    const { rows: advice } = await boss.recommendations.list({});
    const oil = advice.find(({ productId }) => productId === shop.products.oil)!;
    expect(oil).toMatchObject({ reason: 'ORDER', supplierId, leadDays: 5, protectionDays: 12, positionMilli: 2_000 });
    expect(oil.quantityMilli % 12_000).toBe(0);
    expect(oil.quantityMilli).toBeGreaterThanOrEqual(oil.orderUpToMilli - oil.positionMilli);
    const [out] = await boss.forecast.runOut({ productIds: [shop.products.oil, shop.products.filter] });
    expect(out?.productId).toBe(shop.products.oil);
    expect(out!.runsOutOn >= addDays(FIRST, 80) && out!.runsOutOn <= addDays(FIRST, 83)).toBe(true);

    const { requestIds } = await boss.recommendations.request({ lines: [{ id: oil.id, quantityMilli: 24_000 }] });
    expect((await boss.requests.list({})).rows[0]).toMatchObject({
      id: requestIds[0],
      source: 'RECOMMENDATION',
      quantityMilli: 24_000,
    });
    await expect(boss.recommendations.request({ lines: [{ id: oil.id, quantityMilli: 1_000 }] })).rejects.toMatchObject(
      { code: 'CONFLICT' },
    );
    await live(14, addDays(FIRST, 80 + 4));
    await runner.runNow('forecast.nightly');
    const outcomes = await boss.recommendations.outcomes({});
    expect(outcomes.rows).toMatchObject([{ productId: shop.products.oil, requestedMilli: 24_000 }]);
    expect(outcomes.total).toBe(1);
    const blind = test.client(actorWith(test, new Set(['forecast.read'])));
    expect((await blind.recommendations.list({ show: 'ALL' })).rows.every((row) => row.costClp === null)).toBe(true);
  }, 60_000);

  it('is surer of what earns more and of what the shop cannot be without, unless the owner says otherwise', () => {
    const plan = { criticality: 'NORMAL', serviceLevelBasisPoints: null } as const;
    expect([1_000, 2_500, 4_500].map((margin) => serviceLevel(margin, plan))).toEqual([8_500, 9_000, 9_500]);
    expect(serviceLevel(1_000, { ...plan, criticality: 'CRITICAL' })).toBe(9_800);
    expect(serviceLevel(4_500, { ...plan, criticality: 'LOW' })).toBe(8_500);
    expect(serviceLevel(1_000, { criticality: 'CRITICAL', serviceLevelBasisPoints: 7_000 })).toBe(7_000);
  });
});

describe('the calendar', () => {
  it('takes elections and closures in place of the law’s days', async () => {
    await boss.calendar.set({ date: '2026-09-18', name: 'Abierto por turno', closed: 'NO' });
    await boss.calendar.set({ date: '2026-12-13', name: 'Elecciones', closed: 'YES' });
    const days = await boss.calendar.list({ year: 2026 });
    expect(days.filter(({ origin }) => origin === 'OWN')).toEqual([
      { date: '2026-09-18', name: 'Abierto por turno', isClosed: false, origin: 'OWN' },
      { date: '2026-12-13', name: 'Elecciones', isClosed: true, origin: 'OWN' },
    ]);
    expect(days.filter(({ date }) => date === '2026-09-18').length).toBe(1);
    await boss.calendar.remove({ date: '2026-09-18' });
    expect((await boss.calendar.list({ year: 2026 })).find(({ date }) => date === '2026-09-18')).toMatchObject({
      origin: 'LAW',
      isClosed: true,
    });
  });
});
