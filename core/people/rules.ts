/** How people and cars are found: by any of their words or numbers, without accents, dots or hyphens. */
import { fold } from '#core/shared/text.ts';

/** Folded, without the signs that one person writes and the next one leaves out: 12.345.678-5, +56 9 ..., BB-CL-12, O'Higgins. */
const bare = (text: string): string => fold(text).replace(/[^\p{L}\p{N}@_ ]/gu, '');

/** The folded text that a search looks in. What holds digits (RUT, phone, plate) is there once more in one piece. */
export function searchText(parts: readonly (string | null)[]): string {
  const given = parts.filter((part) => part !== null).map(bare);
  const joined = given.filter((part) => /\d/.test(part)).map((part) => part.replaceAll(' ', ''));
  return [...new Set([...given, ...joined])].filter((part) => part !== '').join(' ');
}

/** The words of a query as LIKE patterns (escape character `\`); a row must hold all of them, anywhere. Signs alone find nothing. */
export function searchPatterns(typed: string): string[] {
  const words = bare(typed)
    .split(' ')
    .filter((word) => word !== '');
  const sought = words.length > 0 || typed.trim() === '' ? words : [fold(typed)];
  return sought.slice(0, 8).map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
}
