/** Joins the forecast to its contract. */
import type { QueryContext } from '#core/engine/context.ts';
import type { Handlers } from '#core/engine/module.ts';
import { businessDate } from '#core/shared/time.ts';
import type { forecastContract } from './contract.ts';
import { explain } from './explained.ts';
import * as planning from './planning.ts';
import * as reads from './reads.ts';
import { requestAdvised } from './recommend.ts';
import { accuracy, accuracyOverTime, ranking } from './scores.ts';

const here = (context: QueryContext): reads.Here => ({
  branchId: context.site.branchId,
  today: businessDate(context.nowMs, context.site.timeZone),
});

export const forecastHandlers: Handlers<typeof forecastContract> = {
  forecast: {
    status: (context) => reads.status(context.reader, here(context)),
    list: (context, filter) => reads.listForecasts(context.reader, here(context), filter),
    get: (context, asked) => reads.getForecast(context.reader, here(context), asked),
    explain: (context, asked) => explain(context, asked),
    accuracy: ({ reader, site }, { kind, id, from, to }) =>
      accuracy(reader, site.branchId, { kind, id: reads.nodeId(kind, id), from, to }),
    accuracyOverTime: ({ reader, site }, { kind, id, bucket }) =>
      accuracyOverTime(reader, site.branchId, { kind, id: reads.nodeId(kind, id), bucket }),
    accuracyRanking: ({ reader, site }, asked) => ranking(reader, site.branchId, asked),
    anomalies: ({ reader, site }, { limit }) => reads.listAnomalies(reader, site.branchId, limit),
    runOut: (context, { productIds, withinDays }) =>
      reads.runOut(context.reader, here(context), productIds, withinDays),
  },
  recommendations: {
    list: ({ reader, site, actor }, filter) =>
      planning.listAdvice(reader, site.branchId, filter, actor.permissions.has('cost.read')),
    request: (context, { lines }) => ({ requestIds: requestAdvised(context, lines) }),
    outcomes: ({ reader, site }, page) => planning.listOutcomes(reader, site.branchId, page),
    plan: ({ reader }, { productId }) => planning.readPlan(reader, productId),
    setPlan: (context, { productId, criticality, serviceLevelBasisPoints }) =>
      planning.setPlan(context, { productId, criticality, serviceLevelBasisPoints }),
  },
  calendar: {
    list: ({ reader }, { year }) => planning.listDays(reader, year),
    set: (context, { date, name, closed }) => planning.setDay(context, { date, name, closed }),
    remove: (context, { date }) => planning.removeDay(context, date),
  },
};
