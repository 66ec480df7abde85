/** Prophet as a member of the ensemble: which of its settings fit how much and what kind of history, on the winsorised days. */
import type { Traits } from './classify.ts';
import type { Prepared } from './prepare.ts';
import {
  fitProphet,
  predictProphet,
  prophetDesign,
  PROPHET_DEFAULTS,
  type HolidayOf,
  type ProphetDesign,
  type ProphetModel,
  type ProphetOptions,
} from './prophet.ts';

/** Designs kept for the next product that was observed on the same days. */
export type DesignShelf = Map<string, ProphetDesign>;
const SHELF_SIZE = 6;

/** A year is learnt from two; before 700 days only its coarse shape, before 365 none: forced on less it is off tenfold. */
export function prophetOptions(traits: Traits): ProphetOptions {
  const steady = traits.demandClass === 'smooth' || traits.demandClass === 'erratic';
  if (steady) return { ...PROPHET_DEFAULTS, yearlyOrder: traits.ageDays < 365 ? 0 : traits.ageDays < 700 ? 2 : 10 };
  return {
    ...PROPHET_DEFAULTS,
    changepoints: 12,
    changepointPrior: 0.02,
    seasonalityPrior: 0.1,
    yearlyOrder: traits.ageDays < 365 ? 0 : traits.ageDays < 700 ? 2 : 4,
  };
}

/** Fits Prophet to a product's open days. */
export function fitMember(
  series: Prepared,
  options: ProphetOptions,
  holidayOf: HolidayOf,
  shelf: DesignShelf,
): ProphetModel {
  const days: number[] = [];
  const values: number[] = [];
  let mask = 2_166_136_261;
  for (let i = 0; i < series.count; i += 1) {
    if (series.open[i] !== 1) continue;
    days.push(series.startDay + i);
    values.push(series.clean[i]!);
    mask = Math.imul(mask ^ i, 16_777_619);
  }
  const { changepoints, changepointPrior, seasonalityPrior, yearlyOrder } = options;
  const key = [series.startDay, days.length, mask, changepoints, changepointPrior, seasonalityPrior, yearlyOrder].join(
    '/',
  );
  let design = shelf.get(key);
  if (!design) {
    design = prophetDesign(days, options, holidayOf);
    if (shelf.size >= SHELF_SIZE) shelf.delete(shelf.keys().next().value!);
    shelf.set(key, design);
  }
  return fitProphet(design, values);
}

/** Its forecast from `firstDay` on. A trend that runs away is stopped at twice the largest day that the fit learnt from. */
export function prophetMember(
  series: Prepared,
  traits: Traits,
  firstDay: number,
  count: number,
  holidayOf: HolidayOf,
  shelf: DesignShelf,
): Float64Array {
  const model = fitMember(series, prophetOptions(traits), holidayOf, shelf);
  const days = Array.from({ length: count }, (_, i) => firstDay + i);
  return predictProphet(model, days, holidayOf).total.map((value) => Math.min(value, 2 * model.scale));
}
