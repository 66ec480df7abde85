/** Rows to the bytes of an ESC/POS printer: the only file that knows the encoder. */
import ReceiptPrinterEncoder from '@point-of-sale/receipt-printer-encoder';
import type { Row } from './document.ts';

/** Bytes for a printer of `columns` characters a line. Code page 858 holds ñ, accents and the peso sign of every model we know. */
export function toEscPos(rows: readonly Row[], columns: number): Uint8Array {
  const encoder = new ReceiptPrinterEncoder({ language: 'esc-pos', columns, feedBeforeCut: 4 });
  encoder.initialize().codepage('cp858');
  for (const row of rows) {
    switch (row.kind) {
      case 'line':
        encoder.bold(row.isBold).size(row.isLarge ? 2 : 1, row.isLarge ? 2 : 1).line(row.text);
        break;
      case 'barcode':
        encoder.bold(false).size(1, 1).align('center').barcode(row.value, 'code128', { height: 60, width: 2, text: false }).align('left');
        break;
      case 'drawer':
        encoder.pulse();
        break;
      case 'cut':
        encoder.cut();
    }
  }
  return encoder.encode();
}
