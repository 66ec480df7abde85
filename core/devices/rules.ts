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
 * could be given to a machine that replaces this one before the centre has heard of the till: two papers would bear one number.)
 */
export function furtherTillCode(own: string, taken: ReadonlySet<string>): string | undefined {
  const stems = own.length < MAX_CODE ? [own, ...[...LETTERS].map((letter) => own + letter)] : [];
  for (const stem of stems)
    for (const letter of LETTERS) {
      const code = stem + letter;
      if (code.length <= MAX_CODE && !taken.has(code)) return code;
    }
  return undefined;
}
