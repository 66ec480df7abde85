/** Goal: every valid RUT is accepted in all the ways people write it, and nothing else is. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatRut, parseRut, rutCheckDigit } from './rut.ts';

it.each([
  '12.345.678-5',
  '12.678.579-8',
  '76.192.083-9',
  '66.666.666-6',
  '1.000.005-K',
  '10.000.013-K',
  '10.000.004-0',
])('accepts %s with and without dots, hyphen and case', (rut) => {
  const stored = rut.replaceAll('.', '');
  for (const written of [rut, stored, stored.replace('-', ''), rut.toLowerCase(), ` ${rut} `]) {
    expect(parseRut(written)).toBe(stored);
  }
  expect(formatRut(stored)).toBe(rut);
});

it.each([
  '',
  '-',
  '1',
  '12.345.678-4',
  '12.345.678-K',
  '12345678-',
  'abc',
  '123456789-2',
  '12..345.678-5',
  '12.345.6785-5',
  '0-0',
  '１２345678-5',
])('refuses %j', (text) => {
  expect(parseRut(text)).toBeUndefined();
});

it('accepts exactly one check digit per number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99_999_999 }), (number) => {
      const accepted = [...'0123456789K'].filter((digit) => parseRut(`${String(number)}-${digit}`) !== undefined);
      expect(accepted).toEqual([rutCheckDigit(String(number))]);
    }),
  );
});
