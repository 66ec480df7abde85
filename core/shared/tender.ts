/** How a total is paid: tenders, change and the legal cash rounding. Shared by the payment screen and the core. */
import { DomainError } from './errors.ts';
import { roundCash } from './money.ts';
import { clp } from './numbers.ts';

export const TENDERS = ['CASH', 'DEBIT', 'CREDIT', 'PREPAID', 'TRANSFER', 'CHEQUE', 'ACCOUNT'] as const;
export type Tender = (typeof TENDERS)[number];

/** One tender as the cashier gives it. For cash `amountClp` is what the customer hands over, for all others what is charged. */
export interface TenderGiven {
  tender: Tender;
  amountClp: number;
}

export interface Settled {
  tender: Tender;
  /** What counts as paid; `sum(amountClp) = total + sum(roundingClp)`. */
  amountClp: number;
  /** "Ajuste Ley 20.956": what the rounding of the cash part added (or took). */
  roundingClp: number;
  tenderedClp: number;
  changeClp: number;
}

/** What is left to pay in cash after the other tenders, rounded as the law says. */
export function cashDue(totalClp: number, given: readonly TenderGiven[]): { exactClp: number; dueClp: number } {
  const others = given.reduce((sum, part) => sum + (part.tender === 'CASH' ? 0 : part.amountClp), 0);
  const exactClp = totalClp - others;
  return { exactClp, dueClp: roundCash(clp(exactClp)) };
}

/**
 * Settles a total completely. Only the cash part is rounded and only cash gives change; the other tenders must not exceed the
 * total. A cash part that rounds to 0 is legal.
 */
export function settle(totalClp: number, given: readonly TenderGiven[]): Settled[] {
  const cash = given.filter((part) => part.tender === 'CASH');
  const { exactClp, dueClp } = cashDue(totalClp, given);
  if (cash.length > 1) throw new DomainError('TENDER_INVALID', { reason: 'CASH_TWICE' });
  if (exactClp < 0) throw new DomainError('PAYMENT_MISMATCH', { missingClp: exactClp });
  if (cash.length === 0 && exactClp !== 0) throw new DomainError('PAYMENT_MISMATCH', { missingClp: exactClp });
  return given.map(({ tender, amountClp }) => {
    if (tender !== 'CASH') {
      if (amountClp <= 0) throw new DomainError('TENDER_INVALID', { reason: 'AMOUNT', tender });
      return { tender, amountClp, roundingClp: 0, tenderedClp: amountClp, changeClp: 0 };
    }
    // There is no coin below ten pesos: whoever types the exact total hands over its legal rounding.
    const tenderedClp = roundCash(clp(amountClp));
    if (tenderedClp < dueClp) throw new DomainError('PAYMENT_MISMATCH', { missingClp: dueClp - tenderedClp });
    return { tender, amountClp: dueClp, roundingClp: dueClp - exactClp, tenderedClp, changeClp: tenderedClp - dueClp };
  });
}

/** Chilean notes, for quick amounts, and coins besides, for counting a drawer. */
export const NOTES_CLP = [20_000, 10_000, 5_000, 2_000, 1_000] as const;
export const DENOMINATIONS_CLP = [...NOTES_CLP, 500, 100, 50, 10] as const;

/** Round amounts that a customer is likely to hand over above the amount due: at most three. Nobody pays 37.970 with 38.000. */
export function quickAmounts(dueClp: number): number[] {
  const likely = [1_000, 5_000, 10_000, 20_000, 50_000].filter((step) => step * 10 >= dueClp);
  const above = likely.map((step) => Math.ceil(dueClp / step) * step).filter((amount) => amount > dueClp);
  return [...new Set(above)].sort((a, b) => a - b).slice(0, 3);
}
