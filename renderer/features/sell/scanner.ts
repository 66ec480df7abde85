/**
 * Telling a scanner from a person. A scanner types a whole code and Enter, some milliseconds a key; nobody types like that. Pure: the
 * page feeds it keys with their times.
 */

/** The longest pause inside a burst. */
export const GAP_MS = 50;
/** The shortest code. */
export const MIN_LENGTH = 4;
/** Scanners that send CR and LF give two Enters; the second within this time is swallowed. */
export const ECHO_MS = 150;

export type Verdict =
  /** Not ours: let the key do what it does. */
  | { kind: 'PASS' }
  /** The second Enter of a scanner. */
  | { kind: 'SWALLOW' }
  /** A whole code was read; `typed` characters of it stand in the field that had the focus. */
  | { kind: 'SCAN'; code: string; typed: number };

const ENDING = /^(Tab|Escape|Backspace|Delete|Home|End|Arrow\w+)$/;
const PASS: Verdict = { kind: 'PASS' };

export class Scanner {
  #buffer = '';
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #lastScanAtMs = Number.NEGATIVE_INFINITY;

  /**
   * Takes one key press. A burst that ends in Enter is a code; a part of a burst never is, and slow typing is none of its business.
   */
  press(key: string, atMs: number): Verdict {
    const isBurst = atMs - this.#lastAtMs <= GAP_MS;
    if (key === 'Enter') {
      const code = this.#buffer;
      this.reset();
      if (atMs - this.#lastScanAtMs <= ECHO_MS && code === '') return { kind: 'SWALLOW' };
      if (!isBurst || code.length < MIN_LENGTH) return PASS;
      this.#lastScanAtMs = atMs;
      return { kind: 'SCAN', code, typed: code.length };
    }
    if (key.length !== 1) {
      // Shift comes between the letters of a code, and a function key types nothing; what moves or deletes ends a code.
      if (ENDING.test(key)) this.reset();
      return PASS;
    }
    this.#buffer = isBurst ? this.#buffer + key : key;
    this.#lastAtMs = atMs;
    return PASS;
  }

  /** Whether a key at this time goes on with what stands in the buffer. */
  isBursting(atMs: number): boolean {
    return this.#buffer !== '' && atMs - this.#lastAtMs <= GAP_MS;
  }

  /** Whether the Enter of this time ended a burst. */
  wasScan(atMs: number): boolean {
    return this.#lastScanAtMs === atMs;
  }

  reset(): void {
    this.#buffer = '';
    this.#lastAtMs = Number.NEGATIVE_INFINITY;
  }
}

/** What was typed into the scan box: `3*789` is three of 789. */
export function parseEntry(text: string): { times: number; code: string } {
  const match = /^(\d{1,4}(?:[.,]\d{1,3})?)\s*[*x]\s*(.*)$/i.exec(text.trim());
  const times = match ? Number((match[1] ?? '1').replace(',', '.')) : 1;
  return times > 0 && match ? { times, code: (match[2] ?? '').trim() } : { times: 1, code: text.trim() };
}
