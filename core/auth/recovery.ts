/** The recovery key: printed once, at the first run, for the owner who is locked out of his own shop. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { CommandContext } from '#core/engine/context.ts';
import type { Random } from '#core/engine/ports.ts';
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import { authEvents } from './events.ts';
import type { AuthTables } from './tables.ts';

const { db, select, change } = sqlFor<AuthTables>();
const storedKey = select(() => db.selectFrom('recovery').select('keyHash'));
const saveKey = change((p: { keyHash: string; nowMs: number }) =>
  db
    .insertInto('recovery')
    .values({ singleton: 1, keyHash: p.keyHash, createdAtMs: p.nowMs })
    .onConflict((conflict) => conflict.column('singleton').doUpdateSet({ keyHash: p.keyHash, createdAtMs: p.nowMs })),
);

/** Crockford's alphabet: no letter that is read as a digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 25;

/** 125 random bits as `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`. */
export function makeRecoveryKey(random: Random): string {
  const letters = Array.from(random.bytes(LENGTH), (byte) => ALPHABET[byte % 32] ?? '0').join('');
  return letters.replace(/(.{5})(?=.)/g, '$1-');
}

/** Forgives what people do to a key when they copy it from paper: case, spaces, hyphens, O for 0, I and L for 1. */
const normalise = (key: string): string =>
  key
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');

// A plain hash is enough: 125 bits cannot be guessed.
const keyHash = (key: string): string => hash('sha256', normalise(key), 'hex');

export const saveRecoveryKey = (writer: Writer, key: string, nowMs: number): void =>
  void saveKey.run(writer, { keyHash: keyHash(key), nowMs });

export function isRecoveryKey(reader: Reader, key: string): boolean {
  const stored = storedKey.first(reader, {})?.keyHash;
  return stored !== undefined && timingSafeEqual(Buffer.from(stored), Buffer.from(keyHash(key)));
}

/** Replaces the key; the event says that it happened, not what it is. */
export function renewRecoveryKey(context: CommandContext, key: string): void {
  saveRecoveryKey(context.writer, key, context.nowMs);
  context.record(authEvents.recoveryKeyMade, context.actor.userId, { userId: context.actor.userId });
}
