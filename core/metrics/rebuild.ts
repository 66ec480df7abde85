/**
 * The night's work on the figures: every day counted anew from its documents, and rewritten where a row differs; then what the year says
 * of each product. A day at a time, so that the counter never waits; stopped anywhere, the next run ends it.
 */
import { setImmediate as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { CatalogTables } from '#core/catalog/index.ts';
import type { TaskContext } from '#core/engine/context.ts';
import type { Progress } from '#core/engine/jobs.ts';
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import type { InventoryTables } from '#core/inventory/index.ts';
import type { OrderTables } from '#core/orders/index.ts';
import { addDays, businessDate, type LocalDate, localToMs } from '#core/shared/time.ts';
import type { ShiftTables } from '#core/shifts/index.ts';
import { countDay, type OfDay } from './keep.ts';
import { storeStandings } from './standings.ts';
import type { MetricsTables } from './tables.ts';

const { db, select, change } = sqlFor<
  MetricsTables & OrderTables & ShiftTables & InventoryTables & CatalogTables & EngineTables
>();

const branches = select(() => db.selectFrom('branch').select(['id', 'timeZone']).orderBy('id'));
const firstSale = select(() =>
  db.selectFrom('salesOrder').select('saleDate').where('saleDate', 'is not', null).orderBy('saleDate').limit(1),
);
const firstShift = select(() => db.selectFrom('shift').select('businessDate').orderBy('businessDate').limit(1));

type DayKey = { branchId: string; date: string };
const DAY_TABLES = ['dailySales', 'dailyTender', 'productDay'] as const;
const keptRows = DAY_TABLES.map((table) =>
  select((p: DayKey) => ({
    compile: () =>
      sql<object>`select * from ${sql.table(table)} where "branchId" = ${p.branchId} and "businessDate" = ${p.date}`.compile(
        db,
      ),
  })),
);
const clearDay = DAY_TABLES.map((table) =>
  change((p: DayKey) => db.deleteFrom(table).where('branchId', '=', p.branchId).where('businessDate', '=', p.date)),
);

const products = select(() => db.selectFrom('product').select('id').orderBy('id'));
const keptStock = select((p: { from: string; to: string }) =>
  db
    .selectFrom('stockDay')
    .select(['branchId', 'businessDate', 'productId', 'changeMilli', 'changeMilliClp'])
    .where('businessDate', '>=', p.from)
    .where('businessDate', '<=', p.to),
);
const freshStock = select((p: { productId: string }) =>
  db
    .selectFrom('stockMovement')
    .innerJoin('warehouse', 'warehouse.id', 'stockMovement.warehouseId')
    .select((eb) => [
      'warehouse.branchId',
      'businessDate',
      eb.fn.sum<number>('quantityMilli').as('changeMilli'),
      eb.fn.sum<number>('valueMilliClp').as('changeMilliClp'),
    ])
    .where('stockMovement.productId', '=', p.productId)
    .groupBy(['warehouse.branchId', 'businessDate']),
);
const clearStock = change((p: { productId: string }) => db.deleteFrom('stockDay').where('productId', '=', p.productId));
const refillStock = change((p: { productId: string }) =>
  db
    .insertInto('stockDay')
    .columns(['branchId', 'businessDate', 'productId', 'changeMilli', 'changeMilliClp'])
    .expression(
      db
        .selectFrom('stockMovement')
        .innerJoin('warehouse', 'warehouse.id', 'stockMovement.warehouseId')
        .select((eb) => [
          'warehouse.branchId',
          'businessDate',
          'stockMovement.productId',
          eb.fn.sum<number>('quantityMilli').as('changeMilli'),
          eb.fn.sum<number>('valueMilliClp').as('changeMilliClp'),
        ])
        .where('stockMovement.productId', '=', p.productId)
        .groupBy(['warehouse.branchId', 'businessDate', 'stockMovement.productId']),
    ),
);

/** Thrown inside the transaction that only looked: what it wrote is taken back. */
class Unchanged extends Error {}

/** Rebuilds everything. `progress` counts days and then products. Answers how many day and product sets it dealt with. */
export async function rebuild(context: TaskContext, progress: Progress): Promise<number> {
  const { shops, first, goods } = context.read((reader) => ({
    shops: branches.all(reader, {}),
    first: firstDate(reader),
    goods: products.all(reader, {}).map(({ id }) => id),
  }));
  const days = shops.flatMap(({ id, timeZone }) =>
    daysOf(id, timeZone, first, businessDate(context.clock(), timeZone)),
  );
  const total = days.length + goods.length + shops.length;
  let done = 0;
  const step = async (): Promise<void> => {
    progress((done += 1), total);
    await pause();
    context.signal.throwIfAborted();
  };
  for (const day of days) {
    rebuildDay(context, day);
    await step();
  }
  await rebuildStock(context, goods, step);
  for (const { id, timeZone } of shops) {
    storeStandings(context, id, addDays(businessDate(context.clock(), timeZone), -1));
    await step();
  }
  return done;
}

const firstDate = (reader: Reader): LocalDate | undefined =>
  [firstSale.first(reader, {})?.saleDate, firstShift.first(reader, {})?.businessDate]
    .filter((date): date is string => typeof date === 'string')
    .sort()[0];

function daysOf(branchId: string, timeZone: string, first: LocalDate | undefined, today: LocalDate): OfDay[] {
  const days: OfDay[] = [];
  for (let date = first ?? addDays(today, 1); date <= today; date = addDays(date, 1)) {
    const starts = Array.from({ length: 24 }, (_, hour) => [hour, localToMs(date, hour, 0, timeZone)] as const);
    days.push({ branchId, date, fromMs: starts[0]?.[1] ?? 0, hours: JSON.stringify(starts) });
  }
  return days;
}

/** Counts a day anew; writes only where that gives other rows than those that are kept. */
function rebuildDay(context: TaskContext, day: OfDay): void {
  try {
    context.local((writer) => {
      const before = rowsOf(writer, day);
      for (const statement of clearDay) statement.run(writer, day);
      countDay(writer, day);
      if (rowsOf(writer, day) === before) throw new Unchanged();
    });
  } catch (error) {
    if (!(error instanceof Unchanged)) throw error;
  }
}

const rowsOf = (reader: Reader, { branchId, date }: OfDay): string =>
  JSON.stringify(keptRows.map((statement) => statement.all(reader, { branchId, date })));

async function rebuildStock(context: TaskContext, goods: readonly string[], step: () => Promise<void>): Promise<void> {
  const kept = new Map<string, Map<string, string>>();
  context.read((reader) => {
    for (const row of keptStock.all(reader, { from: '', to: '9999' })) {
      const days = kept.get(row.productId) ?? new Map<string, string>();
      days.set(`${row.branchId} ${row.businessDate}`, `${String(row.changeMilli)} ${String(row.changeMilliClp)}`);
      kept.set(row.productId, days);
    }
  });
  for (const productId of goods) {
    const differs = context.read((reader) => {
      const days = kept.get(productId);
      const fresh = freshStock.all(reader, { productId });
      return (
        fresh.length !== (days?.size ?? 0) ||
        fresh.some(
          (row) =>
            days?.get(`${row.branchId} ${row.businessDate}`) !==
            `${String(row.changeMilli)} ${String(row.changeMilliClp)}`,
        )
      );
    });
    // A sale in between makes a false alarm, which costs one rewrite and changes nothing.
    if (differs) context.local((writer) => refill(writer, productId));
    await step();
  }
}

function refill(writer: Writer, productId: string): void {
  clearStock.run(writer, { productId });
  refillStock.run(writer, { productId });
}
