/** Questions as people type them: folded, with units and grades in one spelling and slips of the pen put right. Pure. */
import { fold } from '#core/shared/text.ts';

/** How a Spanish word sounds: `bende`, `vende`; `asete`, `aceite` come close to each other. */
export function sound(word: string): string {
  return word
    .replace(/h/g, '')
    .replace(/qu?(?=[ei])/g, 'k')
    .replace(/c(?=[ei])|z/g, 's')
    .replace(/[cq]/g, 'k')
    .replace(/v|w/g, 'b')
    .replace(/ll/g, 'y')
    .replace(/g(?=[ei])/g, 'j')
    .replace(/(.)\1+/g, '$1');
}

/** At most one letter more, less, other, or two swapped. */
export function isOneSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const restA = a.slice(at);
  const restB = b.slice(at);
  return (
    restA.slice(1) === restB.slice(1) ||
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    (restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2))
  );
}

/**
 * A known word for one that is not: the same sound, or one slip in a word of five letters and more. Two candidates are none: a guess is not an
 * understanding.
 */
export function corrected(word: string, isKnown: (word: string) => boolean, known: readonly string[]): string {
  if (word.length < 2 || /\d/.test(word) || isKnown(word)) return word;
  // "pasao", "agotao": the d that is not spoken.
  const spoken = word.replace(/a(o|os)$/, 'ad$1');
  if (spoken !== word && isKnown(spoken)) return spoken;
  const heard = sound(word);
  const same = known.filter((candidate) => sound(candidate) === heard);
  if (same.length === 1 && same[0] !== undefined) return same[0];
  if (word.length < 5 || same.length > 1) return word;
  const near = known.filter(
    (candidate) => candidate.length >= 5 && (isOneSlip(candidate, word) || isOneSlip(sound(candidate), heard)),
  );
  return near.length === 1 && near[0] !== undefined ? near[0] : word;
}

/** What phones and hurried fingers leave of short words. */
const SHORT = new Map(
  Object.entries({
    x: 'por',
    q: 'que',
    k: 'que',
    d: 'de',
    dl: 'del',
    pa: 'para',
    pal: 'para el',
    xfa: 'porfa',
    xfavor: 'porfa',
    porfis: 'porfa',
    tb: 'tambien',
    hoydia: 'hoy',
    aceit: 'aceite',
    sem: 'semana',
    prod: 'productos',
    vta: 'venta',
    vtas: 'ventas',
    cto: 'cuanto',
    cta: 'cuanta',
  }),
);

/** Folds, keeps letters, digits and the marks inside codes and dates, writes short words out and grades as `10w-40`. */
export function plain(question: string): string {
  const text = fold(question)
    .replace(/[¿?¡!"“”«»();:]/g, ' ')
    .replace(/['’]s(?=\s|$)/g, ' is')
    .replace(/[.,](?=\s|$)/g, ' ')
    .replace(/(?<![\p{L}\p{N}-])(\d{1,2})\s?w\s?-?\s?(\d{2})(?!\d)/gu, '$1w-$2');
  const words = text.split(/\s+/).filter((word) => word !== '');
  return ` ${words.map((word) => SHORT.get(word) ?? word).join(' ')} `.replace(/ hoy dia(?= )/g, ' hoy');
}

/** Singular without ending, so that `filtros de aire` meets the category `Filtro de aire`. */
export const stem = (text: string): string =>
  fold(text)
    .split(' ')
    .filter((part) => !['de', 'del', 'la', 'el', 'para', 'y'].includes(part))
    .map((part) => part.replace(/([^aeiou])es$/, '$1').replace(/s$/, ''))
    .join(' ');
