// Goal: the demonstration's randomness repeats exactly and has the shapes it promises.
import { expect, test } from 'vitest';
import { demoRandom } from './random.ts';

const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test('the same seed gives the same numbers, another seed others', () => {
  const draw = (seed: number) => {
    const random = demoRandom(seed);
    return many(50, () => [
      random.next(),
      random.int(1, 9),
      random.normal(0, 1),
      random.poisson(4),
      random.shuffle([1, 2, 3]),
    ]);
  };
  expect(draw(5)).toEqual(draw(5));
  expect(draw(5)).not.toEqual(draw(6));
});

test('integers reach both ends and nothing beyond', () => {
  const random = demoRandom(1);
  expect(new Set(many(500, () => random.int(-2, 2)))).toEqual(new Set([-2, -1, 0, 1, 2]));
});

test('weights are shares; a weight of zero never comes', () => {
  const random = demoRandom(2);
  const drawn = many(20_000, () =>
    random.weighted([
      ['a', 3],
      ['never', 0],
      ['b', 1],
    ] as const),
  );
  expect(drawn).not.toContain('never');
  expect(drawn.filter((item) => item === 'a').length / drawn.length).toBeCloseTo(0.75, 1);
  expect(() => random.pick([])).toThrow();
});

test('normal and poisson have their means, also where exp() would underflow', () => {
  const random = demoRandom(3);
  expect(mean(many(20_000, () => random.normal(10, 2)))).toBeCloseTo(10, 1);
  expect(mean(many(20_000, () => random.poisson(0.5)))).toBeCloseTo(0.5, 1);
  expect(Math.abs(mean(many(2_000, () => random.poisson(900))) - 900)).toBeLessThan(5);
  expect(random.poisson(0)).toBe(0);
});

test('shuffling keeps every item and leaves the given list alone', () => {
  const given = [1, 2, 3, 4, 5];
  expect(demoRandom(4).shuffle(given).sort()).toEqual([1, 2, 3, 4, 5]);
  expect(given).toEqual([1, 2, 3, 4, 5]);
});
