/**
 * The forecast of a shop: a pure function of the products' demand, the calendar, the origin and the seed. `openShop` learns what the
 * products have in common, `forecastSeries` forecasts one of them, `forecastProducts` all of them; shopForecast.ts adds categories and the shop.
 */
import type { LocalDate } from '#core/shared/time.ts';
import { holidayOf, isClosed, type ShopCalendar } from './calendar.ts';
import { classify, type DemandClass, type Traits } from './classify.ts';
import { dateOf, dayOf } from './days.ts';
import {
  learnExperience,
  MIN_ORIGINS,
  schemeOf,
  tableWeights,
  weightsFor,
  type ClosedForecast,
  type Experience,
  type MemberName,
  type Scheme,
  type Weights,
} from './ensemble.ts';
import { learnPools, poolOf, type Pool, type Pools } from './pools.ts';
import { checkSeries, prepare, type Prepared, type Refusal } from './prepare.ts';
import { prophetMember, type DesignShelf } from './prophetMember.ts';
import {
  dayFactors,
  meanRate,
  seasonFactors,
  seasonalNaive,
  tsbRate,
  weekdayProfile,
  weeklyRate,
  weeklySums,
} from './smallModels.ts';
import {
  addSpread,
  countQuantiles,
  MOST_DISPERSION,
  noSpread,
  overdispersion,
  pastSpread,
  rushFactor,
  rushOf,
  type Spread,
} from './totals.ts';
import type { DemandSeries } from './types.ts';

export interface ForecastRequest {
  series: readonly DemandSeries[];
  calendar: ShopCalendar;
  /** The last day whose demand is known; the forecast begins on the next. */
  originDate: LocalDate;
  /** Days to forecast, 1 to 366. */
  horizonDays: number;
  seed: number;
  /** Lengths in days whose totals are wanted with quantiles (lead times, protection times), beside 7, 14 and 28. */
  totalDays?: readonly number[];
  /** Closed forecasts of earlier runs: the record that weighs the members. */
  closed?: readonly ClosedForecast[];
}

export const LEVELS = [0.025, 0.1, 0.5, 0.8, 0.9, 0.95, 0.975] as const;

export interface TotalForecast {
  days: number;
  /** All demand expected: the typical days' sum times `rush`. */
  mean: number;
  /** Factor for the single large orders that the daily forecast leaves out; 1 where there are none. */
  rush: number;
  /** Variance = mean + dispersion * mean^2. */
  dispersion: number;
  variance: number;
  /** At LEVELS, ascending. */
  quantiles: number[];
}

export interface SeriesForecast {
  status: 'forecast';
  id: string;
  category: string | null;
  scheme: Scheme;
  traits: Traits;
  weights: Weights;
  /** Expected demand a day over the horizon, or the longest total wanted if that is longer; 0 on closed days. */
  daily: Float64Array;
  /** Overdispersion of single days, and their 80 % interval over the horizon. */
  dayDispersion: number;
  dailyLow: Float64Array;
  dailyHigh: Float64Array;
  /** The baseline: the same weekday four weeks before. */
  naive: Float64Array;
  /** What each member says, a day; kept as totals, they are the record that later weighs the members. */
  members: Partial<Record<MemberName, Float64Array>>;
  totals: TotalForecast[];
}

export interface RefusedForecast {
  status: 'refused';
  id: string;
  category: string | null;
  reason: Refusal;
}

export type ForecastResult = SeriesForecast | RefusedForecast;

/** What one run knows about the shop before it looks at a single product. */
export interface Shop {
  calendar: ShopCalendar;
  originDay: number;
  /** Days forecast: the horizon, or the longest total wanted. */
  reach: number;
  horizonDays: number;
  lengths: readonly number[];
  pools: Pools;
  spreads: ReadonlyMap<number, Readonly<Record<DemandClass, Spread>>>;
  rushes: Readonly<Record<DemandClass, number>>;
  experience: Experience | null;
  designs: DesignShelf;
}

/** Thrown for a request that is wrong as a whole (a horizon of no days); a bad series is a refusal of its own instead. */
export class ForecastRequestError extends Error {
  override readonly name = 'ForecastRequestError';
}

/** Throws for a request that cannot be run as a whole. */
export function checkRequest(request: ForecastRequest): void {
  const wanted = [request.horizonDays, ...(request.totalDays ?? [])];
  if (!/^\d{4}-\d\d-\d\d$/.test(request.originDate) || Number.isNaN(dayOf(request.originDate))) {
    throw new ForecastRequestError(`no date: ${request.originDate}`);
  }
  if (!wanted.every((days) => Number.isInteger(days) && days >= 1 && days <= 366)) {
    throw new ForecastRequestError('a horizon has 1 to 366 whole days');
  }
}

/** Learns the weekday profiles, holidays, seasons and spreads of the shop as of the origin. */
export function openShop(request: ForecastRequest, prepared: readonly Prepared[]): Shop {
  const { calendar, horizonDays } = request;
  const originDay = dayOf(request.originDate);
  const lengths = [...new Set([1, 7, 14, 28, ...(request.totalDays ?? [])])].sort((a, b) => a - b);
  const pools = learnPools(prepared, calendar, originDay);
  const rushes = classRushes(prepared);
  return {
    calendar,
    originDay,
    reach: Math.max(horizonDays, ...lengths),
    horizonDays,
    lengths,
    pools,
    spreads: classSpreads(prepared, pools, calendar, lengths, rushes),
    rushes,
    experience: request.closed && request.closed.length > 0 ? learnExperience(request.closed) : null,
    designs: new Map(),
  };
}

/** Mean over the products of a class of all demand over the winsorised. */
function classRushes(panel: readonly Prepared[]): Record<DemandClass, number> {
  const sums = { smooth: [0, 0], erratic: [0, 0], intermittent: [0, 0], lumpy: [0, 0] };
  for (const series of panel) {
    const { all, learnt, sales } = rushOf(series);
    if (sales < 12) continue;
    const entry = sums[classify(series).demandClass];
    entry[0]! += Math.min(3, all / learnt);
    entry[1]! += 1;
  }
  const mean = ([sum, count]: number[]): number => (count! > 0 ? sum! / count! : 1);
  return {
    smooth: mean(sums.smooth),
    erratic: mean(sums.erratic),
    intermittent: mean(sums.intermittent),
    lumpy: mean(sums.lumpy),
  };
}

function classSpreads(
  panel: readonly Prepared[],
  pools: Pools,
  calendar: ShopCalendar,
  lengths: readonly number[],
  rushes: Readonly<Record<DemandClass, number>>,
): Map<number, Record<DemandClass, Spread>> {
  const spreads = new Map(
    lengths.map((length) => [
      length,
      { smooth: noSpread(), erratic: noSpread(), intermittent: noSpread(), lumpy: noSpread() },
    ]),
  );
  for (const series of panel) {
    const { demandClass, sellingDays } = classify(series);
    if (sellingDays === 0) continue;
    const pool = poolOf(pools, series.category);
    const factors = dayFactors(series.startDay, series.count, pool.weekday, pool, calendar);
    const rush = rushFactor(rushOf(series), rushes[demandClass]);
    for (const length of lengths) {
      const spread = pastSpread(series, factors, length, rush);
      if (spread.square <= 0) continue;
      // Every product counts alike per window: relative to its own level.
      const unit = spread.square / spread.windows;
      addSpread(spreads.get(length)![demandClass], {
        ...spread,
        excess: Math.min(spread.excess / unit, MOST_DISPERSION * spread.windows),
        square: spread.windows,
      });
    }
  }
  for (const ofLength of spreads.values()) lendSpread(ofLength);
  return spreads;
}

/** A class without any past window borrows those of all. */
function lendSpread(ofLength: Record<DemandClass, Spread>): void {
  const all = noSpread();
  for (const spread of Object.values(ofLength)) addSpread(all, spread);
  for (const spread of Object.values(ofLength)) if (spread.windows === 0) addSpread(spread, all);
}

/** Reads and cuts the series of a request; those that cannot be read are refused. */
export function prepareAll(request: ForecastRequest): { prepared: Prepared[]; refused: RefusedForecast[] } {
  const originDay = dayOf(request.originDate);
  const prepared: Prepared[] = [];
  const refused: RefusedForecast[] = [];
  for (const series of request.series) {
    const reason = checkSeries(series, originDay);
    if (reason === null) prepared.push(prepare(series, request.calendar, originDay));
    else refused.push({ status: 'refused', id: series.id, category: series.category, reason });
  }
  return { prepared, refused };
}

/**
 * Forecasts one product. Never throws on its data. `whole` = a sum of products (a category, the shop): its totals are as wide as its
 * own past says, not as a product's.
 */
export function forecastSeries(shop: Shop, series: Prepared, whole = false): ForecastResult {
  const traits = classify(series);
  const pool = poolOf(shop.pools, series.category);
  const scheme = schemeOf(traits);
  if (scheme === 'newProduct' && pool.newRate === null) {
    return { status: 'refused', id: series.id, category: series.category, reason: 'NOT_ENOUGH_DATA' };
  }
  // The products' record says nothing of sums: there the trend and the year show clearly, and Prophet is at its best.
  const weights = whole ? tableWeights(scheme) : weightsFor(series.id, traits, tableWeights(scheme), shop.experience);
  const days = new DayPlan(shop, series, pool);
  const daily = new Float64Array(shop.reach);
  const members: Partial<Record<MemberName, Float64Array>> = {};
  for (const [name, weight] of Object.entries(weights) as [MemberName, number][]) {
    const said = runMember(name, shop, series, traits, pool, days).map((value, i) =>
      days.future[i] === 0 ? 0 : Math.max(0, value),
    );
    for (let i = 0; i < shop.reach; i += 1) daily[i]! += weight * said[i]!;
    members[name] = said.slice(0, shop.horizonDays);
  }
  const rush = rushFactor(rushOf(series), whole ? 1 : shop.rushes[traits.demandClass]);
  const totals = shop.lengths.map((length) => {
    const own = pastSpread(series, days.past, length, rush);
    const pooled = whole && own.windows > 0 ? own : shop.spreads.get(length)![traits.demandClass];
    return totalOf(daily, length, rush, Math.max(overdispersion(own, pooled), leastDispersion(scheme, traits)));
  });
  return {
    status: 'forecast',
    id: series.id,
    category: series.category,
    scheme,
    traits,
    weights,
    daily,
    dayDispersion: totals[0]!.dispersion,
    ...dailyBand(daily, totals[0]!.dispersion, shop.horizonDays),
    naive: seasonalNaive(series, shop.horizonDays),
    members,
    totals: totals.slice(1),
  };
}

/** The days of a product, past and to come, in ordinary open days. */
class DayPlan {
  readonly profile: Float64Array;
  readonly past: Float64Array;
  readonly future: Float64Array;
  constructor(shop: Shop, series: Prepared, pool: Pool) {
    this.profile = weekdayProfile(series, pool, shop.calendar);
    this.past = dayFactors(series.startDay, series.count, this.profile, pool, shop.calendar);
    this.future = dayFactors(shop.originDay + 1, shop.reach, this.profile, pool, shop.calendar);
  }
}

/** Smoothing constants: weekly rate, chance and size of TSB; what part of the pooled season is trusted. */
const WEEKLY_ALPHA = 0.3;
const CHANCE_ALPHA = 0.05;
const SIZE_ALPHA = 0.1;
const SEASON_TRUST = 0.8;
/** Open days that the category's rate counts for beside a product with fewer than six selling days. */
const PRIOR_DAYS = 14;

function runMember(
  name: MemberName,
  shop: Shop,
  series: Prepared,
  traits: Traits,
  pool: Pool,
  days: DayPlan,
): Float64Array {
  const prior = pool.newRate?.median ?? pool.usualRate;
  const priorDays = traits.sellingDays < 6 && prior > 0 ? PRIOR_DAYS : 0;
  const flat = (rate: number): Float64Array => days.future.map((factor) => factor * rate);
  switch (name) {
    case 'category':
      return flat(prior);
    case 'mean':
      return flat(meanRate(series, days.past, 365, prior, priorDays));
    case 'weekly':
      return flat(weeklyRate(weeklySums(series, days.past), WEEKLY_ALPHA, prior, priorDays));
    case 'tsb': {
      const rate = tsbRate(series, days.past, CHANCE_ALPHA, SIZE_ALPHA);
      return flat((rate * traits.openDays + prior * priorDays) / Math.max(1, traits.openDays + priorDays));
    }
    case 'season': {
      const past = seasonFactors(series.startDay, series.count, pool, SEASON_TRUST);
      const future = seasonFactors(shop.originDay + 1, shop.reach, pool, SEASON_TRUST);
      const rate = weeklyRate(
        weeklySums(
          series,
          days.past.map((factor, i) => factor * past[i]!),
        ),
        WEEKLY_ALPHA,
      );
      return days.future.map((factor, i) => factor * future[i]! * rate);
    }
    case 'prophet': {
      const holiday = (day: number): string | null => holidayOf(shop.calendar, day);
      return prophetMember(series, traits, shop.originDay + 1, shop.reach, holiday, shop.designs);
    }
  }
}

/** New products are known to within a factor of several, not to within the spread of an established one. */
function leastDispersion(scheme: Scheme, traits: Traits): number {
  return scheme === 'newProduct' || scheme === 'shortHistory' ? 2 / (1 + traits.sellingDays / 6) : 0;
}

/** The distribution of the total of the first `days` days. */
export function totalOf(daily: Float64Array, days: number, rush: number, dispersion: number): TotalForecast {
  let mean = 0;
  for (let i = 0; i < days; i += 1) mean += rush * daily[i]!;
  const variance = mean + dispersion * mean * mean;
  return { days, mean, rush, dispersion, variance, quantiles: countQuantiles(LEVELS, mean, variance) };
}

/** The 80 % interval of each single day. */
export function dailyBand(
  daily: Float64Array,
  dispersion: number,
  count: number,
): { dailyLow: Float64Array; dailyHigh: Float64Array } {
  const known = new Map<number, number[]>();
  const dailyLow = new Float64Array(count);
  const dailyHigh = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    // Days of the same weekday mostly say the same: three digits are enough to look them up by.
    const mean = Number(daily[i]!.toPrecision(3));
    let found = known.get(mean);
    if (!found) {
      found = countQuantiles([0.1, 0.9], mean, mean + dispersion * mean * mean);
      known.set(mean, found);
    }
    dailyLow[i] = found[0]!;
    dailyHigh[i] = found[1]!;
  }
  return { dailyLow, dailyHigh };
}

/** Forecasts all products of a request, one by one, in their order; `onProgress` is told every few products. */
export function forecastProducts(
  request: ForecastRequest,
  onProgress?: (done: number, total: number) => void,
): { results: ForecastResult[]; prepared: Prepared[]; shop: Shop } {
  checkRequest(request);
  const { prepared, refused } = prepareAll(request);
  const closed = [...(request.closed ?? []), ...rehearse(request)];
  const shop = openShop({ ...request, closed }, prepared);
  const byId = new Map<string, ForecastResult>(refused.map((result) => [result.id, result]));
  prepared.forEach((series, index) => {
    byId.set(series.id, forecastSeries(shop, series));
    if (index % 25 === 24 && index + 1 < prepared.length) onProgress?.(index + 1, prepared.length);
  });
  onProgress?.(prepared.length, prepared.length);
  return { results: request.series.map(({ id }) => byId.get(id)!), prepared, shop };
}

/** Products that a rehearsal takes at most: enough for what a class has in common, at a fraction of the batch's cost. */
const REHEARSED = 200;
/** Shortest history with which a product joins a rehearsal. */
const REHEARSED_DAYS = 182;

/**
 * Before four runs have closed there is no record to weigh the members by. So the forecast is rehearsed on the same products as of
 * four earlier origins, whose outcome is known. Real records take over one by one.
 */
function rehearse(request: ForecastRequest): ClosedForecast[] {
  const originDay = dayOf(request.originDate);
  const real = new Set((request.closed ?? []).map((forecast) => forecast.originDay));
  const missing = MIN_ORIGINS - real.size;
  if (missing <= 0) return [];
  const usable = request.series.filter((series) => checkSeries(series, originDay) === null);
  const stride = Math.max(1, Math.ceil(usable.length / REHEARSED));
  const sample = usable.filter((_, index) => index % stride === 0);
  const closed: ClosedForecast[] = [];
  const last = Math.min(originDay, ...real);
  for (let back = 1; back <= missing; back += 1) {
    const asOf = last - back * request.horizonDays;
    const panel = sample
      .map((series) => ({ series, prepared: prepare(series, request.calendar, asOf) }))
      .filter(({ prepared }) => prepared.count >= REHEARSED_DAYS);
    const shop = openShop(
      { ...request, originDate: dateOf(asOf), totalDays: [], closed: [] },
      panel.map(({ prepared }) => prepared),
    );
    for (const { series, prepared } of panel) {
      const result = forecastSeries(shop, prepared);
      const actual = demandAfter(series, asOf, request.horizonDays);
      if (result.status === 'forecast' && actual !== null) closed.push(closeForecast(result, asOf, actual));
    }
  }
  return closed;
}

/** Total demand of the days after an origin; null if too much of it is unknown. */
function demandAfter(series: DemandSeries, originDay: number, days: number): number | null {
  const from = originDay + 1 - dayOf(series.firstDate);
  let sum = 0;
  let known = 0;
  for (let i = from; i < from + days; i += 1) {
    const value = series.demand[i];
    if (value === undefined || Number.isNaN(value)) continue;
    sum += Math.max(0, value);
    known += 1;
  }
  return known >= 0.9 * days ? sum : null;
}

/** What is kept of a forecast once its window has closed, to weigh the members of later ones. */
export function closeForecast(forecast: SeriesForecast, originDay: number, actual: number): ClosedForecast {
  const members: Partial<Record<MemberName, number>> = {};
  for (const [name, daily] of Object.entries(forecast.members) as [MemberName, Float64Array][]) {
    members[name] = daily.reduce((sum, value) => sum + value, 0);
  }
  return { id: forecast.id, originDay, adi: forecast.traits.adi, cv2: forecast.traits.cv2, members, actual };
}

/** Whether the shop is closed on a day of the horizon: screens grey it out. */
export const closedOn = (shop: Shop, day: number): boolean => isClosed(shop.calendar, day);
