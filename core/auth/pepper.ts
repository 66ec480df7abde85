/** The machine's own secret beside the database: without it a stolen or copied file gives no PIN away. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Random } from '#core/engine/ports.ts';

const fresh = (random: Random): string => Buffer.from(random.bytes(32)).toString('base64');

/**
 * Reads `<database>-pepper`, or makes it, readable by its owner alone. A database restored without it loses its PINs and nothing
 * else: people sign in by password and set a new one. A database in memory gets one that dies with it.
 */
export function machinePepper(databaseFile: string, random: Random): string {
  if (databaseFile === ':memory:') return fresh(random);
  const file = `${databaseFile}-pepper`;
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  // Cut short by a power cut while it was made: nothing was hashed with it yet.
  if (kept.length >= 32) return kept;
  const pepper = fresh(random);
  const handle = openSync(file, 'w', 0o600);
  try {
    writeSync(handle, pepper);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return pepper;
}
