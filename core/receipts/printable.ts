/** Which characters a receipt may hold. Names come from anywhere; a printer knows 256 characters and obeys all control bytes. */

/** What both code pages of our printers (858 and Windows 1252) have beyond ASCII and their control bytes (858 has § among those). */
export const BEYOND_ASCII = 'áéíóúüñÁÉÍÓÚÜÑàèìòùçÇâêîôûäëïöÀÈÌÒÙÂÊÎÔÛÄËÏÖãõÃÕ¿¡°ºª€·«»£½¼¬¹²³×Øø';

/** What stands in for a character that the printer has no letter for: seen, never dropped in silence. */
export const UNKNOWN = '?';

const known = new Set(BEYOND_ASCII);
const REPLACED: Readonly<Record<string, string>> = {
  '’': "'",
  '‘': "'",
  '´': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '−': '-',
  '‑': '-',
  '…': '...',
  '•': '·',
};

const ALL_ASCII = /^[ -~]*$/;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufe0e\ufe0f]/gu;

/**
 * Text that the printer can print: no control bytes (a customer's name must not open the drawer), spaces of every kind as one, typographic
 * signs in ASCII, a letter with an unknown accent without it, and a visible question mark for the rest (one for a whole emoji).
 */
export function printable(text: string): string {
  if (ALL_ASCII.test(text)) return text;
  const segments = new Intl.Segmenter('es', { granularity: 'grapheme' });
  const spaced = text.normalize('NFC').replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ');
  let clean = '';
  for (const { segment } of segments.segment(spaced)) clean += letter(segment);
  return clean;
}

function letter(grapheme: string): string {
  const visible = grapheme.replace(INVISIBLE, '');
  if (visible === '') return '';
  if (ALL_ASCII.test(visible) || known.has(visible)) return visible;
  if (/^\p{Zs}$/u.test(visible)) return ' ';
  const replaced = REPLACED[visible];
  if (replaced !== undefined) return replaced;
  // Several letters under one mark, or a letter with an accent that no code page has.
  const plain = visible.normalize('NFD').replace(/\p{M}+/gu, '');
  return plain !== '' && ALL_ASCII.test(plain) ? plain : UNKNOWN;
}
