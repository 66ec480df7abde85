/** Goal: the bytes for the printer are the very lines of the preview, in both code pages and all widths, and every barcode fits its paper. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readEscPos } from '#tests/support/escPosReader.ts';
import { layout, type Row } from './document.ts';
import { code128, toEscPos } from './escpos.ts';
import { BEYOND_ASCII } from './printable.ts';

/** What the preview shows of the lines. */
const shown = (rows: readonly Row[]) =>
  rows.flatMap((row) => (row.kind === 'line' ? [{ text: row.text, isBold: row.isBold, isLarge: row.isLarge }] : []));
const notBlank = <T extends { text: string }>(rows: readonly T[]): T[] =>
  rows.map((row) => ({ ...row, text: row.text.trimEnd() })).filter((row) => row.text !== '');

const anything = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
const style = { isBold: fc.boolean(), isLarge: fc.boolean() };
const block = fc.oneof(
  fc.record({
    kind: fc.constant('text' as const),
    text: anything,
    align: fc.constantFrom('left', 'center', 'right'),
    ...style,
  }),
  fc.record({
    kind: fc.constant('columns' as const),
    left: anything,
    right: fc.constantFrom('$1.000', '-$12.990', '1'),
    ...style,
  }),
  fc.record({ kind: fc.constantFrom('rule' as const, 'feed' as const) }),
);

it('prints the very lines of the preview, with their look', () => {
  fc.assert(
    fc.property(
      fc.array(block, { maxLength: 8 }),
      fc.constantFrom(32, 42, 48),
      fc.constantFrom('CP858', 'CP1252'),
      (document, columns, codepage) => {
        const rows = layout(document, columns);
        const job = readEscPos(toEscPos(rows, columns, codepage));
        expect(notBlank(job.printed)).toEqual(notBlank(shown(rows)));
        expect([job.cuts, job.kicks, job.barcodes]).toEqual([0, 0, []]);
      },
    ),
  );
});

it('has a byte for every letter that a receipt may hold, the same as by hand for Spanish', () => {
  for (const codepage of ['CP858', 'CP1252'] as const) {
    const { lines } = readEscPos(
      toEscPos(
        layout(
          [
            { kind: 'text', text: BEYOND_ASCII.slice(0, 32) },
            { kind: 'text', text: BEYOND_ASCII.slice(32) },
          ],
          48,
        ),
        48,
        codepage,
      ),
    );
    expect(lines.join('')).toBe(BEYOND_ASCII);
  }
  const bytes = (codepage: 'CP858' | 'CP1252'): string =>
    Buffer.from(toEscPos(layout([{ kind: 'text', text: 'ñÑáéíóúü°$' }], 32), 32, codepage)).toString('hex');
  // ESC t 19 and ESC t 16, then the letters.
  expect(bytes('CP858')).toContain('1b7413' + 'a4a5a082a1a2a381f824');
  expect(bytes('CP1252')).toContain('1b7410' + 'f1d1e1e9edf3fafcb024');
});

it('opens the drawer before the first line and cuts once after the last', () => {
  const rows = layout([{ kind: 'drawer' }, { kind: 'text', text: 'hola' }, { kind: 'cut' }], 48);
  const job = readEscPos(toEscPos(rows, 48));
  expect([job.kicks, job.cuts]).toEqual([1, 1]);
  const text = job.bytes.toString('latin1');
  expect(text.indexOf('\u001bp')).toBeLessThan(text.indexOf('hola'));
  expect(text.indexOf('\u001dV')).toBeGreaterThan(text.indexOf('hola'));
  expect(readEscPos(toEscPos([{ kind: 'drawer' }], 48)).lines.join('')).toBe('');
});

it('draws any number of a shop as a code that fits its paper and reads back', () => {
  const number = fc.stringMatching(/^[A-Z0-9]{1,4}[0-9]{1,2}-[PDZC]?[0-9]{6,8}$/);
  fc.assert(
    fc.property(number, fc.constantFrom(32, 42, 48), (value, columns) => {
      const [barcode] = readEscPos(toEscPos([{ kind: 'barcode', value }], columns)).barcodes;
      expect(barcode?.value).toBe(value);
      expect(barcode?.dots).toBeLessThanOrEqual({ 32: 384, 42: 512, 48: 576 }[columns]);
    }),
  );
});

it('leaves out a code that no paper could hold', () => {
  expect(code128('MA1-000123').data).toBe('{BMA1-{C\u0000\u0001\u0017');
  expect(readEscPos(toEscPos([{ kind: 'barcode', value: 'X'.repeat(40) }], 32)).barcodes).toEqual([]);
});
