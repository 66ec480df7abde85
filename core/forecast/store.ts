/** Keeps forecasts: written a hundred rows at a time and shown when whole, so that neither the counter nor a reader ever waits. */
import type { TaskContext } from '#core/engine/context.ts';
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import type { LocalDate } from '#core/shared/time.ts';
import type { ShopCalendar } from './calendar.ts';
import { dateOf, dayOf } from './days.ts';
import { breathe } from './demand.ts';
import type { MemberName } from './ensemble.ts';
import { LEVELS, type ForecastResult, type SeriesForecast } from './forecast.ts';
import type { ShopForecast } from './shopForecast.ts';
import type { ForecastTables, HistoryRow, NodeBody, NodeDays, NodeKind, NodeRow, RunRow } from './tables.ts';
import type { DemandSeries } from './types.ts';

const { db, select, insert, change } = sqlFor<ForecastTables>();

const RUN = [
  'id',
  'branchId',
  'originDate',
  'purpose',
  'state',
  'seed',
  'horizonDays',
  'calendar',
  'startedAtMs',
  'finishedAtMs',
  'productCount',
  'refusedCount',
  'scoredAtMs',
] as const;
const NODE = [
  'runId',
  'kind',
  'nodeId',
  'refusal',
  'scheme',
  'demandClass',
  'expected7Milli',
  'expected28Milli',
  'low28Milli',
  'high28Milli',
  'days',
  'body',
  'actual28Milli',
  'scoredAtMs',
] as const;
const insertRun = insert('forecastRun', RUN);
const insertNode = insert('forecastNode', NODE);
const markReady = change((p: { id: string; finishedAtMs: number }) =>
  db.updateTable('forecastRun').set({ state: 'READY', finishedAtMs: p.finishedAtMs }).where('id', '=', p.id),
);
const setAside = change((p: { branchId: string; originDate: string }) =>
  db
    .updateTable('forecastRun')
    .set({ state: 'BUILDING' })
    .where('branchId', '=', p.branchId)
    .where('originDate', '=', p.originDate)
    .where('state', '=', 'READY'),
);
const unfinished = select(() => db.selectFrom('forecastRun').select('id').where('state', '=', 'BUILDING'));
const readyRuns = select((p: { branchId: string }) =>
  db
    .selectFrom('forecastRun')
    .select(RUN)
    .where('branchId', '=', p.branchId)
    .where('state', '=', 'READY')
    .orderBy('originDate', 'desc'),
);
const newestRun = select((p: { branchId: string }) =>
  db
    .selectFrom('forecastRun')
    .select(RUN)
    .where('branchId', '=', p.branchId)
    .where('state', '=', 'READY')
    .orderBy('originDate', 'desc')
    .limit(1),
);
const dropNodes = change((p: { runId: string; limit: number }) =>
  db
    .deleteFrom('forecastNode')
    .where('runId', '=', p.runId)
    .where('nodeId', 'in', (eb) =>
      eb.selectFrom('forecastNode').select('nodeId').where('runId', '=', p.runId).limit(p.limit),
    ),
);
const dropRun = change((p: { id: string }) => db.deleteFrom('forecastRun').where('id', '=', p.id));
const saveHistory = change((p: HistoryRow) =>
  db
    .insertInto('demandHistory')
    .values({
      branchId: p.branchId,
      kind: p.kind,
      nodeId: p.nodeId,
      firstDate: p.firstDate,
      demandMilli: p.demandMilli,
      last28Milli: p.last28Milli,
      stockoutDays: p.stockoutDays,
    })
    .onConflict((conflict) =>
      conflict.columns(['branchId', 'kind', 'nodeId']).doUpdateSet({
        firstDate: p.firstDate,
        demandMilli: p.demandMilli,
        last28Milli: p.last28Milli,
        stockoutDays: p.stockoutDays,
      }),
    ),
);
const historyOf = select((p: { branchId: string; kind: NodeKind; nodeId: string }) =>
  db
    .selectFrom('demandHistory')
    .select(['firstDate', 'demandMilli', 'last28Milli', 'stockoutDays'])
    .where('branchId', '=', p.branchId)
    .where('kind', '=', p.kind)
    .where('nodeId', '=', p.nodeId),
);

/** Rows of one transaction: a few milliseconds of the counter's time. */
export const ROWS = 50;

/** The shop's own node. */
export const SHOP_ID = 'shop';

/** Runs work on all rows, some to a transaction, with the counter's turn in between. */
export async function inSteps<R>(
  context: TaskContext,
  rows: readonly R[],
  work: (writer: Writer, row: R) => void,
): Promise<void> {
  for (let index = 0; index < rows.length; index += ROWS) {
    context.local((writer) => {
      for (const row of rows.slice(index, index + ROWS)) work(writer, row);
    });
    await breathe(context);
  }
}

export type NewRun = Pick<RunRow, 'id' | 'originDate' | 'purpose' | 'seed' | 'horizonDays' | 'startedAtMs'> & {
  calendar: ShopCalendar;
};

/** Writes a whole run and shows it, in place of an earlier one of the same origin. */
export async function storeRun(context: TaskContext, run: NewRun, forecast: ShopForecast): Promise<void> {
  const { branchId } = context.site;
  const nodes: [NodeKind, string, ForecastResult][] = [
    ...forecast.products.map((result): [NodeKind, string, ForecastResult] => ['PRODUCT', result.id, result]),
    ...forecast.categories.map((one): [NodeKind, string, ForecastResult] => ['CATEGORY', one.category ?? one.id, one]),
  ];
  if (forecast.shop) nodes.push(['SHOP', SHOP_ID, forecast.shop]);
  context.local((writer) =>
    insertRun.run(writer, {
      ...run,
      branchId,
      state: 'BUILDING',
      calendar: packCalendar(run.calendar),
      finishedAtMs: null,
      productCount: forecast.products.length,
      refusedCount: forecast.products.filter(({ status }) => status === 'refused').length,
      scoredAtMs: null,
    }),
  );
  await inSteps(context, nodes, (writer, [kind, id, result]) =>
    insertNode.run(writer, nodeRow(run.id, kind, id, result)),
  );
  context.local((writer) => {
    setAside.run(writer, { branchId, originDate: run.originDate });
    markReady.run(writer, { id: run.id, finishedAtMs: context.clock() });
  });
}

/** Removes what a crash or a cancelled run left, and what a newer run of the same origin replaced. */
export async function sweep(context: TaskContext): Promise<void> {
  for (const { id } of context.read((reader) => unfinished.all(reader, {}))) await removeRun(context, id);
}

export async function removeRun(context: TaskContext, runId: string): Promise<void> {
  while (context.local((writer) => dropNodes.run(writer, { runId, limit: 2 * ROWS })) > 0) await breathe(context);
  context.local((writer) => dropRun.run(writer, { id: runId }));
}

/** The runs that can be read, newest first. */
export const listRuns = (reader: Reader, branchId: string): RunRow[] => readyRuns.all(reader, { branchId });
/** The run that screens show. */
export const currentRun = (reader: Reader, branchId: string): RunRow | undefined =>
  newestRun.first(reader, { branchId });

function nodeRow(runId: string, kind: NodeKind, nodeId: string, result: ForecastResult): NodeRow {
  const key = { runId, kind, nodeId, actual28Milli: null, scoredAtMs: null };
  if (result.status === 'refused') {
    const nothing = { expected7Milli: 0, expected28Milli: 0, low28Milli: 0, high28Milli: 0 };
    return { ...key, ...nothing, refusal: result.reason, scheme: null, demandClass: null, days: null, body: null };
  }
  const total = (days: number) => result.totals.find((entry) => entry.days === days);
  const [month, week] = [total(28), total(7)];
  const at = (level: number): number => milli(month?.quantiles[LEVELS.indexOf(level as (typeof LEVELS)[number])] ?? 0);
  return {
    ...key,
    refusal: null,
    scheme: result.scheme,
    demandClass: result.traits.demandClass,
    expected7Milli: milli(week?.mean ?? 0),
    expected28Milli: milli(month?.mean ?? 0),
    low28Milli: at(0.1),
    high28Milli: at(0.9),
    days: JSON.stringify(nodeDays(result)),
    body: JSON.stringify(nodeBody(result)),
  };
}

function nodeDays({ daily, dailyLow, dailyHigh, naive }: SeriesForecast): NodeDays {
  const count = dailyLow.length;
  const row = (values: Float64Array): number[] => Array.from(values.subarray(0, count), milli);
  return { expected: row(daily), low: row(dailyLow), high: row(dailyHigh), naive: row(naive) };
}

function nodeBody({ traits, weights, members, totals }: SeriesForecast): NodeBody {
  return {
    adiMilli: finite(traits.adi, 1000),
    cv2Milli: milli(traits.cv2),
    openDays: traits.openDays,
    sellingDays: traits.sellingDays,
    idleDays: finite(traits.idleDays, 1),
    weights: mapped(weights, (weight) => Math.round(weight * 10_000)),
    members: mapped(members, (days) => milli(days.reduce((sum, value) => sum + value, 0))),
    rushMilli: milli(totals[0]?.rush ?? 1),
    totals: totals.map(({ days, mean, dispersion, quantiles }) => ({
      days,
      meanMilli: milli(mean),
      dispersionPpm: Math.round(dispersion * 1e6),
      quantiles: quantiles.map(milli),
    })),
  };
}

function mapped<V>(
  record: Partial<Record<MemberName, V>>,
  of: (value: V) => number,
): Partial<Record<MemberName, number>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]));
}

/** Thousandths of the base unit; beyond any shop's figures the largest safe one. */
export const milli = (units: number): number =>
  Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.round(units * 1000)));
const finite = (value: number, scale: number): number | null =>
  Number.isFinite(value) ? Math.round(value * scale) : null;

function packCalendar({ closedWeekdays, special }: ShopCalendar): string {
  const days = [...special].sort(([a], [b]) => a - b).map(([day, { name, closed }]) => [day, name, closed]);
  return JSON.stringify({ closedWeekdays, special: days });
}

export function unpackCalendar(text: string): ShopCalendar {
  const { closedWeekdays, special } = JSON.parse(text) as {
    closedWeekdays: boolean[];
    special: [number, string, boolean][];
  };
  return { closedWeekdays, special: new Map(special.map(([day, name, closed]) => [day, { name, closed }])) };
}

/** Keeps the demand that a run was made from: of every product, of the categories and of the shop. */
export async function storeHistory(
  context: TaskContext,
  series: readonly DemandSeries[],
  originDate: LocalDate,
): Promise<void> {
  const { branchId } = context.site;
  const sums = { CATEGORY: new Map<string, DemandSeries>(), SHOP: new Map<string, DemandSeries>() };
  await inSteps(context, series, (writer, one) => {
    if (one.category !== null) addTo(sums.CATEGORY, one.category, one, originDate);
    addTo(sums.SHOP, SHOP_ID, one, originDate);
    saveHistory.run(writer, historyRow(branchId, 'PRODUCT', one));
  });
  for (const kind of ['CATEGORY', 'SHOP'] as const) {
    await inSteps(context, [...sums[kind].values()], (writer, one) => {
      saveHistory.run(writer, historyRow(branchId, kind, one));
    });
  }
}

/** Adds a product's days to a sum over the longest history; a missing day adds nothing. */
function addTo(sums: Map<string, DemandSeries>, id: string, one: DemandSeries, originDate: LocalDate): void {
  const last = dayOf(originDate);
  const start = dayOf(one.firstDate);
  const known = sums.get(id);
  const from = Math.min(start, known ? dayOf(known.firstDate) : start);
  const demand = new Float64Array(Math.max(0, last - from + 1));
  if (known) demand.set(known.demand, dayOf(known.firstDate) - from);
  for (let i = 0; i < one.demand.length; i += 1) {
    const value = one.demand[i]!;
    if (!Number.isNaN(value) && start - from + i < demand.length) demand[start - from + i]! += value;
  }
  sums.set(id, { id, category: null, firstDate: dateOf(from), demand });
}

function historyRow(branchId: string, kind: NodeKind, { id, firstDate, demand }: DemandSeries): HistoryRow {
  const days = Array.from(demand, (value) => (Number.isNaN(value) ? null : milli(value)));
  const month = days.slice(-28);
  return {
    branchId,
    kind,
    nodeId: id,
    firstDate,
    demandMilli: JSON.stringify(days),
    last28Milli: month.reduce<number>((sum, value) => sum + (value ?? 0), 0),
    stockoutDays: month.filter((value) => value === null).length,
  };
}

/** The demand of a product, category or the shop as the newest run read it. */
export function readHistory(
  reader: Reader,
  branchId: string,
  kind: NodeKind,
  nodeId: string,
): { firstDate: LocalDate; demandMilli: (number | null)[]; last28Milli: number; stockoutDays: number } | undefined {
  const row = historyOf.first(reader, { branchId, kind, nodeId });
  return row && { ...row, demandMilli: JSON.parse(row.demandMilli) as (number | null)[] };
}
