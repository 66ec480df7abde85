/**
 * Goal: value follows stock to the thousandth of a peso: it is shared out by weighted average, the last unit takes the rest, an
 * empty shelf is worth nothing, and what was sold before it came is settled when it comes.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageCost, costJumped, costVariance, type CostState, valueLeaving } from './rules.ts';

const state = (quantityMilli: number, valueMilliClp: number, lastUnitCostMilliClp = 0): CostState => ({
  quantityMilli,
  valueMilliClp,
  lastUnitCostMilliClp,
});

describe('average cost', () => {
  it('weighs by quantity: 10 at 1.000 and 5 at 1.300 are 1.100 each', () => {
    expect(averageCost(state(15_000, 10 * 1_000_000 + 5 * 1_300_000))).toBe(1_100_000);
  });

  it('is what the last unit cost where the shelf is empty or owes', () => {
    expect(averageCost(state(0, 0, 777_000))).toBe(777_000);
    expect(averageCost(state(-2_000, -1_554_000, 777_000))).toBe(777_000);
  });
});

describe('value that leaves', () => {
  it('is the share of the exact value; three units worth 1.000 together go as 333, 333 and the rest, 334', () => {
    expect(valueLeaving(state(3_000, 1_000), 1_000)).toBe(333);
    expect(valueLeaving(state(2_000, 667), 1_000)).toBe(334);
    expect(valueLeaving(state(1_000, 333), 1_000)).toBe(333);
  });

  it('below zero is valued at the last known cost', () => {
    expect(valueLeaving(state(0, 0, 5_000_000), 2_000)).toBe(10_000_000);
    expect(valueLeaving(state(1_000, 4_000_000, 9), 3_000)).toBe(4_000_000 + 2 * 4_000_000);
  });

  it('never leaves more than there is, and leaves nothing behind on an empty shelf', () => {
    const shelf = fc.record({
      quantity: fc.integer({ min: 1, max: 1e9 }),
      value: fc.integer({ min: 0, max: 1e12 }),
      cuts: fc.array(fc.integer({ min: 1, max: 1e8 }), { maxLength: 20 }),
    });
    fc.assert(
      fc.property(shelf, ({ quantity, value, cuts }) => {
        const now = state(quantity, value);
        for (const cut of [...cuts, quantity]) {
          const taken = Math.min(cut, now.quantityMilli);
          if (taken === 0) break;
          const left = valueLeaving(now, taken);
          expect(left).toBeGreaterThanOrEqual(0);
          expect(left).toBeLessThanOrEqual(now.valueMilliClp);
          now.quantityMilli -= taken;
          now.valueMilliClp -= left;
        }
        expect(now.quantityMilli === 0 ? now.valueMilliClp : 0).toBe(0);
      }),
    );
  });
});

describe('cost variance', () => {
  it('is nothing where nothing was owed', () => {
    expect(costVariance(state(5_000, 1), 1_000, 9)).toBe(0);
    expect(costVariance(state(0, 0, 9), 1_000, 9)).toBe(0);
  });

  it('makes good what was sold at a guess: 2 owed at 5.000, 10 come at 6.000, the 8 left are worth 48.000', () => {
    expect(costVariance(state(-2_000, -10_000_000), 10_000, 60_000_000)).toBe(-2_000_000);
    expect(-10_000_000 + 60_000_000 - 2_000_000).toBe(8 * 6_000_000);
  });

  it('leaves an exactly filled gap worth nothing, and prices what is still owed at the newest cost', () => {
    expect(-10_000_000 + 12_000_000 + costVariance(state(-2_000, -10_000_000), 2_000, 12_000_000)).toBe(0);
    expect(-10_000_000 + 6_000_000 + costVariance(state(-2_000, -10_000_000), 1_000, 6_000_000)).toBe(-6_000_000);
  });
});

it('a cost that moved by more than 5 % is worth a look', () => {
  expect([costJumped(1_000, 1_050), costJumped(1_000, 1_051), costJumped(1_000, 949), costJumped(0, 999)]).toEqual([
    false,
    true,
    true,
    false,
  ]);
});
