/** What to buy: reorder point and quantity from the demand's distribution over lead and protection time, with the reason in numbers. */
import { countQuantiles } from './totals.ts';

export interface ReorderInput {
  /** Expected demand a day from tomorrow on, long enough for the protection time; its last week repeats beyond its end. */
  daily: ArrayLike<number>;
  /** The forecast's factor for single large orders; 1 = none. */
  rush: number;
  /** Overdispersion of totals by length in days (ascending), as the forecast gives it: variance = mean + dispersion * mean^2. */
  dispersions: readonly { days: number; dispersion: number }[];
  /** Days from the order to the reception, learnt from receptions. */
  leadDays: { mean: number; variance: number };
  /** Days until the next chance to order. */
  reviewDays: number;
  /** 0.5 to 0.999: chance of not running out before the reception. */
  serviceLevel: number;
  onHand: number;
  onOrder: number;
  reserved: number;
  /** Units of a pack; 1 = loose. */
  packSize: number;
  /** Least quantity the supplier takes; 0 = any. */
  minimumOrder: number;
  /** "Sin rotación": nothing is bought. */
  dead: boolean;
}

export type ReorderReason = 'order' | 'enough' | 'noRotation';

/** The recommendation; `reason` and the numbers beside it are what the sentence on the screen is made of. */
export interface ReorderAdvice {
  reason: ReorderReason;
  quantity: number;
  reorderPoint: number;
  orderUpTo: number;
  /** Expected demand a day over the lead time. */
  ratePerDay: number;
  leadDays: number;
  protectionDays: number;
  serviceLevel: number;
  /** On hand, plus on order, minus reserved. */
  position: number;
  /** Days from tomorrow until stock on hand is expected to run out; null beyond the forecast. */
  runsOutInDays: number | null;
}

/** Advises on one product. All quantities are in the product's base unit. */
export function adviseReorder(input: ReorderInput): ReorderAdvice {
  const level = Math.min(0.999, Math.max(0.5, input.serviceLevel));
  const protectionDays = input.reviewDays + input.leadDays.mean;
  const position = input.onHand + input.onOrder - input.reserved;
  const reorderPoint = quantileOver(input, input.leadDays.mean, level);
  const orderUpTo = quantileOver(input, protectionDays, level);
  const facts = {
    reorderPoint,
    orderUpTo,
    ratePerDay:
      input.leadDays.mean > 0 ? meanOver(input, input.leadDays.mean) / input.leadDays.mean : meanOver(input, 1),
    leadDays: input.leadDays.mean,
    protectionDays,
    serviceLevel: level,
    position,
    runsOutInDays: runsOut(input.daily, input.onHand - input.reserved),
  };
  if (input.dead) return { ...facts, reason: 'noRotation', quantity: 0 };
  if (position > reorderPoint || orderUpTo <= position) return { ...facts, reason: 'enough', quantity: 0 };
  return { ...facts, reason: 'order', quantity: rounded(orderUpTo - position, input) };
}

/** At least the supplier's minimum, then whole packs. */
function rounded(wanted: number, { packSize, minimumOrder }: ReorderInput): number {
  const pack = packSize > 0 ? packSize : 1;
  return Math.ceil(Math.max(wanted, minimumOrder) / pack - 1e-9) * pack;
}

/** Quantile of demand over an uncertain number of days: the days' own spread plus what a longer wait would sell. */
function quantileOver(input: ReorderInput, days: number, level: number): number {
  const mean = meanOver(input, days);
  if (!(mean > 0)) return 0;
  const rate = mean / Math.max(days, 1e-9);
  const variance = mean + dispersionAt(input.dispersions, days) * mean * mean + rate * rate * input.leadDays.variance;
  return countQuantiles([level], mean, variance)[0]!;
}

/** Expected demand over the next days, the last one in part, large orders included. */
function meanOver({ daily, rush }: ReorderInput, days: number): number {
  let sum = 0;
  for (let i = 0; i < days; i += 1) sum += Math.min(1, days - i) * dayAt(daily, i);
  return sum * rush;
}

function dayAt(daily: ArrayLike<number>, index: number): number {
  if (daily.length === 0) return 0;
  if (index < daily.length) return daily[index]!;
  const week = Math.min(7, daily.length);
  return daily[daily.length - week + ((index - daily.length) % week)]!;
}

/** Between two known lengths by the logarithm of the days; flat beyond them. */
function dispersionAt(known: readonly { days: number; dispersion: number }[], days: number): number {
  if (known.length === 0) return 1;
  const after = known.findIndex((entry) => entry.days >= days);
  if (after <= 0) return known[after === 0 ? 0 : known.length - 1]!.dispersion;
  const [low, high] = [known[after - 1]!, known[after]!];
  const share = Math.log(days / low.days) / Math.log(high.days / low.days);
  return low.dispersion + share * (high.dispersion - low.dispersion);
}

function runsOut(daily: ArrayLike<number>, stock: number): number | null {
  let left = stock;
  for (let i = 0; i < daily.length; i += 1) {
    left -= daily[i]!;
    if (left < 0) return i + 1;
  }
  return null;
}
