/**
 * What a product may sell in total over some days: a negative binomial around the forecast, as wide as past totals over the same
 * number of days were away from what would have been forecast then. (Adding up daily intervals covers far too little.)
 */
import type { Prepared } from './prepare.ts';

/** Squared errors beyond Poisson, and squared expectations, of past windows: `excess / square` is the overdispersion. */
export interface Spread {
  excess: number;
  square: number;
  windows: number;
}

export const noSpread = (): Spread => ({ excess: 0, square: 0, windows: 0 });

export function addSpread(into: Spread, more: Spread): void {
  into.excess += more.excess;
  into.square += more.square;
  into.windows += more.windows;
}

/** Smoothing of the rate that past windows are compared with; the weeks to warm it up; how far back windows are taken. */
const ALPHA = 0.3;
const WARM_UP_DAYS = 56;
const LOOK_BACK_DAYS = 546;

/**
 * Compares the totals of all past windows of `length` days (one a week) with the smoothed rate before them, `rush` included.
 * `factors` are the days in ordinary open days. Each window counts alike, in units of its product's mean, so that one rush does not decide.
 */
export function pastSpread(series: Prepared, factors: Float64Array, length: number, rush: number): Spread {
  const { count, raw, clean, open } = series;
  const spread = noSpread();
  const sold = new Float64Array(count + 1);
  const days = new Float64Array(count + 1);
  for (let i = 0; i < count; i += 1) {
    const known = open[i] === 1;
    sold[i + 1] = sold[i]! + (known ? raw[i]! : 0);
    days[i + 1] = days[i]! + (known ? factors[i]! : 0);
  }
  let top = 0;
  let bottom = 0;
  const first = count % 7;
  for (let end = first; end + length <= count; end += 7) {
    for (let i = Math.max(0, end - 7); i < end; i += 1) {
      if (open[i] !== 1) continue;
      top += clean[i]!;
      bottom += factors[i]!;
    }
    if (end >= WARM_UP_DAYS && end >= count - LOOK_BACK_DAYS && bottom > 0) {
      const expected = rush * (top / bottom) * (days[end + length]! - days[end]!);
      if (expected > 0) {
        const total = sold[end + length]! - sold[end]!;
        spread.excess += (total - expected) ** 2 - expected;
        spread.square += expected * expected;
        spread.windows += 1;
      }
    }
    top *= 1 - ALPHA;
    bottom *= 1 - ALPHA;
  }
  return spread;
}

/** What the winsorised days leave out: all demand over that which the level learnt from. */
export interface Rush {
  all: number;
  learnt: number;
  sales: number;
}

export function rushOf(series: Prepared): Rush {
  const rush = { all: 0, learnt: 0, sales: 0 };
  for (let i = 0; i < series.count; i += 1) {
    if (series.open[i] !== 1 || !(series.raw[i]! > 0)) continue;
    rush.all += series.raw[i]!;
    rush.learnt += series.clean[i]!;
    rush.sales += 1;
  }
  return rush;
}

/** Selling days that the class's share of rushes counts for beside a product's own. */
const RUSH_SALES = 100;

/** Factor from typical demand to all of it, single large orders included; shrunk to that of the class. */
export function rushFactor(own: Rush, ofClass: number): number {
  if (own.sales === 0 || own.learnt <= 0) return ofClass;
  const prior = (RUSH_SALES * own.learnt) / own.sales;
  return Math.min(3, Math.max(1, (own.all + prior * ofClass) / (own.learnt + prior)));
}

/** Windows (one a week) that the class counts for beside a product's own. */
const CLASS_WINDOWS = 60;
/** The future is a little less like the past than past weeks were like each other. */
const CAUTION = 1.15;

/**
 * The widest that totals may be. A product that sold again after months of nothing was expected at almost nothing: by its own windows
 * it would be wide beyond sense, and its whole class with it.
 */
export const MOST_DISPERSION = 4;

/** Overdispersion of a product's totals, from its own windows and its class's. */
export function overdispersion(own: Spread, pooled: Spread): number {
  const ofClass = pooled.square > 0 ? Math.max(0.02, pooled.excess / pooled.square) : 1;
  if (own.windows === 0 || own.square <= 0) return ofClass;
  const perWindow = own.square / own.windows;
  const value = (own.excess + CLASS_WINDOWS * perWindow * ofClass) / (own.square + CLASS_WINDOWS * perWindow);
  return Math.min(MOST_DISPERSION, Math.max(0.01, CAUTION * value));
}

/**
 * Quantiles of a negative binomial with this mean and variance (Poisson where the variance is not above the mean), for ascending
 * levels between 0 and 1: the smallest counts whose cumulated probability reaches the level.
 */
export function countQuantiles(levels: readonly number[], mean: number, variance: number): number[] {
  if (!(mean > 0)) return levels.map(() => 0);
  const size = variance > mean * (1 + 1e-9) ? (mean * mean) / (variance - mean) : Infinity;
  const logZero = size === Infinity ? -mean : -size * Math.log1p(mean / size);
  if (mean + 8 * Math.sqrt(variance) > 3_000 || logZero < -600) return levels.map((p) => byBisection(p, mean, size));
  const found: number[] = [];
  const ratio = size === Infinity ? 0 : mean / (size + mean);
  let probability = Math.exp(logZero);
  let sum = probability;
  let count = 0;
  for (const level of levels) {
    while (sum < level && count < 100_000) {
      probability *= size === Infinity ? mean / (count + 1) : ((count + size) / (count + 1)) * ratio;
      sum += probability;
      count += 1;
    }
    found.push(count);
  }
  return found;
}

function byBisection(level: number, mean: number, size: number): number {
  const chance = size === Infinity ? 0 : size / (size + mean);
  const reached = (count: number): boolean =>
    (size === Infinity ? 1 - lowerGamma(count + 1, mean) : incompleteBeta(chance, size, count + 1)) >= level;
  let high = Math.max(1, Math.ceil(mean));
  while (!reached(high) && high < 1e15) high *= 2;
  let low = -1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (reached(middle)) high = middle;
    else low = middle;
    // Beyond six digits a count is not decided by its last one.
    if (high - low < high * 1e-7) break;
  }
  return high;
}

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  let sum = 0.9999999999998099;
  LANCZOS.forEach((value, index) => (sum += value / (x + index)));
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Regularised incomplete beta function (continued fraction of Lentz). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return x > (a + 1) / (a + b + 2) ? 1 - betaFraction(1 - x, b, a) : betaFraction(x, a, b);
}

function betaFraction(x: number, a: number, b: number): number {
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= 10_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-12) break;
  }
  return Math.min(1, front * value);
}

/** Regularised lower incomplete gamma function. */
export function lowerGamma(a: number, x: number): number {
  if (x <= 0) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 100_000 && term > sum * 1e-14; n += 1) {
      term *= x / (a + n);
      sum += term;
    }
    return Math.min(1, front * sum);
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < 100_000; n += 1) {
    const step = -n * (n - a);
    b += 2;
    d = 1 / nonZero(step * d + b);
    c = nonZero(b + step / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return Math.max(0, 1 - front * value);
}

const nonZero = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);
