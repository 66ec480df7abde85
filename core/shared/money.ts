import { type BasisPoints, type Clp, clp, type Milli, type MilliClp, milliClp, mulDivRound } from './numbers.ts';

/** A line's gross amount: `round_half_up(unitPrice * quantity / 1000)` (domain rule "Numbers"). */
export function lineTotal(unitPriceClp: Clp, quantityMilli: Milli): Clp {
  return clp(mulDivRound(unitPriceClp, quantityMilli, 1000));
}

/** The exact value of a quantity at a unit cost, in thousandths of a peso. */
export function valueOf(unitCostMilliClp: MilliClp, quantityMilli: Milli): MilliClp {
  return milliClp(mulDivRound(unitCostMilliClp, quantityMilli, 1000));
}

/** Rounds an exact value to whole pesos; done once, where a line's cost is summed. */
export function toClp(valueMilliClp: MilliClp): Clp {
  return clp(mulDivRound(valueMilliClp, 1, 1000));
}

/**
 * Splits a gross total that already includes IVA: `net = round(total / (1 + rate))`, `iva = total - net`, once per document.
 * Computing iva as net x rate instead is off by a peso in one total of six.
 */
export function splitIva(taxableTotalClp: Clp, rate: BasisPoints): { netClp: Clp; ivaClp: Clp } {
  const netClp = clp(mulDivRound(taxableTotalClp, 10_000, 10_000 + rate));
  return { netClp, ivaClp: clp(taxableTotalClp - netClp) };
}

/**
 * The legal rounding of a cash amount (Ley 20.956): last digit 1 to 5 goes down to the ten, 6 to 9 goes up.
 * Works on the magnitude, so that a refund mirrors a payment.
 */
export function roundCash(amountClp: Clp): Clp {
  const magnitude = Math.abs(amountClp);
  const lastDigit = magnitude % 10;
  const rounded = lastDigit <= 5 ? magnitude - lastDigit : magnitude + 10 - lastDigit;
  return clp(amountClp < 0 ? -rounded : rounded);
}

/**
 * Divides `amountClp` over `weights` in whole pesos by largest remainder, so that the parts add up to it exactly.
 * Ties go to the earlier part. All weights zero gives the whole amount to the first part.
 */
export function allocate(amountClp: Clp, weights: readonly number[]): Clp[] {
  if (weights.length === 0) {
    if (amountClp !== 0) throw new RangeError('cannot allocate an amount over nothing');
    return [];
  }
  if (amountClp === 0) return weights.map(() => clp(0));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum === 0) return weights.map((_, index) => clp(index === 0 ? amountClp : 0));
  const amount = BigInt(Math.abs(amountClp));
  const whole = BigInt(sum);
  const shares = weights.map((weight, index) => {
    const exact = amount * BigInt(weight);
    return { index, pesos: exact / whole, remainder: exact % whole };
  });
  let left = amount - shares.reduce((total, share) => total + share.pesos, 0n);
  const order = [...shares].sort((a, b) => Number(b.remainder - a.remainder) || a.index - b.index);
  for (const share of order) {
    if (left === 0n) break;
    share.pesos += 1n;
    left -= 1n;
  }
  const sign = amountClp < 0 ? -1 : 1;
  return shares.map((share) => clp(share.pesos === 0n ? 0 : sign * Number(share.pesos)));
}

/** "$12.990", "-$1.500": es-CL, no decimals. By hand, since Intl's output depends on the machine's ICU version. */
export function formatClp(amountClp: number): string {
  const digits = Math.abs(amountClp)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, '.');
  return `${amountClp < 0 ? '-' : ''}$${digits}`;
}

/** "1", "0,5", "1.234,125": thousandths as a decimal number in es-CL. */
export function formatMilli(quantityMilli: number): string {
  const magnitude = Math.abs(quantityMilli);
  const whole = Math.floor(magnitude / 1000)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, '.');
  const fraction = (magnitude % 1000).toString().padStart(3, '0').replace(/0+$/, '');
  return `${quantityMilli < 0 ? '-' : ''}${whole}${fraction ? `,${fraction}` : ''}`;
}
