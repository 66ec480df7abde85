/** Keeps forecasts: written a hundred rows at a time and shown when whole, so that neither the counter nor a reader ever waits. */
import type { TaskContext } from '#core/engine/context.ts';
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import type { LocalDate } from '#core/shared/time.ts';
import type { ShopCalendar } from './calendar.ts';
import { dateOf, dayOf } from './days.ts';
import { breathe } from './demand.ts';
import { milli, type PackedNode, SHOP_ID } from './pack.ts';
import type { ForecastTables, HistoryRow, NodeKind, RunRow } from './tables.ts';
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
export const ROWS = 20;

const UNSCORED = { actual28Milli: null, scoredAtMs: null };

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
export async function storeRun(context: TaskContext, run: NewRun, nodes: readonly PackedNode[]): Promise<void> {
  const { branchId } = context.site;
  const products = nodes.filter(({ kind }) => kind === 'PRODUCT');
  context.local((writer) =>
    insertRun.run(writer, {
      ...run,
      branchId,
      state: 'BUILDING',
      calendar: packCalendar(run.calendar),
      finishedAtMs: null,
      productCount: products.length,
      refusedCount: products.filter(({ refusal }) => refusal !== null).length,
      scoredAtMs: null,
    }),
  );
  await inSteps(context, nodes, (writer, node) => insertNode.run(writer, { ...node, runId: run.id, ...UNSCORED }));
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
