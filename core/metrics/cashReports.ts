/** Reports of who sold, how it was paid, what the accountant wants, and who bought. */
import { sql } from 'kysely';
import { userName } from '#core/auth/index.ts';
import { sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import type { OrderTables } from '#core/orders/index.ts';
import type { PeopleTables } from '#core/people/index.ts';
import type { ShiftTables } from '#core/shifts/index.ts';
import { addUp, type Build, derived, label, type Line, type Span, sum, type Wish } from './reportParts.ts';
import { inBranches } from './months.ts';
import { averageTicket, salesSums, selectSums, span } from './salesReports.ts';
import type { MetricsTables } from './tables.ts';

const { db, select } = sqlFor<MetricsTables & OrderTables & ShiftTables & PeopleTables & EngineTables>();

const byCashier = select((p: Span) =>
  db
    .selectFrom('dailySales')
    .select('cashierId')
    .select(selectSums(salesSums))
    .select([sql<number>`sum("overrideCount")`.as('overrideCount'), sql<number>`sum("overrideClp")`.as('overrideClp')])
    .where(inBranches(p.branchId))
    .where('businessDate', '>=', p.from)
    .where('businessDate', '<=', p.to)
    .groupBy('cashierId'),
);
/** Carts emptied before they were paid, and orders cancelled. */
const voids = select((p: Span) =>
  db
    .selectFrom('voidedDocument')
    .select('actorId as cashierId')
    .select([sql<number>`count(*)`.as('voidCount'), sql<number>`sum("totalClp")`.as('voidClp')])
    .where(inBranches(p.branchId))
    .where('businessDate', '>=', p.from)
    .where('businessDate', '<=', p.to)
    .groupBy('actorId'),
);
const drawers = select((p: Span) =>
  db
    .selectFrom('shift')
    .select('cashierId')
    .select([
      sql<number>`sum("countedCashClp" - "expectedCashClp")`.as('differenceClp'),
      sql<number>`count(*)`.as('shiftCount'),
    ])
    .where(inBranches(p.branchId))
    .where('businessDate', '>=', p.from)
    .where('businessDate', '<=', p.to)
    .groupBy('cashierId'),
);
/** Whose hand opened the drawer, whoever's shift it was. */
const openings = select((p: Span) =>
  db
    .selectFrom('shift')
    .innerJoin('cashMovement', 'cashMovement.shiftId', 'shift.id')
    .select('cashMovement.actorId as cashierId')
    .select(sql<number>`count(*)`.as('openingCount'))
    .where('cashMovement.kind', '=', 'NO_SALE')
    .where(inBranches(p.branchId))
    .where('businessDate', '>=', p.from)
    .where('businessDate', '<=', p.to)
    .groupBy('cashMovement.actorId'),
);
/** Who sold what, and what a manager looks at: carts emptied, prices changed, discounts, drawers opened without a sale, cash over or short. */
export const cashiers: Build = (reader, wish) => {
  const lines = new Map<string, Record<string, number>>();
  const add = (rows: readonly ({ cashierId: string } & Record<string, unknown>)[]): void => {
    for (const { cashierId, ...sums } of rows) {
      const line = lines.get(cashierId) ?? {};
      for (const [key, value] of Object.entries(sums)) line[key] = (line[key] ?? 0) + Number(value ?? 0);
      lines.set(cashierId, line);
    }
  };
  add(byCashier.all(reader, span(wish)));
  add(voids.all(reader, span(wish)));
  add(drawers.all(reader, span(wish)));
  add(openings.all(reader, span(wish)));
  return {
    columns: [
      label('cashier'),
      sum('saleCount', 'COUNT'),
      sum('totalClp', 'CLP'),
      averageTicket,
      sum('discountClp', 'CLP'),
      sum('overrideCount', 'COUNT'),
      sum('overrideClp', 'CLP'),
      sum('returnCount', 'COUNT'),
      sum('returnsClp', 'CLP'),
      sum('voidCount', 'COUNT'),
      sum('voidClp', 'CLP'),
      sum('openingCount', 'COUNT'),
      sum('shiftCount', 'COUNT'),
      sum('differenceClp', 'CLP'),
    ],
    lines: [...lines]
      .map(([key, sums]): Line => ({ key, labels: { cashier: userName(reader, key) }, sums }))
      .sort((a, b) => (b.sums['totalClp'] ?? 0) - (a.sums['totalClp'] ?? 0) || (a.key < b.key ? -1 : 1)),
  };
};

const byTender = select((p: Span) =>
  db
    .selectFrom('dailyTender')
    .select('tender')
    .select([
      sql<number>`sum("paymentCount")`.as('paymentCount'),
      sql<number>`sum(iif("documentKind" = 'ORDER', "amountClp", 0))`.as('salesClp'),
      sql<number>`sum(iif("documentKind" = 'RETURN', "amountClp", 0))`.as('refundsClp'),
      sql<number>`sum(iif("documentKind" = 'ACCOUNT', "amountClp", 0))`.as('accountClp'),
      sql<number>`sum("roundingClp")`.as('roundingClp'),
      sql<number>`sum("amountClp")`.as('amountClp'),
    ])
    .where(inBranches(p.branchId))
    .where('businessDate', '>=', p.from)
    .where('businessDate', '<=', p.to)
    .groupBy('tender')
    .orderBy('tender'),
);

/** What was paid with what, in the day on which the money moved. */
export const tenders: Build = (reader, wish) => ({
  columns: [
    label('tender', 'CODE'),
    sum('paymentCount', 'COUNT'),
    sum('salesClp', 'CLP'),
    sum('refundsClp', 'CLP'),
    sum('accountClp', 'CLP'),
    sum('roundingClp', 'CLP'),
    sum('amountClp', 'CLP'),
  ],
  lines: byTender
    .all(reader, span(wish))
    .map(({ tender, ...sums }): Line => ({ key: tender, labels: { tender }, sums })),
});

const shiftRows = select((p: Span) =>
  db
    .selectFrom('shift')
    .innerJoin('terminal', 'terminal.id', 'shift.terminalId')
    .select([
      'shift.id',
      'shift.branchId',
      'shift.businessDate as date',
      'shift.number',
      'shift.state',
      'shift.cashierId',
      'terminal.name as terminal',
      'shift.openedAtMs',
      'shift.closedAtMs',
      'shift.differenceReason as reason',
      'shift.floatClp',
      'shift.expectedCashClp',
      'shift.countedCashClp',
      'shift.depositedClp',
    ])
    .where(
      sql<boolean>`"shift"."branchId" in (select "id" from "branch" where ${p.branchId} is null or "id" = ${p.branchId})`,
    )
    .where('shift.businessDate', '>=', p.from)
    .where('shift.businessDate', '<=', p.to)
    .orderBy('shift.id', 'desc'),
);

export const shifts: Build = (reader, wish) => ({
  columns: [
    label('date', 'DATE'),
    label('number'),
    label('terminal'),
    label('cashier'),
    label('state', 'CODE'),
    label('openedAtMs', 'INSTANT'),
    label('closedAtMs', 'INSTANT'),
    sum('floatClp', 'CLP'),
    sum('expectedCashClp', 'CLP'),
    sum('countedCashClp', 'CLP'),
    sum('differenceClp', 'CLP'),
    sum('depositedClp', 'CLP'),
    label('reason'),
  ],
  lines: shiftRows
    .all(reader, span(wish))
    .map(({ id, branchId, floatClp, expectedCashClp, countedCashClp, depositedClp, cashierId, ...labels }): Line => {
      const sums = {
        floatClp,
        expectedCashClp: expectedCashClp ?? 0,
        countedCashClp: countedCashClp ?? 0,
        differenceClp: countedCashClp === null ? 0 : countedCashClp - (expectedCashClp ?? 0),
        depositedClp: depositedClp ?? 0,
      };
      const named = { ...labels, cashier: userName(reader, cashierId) };
      return { key: id, labels: named, sums, document: { kind: 'SHIFT', id, branchId } };
    }),
});

const taxedDocuments = select((p: Span & { limit: number }) =>
  db
    .selectFrom('salesOrder')
    .select(['id', sql<string>`"documentKind"`.as('kind'), sql<string>`"saleNumber"`.as('number'), 'soldAtMs as atMs'])
    .select([
      sql<string>`"saleDate"`.as('date'),
      'customerRut as rut',
      'customerName as customer',
      'id as saleId',
      'branchId',
    ])
    .select(['netClp', 'ivaClp', 'exemptClp', 'totalClp'])
    .where(inBranches(p.branchId))
    .where('saleDate', '>=', p.from)
    .where('saleDate', '<=', p.to)
    .unionAll(
      db
        .selectFrom('saleReturn')
        .innerJoin('salesOrder', 'salesOrder.id', 'saleReturn.saleId')
        .select([
          'saleReturn.id',
          sql<string>`'RETURN'`.as('kind'),
          'saleReturn.number',
          'saleReturn.occurredAtMs as atMs',
        ])
        .select([
          'saleReturn.businessDate as date',
          'customerRut as rut',
          'customerName as customer',
          'saleReturn.saleId',
          'saleReturn.branchId',
        ])
        .select([
          sql<number>`-"saleReturn"."netClp"`.as('netClp'),
          sql<number>`-"saleReturn"."ivaClp"`.as('ivaClp'),
          sql<number>`-"saleReturn"."exemptClp"`.as('exemptClp'),
          sql<number>`-"saleReturn"."totalClp"`.as('totalClp'),
        ])
        .where(
          sql<boolean>`"saleReturn"."branchId" in (select "id" from "branch" where ${p.branchId} is null or "id" = ${p.branchId})`,
        )
        .where('saleReturn.businessDate', '>=', p.from)
        .where('saleReturn.businessDate', '<=', p.to),
    )
    .orderBy('date')
    .orderBy('atMs')
    .orderBy('id')
    .limit(p.limit),
);
const taxedWhole = select((p: Span) =>
  db
    .selectFrom('dailySales')
    .select([
      sql<number>`coalesce(sum("netClp" - "returnNetClp"), 0)`.as('netClp'),
      sql<number>`coalesce(sum("ivaClp" - "returnIvaClp"), 0)`.as('ivaClp'),
      sql<number>`coalesce(sum("exemptClp" - "returnExemptClp"), 0)`.as('exemptClp'),
      sql<number>`coalesce(sum("totalClp" - "returnTotalClp"), 0)`.as('totalClp'),
      sql<number>`coalesce(sum("saleCount" + "returnCount"), 0)`.as('documentCount'),
    ])
    .where(inBranches(p.branchId))
    .where('businessDate', '>=', p.from)
    .where('businessDate', '<=', p.to),
);

/** Every document with its taxes, as the accountant books them; a return is negative. */
export const taxes: Build = (reader, wish) => {
  const { documentCount, ...sums } = taxedWhole.one(reader, span(wish));
  return {
    columns: [
      label('date', 'DATE'),
      label('kind', 'CODE'),
      label('number'),
      label('rut'),
      label('customer'),
      sum('netClp', 'CLP'),
      sum('ivaClp', 'CLP'),
      sum('exemptClp', 'CLP'),
      sum('totalClp', 'CLP'),
    ],
    lines: taxedDocuments
      .all(reader, { ...span(wish), limit: wish.limit })
      .map(({ id, branchId, netClp, ivaClp, exemptClp, totalClp, saleId: _, atMs: __, ...labels }): Line => {
        const kind = labels.kind === 'RETURN' ? ('RETURN' as const) : ('SALE' as const);
        return { key: id, labels, sums: { netClp, ivaClp, exemptClp, totalClp }, document: { kind, id, branchId } };
      }),
    whole: { sums, rowCount: documentCount },
  };
};

const customerSales = select((p: Span) =>
  db
    .selectFrom('salesOrder')
    .select('customerId')
    .select([
      sql<number>`count(*)`.as('saleCount'),
      sql<number>`sum("totalClp")`.as('salesClp'),
      sql<number>`sum("netClp" + "exemptClp")`.as('netClp'),
      sql<number>`sum("costMilliClp")`.as('costMilliClp'),
      sql<string>`max("saleDate")`.as('lastOn'),
    ])
    .where(inBranches(p.branchId))
    .where('saleDate', '>=', p.from)
    .where('saleDate', '<=', p.to)
    .groupBy('customerId'),
);
const customerReturns = select((p: Span) =>
  db
    .selectFrom('saleReturn')
    .innerJoin('salesOrder', 'salesOrder.id', 'saleReturn.saleId')
    .select('salesOrder.customerId')
    .select([
      sql<number>`sum("saleReturn"."totalClp")`.as('returnsClp'),
      sql<number>`sum("saleReturn"."netClp" + "saleReturn"."exemptClp")`.as('returnNetClp'),
      sql<number>`sum("saleReturn"."costMilliClp")`.as('returnCostMilliClp'),
    ])
    .where(
      sql<boolean>`"saleReturn"."branchId" in (select "id" from "branch" where ${p.branchId} is null or "id" = ${p.branchId})`,
    )
    .where('saleReturn.businessDate', '>=', p.from)
    .where('saleReturn.businessDate', '<=', p.to)
    .groupBy('salesOrder.customerId'),
);
const customerNames = select(() =>
  db.selectFrom('customer').select(['id', 'rut', sql<string>`trim("firstName" || ' ' || "lastName")`.as('name')]),
);

/** Who bought, those without a name together in one line. */
export const customers: Build = (reader, wish: Wish) => {
  const names = new Map(customerNames.all(reader, {}).map((row) => [row.id, row]));
  const returned = new Map(customerReturns.all(reader, span(wish)).map((row) => [row.customerId, row]));
  const sold = new Map(customerSales.all(reader, span(wish)).map((row) => [row.customerId, row]));
  const lines = [...new Set([...sold.keys(), ...returned.keys()])].map((id): Line => {
    const { saleCount = 0, salesClp = 0, netClp = 0, costMilliClp = 0, lastOn = null } = sold.get(id) ?? {};
    const { returnsClp = 0, returnNetClp = 0, returnCostMilliClp = 0 } = returned.get(id) ?? {};
    const { name = '', rut = null } = id === null ? {} : (names.get(id) ?? {});
    return {
      key: id ?? '',
      labels: { customer: name, rut, lastOn },
      sums: {
        saleCount,
        salesClp,
        returnsClp,
        totalClp: salesClp - returnsClp,
        netClp: netClp - returnNetClp,
        costMilliClp: costMilliClp - returnCostMilliClp,
      },
    };
  });
  return {
    columns: [
      label('customer'),
      label('rut'),
      sum('saleCount', 'COUNT'),
      sum('salesClp', 'CLP'),
      sum('returnsClp', 'CLP'),
      sum('totalClp', 'CLP'),
      averageTicket,
      label('lastOn', 'DATE'),
      derived('marginMilliClp', 'MILLI_CLP', (s) => (s['netClp'] ?? 0) * 1000 - (s['costMilliClp'] ?? 0), {
        cost: true,
      }),
    ],
    lines: lines.sort((a, b) => (b.sums['totalClp'] ?? 0) - (a.sums['totalClp'] ?? 0) || (a.key < b.key ? -1 : 1)),
    whole: { sums: addUp(lines), rowCount: lines.length },
  };
};
