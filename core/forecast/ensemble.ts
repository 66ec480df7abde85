/** Which models speak for a product, and with what weight: a table to begin with, their own record once four forecasts have closed. */
import { classOf, isDead, type DemandClass, type Traits } from './classify.ts';

export type MemberName = 'prophet' | 'weekly' | 'tsb' | 'season' | 'mean' | 'category';

/** Why a product is forecast the way it is; the screens say it in words. */
export type Scheme =
  'newProduct' | 'shortHistory' | 'youngHistory' | 'intermittentDemand' | 'steadyDemand' | 'noRotation';

export type Weights = Partial<Record<MemberName, number>>;

/** The scheme of a series; `newProduct` = no sale is known yet. */
export function schemeOf(traits: Traits): Scheme {
  if (traits.sellingDays === 0 && traits.ageDays < 180) return 'newProduct';
  if (isDead(traits)) return 'noRotation';
  if (traits.openDays < 56 || (traits.sellingDays < 6 && traits.ageDays < 182)) return 'shortHistory';
  if (traits.ageDays < 182) return 'youngHistory';
  return traits.demandClass === 'smooth' || traits.demandClass === 'erratic' ? 'steadyDemand' : 'intermittentDemand';
}

/** The table's weights: where forecasting starts before there is a record. */
export function tableWeights(scheme: Scheme): Weights {
  switch (scheme) {
    case 'noRotation':
      return {};
    case 'newProduct':
      return { category: 1 };
    case 'shortHistory':
      return { mean: 1 };
    case 'youngHistory':
      return { weekly: 1 / 2, tsb: 1 / 2 };
    case 'intermittentDemand':
      return { weekly: 1 / 4, tsb: 1 / 4, season: 1 / 4, prophet: 1 / 4 };
    case 'steadyDemand':
      return { prophet: 1 / 2, weekly: 1 / 6, tsb: 1 / 6, season: 1 / 6 };
  }
}

/** One closed forecast of one series: what each member had said of the total over the horizon, and what came. */
export interface ClosedForecast {
  id: string;
  /** The last day known when it was made (days since 1970-01-01). */
  originDay: number;
  adi: number;
  cv2: number;
  members: Partial<Record<MemberName, number>>;
  actual: number;
}

interface Losses {
  origins: Set<number>;
  errors: Map<MemberName, { sum: number; count: number }>;
}

/** The members' record by product and by class. */
export interface Experience {
  series: ReadonlyMap<string, Losses>;
  classes: ReadonlyMap<DemandClass, Losses>;
}

/** Turns closed forecasts, of all products, into the record that the weights are made from. */
export function learnExperience(closed: readonly ClosedForecast[]): Experience {
  const series = new Map<string, Losses>();
  const classes = new Map<DemandClass, Losses>();
  for (const forecast of closed) {
    record(series, forecast.id, forecast, 1);
    // In a class, a product that sells a hundred times more must not decide alone, nor count no more than one that never sells.
    record(classes, classOf(forecast.adi, forecast.cv2), forecast, Math.sqrt(Math.max(forecast.actual, 1)));
  }
  return { series, classes };
}

function record<K>(into: Map<K, Losses>, key: K, forecast: ClosedForecast, unit: number): void {
  const entries = Object.entries(forecast.members) as [MemberName, number][];
  if (entries.length < 2) return;
  const losses: Losses = into.get(key) ?? { origins: new Set(), errors: new Map() };
  into.set(key, losses);
  losses.origins.add(forecast.originDay);
  for (const [name, said] of entries) {
    const entry = losses.errors.get(name) ?? { sum: 0, count: 0 };
    entry.sum += Math.abs(said - forecast.actual) / unit;
    entry.count += 1;
    losses.errors.set(name, entry);
  }
}

/** Closed origins before a record counts, and how many origins the class's record counts for beside a product's own. */
export const MIN_ORIGINS = 4;
const CLASS_ORIGINS = 8;

/**
 * Weights of the members: the table's until four origins have closed in the product's class, then by inverse squared loss, the
 * product's own shrunk to its class's. Never a single winner.
 */
export function weightsFor(id: string, traits: Traits, table: Weights, experience: Experience | null): Weights {
  const names = Object.keys(table) as MemberName[];
  const ofClass = experience?.classes.get(traits.demandClass);
  if (names.length < 2 || ofClass === undefined || ofClass.origins.size < MIN_ORIGINS) return table;
  const own = experience?.series.get(id);
  const ownMean = own === undefined ? 0 : meanLoss(own, names);
  const classMean = meanLoss(ofClass, names);
  if (!(classMean > 0)) return table;
  const raw = names.map((name) => {
    const theirs = ofClass.errors.get(name);
    const mine = ownMean > 0 ? own?.errors.get(name) : undefined;
    const classShare = theirs === undefined ? 1 : theirs.sum / theirs.count / classMean;
    const share =
      mine === undefined
        ? classShare
        : (mine.sum / ownMean + CLASS_ORIGINS * classShare) / (mine.count + CLASS_ORIGINS);
    return 1 / Math.max(share, 0.05) ** 2;
  });
  const sum = raw.reduce((a, b) => a + b, 0);
  return Object.fromEntries(names.map((name, index) => [name, raw[index]! / sum]));
}

/** Mean absolute error over all these members. */
function meanLoss(losses: Losses, names: readonly MemberName[]): number {
  let sum = 0;
  let count = 0;
  for (const name of names) {
    const entry = losses.errors.get(name);
    if (!entry) continue;
    sum += entry.sum;
    count += entry.count;
  }
  return count > 0 ? sum / count : 0;
}
