/** The forecast: the pure forecaster, what is kept of it, and what it advises to buy. */
import { defineModule } from '#core/engine/module.ts';
import { forecastContract } from './contract.ts';
import { forecastHandlers } from './handlers.ts';
import { forecastJobs } from './jobs.ts';

export const forecastModule = defineModule({
  contract: forecastContract,
  handlers: forecastHandlers,
  jobs: forecastJobs,
});

export { forecastEvents } from './events.ts';
export { NIGHTLY } from './jobs.ts';
export { listAnomalies } from './reads.ts';
export type { ForecastTables } from './tables.ts';
export {
  addSums,
  BUCKETS,
  figuresOf,
  NO_SUMS,
  scoreWindow,
  type AccuracyFigures,
  type AccuracySums,
  type Bucket,
  type ClosedWindow,
  type SaidQuantiles,
} from './accuracy.ts';
export { backtest, type BacktestOptions, type BacktestReport, type MethodFigures } from './backtest.ts';
export {
  holidayOf,
  inferClosures,
  isClosed,
  publicHolidays,
  shopCalendar,
  type CalendarOptions,
  type Country,
  type ShopCalendar,
  type SpecialDay,
} from './calendar.ts';
export { type DemandClass, type Traits } from './classify.ts';
export { dateOf, dayOf, weekdayOf } from './days.ts';
export { type ClosedForecast, type MemberName, type Scheme, type Weights } from './ensemble.ts';
export { explainSeries, type Explanation } from './explain.ts';
export {
  closeForecast,
  ForecastRequestError,
  LEVELS,
  type ForecastRequest,
  type ForecastResult,
  type RefusedForecast,
  type SeriesForecast,
  type TotalForecast,
} from './forecast.ts';
export { readPanel } from './panel.ts';
export { type Refusal } from './prepare.ts';
export { type Components } from './prophet.ts';
export { adviseReorder, type ReorderAdvice, type ReorderInput, type ReorderReason } from './reorder.ts';
export { forecastShop, type ShopForecast } from './shopForecast.ts';
export { countQuantiles } from './totals.ts';
export { type DemandSeries } from './types.ts';
export { answerForecast, explainInThread, forecastInThread, type ForecastRun } from './work.ts';
