/** The figures: kept as things happen, rebuilt by the night, read by reports, screens and the assistant. */
import { type CommandContext, onEvent } from '#core/engine/context.ts';
import { defineModule, type Module } from '#core/engine/module.ts';
import { orderEvents } from '#core/orders/index.ts';
import { shiftEvents } from '#core/shifts/index.ts';
import { metricsContract } from './contract.ts';
import { metricsHandlers, type ReportOptions } from './handlers.ts';
import { metricsJobs } from './jobs.ts';
import { countPayments, countReturn, countSale } from './keep.ts';
import { countVoidedCart, countVoidedOrder } from './voids.ts';

const traced = ({ site, actor, nowMs, businessDate }: CommandContext, id: string) => ({
  id,
  branchId: site.branchId,
  actorId: actor.userId,
  occurredAtMs: nowMs,
  businessDate,
});

/** `launch`: how the host starts the process that writes an export; `companyFile`: where the company's copy lies, if there is one. */
export const metricsModule = (options: ReportOptions = {}): Module =>
  defineModule({
    contract: metricsContract,
    handlers: metricsHandlers(options),
    jobs: metricsJobs,
    subscriptions: [
      onEvent(orderEvents.checkedOut, ({ writer, nowMs, site }, _, { order, components, payments }) => {
        countSale(writer, { id: order.id, atMs: nowMs, timeZone: site.timeZone, hasParts: components.length > 0 });
        countPayments(writer, order.id, payments);
      }),
      onEvent(orderEvents.completed, ({ writer, nowMs, site }, id) =>
        countSale(writer, { id, atMs: nowMs, timeZone: site.timeZone, hasParts: true }),
      ),
      onEvent(orderEvents.paid, ({ writer }, _, { id, payments }) => countPayments(writer, id, payments)),
      onEvent(orderEvents.cancelled, (context, _, { id, refunds }) => {
        countPayments(context.writer, id, refunds);
        countVoidedOrder(context.writer, traced(context, id));
      }),
      onEvent(orderEvents.cartVoided, (context, _, { id, totalClp }) =>
        countVoidedCart(context.writer, { ...traced(context, id), totalClp }),
      ),
      onEvent(orderEvents.returned, ({ writer, nowMs, site }, id, { refunds }) => {
        countReturn(writer, { id, atMs: nowMs, timeZone: site.timeZone });
        countPayments(writer, id, refunds);
      }),
      onEvent(shiftEvents.accountPaid, ({ writer }, _, { id, payments }) => countPayments(writer, id, payments)),
    ],
  });

export { home, type HomeReader } from './home.ts';
export { METRICS_NIGHTLY } from './jobs.ts';
export { countManyPayments, countReturn, countSales } from './keep.ts';
export { countVoidedCart, countVoidedOrder } from './voids.ts';
export { ReportsAside } from './reportsAside.ts';
export { type BranchReach, forgetReach, readReach, saveReach } from './reach.ts';
export { branchDemand, firstDemandOn, listDocuments, listStandings, productDemand } from './queries.ts';
export { type ReportInput, type ReportReader, runReport } from './reports.ts';
export { standingsOf, storeStandings } from './standings.ts';
export type { MetricsTables } from './tables.ts';
