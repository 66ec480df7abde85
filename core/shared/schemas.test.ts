/** Goal: nothing unbounded or malformed passes the border of the contract. */
import { expect, it } from 'vitest';
import { fold, words } from './text.ts';
import { clpAmount, id, name, quantity, rut, text } from './schemas.ts';

it('refuses NUL, lone surrogates, oversized text and blanks where a name is wanted', () => {
  expect(text().safeParse('a\u0000b').success).toBe(false);
  expect(text().safeParse('\ud800').success).toBe(false);
  expect(text(5).safeParse('123456').success).toBe(false);
  expect(name().safeParse('   ').success).toBe(false);
  expect(name().parse('  Ñuñoa  ')).toBe('Ñuñoa');
});

it('refuses fractions, negatives, strings and numbers beyond any shop', () => {
  for (const bad of [1.5, -1, '1', Number.NaN, Infinity, 2 ** 53, 1e9 + 1, null])
    expect(clpAmount.safeParse(bad).success).toBe(false);
  expect(quantity.safeParse(0).success).toBe(false);
});

it('normalises ids and RUTs', () => {
  expect(id.parse('01890000-0000-7000-8000-00000000000A')).toBe('01890000-0000-7000-8000-00000000000a');
  expect(rut.parse('1.000.005-k')).toBe('1000005-K');
  expect(rut.safeParse('1.000.005-1').success).toBe(false);
});

it('folds accents as people search', () => {
  expect(fold('  Ñandú  ÁÉÍ ')).toBe('nandu aei');
  expect(words('Aceite 10W-40, 4 L (Castrol)')).toEqual(['aceite', '10w', '40', '4', 'l', 'castrol']);
});
