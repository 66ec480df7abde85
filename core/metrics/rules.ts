/** The arithmetic of the figures. */
import { mulDivRound } from '#core/shared/numbers.ts';

/**
 * ABC by revenue: the products that begin within the first 80 % of it are A, within 95 % B, the rest C; so is what sold nothing.
 * Ties go by id, so that the same figures give the same classes.
 */
export function abcClasses(products: readonly { id: string; revenueClp: number }[]): Map<string, 'A' | 'B' | 'C'> {
  const ranked = [...products].sort((a, b) => b.revenueClp - a.revenueClp || (a.id < b.id ? -1 : 1));
  const total = ranked.reduce((sum, { revenueClp }) => sum + Math.max(0, revenueClp), 0);
  let before = 0;
  return new Map(
    ranked.map(({ id, revenueClp }) => {
      const isNothing = revenueClp <= 0;
      const abc = isNothing ? 'C' : before * 100 < total * 80 ? 'A' : before * 100 < total * 95 ? 'B' : 'C';
      before += Math.max(0, revenueClp);
      return [id, abc];
    }),
  );
}

/** Units sold in a period, in kits too, over the mean of the stock at its ends, in thousandths; null without stock. */
export function turnoverMilli(demandMilli: number, beforeMilli: number, afterMilli: number): number | null {
  const twiceMean = beforeMilli + afterMilli;
  return twiceMean <= 0 ? null : mulDivRound(demandMilli, 2_000, twiceMean);
}

/** Days that the stock lasts at the mean demand of a period, in thousandths; null without demand. */
export const coverDaysMilli = (onHandMilli: number, demandMilli: number, days: number): number | null =>
  demandMilli <= 0 ? null : mulDivRound(Math.max(0, onHandMilli) * days, 1_000, demandMilli);

/** A part of a whole in hundredths of a percent; null of nothing. */
export const basisPointsOf = (part: number, whole: number): number | null =>
  whole === 0 ? null : mulDivRound(part, 10_000, whole);
