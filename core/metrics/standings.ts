/** What a year says of each product in a branch: ABC class, turnover, cover and how long it has stood still. */
import { sql } from 'kysely';
import type { TaskContext } from '#core/engine/context.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { InventoryTables } from '#core/inventory/index.ts';
import { addDays, type LocalDate } from '#core/shared/time.ts';
import type { CatalogTables } from '#core/catalog/index.ts';
import { abcClasses, coverDaysMilli, turnoverMilli } from './rules.ts';
import type { MetricsTables, StandingRow } from './tables.ts';

const { db, select, change, insert } = sqlFor<MetricsTables & InventoryTables & CatalogTables>();

export const YEAR_DAYS = 365;

const goods = select(() => db.selectFrom('product').select('id').where('kind', '=', 'GOODS').orderBy('id'));
const sold = select((p: { branchId: string; from: string; to: string }) =>
  db
    .selectFrom('productDay')
    .select(['productId'])
    .select([
      sql<number>`sum("netClp" - "returnNetClp")`.as('revenueClp'),
      sql<number>`sum("demandMilli")`.as('demandMilli'),
      sql<number>`sum("costMilliClp" - "returnCostMilliClp")`.as('costMilliClp'),
    ])
    .where('branchId', '=', p.branchId)
    .where('businessDate', '>=', p.from)
    .where('businessDate', '<=', p.to)
    .groupBy('productId'),
);
const lastSold = select((p: { branchId: string; to: string }) =>
  db
    .selectFrom('product')
    .select((eb) => [
      'id as productId',
      eb
        .selectFrom('productDay')
        .select('businessDate')
        .whereRef('productId', '=', 'product.id')
        .where('branchId', '=', p.branchId)
        .where('businessDate', '<=', p.to)
        .where('demandMilli', '>', 0)
        .orderBy('businessDate', 'desc')
        .limit(1)
        .as('lastSoldOn'),
    ])
    .where('kind', '=', 'GOODS'),
);
/** Shelves at the end of `to`, and what they were worth at the end of `from`. */
const shelves = select((p: { branchId: string; from: string; to: string }) =>
  db
    .selectFrom('stockDay')
    .select('productId')
    .select([
      sql<number>`sum("changeMilli")`.as('onHandMilli'),
      sql<number>`sum("changeMilliClp")`.as('valueMilliClp'),
      sql<number>`sum(iif("businessDate" <= ${p.from}, "changeMilliClp", 0))`.as('valueBeforeMilliClp'),
      sql<string>`min("businessDate")`.as('firstOn'),
    ])
    .where('branchId', '=', p.branchId)
    .where('businessDate', '<=', p.to)
    .groupBy('productId'),
);
const clear = change((p: { branchId: string }) => db.deleteFrom('productStanding').where('branchId', '=', p.branchId));
const insertStanding = insert('productStanding', [
  'branchId',
  'productId',
  'asOf',
  'abc',
  'revenueClp',
  'demandMilli',
  'onHandMilli',
  'valueMilliClp',
  'turnoverMilli',
  'coverDaysMilli',
  'lastSoldOn',
  'idleDays',
]);

/** Replaces the standings of a branch by those of the year that ended on `asOf`. */
export function storeStandings(context: TaskContext, branchId: string, asOf: LocalDate): void {
  const rows = context.read((reader) => standingsOf(reader, branchId, asOf));
  context.local((writer) => {
    clear.run(writer, { branchId });
    for (const row of rows) insertStanding.run(writer, row);
  });
}

/** The standings as of the end of a date, from the stored figures. */
export function standingsOf(reader: Reader, branchId: string, asOf: LocalDate): StandingRow[] {
  const from = addDays(asOf, -YEAR_DAYS);
  const span = { branchId, from, to: asOf };
  const byId = <R extends { productId: string }>(rows: R[]): Map<string, R> =>
    new Map(rows.map((row) => [row.productId, row]));
  const sales = byId(sold.all(reader, { ...span, from: addDays(from, 1) }));
  const lasts = byId(lastSold.all(reader, { branchId, to: asOf }));
  const stocks = byId(shelves.all(reader, span));
  const ids = goods.all(reader, {}).map(({ id }) => id);
  const classes = abcClasses(ids.map((id) => ({ id, revenueClp: sales.get(id)?.revenueClp ?? 0 })));
  return ids.map((productId): StandingRow => {
    const { revenueClp = 0, demandMilli = 0, costMilliClp = 0 } = sales.get(productId) ?? {};
    const stock = stocks.get(productId);
    const { onHandMilli = 0, valueMilliClp = 0, valueBeforeMilliClp = 0 } = stock ?? {};
    const lastSoldOn = lasts.get(productId)?.lastSoldOn ?? null;
    const since = lastSoldOn ?? stock?.firstOn;
    return {
      branchId,
      productId,
      asOf,
      abc: classes.get(productId) ?? 'C',
      revenueClp,
      demandMilli,
      onHandMilli,
      valueMilliClp,
      turnoverMilli: turnoverMilli(costMilliClp, valueBeforeMilliClp, valueMilliClp),
      coverDaysMilli: coverDaysMilli(onHandMilli, demandMilli, YEAR_DAYS),
      lastSoldOn,
      idleDays: since === undefined ? null : daysBetween(since, asOf),
    };
  });
}

export const daysBetween = (from: LocalDate, to: LocalDate): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
