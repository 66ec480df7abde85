/** How people are found: by any of their words or numbers, without accents, dots or hyphens. */
import { fold } from '#core/shared/text.ts';

/** The folded text that a search looks in. Numbers (RUT, phone) are there as typed and bare. */
export function searchText(parts: readonly (string | null)[]): string {
  const given = parts.filter((part): part is string => part !== null && part !== '').map(fold);
  const bare = given.filter((part) => /\d/.test(part)).map((part) => part.replace(/[^a-z0-9]/g, ''));
  return ` ${[...new Set([...given, ...bare])].join(' ')} `;
}

/** The words of a query as LIKE patterns, each to be found at the beginning of a word; a RUT or phone also bare. */
export function searchPatterns(typed: string): string[] {
  const escape = (word: string): string => word.replace(/[\\%_]/g, '\\$&');
  return fold(typed)
    .split(' ')
    .filter((word) => word !== '')
    .slice(0, 8)
    .map((word) => (/^[\d.\-+k]+$/.test(word) && /\d/.test(word) ? word.replace(/[^a-z0-9]/g, '') : word))
    .filter((word) => word !== '')
    .map((word) => `%${escape(word)}%`);
}
