/**
 * Goal: of all 49 pairs of states exactly the legal transitions pass, and parts of a whole add up to it however it is cut.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOutOfTheHouse, mayGo, type OrderState, share } from './rules.ts';

const STATES: readonly OrderState[] = [
  'PENDING',
  'CONFIRMED',
  'PROCESSING',
  'SHIPPED',
  'DELIVERED',
  'COMPLETED',
  'CANCELLED',
];

/** Written out by hand from the domain page: what each state may become. */
const LEGAL: Readonly<Record<OrderState, readonly OrderState[]>> = {
  PENDING: ['CONFIRMED', 'CANCELLED'],
  CONFIRMED: ['PROCESSING', 'SHIPPED', 'DELIVERED', 'COMPLETED', 'CANCELLED'],
  PROCESSING: ['SHIPPED', 'DELIVERED', 'COMPLETED', 'CANCELLED'],
  SHIPPED: ['DELIVERED', 'COMPLETED', 'CANCELLED'],
  DELIVERED: ['COMPLETED', 'CANCELLED'],
  COMPLETED: [],
  CANCELLED: [],
};

describe.each(STATES)('from %s', (from) => {
  it.each(STATES)('to %s', (to) => {
    expect(mayGo(from, to)).toBe(LEGAL[from].includes(to));
  });
});

it('keeps goods out of the house from SHIPPED on', () => {
  expect(STATES.filter(isOutOfTheHouse)).toEqual(['SHIPPED', 'DELIVERED']);
});

it('shares add up to the whole, whatever the cuts', () => {
  const whole = fc.integer({ min: 0, max: 1_000_000_000 });
  fc.assert(
    fc.property(
      whole,
      fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 20 }),
      (amount, cuts) => {
        const quantityMilli = cuts.reduce((sum, cut) => sum + cut, 0);
        let beforeMilli = 0;
        let sum = 0;
        for (const cut of cuts) {
          const part = share(amount, quantityMilli, beforeMilli, beforeMilli + cut);
          expect(part).toBeGreaterThanOrEqual(0);
          beforeMilli += cut;
          sum += part;
        }
        expect(sum).toBe(amount);
      },
    ),
  );
});
