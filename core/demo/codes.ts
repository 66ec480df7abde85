/** GS1 codes of articles and of the boxes they come in. */

/** GS1 check digit: from the right, the digits times 3, 1, 3, 1 ...; what is missing to the next ten. Holds for EAN-13 and DUN-14 alike. */
export function gs1CheckDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((all, digit, index) => all + Number(digit) * (index % 2 === 0 ? 3 : 1), 0);
  return String((10 - (sum % 10)) % 10);
}

/** EAN-13 of a maker's (or importer's) GS1 prefix and its item number. */
export function ean13(prefix: string, item: number): string {
  const twelve = prefix + String(item).padStart(12 - prefix.length, '0');
  if (twelve.length !== 12) throw new Error(`no EAN-13 of ${prefix} and ${item}`);
  return twelve + gs1CheckDigit(twelve);
}

/** DUN-14 of a box: a digit that tells the kind of packing, the article's EAN without its check digit, a check digit of its own. */
export function dun14(ean: string, packing = 1): string {
  const thirteen = String(packing) + ean.slice(0, 12);
  return thirteen + gs1CheckDigit(thirteen);
}
