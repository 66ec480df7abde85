/** The RUT of an anonymous buyer, as the SII prescribes it for a boleta without a name. */
export const ANONYMOUS_RUT = '66666666-6';

/** Check digit of a RUT's number: digits from right to left times 2..7 cycling, `11 - sum mod 11`; 11 is 0, 10 is K. */
export function rutCheckDigit(digits: string): string {
  let sum = 0;
  let factor = 2;
  for (let index = digits.length - 1; index >= 0; index -= 1) {
    sum += Number(digits[index]) * factor;
    factor = factor === 7 ? 2 : factor + 1;
  }
  const rest = 11 - (sum % 11);
  return rest === 11 ? '0' : rest === 10 ? 'K' : String(rest);
}

/** Reads a RUT with or without dots and hyphen, k or K; gives the stored form `12345678-5`, or undefined if it is not valid. */
export function parseRut(text: string): string | undefined {
  const match = /^0*(\d{1,3}(?:\.?\d{3}){0,2}|\d{1,8})-?([\dkK])$/.exec(text.trim());
  if (!match) return undefined;
  const digits = (match[1] ?? '').replaceAll('.', '').replace(/^0+/, '');
  const check = (match[2] ?? '').toUpperCase();
  if (digits.length === 0 || digits.length > 8) return undefined;
  return rutCheckDigit(digits) === check ? `${digits}-${check}` : undefined;
}

/** Shows a stored RUT as people write it: `12.345.678-5`. */
export function formatRut(rut: string): string {
  const [digits = '', check = ''] = rut.split('-');
  return `${digits.replace(/\B(?=(\d{3})+(?!\d))/g, '.')}-${check}`;
}
