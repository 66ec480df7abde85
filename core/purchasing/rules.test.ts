/** Goal: what is ordered is whole packs and never under the least order; a lead time follows real receptions; margins are to the basis point. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnLeadTime, marginBasisPoints, roundToPack } from './rules.ts';

describe('pack and least order', () => {
  it.each([
    // wanted, pack, least order, ordered
    [1_000, 1_000, 0, 1_000],
    [13_000, 12_000, 0, 24_000],
    [24_000, 12_000, 0, 24_000],
    [1_000, 6_000, 20_000, 24_000],
    [150_500, 208_000, 0, 208_000],
    [1, 1, 0, 1],
  ])('%i wanted in packs of %i, at least %i: %i', (wanted, pack, minimum, ordered) => {
    expect(roundToPack(wanted, pack, minimum)).toBe(ordered);
  });

  it('never orders less than wanted or the least, never a pack too many', () => {
    const amount = fc.integer({ min: 1, max: 1_000_000_000 });
    fc.assert(
      fc.property(amount, amount, fc.integer({ min: 0, max: 1_000_000_000 }), (wanted, pack, minimum) => {
        const ordered = roundToPack(wanted, pack, minimum);
        const least = Math.max(wanted, minimum);
        return ordered % pack === 0 && ordered >= least && ordered - pack < least;
      }),
    );
  });
});

describe('lead time', () => {
  it('is what the supplier says until something came', () => {
    expect(learnLeadTime(6, [])).toEqual({ receptionCount: 0, mean: 6, variance: 4 });
  });

  it('moves with every reception: two days said, then four deliveries of eight', () => {
    const { mean, variance } = learnLeadTime(2, [8, 8, 8, 8]);
    expect(mean).toBe(6);
    // (2 x ((2/3)^2 + 4^2) + 4 x 2^2) / 6
    expect(variance).toBeCloseTo((2 * (4 / 9 + 16) + 16) / 6, 12);
  });

  it('ends at what really happens', () => {
    const { mean, variance } = learnLeadTime(
      3,
      Array.from({ length: 30 }, (_, i) => 10 + (i % 2)),
    );
    expect(mean).toBeGreaterThan(9.9);
    expect(mean).toBeLessThan(10.5);
    expect(variance).toBeLessThan(4);
  });
});

describe('margin', () => {
  it('is of the net price', () => {
    // 24.990 gross is 21.000 net; a cost of 14.700 leaves 30 %.
    expect(marginBasisPoints(24_990, 14_700_000, 1_900)).toBe(3_000);
    expect(marginBasisPoints(5_000, 4_000_000, 0)).toBe(2_000);
    expect(marginBasisPoints(0, 4_000_000, 1_900)).toBe(0);
    expect(marginBasisPoints(11_900, 12_000_000, 1_900)).toBe(-2_000);
  });
});
