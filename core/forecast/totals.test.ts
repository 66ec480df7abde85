/** Goal: quantiles of counts are exact at every size, and the spread of totals is that of past windows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Prepared } from './prepare.ts';
import { createRandom } from './random.ts';
import {
  countQuantiles,
  incompleteBeta,
  logGamma,
  lowerGamma,
  noSpread,
  overdispersion,
  pastSpread,
} from './totals.ts';

const LEVELS = [0.1, 0.5, 0.8, 0.9, 0.95];

describe('countQuantiles', () => {
  it('agrees with tables of the Poisson and the negative binomial', () => {
    expect(countQuantiles(LEVELS, 4, 4)).toEqual([2, 4, 6, 7, 8]);
    // Size 2, mean 6: P(X <= k) = 1 - 0.75^(k+1) * (1 + (k+1)/4 ... ), checked by summing the mass below.
    expect(countQuantiles(LEVELS, 6, 24)).toEqual(bySum(LEVELS, 6, 2));
  });

  it('gives the smallest count that reaches the level, whichever way it is found', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 800, noNaN: true }),
        fc.double({ min: 0.02, max: 3, noNaN: true }),
        (mean, dispersion) => {
          const size = 1 / dispersion;
          const chance = size / (size + mean);
          const found = countQuantiles(LEVELS, mean, mean + dispersion * mean * mean);
          found.forEach((count, i) => {
            expect(incompleteBeta(chance, size, count + 1)).toBeGreaterThanOrEqual(LEVELS[i]! - 1e-8);
            if (count > 0) expect(incompleteBeta(chance, size, count)).toBeLessThan(LEVELS[i]! + 1e-8);
          });
        },
      ),
      { numRuns: 150 },
    );
  });

  it('stays finite and in order for any mean and variance', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e11, noNaN: true }),
        fc.double({ min: 0, max: 1e3, noNaN: true }),
        (mean, d) => {
          const found = countQuantiles(LEVELS, mean, mean + d * mean * mean);
          found.forEach((count, i) => {
            expect(Number.isFinite(count)).toBe(true);
            expect(count).toBeGreaterThanOrEqual(i === 0 ? 0 : found[i - 1]!);
          });
        },
      ),
      { numRuns: 200 },
    );
  });
});

function bySum(levels: readonly number[], mean: number, size: number): number[] {
  const chance = size / (size + mean);
  return levels.map((level) => {
    let sum = 0;
    for (let k = 0; ; k += 1) {
      sum += Math.exp(
        logGamma(k + size) - logGamma(size) - logGamma(k + 1) + size * Math.log(chance) + k * Math.log(1 - chance),
      );
      if (sum >= level) return k;
    }
  });
}

describe('special functions', () => {
  it('knows a few values', () => {
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 10);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 10);
    expect(incompleteBeta(0.5, 2, 3)).toBeCloseTo(11 / 16, 10);
    expect(lowerGamma(1, 2)).toBeCloseTo(1 - Math.exp(-2), 10);
    expect(lowerGamma(3, 10)).toBeCloseTo(1 - Math.exp(-10) * (1 + 10 + 50), 10);
  });
});

describe('pastSpread', () => {
  const series = (values: number[]): Prepared => ({
    id: 'x',
    category: null,
    startDay: 20_000,
    count: values.length,
    raw: Float64Array.from(values),
    clean: Float64Array.from(values),
    open: new Uint8Array(values.length).fill(1),
  });
  const ones = (count: number): Float64Array => new Float64Array(count).fill(1);

  it('sees no more than chance in Poisson demand, and much more in bulk orders', () => {
    const random = createRandom(3);
    const calm = Array.from({ length: 546 }, () => random.poisson(2));
    const bulky = calm.map((value) => (random.next() < 0.1 ? value * 10 : 0));
    const own = pastSpread(series(calm), ones(546), 28, 1);
    const wild = pastSpread(series(bulky), ones(546), 28, 1);
    expect(own.windows).toBeGreaterThan(60);
    expect(overdispersion(own, own)).toBeLessThan(0.06);
    expect(overdispersion(wild, wild)).toBeGreaterThan(0.15);
  });

  it('leans on the class where a product has no past', () => {
    const pooled = { ...noSpread(), excess: 30, square: 100, windows: 100 };
    expect(overdispersion(noSpread(), pooled)).toBeCloseTo(0.3);
    expect(overdispersion(noSpread(), noSpread())).toBe(1);
    expect(pastSpread(series([1, 2, 3]), ones(3), 28, 1).windows).toBe(0);
  });

  it('stays within sense for a product that woke up after months of nothing', () => {
    const woken = { excess: 90_000, square: 2, windows: 60 };
    expect(overdispersion(woken, woken)).toBe(4);
  });
});
