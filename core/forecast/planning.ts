/** What people enter for the forecast: special days, how critical a product is; and the lists of advice that it gives back. */
import { sql } from 'kysely';
import { type CatalogTables, matchesText, requireGoods, underCategory } from '#core/catalog/index.ts';
import type { CommandContext } from '#core/engine/context.ts';
import { stampRow } from '#core/engine/master.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { PeopleTables } from '#core/people/index.ts';
import { mulDivRound } from '#core/shared/numbers.ts';
import { addDays } from '#core/shared/time.ts';
import { publicHolidays } from './calendar.ts';
import type { OutcomeRow, RecommendationRow } from './contract.ts';
import { forecastEvents } from './events.ts';
import { currentRun } from './store.ts';
import type { ForecastTables, PlanRow } from './tables.ts';

const { db, select, change } = sqlFor<ForecastTables & CatalogTables & PeopleTables>();

const daysOf = select((p: { from: string; to: string }) =>
  db
    .selectFrom('specialDay')
    .select(['date', 'name', 'closed'])
    .where('date', '>=', p.from)
    .where('date', '<=', p.to)
    .orderBy('date'),
);
const saveDay = change((p: ForecastTables['specialDay']) =>
  db
    .insertInto('specialDay')
    .values({ date: p.date, name: p.name, closed: p.closed })
    .onConflict((conflict) => conflict.column('date').doUpdateSet({ name: p.name, closed: p.closed })),
);
const dropDay = change((p: { date: string }) => db.deleteFrom('specialDay').where('date', '=', p.date));
const savePlan = change((p: PlanRow) =>
  db
    .insertInto('productPlan')
    .values({
      productId: p.productId,
      criticality: p.criticality,
      serviceLevelBasisPoints: p.serviceLevelBasisPoints,
    })
    .onConflict((conflict) =>
      conflict
        .column('productId')
        .doUpdateSet({ criticality: p.criticality, serviceLevelBasisPoints: p.serviceLevelBasisPoints }),
    ),
);

const planOf = select((p: { productId: string }) =>
  db.selectFrom('productPlan').select(['criticality', 'serviceLevelBasisPoints']).where('productId', '=', p.productId),
);

/** The law's days and the shop's own of a year; an own day replaces the law's. */
export function listDays(reader: Reader, year: number) {
  const own = daysOf.all(reader, { from: `${String(year)}-01-01`, to: `${String(year)}-12-31` });
  const replaced = new Set(own.map(({ date }) => date));
  return [
    ...publicHolidays('CL', year)
      .filter(({ date }) => !replaced.has(date))
      .map(({ date, name, closed }) => ({ date, name, isClosed: closed, origin: 'LAW' as const })),
    ...own.map(({ date, name, closed }) => ({ date, name, isClosed: closed === 'YES', origin: 'OWN' as const })),
  ].sort((a, b) => (a.date < b.date ? -1 : 1));
}

export function setDay(context: CommandContext, day: ForecastTables['specialDay']): { date: string } {
  saveDay.run(context.writer, day);
  stampRow(context.writer, context.stamp, 'specialDay', day.date, { name: day.name, closed: day.closed });
  context.record(forecastEvents.specialDaySet, day.date, day);
  return { date: day.date };
}

export function removeDay(context: CommandContext, date: string): { date: string } {
  dropDay.run(context.writer, { date });
  context.record(forecastEvents.specialDayRemoved, date, { date });
  return { date };
}

export const readPlan = (reader: Reader, productId: string): Omit<PlanRow, 'productId'> =>
  planOf.first(reader, { productId }) ?? { criticality: 'NORMAL', serviceLevelBasisPoints: null };

export function setPlan(context: CommandContext, plan: PlanRow): { id: string } {
  requireGoods(context.writer, plan.productId);
  savePlan.run(context.writer, plan);
  const { productId, ...columns } = plan;
  stampRow(context.writer, context.stamp, 'productPlan', productId, columns);
  context.record(forecastEvents.planSet, productId, plan);
  return { id: productId };
}

export interface AdviceFilter {
  show: 'ORDER' | 'ALL';
  supplierId?: string | undefined;
  categoryId?: string | undefined;
  text: string;
  limit: number;
  offset: number;
}

/** The advice of the newest run: what runs out first, first. */
export function listAdvice(reader: Reader, branchId: string, filter: AdviceFilter, seesCost: boolean) {
  const run = currentRun(reader, branchId);
  const head = { originDate: run?.originDate ?? null, madeAtMs: run?.finishedAtMs ?? null };
  if (!run) return { rows: [], total: 0, ...head };
  let advice = db
    .selectFrom('reorderRecommendation as advice')
    .innerJoin('product', 'product.id', 'advice.productId')
    .where('advice.branchId', '=', branchId)
    .where('advice.originDate', '=', run.originDate);
  if (filter.show === 'ORDER') advice = advice.where('advice.reason', '=', 'ORDER');
  if (filter.supplierId !== undefined) advice = advice.where('advice.supplierId', '=', filter.supplierId);
  if (filter.categoryId !== undefined) advice = advice.where(underCategory(filter.categoryId));
  if (filter.text !== '') advice = advice.where(matchesText(filter.text));
  const total = reader.first(advice.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const rows = reader.all(
    advice
      .innerJoin('category', 'category.id', 'product.categoryId')
      .leftJoin('supplier', 'supplier.id', 'advice.supplierId')
      .leftJoin('productPlan', 'productPlan.productId', 'advice.productId')
      .leftJoin('forecastNode as node', (join) =>
        join
          .on('node.runId', '=', run.id)
          .on('node.kind', '=', 'PRODUCT')
          .onRef('node.nodeId', '=', 'advice.productId'),
      )
      .leftJoin('demandHistory as history', (join) =>
        join
          .on('history.branchId', '=', branchId)
          .on('history.kind', '=', 'PRODUCT')
          .onRef('history.nodeId', '=', 'advice.productId'),
      )
      .select([
        'advice.id',
        'advice.productId',
        'product.sku',
        'product.name',
        'product.unit',
        'category.name as categoryName',
        'advice.supplierId',
        'supplier.name as supplierName',
        'advice.reason',
        'advice.quantityMilli',
        'advice.unitCostMilliClp',
        'advice.onHandMilli',
        'advice.onOrderMilli',
        'advice.reservedMilli',
        'advice.reorderPointMilli',
        'advice.orderUpToMilli',
        'advice.packMilli',
        'advice.minimumMilli',
        'advice.ratePerDayMilli',
        'advice.leadDaysMilli',
        'advice.protectionDaysMilli',
        'advice.serviceLevelBasisPoints',
        'advice.runsOutInDays',
        'advice.changeBasisPoints',
        'advice.requestId',
        'advice.requestedMilli',
        'node.expected28Milli',
        'node.low28Milli',
        'node.high28Milli',
        'history.stockoutDays',
        'productPlan.criticality',
      ])
      .orderBy(sql`"advice"."reason" <> 'ORDER'`)
      .orderBy(sql`coalesce("advice"."runsOutInDays", 999)`)
      .orderBy(sql`"advice"."ratePerDayMilli" * "product"."priceClp"`, 'desc')
      .orderBy('advice.id')
      .limit(filter.limit)
      .offset(filter.offset),
  );
  return {
    ...head,
    total,
    rows: rows.map(
      ({ leadDaysMilli, protectionDaysMilli, runsOutInDays, unitCostMilliClp, ...row }): RecommendationRow => ({
        ...row,
        unitCostMilliClp: seesCost ? unitCostMilliClp : null,
        costClp: seesCost ? mulDivRound(unitCostMilliClp, row.quantityMilli, 1_000_000) : null,
        positionMilli: row.onHandMilli + row.onOrderMilli - row.reservedMilli,
        leadDays: leadDaysMilli / 1000,
        protectionDays: protectionDaysMilli / 1000,
        runsOutOn: runsOutInDays === null ? null : addDays(run.originDate, runsOutInDays),
        expected28Milli: row.expected28Milli ?? 0,
        low28Milli: row.low28Milli ?? 0,
        high28Milli: row.high28Milli ?? 0,
        stockoutDays: row.stockoutDays ?? 0,
        criticality: row.criticality ?? 'NORMAL',
      }),
    ),
  };
}

/** Past advice beside what then happened, newest first, with how often it was right. */
export function listOutcomes(reader: Reader, branchId: string, { limit, offset }: { limit: number; offset: number }) {
  const done = db
    .selectFrom('reorderRecommendation as advice')
    .where('advice.branchId', '=', branchId)
    .where('advice.verdict', 'is not', null);
  const counts = new Map(
    reader
      .all(done.select(['advice.verdict', (eb) => eb.fn.countAll<number>().as('n')]).groupBy('advice.verdict'))
      .map(({ verdict, n }) => [verdict, n]),
  );
  const rows = reader.all(
    done
      .innerJoin('product', 'product.id', 'advice.productId')
      .select([
        'advice.id',
        'advice.productId',
        'product.sku',
        'product.name',
        'product.unit',
        'advice.originDate',
        'advice.quantityMilli',
        'advice.requestedMilli',
        'advice.orderUpToMilli',
        'advice.protectionDaysMilli',
        'advice.soldMilli',
        'advice.stockoutDays',
        'advice.verdict',
      ])
      .orderBy('advice.id', 'desc')
      .limit(limit)
      .offset(offset),
  );
  const [good = 0, short = 0, tooMuch = 0] = (['GOOD', 'SHORT', 'TOO_MUCH'] as const).map((verdict) =>
    counts.get(verdict),
  );
  return {
    total: good + short + tooMuch,
    good,
    short,
    tooMuch,
    rows: rows.map(({ protectionDaysMilli, soldMilli, stockoutDays, verdict, ...row }): OutcomeRow => ({
      ...row,
      protectionDays: protectionDaysMilli / 1000,
      soldMilli: soldMilli ?? 0,
      stockoutDays: stockoutDays ?? 0,
      verdict: verdict ?? 'GOOD',
    })),
  };
}
