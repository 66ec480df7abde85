/** The arithmetic of buying. Pure. */
import { mulDivRound } from '#core/shared/numbers.ts';

/** What is ordered for what is wanted: at least the supplier's least order, then whole packs. All in thousandths of the base unit. */
export function roundToPack(wantedMilli: number, packMilli: number, minimumMilli: number): number {
  return Math.ceil(Math.max(wantedMilli, minimumMilli, 1) / packMilli) * packMilli;
}

/** What a supplier takes from the order to the reception, in days. */
export interface LeadTime {
  receptionCount: number;
  mean: number;
  variance: number;
}

/** How many receptions the supplier's own word counts for. */
const STATED_WEIGHT = 2;
/** How far off a stated time usually is: a third of it. */
const STATED_SPREAD = 1 / 3;

/**
 * Mean and variance of the days a supplier takes. What it says counts as two receptions, so that one early delivery does not
 * empty the shelf and a dozen real ones decide alone.
 */
export function learnLeadTime(statedDays: number, observedDays: readonly number[]): LeadTime {
  const n = STATED_WEIGHT + observedDays.length;
  const mean = (STATED_WEIGHT * statedDays + observedDays.reduce((sum, days) => sum + days, 0)) / n;
  const stated = STATED_WEIGHT * ((statedDays * STATED_SPREAD) ** 2 + (statedDays - mean) ** 2);
  const variance = (stated + observedDays.reduce((sum, days) => sum + (days - mean) ** 2, 0)) / n;
  return { receptionCount: observedDays.length, mean, variance };
}

/** Margin of a gross price over a net cost, in hundredths of a percent of the net price; 0 where there is no price. */
export function marginBasisPoints(priceClp: number, costMilliClp: number, ivaBasisPoints: number): number {
  const netMilliClp = mulDivRound(priceClp * 1000, 10_000, 10_000 + ivaBasisPoints);
  return netMilliClp > 0 ? mulDivRound(netMilliClp - costMilliClp, 10_000, netMilliClp) : 0;
}

/** The exact value of a line, in thousandths of a peso. */
export const lineValue = (unitCostMilliClp: number, quantityMilli: number): number =>
  mulDivRound(unitCostMilliClp, quantityMilli, 1000);

const OPEN: readonly string[] = ['SENT', 'PARTIAL'];

/** Whether goods may still come. */
export const isOpen = (state: string): boolean => OPEN.includes(state);
