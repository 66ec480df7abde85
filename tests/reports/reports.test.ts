/**
 * Goal: every figure of every report is what the raw documents say, counted here by other statements: with returns in parts, discounts,
 * exempt lines, kits, legal rounding, two branches and the days on which Santiago's clock changes; and whoever may not see costs never
 * gets one.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METRICS_NIGHTLY } from '#core/metrics/index.ts';
import type { Report, ReportName } from '#core/metrics/contract.ts';
import { testApp, type TestApp } from '#tests/support/testApp.ts';
import { busyShop, lasting, raw, secondBranch } from './figures.ts';

let test: TestApp;
let second: string;
let first: string;
beforeAll(async () => {
  test = await testApp();
  await busyShop(test);
  first = String(raw(test, 'select id from branch')[0]?.['id']);
  second = secondBranch(test);
  await test.app.jobRunner().runNow(METRICS_NIGHTLY);
});
afterAll(() => test.close());

interface Case {
  from: string;
  to: string;
  branchId: string | null;
}
const PERIODS = [
  { from: '2026-03-01', to: '2026-09-30' },
  { from: '2026-04-04', to: '2026-04-04' },
  { from: '2026-04-05', to: '2026-04-05' },
  { from: '2026-09-06', to: '2026-09-06' },
  { from: '2026-01-01', to: '2026-01-31' },
];
const cases = (): Case[] =>
  PERIODS.flatMap((period) => [null, first, second].map((branchId) => ({ ...period, branchId })));

const report = async (name: ReportName, asked: Case, more: object = {}): Promise<Report> =>
  lasting(test, 'manager').reports.run({ report: name, ...asked, ...more });

/** A report's rows as objects. */
const objects = ({ columns, rows }: Report): Record<string, string | number | null>[] =>
  rows.map(({ cells }) => Object.fromEntries(columns.map(({ key }, index) => [key, cells[index] ?? null])));
const totals = ({ columns, totals: cells }: Report) =>
  Object.fromEntries(columns.map(({ key }, index) => [key, cells[index] ?? null]));

const where = ({ from, to, branchId }: Case, date: string, branch: string): string =>
  `${date} between '${from}' and '${to}'${branchId === null ? '' : ` and ${branch} = '${branchId}'`}`;
const one = (sql: string): Record<string, string | number | null> => raw(test, sql)[0] ?? {};
const number = (sql: string): number => Number(one(`select coalesce((${sql}), 0) as n`)['n']);
const saleSum = (c: Case, what: string): number =>
  number(`select sum(${what}) from salesOrder where state = 'COMPLETED' and ${where(c, 'saleDate', 'branchId')}`);
const returnSum = (c: Case, what: string): number =>
  number(`select sum(${what}) from saleReturn where ${where(c, 'businessDate', 'branchId')}`);

describe('sales', () => {
  it.each(['HOUR', 'DAY', 'WEEK', 'MONTH'] as const)('by %s add up to the documents', async (groupBy) => {
    for (const c of cases()) {
      const got = totals(await report('SALES', c, { groupBy }));
      expect(got).toMatchObject({
        saleCount: saleSum(c, '1'),
        salesClp: saleSum(c, 'totalClp'),
        returnsClp: returnSum(c, 'totalClp'),
        totalClp: saleSum(c, 'totalClp') - returnSum(c, 'totalClp'),
        netClp: saleSum(c, 'totalClp - ivaClp') - returnSum(c, 'totalClp - ivaClp'),
        ivaClp: saleSum(c, 'ivaClp') - returnSum(c, 'ivaClp'),
        discountClp: saleSum(c, 'discountClp'),
        costMilliClp: saleSum(c, 'costMilliClp') - returnSum(c, 'costMilliClp'),
      });
    }
  });

  it('puts every sale in its local hour, the repeated one included', async () => {
    for (const c of cases()) {
      const rows = objects(await report('SALES', c, { groupBy: 'HOUR' }));
      const expected = new Map<number, number>();
      const instants = raw(
        test,
        `select soldAtMs, totalClp from salesOrder where state = 'COMPLETED' and ${where(c, 'saleDate', 'branchId')}`,
      );
      const add = (atMs: unknown, clp: number): void => {
        const hour = Number(
          new Date(Number(atMs)).toLocaleString('en-GB', {
            timeZone: 'America/Santiago',
            hour: '2-digit',
            hourCycle: 'h23',
          }),
        );
        expected.set(hour, (expected.get(hour) ?? 0) + clp);
      };
      for (const { soldAtMs, totalClp } of instants) add(soldAtMs, Number(totalClp));
      for (const { occurredAtMs, totalClp } of raw(
        test,
        `select occurredAtMs, totalClp from saleReturn where ${where(c, 'businessDate', 'branchId')}`,
      ))
        add(occurredAtMs, -Number(totalClp));
      expect(new Map(rows.map((row) => [Number(row['hour']), Number(row['totalClp'])]))).toEqual(expected);
    }
  });

  it('shows every day, sold or not, beside the period before', async () => {
    const got = await report(
      'SALES',
      { from: '2026-04-04', to: '2026-04-06', branchId: null },
      { compare: 'PREVIOUS' },
    );
    expect(got.comparedWith).toEqual({ from: '2026-04-01', to: '2026-04-03' });
    expect(got.rows.map(({ key }) => key)).toEqual(['2026-04-04', '2026-04-05', '2026-04-06']);
    expect(got.rows.every(({ before }) => before !== null)).toBe(true);
    const lastYear = await report(
      'SALES',
      { from: '2024-02-29', to: '2024-02-29', branchId: null },
      { compare: 'LAST_YEAR' },
    );
    expect(lastYear.comparedWith).toEqual({ from: '2023-02-28', to: '2023-02-28' });
  });
});

/** Money, units and cost of lines by a key, sales less returns, without the product's shared-out nets. */
const lineSums = (c: Case, key: string) =>
  new Map(
    raw(
      test,
      `select key, sum(totalClp) as totalClp, sum(milli) as soldMilli, sum(cost) as costMilliClp, sum(discount) as discountClp from (
        select ${key} as key, l.totalClp, l.quantityMilli as milli, l.costMilliClp as cost, l.discountClp + l.orderDiscountClp as discount
        from orderLine l join salesOrder o on o.id = l.orderId join product p on p.id = l.productId
        where o.state = 'COMPLETED' and ${where(c, 'o.saleDate', 'o.branchId')}
        union all
        select ${key}, -b.totalClp, -b.quantityMilli, -b.costMilliClp, 0
        from saleReturnLine b join saleReturn r on r.id = b.returnId
          join orderLine l on l.orderId = r.saleId and l.lineNumber = b.lineNumber join product p on p.id = l.productId
        where ${where(c, 'r.businessDate', 'r.branchId')}
      ) group by key`,
    ).map(({ key: of, ...sums }) => [String(of), sums]),
  );

describe('products, profitability and categories', () => {
  it.each(['PRODUCTS', 'PROFITABILITY', 'CATEGORIES'] as const)('%s equal the lines', async (name) => {
    for (const c of cases()) {
      const got = await report(name, c);
      const expected = lineSums(c, name === 'CATEGORIES' ? 'p.categoryId' : 'l.productId');
      expect(new Set(got.rows.map(({ key }) => key))).toEqual(new Set(expected.keys()));
      const rows = objects(got);
      got.rows.forEach(({ key }, index) => {
        const { soldMilli, totalClp, costMilliClp, discountClp } = expected.get(key) ?? {};
        const said = rows[index] ?? {};
        expect(said['costMilliClp']).toBe(costMilliClp);
        expect(said['marginMilliClp']).toBe(Number(said['netClp']) * 1000 - Number(costMilliClp));
        if (name !== 'CATEGORIES') expect(said['soldMilli']).toBe(soldMilli);
        if (name !== 'PROFITABILITY') expect(said).toMatchObject({ totalClp, discountClp });
      });
      // A document's net is shared out over its lines to the peso.
      expect(totals(got)['netClp']).toBe(saleSum(c, 'totalClp - ivaClp') - returnSum(c, 'totalClp - ivaClp'));
    }
  });

  it('ranks from either end', async () => {
    const c = { from: '2026-03-01', to: '2026-09-30', branchId: null };
    const top = (await report('PRODUCTS', c)).rows.map(({ key }) => key);
    const bottom = (await report('PRODUCTS', c, { direction: 'BOTTOM' })).rows.map(({ key }) => key);
    expect(bottom).toEqual([...top].reverse());
  });
});

describe('stock', () => {
  it('is worth at any date what the ledger says', async () => {
    for (const c of cases()) {
      const got = await report('INVENTORY', c);
      const expected = raw(
        test,
        `select productId, sum(quantityMilli) as q, sum(valueMilliClp) as v from stockMovement m join warehouse w on w.id = m.warehouseId
         where businessDate <= '${c.to}'${c.branchId === null ? '' : ` and w.branchId = '${c.branchId}'`}
         group by productId having q <> 0 or v <> 0`,
      );
      const rows = objects(got);
      expect(
        new Map(got.rows.map(({ key }, i) => [key, [rows[i]?.['onHandMilli'], rows[i]?.['valueMilliClp']]])),
      ).toEqual(new Map(expected.map(({ productId, q, v }) => [productId, [q, v]])));
    }
  });

  it('turns over, covers and ages as the documents say', async () => {
    const c = { from: '2026-09-01', to: '2026-09-30', branchId: first };
    const rows = objects(await report('STOCK_HEALTH', c));
    for (const { id, sku } of raw(test, `select id, sku from product where kind = 'GOODS'`)) {
      const row = rows.find((each) => each['sku'] === sku);
      const ledger = `from stockMovement m join warehouse w on w.id = m.warehouseId where w.branchId = '${first}' and productId = '${String(id)}'`;
      const onHand = number(`select sum(quantityMilli) ${ledger} and businessDate <= '2026-09-30'`);
      const value = number(`select sum(valueMilliClp) ${ledger} and businessDate <= '2026-09-30'`);
      // What left for sales, less what came back of it on the shelf of any purpose; written by the ledger, not by the sale.
      const demand = 0 - number(`select sum(quantityMilli) ${ledger} and m.kind in ('EXIT', 'RETURN')`);
      if (!row) {
        expect([onHand, demand]).toEqual([0, 0]);
        continue;
      }
      expect(row['onHandMilli']).toBe(onHand);
      expect(row['valueMilliClp']).toBe(value);
      expect(row['demandMilli']).toBe(demand);
      expect(row['coverDaysMilli']).toBe(demand > 0 ? Math.round((onHand * 365 * 1000) / demand) : null);
    }
  });

  it('counts what was bought at its cost', async () => {
    for (const c of cases()) {
      const expected = number(
        `select sum(m.valueMilliClp) from stockDocument d join stockMovement m on m.sourceId = d.id join warehouse w on w.id = m.warehouseId
         where d.kind in ('ENTRY', 'SUPPLIER_RETURN') and ${where(c, 'd.businessDate', 'w.branchId')}`,
      );
      expect(totals(await report('PURCHASES', c))['valueMilliClp'] ?? 0).toBe(expected);
    }
  });
});

describe('cash', () => {
  it('adds up each tender in the day the money moved', async () => {
    for (const c of cases()) {
      const expected = raw(
        test,
        `select tender, count(*) as paymentCount, sum(amountClp) as amountClp, sum(p.roundingClp) as roundingClp,
           sum(case documentKind when 'ORDER' then amountClp else 0 end) as salesClp,
           sum(case documentKind when 'RETURN' then amountClp else 0 end) as refundsClp,
           sum(case documentKind when 'ACCOUNT' then amountClp else 0 end) as accountClp
         from payment p join shift s on s.id = p.shiftId where ${where(c, 'p.businessDate', 's.branchId')} group by tender order by tender`,
      );
      expect(objects(await report('TENDERS', c))).toEqual(expected);
    }
  });

  it('says of each cashier what the documents and the drawer say', async () => {
    for (const c of cases()) {
      for (const [index, row] of objects(await report('CASHIERS', c)).entries()) {
        const { key } = (await report('CASHIERS', c)).rows[index] ?? { key: '' };
        const mine = ` and saleCashierId = '${key}'`;
        const sold = (what: string): number =>
          number(
            `select sum(${what}) from salesOrder where state = 'COMPLETED' and ${where(c, 'saleDate', 'branchId')}${mine}`,
          );
        const back = (what: string): number =>
          number(
            `select sum(${what}) from saleReturn where ${where(c, 'businessDate', 'branchId')} and actorId = '${key}'`,
          );
        expect(row).toMatchObject({
          saleCount: sold('1'),
          discountClp: sold('discountClp'),
          returnCount: back('1'),
          returnsClp: back('totalClp'),
          totalClp: sold('totalClp') - back('totalClp'),
        });
      }
    }
  });

  it('lists the shifts with their differences', async () => {
    const got = await report('SHIFTS', { from: '2026-03-01', to: '2026-09-30', branchId: first });
    expect(got.rows).toHaveLength(number(`select count(*) from shift where branchId = '${first}'`));
  });
});

describe('taxes and customers', () => {
  it('gives the accountant every document, and their sums', async () => {
    for (const c of cases()) {
      const got = await report('TAXES', c);
      const expected = {
        netClp: saleSum(c, 'netClp') - returnSum(c, 'netClp'),
        ivaClp: saleSum(c, 'ivaClp') - returnSum(c, 'ivaClp'),
        exemptClp: saleSum(c, 'exemptClp') - returnSum(c, 'exemptClp'),
        totalClp: saleSum(c, 'totalClp') - returnSum(c, 'totalClp'),
      };
      expect(totals(got)).toMatchObject(expected);
      const rows = objects(got);
      expect(rows).toHaveLength(saleSum(c, '1') + returnSum(c, '1'));
      for (const [key, value] of Object.entries(expected))
        expect(rows.reduce((sum, row) => sum + Number(row[key]), 0)).toBe(value);
      // A page of it still says the whole.
      const page = await report('TAXES', c, { limit: 1 });
      expect([page.rowCount, page.totals]).toEqual([got.rowCount, got.totals]);
    }
  });

  it('adds up who bought', async () => {
    for (const c of cases()) {
      const got = totals(await report('CUSTOMERS', c));
      expect(got['totalClp'] ?? 0).toBe(saleSum(c, 'totalClp') - returnSum(c, 'totalClp'));
    }
  });
});

describe('what a reader may see', () => {
  it('has no cost for whoever may not see costs', async () => {
    const client = lasting(test, 'cashier', ['reports.read']);
    const period = { from: '2026-03-01', to: '2026-09-30' };
    for (const name of [
      'SALES',
      'PRODUCTS',
      'CATEGORIES',
      'INVENTORY',
      'STOCK_HEALTH',
      'CUSTOMERS',
      'PURCHASES',
    ] as const) {
      const { columns } = await client.reports.run({ report: name, ...period });
      expect(columns.filter(({ key }) => /cost|margin|value/i.test(key))).toEqual([]);
    }
    await expect(client.reports.run({ report: 'PROFITABILITY', ...period })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const day = await client.metrics.home({});
    expect([day.today.marginMilliClp, day.today.marginBasisPoints]).toEqual([null, null]);
    const { rows } = await client.metrics.standings({});
    expect(rows.every(({ valueMilliClp }) => valueMilliClp === null)).toBe(true);
  });

  it('opens the documents behind a product', async () => {
    const c = { from: '2026-03-01', to: '2026-09-30', branchId: null };
    const product = (await report('PRODUCTS', c)).rows[0]?.key ?? '';
    const { total, rows } = await lasting(test, 'manager').reports.documents({ ...c, productId: product });
    const expected = number(`select count(distinct orderId) from orderLine where productId = '${product}'`);
    expect(rows.filter(({ kind }) => kind === 'SALE')).toHaveLength(expected);
    expect(total).toBe(rows.length);
  });
});
