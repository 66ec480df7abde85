/** Prices and costs as shops have them. */

/** A price as it is written on a shelf: endings 90 below 3,000 pesos, 490 and 990 up to 20,000, 990 above. */
export function endingPrice(pesos: number): number {
  const step = pesos < 3_000 ? 100 : pesos < 20_000 ? 500 : 1_000;
  return Math.max(290, Math.round(pesos / step) * step - 10);
}

/** The price level of a maker's tier against a middling one. */
export const TIER_LEVEL = { 1: 0.82, 2: 1, 3: 1.22 } as const;

/** Net cost of one, in thousandths of a peso: what the margin leaves of the net price; dear makes leave three points more, cheap ones two less. */
export function costOf(priceClp: number, margin: number, tier: 1 | 2 | 3): number {
  const kept = 1 - margin - (tier === 3 ? 0.03 : tier === 1 ? -0.02 : 0);
  return Math.round((priceClp / 1.19) * kept * 1_000);
}
