/** A small seeded generator (mulberry32): the same seed gives the same shop, sale by sale. */
export interface DemoRandom {
  /** 0 <= x < 1. */
  next(): number;
  /** An integer from `low` to `high`, both included. */
  int(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  /** One of the items, each as likely as its weight; weights are not negative and not all zero. */
  weighted<T>(items: readonly (readonly [item: T, weight: number])[]): T;
  chance(probability: number): boolean;
  /** A draw from the normal distribution (Box-Muller). */
  normal(mean: number, deviation: number): number;
  /** A count with this mean (Knuth's method in steps of 30, so that exp() never underflows). */
  poisson(mean: number): number;
  /** The items in a new order (Fisher-Yates); the given list stays as it is. */
  shuffle<T>(items: readonly T[]): T[];
}

export function demoRandom(seed: number): DemoRandom {
  const next = mulberry32(seed);
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    int,
    pick: (items) => at(items, Math.floor(next() * items.length)),
    weighted: (items) => {
      let mark = next() * items.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [item, weight] of items) {
        if (mark < weight) return item;
        mark -= weight;
      }
      return at(
        items,
        items.findLastIndex(([, weight]) => weight > 0),
      )[0];
    },
    chance: (probability) => next() < probability,
    normal: (mean, deviation) => {
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      return mean + deviation * radius * Math.cos(2 * Math.PI * next());
    },
    poisson: (mean) => {
      let count = 0;
      for (let left = mean; left > 0; left -= 30) count += knuth(next, Math.min(left, 30));
      return count;
    },
    shuffle: (items) => {
      const mixed = [...items];
      for (let last = mixed.length - 1; last > 0; last -= 1) {
        const other = int(0, last);
        [mixed[last], mixed[other]] = [at(mixed, other), at(mixed, last)];
      }
      return mixed;
    },
  };
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function knuth(next: () => number, mean: number): number {
  let count = 0;
  for (let product = next(), limit = Math.exp(-mean); product > limit; product *= next()) count += 1;
  return count;
}

function at<T>(items: readonly T[], index: number): T {
  if (index < 0 || index >= items.length) throw new Error('nothing to draw from');
  return items[index] as T;
}
