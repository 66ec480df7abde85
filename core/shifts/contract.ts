/** What may be asked of shifts, the drawer and customers' accounts. */
import { z } from 'zod';
import { command, query } from '#core/shared/procedure.ts';
import { clpAmount, id, localDate, page, text } from '#core/shared/schemas.ts';
import { DENOMINATIONS_CLP, TENDERS } from '#core/shared/tender.ts';

export const tender = z.enum(TENDERS);

/** How many of each note and coin. */
const denomination = z.enum(DENOMINATIONS_CLP.map(String) as [string, ...string[]]);
export const cashCount = z.partialRecord(denomination, z.int().min(0).max(100_000));
export type CashCount = z.infer<typeof cashCount>;

/** One tender of a payment. Cash: `amountClp` is what was handed over. Cards keep their voucher. */
export const tenderGiven = z.strictObject({
  tender,
  amountClp: clpAmount,
  operationNumber: text(40).default(''),
  lastFour: z
    .string()
    .regex(/^(\d{4})?$/)
    .default(''),
  instalments: z.int().min(0).max(48).default(0),
});

export const paymentRow = z.strictObject({
  id: z.string(),
  tender,
  amountClp: z.int(),
  roundingClp: z.int(),
  tenderedClp: z.int(),
  changeClp: z.int(),
  operationNumber: z.string(),
  lastFour: z.string(),
  instalments: z.int(),
  verifiedAtMs: z.int().nullable(),
});

const money = z.int();
const tenderFigures = z.strictObject({ tender, count: z.int(), amountClp: money, roundingClp: money });

/** An X report: figures of a shift at this moment. What is expected in the drawer is null for whom the count is blind. */
export const shiftReport = z.strictObject({
  id: z.string(),
  terminalName: z.string(),
  cashierId: z.string(),
  cashierName: z.string(),
  state: z.enum(['OPEN', 'CLOSED']),
  openedAtMs: z.int(),
  businessDate: z.string(),
  floatClp: money,
  tenders: z.array(tenderFigures),
  documentCount: z.int(),
  cashSalesClp: money.nullable(),
  cashRefundsClp: money.nullable(),
  cashInClp: money,
  cashOutClp: money,
  noSaleCount: z.int(),
  expectedCashClp: money.nullable(),
  // From here on only of a closed shift: the Z report.
  number: z.string().nullable(),
  closedAtMs: z.int().nullable(),
  closedByName: z.string().nullable(),
  closingCount: cashCount.nullable(),
  countedCashClp: money.nullable(),
  differenceClp: money.nullable(),
  differenceReason: z.string().nullable(),
  leftInDrawerClp: money.nullable(),
  depositedClp: money.nullable(),
  counted: z.array(z.strictObject({ tender, expectedClp: money, countedClp: money })),
  movements: z.array(
    z.strictObject({
      id: z.string(),
      number: z.string(),
      kind: z.enum(['IN', 'OUT', 'NO_SALE']),
      amountClp: money,
      reason: z.string(),
      actorName: z.string(),
      occurredAtMs: z.int(),
    }),
  ),
});
export type ShiftReport = z.infer<typeof shiftReport>;

export const shiftsContract = {
  shifts: {
    current: query({
      summary: 'The open shift of this terminal, and the float that the last close left',
      access: 'shifts.operate',
      input: {},
      output: z.strictObject({ shift: shiftReport.nullable(), suggestedFloatClp: money, suggestedCount: cashCount }),
      topics: ['shift', 'payment', 'cashMovement'],
    }),
    open: command({
      summary: 'Opens the terminal’s shift with its float, counted',
      access: 'shifts.operate',
      input: { count: cashCount },
      output: z.strictObject({ id: z.string(), floatClp: money }),
    }),
    cashMove: command({
      summary: 'Cash in, cash out, or opening the drawer without a sale',
      access: 'shifts.operate',
      input: { kind: z.enum(['IN', 'OUT', 'NO_SALE']), amountClp: clpAmount, reason: text(120, 3) },
      output: z.strictObject({ id: z.string(), number: z.string() }),
    }),
    close: command({
      summary:
        'Counts and closes the shift: the Z report. A difference never refuses it, but above the tolerance wants a reason',
      access: 'shifts.operate',
      input: {
        count: cashCount,
        others: z
          .array(z.strictObject({ tender, countedClp: clpAmount }))
          .max(TENDERS.length)
          .default([]),
        differenceReason: text(200).default(''),
        leftInDrawerClp: clpAmount,
      },
      output: z.strictObject({ id: z.string(), number: z.string(), differenceClp: money, expectedCashClp: money }),
    }),
    get: query({
      summary: 'X report of an open shift, Z report of a closed one',
      access: 'shifts.operate',
      input: { id },
      output: shiftReport,
      topics: ['shift', 'payment', 'cashMovement'],
    }),
    list: query({
      summary: 'Shifts by day, newest first',
      access: 'shifts.read',
      input: { from: localDate.optional(), to: localDate.optional(), ...page },
      output: z.strictObject({
        rows: z.array(
          z.strictObject({
            id: z.string(),
            number: z.string().nullable(),
            state: z.enum(['OPEN', 'CLOSED']),
            terminalName: z.string(),
            cashierName: z.string(),
            openedAtMs: z.int(),
            closedAtMs: z.int().nullable(),
            expectedCashClp: money.nullable(),
            countedCashClp: money.nullable(),
          }),
        ),
        total: z.int(),
      }),
      topics: ['shift'],
    }),
  },
  accounts: {
    statement: query({
      summary: 'What a customer owes: balance, limit, age and movements',
      access: 'sales.account',
      input: { customerId: id },
      output: z.strictObject({
        balanceClp: money,
        limitClp: money,
        ageing: z.strictObject({ upTo30Clp: money, upTo60Clp: money, upTo90Clp: money, over90Clp: money }),
        movements: z.array(
          z.strictObject({
            id: z.string(),
            documentKind: z.string(),
            documentId: z.string(),
            amountClp: money,
            occurredAtMs: z.int(),
          }),
        ),
      }),
      topics: ['payment', 'customer'],
    }),
    pay: command({
      summary: 'A payment on account',
      access: 'sales.account',
      input: { customerId: id, amountClp: clpAmount.min(1), payments: z.array(tenderGiven).min(1).max(10) },
      output: z.strictObject({ id: z.string(), balanceClp: money, changeClp: money }),
    }),
  },
  payments: {
    unverified: query({
      summary: 'Transfers that nobody has seen at the bank yet',
      access: 'cash.read',
      input: {},
      output: z.array(paymentRow.extend({ documentId: z.string(), occurredAtMs: z.int() })),
      topics: ['payment'],
    }),
    verify: command({
      summary: 'Marks a transfer as seen at the bank',
      access: 'cash.read',
      input: { id },
      output: z.strictObject({ id: z.string() }),
    }),
  },
};
