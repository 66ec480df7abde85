/** The real clock, identities and randomness: the only file of the core that touches them. */
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { Clock, Ids, Random } from './ports.ts';

export const systemClock: Clock = { nowMs: () => Date.now() };
export const systemRandom: Random = { bytes: (length) => randomBytes(length) };

/** UUIDv7 with a counter, so that ids made within one millisecond keep their order. */
export function monotonicIds(random: Random = systemRandom): Ids {
  let lastMs = 0;
  let counter = 0;
  return {
    next(nowMs) {
      if (nowMs > lastMs) {
        lastMs = nowMs;
        counter = 0;
      } else {
        // A clock set back must not break the order of ids already given.
        counter += 1;
      }
      return v7({ msecs: lastMs, seq: counter, random: random.bytes(16) });
    },
  };
}
