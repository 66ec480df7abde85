/**
 * Goal: any mix of tenders settles a total exactly; only the cash part is rounded as Ley 20.956 says, only cash gives change, and
 * `sum(amountClp) = total + sum(roundingClp)` always holds.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from './errors.ts';
import { cashDue, quickAmounts, settle, type TenderGiven, TENDERS } from './tender.ts';

const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return 'none';
};

describe('cash', () => {
  it.each([
    [19_995, 19_990, -5],
    [19_996, 20_000, 4],
    [5, 0, -5],
    [6, 10, 4],
    [0, 0, 0],
  ])('%i is paid with %i', (totalClp, dueClp, roundingClp) => {
    expect(cashDue(totalClp, [])).toEqual({ exactClp: totalClp, dueClp });
    const [cash] = settle(totalClp, [{ tender: 'CASH', amountClp: 50_000 }]);
    expect(cash).toMatchObject({ amountClp: dueClp, roundingClp, tenderedClp: 50_000, changeClp: 50_000 - dueClp });
  });

  it('a payment of 0 is legal where the total rounds to 0', () => {
    expect(settle(5, [{ tender: 'CASH', amountClp: 0 }])[0]).toMatchObject({
      amountClp: 0,
      roundingClp: -5,
      changeClp: 0,
    });
  });

  it('takes the exact total for its legal rounding', () => {
    expect(settle(19_996, [{ tender: 'CASH', amountClp: 19_996 }])[0]).toMatchObject({
      tenderedClp: 20_000,
      changeClp: 0,
    });
    expect(settle(19_993, [{ tender: 'CASH', amountClp: 19_993 }])[0]).toMatchObject({
      tenderedClp: 19_990,
      changeClp: 0,
    });
  });

  it('is refused when it does not suffice', () => {
    expect(code(() => settle(19_996, [{ tender: 'CASH', amountClp: 19_990 }]))).toBe('PAYMENT_MISMATCH');
  });
});

describe('a mix', () => {
  it('rounds only the cash part', () => {
    const parts = settle(19_995, [
      { tender: 'DEBIT', amountClp: 10_001 },
      { tender: 'CASH', amountClp: 10_000 },
    ]);
    expect(parts).toMatchObject([
      { tender: 'DEBIT', amountClp: 10_001, roundingClp: 0 },
      { tender: 'CASH', amountClp: 9_990, roundingClp: -4, changeClp: 10 },
    ]);
  });

  it.each<[string, TenderGiven[]]>([
    ['PAYMENT_MISMATCH', [{ tender: 'DEBIT', amountClp: 9_999 }]],
    ['PAYMENT_MISMATCH', [{ tender: 'CREDIT', amountClp: 10_001 }]],
    [
      'PAYMENT_MISMATCH',
      [
        { tender: 'CREDIT', amountClp: 10_010 },
        { tender: 'CASH', amountClp: 0 },
      ],
    ],
    [
      'TENDER_INVALID',
      [
        { tender: 'TRANSFER', amountClp: 0 },
        { tender: 'CASH', amountClp: 10_000 },
      ],
    ],
    [
      'TENDER_INVALID',
      [
        { tender: 'CASH', amountClp: 5_000 },
        { tender: 'CASH', amountClp: 5_000 },
      ],
    ],
  ])('is refused (%s) where it does not fit', (expected, given) => {
    expect(code(() => settle(10_000, given))).toBe(expected);
  });

  it('always adds up', () => {
    const others = fc.array(
      fc.record({
        tender: fc.constantFrom(...TENDERS.filter((tender) => tender !== 'CASH')),
        amountClp: fc.integer({ min: 1, max: 50_000 }),
      }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(
        others,
        fc.integer({ min: 0, max: 100_000 }),
        fc.integer({ min: 0, max: 5_000 }),
        (given, exactClp, more) => {
          const totalClp = given.reduce((sum, part) => sum + part.amountClp, 0) + exactClp;
          const { dueClp } = cashDue(totalClp, given);
          const parts = settle(totalClp, [...given, { tender: 'CASH', amountClp: dueClp + more * 10 }]);
          const sum = (of: (part: (typeof parts)[number]) => number): number =>
            parts.reduce((total, part) => total + of(part), 0);
          expect(sum((part) => part.amountClp)).toBe(totalClp + sum((part) => part.roundingClp));
          expect(sum((part) => part.tenderedClp - part.changeClp)).toBe(sum((part) => part.amountClp));
          expect(Math.abs(sum((part) => part.roundingClp))).toBeLessThanOrEqual(5);
          expect(sum((part) => part.changeClp)).toBe(more * 10);
        },
      ),
    );
  });
});

it('offers the next notes at or above the amount', () => {
  expect(quickAmounts(37_970)).toEqual([40_000, 50_000]);
  expect(quickAmounts(19_990)).toEqual([20_000, 50_000]);
  expect(quickAmounts(8_990)).toEqual([9_000, 10_000, 20_000]);
  expect(quickAmounts(450)).toEqual([1_000, 5_000, 10_000]);
  expect(quickAmounts(0)).toEqual([]);
});
