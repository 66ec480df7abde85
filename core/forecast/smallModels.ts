/**
 * The simple models beside Prophet. Each gives a rate per ordinary open day; the day's factor (weekday, holiday, season) turns it into
 * a forecast. They learn from the winsorised days.
 */
import { holidayOf, isClosed, type ShopCalendar } from './calendar.ts';
import { weekdayOf } from './days.ts';
import { normalised, seasonSlot, type Pool } from './pools.ts';
import type { Prepared } from './prepare.ts';

/** Sales (in mean sizes) per weekday that the pooled profile counts for beside the product's own. */
const PROFILE_STRENGTH = 25;

/** The product's weekday profile, shrunk to the pooled one. */
export function weekdayProfile(series: Prepared, pool: Pool, calendar: ShopCalendar): Float64Array {
  const sums = new Float64Array(7);
  const days = new Float64Array(7);
  let sold = 0;
  let sales = 0;
  for (let i = Math.max(0, series.count - 365); i < series.count; i += 1) {
    const day = series.startDay + i;
    if (series.open[i] !== 1 || holidayOf(calendar, day) !== null) continue;
    const value = series.clean[i]!;
    sums[weekdayOf(day)]! += value;
    days[weekdayOf(day)]! += 1;
    sold += value;
    if (value > 0) sales += 1;
  }
  const openDays = days.reduce((a, b) => a + b, 0);
  if (sales === 0 || openDays === 0) return pool.weekday;
  const size = sold / sales;
  const perDay = sold / openDays;
  return normalised(
    pool.weekday.map((pooled, weekday) => {
      if (pooled === 0) return 0;
      const expected = days[weekday]! * perDay;
      return (sums[weekday]! / size + PROFILE_STRENGTH * pooled) / (expected / size + PROFILE_STRENGTH);
    }),
  );
}

/** What a day is expected to sell in ordinary open days: 0 when closed. */
export function dayFactors(
  startDay: number,
  count: number,
  profile: Float64Array,
  pool: Pool,
  calendar: ShopCalendar,
): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    const day = startDay + i;
    if (isClosed(calendar, day)) return 0;
    const name = holidayOf(calendar, day);
    return profile[weekdayOf(day)]! * (name === null ? 1 : (pool.holidays.get(name) ?? 1));
  });
}

/** The season's factors for days, as far as it is trusted (1 = fully). */
export function seasonFactors(startDay: number, count: number, pool: Pool, trust: number): Float64Array {
  const { season } = pool;
  return Float64Array.from({ length: count }, (_, i) =>
    season === null ? 1 : season[seasonSlot(startDay + i)]! ** trust,
  );
}

/** Demand and expectation of the weeks that end at the origin, oldest first; weeks without an open day are left out. */
export function weeklySums(series: Prepared, factors: Float64Array): { sold: number[]; expected: number[] } {
  const sold: number[] = [];
  const expected: number[] = [];
  for (let end = series.count; end > 0; end -= 7) {
    let sum = 0;
    let days = 0;
    for (let i = Math.max(0, end - 7); i < end; i += 1) {
      if (series.open[i] !== 1) continue;
      sum += series.clean[i]!;
      days += factors[i]!;
    }
    if (days > 0.3) {
      sold.push(sum);
      expected.push(days);
    }
  }
  return { sold: sold.reverse(), expected: expected.reverse() };
}

/**
 * Simple exponential smoothing over weeks, as a weighted mean in which a week counts by its open days: rate per ordinary open day.
 * `prior` is a rate that counts for `priorDays` open days, for series with little history.
 */
export function weeklyRate(
  weeks: { sold: readonly number[]; expected: readonly number[] },
  alpha: number,
  prior = 0,
  priorDays = 0,
): number {
  let sold = prior * priorDays;
  let expected = priorDays;
  for (let week = 0; week < weeks.sold.length; week += 1) {
    sold = sold * (1 - alpha) + weeks.sold[week]!;
    expected = expected * (1 - alpha) + weeks.expected[week]!;
  }
  return expected > 0 ? sold / expected : 0;
}

/** Teunter, Syntetos and Babai: chance of a sale and its size smoothed apart; the chance falls on days without one. */
export function tsbRate(series: Prepared, factors: Float64Array, chanceAlpha: number, sizeAlpha: number): number {
  let sales = 0;
  let sold = 0;
  let days = 0;
  for (let i = 0; i < series.count; i += 1) {
    if (series.open[i] !== 1) continue;
    days += factors[i]!;
    if (series.clean[i]! > 0) {
      sales += 1;
      sold += series.clean[i]!;
    }
  }
  if (sales === 0 || days <= 0) return 0;
  let chance = sales / days;
  let size = sold / sales;
  for (let i = 0; i < series.count; i += 1) {
    if (series.open[i] !== 1 || factors[i]! <= 0) continue;
    const value = series.clean[i]!;
    const step = 1 - (1 - chanceAlpha) ** factors[i]!;
    chance += step * ((value > 0 ? 1 / factors[i]! : 0) - chance);
    if (value > 0) size += sizeAlpha * (value - size);
  }
  return chance * size;
}

/** Mean rate over the last `days` days, shrunk to a prior rate that counts for `priorDays` open days. */
export function meanRate(
  series: Prepared,
  factors: Float64Array,
  days: number,
  prior: number,
  priorDays: number,
): number {
  let sold = prior * priorDays;
  let expected = priorDays;
  for (let i = Math.max(0, series.count - days); i < series.count; i += 1) {
    if (series.open[i] !== 1) continue;
    sold += series.clean[i]!;
    expected += factors[i]!;
  }
  return expected > 0 ? sold / expected : 0;
}

/** The baseline that every forecast is measured beside: each day repeats the same weekday four weeks before. */
export function seasonalNaive(series: Prepared, horizon: number): Float64Array {
  return Float64Array.from({ length: horizon }, (_, i) => {
    for (let back = series.count - 28 + (i % 28); back >= 0; back -= 28) {
      if (!Number.isNaN(series.raw[back]!)) return series.raw[back]!;
    }
    return 0;
  });
}
