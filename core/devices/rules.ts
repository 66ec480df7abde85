/** Pure rules of pairing: codes that people type, and the terminal codes of further tills. */
import type { Random } from '#core/engine/ports.ts';

/** Long enough to walk to the other till, too short to be found by trying. */
export const PAIRING_LIFE_MS = 5 * 60_000;

const DIGITS = 8;
const CODES = 10 ** DIGITS;
/** The most that divides into whole rounds of codes: beyond it the low codes would come more often. */
const FAIR = Math.floor(2 ** 32 / CODES) * CODES;

/** Eight digits, each code as likely as any other. */
export function makePairingCode(random: Random): string {
  for (;;) {
    const drawn = Buffer.from(random.bytes(4)).readUInt32BE();
    if (drawn < FAIR) return String(drawn % CODES).padStart(DIGITS, '0');
  }
}

/** What was typed, without the spaces and dashes that people put between digits. */
export const readPairingCode = (typed: string): string => typed.replace(/[\s-]/g, '');

const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const MAX_CODE = 4;

/**
 * The code of a further till: the machine's own code and a letter, so that it is unique as long as the machine's is. (A plain next number
 * could be given to a machine that replaces this one before the centre has heard of the till: two papers would bear one number.) Where the
 * machine's own leaves no room, because it was drawn itself, letters are drawn as it was: core/sync/renewal.ts.
 */
export function furtherTillCode(own: string, taken: ReadonlySet<string>, random: Random): string {
  const derived = own.length < MAX_CODE ? [...LETTERS].map((letter) => own + letter) : [];
  const free = derived.find((code) => !taken.has(code));
  if (free !== undefined) return free;
  for (;;) {
    const code = [...random.bytes(MAX_CODE)].map((byte) => LETTERS[byte % LETTERS.length] ?? '').join('');
    if (!taken.has(code)) return code;
  }
}
