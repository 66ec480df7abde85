/**
 * Goal: nothing that is printed is wider than the paper, nothing is lost, and nothing that a person typed reaches the printer as a command.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layout, type ReceiptDoc, type Row, wrap } from './document.ts';
import { BEYOND_ASCII, printable } from './printable.ts';

const lines = (rows: readonly Row[]): string[] => rows.flatMap((row) => (row.kind === 'line' ? [row.text] : []));
const letters = (text: string): string => [...text.replaceAll(' ', '')].sort().join('');
const anything = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 120 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.stringMatching(/^[ñáéíóúÑA-Z0-9 ]{0,120}$/),
);
const columns = fc.constantFrom(32, 42, 48);

describe('layout', () => {
  it('never exceeds the paper and loses no letter', () => {
    fc.assert(
      fc.property(
        anything,
        anything,
        columns,
        fc.boolean(),
        fc.constantFrom('left', 'center', 'right'),
        (left, right, width, isLarge, align) => {
          const document: ReceiptDoc = [
            { kind: 'text', text: left, isLarge, align },
            { kind: 'columns', left, right, isLarge },
            { kind: 'rule' },
          ];
          const texts = lines(layout(document, width));
          const room = isLarge ? Math.floor(width / 2) : width;
          for (const text of texts.slice(0, -1)) expect(text.length).toBeLessThanOrEqual(room);
          expect(texts.at(-1)).toBe('-'.repeat(width));
          expect(letters(texts.slice(0, -1).join(''))).toBe(
            letters(printable(left) + printable(left) + printable(right)),
          );
        },
      ),
    );
  });

  it('puts an amount at the end of the first row, and below where it would leave no room', () => {
    const row = { kind: 'columns' as const, left: 'Aceite mineral 15W-40 para motores diésel', right: '$12.990' };
    expect(lines(layout([row], 32))).toEqual(['Aceite mineral 15W-40    $12.990', 'para motores diésel']);
    expect(lines(layout([{ ...row, left: 'TOTAL', right: '$1.000.000.000', isLarge: true }], 32))).toEqual([
      'TOTAL',
      '  $1.000.000.000',
    ]);
  });

  it('keeps the indent of a wrapped text and breaks a word longer than the paper', () => {
    expect(wrap('  3 UN x $4.333 el litro', 14)).toEqual(['  3 UN x', '  $4.333 el', '  litro']);
    expect(wrap('XXXXXXXXXXYYYYYY Z', 10)).toEqual(['XXXXXXXXXX', 'YYYYYY Z']);
    expect(wrap('', 10)).toEqual(['']);
  });
});

describe('printable', () => {
  it('gives only characters of the code pages, one column each, and is its own result', () => {
    const allowed = new RegExp(`^[ -~${BEYOND_ASCII}]*$`, 'u');
    fc.assert(
      fc.property(anything, (text) => {
        const clean = printable(text);
        expect(clean).toMatch(allowed);
        expect(printable(clean)).toBe(clean);
      }),
    );
  });

  it('strips control bytes, and shows what it has no letter for', () => {
    expect(printable('a\u001b@b\u0000c\u007f\u009bd\u202e')).toBe('a@bcd');
    expect(printable('dos\r\nrenglones\ty\u00a0espacio')).toBe('dos renglones y espacio');
    expect(printable('Ñandú “5W–30” n\u0303…')).toBe('Ñandú "5W-30" ñ...');
    expect(printable('Dvořák Łódź 🛢️ 👨‍🔧 漢')).toBe('Dvorák ?ódz ? ? ?');
  });
});
