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
  adi: number;
  cv2: number;
  members: Partial<Record<MemberName, number>>;
  actual: number;
}

interface Losses {
  origins: number;
  /** Absolute errors of each member. */
  errors: Map<MemberName, { sum: number; count: number }>;
}

export interface Experience {
  series: ReadonlyMap<string, Losses>;
  classes: ReadonlyMap<DemandClass, Losses>;
}

const newLosses = (): Losses => ({ origins: 0, errors: new Map() });

/** Turns closed forecasts, of all products, into the record that the weights are made from. */
export function learnExperience(closed: readonly ClosedForecast[]): Experience {
  const series = new Map<string, Losses>();
  const classes = new Map<DemandClass, Losses>();
  const grow = <K>(map: Map<K, Losses>, key: K): Losses => {
    const found = map.get(key) ?? newLosses();
    map.set(key, found);
    return found;
  };
  for (const forecast of closed) {
    const entries = Object.entries(forecast.members) as [MemberName, number][];
    if (entries.length < 2) continue;
    record(grow(series, forecast.id), entries, forecast.actual, 1);
    // In a class, a product that sells a hundred times more must not decide alone, nor count no more than one that never sells.
    record(
      grow(classes, classOf(forecast.adi, forecast.cv2)),
      entries,
      forecast.actual,
      Math.sqrt(Math.max(forecast.actual, 1)),
    );
  }
  return { series, classes };
}

function record(losses: Losses, members: readonly [MemberName, number][], actual: number, unit: number): void {
  losses.origins += 1;
  for (const [name, forecast] of members) {
    const entry = losses.errors.get(name) ?? { sum: 0, count: 0 };
    entry.sum += Math.abs(forecast - actual) / unit;
    entry.count += 1;
    losses.errors.set(name, entry);
  }
}

/** Closed origins before a product's record counts, and how many origins the class's record counts for beside it. */
const MIN_ORIGINS = 4;
const CLASS_ORIGINS = 8;

/** Weights of the members that could be run: the table's, or by inverse squared loss. Never a single winner. */
export function weightsFor(id: string, traits: Traits, table: Weights, experience: Experience | null): Weights {
  const names = Object.keys(table) as MemberName[];
  const own = experience?.series.get(id);
  const ofClass = experience?.classes.get(traits.demandClass);
  if (names.length < 2 || own === undefined || ofClass === undefined || own.origins < MIN_ORIGINS) return table;
  const ownMean = meanLoss(own, names);
  const classMean = meanLoss(ofClass, names);
  if (!(ownMean > 0) || !(classMean > 0)) return table;
  const raw = names.map((name) => {
    const mine = own.errors.get(name);
    const theirs = ofClass.errors.get(name);
    if (!mine || !theirs) return 1;
    const share =
      (mine.sum / ownMean + (CLASS_ORIGINS * theirs.sum) / theirs.count / classMean) / (mine.count + CLASS_ORIGINS);
    return 1 / Math.max(share, 0.05) ** 2;
  });
  const sum = raw.reduce((a, b) => a + b, 0);
  return Object.fromEntries(names.map((name, index) => [name, raw[index]! / sum]));
}

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
