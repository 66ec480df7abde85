/**
 * The night's work: read the demand, score the runs whose window has closed, forecast everything anew, advise what to buy. Same
 * documents, same day: same rows, however often it runs and wherever it was stopped.
 */
import type { TaskContext } from '#core/engine/context.ts';
import type { Progress } from '#core/engine/jobs.ts';
import { sqlFor } from '#core/engine/sql.ts';
import { addDays, businessDate, type LocalDate } from '#core/shared/time.ts';
import { shopCalendar, type ShopCalendar } from './calendar.ts';
import { dayOf, yearOf } from './days.ts';
import { breathe, HISTORY_DAYS, readDemand } from './demand.ts';
import { milli, type PackedNode } from './pack.ts';
import { compareOutcomes, recommend } from './recommend.ts';
import { closedRecord, forgetRuns, type Outcome, outcomeOf, scoreClosedRuns, watchTracks } from './scoring.ts';
import { listRuns, storeHistory, storeRun, sweep } from './store.ts';
import type { ForecastTables, RunRow } from './tables.ts';
import type { DemandSeries } from './types.ts';
import { forecastNight, openPiece } from './work.ts';

const { db, select } = sqlFor<ForecastTables>();
const specialDays = select(() => db.selectFrom('specialDay').select(['date', 'name', 'closed']).orderBy('date'));

export const HORIZON_DAYS = 28;
const SEED = 1;
const THREAD_TIMEOUT_MS = 10 * 60_000;
/** Windows that a shop's first night forecasts as if they were still to come. */
const REHEARSALS = 4;
/** Fewest days of sales before an origin that make a rehearsal worth its time. */
const REHEARSED_DAYS = 56;

/** Runs the night; `progress` counts to 1000. Answers the number of products forecast. */
export async function runNight(context: TaskContext, progress: Progress): Promise<number> {
  const lastDate = addDays(businessDate(context.clock(), context.site.timeZone), -1);
  const lastDay = dayOf(lastDate);
  await sweep(context);
  const series = await readDemand(context, lastDate, (share) => progress(Math.round(share * 150), 1000));
  const outcome = outcomeOf(series);
  await storeHistory(context, series, lastDate);
  const origins = [...rehearsals(context, series, lastDay), lastDate];
  for (const [index, originDate] of origins.entries()) {
    const share = (done: number): void => progress(200 + Math.round(((index + done) / origins.length) * 700), 1000);
    await scoreClosedRuns(context, lastDay, outcome);
    const purpose = originDate === lastDate ? 'NIGHT' : 'REHEARSAL';
    const nodes = await forecastAsOf(context, series, originDate, purpose, share);
    if (purpose === 'NIGHT') await advise(context, originDate, nodes, outcome);
  }
  await watchTracks(context, lastDay, outcome);
  await compareOutcomes(context, lastDay, outcome);
  await forgetRuns(context, lastDay);
  await sweep(context);
  progress(1000, 1000);
  return series.length;
}

/** Earlier origins of a shop that never forecast before, oldest first. */
function rehearsals(context: TaskContext, series: readonly DemandSeries[], lastDay: number): LocalDate[] {
  const runs = context.read((reader) => listRuns(reader, context.site.branchId));
  const isUnderWay = runs.length > 0 && runs.every(({ purpose }) => purpose === 'REHEARSAL');
  if (runs.length > 0 && !isUnderWay) return [];
  const done = new Set(runs.map(({ originDate }) => originDate));
  const first = Math.min(...series.filter(({ demand }) => demand.length > 0).map(({ firstDate }) => dayOf(firstDate)));
  return Array.from({ length: REHEARSALS }, (_, index) => lastDay - (REHEARSALS - index) * HORIZON_DAYS)
    .filter((day) => day - first >= REHEARSED_DAYS)
    .map((day) => addDays('1970-01-01', day))
    .filter((date) => !done.has(date));
}

async function forecastAsOf(
  context: TaskContext,
  series: readonly DemandSeries[],
  originDate: LocalDate,
  purpose: RunRow['purpose'],
  onShare: (share: number) => void,
): Promise<PackedNode[]> {
  const startedAtMs = context.clock();
  const request = {
    series,
    calendar: calendarFor(context, originDate),
    originDate,
    horizonDays: HORIZON_DAYS,
    seed: SEED,
  };
  const { pieces, calendar } = await forecastNight(request, await closedRecord(context, dayOf(originDate)), {
    signal: context.signal,
    timeoutMs: THREAD_TIMEOUT_MS,
    onProgress: (done, total) => onShare((done / Math.max(1, total)) * 0.9),
  });
  const nodes: PackedNode[] = [];
  for (const piece of pieces) {
    nodes.push(...openPiece(piece));
    await breathe(context);
  }
  const id = context.ports.ids.next(startedAtMs);
  const run = { id, originDate, purpose, seed: SEED, horizonDays: HORIZON_DAYS, startedAtMs, calendar };
  await storeRun(context, run, nodes);
  onShare(1);
  return nodes;
}

/** Chile's holidays and the shop's own days. */
function calendarFor(context: TaskContext, originDate: LocalDate): ShopCalendar {
  const originDay = dayOf(originDate);
  const extra = context
    .read((reader) => specialDays.all(reader, {}))
    .map(({ date, name, closed }) => ({ date, name, closed: closed === 'YES' }));
  const years = { fromYear: yearOf(originDay - HISTORY_DAYS), toYear: yearOf(originDay + HORIZON_DAYS) };
  return shopCalendar({ country: 'CL', ...years, extra });
}

async function advise(
  context: TaskContext,
  originDate: LocalDate,
  nodes: readonly PackedNode[],
  outcome: Outcome,
): Promise<void> {
  const forecasts = new Map(nodes.filter(({ kind }) => kind === 'PRODUCT').map((node) => [node.nodeId, node]));
  const last28 = (id: string): number =>
    milli(outcome(id, dayOf(originDate) - 27, 28).reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0));
  await recommend(context, originDate, forecasts, last28);
}
