/** What becomes of forecasts: runs whose window has closed are scored once, and what runs off its track is named. */
import type { TaskContext } from '#core/engine/context.ts';
import { sql } from 'kysely';
import type { CatalogTables } from '#core/catalog/index.ts';
import { sqlFor } from '#core/engine/sql.ts';
import { NO_SUMS, scoreWindow, type AccuracySums, type Bucket, BUCKETS } from './accuracy.ts';
import { dateOf, dayOf } from './days.ts';
import { breathe } from './demand.ts';
import { LEVELS } from './forecast.ts';
import { type ClosedNode, milli } from './pack.ts';
import { inSteps, listRuns, removeRun, ROWS } from './store.ts';
import type { AnomalyTableRow, ForecastTables, NodeBody, NodeDays, RunRow, ScoreRow } from './tables.ts';
import type { DemandSeries } from './types.ts';

const { db, select, insert, change } = sqlFor<ForecastTables & CatalogTables>();

const unscored = select((p: { runId: string; limit: number }) =>
  db
    .selectFrom('forecastNode')
    .select(['nodeId', 'days', 'body'])
    .where('runId', '=', p.runId)
    .where('kind', '=', 'PRODUCT')
    .where('scoredAtMs', 'is', null)
    .limit(p.limit),
);
const markNode = change((p: { runId: string; nodeId: string; scoredAtMs: number; actual28Milli: number | null }) =>
  db
    .updateTable('forecastNode')
    .set({ scoredAtMs: p.scoredAtMs, actual28Milli: p.actual28Milli })
    .where('runId', '=', p.runId)
    .where('kind', '=', 'PRODUCT')
    .where('nodeId', '=', p.nodeId),
);
const markRun = change((p: { id: string; scoredAtMs: number }) =>
  db.updateTable('forecastRun').set({ scoredAtMs: p.scoredAtMs }).where('id', '=', p.id),
);
const SUMS = [
  'n',
  'absErrorMilli',
  'errorMilli',
  'actualMilli',
  'squaredErrorMilli',
  'naiveAbsErrorMilli',
  'pinballMilli',
  'nPinball',
  'hits80',
  'hits95',
  'nInterval',
  'apeBasisPoints',
  'nApe',
] as const;
const dropScore = change((p: { branchId: string; nodeId: string; originDate: string }) =>
  db
    .deleteFrom('forecastScore')
    .where('branchId', '=', p.branchId)
    .where('kind', '=', 'PRODUCT')
    .where('nodeId', '=', p.nodeId)
    .where('bucket', 'in', BUCKETS)
    .where('originDate', '=', p.originDate),
);
const dropSums = change((p: { branchId: string; originDate: string }) =>
  db
    .deleteFrom('forecastScore')
    .where('branchId', '=', p.branchId)
    .where('originDate', '=', p.originDate)
    .where('kind', 'in', ['CATEGORY', 'SHOP']),
);
const KEY = ['branchId', 'kind', 'nodeId', 'bucket', 'originDate'] as const;
const added = SUMS.map((column) => sql<number>`sum("score".${sql.raw(`"${column}"`)})`.as(column));
const productScores = (p: { branchId: string; originDate: string }) =>
  db
    .selectFrom('forecastScore as score')
    .where('score.branchId', '=', p.branchId)
    .where('score.originDate', '=', p.originDate)
    .where('score.kind', '=', 'PRODUCT');
const addUpCategories = change((p: { branchId: string; originDate: string }) =>
  db
    .insertInto('forecastScore')
    .columns([...KEY, ...SUMS])
    .expression(
      productScores(p)
        .innerJoin('product', 'product.id', 'score.nodeId')
        .select(['score.branchId', sql<'CATEGORY'>`'CATEGORY'`.as('kind'), 'product.categoryId as nodeId'])
        .select(['score.bucket', 'score.originDate', ...added])
        .groupBy(['product.categoryId', 'score.bucket']),
    ),
);
const addUpShop = change((p: { branchId: string; originDate: string }) =>
  db
    .insertInto('forecastScore')
    .columns([...KEY, ...SUMS])
    .expression(
      productScores(p)
        .select(['score.branchId', sql<'SHOP'>`'SHOP'`.as('kind'), sql<string>`'shop'`.as('nodeId')])
        .select(['score.bucket', 'score.originDate', ...added])
        .groupBy('score.bucket'),
    ),
);
const insertScore = insert('forecastScore', [...KEY, ...SUMS]);
const said = <V, K extends keyof NodeBody = keyof NodeBody>(key: K) =>
  sql<V>`json_extract("body", ${sql.lit(`$.${key}`)})`.as(key);
const closedNodes = select((p: { runId: string; after: string; limit: number }) =>
  db
    .selectFrom('forecastNode')
    .select(['nodeId', 'actual28Milli'])
    .select([
      said<number | null, 'adiMilli'>('adiMilli'),
      said<number, 'cv2Milli'>('cv2Milli'),
      said<string, 'members'>('members'),
    ])
    .where('runId', '=', p.runId)
    .where('kind', '=', 'PRODUCT')
    .where('nodeId', '>', p.after)
    .where('actual28Milli', 'is not', null)
    .where('body', 'is not', null)
    .orderBy('nodeId')
    .limit(p.limit),
);
const productNodes = select((p: { runId: string }) =>
  db
    .selectFrom('forecastNode')
    .select(['nodeId', 'body'])
    .where('runId', '=', p.runId)
    .where('kind', '=', 'PRODUCT')
    .where('body', 'is not', null),
);
const dropAnomalies = change((p: { branchId: string }) =>
  db.deleteFrom('forecastAnomaly').where('branchId', '=', p.branchId),
);
const insertAnomaly = insert('forecastAnomaly', [
  'branchId',
  'productId',
  'originDate',
  'days',
  'direction',
  'expectedMilli',
  'lowMilli',
  'highMilli',
  'actualMilli',
  'detectedAtMs',
]);

/** Known demand after an origin; NaN where it is missing. */
export type Outcome = (productId: string, fromDay: number, days: number) => Float64Array;

/** Looks up what came: of products that are followed no more everything is missing. */
export function outcomeOf(series: readonly DemandSeries[]): Outcome {
  const byId = new Map(series.map((one) => [one.id, { start: dayOf(one.firstDate), demand: one.demand }]));
  return (productId, fromDay, days) => {
    const known = byId.get(productId);
    return Float64Array.from({ length: days }, (_, i) => known?.demand[fromDay + i - known.start] ?? NaN);
  };
}

/** Scores every run whose window has closed by `lastDay`; a run, a product, a bucket are scored once. Answers the rows written. */
export async function scoreClosedRuns(context: TaskContext, lastDay: number, outcome: Outcome): Promise<number> {
  const { branchId } = context.site;
  const runs = context.read((reader) => listRuns(reader, branchId));
  let written = 0;
  for (const run of runs) {
    const key = { branchId, kind: 'PRODUCT', originDate: run.originDate } as const;
    if (run.scoredAtMs !== null || dayOf(run.originDate) + run.horizonDays > lastDay) continue;
    for (;;) {
      const nodes = context.read((reader) => unscored.all(reader, { runId: run.id, limit: ROWS }));
      if (nodes.length === 0) break;
      context.local((writer) => {
        for (const { nodeId, days, body } of nodes) {
          const actual = outcome(nodeId, dayOf(run.originDate) + 1, run.horizonDays);
          const scoredAtMs = context.clock();
          markNode.run(writer, { runId: run.id, nodeId, scoredAtMs, actual28Milli: totalOf(actual) });
          if (days === null || body === null) continue;
          dropScore.run(writer, { ...key, nodeId });
          const scores = score(JSON.parse(days) as NodeDays, JSON.parse(body) as NodeBody, actual);
          for (const bucket of BUCKETS) {
            if (scores[bucket].n === 0) continue;
            insertScore.run(writer, { ...key, nodeId, bucket, ...pack(scores[bucket]) });
            written += 1;
          }
        }
      });
      await breathe(context);
    }
    context.local((writer) => {
      dropSums.run(writer, key);
      addUpCategories.run(writer, key);
      addUpShop.run(writer, key);
      markRun.run(writer, { id: run.id, scoredAtMs: context.clock() });
    });
  }
  return written;
}

/** The total, where at least nine days in ten are known. */
function totalOf(actual: Float64Array): number | null {
  const known = actual.filter((value) => !Number.isNaN(value));
  return known.length >= 0.9 * actual.length ? milli(known.reduce((sum, value) => sum + Math.max(0, value), 0)) : null;
}

function score(
  { expected, naive }: NodeDays,
  { totals }: NodeBody,
  actual: Float64Array,
): Record<Bucket, AccuracySums> {
  const units = (values: readonly number[]): number[] => values.map((value) => value / 1000);
  const said = (days: number) => {
    const total = totals.find((entry) => entry.days === days);
    return total ? { levels: LEVELS, values: units(total.quantiles) } : undefined;
  };
  const [total7, total28] = [said(7), said(28)];
  return scoreWindow({
    daily: units(expected),
    naive: units(naive),
    actual,
    ...(total7 ? { total7 } : {}),
    ...(total28 ? { total28 } : {}),
  });
}

function pack(sums: AccuracySums): Pick<ScoreRow, (typeof SUMS)[number]> {
  return {
    n: sums.n,
    absErrorMilli: milli(sums.absError),
    errorMilli: milli(sums.error),
    actualMilli: milli(sums.actual),
    squaredErrorMilli: milli(sums.squaredError),
    naiveAbsErrorMilli: milli(sums.naiveAbsError),
    pinballMilli: milli(sums.pinball),
    nPinball: sums.nPinball,
    hits80: sums.hits80,
    hits95: sums.hits95,
    nInterval: sums.nInterval,
    apeBasisPoints: Math.min(Number.MAX_SAFE_INTEGER, Math.round(sums.ape * 10_000)),
    nApe: sums.nApe,
  };
}

/** The sums as the forecaster's arithmetic takes them. */
export function unpack(row: Pick<ScoreRow, (typeof SUMS)[number]>): AccuracySums {
  return {
    ...NO_SUMS,
    n: row.n,
    absError: row.absErrorMilli / 1000,
    error: row.errorMilli / 1000,
    actual: row.actualMilli / 1000,
    squaredError: row.squaredErrorMilli / 1000,
    naiveAbsError: row.naiveAbsErrorMilli / 1000,
    pinball: row.pinballMilli / 1000,
    nPinball: row.nPinball,
    hits80: row.hits80,
    hits95: row.hits95,
    nInterval: row.nInterval,
    ape: row.apeBasisPoints / 10_000,
    nApe: row.nApe,
  };
}

/** Runs kept after they were scored, to weigh the members by: origins four weeks apart, at most a year of them. */
const isKept = ({ originDate, purpose }: RunRow, lastDay: number): boolean =>
  dayOf(originDate) > lastDay - 365 && (purpose === 'REHEARSAL' || dayOf(originDate) % 28 === 0);

/** Removes the scored runs that nothing needs any more; their sums stay. */
export async function forgetRuns(context: TaskContext, lastDay: number): Promise<void> {
  const runs = context.read((reader) => listRuns(reader, context.site.branchId));
  for (const run of runs.slice(1)) {
    if (run.scoredAtMs !== null && !isKept(run, lastDay)) await removeRun(context, run.id);
  }
}

/** Origins that the weights look back at. */
const RECORD = 8;

/** Rows of the record read in one go. */
const RECORD_ROWS = 100;

/** The record of closed forecasts as of an origin, as it is kept: nothing that closed after it. The forecaster's thread opens it. */
export async function closedRecord(context: TaskContext, originDay: number): Promise<ClosedNode[]> {
  const { branchId } = context.site;
  const runs = context.read((reader) => listRuns(reader, branchId));
  const usable = runs
    .filter((run) => run.scoredAtMs !== null && dayOf(run.originDate) + run.horizonDays <= originDay)
    .filter((run) => isKept(run, originDay))
    .slice(0, RECORD);
  const record: ClosedNode[] = [];
  for (const run of usable) {
    let after = '';
    for (;;) {
      const page = { runId: run.id, after, limit: RECORD_ROWS };
      const nodes = context.read((reader) => closedNodes.all(reader, page));
      for (const node of nodes) record.push({ ...node, originDay: dayOf(run.originDate) });
      await breathe(context);
      if (nodes.length < RECORD_ROWS) break;
      after = nodes.at(-1)?.nodeId ?? '';
    }
  }
  return record;
}

const WATCHED_DAYS = 14;
/** Off its track: outside the 95 % interval, by at least half of what was expected and by three units. */
const LEAST_SHARE = 0.5;
const LEAST_UNITS_MILLI = 3_000;

/** Compares the last two weeks with what was said of them, and keeps the products that ran off. Answers how many. */
export async function watchTracks(context: TaskContext, lastDay: number, outcome: Outcome): Promise<number> {
  const { branchId } = context.site;
  const originDate = dateOf(lastDay - WATCHED_DAYS);
  const rows = context.read((reader): AnomalyTableRow[] => {
    const run = listRuns(reader, branchId).find((one) => one.originDate === originDate);
    if (!run) return [];
    return productNodes.all(reader, { runId: run.id }).flatMap(({ nodeId, body }) => {
      const found = offTrack(
        JSON.parse(body ?? '{}') as NodeBody,
        outcome(nodeId, lastDay - WATCHED_DAYS + 1, WATCHED_DAYS),
      );
      return found
        ? [{ branchId, productId: nodeId, originDate, days: WATCHED_DAYS, detectedAtMs: context.clock(), ...found }]
        : [];
    });
  });
  context.local((writer) => dropAnomalies.run(writer, { branchId }));
  await inSteps(context, rows, (writer, row) => insertAnomaly.run(writer, row));
  return rows.length;
}

function offTrack(
  { totals }: NodeBody,
  actual: Float64Array,
): Pick<AnomalyTableRow, 'direction' | 'expectedMilli' | 'lowMilli' | 'highMilli' | 'actualMilli'> | null {
  const said = totals.find(({ days }) => days === WATCHED_DAYS);
  if (!said || actual.some(Number.isNaN)) return null;
  const actualMilli = milli(actual.reduce((sum, value) => sum + value, 0));
  const lowMilli = said.quantiles[LEVELS.indexOf(0.025)] ?? 0;
  const highMilli = said.quantiles[LEVELS.indexOf(0.975)] ?? 0;
  const off = Math.abs(actualMilli - said.meanMilli);
  if (actualMilli >= lowMilli && actualMilli <= highMilli) return null;
  if (off < LEAST_UNITS_MILLI || off < LEAST_SHARE * said.meanMilli) return null;
  const direction = actualMilli > highMilli ? 'ABOVE' : 'BELOW';
  return { direction, expectedMilli: said.meanMilli, lowMilli, highMilli, actualMilli };
}
