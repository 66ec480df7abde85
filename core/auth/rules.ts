/** Pure rules of passwords, PINs and throttling. */
import { DomainError } from '#core/shared/errors.ts';
import { fold } from '#core/shared/text.ts';
import { COMMON_PASSWORDS } from './commonPasswords.ts';

const MINUTE_MS = 60_000;

/** Length 8 to 256, no composition rules, common ones and one's own name or e-mail refused (NIST SP 800-63B). */
export function checkPassword(password: string, owner: { email: string; firstName: string; lastName: string }): void {
  const folded = fold(password);
  const own = [owner.email, owner.email.split('@')[0] ?? '', owner.firstName, owner.lastName].map(fold);
  const repeated = new Set(folded).size < 4;
  if (
    password.length < 8 ||
    password.length > 256 ||
    repeated ||
    own.includes(folded) ||
    COMMON_PASSWORDS.has(folded)
  ) {
    throw new DomainError('PASSWORD_WEAK', { minimumLength: 8 });
  }
}

/** A PIN has `length` digits and is not one of those that everybody tries first. */
export function checkPin(pin: string, length = 6): void {
  const digits = [...pin].map(Number);
  const steps = digits.slice(1).map((digit, index) => digit - (digits[index] ?? 0));
  const isRun = steps.every((step) => step === steps[0] && Math.abs(step) <= 1);
  const half = pin.slice(0, pin.length / 2);
  const isRepeated = half === pin.slice(pin.length / 2) || new Set(digits).size < 3 || /^(\d)\1(\d)\2(\d)\3$/.test(pin);
  if (pin.length !== length || !/^\d+$/.test(pin) || isRun || isRepeated || looksLikeDate(pin) || KEYPAD.has(pin)) {
    throw new DomainError('PIN_WEAK', { length });
  }
}

const DAY = '(0[1-9]|[12]\\d|3[01])';
const MONTH = '(0[1-9]|1[0-2])';
/** Day-month-year, year-month-day or month-day-year of a birthday, or two years. */
const DATES = [
  `${DAY}${MONTH}\\d\\d`,
  `\\d\\d${MONTH}${DAY}`,
  `${MONTH}${DAY}\\d\\d`,
  '(19|20)\\d{4}',
  `${DAY}${MONTH}(19|20)\\d\\d`,
];
const looksLikeDate = (pin: string): boolean => DATES.some((pattern) => new RegExp(`^${pattern}$`).test(pin));
/** Shapes drawn on the keypad. */
const KEYPAD: ReadonlySet<string> = new Set([
  '159753',
  '147258',
  '258369',
  '369258',
  '147852',
  '258147',
  '789456',
  '456789',
  '159357',
  '741852',
  '852963',
]);

/** Ten failures lock the account on this machine until somebody unlocks it. */
export const LOCK_AFTER = 10;
const DELAY_AFTER = 5;

/** When the next try is allowed after so many failures: from the fifth 30 seconds, doubling to 15 minutes. */
export function blockedUntil(failures: number, nowMs: number): number {
  if (failures < DELAY_AFTER) return 0;
  return nowMs + Math.min(15 * MINUTE_MS, 30_000 * 2 ** Math.min(10, failures - DELAY_AFTER));
}

/**
 * Whether a try must wait. A clock set back does not shorten the wait by more than it was meant to last; one set forward
 * cannot, since the failures are counted and the lock at ten knows no time.
 */
export function throttleState(
  row: { failures: number; blockedUntilMs: number; lastFailureAtMs: number } | undefined,
  nowMs: number,
  lockAfter: number = LOCK_AFTER,
): { verdict: 'GO' } | { verdict: 'WAIT'; retryInMs: number } | { verdict: 'LOCKED' } {
  if (!row) return { verdict: 'GO' };
  if (row.failures >= lockAfter) return { verdict: 'LOCKED' };
  const waitMs = row.blockedUntilMs - row.lastFailureAtMs;
  const leftMs = nowMs < row.lastFailureAtMs ? waitMs : row.blockedUntilMs - nowMs;
  return leftMs > 0 && row.blockedUntilMs > 0 ? { verdict: 'WAIT', retryInMs: leftMs } : { verdict: 'GO' };
}
