/**
 * Goal: not one peso is lost or invented. Golden values of the domain rules, and properties over the whole range of amounts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate, formatClp, formatMilli, lineTotal, roundCash, splitIva } from './money.ts';
import { basisPoints, clp, milli, mulDivRound } from './numbers.ts';

const IVA = basisPoints(1900);

describe('splitIva', () => {
  it.each([
    [680, 571, 109],
    [9_990, 8_395, 1_595],
    [19_990, 16_798, 3_192],
    [86_710, 72_866, 13_844],
    [10, 8, 2],
    [1, 1, 0],
    [0, 0, 0],
  ])('%i is %i + %i', (total, netClp, ivaClp) => {
    expect(splitIva(clp(total), IVA)).toEqual({ netClp, ivaClp });
  });

  it('always adds up, and is the nearest whole net', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (total) => {
        const { netClp, ivaClp } = splitIva(clp(total), IVA);
        expect(netClp + ivaClp).toBe(total);
        expect(Math.abs(netClp * 1.19 - total)).toBeLessThanOrEqual(0.6);
      }),
    );
  });

  it('differs from net x 19 % often enough to matter', () => {
    let different = 0;
    for (let total = 1; total <= 100_000; total += 1) {
      const { netClp, ivaClp } = splitIva(clp(total), IVA);
      if (Math.round(netClp * 0.19) !== ivaClp) different += 1;
    }
    expect(different / 100_000).toBeCloseTo(0.16, 2);
  });
});

describe('roundCash (Ley 20.956)', () => {
  it.each([
    [19_995, 19_990],
    [19_996, 20_000],
    [5, 0],
    [6, 10],
    [0, 0],
    [19_990, 19_990],
    [-19_995, -19_990],
  ])('%i pays %i', (amount, rounded) => {
    expect(roundCash(clp(amount))).toBe(rounded);
  });

  it('lands on a ten, at most five pesos away, and mirrors for refunds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (amount) => {
        const rounded = roundCash(clp(amount));
        expect(rounded % 10).toBe(0);
        expect(Math.abs(rounded - amount)).toBeLessThanOrEqual(5);
        expect(roundCash(clp(-amount)) + rounded).toBe(0);
      }),
    );
  });
});

describe('lineTotal', () => {
  it('rounds half up, on the magnitude', () => {
    expect(lineTotal(clp(9_990), milli(1_000))).toBe(9_990);
    expect(lineTotal(clp(1_001), milli(500))).toBe(501);
    expect(lineTotal(clp(1_001), milli(-500))).toBe(-501);
    expect(lineTotal(clp(333), milli(1))).toBe(0);
  });

  it('is exact where a double is not', () => {
    expect(mulDivRound(999_999_937, 999_999_893, 1_000)).toBe(Number((999_999_937n * 999_999_893n + 500n) / 1_000n));
  });
});

describe('allocate', () => {
  it('gives the rest to the largest remainders, ties to the first', () => {
    expect(allocate(clp(100), [1, 1, 1])).toEqual([34, 33, 33]);
    expect(allocate(clp(10), [3, 3, 1])).toEqual([4, 4, 2]);
    expect(allocate(clp(7), [0, 0])).toEqual([7, 0]);
    expect(allocate(clp(0), [])).toEqual([]);
  });

  it('adds up, gives nothing to a weight of zero, and is never a peso off the exact share', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 1_000_000_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), weights, (amount, given) => {
        const parts = allocate(clp(amount), given);
        const sum = given.reduce((a, b) => a + b, 0);
        expect(parts.reduce((a, b) => a + b, 0)).toBe(amount);
        if (sum === 0) return;
        for (const [index, part] of parts.entries()) {
          const weight = given[index] ?? 0;
          if (weight === 0) expect(part).toBe(0);
          expect(Math.abs(part - (amount * weight) / sum)).toBeLessThan(1.000_001);
        }
      }),
    );
  });
});

describe('formats', () => {
  it('shows pesos and quantities as in Chile', () => {
    expect([formatClp(12_990), formatClp(-1_500), formatClp(0)]).toEqual(['$12.990', '-$1.500', '$0']);
    expect([formatMilli(1_000), formatMilli(500), formatMilli(1_234_125), formatMilli(-2_500)]).toEqual([
      '1',
      '0,5',
      '1.234,125',
      '-2,5',
    ]);
  });
});
