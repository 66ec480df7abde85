/** Goal: sums of parts are the sum of the whole, so that any roll-up gives the figures one would get from the raw days. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSums, BUCKETS, figuresOf, NO_SUMS, pinballLoss, scoreOne, scoreWindow } from './accuracy.ts';

const amount = fc.integer({ min: 0, max: 50 });
const window = fc.record({
  daily: fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 28, maxLength: 28 }),
  naive: fc.array(amount, { minLength: 28, maxLength: 28 }),
  actual: fc.array(amount, { minLength: 28, maxLength: 28 }),
});

describe('scores', () => {
  it('add up over days, buckets and series', () => {
    fc.assert(
      fc.property(fc.array(window, { minLength: 1, maxLength: 5 }), (windows) => {
        const days = windows
          .map((each) => scoreWindow(each))
          .flatMap((scores) => [scores['1-7'], scores['8-14'], scores['15-28']])
          .reduce(addSums, NO_SUMS);
        let absError = 0;
        let actual = 0;
        for (const each of windows) {
          each.actual.forEach((value, i) => {
            absError += Math.abs(value - each.daily[i]!);
            actual += value;
          });
        }
        expect(days.n).toBe(28 * windows.length);
        expect(days.absError).toBeCloseTo(absError, 6);
        const { wape } = figuresOf(days);
        if (actual > 0) expect(wape).toBeCloseTo(absError / actual, 9);
        else expect(wape).toBeNull();
      }),
    );
  });

  it('takes MAPE over days with sales only and leaves missing days out', () => {
    const actual = [0, 4, NaN, 2];
    const scores = scoreWindow({ daily: [1, 2, 9, 3], naive: [0, 0, 0, 0], actual });
    expect(scores['1-7']).toMatchObject({ n: 3, nApe: 2, ape: 1, absError: 4, naiveAbsError: 6 });
    expect(figuresOf(scores['1-7']).mape).toBeCloseTo(0.5);
    expect(scores['total 7'].n).toBe(0);
  });

  it('scores intervals where there are quantiles', () => {
    const levels = [0.025, 0.1, 0.5, 0.8, 0.9, 0.95, 0.975];
    const said = { levels, values: [1, 2, 5, 8, 9, 11, 13] };
    expect(scoreOne(5, 5, 9, said)).toMatchObject({ hits80: 1, hits95: 1, nInterval: 1 });
    expect(scoreOne(5, 5, 12, said)).toMatchObject({ hits80: 0, hits95: 1 });
    expect(scoreOne(5, 5, 14, said)).toMatchObject({ hits80: 0, hits95: 0 });
    expect(pinballLoss([0.5], [4], 10)).toBe(3);
    expect(pinballLoss([0.9], [10], 4)).toBeCloseTo(0.6);
  });

  it('has every bucket, empty ones too', () => {
    expect(Object.keys(scoreWindow({ daily: [], naive: [], actual: [] }))).toEqual([...BUCKETS]);
  });
});
