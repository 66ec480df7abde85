/**
 * What goes on paper, before any printer or screen: one model, laid out once into rows of exactly so many columns. The bytes for the
 * printer and the preview in the page are two drawings of the same rows. Browser-safe.
 */
export type Block =
  | { kind: 'text'; text: string; align?: 'left' | 'center' | 'right'; isBold?: boolean; isLarge?: boolean }
  | { kind: 'columns'; left: string; right: string; isBold?: boolean; isLarge?: boolean }
  | { kind: 'rule' }
  | { kind: 'barcode'; value: string }
  | { kind: 'feed' }
  | { kind: 'drawer' }
  | { kind: 'cut' };

export type ReceiptDoc = readonly Block[];

/** One row of the paper. A large row's text is half as long: its characters are twice as wide. */
export type Row =
  | { kind: 'line'; text: string; isBold: boolean; isLarge: boolean }
  | { kind: 'barcode'; value: string }
  | { kind: 'drawer' }
  | { kind: 'cut' };

/** Characters that every receipt printer's code page 858 has beyond ASCII, as far as Spanish needs them. */
const PRINTABLE = 'áéíóúüñÁÉÍÓÚÜÑàèìòùçÇâêîôûäëïö¿¡°ºª€·«»£½¼¬§¹²³×Ø';
const REPLACED: Readonly<Record<string, string>> = { '’': "'", '‘': "'", '“': '"', '”': '"', '–': '-', '—': '-', '…': '...', '\u2009': ' ', '\u00a0': ' ' };

/** Text that the printer can print: control bytes gone, what it has no letter for a visible question mark. */
export function printable(text: string): string {
  let clean = '';
  for (const character of text.normalize('NFC')) {
    const code = character.codePointAt(0) ?? 0;
    if (REPLACED[character] !== undefined) clean += REPLACED[character];
    else if (code === 10 || code === 9) clean += ' ';
    else if (code < 32 || code === 127) clean += '';
    else if (code < 127 || PRINTABLE.includes(character)) clean += character;
    else clean += '?';
  }
  return clean;
}

/** Lays a document out into rows of at most `columns` characters. Nothing is cut off: what is too long goes on below. */
export function layout(document: ReceiptDoc, columns: number): Row[] {
  return document.flatMap((block): Row[] => {
    switch (block.kind) {
      case 'text': {
        const width = block.isLarge === true ? Math.floor(columns / 2) : columns;
        return wrap(printable(block.text), width).map((text) => line(align(text, width, block.align ?? 'left'), block));
      }
      case 'columns': {
        const width = block.isLarge === true ? Math.floor(columns / 2) : columns;
        return sideBySide(printable(block.left), printable(block.right), width).map((text) => line(text, block));
      }
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

const line = (text: string, style: { isBold?: boolean; isLarge?: boolean }): Row => ({
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
  if (room < 8 || right.length > width) return [...wrap(left, width), ...wrap(right, width).map((text) => text.padStart(width))];
  const [first = '', ...rest] = wrap(left, room);
  return [`${first.padEnd(room)} ${right}`, ...rest];
}

/** Breaks at spaces; a word longer than the paper is broken in the middle. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    let rest = word;
    if (current !== '' && current.length + 1 + rest.length <= width) {
      current += ` ${rest}`;
      continue;
    }
    if (current !== '') lines.push(current);
    while (rest.length > width) {
      lines.push(rest.slice(0, width));
      rest = rest.slice(width);
    }
    current = rest;
  }
  lines.push(current);
  return lines;
}
