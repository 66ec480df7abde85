/** Seeded randomness of the forecaster: the same seed gives the same paths, byte by byte, on every machine. */
export interface Random {
  /** 0 <= x < 1. */
  next(): number;
  /** A draw from the standard normal distribution. */
  normal(): number;
  /** A draw from the Laplace distribution around 0 with this scale. */
  laplace(scale: number): number;
  /** A count with this mean; the mean is meant to be small (trend changes, not sales). */
  poisson(mean: number): number;
}

/** A generator for this seed (sfc32 behind a mixed seed). */
export function createRandom(seed: number): Random {
  const next = sfc32(seed);
  return {
    next,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    laplace: (scale) => {
      const half = next() - 0.5;
      return -scale * Math.sign(half) * Math.log(1 - 2 * Math.abs(half));
    },
    poisson: (mean) => {
      let count = 0;
      for (let product = next(), limit = Math.exp(-Math.min(mean, 500)); product > limit; product *= next()) count += 1;
      return count;
    },
  };
}

/** A seed of its own for each series, so that its paths do not depend on which other series were run before it. */
export function seedFor(seed: number, id: string): number {
  let hash = (2_166_136_261 ^ seed) >>> 0;
  for (let index = 0; index < id.length; index += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 16_777_619) >>> 0;
  }
  return hash;
}

function sfc32(seed: number): () => number {
  let a = 0x9e3779b9 ^ seed;
  let b = 0x243f6a88 ^ Math.imul(seed, 0x85ebca6b);
  let c = 0xb7e15162;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let round = 0; round < 15; round += 1) next();
  return next;
}
