/** Measures the forecaster on a panel of demand: rolling origins, the very functions that the nightly batch runs. */
import { addSums, NO_SUMS, pinballLoss, PINBALL_LEVELS, scoreOne, type AccuracySums } from './accuracy.ts';
import { inferClosures, type ShopCalendar } from './calendar.ts';
import { dateOf, dayOf } from './days.ts';
import type { ClosedForecast } from './ensemble.ts';
import { closeForecast, LEVELS, type SeriesForecast } from './forecast.ts';
import { forecastShop } from './shopForecast.ts';
import type { DemandSeries } from './types.ts';

export interface BacktestOptions {
  horizonDays: number;
  origins: number;
  seed: number;
  calendar: ShopCalendar;
  /** Processor time so far, in seconds; the caller's clock. */
  cpuSeconds: () => number;
  /** Leaves out the last days of the panel, to measure on other origins. */
  skipDays?: number;
}

/** Figures of one method over all series and origins; null where the method says nothing of it. */
export interface MethodFigures {
  method: string;
  windows: number;
  wape: number;
  /** Of the totals over the horizon, which is 28 days unless asked otherwise. */
  wape28: number;
  bias: number;
  mase: number;
  rmsse: number;
  pinball: number | null;
  coverage80: number | null;
  coverage95: number | null;
}

export interface BacktestReport {
  series: number;
  origins: string[];
  horizonDays: number;
  /** What the shop would have seen: the ensemble, over all series and origins. */
  total: MethodFigures & { cpuMsPerSeries: number };
  /** The ensemble, the naive baseline and each member by itself. */
  methods: MethodFigures[];
  /** The ensemble per demand class. */
  classes: (MethodFigures & { share: number })[];
  refused: number;
}

interface Tally {
  windows: number;
  absDaily: number;
  absTotal: number;
  error: number;
  actual: number;
  mase: number;
  rmsse: number;
  scaled: number;
  pinball: number;
  nPinball: number;
  sums: AccuracySums;
}

/** Fewer days of history than this, or no sale yet, and a window is left out of the figures. */
const MIN_DAYS = 200;

export function backtest(series: readonly DemandSeries[], options: BacktestOptions): BacktestReport {
  const { horizonDays, origins } = options;
  const lastDay =
    Math.max(...series.map((one) => dayOf(one.firstDate) + one.demand.length - 1)) - (options.skipDays ?? 0);
  const methods = new Map<string, Tally>();
  const classes = new Map<string, Tally>();
  const closed: ClosedForecast[] = [];
  const dates: string[] = [];
  let refused = 0;
  let spent = 0;
  let forecasts = 0;
  for (let index = 0; index < origins; index += 1) {
    const originDay = lastDay - horizonDays * (origins - index);
    dates.push(dateOf(originDay));
    const before = options.cpuSeconds();
    const known = series.map((one) => cutAt(one, originDay));
    const calendar = inferClosures(options.calendar, known, originDay);
    const { products: results } = forecastShop({
      series: known,
      calendar,
      originDate: dateOf(originDay),
      horizonDays,
      seed: options.seed,
      totalDays: [horizonDays],
      closed,
    });
    spent += options.cpuSeconds() - before;
    forecasts += results.length;
    results.forEach((result, at) => {
      if (result.status === 'refused') refused += 1;
      else tallyWindow(result, series[at]!, originDay, horizonDays, { methods, classes, closed });
    });
  }
  const all = methods.get('ensemble')?.actual ?? 0;
  return {
    series: series.length,
    origins: dates,
    horizonDays,
    total: {
      ...figures('ensemble', methods.get('ensemble') ?? newTally()),
      cpuMsPerSeries: (spent * 1000) / Math.max(1, forecasts),
    },
    methods: [...methods].map(([method, tally]) => figures(method, tally)),
    classes: [...classes].map(([method, tally]) => ({ ...figures(method, tally), share: tally.actual / all })),
    refused,
  };
}

/** The series as it was known on a day: what comes later is not even passed on. */
function cutAt(series: DemandSeries, originDay: number): DemandSeries {
  const days = Math.max(0, originDay - dayOf(series.firstDate) + 1);
  return { ...series, demand: Float64Array.from(series.demand).slice(0, days) };
}

function tallyWindow(
  result: SeriesForecast,
  series: DemandSeries,
  originDay: number,
  horizonDays: number,
  into: { methods: Map<string, Tally>; classes: Map<string, Tally>; closed: ClosedForecast[] },
): void {
  const history = launched(cutAt(series, originDay).demand);
  const offset = originDay + 1 - dayOf(series.firstDate);
  const actual = Array.from({ length: horizonDays }, (_, i) => series.demand[offset + i] ?? NaN).map((value) =>
    Number.isNaN(value) ? value : Math.max(0, value),
  );
  const total = sum(actual.filter((value) => !Number.isNaN(value)));
  into.closed.push(closeForecast(result, originDay, total));
  if (history.length < MIN_DAYS || !history.some((value) => value > 0)) return;
  const scales = {
    rmsse: scale(history, 1, (step) => step * step) ** 0.5,
    mase: scale(history, 7, Math.abs),
    level: (horizonDays * sum(history.slice(-365))) / Math.min(365, history.length),
  };
  const quantiles = result.totals.find(({ days }) => days === horizonDays)!.quantiles;
  const add = (map: Map<string, Tally>, name: string, daily: ArrayLike<number>, withQuantiles: boolean): void => {
    const tally = map.get(name) ?? newTally();
    map.set(name, tally);
    score(tally, daily, actual, total, scales, withQuantiles ? quantiles : null);
  };
  add(into.methods, 'ensemble', result.daily, true);
  add(into.classes, result.traits.demandClass, result.daily, true);
  add(into.methods, 'naive', result.naive, false);
  for (const [name, daily] of Object.entries(result.members)) add(into.methods, name, daily, false);
}

const newTally = (): Tally => ({
  windows: 0,
  absDaily: 0,
  absTotal: 0,
  error: 0,
  actual: 0,
  mase: 0,
  rmsse: 0,
  scaled: 0,
  pinball: 0,
  nPinball: 0,
  sums: { ...NO_SUMS },
});

function score(
  tally: Tally,
  daily: ArrayLike<number>,
  actual: readonly number[],
  total: number,
  scales: { rmsse: number; mase: number; level: number },
  quantiles: readonly number[] | null,
): void {
  let absolute = 0;
  let squared = 0;
  let days = 0;
  let forecast = 0;
  actual.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    const error = daily[i]! - value;
    absolute += Math.abs(error);
    squared += error * error;
    forecast += daily[i]!;
    days += 1;
  });
  tally.windows += 1;
  tally.absDaily += absolute;
  tally.absTotal += Math.abs(forecast - total);
  tally.error += forecast - total;
  tally.actual += total;
  if (scales.rmsse > 0 && scales.mase > 0 && days > 0) {
    tally.rmsse += Math.sqrt(squared / days) / scales.rmsse;
    tally.mase += absolute / days / scales.mase;
    tally.scaled += 1;
  }
  if (!quantiles) return;
  tally.sums = addSums(tally.sums, scoreOne(forecast, 0, total, { levels: LEVELS, values: quantiles }));
  if (scales.level > 0) {
    const at = PINBALL_LEVELS.map((level) => quantiles[LEVELS.indexOf(level)]!);
    tally.pinball += pinballLoss(PINBALL_LEVELS, at, total) / scales.level;
    tally.nPinball += 1;
  }
}

function figures(method: string, tally: Tally): MethodFigures {
  const { hits80, hits95, nInterval } = tally.sums;
  return {
    method,
    windows: tally.windows,
    wape: tally.absDaily / tally.actual,
    wape28: tally.absTotal / tally.actual,
    bias: tally.error / tally.actual,
    mase: tally.mase / tally.scaled,
    rmsse: tally.rmsse / tally.scaled,
    pinball: tally.nPinball > 0 ? tally.pinball / tally.nPinball : null,
    coverage80: nInterval > 0 ? hits80 / nInterval : null,
    coverage95: nInterval > 0 ? hits95 / nInterval : null,
  };
}

function launched(demand: ArrayLike<number>): number[] {
  const values = Array.from(demand);
  const first = values.findIndex((value) => !Number.isNaN(value));
  return first < 0 ? [] : values.slice(first).map((value) => (Number.isNaN(value) ? 0 : Math.max(0, value)));
}

/** Mean of a function of the differences at a lag. */
function scale(values: readonly number[], lag: number, of: (step: number) => number): number {
  let total = 0;
  for (let i = lag; i < values.length; i += 1) total += of(values[i]! - values[i - lag]!);
  return values.length > lag ? total / (values.length - lag) : 0;
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
