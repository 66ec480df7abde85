/** The real clock, identities and randomness: the only file of the core that touches them. */
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { Clock, Ids, Random } from './ports.ts';

export const systemClock: Clock = { nowMs: () => Date.now() };

// One system call per 8 KiB: a sale makes a dozen ids, and asking for 16 bytes each time took a sixth of its time.
const POOL_BYTES = 8_192;
const pool = { bytes: randomBytes(0), at: 0 };

export const systemRandom: Random = {
  bytes(length) {
    if (length > POOL_BYTES / 8) return randomBytes(length);
    if (pool.at + length > pool.bytes.length) {
      pool.bytes = randomBytes(POOL_BYTES);
      pool.at = 0;
    }
    pool.at += length;
    // A copy, so that nobody who holds a token's bytes sees its neighbours'.
    return Uint8Array.prototype.slice.call(pool.bytes, pool.at - length, pool.at);
  },
};

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
