/** Reads of stored forecasts: cheap, from what the night wrote. */
import { sql } from 'kysely';
import { type CatalogTables, matchesText, underCategory } from '#core/catalog/index.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { InventoryTables } from '#core/inventory/index.ts';
import { onOrder } from '#core/purchasing/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import { addDays } from '#core/shared/time.ts';
import type { AnomalyRow, ForecastAnswer, ForecastListRow } from './contract.ts';
import { isClosed } from './calendar.ts';
import { dateOf, dayOf } from './days.ts';
import { LEVELS } from './forecast.ts';
import { NIGHTLY } from './jobs.ts';
import { accuracyOf, soFar } from './scores.ts';
import { SHOP_ID } from './pack.ts';
import { currentRun, readHistory, unpackCalendar } from './store.ts';
import type { ForecastTables, NodeBody, NodeDays, NodeKind } from './tables.ts';

const { db, select } = sqlFor<ForecastTables & CatalogTables & InventoryTables & EngineTables>();

const nodeOf = select((p: { runId: string; kind: NodeKind; nodeId: string }) =>
  db
    .selectFrom('forecastNode')
    .select(['refusal', 'scheme', 'demandClass', 'days', 'body'])
    .where('runId', '=', p.runId)
    .where('kind', '=', p.kind)
    .where('nodeId', '=', p.nodeId),
);
const productName = select((p: { id: string }) =>
  db.selectFrom('product').select(['name', 'unit']).where('id', '=', p.id),
);
const categoryName = select((p: { id: string }) => db.selectFrom('category').select('name').where('id', '=', p.id));
const stockOf = select((p: { productId: string; branchId: string }) =>
  db
    .selectFrom('stockLevel')
    .innerJoin('warehouse', 'warehouse.id', 'stockLevel.warehouseId')
    .select((eb) => [
      eb.fn.coalesce(eb.fn.sum<number>('onHandMilli'), sql<number>`0`).as('onHandMilli'),
      eb.fn.coalesce(eb.fn.sum<number>('reservedMilli'), sql<number>`0`).as('reservedMilli'),
    ])
    .where('stockLevel.productId', '=', p.productId)
    .where('warehouse.branchId', '=', p.branchId)
    .where('warehouse.purpose', 'in', ['SALES', 'STORE']),
);
/** Products of a JSON list that have stock, but less than the forecast says will sell: only their days are worth a look. */
const scarce = select((p: { runId: string; branchId: string; ids: string }) => {
  const available = sql<number>`(
    select sum("onHandMilli" - "reservedMilli") from "stockLevel"
    join "warehouse" on "warehouse"."id" = "stockLevel"."warehouseId"
    where "stockLevel"."productId" = "node"."nodeId" and "warehouse"."branchId" = ${p.branchId}
    and "warehouse"."purpose" in ('SALES', 'STORE'))`;
  return db
    .selectFrom(sql<{ value: string }>`json_each(${p.ids})`.as('asked'))
    .innerJoin('forecastNode as node', 'node.nodeId', 'asked.value')
    .select(['node.nodeId', 'node.days', available.as('availableMilli')])
    .where('node.runId', '=', p.runId)
    .where('node.kind', '=', 'PRODUCT')
    .where('node.days', 'is not', null)
    .where(sql<boolean>`${available} between 1 and "node"."expected28Milli"`);
});
const running = select((p: { job: string }) =>
  db
    .selectFrom('taskRun')
    .select('startedAtMs')
    .where('job', '=', p.job)
    .where('state', '=', 'RUNNING')
    .orderBy('startedAtMs', 'desc')
    .limit(1),
);
const anomalies = select((p: { branchId: string; limit: number }) =>
  db
    .selectFrom('forecastAnomaly')
    .innerJoin('product', 'product.id', 'forecastAnomaly.productId')
    .select([
      'forecastAnomaly.productId',
      'product.sku',
      'product.name',
      'product.unit',
      'forecastAnomaly.direction',
      'forecastAnomaly.originDate',
      'forecastAnomaly.days',
      'forecastAnomaly.expectedMilli',
      'forecastAnomaly.lowMilli',
      'forecastAnomaly.highMilli',
      'forecastAnomaly.actualMilli',
      'forecastAnomaly.detectedAtMs',
    ])
    .where('forecastAnomaly.branchId', '=', p.branchId)
    .orderBy(
      sql`abs("forecastAnomaly"."actualMilli" - "forecastAnomaly"."expectedMilli") * "product"."priceClp"`,
      'desc',
    )
    .limit(p.limit),
);

/** Where the reader stands: the branch, and today in its zone. */
export interface Here {
  branchId: string;
  today: string;
}

/** The newest run, its age, and whether one is under way. */
export function status(reader: Reader, { branchId, today }: Here) {
  const run = currentRun(reader, branchId);
  return {
    job: NIGHTLY,
    run: run
      ? {
          id: run.id,
          originDate: run.originDate,
          madeAtMs: run.finishedAtMs ?? run.startedAtMs,
          durationMs: (run.finishedAtMs ?? run.startedAtMs) - run.startedAtMs,
          productCount: run.productCount,
          refusedCount: run.refusedCount,
          horizonDays: run.horizonDays,
          seed: run.seed,
        }
      : null,
    ageDays: run ? Math.max(0, dayOf(today) - 1 - dayOf(run.originDate)) : null,
    runningSinceMs: running.first(reader, { job: NIGHTLY })?.startedAtMs ?? null,
  };
}

/** The id under which a node is kept: products and categories need one, the shop has its own. */
export function nodeId(kind: NodeKind, id: string | undefined): string {
  if (kind === 'SHOP') return SHOP_ID;
  if (id === undefined) throw new DomainError('INVALID_INPUT', { issues: ['id: required'] });
  return id;
}

/** Everything that the screen of one forecast shows, but its components. */
export function getForecast(
  reader: Reader,
  here: Here,
  asked: { kind: NodeKind; id?: string | undefined; historyDays: number },
): ForecastAnswer {
  const { kind } = asked;
  const id = nodeId(kind, asked.id);
  const run = currentRun(reader, here.branchId);
  const found = run && nodeOf.first(reader, { runId: run.id, kind, nodeId: id });
  const history = readHistory(reader, here.branchId, kind, id);
  const body = found?.body ? (JSON.parse(found.body) as NodeBody) : null;
  const days = found?.days ? (JSON.parse(found.days) as NodeDays) : null;
  return {
    kind,
    id: kind === 'SHOP' ? null : id,
    ...nameOf(reader, kind, id),
    state: !found ? 'NONE' : days ? 'FORECAST' : 'REFUSED',
    refusal: found?.refusal ?? null,
    originDate: run?.originDate ?? null,
    madeAtMs: run ? (run.finishedAtMs ?? run.startedAtMs) : null,
    demandClass: found?.demandClass ?? null,
    scheme: found?.scheme ?? null,
    why: body && {
      adi: body.adiMilli === null ? null : body.adiMilli / 1000,
      cv2: body.cv2Milli / 1000,
      openDays: body.openDays,
      sellingDays: body.sellingDays,
      idleDays: body.idleDays,
      members: Object.entries(body.weights)
        .map(([name, weightBasisPoints]) => ({ name, weightBasisPoints }))
        .sort((a, b) => b.weightBasisPoints - a.weightBasisPoints),
    },
    history: history ? lastDays(history, asked.historyDays) : [],
    days: run && days ? daysAhead(run.originDate, run.calendar, days) : [],
    totals: body ? body.totals.map(totalRow) : [],
    soFar: soFar(reader, here.branchId, kind, id),
    stock: kind === 'PRODUCT' ? stockRow(reader, here, id, run?.originDate, days, history?.stockoutDays ?? 0) : null,
  };
}

function nameOf(reader: Reader, kind: NodeKind, id: string): { name: string; unit: string } {
  if (kind === 'SHOP') return { name: '', unit: '' };
  const found =
    kind === 'PRODUCT'
      ? productName.first(reader, { id })
      : { name: categoryName.first(reader, { id })?.name, unit: '' };
  if (found?.name === undefined) throw new DomainError('NOT_FOUND', { [kind.toLowerCase()]: id });
  return { name: found.name, unit: found.unit };
}

function lastDays({ firstDate, demandMilli }: { firstDate: string; demandMilli: (number | null)[] }, count: number) {
  const from = Math.max(0, demandMilli.length - count);
  const first = dayOf(firstDate);
  return demandMilli.slice(from).map((value, index) => ({ date: dateOf(first + from + index), demandMilli: value }));
}

function daysAhead(originDate: string, calendarText: string, days: NodeDays): ForecastAnswer['days'] {
  const calendar = unpackCalendar(calendarText);
  const first = dayOf(originDate) + 1;
  return days.expected.map((expectedMilli, index) => ({
    date: dateOf(first + index),
    expectedMilli,
    lowMilli: days.low[index] ?? 0,
    highMilli: days.high[index] ?? 0,
    naiveMilli: days.naive[index] ?? 0,
    isClosed: isClosed(calendar, first + index),
    holiday: calendar.special.get(first + index)?.name ?? null,
  }));
}

function totalRow({ days, meanMilli, quantiles }: NodeBody['totals'][number]): ForecastAnswer['totals'][number] {
  const at = (level: (typeof LEVELS)[number]): number => quantiles[LEVELS.indexOf(level)] ?? 0;
  return {
    days,
    expectedMilli: meanMilli,
    middleMilli: at(0.5),
    low80Milli: at(0.1),
    high80Milli: at(0.9),
    low95Milli: at(0.025),
    high95Milli: at(0.975),
  };
}

function stockRow(
  reader: Reader,
  { branchId, today }: Here,
  productId: string,
  originDate: string | undefined,
  days: NodeDays | null,
  stockoutDays: number,
): ForecastAnswer['stock'] {
  const { onHandMilli, reservedMilli } = stockOf.one(reader, { productId, branchId });
  const runsOutOn = days && originDate ? runsOut(days.expected, originDate, today, onHandMilli - reservedMilli) : null;
  const onOrderMilli = onOrder(reader, branchId).get(productId) ?? 0;
  return { onHandMilli, reservedMilli, onOrderMilli, runsOutOn, stockoutDays };
}

/** The first day from today on by whose end what is on the shelf is expected to be gone; null within none of the days known. */
export function runsOut(
  expectedMilli: readonly number[],
  originDate: string,
  today: string,
  availableMilli: number,
): string | null {
  let left = availableMilli;
  for (let index = Math.max(0, dayOf(today) - dayOf(originDate) - 1); index < expectedMilli.length; index += 1) {
    left -= expectedMilli[index] ?? 0;
    if (left < 0) return addDays(originDate, index + 1);
  }
  return null;
}

/** "Se agota el jueves" for the counter's tiles, in one short statement. What is gone already is not foretold. */
export function runOut(
  reader: Reader,
  { branchId, today }: Here,
  productIds: readonly string[],
  withinDays: number,
): { productId: string; runsOutOn: string }[] {
  const run = currentRun(reader, branchId);
  if (!run) return [];
  const last = addDays(today, withinDays - 1);
  const rows = scarce.all(reader, { runId: run.id, branchId, ids: JSON.stringify(productIds) });
  return rows.flatMap(({ nodeId: productId, days, availableMilli }) => {
    const { expected } = JSON.parse(days ?? '{"expected":[]}') as NodeDays;
    const runsOutOn = runsOut(expected, run.originDate, today, availableMilli);
    return runsOutOn !== null && runsOutOn <= last ? [{ productId, runsOutOn }] : [];
  });
}

export const listAnomalies = (reader: Reader, branchId: string, limit: number): AnomalyRow[] =>
  anomalies.all(reader, { branchId, limit });

export interface ListFilter {
  kind: 'PRODUCT' | 'CATEGORY';
  text: string;
  categoryId?: string | undefined;
  demandClass?: ForecastListRow['demandClass'] | undefined;
  limit: number;
  offset: number;
}

/** A page of forecasts, those that will sell most first. */
export function listForecasts(
  reader: Reader,
  { branchId }: Here,
  filter: ListFilter,
): { rows: ForecastListRow[]; total: number } {
  const run = currentRun(reader, branchId);
  if (!run) return { rows: [], total: 0 };
  let nodes = db
    .selectFrom('forecastNode as node')
    .where('node.runId', '=', run.id)
    .where('node.kind', '=', filter.kind);
  if (filter.demandClass) nodes = nodes.where('node.demandClass', '=', filter.demandClass);
  if (filter.kind === 'PRODUCT' && (filter.text !== '' || filter.categoryId !== undefined)) {
    let chosen = db.selectFrom('product').select('product.id');
    if (filter.categoryId !== undefined) chosen = chosen.where(underCategory(filter.categoryId));
    if (filter.text !== '') chosen = chosen.where(matchesText(filter.text));
    nodes = nodes.where('node.nodeId', 'in', chosen);
  }
  const total = reader.first(nodes.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const rows = reader.all(
    nodes
      .leftJoin('product', 'product.id', 'node.nodeId')
      .leftJoin('category', (join) =>
        join.on(sql<boolean>`"category"."id" = coalesce("product"."categoryId", "node"."nodeId")`),
      )
      .leftJoin('demandHistory as history', (join) =>
        join
          .on('history.branchId', '=', branchId)
          .onRef('history.kind', '=', 'node.kind')
          .onRef('history.nodeId', '=', 'node.nodeId'),
      )
      .select([
        'node.kind',
        'node.nodeId as id',
        'product.name',
        'product.sku',
        'product.unit',
        'category.name as categoryName',
        'node.refusal',
        'node.demandClass',
        'node.scheme',
        'node.expected7Milli',
        'node.expected28Milli',
        'node.low28Milli',
        'node.high28Milli',
        'history.last28Milli',
      ])
      .orderBy('node.expected28Milli', 'desc')
      .orderBy('node.nodeId')
      .limit(filter.limit)
      .offset(filter.offset),
  );
  return {
    total,
    rows: rows.map(({ refusal, name, sku, unit, categoryName: category, last28Milli, ...row }) => {
      const { wape, naiveWape } = accuracyOf(reader, branchId, row.kind, row.id, 'total 28');
      return {
        ...row,
        name: name ?? category ?? '',
        sku: sku ?? '',
        unit: unit ?? '',
        categoryName: category ?? '',
        state: refusal === null ? 'FORECAST' : 'REFUSED',
        last28Milli: last28Milli ?? 0,
        wape28: wape,
        naiveWape28: naiveWape,
      };
    }),
  };
}
