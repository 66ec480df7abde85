/** What stands behind one forecast, for the screen that explains it: Prophet's components, past and future, and paths through the future. */
import { holidayOf, isClosed } from './calendar.ts';
import { classify } from './classify.ts';
import type { Shop } from './forecast.ts';
import type { Prepared } from './prepare.ts';
import { predictProphet, samplePaths, type Components } from './prophet.ts';
import { fitMember, prophetOptions } from './prophetMember.ts';
import { createRandom, seedFor } from './random.ts';

export interface Explanation {
  /** First day of the arrays (days since 1970-01-01): the launch, or two years before the origin. */
  firstDay: number;
  /** Days of the past in the arrays; those of the horizon follow. */
  pastDays: number;
  components: Components;
  /** Median and 80 % band over the horizon of Prophet's paths, closed days at 0. */
  band: { low: Float64Array; middle: Float64Array; high: Float64Array };
  /** 10 %, 50 % and 90 % of the paths' total over the horizon. */
  total: { low: number; middle: number; high: number };
}

const PATHS = 300;
const SHOWN_DAYS = 731;
const LEAST_DAYS = 56;

/** Explains one product's forecast; null while there is too little to fit (under 56 open days, or no sale). Same seed, same bytes. */
export function explainSeries(shop: Shop, series: Prepared, seed: number): Explanation | null {
  const traits = classify(series);
  if (traits.openDays < LEAST_DAYS || traits.sellingDays === 0) return null;
  const holiday = (day: number): string | null => holidayOf(shop.calendar, day);
  const model = fitMember(series, prophetOptions(traits), holiday, shop.designs);
  const pastDays = Math.min(series.count, SHOWN_DAYS);
  const firstDay = shop.originDay - pastDays + 1;
  const days = Array.from({ length: pastDays + shop.horizonDays }, (_, i) => firstDay + i);
  const future = days.slice(pastDays);
  const paths = samplePaths(model, future, holiday, PATHS, createRandom(seedFor(seed, series.id)));
  for (const path of paths) {
    path.forEach((value, i) => (path[i] = isClosed(shop.calendar, future[i]!) ? 0 : Math.max(0, value)));
  }
  const totals = Float64Array.from(paths, (path) => path.reduce((sum, value) => sum + value, 0)).sort();
  const columns = future.map((_, i) => Float64Array.from(paths, (path) => path[i]!).sort());
  const of = (level: number): Float64Array => Float64Array.from(columns, (column) => quantile(column, level));
  return {
    firstDay,
    pastDays,
    components: predictProphet(model, days, holiday),
    band: { low: of(0.1), middle: of(0.5), high: of(0.9) },
    total: { low: quantile(totals, 0.1), middle: quantile(totals, 0.5), high: quantile(totals, 0.9) },
  };
}

const quantile = (sorted: Float64Array, level: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(level * sorted.length))] ?? 0;
