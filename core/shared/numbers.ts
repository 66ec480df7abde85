/**
 * The integers of the shop. Nothing that is money, quantity or rate is ever a float; the brands keep a peso from being
 * added to a thousandth. This file and money.ts are the only ones that multiply them.
 */
declare const unit: unique symbol;

/** Whole Chilean pesos. */
export type Clp = number & { readonly [unit]: 'clp' };
/** Thousandths of a product's base unit: 1 unit = 1000, half a litre = 500. */
export type Milli = number & { readonly [unit]: 'milli' };
/** Thousandths of a peso per base unit (unit costs), or thousandths of a peso (exact stock values). */
export type MilliClp = number & { readonly [unit]: 'milliClp' };
/** Hundredths of a percent: 19 % = 1900. */
export type BasisPoints = number & { readonly [unit]: 'basisPoints' };

function integer(value: number, what: string): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${what} must be a safe integer, got ${String(value)}`);
  return value;
}

/** Asserts an integer number of pesos. A failure is a bug, not bad input: input is checked by the contract. */
export const clp = (value: number): Clp => integer(value, 'pesos') as Clp;
/** Asserts an integer number of thousandths of the base unit. */
export const milli = (value: number): Milli => integer(value, 'quantity') as Milli;
/** Asserts an integer number of thousandths of a peso. */
export const milliClp = (value: number): MilliClp => integer(value, 'cost') as MilliClp;
/** Asserts an integer rate in hundredths of a percent. */
export const basisPoints = (value: number): BasisPoints => integer(value, 'rate') as BasisPoints;

/**
 * `a * b / divisor`, rounded half away from zero ("half up" on the magnitude, so that a return mirrors its sale).
 * Exact for all safe integers: falls back to BigInt when the product would pass 2^53.
 */
export function mulDivRound(a: number, b: number, divisor: number): number {
  const product = a * b;
  if (Number.isSafeInteger(product) && Number.isSafeInteger(product * 2)) {
    const sign = product < 0 !== divisor < 0 ? -1 : 1;
    const magnitude = Math.abs(product);
    const by = Math.abs(divisor);
    const quotient = Math.floor(magnitude / by);
    const rest = magnitude - quotient * by;
    const rounded = rest * 2 >= by ? quotient + 1 : quotient;
    return rounded === 0 ? 0 : sign * rounded;
  }
  const exact = BigInt(a) * BigInt(b);
  const by = BigInt(divisor);
  const negative = exact < 0n !== by < 0n;
  const magnitude = exact < 0n ? -exact : exact;
  const divide = by < 0n ? -by : by;
  const rounded = (magnitude * 2n + divide) / (divide * 2n);
  return integer(Number(negative ? -rounded : rounded), 'product');
}
