/** The words of the forecaster. Quantities here are plain numbers in the product's base unit: statistics, not the ledger. */
import type { LocalDate } from '#core/shared/time.ts';

/**
 * Demand of one product at one branch, a number a day from `firstDate` (the launch) on: units net of returns booked to the day of
 * the sale. NaN = missing: a day without stock and without sale.
 */
export interface DemandSeries {
  id: string;
  category: string | null;
  firstDate: LocalDate;
  demand: ArrayLike<number>;
}
