/** What a year says of each product in a branch: ABC class, turnover, cover and how long it has stood still. */
import { sql } from 'kysely';
import type { TaskContext } from '#core/engine/context.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { InventoryTables } from '#core/inventory/index.ts';
import { addDays, type LocalDate } from '#core/shared/time.ts';
import type { CatalogTables } from '#core/catalog/index.ts';
import { inPieces, type Pieces, productsIn, shelvesUntil, until, type Until } from './months.ts';
import { abcClasses, coverDaysMilli, turnoverMilli } from './rules.ts';
import type { MetricsTables, StandingRow } from './tables.ts';

const { db, select, change, insert } = sqlFor<MetricsTables & InventoryTables & CatalogTables>();

export const YEAR_DAYS = 365;

const goods = select(() => db.selectFrom('product').select('id').where('kind', '=', 'GOODS').orderBy('id'));
const sold = select((p: Pieces) =>
  db
    .selectFrom(productsIn(p).as('part'))
    .select(['productId'])
    .select([
      sql<number>`sum("netClp" - "returnNetClp")`.as('revenueClp'),
      sql<number>`sum("demandMilli")`.as('demandMilli'),
    ])
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
const shelves = select((p: Until) =>
  db
    .selectFrom(shelvesUntil(p).as('part'))
    .select('productId')
    .select([sql<number>`sum("changeMilli")`.as('onHandMilli'), sql<number>`sum("changeMilliClp")`.as('valueMilliClp')])
    .groupBy('productId'),
);
/** Days on which more came than went, newest first: the layers of what is still there. */
const layers = select((p: { to: string; branchId: string }) =>
  db
    .selectFrom('stockDay')
    .select(['productId', 'businessDate', 'changeMilli'])
    .where('branchId', '=', p.branchId)
    .where('changeMilli', '>', 0)
    .where('businessDate', '<=', p.to)
    .orderBy('productId')
    .orderBy('businessDate', 'desc'),
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
  const byId = <R extends { productId: string }>(rows: R[]): Map<string, R> =>
    new Map(rows.map((row) => [row.productId, row]));
  const sales = byId(sold.all(reader, inPieces({ branchId, from: addDays(from, 1), to: asOf })));
  const lasts = byId(lastSold.all(reader, { branchId, to: asOf }));
  const stocks = byId(shelves.all(reader, until(asOf, branchId)));
  const before = byId(shelves.all(reader, until(from, branchId)));
  const arrivals = arrivalsOf(reader, branchId, asOf);
  const ids = goods.all(reader, {}).map(({ id }) => id);
  const classes = abcClasses(ids.map((id) => ({ id, revenueClp: sales.get(id)?.revenueClp ?? 0 })));
  return ids.map((productId): StandingRow => {
    const { revenueClp = 0, demandMilli = 0 } = sales.get(productId) ?? {};
    const { onHandMilli = 0, valueMilliClp = 0 } = stocks.get(productId) ?? {};
    const beforeMilli = before.get(productId)?.onHandMilli ?? 0;
    const lastSoldOn = lasts.get(productId)?.lastSoldOn ?? null;
    const since = lastSoldOn ?? arrivals.get(productId)?.at(-1)?.businessDate;
    return {
      branchId,
      productId,
      asOf,
      abc: classes.get(productId) ?? 'C',
      revenueClp,
      demandMilli,
      onHandMilli,
      valueMilliClp,
      turnoverMilli: turnoverMilli(demandMilli, beforeMilli, onHandMilli),
      coverDaysMilli: coverDaysMilli(onHandMilli, demandMilli, YEAR_DAYS),
      lastSoldOn,
      idleDays: since === undefined ? null : daysBetween(since, asOf),
    };
  });
}

/** What came of each product by day, newest first. */
export function arrivalsOf(reader: Reader, branchId: string, to: LocalDate) {
  const arrivals = new Map<string, { businessDate: LocalDate; changeMilli: number }[]>();
  for (const { productId, ...layer } of layers.all(reader, { branchId, to })) {
    const known = arrivals.get(productId);
    if (known) known.push(layer);
    else arrivals.set(productId, [layer]);
  }
  return arrivals;
}

export const daysBetween = (from: LocalDate, to: LocalDate): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
