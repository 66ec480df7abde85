/** How good forecasts were: quotients of the stored sums, of a product, a category, the shop, a month. */
import { sql } from 'kysely';
import type { CatalogTables } from '#core/catalog/index.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import { addDays } from '#core/shared/time.ts';
import { type Bucket, BUCKETS, figuresOf } from './accuracy.ts';
import type { AccuracyRow, ForecastAnswer } from './contract.ts';
import { unpack } from './scoring.ts';
import { currentRun } from './store.ts';
import type { ForecastTables, NodeKind } from './tables.ts';

const { db } = sqlFor<ForecastTables & CatalogTables>();

type Sums = Parameters<typeof unpack>[0];

const total = (column: string) => sql<number>`coalesce(sum("score".${sql.raw(`"${column}"`)}), 0)`;
const SUMS = [
  total('n').as('n'),
  total('absErrorMilli').as('absErrorMilli'),
  total('errorMilli').as('errorMilli'),
  total('actualMilli').as('actualMilli'),
  total('squaredErrorMilli').as('squaredErrorMilli'),
  total('naiveAbsErrorMilli').as('naiveAbsErrorMilli'),
  total('pinballMilli').as('pinballMilli'),
  total('nPinball').as('nPinball'),
  total('hits80').as('hits80'),
  total('hits95').as('hits95'),
  total('nInterval').as('nInterval'),
  total('apeBasisPoints').as('apeBasisPoints'),
  total('nApe').as('nApe'),
];

/** The ratios of sums. */
export function figures(sums: Sums): AccuracyRow {
  return { observations: sums.n, ...figuresOf(unpack(sums)) };
}

/** The sums of one product, category or of the shop. */
const scoresOf = (branchId: string, kind: NodeKind, id: string) =>
  db
    .selectFrom('forecastScore as score')
    .where('score.branchId', '=', branchId)
    .where('score.kind', '=', kind)
    .where('score.nodeId', '=', id);

/** The ratios of one horizon over all time. */
export function accuracyOf(reader: Reader, branchId: string, kind: NodeKind, id: string, bucket: Bucket): AccuracyRow {
  const row = reader.first(scoresOf(branchId, kind, id).where('score.bucket', '=', bucket).select(SUMS));
  return figures(row as Sums);
}

/** By horizon, of origins in a span of dates. */
export function accuracy(
  reader: Reader,
  branchId: string,
  asked: { kind: NodeKind; id: string; from?: string | undefined; to?: string | undefined },
) {
  return BUCKETS.map((bucket) => {
    let scores = scoresOf(branchId, asked.kind, asked.id).where('score.bucket', '=', bucket);
    if (asked.from !== undefined) scores = scores.where('score.originDate', '>=', asked.from);
    if (asked.to !== undefined) scores = scores.where('score.originDate', '<=', asked.to);
    return { bucket, figures: figures(reader.first(scores.select(SUMS)) as Sums) };
  });
}

/** By month of the origin, oldest first. */
export function accuracyOverTime(
  reader: Reader,
  branchId: string,
  asked: { kind: NodeKind; id: string; bucket: Bucket },
): { month: string; figures: AccuracyRow }[] {
  const month = sql<string>`substr("score"."originDate", 1, 7)`;
  const rows = reader.all(
    scoresOf(branchId, asked.kind, asked.id)
      .where('score.bucket', '=', asked.bucket)
      .select(SUMS)
      .select(month.as('month'))
      .groupBy(month)
      .orderBy(month),
  );
  return rows.map((row) => ({ month: row.month, figures: figures(row as Sums) }));
}

/** How far back the ranking looks, by origin. */
const RANKED_DAYS = 182;

/** Products or categories, those with the largest absolute error of late first. */
export function ranking(
  reader: Reader,
  branchId: string,
  asked: { kind: 'PRODUCT' | 'CATEGORY'; bucket: Bucket; limit: number; offset: number },
): { rows: { id: string; name: string; figures: AccuracyRow }[]; total: number } {
  const newest = currentRun(reader, branchId)?.originDate;
  if (newest === undefined) return { rows: [], total: 0 };
  const table = asked.kind === 'PRODUCT' ? 'product' : 'category';
  const name = sql<string>`coalesce((select name from ${sql.table(table)} as node where node.id = "score"."nodeId"), '')`;
  const scores = db
    .selectFrom('forecastScore as score')
    .where('score.branchId', '=', branchId)
    .where('score.originDate', '>=', addDays(newest, -RANKED_DAYS))
    .where('score.kind', '=', asked.kind)
    .where('score.bucket', '=', asked.bucket);
  const count = scores.select(sql<number>`count(distinct "score"."nodeId")`.as('n'));
  const rows = reader.all(
    scores
      .select(['score.nodeId as id', name.as('name')])
      .select(SUMS)
      .groupBy('score.nodeId')
      .orderBy(sql`sum("score"."absErrorMilli")`, 'desc')
      .limit(asked.limit)
      .offset(asked.offset),
  );
  return {
    total: reader.first(count)?.n ?? 0,
    rows: rows.map((row) => ({ id: row.id, name: row.name, figures: figures(row as Sums) })),
  };
}

/** "So far this was off by x % (naive y %)". */
export function soFar(reader: Reader, branchId: string, kind: NodeKind, id: string): ForecastAnswer['soFar'] {
  for (const [bucket, days] of [['total 28', 28] as const, ['total 7', 7] as const]) {
    const { observations, wape, naiveWape, bias } = accuracyOf(reader, branchId, kind, id, bucket);
    if (observations > 0) return { days, windows: observations, wape, naiveWape, bias };
  }
  return null;
}
