/** What to buy: from the forecast, the suppliers' lead times, the stock and what is on its way. Kept, and compared later with what happened. */
import { type CatalogTables, taxRateOn } from '#core/catalog/index.ts';
import type { CommandContext, TaskContext } from '#core/engine/context.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { InventoryTables } from '#core/inventory/index.ts';
import { createRequests, marginBasisPoints, onOrder, supplierFacts, supplyFor } from '#core/purchasing/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import type { LocalDate } from '#core/shared/time.ts';
import { dateOf, dayOf, weekdayOf } from './days.ts';
import { milli, type PackedNode } from './pack.ts';
import { adviseReorder, type ReorderAdvice } from './reorder.ts';
import type { Outcome } from './scoring.ts';
import { inSteps } from './store.ts';
import type { ForecastTables, NodeBody, NodeDays, PlanRow, RecommendationTableRow } from './tables.ts';

const { db, select, insert, change } = sqlFor<ForecastTables & CatalogTables & InventoryTables>();

const productsToBuy = select(() =>
  db
    .selectFrom('product')
    .leftJoin('productPlan', 'productPlan.productId', 'product.id')
    .select([
      'product.id',
      'product.supplierId',
      'product.priceClp',
      'product.taxKind',
      'productPlan.criticality',
      'productPlan.serviceLevelBasisPoints',
    ])
    .where('product.kind', '=', 'GOODS')
    .where('product.state', '=', 'ACTIVE'),
);
const stockOf = select((p: { branchId: string }) =>
  db
    .selectFrom('stockLevel')
    .innerJoin('warehouse', 'warehouse.id', 'stockLevel.warehouseId')
    .select((eb) => [
      'stockLevel.productId',
      eb.fn.sum<number>('onHandMilli').as('onHandMilli'),
      eb.fn.sum<number>('reservedMilli').as('reservedMilli'),
    ])
    .where('warehouse.branchId', '=', p.branchId)
    .where('warehouse.purpose', 'in', ['SALES', 'STORE'])
    .groupBy('stockLevel.productId'),
);
const FACTS = [
  'supplierId',
  'reason',
  'quantityMilli',
  'unitCostMilliClp',
  'onHandMilli',
  'onOrderMilli',
  'reservedMilli',
  'reorderPointMilli',
  'orderUpToMilli',
  'packMilli',
  'minimumMilli',
  'ratePerDayMilli',
  'leadDaysMilli',
  'protectionDaysMilli',
  'serviceLevelBasisPoints',
  'runsOutInDays',
  'changeBasisPoints',
] as const;
const insertRow = insert('reorderRecommendation', ['id', 'branchId', 'originDate', 'productId', ...FACTS]);
const known = select((p: { branchId: string; originDate: string; productId: string }) =>
  db
    .selectFrom('reorderRecommendation')
    .select(['id', 'requestId'])
    .where('branchId', '=', p.branchId)
    .where('originDate', '=', p.originDate)
    .where('productId', '=', p.productId),
);
const dropById = change((p: { id: string }) => db.deleteFrom('reorderRecommendation').where('id', '=', p.id));
const waiting = select((p: { branchId: string; before: string }) =>
  db
    .selectFrom('reorderRecommendation')
    .select(['id', 'originDate', 'productId', 'reason', 'orderUpToMilli', 'protectionDaysMilli', 'requestId'])
    .where('branchId', '=', p.branchId)
    .where('originDate', '<', p.before)
    .where('verdict', 'is', null),
);
const close = change((p: { id: string; soldMilli: number; stockoutDays: number; verdict: Verdict }) =>
  db
    .updateTable('reorderRecommendation')
    .set({ soldMilli: p.soldMilli, stockoutDays: p.stockoutDays, verdict: p.verdict })
    .where('id', '=', p.id),
);
const byId = select((p: { id: string; branchId: string }) =>
  db
    .selectFrom('reorderRecommendation')
    .select(['id', 'productId', 'supplierId', 'requestId'])
    .where('id', '=', p.id)
    .where('branchId', '=', p.branchId),
);
const markRequested = change((p: { id: string; requestId: string; requestedMilli: number }) =>
  db
    .updateTable('reorderRecommendation')
    .set({ requestId: p.requestId, requestedMilli: p.requestedMilli })
    .where('id', '=', p.id),
);

type Verdict = NonNullable<RecommendationTableRow['verdict']>;

/** Chance of not running out before the next delivery, by what a unit earns; what the shop cannot be without, higher. */
export function serviceLevel(marginBp: number, plan: Pick<PlanRow, 'criticality' | 'serviceLevelBasisPoints'>): number {
  if (plan.serviceLevelBasisPoints !== null) return plan.serviceLevelBasisPoints;
  if (plan.criticality === 'CRITICAL') return 9_800;
  const byMargin = marginBp >= 4_000 ? 9_500 : marginBp >= 2_000 ? 9_000 : 8_500;
  return plan.criticality === 'LOW' ? byMargin - 1_000 : byMargin;
}

/** Advises on every product that is forecast and keeps the advice of the night. Answers how many are to be ordered. */
export async function recommend(
  context: TaskContext,
  originDate: LocalDate,
  forecasts: ReadonlyMap<string, PackedNode>,
  last28: (productId: string) => number,
): Promise<number> {
  const { branchId } = context.site;
  const facts = context.read((reader) => readFacts(reader, branchId, originDate));
  let orders = 0;
  await inSteps(context, facts.products, (writer, product) => {
    const forecast = forecasts.get(product.id);
    if (!forecast?.days || !forecast.body) return;
    const said = { days: JSON.parse(forecast.days) as NodeDays, body: JSON.parse(forecast.body) as NodeBody };
    const row = advise(writer, context, originDate, facts, product, { ...forecast, ...said }, last28(product.id));
    if (row.reason === 'ORDER') orders += 1;
    const before = known.first(writer, row);
    // What somebody already acted on stays as he saw it.
    if (before?.requestId) return;
    if (before) dropById.run(writer, before);
    insertRow.run(writer, { ...row, id: before?.id ?? row.id });
  });
  return orders;
}

function readFacts(reader: Reader, branchId: string, originDate: LocalDate) {
  const suppliers = new Map<string | null, ReturnType<typeof supplierFacts>>();
  return {
    products: productsToBuy.all(reader, {}),
    stock: new Map(stockOf.all(reader, { branchId }).map((row) => [row.productId, row])),
    onOrder: onOrder(reader, branchId),
    iva: taxRateOn(reader, originDate),
    supplier: (at: Reader, id: string | null) => {
      let found = suppliers.get(id);
      if (!found) suppliers.set(id, (found = supplierFacts(at, id ?? '')));
      return found;
    },
  };
}

type Facts = ReturnType<typeof readFacts>;

function advise(
  reader: Reader,
  context: TaskContext,
  originDate: LocalDate,
  facts: Facts,
  product: Facts['products'][number],
  forecast: { days: NodeDays; body: NodeBody } & Pick<PackedNode, 'scheme' | 'expected28Milli'>,
  last28Milli: number,
) {
  const { branchId } = context.site;
  const { lead, reviewDays } = facts.supplier(reader, product.supplierId);
  const supply = supplyFor(reader, branchId, product.id, product.supplierId);
  const { onHandMilli = 0, reservedMilli = 0 } = facts.stock.get(product.id) ?? {};
  const onOrderMilli = facts.onOrder.get(product.id) ?? 0;
  const margin = marginBasisPoints(
    product.priceClp,
    supply.unitCostMilliClp,
    product.taxKind === 'EXEMPT' ? 0 : facts.iva,
  );
  const level = serviceLevel(margin, {
    criticality: product.criticality ?? 'NORMAL',
    serviceLevelBasisPoints: product.serviceLevelBasisPoints,
  });
  const advice = adviseReorder({
    daily: forecast.days.expected.map((value) => value / 1000),
    rush: forecast.body.rushMilli / 1000,
    dispersions: forecast.body.totals.map(({ days, dispersionPpm }) => ({ days, dispersion: dispersionPpm / 1e6 })),
    leadDays: lead,
    reviewDays,
    serviceLevel: level / 10_000,
    onHand: onHandMilli / 1000,
    onOrder: onOrderMilli / 1000,
    reserved: reservedMilli / 1000,
    packSize: supply.packMilli / 1000,
    minimumOrder: supply.minimumMilli / 1000,
    dead: forecast.scheme === 'noRotation',
  });
  return {
    id: context.ports.ids.next(context.clock()),
    branchId,
    originDate,
    productId: product.id,
    supplierId: product.supplierId,
    unitCostMilliClp: supply.unitCostMilliClp,
    onHandMilli,
    onOrderMilli,
    reservedMilli,
    packMilli: supply.packMilli,
    minimumMilli: supply.minimumMilli,
    serviceLevelBasisPoints: level,
    changeBasisPoints: last28Milli > 0 ? Math.round((forecast.expected28Milli * 10_000) / last28Milli) : null,
    ...adviceRow(advice),
  };
}

const REASONS = { order: 'ORDER', enough: 'ENOUGH', noRotation: 'NO_ROTATION' } as const;

function adviceRow(advice: ReorderAdvice) {
  return {
    reason: REASONS[advice.reason],
    quantityMilli: milli(advice.quantity),
    reorderPointMilli: milli(advice.reorderPoint),
    orderUpToMilli: milli(advice.orderUpTo),
    ratePerDayMilli: milli(advice.ratePerDay),
    leadDaysMilli: milli(advice.leadDays),
    protectionDaysMilli: milli(advice.protectionDays),
    runsOutInDays: advice.runsOutInDays,
  };
}

/** Under this share of what was to be held sold over the protection time, it was too much. */
const TOO_MUCH = 0.4;

/**
 * Compares past advice with what then happened, once its protection time is over; advice that nobody acted on is kept for one night
 * of the week only.
 */
export async function compareOutcomes(context: TaskContext, lastDay: number, outcome: Outcome): Promise<number> {
  const { branchId } = context.site;
  const rows = context.read((reader) => waiting.all(reader, { branchId, before: dateOf(lastDay) }));
  let compared = 0;
  await inSteps(context, rows, (writer, row) => {
    const originDay = dayOf(row.originDate);
    if (row.requestId === null && (row.reason !== 'ORDER' || weekdayOf(originDay) !== 6)) {
      dropById.run(writer, row);
      return;
    }
    const days = Math.ceil(row.protectionDaysMilli / 1000);
    if (originDay + days > lastDay) return;
    const actual = outcome(row.productId, originDay + 1, days);
    const stockoutDays = actual.filter(Number.isNaN).length;
    const soldMilli = milli(actual.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0));
    const verdict: Verdict =
      stockoutDays > 0 ? 'SHORT' : soldMilli < TOO_MUCH * row.orderUpToMilli ? 'TOO_MUCH' : 'GOOD';
    close.run(writer, { id: row.id, soldMilli, stockoutDays, verdict });
    compared += 1;
  });
  return compared;
}

/** Turns advice into requests to buy; an advice that was acted on is CONFLICT. */
export function requestAdvised(
  context: CommandContext,
  lines: readonly { id: string; quantityMilli: number; supplierId?: string | undefined }[],
): string[] {
  const advised = lines.map(({ id, quantityMilli, supplierId }) => {
    const row = byId.first(context.writer, { id, branchId: context.site.branchId });
    if (!row) throw new DomainError('NOT_FOUND', { recommendation: id });
    if (row.requestId !== null) throw new DomainError('CONFLICT', { reason: 'ALREADY_REQUESTED' });
    return { id, productId: row.productId, quantityMilli, supplierId: supplierId ?? row.supplierId };
  });
  const requestIds = createRequests(context, 'RECOMMENDATION', '', advised);
  advised.forEach(({ id, quantityMilli }, index) => {
    const requestId = requestIds[index] ?? '';
    markRequested.run(context.writer, { id, requestId, requestedMilli: quantityMilli });
  });
  return requestIds;
}
