/**
 * How good forecasts were, kept as sums that add up: from product to category and shop, from run to month, with nothing lost. The
 * ratios are taken last.
 */
export const BUCKETS = ['1-7', '8-14', '15-28', 'total 7', 'total 28'] as const;
export type Bucket = (typeof BUCKETS)[number];

/** Additive; a day (or a total) is one observation. */
export interface AccuracySums {
  n: number;
  absError: number;
  /** Forecast minus actual. */
  error: number;
  actual: number;
  squaredError: number;
  naiveAbsError: number;
  /** Sum of the mean pinball losses, in units; only where quantiles exist. */
  pinball: number;
  nPinball: number;
  hits80: number;
  hits95: number;
  nInterval: number;
  /** Absolute percentage errors, over observations with sales only. */
  ape: number;
  nApe: number;
}

export const NO_SUMS: Readonly<AccuracySums> = {
  n: 0,
  absError: 0,
  error: 0,
  actual: 0,
  squaredError: 0,
  naiveAbsError: 0,
  pinball: 0,
  nPinball: 0,
  hits80: 0,
  hits95: 0,
  nInterval: 0,
  ape: 0,
  nApe: 0,
};

export function addSums(a: Readonly<AccuracySums>, b: Readonly<AccuracySums>): AccuracySums {
  const sum = { ...a };
  for (const key of Object.keys(NO_SUMS) as (keyof AccuracySums)[]) sum[key] = a[key] + b[key];
  return sum;
}

/** Quantiles of an observation that was forecast as a distribution. */
export interface SaidQuantiles {
  levels: readonly number[];
  values: readonly number[];
}

/** The sums of one observation. */
export function scoreOne(forecast: number, naive: number, actual: number, said?: SaidQuantiles): AccuracySums {
  const error = forecast - actual;
  const sums: AccuracySums = {
    ...NO_SUMS,
    n: 1,
    absError: Math.abs(error),
    error,
    actual,
    squaredError: error * error,
    naiveAbsError: Math.abs(naive - actual),
    ape: actual > 0 ? Math.abs(error) / actual : 0,
    nApe: actual > 0 ? 1 : 0,
  };
  if (!said) return sums;
  const at = (level: number): number | undefined => said.values[said.levels.indexOf(level)];
  sums.pinball = pinballLoss(
    PINBALL_LEVELS,
    PINBALL_LEVELS.map((level) => at(level) ?? forecast),
    actual,
  );
  sums.nPinball = 1;
  sums.hits80 = within(at(0.1), at(0.9), actual);
  sums.hits95 = within(at(0.025), at(0.975), actual);
  sums.nInterval = 1;
  return sums;
}

export const PINBALL_LEVELS = [0.1, 0.5, 0.8, 0.9, 0.95] as const;

/** Mean over the levels of the quantile loss. */
export function pinballLoss(levels: readonly number[], quantiles: readonly number[], actual: number): number {
  let sum = 0;
  levels.forEach((level, i) => {
    const short = actual - quantiles[i]!;
    sum += short >= 0 ? level * short : (level - 1) * short;
  });
  return sum / levels.length;
}

const within = (low: number | undefined, high: number | undefined, actual: number): number =>
  low !== undefined && high !== undefined && actual >= low && actual <= high ? 1 : 0;

/** What is scored once a window has closed: days from the first of the forecast on, missing days (NaN) left out. */
export interface ClosedWindow {
  daily: ArrayLike<number>;
  naive: ArrayLike<number>;
  actual: ArrayLike<number>;
  total7?: SaidQuantiles;
  total28?: SaidQuantiles;
}

/** Scores a closed window into the buckets that it covers wholly (totals) or in part (days). */
export function scoreWindow(window: ClosedWindow): Record<Bucket, AccuracySums> {
  const scores = Object.fromEntries(BUCKETS.map((bucket) => [bucket, { ...NO_SUMS }])) as Record<Bucket, AccuracySums>;
  const days = Math.min(window.daily.length, window.actual.length);
  for (let i = 0; i < Math.min(days, 28); i += 1) {
    const actual = window.actual[i]!;
    if (Number.isNaN(actual)) continue;
    const bucket = i < 7 ? '1-7' : i < 14 ? '8-14' : '15-28';
    scores[bucket] = addSums(scores[bucket], scoreOne(window.daily[i]!, window.naive[i] ?? 0, actual));
  }
  if (days >= 7) scores['total 7'] = scoreTotal(window, 7, window.total7);
  if (days >= 28) scores['total 28'] = scoreTotal(window, 28, window.total28);
  return scores;
}

function scoreTotal(window: ClosedWindow, days: number, said: SaidQuantiles | undefined): AccuracySums {
  let forecast = 0;
  let naive = 0;
  let actual = 0;
  for (let i = 0; i < days; i += 1) {
    // A day without stock sold less than was wanted: neither side of the comparison may count it.
    if (Number.isNaN(window.actual[i]!)) continue;
    forecast += window.daily[i]!;
    naive += window.naive[i] ?? 0;
    actual += window.actual[i]!;
  }
  const whole = !Array.from({ length: days }, (_, i) => window.actual[i]!).some(Number.isNaN);
  return scoreOne(forecast, naive, actual, whole ? said : undefined);
}

/** The ratios people read; null where nothing was observed to divide by. */
export interface AccuracyFigures {
  wape: number | null;
  bias: number | null;
  naiveWape: number | null;
  /** Error over that of the naive baseline in the same window. */
  relativeToNaive: number | null;
  rmse: number | null;
  pinball: number | null;
  coverage80: number | null;
  coverage95: number | null;
  /** Over observations with sales only; label it so. */
  mape: number | null;
}

export function figuresOf(sums: Readonly<AccuracySums>): AccuracyFigures {
  const over = (value: number, by: number): number | null => (by > 0 ? value / by : null);
  return {
    wape: over(sums.absError, sums.actual),
    bias: over(sums.error, sums.actual),
    naiveWape: over(sums.naiveAbsError, sums.actual),
    relativeToNaive: over(sums.absError, sums.naiveAbsError),
    rmse: sums.n > 0 ? Math.sqrt(sums.squaredError / sums.n) : null,
    pinball: over(sums.pinball, sums.nPinball),
    coverage80: over(sums.hits80, sums.nInterval),
    coverage95: over(sums.hits95, sums.nInterval),
    mape: over(sums.ape, sums.nApe),
  };
}
