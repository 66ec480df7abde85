/**
 * Goal: the figures that no sum of sales says (voids, openings, cash over and short, accounts, ages, turnover, ABC, dead stock, the
 * opening of the day) are what the raw documents say when they are counted here, by other statements and in other ways.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METRICS_NIGHTLY } from '#core/metrics/index.ts';
import type { Report, ReportName } from '#core/metrics/contract.ts';
import { addDays } from '#core/shared/time.ts';
import { testApp, type TestApp } from '#tests/support/testApp.ts';
import { busyShop, lasting, raw, secondBranch } from './figures.ts';

type Cells = Record<string, string | number | null>;
interface Case {
  from: string;
  to: string;
  branchId: string | null;
}

let test: TestApp;
let first: string;
let second: string;
beforeAll(async () => {
  test = await testApp();
  await busyShop(test);
  first = String(raw(test, 'select id from branch')[0]?.['id']);
  second = secondBranch(test);
  await test.app.jobRunner().runNow(METRICS_NIGHTLY);
}, 60_000);
afterAll(() => test.close());

const cases = (): Case[] =>
  [
    { from: '2026-03-01', to: '2026-09-30' },
    { from: '2026-04-01', to: '2026-04-30' },
    { from: '2026-04-04', to: '2026-04-04' },
    { from: '2026-04-05', to: '2026-09-06' },
    { from: '2026-09-07', to: '2026-09-07' },
  ].flatMap((period) => [null, first, second].map((branchId) => ({ ...period, branchId })));

const report = (name: ReportName, asked: Case, more: object = {}): Promise<Report> =>
  lasting(test, 'manager').reports.run({ report: name, ...asked, ...more });
/** A report's rows by what they are about. */
const rowsOf = ({ columns, rows }: Report): Map<string, Cells> =>
  new Map(
    rows.map(({ key, cells }) => [
      key,
      Object.fromEntries(columns.map((column, at) => [column.key, cells[at] ?? null])),
    ]),
  );
const within = ({ from, to, branchId }: Case, date: unknown, branch: unknown): boolean =>
  String(date) >= from && String(date) <= to && (branchId === null || branch === branchId);
const santiago = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Santiago', dateStyle: 'short' });
const localDate = (atMs: unknown): string => santiago.format(new Date(Number(atMs)));
const localHour = (atMs: unknown): number =>
  Number(
    new Intl.DateTimeFormat('en-GB', { timeZone: 'America/Santiago', hour: '2-digit', hourCycle: 'h23' }).format(
      new Date(Number(atMs)),
    ),
  );
const sum = (rows: readonly Cells[], key: string): number => rows.reduce((total, row) => total + Number(row[key]), 0);
const all = (table: string): Cells[] => raw(test, `select * from ${table}`);
const soldOrders = (c: Case): Cells[] =>
  all('salesOrder').filter((row) => row['state'] === 'COMPLETED' && within(c, row['saleDate'], row['branchId']));

describe('cashier control', () => {
  it('counts voids, overrides, openings and differences, person by person', async () => {
    const seen = { voidCount: 0, overrideCount: 0, openingCount: 0, differenceClp: 0 };
    for (const c of cases()) {
      const got = rowsOf(await report('CASHIERS', c));
      const voids = raw(test, `select * from event where kind in ('carts.voided', 'orders.cancelled')`)
        .filter((row) => within(c, localDate(row['occurredAtMs']), row['branchId']))
        .map((row) => {
          const order = all('salesOrder').find(({ id }) => id === row['subjectId']);
          const { totalClp } = JSON.parse(String(row['payload'])) as { totalClp?: number };
          return { actorId: row['actorId'] ?? null, clp: totalClp ?? Number(order?.['totalClp']) };
        });
      const shifts = all('shift').filter((row) => within(c, row['businessDate'], row['branchId']));
      const openings = all('cashMovement').filter(
        (row) => row['kind'] === 'NO_SALE' && shifts.some(({ id }) => id === row['shiftId']),
      );
      const orders = soldOrders(c);
      const changed = all('orderLine').filter((line) => line['unitPriceClp'] !== line['listPriceClp']);
      const returns = all('saleReturn').filter((row) => within(c, row['businessDate'], row['branchId']));
      const people = new Set(
        [
          ...voids.map(({ actorId }) => actorId),
          ...shifts.map((row) => row['cashierId']),
          ...openings.map((row) => row['actorId']),
          ...orders.map((row) => row['saleCashierId']),
          ...returns.map((row) => row['actorId']),
        ].map(String),
      );
      expect(new Set(got.keys())).toEqual(people);
      for (const person of people) {
        const mine = orders.filter((row) => row['saleCashierId'] === person);
        const lines = changed.filter((line) => mine.some(({ id }) => id === line['orderId']));
        const expected = {
          voidCount: voids.filter(({ actorId }) => actorId === person).length,
          voidClp: voids.filter(({ actorId }) => actorId === person).reduce((total, { clp }) => total + clp, 0),
          overrideCount: lines.length,
          overrideClp: lines.reduce(
            (total, line) =>
              total +
              Number(line['grossClp']) -
              Math.round((Number(line['listPriceClp']) * Number(line['quantityMilli'])) / 1000),
            0,
          ),
          discountClp: sum(mine, 'discountClp'),
          openingCount: openings.filter((row) => row['actorId'] === person).length,
          shiftCount: shifts.filter((row) => row['cashierId'] === person).length,
          differenceClp: shifts
            .filter((row) => row['cashierId'] === person && row['state'] === 'CLOSED')
            .reduce((total, row) => total + Number(row['countedCashClp']) - Number(row['expectedCashClp']), 0),
          averageTicketClp: mine.length === 0 ? 0 : Math.round(sum(mine, 'totalClp') / mine.length),
        };
        expect(got.get(person)).toMatchObject(expected);
        for (const key of ['voidCount', 'overrideCount', 'openingCount', 'differenceClp'] as const)
          seen[key] += Math.abs(expected[key]);
      }
    }
    // Nothing was compared with nothing.
    expect(Object.values(seen).every((count) => count > 0)).toBe(true);
  });

  it('expects in each drawer what went in and out of it', async () => {
    const c = { from: '2026-03-01', to: '2026-09-30', branchId: null };
    const got = rowsOf(await report('SHIFTS', c));
    const shifts = all('shift');
    expect(got.size).toBe(shifts.length);
    for (const shift of shifts) {
      const mine = (table: string): Cells[] => all(table).filter((row) => row['shiftId'] === shift['id']);
      const cash = mine('payment').filter((row) => row['tender'] === 'CASH');
      const moved = mine('cashMovement').reduce(
        (total, row) => total + Number(row['amountClp']) * ({ IN: 1, OUT: -1 }[String(row['kind'])] ?? 0),
        0,
      );
      const expectedClp = Number(shift['floatClp']) + sum(cash, 'amountClp') + moved;
      const isClosed = shift['state'] === 'CLOSED';
      expect(got.get(String(shift['id']))).toMatchObject({
        floatClp: shift['floatClp'],
        expectedCashClp: isClosed ? expectedClp : 0,
        countedCashClp: isClosed ? 60_500 : 0,
        differenceClp: isClosed ? 60_500 - expectedClp : 0,
        depositedClp: isClosed ? 40_500 : 0,
        state: shift['state'],
      });
    }
  });

  it('tells payments on account from sales and refunds', async () => {
    let onAccount = 0;
    for (const c of cases()) {
      const got = rowsOf(await report('TENDERS', c));
      const branchOf = new Map(all('shift').map((row) => [row['id'], row['branchId']]));
      const payments = all('payment').filter((row) =>
        within(c, row['businessDate'], branchOf.get(row['shiftId'] ?? '')),
      );
      expect(new Set(got.keys())).toEqual(new Set(payments.map((row) => String(row['tender']))));
      for (const [tender, row] of got) {
        const mine = payments.filter((payment) => payment['tender'] === tender);
        const of = (kind: string): number =>
          sum(
            mine.filter((payment) => payment['documentKind'] === kind),
            'amountClp',
          );
        expect(row).toEqual({
          tender,
          paymentCount: mine.length,
          salesClp: of('ORDER'),
          refundsClp: of('RETURN'),
          accountClp: of('ACCOUNT'),
          roundingClp: sum(mine, 'roundingClp'),
          amountClp: sum(mine, 'amountClp'),
        });
        onAccount += of('ACCOUNT');
      }
    }
    expect(onAccount).toBeGreaterThan(0);
  });
});

describe('customers', () => {
  it('are each what their documents say, those without a name in one line', async () => {
    for (const c of cases()) {
      const got = rowsOf(await report('CUSTOMERS', c));
      const orders = soldOrders(c);
      const byId = new Map(all('salesOrder').map((row) => [row['id'], row]));
      const returns = all('saleReturn')
        .filter((row) => within(c, row['businessDate'], row['branchId']))
        .map((row) => ({ ...row, customerId: byId.get(row['saleId'] ?? '')?.['customerId'] ?? null }));
      const ids = new Set([...orders, ...returns].map((row) => String(row['customerId'] ?? '')));
      expect(new Set(got.keys())).toEqual(ids);
      for (const id of ids) {
        const is = (row: Cells): boolean => (row['customerId'] ?? '') === id;
        const [mine, back] = [orders.filter(is), returns.filter(is)];
        const net = (rows: Cells[]): number => sum(rows, 'totalClp') - sum(rows, 'ivaClp');
        expect(got.get(id)).toMatchObject({
          saleCount: mine.length,
          salesClp: sum(mine, 'totalClp'),
          returnsClp: sum(back, 'totalClp'),
          totalClp: sum(mine, 'totalClp') - sum(back, 'totalClp'),
          averageTicketClp: mine.length === 0 ? 0 : Math.round(sum(mine, 'totalClp') / mine.length),
          lastOn:
            mine
              .map((row) => String(row['saleDate']))
              .sort()
              .at(-1) ?? null,
          marginMilliClp: (net(mine) - net(back)) * 1000 - (sum(mine, 'costMilliClp') - sum(back, 'costMilliClp')),
        });
      }
    }
  });
});

/** The ledger of a product in a branch up to a day, oldest first. */
const ledger = (productId: unknown, branchId: string, to: string): Cells[] =>
  raw(
    test,
    `select m.* from stockMovement m join warehouse w on w.id = m.warehouseId
     where m.productId = '${String(productId)}' and w.branchId = '${branchId}' and m.businessDate <= '${to}' order by m.occurredAtMs, m.id`,
  );
/** An order that was cancelled moved stock and sold nothing. */
const isOfSale = ({ sourceKind, sourceId }: Cells): boolean =>
  sourceKind === 'RETURN'
    ? all('saleReturn').some(({ id }) => id === sourceId)
    : sourceKind === 'ORDER' && all('salesOrder').some(({ id, state }) => id === sourceId && state === 'COMPLETED');
const daysFrom = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;

/** Revenue net of IVA per product: each document's net shared out over its taxed lines in their order. */
function netRevenue(branchId: string, from: string, to: string): Map<string, number> {
  const revenue = new Map<string, number>();
  const share = (lines: Cells[], document: Cells, sign: number): void => {
    const taxedClp = Number(document['totalClp']) - Number(document['exemptClp']);
    const upTo = (clp: number): number =>
      taxedClp === 0 ? 0 : Math.round((Number(document['netClp']) * clp) / taxedClp);
    let before = 0;
    for (const line of lines) {
      const clp = Number(line['totalClp']);
      const isExempt = line['taxKind'] === 'EXEMPT';
      const net = isExempt ? clp : upTo(before + clp) - upTo(before);
      if (!isExempt) before += clp;
      const id = String(line['productId']);
      revenue.set(id, (revenue.get(id) ?? 0) + sign * net);
    }
  };
  const c = { from, to, branchId };
  for (const order of soldOrders(c))
    share(raw(test, `select * from orderLine where orderId = ? order by lineNumber`, String(order['id'])), order, 1);
  for (const back of all('saleReturn').filter((row) => within(c, row['businessDate'], row['branchId'])))
    share(
      raw(
        test,
        `select b.*, l.productId, l.taxKind from saleReturnLine b join orderLine l on l.orderId = ? and l.lineNumber = b.lineNumber
         where b.returnId = ? order by b.lineNumber`,
        String(back['saleId']),
        String(back['id']),
      ),
      back,
      -1,
    );
  return revenue;
}

describe('shelves', () => {
  it('turn over, age, stand still and are classed as the ledger and the documents say', async () => {
    const classes = new Set<string>();
    for (const to of ['2026-04-04', '2026-04-05', '2026-09-06', '2026-12-31']) {
      for (const branchId of [first, second]) {
        const got = rowsOf(await report('STOCK_HEALTH', { from: to, to, branchId }));
        const yearAgo = addDays(to, -365);
        const revenue = netRevenue(branchId, addDays(yearAgo, 1), to);
        const goods = raw(test, `select id from product where kind = 'GOODS'`).map(({ id }) => String(id));
        // From the best seller down, A while what came before is less than 80 % of all, B while less than 95 %.
        const ranked = [...goods].sort((a, b) => (revenue.get(b) ?? 0) - (revenue.get(a) ?? 0) || (a < b ? -1 : 1));
        const total = goods.reduce((clp, id) => clp + Math.max(0, revenue.get(id) ?? 0), 0);
        let before = 0;
        const abc = new Map<string, string>();
        for (const id of ranked) {
          const mine = revenue.get(id) ?? 0;
          abc.set(id, mine <= 0 ? 'C' : before / total < 0.8 ? 'A' : before / total < 0.95 ? 'B' : 'C');
          before += Math.max(0, mine);
        }
        for (const id of goods) {
          const row = got.get(`${branchId}/${id}`);
          const moves = ledger(id, branchId, to);
          const onHand = sum(moves, 'quantityMilli');
          const demand =
            0 -
            sum(
              moves.filter((move) => isOfSale(move) && String(move['businessDate']) > yearAgo),
              'quantityMilli',
            );
          if (!row) {
            expect([id, onHand, demand]).toEqual([id, 0, 0]);
            continue;
          }
          const value = sum(moves, 'valueMilliClp');
          const ends = onHand + sum(ledger(id, branchId, yearAgo), 'quantityMilli');
          const sold = moves.filter((move) => isOfSale(move) && Number(move['quantityMilli']) < 0);
          // A day counts as sold when more went than came back of that day's sales; here nothing came back whole on its day.
          const lastSoldOn = sold.map((move) => String(move['businessDate'])).at(-1) ?? null;
          const byDay = new Map<string, number>();
          for (const move of moves) {
            const date = String(move['businessDate']);
            byDay.set(date, (byDay.get(date) ?? 0) + Number(move['quantityMilli']));
          }
          const arrivals = [...byDay]
            .filter(([, milli]) => milli > 0)
            .sort()
            .reverse();
          let left = onHand;
          let weighed = 0;
          for (const [date, milli] of arrivals) {
            const part = Math.max(0, Math.min(left, milli));
            weighed += part * daysFrom(date, to);
            left -= part;
          }
          expect([id, row]).toEqual([
            id,
            expect.objectContaining({
              abc: abc.get(id),
              onHandMilli: onHand,
              valueMilliClp: value,
              demandMilli: demand,
              turnoverMilli: ends <= 0 ? null : Math.round((demand * 2_000) / ends),
              ageDaysMilli: onHand <= 0 ? null : Math.round((weighed * 1_000) / onHand),
              lastSoldOn,
              idleDays: daysFrom(lastSoldOn ?? arrivals.at(-1)?.[0] ?? to, to),
              coverDaysMilli: demand <= 0 ? null : Math.round((Math.max(0, onHand) * 365 * 1_000) / demand),
            }),
          ]);
          classes.add(String(row['abc']));
        }
      }
    }
    expect(classes).toEqual(new Set(['A', 'B', 'C']));
  });

  it('are dead where nothing was sold for long, longest first, as the night said', async () => {
    const { rows, asOf } = await lasting(test, 'manager').metrics.standings({
      branchId: first,
      idleDays: 60,
      limit: 100,
    });
    expect(asOf).toBe('2026-09-06');
    const got = rowsOf(await report('STOCK_HEALTH', { from: '2026-09-06', to: '2026-09-06', branchId: first }));
    const expected = [...got]
      .filter(([, row]) => Number(row['idleDays']) >= 60 && Number(row['onHandMilli']) > 0)
      .map(([key, row]) => [key.split('/')[1], row['idleDays'], row['valueMilliClp'], row['abc']]);
    expect(expected.length).toBeGreaterThan(0);
    expect(new Set(rows.map((row) => [row.productId, row.idleDays, row.valueMilliClp, row.abc].join()))).toEqual(
      new Set(expected.map((row) => row.join())),
    );
    expect(rows.map((row) => row.idleDays)).toEqual(
      rows.map((row) => row.idleDays).sort((a, b) => Number(b) - Number(a)),
    );
  });

  it('are worth at each date their mean cost', async () => {
    for (const c of cases()) {
      for (const [id, row] of rowsOf(await report('INVENTORY', c))) {
        const moves = (c.branchId === null ? [first, second] : [c.branchId]).flatMap((branch) =>
          ledger(id, branch, c.to),
        );
        const [onHand, value] = [sum(moves, 'quantityMilli'), sum(moves, 'valueMilliClp')];
        expect(row).toMatchObject({
          onHandMilli: onHand,
          valueMilliClp: value,
          unitCostMilliClp: onHand === 0 ? null : Math.round((value * 1_000) / onHand),
        });
      }
    }
  });
});

describe('demand', () => {
  it('is what was sold a day, in kits too, less what came back of that day, whenever it came', async () => {
    let seen = 0;
    for (const { id } of raw(test, `select id from product where kind = 'GOODS'`)) {
      for (const branchId of [first, second]) {
        const days = new Map<string, number>();
        for (const order of soldOrders({ from: '2026-01-01', to: '2026-12-31', branchId })) {
          for (const line of raw(test, 'select * from orderLine where orderId = ?', String(order['id']))) {
            const part = all('orderLineComponent').find(
              (row) =>
                row['orderId'] === order['id'] && row['lineNumber'] === line['lineNumber'] && row['productId'] === id,
            );
            const whole =
              line['productId'] === id ? Number(line['quantityMilli']) : Number(part?.['quantityMilli'] ?? 0);
            const backMilli = raw(
              test,
              `select sum(b.quantityMilli) as n from saleReturnLine b join saleReturn r on r.id = b.returnId
               where r.saleId = ? and b.lineNumber = ?`,
              String(order['id']),
              Number(line['lineNumber']),
            )[0]?.['n'];
            const left = whole - Math.round((whole * Number(backMilli ?? 0)) / Number(line['quantityMilli']));
            const date = String(order['saleDate']);
            days.set(date, (days.get(date) ?? 0) + left);
          }
        }
        const expected = [...days].filter(([, milli]) => milli !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
        const asked = { productId: String(id), from: '2026-01-01', to: '2026-12-31', branchId };
        const got = await lasting(test, 'manager').metrics.demand(asked);
        expect(
          got.filter(({ demandMilli }) => demandMilli !== 0).map(({ date, demandMilli }) => [date, demandMilli]),
        ).toEqual(expected);
        seen += expected.length;
      }
    }
    expect(seen).toBeGreaterThan(20);
  });
});

describe('the opening of the day', () => {
  it('says of today, of the weekday before and of the last days what the documents say', async () => {
    for (const now of [
      '2026-04-05T02:40:00Z',
      '2026-04-05T15:20:00Z',
      '2026-04-11T15:20:00Z',
      '2026-09-07T13:30:00Z',
    ]) {
      test.clock.set(Date.parse(now));
      const [today, hour] = [localDate(Date.parse(now)), localHour(Date.parse(now))];
      const got = await lasting(test, 'manager').metrics.home({});
      const dayOf = (date: string, toHour: number) => {
        const c = { from: date, to: date, branchId: first };
        const orders = soldOrders(c).filter((row) => localHour(row['soldAtMs']) <= toHour);
        const back = all('saleReturn').filter(
          (row) => within(c, row['businessDate'], row['branchId']) && localHour(row['occurredAtMs']) <= toHour,
        );
        const clp = (key: string): number => sum(orders, key) - sum(back, key);
        const net = clp('totalClp') - clp('ivaClp');
        const margin = net * 1000 - clp('costMilliClp');
        return {
          date,
          saleCount: orders.length,
          totalClp: clp('totalClp'),
          averageTicketClp: orders.length === 0 ? 0 : Math.round(sum(orders, 'totalClp') / orders.length),
          marginMilliClp: margin,
          marginBasisPoints: net === 0 ? null : Math.round((margin * 10) / net),
        };
      };
      expect(got.today).toEqual(dayOf(today, 23));
      expect(got.sameWeekday).toEqual(dayOf(addDays(today, -7), hour));
      expect(got.lastDays).toEqual(Array.from({ length: 14 }, (_, at) => dayOf(addDays(today, at - 13), 23)));
      const newest = soldOrders({ from: today, to: today, branchId: first })
        .sort((a, b) => Number(b['soldAtMs']) - Number(a['soldAtMs']))
        .slice(0, 6);
      expect(got.lastSales.map(({ id }) => id)).toEqual(newest.map(({ id }) => id));
    }
  });

  it('lists what is short, what is open and what waits', async () => {
    const manager = lasting(test, 'manager');
    const [oil, rare] = ['ACE-10W40', 'RAR-001'].map((sku) =>
      String(raw(test, 'select id from product where sku = ?', sku)[0]?.['id']),
    );
    const warehouseId = String(
      raw(test, `select id from warehouse where purpose = 'SALES' and branchId = ?`, first)[0]?.['id'],
    );
    await manager.stock.setMinimum({ productId: oil ?? '', warehouseId, minimumMilli: 500_000 });
    await manager.stock.setMinimum({ productId: rare ?? '', warehouseId, minimumMilli: 1_000 });
    const { id } = await lasting(test, 'cashier').orders.create({
      lines: [{ productId: rare ?? '', quantityMilli: 1_000 }],
    });
    await manager.requests.create({ lines: [{ productId: oil ?? '', quantityMilli: 1_000 }] });
    const got = await manager.metrics.home({});
    const levels = all('stockMinimum')
      .filter((row) => row['warehouseId'] === warehouseId)
      .map((row) => {
        const level = all('stockLevel').find(
          (each) => each['productId'] === row['productId'] && each['warehouseId'] === warehouseId,
        );
        const availableMilli = Number(level?.['onHandMilli'] ?? 0) - Number(level?.['reservedMilli'] ?? 0);
        return { productId: row['productId'], availableMilli, minimumMilli: Number(row['minimumMilli']) };
      })
      .filter((row) => row.availableMilli < row.minimumMilli);
    expect(got.criticalStock.count).toBe(levels.length);
    expect(
      new Map(got.criticalStock.rows.map((row) => [row.productId, [row.availableMilli, row.minimumMilli]])),
    ).toEqual(new Map(levels.map((row) => [row.productId, [row.availableMilli, row.minimumMilli]])));
    expect(levels.map((row) => row.productId)).toContain(rare);
    expect(got.openOrders).toMatchObject({ count: 1, totalClp: 9_990, rows: [{ id, state: 'PENDING' }] });
    const waits = new Map(got.toDo.map(({ kind, count }) => [kind, count]));
    expect(waits.get('REQUESTS_TO_APPROVE')).toBe(1);
    expect(waits.get('STOCK_TASKS') ?? 0).toBe(all('stockTask').filter((row) => row['resolvedAtMs'] === null).length);
    expect(waits.get('SHIFTS_OPEN_SINCE_YESTERDAY') ?? 0).toBe(
      all('shift').filter(
        (row) => row['state'] === 'OPEN' && row['branchId'] === first && String(row['businessDate']) < '2026-09-07',
      ).length,
    );
    expect(waits.get('TRANSFERS_TO_VERIFY') ?? 0).toBe(
      all('payment').filter((row) => row['tender'] === 'TRANSFER' && row['verifiedAtMs'] === null).length,
    );
  });
});
