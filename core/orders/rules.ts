/** The life of an order, and the arithmetic of taking part of a sale back. Pure. */
import { mulDivRound } from '#core/shared/numbers.ts';

export type OrderState = 'PENDING' | 'CONFIRMED' | 'PROCESSING' | 'SHIPPED' | 'DELIVERED' | 'COMPLETED' | 'CANCELLED';

const FORWARD: readonly OrderState[] = ['PENDING', 'CONFIRMED', 'PROCESSING', 'SHIPPED', 'DELIVERED', 'COMPLETED'];

/**
 * Whether an order may go from one state to another: one step forward from PENDING, any number of steps from CONFIRMED on, to
 * CANCELLED from anywhere before COMPLETED, and nowhere from the two ends.
 */
export function mayGo(from: OrderState, to: OrderState): boolean {
  if (from === 'COMPLETED' || from === 'CANCELLED') return false;
  if (to === 'CANCELLED') return true;
  if (from === 'PENDING') return to === 'CONFIRMED';
  return FORWARD.indexOf(to) > FORWARD.indexOf(from);
}

/** Once shipped, goods come back to the shelf only through somebody who has looked at them. */
export const isOutOfTheHouse = (state: OrderState): boolean => state === 'SHIPPED' || state === 'DELIVERED';

/**
 * The part of `whole` that belongs to the units from `before` to `after` of `quantity`: the difference of the cumulated shares, so
 * that any sequence of partial returns adds up to the whole.
 */
export function share(whole: number, quantityMilli: number, beforeMilli: number, afterMilli: number): number {
  return mulDivRound(whole, afterMilli, quantityMilli) - mulDivRound(whole, beforeMilli, quantityMilli);
}
