/** Goal: every burst of a scanner is one whole code, no part of one ever is, and a typing person is left alone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GAP_MS, parseEntry, Scanner, type Verdict } from './scanner.ts';

function type(scanner: Scanner, keys: readonly string[], gapMs: number, fromMs = 1_000): Verdict[] {
  return keys.map((key, index) => scanner.press(key, fromMs + index * gapMs));
}
const burst = (code: string): string[] => [...code, 'Enter'];

describe('Scanner', () => {
  it('reads a burst as one code, at any speed up to the gap', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\x21-\x7e]{4,30}$/), fc.integer({ min: 0, max: GAP_MS }), (code, gap) => {
        const verdicts = type(new Scanner(), burst(code), gap);
        expect(verdicts.at(-1)).toEqual({ kind: 'SCAN', code, typed: code.length });
        expect(verdicts.slice(0, -1).every((verdict) => verdict.kind === 'PASS')).toBe(true);
      }),
    );
  });

  it('leaves a person alone', () => {
    expect(type(new Scanner(), burst('7801234'), 120).every((verdict) => verdict.kind === 'PASS')).toBe(true);
    expect(type(new Scanner(), burst('123'), 10).at(-1)).toEqual({ kind: 'PASS' });
  });

  it('does not join what was typed before with a burst, nor a burst with what follows', () => {
    const scanner = new Scanner();
    type(scanner, ['2', '0'], 200, 0);
    expect(type(scanner, burst('7801234'), 8, 2_000).at(-1)).toMatchObject({ code: '7801234' });
    expect(type(scanner, burst('55667788'), 8, 3_000).at(-1)).toMatchObject({ code: '55667788' });
  });

  it('swallows the second Enter of CR and LF, and not the next real one', () => {
    const scanner = new Scanner();
    type(scanner, burst('7801234'), 5);
    expect(scanner.press('Enter', 1_000 + 7 * 5 + 5)).toEqual({ kind: 'SWALLOW' });
    expect(scanner.press('Enter', 2_000)).toEqual({ kind: 'PASS' });
  });

  it('keeps letters with Shift between them', () => {
    expect(type(new Scanner(), ['Shift', 'A', 'b', 'Shift', 'C', '1', 'Enter'], 5).at(-1)).toMatchObject({
      code: 'AbC1',
    });
  });
});

describe('parseEntry', () => {
  it.each([
    ['789', 1, '789'],
    ['3*789', 3, '789'],
    ['0,5*101', 0.5, '101'],
    ['2 x aceite', 2, 'aceite'],
    ['3*', 3, ''],
    ['0*7', 1, '0*7'],
    ['aceite 3*4', 1, 'aceite 3*4'],
  ])('%s', (text, times, code) => {
    expect(parseEntry(text)).toEqual({ times, code });
  });
});
