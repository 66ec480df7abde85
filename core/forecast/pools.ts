/**
 * What the products of a category (or of the whole shop, where a category is small) have in common: the weekday profile, what
 * holidays do, the season of the year, how a new product starts. A product with few sales of its own leans on these.
 */
import { holidayOf, isClosed, type ShopCalendar } from './calendar.ts';
import { weekdayOf, yearOf, dayIn } from './days.ts';
import type { Prepared } from './prepare.ts';
import { fitProphet, predictProphet, prophetDesign, PROPHET_DEFAULTS } from './prophet.ts';

export interface Pool {
  /** Demand of a weekday over that of a mean open day, Monday first; 0 where the shop is closed. */
  weekday: Float64Array;
  /** Demand on a holiday (open) over that of an ordinary day. */
  holidays: ReadonlyMap<string, number>;
  /** Demand over its yearly mean by day of the year (0 = 1 January); null before a year of history. */
  season: Float64Array | null;
  /** Median rate per open day over a product's first 91 days, and its spread; null if no product is old enough to tell. */
  newRate: { median: number; high: number } | null;
  /** Median rate per open day of the products with sales in the last year. */
  usualRate: number;
  selling: number;
}

export interface Pools {
  shop: Pool;
  categories: ReadonlyMap<string, Pool>;
}

/** A category with less than this many selling days does not speak for itself. */
const CATEGORY_SALES = 600;

export function learnPools(panel: readonly Prepared[], calendar: ShopCalendar, originDay: number): Pools {
  const shop = learnPool(panel, calendar, originDay);
  const groups = new Map<string, Prepared[]>();
  for (const series of panel) {
    if (series.category === null) continue;
    const group = groups.get(series.category);
    if (group) group.push(series);
    else groups.set(series.category, [series]);
  }
  const categories = new Map<string, Pool>();
  for (const [category, members] of groups) {
    const own = learnPool(members, calendar, originDay);
    categories.set(category, own.selling >= CATEGORY_SALES ? own : { ...shop, newRate: own.newRate ?? shop.newRate });
  }
  return { shop, categories };
}

export const poolOf = (pools: Pools, category: string | null): Pool =>
  (category === null ? undefined : pools.categories.get(category)) ?? pools.shop;

/** Index of a day in `Pool.season`. */
export const seasonSlot = (day: number): number => Math.min(364, day - dayIn(yearOf(day), 1, 1));

function learnPool(panel: readonly Prepared[], calendar: ShopCalendar, originDay: number): Pool {
  const common = commonDemand(panel, originDay);
  const weekday = weekdayProfile(common, calendar);
  const holidays = holidayFactors(common, calendar, weekday);
  return {
    weekday,
    holidays,
    season: yearlySeason(common, calendar, weekday),
    newRate: newProductRate(panel),
    usualRate: usualRate(panel),
    selling: common.selling,
  };
}

/** The mean demand of the products followed on each day, each relative to its own mean and heavier the more it sells. */
interface CommonDemand {
  startDay: number;
  level: Float64Array;
  weight: Float64Array;
  selling: number;
}

function commonDemand(panel: readonly Prepared[], originDay: number): CommonDemand {
  let startDay = originDay + 1;
  for (const series of panel) if (series.count > 0) startDay = Math.min(startDay, series.startDay);
  const count = originDay - startDay + 1;
  const level = new Float64Array(count);
  const weight = new Float64Array(count);
  let selling = 0;
  for (const { open, clean, startDay: start, count: days } of panel) {
    let sum = 0;
    let openDays = 0;
    let sales = 0;
    for (let i = 0; i < days; i += 1) {
      if (open[i] !== 1) continue;
      openDays += 1;
      sum += clean[i]!;
      if (clean[i]! > 0) sales += 1;
    }
    if (sum <= 0) continue;
    selling += sales;
    const share = Math.sqrt(sales);
    for (let i = 0; i < days; i += 1) {
      if (open[i] !== 1) continue;
      level[start - startDay + i]! += (share * clean[i]! * openDays) / sum;
      weight[start - startDay + i]! += share;
    }
  }
  for (let i = 0; i < count; i += 1) level[i] = weight[i]! > 0 ? level[i]! / weight[i]! : 0;
  return { startDay, level, weight, selling };
}

/** Days of the last year that the profile is read from, and the sales that an even profile counts for beside them. */
const PROFILE_DAYS = 365;
const PROFILE_PRIOR_DAYS = 2;

function weekdayProfile(common: CommonDemand, calendar: ShopCalendar): Float64Array {
  const { startDay, level, weight } = common;
  const sums = new Float64Array(7);
  const days = new Float64Array(7);
  for (let i = Math.max(0, level.length - PROFILE_DAYS); i < level.length; i += 1) {
    if (weight[i] === 0 || holidayOf(calendar, startDay + i) !== null) continue;
    sums[weekdayOf(startDay + i)]! += level[i]!;
    days[weekdayOf(startDay + i)]! += 1;
  }
  const allDays = days.reduce((a, b) => a + b, 0);
  const mean = allDays > 0 ? sums.reduce((a, b) => a + b, 0) / allDays : 0;
  const profile = Float64Array.from({ length: 7 }, (_, weekday) => {
    if (calendar.closedWeekdays[weekday]) return 0;
    if (mean <= 0) return 1;
    return (sums[weekday]! / mean + PROFILE_PRIOR_DAYS) / (days[weekday]! + PROFILE_PRIOR_DAYS);
  });
  return normalised(profile);
}

/** Scales a profile so that its open weekdays have mean 1. */
export function normalised(profile: Float64Array): Float64Array {
  let sum = 0;
  let open = 0;
  for (const value of profile) {
    sum += value;
    if (value > 0) open += 1;
  }
  return sum > 0 ? profile.map((value) => (value * open) / sum) : profile;
}

const HOLIDAY_PRIOR = 2;

function holidayFactors(common: CommonDemand, calendar: ShopCalendar, weekday: Float64Array): Map<string, number> {
  const { startDay, level, weight } = common;
  const seen = new Map<string, { sold: number; expected: number }>();
  for (let i = 0; i < level.length; i += 1) {
    const name = weight[i] === 0 ? null : holidayOf(calendar, startDay + i);
    if (name === null) continue;
    let around = 0;
    let days = 0;
    for (let j = Math.max(0, i - 21); j <= Math.min(level.length - 1, i + 21); j += 1) {
      if (weight[j] === 0 || holidayOf(calendar, startDay + j) !== null) continue;
      around += level[j]!;
      days += 1;
    }
    if (days < 10 || around <= 0) continue;
    const entry = seen.get(name) ?? { sold: 0, expected: 0 };
    entry.sold += level[i]! / (around / days);
    entry.expected += weekday[weekdayOf(startDay + i)]!;
    seen.set(name, entry);
  }
  return new Map(
    [...seen].map(([name, { sold, expected }]) => [name, (sold + HOLIDAY_PRIOR) / (expected + HOLIDAY_PRIOR)]),
  );
}

const SEASON_ORDER = 4;

/** The season of the category's demand as Prophet sees it: with a trend beside it, and never on less than a year. */
function yearlySeason(common: CommonDemand, calendar: ShopCalendar, weekday: Float64Array): Float64Array | null {
  const days: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < common.level.length; i += 1) {
    const day = common.startDay + i;
    if (common.weight[i] === 0 || isClosed(calendar, day) || holidayOf(calendar, day) !== null) continue;
    const factor = weekday[weekdayOf(day)]!;
    if (factor < 0.05) continue;
    days.push(day);
    values.push(common.level[i]! / factor);
  }
  if (days.length < 200 || days[days.length - 1]! - days[0]! < 365) return null;
  const options = { ...PROPHET_DEFAULTS, yearlyOrder: SEASON_ORDER, weeklyOrder: 0, changepointPrior: 0.01 };
  const model = fitProphet(
    prophetDesign(days, { ...options, changepoints: 12 }, () => null),
    values,
  );
  const year = Array.from({ length: 365 }, (_, slot) => dayIn(2001, 1, 1) + slot);
  const { yearly } = predictProphet(model, year, () => null);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return yearly.map((value) => Math.min(4, Math.max(0.25, 1 + value / mean)));
}

function newProductRate(panel: readonly Prepared[]): { median: number; high: number } | null {
  const rates: number[] = [];
  for (const { open, raw, count } of panel) {
    if (count < 91) continue;
    let sum = 0;
    let days = 0;
    for (let i = 0; i < 91; i += 1) {
      if (open[i] !== 1) continue;
      sum += raw[i]!;
      days += 1;
    }
    if (days >= 30) rates.push(sum / days);
  }
  if (rates.length === 0) return null;
  rates.sort((a, b) => a - b);
  const at = (share: number): number => rates[Math.min(rates.length - 1, Math.floor(rates.length * share))]!;
  return { median: at(0.5), high: at(0.9) };
}

function usualRate(panel: readonly Prepared[]): number {
  const rates: number[] = [];
  for (const { open, clean, count } of panel) {
    let sum = 0;
    let days = 0;
    for (let i = Math.max(0, count - 365); i < count; i += 1) {
      if (open[i] !== 1) continue;
      sum += clean[i]!;
      days += 1;
    }
    if (sum > 0 && days >= 28) rates.push(sum / days);
  }
  rates.sort((a, b) => a - b);
  return rates[Math.floor(rates.length / 2)] ?? 0;
}
