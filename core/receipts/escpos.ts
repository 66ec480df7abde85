/** Rows to the bytes of an ESC/POS printer: the only file that knows the encoder. */
import ReceiptPrinterEncoder from '@point-of-sale/receipt-printer-encoder';
import type { Row } from './document.ts';

/** Both hold ñ, every accent of Spanish and $; 858 is what receipt printers are born with, 1252 for those that lack it. */
export const CODEPAGES = { CP858: 'cp858', CP1252: 'windows1252' } as const;
export type CodepageName = keyof typeof CODEPAGES;

/** Dots across the paper: 58 mm prints 384, 80 mm 576 (512 on the models of 42 columns). */
const DOTS: Readonly<Record<number, number>> = { 32: 384, 42: 512, 48: 576 };

/** Bytes for a printer of `columns` characters to a line. */
export function toEscPos(rows: readonly Row[], columns: number, codepage: CodepageName = 'CP858'): Uint8Array {
  const encoder = new ReceiptPrinterEncoder({ language: 'esc-pos', columns, feedBeforeCut: 4, newline: '\n' });
  encoder.initialize().codepage(CODEPAGES[codepage]);
  for (const row of rows) {
    switch (row.kind) {
      case 'line':
        encoder
          .bold(row.isBold)
          .size(row.isLarge ? 2 : 1, row.isLarge ? 2 : 1)
          .line(row.text);
        break;
      case 'barcode':
        drawBarcode(encoder, row.value, DOTS[columns] ?? 384);
        break;
      case 'drawer':
        encoder.pulse();
        break;
      case 'cut':
        encoder.bold(false).size(1, 1).cut();
    }
  }
  return encoder.encode();
}

/** Bars as wide as the paper allows. A code wider than the paper is not drawn: printers print nothing then, and its text stands below. */
function drawBarcode(encoder: ReceiptPrinterEncoder, value: string, dots: number): void {
  const { data, modules } = code128(value);
  const width = [3, 2].find((bar) => modules * bar <= dots);
  if (width === undefined) return;
  // The encoder counts widths from the second on: its 1 is two dots.
  encoder
    .bold(false)
    .size(1, 1)
    .align('center')
    .barcode(data, 'code128', { height: 60, width: width - 1, text: false })
    .align('left');
}

/**
 * A value in Code 128 as printers take it: set B, and its last run of digits in set C, two to a symbol, so that a number fits on
 * 58 mm. `modules` is its width; the quiet zones are the margins that the print head does not reach (4 mm and more).
 */
export function code128(value: string): { data: string; modules: number } {
  const [, head = value, digits = ''] = /^(.*?)((?:\d\d){2,})$/.exec(value) ?? [];
  const pairs = digits.match(/\d\d/g) ?? [];
  // A brace is the printer's own escape sign and stands doubled.
  const text = head.replaceAll('{', '{{');
  const inC = pairs.length === 0 ? '' : `{C${String.fromCharCode(...pairs.map(Number))}`;
  const data = head === '' ? inC : `{B${text}${inC}`;
  // Start, check, and the change of set beside the data; the stop sign is two modules wider than the others.
  const symbols = head.length + pairs.length + (head !== '' && pairs.length > 0 ? 1 : 0) + 2;
  return { data, modules: symbols * 11 + 13 };
}
