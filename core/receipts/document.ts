/**
 * What goes on paper, before any printer or screen: one model, laid out once into rows of at most so many columns. The bytes for the
 * printer and the preview in the page are two drawings of the same rows. Pure and browser-safe.
 */
import { printable } from './printable.ts';

export interface Style {
  isBold?: boolean;
  /** Twice as wide and as high: half as many characters fill a row. */
  isLarge?: boolean;
}

export type Block =
  | ({ kind: 'text'; text: string; align?: 'left' | 'center' | 'right' } & Style)
  | ({ kind: 'columns'; left: string; right: string } & Style)
  | { kind: 'rule' }
  | { kind: 'barcode'; value: string }
  | { kind: 'feed' }
  | { kind: 'drawer' }
  | { kind: 'cut' };

export type ReceiptDoc = readonly Block[];

/** One row of the paper, as the printer and the page draw it. */
export type Row =
  | { kind: 'line'; text: string; isBold: boolean; isLarge: boolean }
  | { kind: 'barcode'; value: string }
  | { kind: 'drawer' }
  | { kind: 'cut' };

/** A left part narrower than this beside its amount cannot be read: the amount goes below. */
const LEAST_LEFT = 8;

/** Lays a document out into rows of at most `columns` characters. Nothing is cut off: what is too long goes on below. */
export function layout(document: ReceiptDoc, columns: number): Row[] {
  const widthOf = (style: Style): number => (style.isLarge === true ? Math.floor(columns / 2) : columns);
  return document.flatMap((block): Row[] => {
    switch (block.kind) {
      case 'text':
        return wrap(printable(block.text), widthOf(block)).map((text) =>
          line(align(text, widthOf(block), block.align ?? 'left'), block),
        );
      case 'columns':
        return sideBySide(printable(block.left), printable(block.right), widthOf(block)).map((text) =>
          line(text, block),
        );
      case 'rule':
        return [line('-'.repeat(columns), {})];
      case 'feed':
        return [line('', {})];
      case 'barcode':
        return [{ kind: 'barcode', value: printable(block.value) }];
      default:
        return [block];
    }
  });
}

const line = (text: string, style: Style): Row => ({
  kind: 'line',
  text: text.trimEnd(),
  isBold: style.isBold ?? false,
  isLarge: style.isLarge ?? false,
});

function align(text: string, width: number, how: 'left' | 'center' | 'right'): string {
  if (how === 'right') return text.padStart(width);
  return how === 'center' ? ' '.repeat(Math.floor((width - text.length) / 2)) + text : text;
}

/** Left text wrapped beside the right one, which stands at the end of the first row. */
function sideBySide(left: string, right: string, width: number): string[] {
  const room = width - right.length - 1;
  if (room < Math.min(LEAST_LEFT, left.length))
    return [...wrap(left, width), ...wrap(right, width).map((text) => text.padStart(width))];
  const [first = '', ...rest] = wrap(left, room);
  return [`${first.padEnd(room)} ${right}`, ...rest];
}

/** Breaks at spaces and keeps the indent on every row; a word longer than the row is broken in the middle. */
export function wrap(text: string, width: number): string[] {
  const indent = Math.min(text.length - text.trimStart().length, Math.floor(width / 4));
  const room = width - indent;
  const rows: string[] = [];
  let current = '';
  for (const word of text.trim().split(' ')) {
    let rest = word;
    if (current !== '' && current.length + 1 + rest.length <= room) {
      current += ` ${rest}`;
      continue;
    }
    if (current !== '') rows.push(current);
    for (; rest.length > room; rest = rest.slice(room)) rows.push(rest.slice(0, room));
    current = rest;
  }
  rows.push(current);
  return rows.map((row) => (row === '' ? '' : ' '.repeat(indent) + row));
}
