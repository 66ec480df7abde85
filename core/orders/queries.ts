/** Reads of orders, sales and returns. */
import { sql } from 'kysely';
import { userName } from '#core/auth/index.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { PeopleTables } from '#core/people/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import { mulDivRound } from '#core/shared/numbers.ts';
import { paymentsOf, type ShiftTables } from '#core/shifts/index.ts';
import type { Tender } from '#core/shared/tender.ts';
import type { OrderCard, ReturnCard, SaleRow } from './contract.ts';
import { returnedOf } from './returns.ts';
import type { OrderState } from './rules.ts';
import { linesOf, requireOrder } from './statements.ts';
import type { OrderRow, OrderTables } from './tables.ts';

const { db, select } = sqlFor<OrderTables & ShiftTables & PeopleTables & EngineTables>();

const orderOfSale = select((p: { id: string }) => db.selectFrom('sale').select('orderId').where('id', '=', p.id));
const orderOfNumber = select((p: { number: string }) =>
  db.selectFrom('sale').select('orderId').where('number', '=', p.number),
);
const terminalName = select((p: { id: string }) => db.selectFrom('terminal').select('name').where('id', '=', p.id));

/** An order with everything a screen or a receipt shows of it. */
export function orderCard(reader: Reader, id: string, seesCost: boolean): OrderCard {
  const { order, sale } = split(requireOrder(reader, id));
  const returned = sale ? returnedOf(reader, id) : new Map<number, number>();
  const payments = paymentsOf(reader, id);
  return {
    ...order,
    terminalName: terminalName.one(reader, { id: order.terminalId }).name,
    cashierName: userName(reader, order.cashierId),
    paidClp: payments.reduce((sum, row) => sum + row.amountClp - row.roundingClp, 0),
    lines: linesOf(reader, id).map(({ orderId: __, approverId, ...line }) => ({
      ...line,
      costMilliClp: seesCost ? line.costMilliClp : null,
      returnedMilli: returned.get(line.lineNumber) ?? 0,
      approverName: approverId === null ? null : userName(reader, approverId),
    })),
    payments,
    sale,
  };
}

/** What is the order's and what is the sale's in one row. */
function split(row: OrderRow) {
  const {
    branchId: _,
    costMilliClp: __,
    saleNumber,
    saleShiftId,
    saleTerminalId,
    saleCashierId,
    soldAtMs,
    saleDate,
    ...order
  } = row;
  void [saleTerminalId, saleCashierId, saleDate];
  const isSale = saleNumber !== null && saleShiftId !== null && soldAtMs !== null;
  const sale = isSale ? { id: row.id, number: saleNumber, occurredAtMs: soldAtMs, shiftId: saleShiftId } : null;
  return { order, sale };
}

export function saleCard(reader: Reader, saleId: string, seesCost: boolean): OrderCard {
  const found = orderOfSale.first(reader, { id: saleId });
  if (!found) throw new DomainError('NOT_FOUND', { sale: saleId });
  return orderCard(reader, found.orderId, seesCost);
}

/** The sale of a printed number, in any case and with or without spaces around. */
export function saleByNumber(reader: Reader, number: string, seesCost: boolean): OrderCard | null {
  const found = orderOfNumber.first(reader, { number: number.trim().toUpperCase() });
  return found ? orderCard(reader, found.orderId, seesCost) : null;
}

export interface SaleFilter {
  shiftId?: string | undefined;
  customerId?: string | undefined;
  vehicleId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  text: string;
  limit: number;
  offset: number;
}

/**
 * Sales of a shift, found on the index by date: a shift's sales lie between the day it opened and the day it closed (a day more, since
 * the close is looked at in UTC).
 */
const inShift = (shiftId: string) => sql<boolean>`
  "sale"."shiftId" = ${shiftId}
  and "sale"."businessDate" >= (select "businessDate" from "shift" where "id" = ${shiftId})
  and "sale"."businessDate" <= (
    select coalesce(date("closedAtMs" / 1000 + 86400, 'unixepoch'), '9999') from "shift" where "id" = ${shiftId})`;

/** A page of sales, newest first. */
export function listSales(reader: Reader, filter: SaleFilter): { rows: SaleRow[]; total: number } {
  let base = db.selectFrom('sale').innerJoin('salesOrder', 'salesOrder.id', 'sale.orderId');
  if (filter.shiftId !== undefined) base = base.where(inShift(filter.shiftId));
  if (filter.customerId !== undefined) base = base.where('salesOrder.customerId', '=', filter.customerId);
  if (filter.vehicleId !== undefined) base = base.where('salesOrder.vehicleId', '=', filter.vehicleId);
  if (filter.from !== undefined) base = base.where('sale.businessDate', '>=', filter.from);
  if (filter.to !== undefined) base = base.where('sale.businessDate', '<=', filter.to);
  if (filter.text !== '') {
    const pattern = `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`;
    base = base.where(
      sql<boolean>`("sale"."number" like ${pattern} escape '\\' or "customerName" like ${pattern} escape '\\' or "plate" like ${pattern} escape '\\')`,
    );
  }
  const total = reader.first(base.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const rows = reader.all(
    base
      .select((eb) => [
        'sale.id',
        'sale.orderId',
        'sale.number',
        'documentKind',
        'sale.cashierId',
        'customerName',
        'plate',
        'sale.totalClp',
        'sale.occurredAtMs',
        'sale.businessDate',
        sql<number>`coalesce((select sum("totalClp") from "saleReturn" where "saleId" = "sale"."id"), 0)`.as(
          'returnedClp',
        ),
        sql<string>`coalesce((select group_concat(distinct "tender") from "payment" where "documentId" = "sale"."orderId"), '')`.as(
          'tenderList',
        ),
        eb
          .selectFrom('orderLine')
          .select((line) => line.fn.countAll<number>().as('n'))
          .whereRef('orderId', '=', 'salesOrder.id')
          .as('itemCount'),
      ])
      .orderBy('sale.id', 'desc')
      .limit(filter.limit)
      .offset(filter.offset),
  );
  return {
    total,
    rows: rows.map(({ cashierId, tenderList, itemCount, ...row }) => ({
      ...row,
      cashierName: userName(reader, cashierId),
      tenders: tenderList.split(',').filter((name) => name !== '') as Tender[],
      itemCount: itemCount ?? 0,
    })),
  };
}

const lastSaleOfPlate = select((p: { plate: string }) =>
  db
    .selectFrom('salesOrder')
    .innerJoin('vehicle', 'vehicle.id', 'salesOrder.vehicleId')
    .innerJoin('sale', 'sale.orderId', 'salesOrder.id')
    .select(['sale.id as saleId', 'sale.orderId', 'sale.number', 'sale.occurredAtMs', 'salesOrder.odometerKm'])
    .where('vehicle.plate', '=', p.plate)
    .orderBy('salesOrder.createdAtMs', 'desc')
    .limit(1),
);

/** What a car took last time: products and quantities; today's prices are the counter's business. */
export function lastOfVehicle(reader: Reader, plate: string) {
  const last = lastSaleOfPlate.first(reader, { plate });
  if (!last) return null;
  const { orderId, ...sale } = last;
  const lines = linesOf(reader, orderId).map(({ productId, name, unit, quantityMilli }) => ({
    productId,
    name,
    unit,
    quantityMilli,
  }));
  return { ...sale, lines };
}

export function listOrders(
  reader: Reader,
  filter: { state?: OrderState | undefined; open: 'YES' | 'NO'; limit: number; offset: number },
) {
  let base = db.selectFrom('salesOrder');
  if (filter.state !== undefined) base = base.where('state', '=', filter.state);
  // Written out so that SQLite uses the partial index of open orders.
  if (filter.open === 'YES') base = base.where(sql<boolean>`"state" not in ('COMPLETED', 'CANCELLED')`);
  const total = reader.first(base.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const rows = reader.all(
    base
      .select(['id', 'number', 'state', 'customerName', 'plate', 'totalClp', 'createdAtMs', 'updatedAtMs'])
      .orderBy('id', 'desc')
      .limit(filter.limit)
      .offset(filter.offset),
  );
  return { rows, total };
}

const byState = select((p: { from: string; to: string }) =>
  db
    .selectFrom('salesOrder')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count'), eb.fn.sum<number>('totalClp').as('totalClp')])
    .where('businessDate', '>=', p.from)
    .where('businessDate', '<=', p.to)
    .groupBy('state')
    .orderBy('state'),
);

export const orderStatistics = (reader: Reader, from: string, to: string) => byState.all(reader, { from, to });

const saleSums = [
  sql<number>`count(*)`.as('count'),
  sql<number>`coalesce(sum("totalClp"), 0)`.as('totalClp'),
  sql<number>`coalesce(sum("netClp"), 0)`.as('netClp'),
  sql<number>`coalesce(sum("ivaClp"), 0)`.as('ivaClp'),
  sql<number>`coalesce(sum("exemptClp"), 0)`.as('exemptClp'),
  sql<number>`coalesce(sum("discountClp"), 0)`.as('discountClp'),
] as const;
const returnSums = [
  sql<number>`count(*)`.as('returnCount'),
  sql<number>`coalesce(sum("totalClp"), 0)`.as('returnTotalClp'),
] as const;
const salesBetween = select((p: { from: string; to: string }) =>
  db.selectFrom('sale').select(saleSums).where('businessDate', '>=', p.from).where('businessDate', '<=', p.to),
);
const returnsBetween = select((p: { from: string; to: string }) =>
  db.selectFrom('saleReturn').select(returnSums).where('businessDate', '>=', p.from).where('businessDate', '<=', p.to),
);
const salesInShift = select((p: { shiftId: string }) =>
  db.selectFrom('sale').select(saleSums).where('shiftId', '=', p.shiftId),
);
const returnsInShift = select((p: { shiftId: string }) =>
  db.selectFrom('saleReturn').select(returnSums).where('shiftId', '=', p.shiftId),
);

const withAverage = <F extends { count: number; totalClp: number }>(figures: F) => ({
  ...figures,
  averageTicketClp: figures.count === 0 ? 0 : mulDivRound(figures.totalClp, 1, figures.count),
});

/** Sales and returns of local days, both included. */
export const saleStatistics = (reader: Reader, from: string, to: string) =>
  withAverage({ ...salesBetween.one(reader, { from, to }), ...returnsBetween.one(reader, { from, to }) });

/** Sales and returns of one shift. */
export const shiftSales = (reader: Reader, shiftId: string) =>
  withAverage({ ...salesInShift.one(reader, { shiftId }), ...returnsInShift.one(reader, { shiftId }) });

const returns = db
  .selectFrom('saleReturn')
  .innerJoin('sale', 'sale.id', 'saleReturn.saleId')
  .innerJoin('terminal', 'terminal.id', 'saleReturn.terminalId')
  .select([
    'saleReturn.id',
    'saleReturn.number',
    'saleReturn.saleId',
    'sale.number as saleNumber',
    'saleReturn.actorId',
    'saleReturn.approverId',
    'saleReturn.reason',
    'saleReturn.refundTender',
    'saleReturn.totalClp',
    'saleReturn.exemptClp',
    'saleReturn.netClp',
    'saleReturn.ivaClp',
    'saleReturn.occurredAtMs',
    'saleReturn.businessDate',
    'terminal.name as terminalName',
  ]);
const returnById = select((p: { id: string }) => returns.where('saleReturn.id', '=', p.id));
const returnLines = select((p: { returnId: string }) =>
  db
    .selectFrom('saleReturnLine')
    .innerJoin('saleReturn', 'saleReturn.id', 'saleReturnLine.returnId')
    .innerJoin('sale', 'sale.id', 'saleReturn.saleId')
    .innerJoin('orderLine', (join) =>
      join
        .onRef('orderLine.orderId', '=', 'sale.orderId')
        .onRef('orderLine.lineNumber', '=', 'saleReturnLine.lineNumber'),
    )
    .select([
      'saleReturnLine.lineNumber',
      'orderLine.sku',
      'orderLine.name',
      'orderLine.unit',
      'saleReturnLine.condition',
      'saleReturnLine.quantityMilli',
      'saleReturnLine.totalClp',
    ])
    .where('saleReturnLine.returnId', '=', p.returnId)
    .orderBy('saleReturnLine.lineNumber'),
);

const withNames = <R extends { actorId: string; approverId: string | null }>(reader: Reader, row: R) => {
  const { actorId, approverId, ...rest } = row;
  return {
    ...rest,
    actorName: userName(reader, actorId),
    approverName: approverId === null ? null : userName(reader, approverId),
  };
};

export function returnCard(reader: Reader, id: string): ReturnCard {
  const row = returnById.first(reader, { id });
  if (!row) throw new DomainError('NOT_FOUND', { return: id });
  return {
    ...withNames(reader, row),
    lines: returnLines.all(reader, { returnId: id }),
    payments: paymentsOf(reader, id),
  };
}

export function listReturns(
  reader: Reader,
  filter: {
    saleId?: string | undefined;
    from?: string | undefined;
    to?: string | undefined;
    limit: number;
    offset: number;
  },
) {
  let base = returns;
  if (filter.saleId !== undefined) base = base.where('saleReturn.saleId', '=', filter.saleId);
  if (filter.from !== undefined) base = base.where('saleReturn.businessDate', '>=', filter.from);
  if (filter.to !== undefined) base = base.where('saleReturn.businessDate', '<=', filter.to);
  const total = reader.first(base.clearSelect().select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const rows = reader.all(base.orderBy('saleReturn.id', 'desc').limit(filter.limit).offset(filter.offset));
  return { total, rows: rows.map((row) => withNames(reader, row)) };
}
