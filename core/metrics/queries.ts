/** The documents behind a figure, the demand of a product, and what the last night said. */
import { sql } from 'kysely';
import { userName } from '#core/auth/index.ts';
import type { CatalogTables } from '#core/catalog/index.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { OrderTables } from '#core/orders/index.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import type { LocalDate } from '#core/shared/time.ts';
import { inBranches } from './months.ts';
import type { MetricsTables } from './tables.ts';

const { db, select } = sqlFor<MetricsTables & OrderTables & CatalogTables & EngineTables>();

export interface DocumentFilter {
  from: LocalDate;
  to: LocalDate;
  branchId: string | null;
  productId?: string | undefined;
  categoryId?: string | undefined;
  cashierId?: string | undefined;
  customerId?: string | undefined;
  limit: number;
  offset: number;
}

/** Sales and returns of local days, newest first; returns are negative. */
export function listDocuments(reader: Reader, filter: DocumentFilter) {
  const documents = db.selectFrom(salesOf(filter).unionAll(returnsOf(filter)).as('document'));
  const total = reader.first(documents.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const rows = reader.all(
    documents
      .selectAll()
      .orderBy('occurredAtMs', 'desc')
      .orderBy('id', 'desc')
      .limit(filter.limit)
      .offset(filter.offset),
  );
  return {
    total,
    rows: rows.map(({ cashierId, ...row }) => ({ ...row, cashierName: userName(reader, cashierId) })),
  };
}

function salesOf(filter: DocumentFilter) {
  let sales = db
    .selectFrom('salesOrder')
    .select([
      sql<'SALE' | 'RETURN'>`'SALE'`.as('kind'),
      'salesOrder.id',
      sql<string>`"saleNumber"`.as('number'),
      'salesOrder.id as saleId',
      'salesOrder.branchId',
      sql<number>`"soldAtMs"`.as('occurredAtMs'),
      sql<string>`"saleDate"`.as('businessDate'),
      sql<string>`"saleCashierId"`.as('cashierId'),
      'salesOrder.customerName',
      'salesOrder.plate',
      'salesOrder.totalClp',
    ])
    .where('saleDate', '>=', filter.from)
    .where('saleDate', '<=', filter.to)
    .where(inBranches(filter.branchId));
  if (filter.cashierId !== undefined) sales = sales.where('saleCashierId', '=', filter.cashierId);
  if (filter.customerId !== undefined) sales = sales.where('customerId', '=', filter.customerId);
  if (filter.productId !== undefined) sales = sales.where(hasLine(sql`l."productId" = ${filter.productId}`, 'id'));
  if (filter.categoryId !== undefined)
    sales = sales.where(
      hasLine(sql`l."productId" in (select "id" from "product" where "categoryId" = ${filter.categoryId})`, 'id'),
    );
  return sales;
}

function returnsOf(filter: DocumentFilter) {
  let returns = db
    .selectFrom('saleReturn')
    .innerJoin('salesOrder', 'salesOrder.id', 'saleReturn.saleId')
    .select([
      sql<'SALE' | 'RETURN'>`'RETURN'`.as('kind'),
      'saleReturn.id',
      'saleReturn.number',
      'saleReturn.saleId',
      'saleReturn.branchId',
      'saleReturn.occurredAtMs',
      'saleReturn.businessDate',
      'saleReturn.actorId as cashierId',
      'salesOrder.customerName',
      'salesOrder.plate',
      sql<number>`-"saleReturn"."totalClp"`.as('totalClp'),
    ])
    .where('saleReturn.businessDate', '>=', filter.from)
    .where('saleReturn.businessDate', '<=', filter.to)
    .where(
      sql<boolean>`"saleReturn"."branchId" in (select "id" from "branch" where ${filter.branchId} is null or "id" = ${filter.branchId})`,
    );
  if (filter.cashierId !== undefined) returns = returns.where('saleReturn.actorId', '=', filter.cashierId);
  if (filter.customerId !== undefined) returns = returns.where('customerId', '=', filter.customerId);
  if (filter.productId !== undefined) returns = returns.where(cameBack(sql`l."productId" = ${filter.productId}`));
  if (filter.categoryId !== undefined)
    returns = returns.where(
      cameBack(sql`l."productId" in (select "id" from "product" where "categoryId" = ${filter.categoryId})`),
    );
  return returns;
}

const hasLine = (condition: ReturnType<typeof sql>, id: 'id') =>
  sql<boolean>`exists (select 1 from "orderLine" l where l."orderId" = "salesOrder".${sql.ref(id)} and ${condition})`;
const cameBack = (condition: ReturnType<typeof sql>) =>
  sql<boolean>`exists (
    select 1 from "saleReturnLine" b join "orderLine" l on l."orderId" = "saleReturn"."saleId" and l."lineNumber" = b."lineNumber"
    where b."returnId" = "saleReturn"."id" and ${condition})`;

const demandDays = select((p: { productId: string; from: string; to: string; branchId: string | null }) =>
  db
    .selectFrom('productDay')
    .select((eb) => ['businessDate as date', eb.fn.sum<number>('demandMilli').as('demandMilli')])
    .where('productId', '=', p.productId)
    .where('businessDate', '>=', p.from)
    .where('businessDate', '<=', p.to)
    .where(inBranches(p.branchId))
    .groupBy('businessDate')
    .orderBy('businessDate'),
);

/** Units of a product per local day; days without any are left out. */
export const productDemand = (
  reader: Reader,
  asked: { productId: string; from: LocalDate; to: LocalDate; branchId: string | null },
) => demandDays.all(reader, asked);

const branchDays = select((p: { branchId: string; from: string; to: string }) =>
  db
    .selectFrom('productDay')
    .select(['productId', 'businessDate as date', 'demandMilli'])
    .where('branchId', '=', p.branchId)
    .where('businessDate', '>=', p.from)
    .where('businessDate', '<=', p.to)
    .where('demandMilli', '<>', 0),
);
const firstDay = select((p: { branchId: string }) =>
  db
    .selectFrom('productDay')
    .select('businessDate')
    .where('branchId', '=', p.branchId)
    .orderBy('businessDate')
    .limit(1),
);

/** Units of all products of a branch per local day; days without any are left out. */
export const branchDemand = (reader: Reader, span: { branchId: string; from: LocalDate; to: LocalDate }) =>
  branchDays.all(reader, span);

/** The first day on which a branch sold anything. */
export const firstDemandOn = (reader: Reader, branchId: string): LocalDate | undefined =>
  firstDay.first(reader, { branchId })?.businessDate;

export interface StandingFilter {
  branchId: string | null;
  abc?: 'A' | 'B' | 'C' | undefined;
  idleDays?: number | undefined;
  limit: number;
  offset: number;
}

/** What the last night said of each product; the dearest first, of the idle ones the longest idle first. */
export function listStandings(reader: Reader, filter: StandingFilter, seesCost: boolean) {
  let base = db
    .selectFrom('productStanding')
    .innerJoin('product', 'product.id', 'productStanding.productId')
    .where(inBranches(filter.branchId));
  if (filter.abc !== undefined) base = base.where('abc', '=', filter.abc);
  if (filter.idleDays !== undefined) base = base.where('idleDays', '>=', filter.idleDays).where('onHandMilli', '>', 0);
  const { n: total = 0, asOf = null } =
    reader.first(base.select((eb) => [eb.fn.countAll<number>().as('n'), eb.fn.max('asOf').as('asOf')])) ?? {};
  const rows = reader.all(
    base
      .select(['productStanding.productId', 'productStanding.branchId', 'product.sku', 'product.name', 'product.unit'])
      .select(['abc', 'revenueClp', 'demandMilli', 'onHandMilli', 'valueMilliClp', 'turnoverMilli', 'coverDaysMilli'])
      .select(['lastSoldOn', 'idleDays'])
      .orderBy(filter.idleDays === undefined ? 'revenueClp' : 'idleDays', 'desc')
      .orderBy('productStanding.productId')
      .limit(filter.limit)
      .offset(filter.offset),
  );
  return {
    asOf,
    total,
    rows: rows.map(({ valueMilliClp, turnoverMilli, ...row }) => ({
      ...row,
      valueMilliClp: seesCost ? valueMilliClp : null,
      turnoverMilli,
    })),
  };
}

const reach = select(() =>
  db
    .selectFrom('dailySales')
    .select((eb) => [eb.fn.min('businessDate').as('firstDate'), eb.fn.max('businessDate').as('lastDate')]),
);
const standingDate = select(() => db.selectFrom('productStanding').select((eb) => eb.fn.max('asOf').as('asOf')));

/** How far the figures reach, and when the night last looked. */
export function figuresReach(reader: Reader) {
  const { firstDate, lastDate } = reach.one(reader, {});
  return { firstDate, lastDate, standingsAsOf: standingDate.one(reader, {}).asOf };
}
