/**
 * Demand as the shop's figures keep it: what was sold, net of what came back booked to the day of its sale, kits as their parts; days
 * without stock and without sale are missing. Read a little at a time, so that the counter never waits for it.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { CatalogTables } from '#core/catalog/index.ts';
import type { TaskContext } from '#core/engine/context.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { InventoryTables } from '#core/inventory/index.ts';
import { branchDemand, firstDemandOn } from '#core/metrics/index.ts';
import type { LocalDate } from '#core/shared/time.ts';
import { dateOf, dayOf } from './days.ts';
import type { DemandSeries } from './types.ts';

const { db, select } = sqlFor<CatalogTables & InventoryTables>();

/** Four years: the class looks at two, the year's season wants more than one. */
export const HISTORY_DAYS = 1_461;
/** Days of sales read in one go. */
const STEP_DAYS = 3;
/** Products whose ledger is read in one go. */
const STEP_PRODUCTS = 2;

const products = select(() =>
  db
    .selectFrom('product')
    .select(['id', 'categoryId'])
    .where('kind', '=', 'GOODS')
    .where('state', '<>', 'DISCONTINUED')
    .orderBy('id'),
);
const stockChanges = select((p: { productId: string; branchId: string }) =>
  db
    .selectFrom('stockMovement')
    .innerJoin('warehouse', 'warehouse.id', 'stockMovement.warehouseId')
    .select((eb) => ['stockMovement.businessDate as date', eb.fn.sum<number>('quantityMilli').as('changeMilli')])
    .where('stockMovement.productId', '=', p.productId)
    .where('warehouse.branchId', '=', p.branchId)
    .where('warehouse.purpose', 'in', ['SALES', 'STORE'])
    .groupBy('stockMovement.businessDate')
    .orderBy('stockMovement.businessDate'),
);

/** Demand of every product that holds stock, up to and with `lastDate`, in base units; `onRead` is told the share done, 0 to 1. */
export async function readDemand(
  context: TaskContext,
  lastDate: LocalDate,
  onRead: (share: number) => void,
): Promise<DemandSeries[]> {
  const { branchId } = context.site;
  const goods = context.read((reader) => products.all(reader, {}));
  const begin = context.read((reader) => firstDemandOn(reader, branchId)) ?? lastDate;
  const lastDay = dayOf(lastDate);
  const firstDay = Math.max(dayOf(begin), lastDay - HISTORY_DAYS + 1);
  const span = Math.max(0, lastDay - firstDay + 1);
  // Shared with the forecaster's thread: copying it there would hold up the counter.
  const memory = new SharedArrayBuffer(8 * span * goods.length);
  const demand = new Map(goods.map(({ id }, index) => [id, new Float64Array(memory, 8 * span * index, span)]));
  for (let day = firstDay; day <= lastDay; day += STEP_DAYS) {
    const week = { branchId, from: dateOf(day), to: dateOf(Math.min(lastDay, day + STEP_DAYS - 1)) };
    context.read((reader) => addSales(reader, week, demand, firstDay));
    onRead(((day - firstDay) / Math.max(1, span)) * 0.6);
    await breathe(context);
  }
  const series: DemandSeries[] = [];
  for (let index = 0; index < goods.length; index += STEP_PRODUCTS) {
    context.read((reader) => {
      for (const { id, categoryId } of goods.slice(index, index + STEP_PRODUCTS)) {
        const sold = demand.get(id) ?? new Float64Array(span);
        const changes = stockChanges.all(reader, { productId: id, branchId });
        series.push({ id, category: categoryId, ...knownDays(sold, changes, firstDay) });
      }
    });
    onRead(0.6 + (index / goods.length) * 0.4);
    await breathe(context);
  }
  return series;
}

/** Between two pieces of work of a few milliseconds: the night has hours, a sale has not. */
const BREATH_MS = 5;

/** Lets the counter go first, and stops where the job was cancelled. */
export async function breathe(context: TaskContext): Promise<void> {
  await wait(BREATH_MS);
  context.signal.throwIfAborted();
}

function addSales(
  reader: Reader,
  span: Parameters<typeof branchDemand>[1],
  demand: ReadonlyMap<string, Float64Array>,
  firstDay: number,
): void {
  for (const { productId, date, demandMilli } of branchDemand(reader, span)) {
    const days = demand.get(productId);
    if (days) days[dayOf(date) - firstDay] = demandMilli / 1000;
  }
}

/**
 * From the launch on (the first movement or sale), with the days on which nothing could be sold marked as missing: no stock at the
 * beginning, none at the end, and no sale. `changes` is the ledger by day, ascending.
 */
export function knownDays(
  sold: Float64Array,
  changes: readonly { date: string; changeMilli: number }[],
  firstDay: number,
): { firstDate: LocalDate; demand: Float64Array } {
  const firstSold = sold.findIndex((units) => units !== 0);
  const firstMoved = changes[0] === undefined ? Infinity : dayOf(changes[0].date) - firstDay;
  const launch = Math.max(0, Math.min(firstSold < 0 ? Infinity : firstSold, firstMoved));
  if (launch >= sold.length) return { firstDate: dateOf(firstDay + sold.length), demand: new Float64Array(0) };
  let onHandMilli = 0;
  let next = 0;
  for (let day = 0; day < sold.length; day += 1) {
    const before = onHandMilli;
    while (next < changes.length && dayOf(changes[next]!.date) - firstDay <= day) {
      onHandMilli += changes[next]!.changeMilli;
      next += 1;
    }
    if (day >= launch && before <= 0 && onHandMilli <= 0 && sold[day] === 0) sold[day] = NaN;
  }
  return { firstDate: dateOf(firstDay + launch), demand: sold.subarray(launch) };
}
