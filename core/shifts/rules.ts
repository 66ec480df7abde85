/** The arithmetic of a drawer. */
import type { CashCount } from './contract.ts';

/** What a count of notes and coins is worth in pesos. */
export function countTotal(count: CashCount): number {
  return Object.entries(count).reduce((sum, [denomination, pieces]) => sum + Number(denomination) * (pieces ?? 0), 0);
}

export interface DrawerFigures {
  floatClp: number;
  /** Cash that stayed in the drawer: tendered minus change, sales and payments on account. */
  cashSalesClp: number;
  /** Cash given back for returns, positive. */
  cashRefundsClp: number;
  cashInClp: number;
  cashOutClp: number;
}

/** `expected = float + cash kept - cash refunds + in - out`; the legal rounding is already inside the cash kept. */
export function expectedCash(figures: DrawerFigures): number {
  const { floatClp, cashSalesClp, cashRefundsClp, cashInClp, cashOutClp } = figures;
  return floatClp + cashSalesClp - cashRefundsClp + cashInClp - cashOutClp;
}

const DAY_MS = 86_400_000;

/**
 * The ageing of a debt: payments settle the oldest charges first; what is left is sorted by its age in days.
 * `movements` are oldest first, charges positive, payments negative.
 */
export function ageing(movements: readonly { amountClp: number; occurredAtMs: number }[], nowMs: number) {
  let paid = -movements.filter((row) => row.amountClp < 0).reduce((sum, row) => sum + row.amountClp, 0);
  const buckets = { upTo30Clp: 0, upTo60Clp: 0, upTo90Clp: 0, over90Clp: 0 };
  for (const { amountClp, occurredAtMs } of movements) {
    if (amountClp <= 0) continue;
    const settled = Math.min(paid, amountClp);
    paid -= settled;
    const days = Math.floor((nowMs - occurredAtMs) / DAY_MS);
    const key = days <= 30 ? 'upTo30Clp' : days <= 60 ? 'upTo60Clp' : days <= 90 ? 'upTo90Clp' : 'over90Clp';
    buckets[key] += amountClp - settled;
  }
  return buckets;
}
