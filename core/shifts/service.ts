/** Opens, moves, counts and closes the drawer, and records every tender. */
import { readSetting } from '#core/auth/index.ts';
import type { CommandContext } from '#core/engine/context.ts';
import { takeNumber } from '#core/engine/documentNumber.ts';
import { sqlFor } from '#core/engine/sql.ts';
import { customerForSale } from '#core/people/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import { roundCash } from '#core/shared/money.ts';
import { clp } from '#core/shared/numbers.ts';
import type { Parsed } from '#core/shared/procedure.ts';
import { cashDue, settle, type Tender, TENDERS } from '#core/shared/tender.ts';
import type { shiftsContract } from './contract.ts';
import { shiftEvents } from './events.ts';
import { account, drawerFigures, findOpenShift, requireOpenShift, tendersOf } from './queries.ts';
import { countTotal } from './rules.ts';
import type { CashMovementRow, PaymentRow, ShiftRow, ShiftTables } from './tables.ts';

const { db, insert, change } = sqlFor<ShiftTables>();
const insertShift = insert('shift', [
  'id',
  'terminalId',
  'branchId',
  'cashierId',
  'state',
  'openedAtMs',
  'businessDate',
  'floatClp',
  'floatCount',
]);
const closeRow = change(
  (
    p: Required<
      Pick<
        ShiftRow,
        | 'id'
        | 'number'
        | 'closedAtMs'
        | 'closedById'
        | 'closingCount'
        | 'expectedCashClp'
        | 'countedCashClp'
        | 'differenceReason'
        | 'leftInDrawerClp'
        | 'depositedClp'
      >
    >,
  ) =>
    db
      .updateTable('shift')
      .set({
        state: 'CLOSED',
        number: p.number,
        closedAtMs: p.closedAtMs,
        closedById: p.closedById,
        closingCount: p.closingCount,
        expectedCashClp: p.expectedCashClp,
        countedCashClp: p.countedCashClp,
        differenceReason: p.differenceReason,
        leftInDrawerClp: p.leftInDrawerClp,
        depositedClp: p.depositedClp,
      })
      .where('id', '=', p.id)
      .where('state', '=', 'OPEN'),
);
const insertTender = insert('shiftTender', ['shiftId', 'tender', 'expectedClp', 'countedClp']);
const insertCashMovement = insert('cashMovement', [
  'id',
  'number',
  'shiftId',
  'kind',
  'amountClp',
  'reason',
  'actorId',
  'occurredAtMs',
]);
const insertPayment = insert('payment', [
  'id',
  'shiftId',
  'documentKind',
  'documentId',
  'tender',
  'amountClp',
  'roundingClp',
  'tenderedClp',
  'changeClp',
  'operationNumber',
  'lastFour',
  'instalments',
  'verifiedAtMs',
  'customerId',
  'occurredAtMs',
  'businessDate',
]);
const verify = change((p: { id: string; nowMs: number }) =>
  db
    .updateTable('payment')
    .set({ verifiedAtMs: p.nowMs })
    .where('id', '=', p.id)
    .where('tender', '=', 'TRANSFER')
    .where('verifiedAtMs', 'is', null),
);

export type TenderInput = Parsed<typeof shiftsContract.accounts.pay>['payments'][number];

/** Opens the terminal's shift. One at a time per terminal, whoever the cashier is. */
export function openShift(context: CommandContext, count: ShiftReportCount): { id: string; floatClp: number } {
  const { terminalId } = context.actor;
  if (findOpenShift(context.writer, terminalId)) throw new DomainError('SHIFT_ALREADY_OPEN');
  const shift: ShiftRow = {
    id: context.newId(),
    terminalId,
    branchId: context.site.branchId,
    cashierId: context.actor.userId,
    state: 'OPEN',
    openedAtMs: context.nowMs,
    businessDate: context.businessDate,
    floatClp: countTotal(count),
    floatCount: JSON.stringify(count),
    number: null,
    closedAtMs: null,
    closedById: null,
    closingCount: null,
    expectedCashClp: null,
    countedCashClp: null,
    differenceReason: null,
    leftInDrawerClp: null,
    depositedClp: null,
  };
  insertShift.run(context.writer, shift);
  context.record(shiftEvents.opened, shift.id, { shift });
  return { id: shift.id, floatClp: shift.floatClp };
}

type ShiftReportCount = Parsed<typeof shiftsContract.shifts.open>['count'];

/** Cash in or out with its reason, or the drawer opened without a sale (amount 0). */
export function moveCash(
  context: CommandContext,
  input: { kind: CashMovementRow['kind']; amountClp: number; reason: string },
): { id: string; number: string } {
  const shiftId = requireOpenShift(context.writer, context.actor.terminalId);
  if ((input.kind === 'NO_SALE') !== (input.amountClp === 0)) {
    throw new DomainError('TENDER_INVALID', { reason: 'AMOUNT' });
  }
  const movement: CashMovementRow = {
    id: context.newId(),
    number: takeNumber(context, 'CASH'),
    shiftId,
    ...input,
    actorId: context.actor.userId,
    occurredAtMs: context.nowMs,
  };
  insertCashMovement.run(context.writer, movement);
  context.record(shiftEvents.cashMoved, movement.id, { movement });
  return { id: movement.id, number: movement.number };
}

/**
 * Counts and closes: the Z report. Nothing that is counted refuses it; a difference above the shop's tolerance only wants a reason.
 * Tenders that were not counted count as expected.
 */
export function closeShift(
  context: CommandContext,
  input: Pick<Parsed<typeof shiftsContract.shifts.close>, 'count' | 'others' | 'differenceReason' | 'leftInDrawerClp'>,
) {
  const { writer } = context;
  const open = findOpenShift(writer, context.actor.terminalId);
  if (!open) throw new DomainError('SHIFT_NOT_OPEN');
  const expectedCashClp = drawerFigures(writer, open).expectedClp;
  const countedCashClp = countTotal(input.count);
  const differenceClp = countedCashClp - expectedCashClp;
  const others = otherTenders(context, open.id, input.others);
  const toleranceClp = readSetting(writer, 'differenceToleranceClp');
  const isTolerated = [differenceClp, ...others.map((row) => row.countedClp - row.expectedClp)].every(
    (difference) => Math.abs(difference) <= toleranceClp,
  );
  if (!isTolerated && input.differenceReason.length < 3) throw new DomainError('DIFFERENCE_REASON_REQUIRED');
  if (input.leftInDrawerClp > countedCashClp) throw new DomainError('TENDER_INVALID', { reason: 'LEFT_IN_DRAWER' });
  const closed = {
    id: open.id,
    number: takeNumber(context, 'SHIFT'),
    closedAtMs: context.nowMs,
    closedById: context.actor.userId,
    closingCount: JSON.stringify(input.count),
    expectedCashClp,
    countedCashClp,
    differenceReason: input.differenceReason,
    leftInDrawerClp: input.leftInDrawerClp,
    depositedClp: countedCashClp - input.leftInDrawerClp,
  };
  const cash = { shiftId: open.id, tender: 'CASH' as const, expectedClp: expectedCashClp, countedClp: countedCashClp };
  const tenders = [...others, cash];
  closeRow.run(writer, closed);
  for (const row of tenders) insertTender.run(writer, row);
  context.record(shiftEvents.closed, open.id, { shift: { ...open, ...closed, state: 'CLOSED' }, tenders });
  return { id: open.id, number: closed.number, differenceClp, expectedCashClp };
}

/** Expected and counted of every tender but cash: those with payments, and those of which something was counted without any. */
function otherTenders(
  context: CommandContext,
  shiftId: string,
  counted: readonly { tender: Tender; countedClp: number }[],
): ShiftTables['shiftTender'][] {
  const expected = new Map(tendersOf(context.writer, shiftId).map((row) => [row.tender, row.amountClp]));
  const count = new Map(counted.map((row) => [row.tender, row.countedClp]));
  return TENDERS.filter((tender) => tender !== 'CASH' && (expected.has(tender) || count.has(tender))).map((tender) => {
    const expectedClp = expected.get(tender) ?? 0;
    return { shiftId, tender, expectedClp, countedClp: count.get(tender) ?? expectedClp };
  });
}

interface Document {
  documentKind: PaymentRow['documentKind'];
  documentId: string;
  customerId: string | null;
}

/**
 * Records how a document is paid, completely, in the terminal's open shift. A charge to the customer's account needs one with enough
 * room left.
 */
export function recordPayments(
  context: CommandContext,
  document: Document,
  totalClp: number,
  given: readonly TenderInput[],
): PaymentRow[] {
  const settled = settle(totalClp, given);
  return append(
    context,
    document,
    given.map((part, index) => ({ ...part, ...(settled[index] as (typeof settled)[number]) })),
  );
}

/**
 * Records a part payment of an order that waits: tenders as given, cash in whole tens (the rounding belongs to the last payment).
 */
export function recordPartPayment(
  context: CommandContext,
  document: Document,
  remainingClp: number,
  given: readonly TenderInput[],
): PaymentRow[] {
  const { exactClp, dueClp } = cashDue(remainingClp, given);
  const cash = given.find((part) => part.tender === 'CASH');
  const isComplete = cash === undefined ? exactClp <= 0 : cash.amountClp >= dueClp;
  if (isComplete) return recordPayments(context, document, remainingClp, given);
  const parts = given.map((part) => {
    if (part.amountClp <= 0 || (part.tender === 'CASH' && part.amountClp % 10 !== 0)) {
      throw new DomainError('TENDER_INVALID', { reason: 'AMOUNT', tender: part.tender });
    }
    return { ...part, roundingClp: 0, tenderedClp: part.amountClp, changeClp: 0 };
  });
  return append(context, document, parts);
}

/** Records money given back: one tender for the whole amount, cash rounded as the law says on its magnitude. */
export function recordRefund(
  context: CommandContext,
  document: Document,
  amountClp: number,
  tender: Tender,
): PaymentRow[] {
  if (amountClp === 0) return [];
  const paid = tender === 'CASH' ? roundCash(clp(amountClp)) : amountClp;
  const row = {
    tender,
    amountClp: -paid,
    roundingClp: tender === 'CASH' ? amountClp - paid : 0,
    tenderedClp: -paid,
    changeClp: 0,
    operationNumber: '',
    lastFour: '',
    instalments: 0,
  };
  return append(context, document, [row]);
}

/** A payment on account: takes its amount off what the customer owes. */
export function payAccount(
  context: CommandContext,
  input: { customerId: string; amountClp: number; payments: readonly TenderInput[] },
) {
  const { customerId, amountClp, payments } = input;
  customerForSale(context.writer, customerId);
  if (payments.some((part) => part.tender === 'ACCOUNT'))
    throw new DomainError('TENDER_INVALID', { reason: 'ACCOUNT' });
  const id = context.newId();
  const rows = recordPayments(context, { documentKind: 'ACCOUNT', documentId: id, customerId }, amountClp, payments);
  context.record(shiftEvents.accountPaid, id, { id, customerId, payments: rows });
  const changeClp = rows.reduce((sum, row) => sum + row.changeClp, 0);
  return { id, balanceClp: account(context.writer, customerId, context.nowMs).balanceClp, changeClp };
}

export function verifyTransfer(context: CommandContext, id: string): { id: string } {
  if (verify.run(context.writer, { id, nowMs: context.nowMs }) === 0)
    throw new DomainError('NOT_FOUND', { payment: id });
  context.record(shiftEvents.transferVerified, id, { id, verifiedAtMs: context.nowMs });
  return { id };
}

type NewPayment = Pick<
  PaymentRow,
  'tender' | 'amountClp' | 'roundingClp' | 'tenderedClp' | 'changeClp' | 'operationNumber' | 'lastFour' | 'instalments'
>;

function append(context: CommandContext, document: Document, parts: readonly NewPayment[]): PaymentRow[] {
  const shiftId = requireOpenShift(context.writer, context.actor.terminalId);
  return parts.map((part) => {
    if (part.tender === 'ACCOUNT') requireAccount(context, document.customerId, part.amountClp);
    const row: PaymentRow = {
      id: context.newId(),
      shiftId,
      ...document,
      tender: part.tender,
      amountClp: part.amountClp,
      roundingClp: part.roundingClp,
      tenderedClp: part.tenderedClp,
      changeClp: part.changeClp,
      operationNumber: part.operationNumber,
      lastFour: part.lastFour,
      instalments: part.instalments,
      verifiedAtMs: null,
      occurredAtMs: context.nowMs,
      businessDate: context.businessDate,
    };
    insertPayment.run(context.writer, row);
    return row;
  });
}

/** The account is somebody's, and what is charged to it fits under its limit; what is given back always does. */
function requireAccount(context: CommandContext, customerId: string | null, amountClp: number): void {
  if (customerId === null) throw new DomainError('TENDER_INVALID', { reason: 'ACCOUNT_WITHOUT_CUSTOMER' });
  if (amountClp <= 0) return;
  const { accountLimitClp } = customerForSale(context.writer, customerId);
  const { balanceClp } = account(context.writer, customerId, context.nowMs);
  if (balanceClp + amountClp > accountLimitClp) {
    throw new DomainError('ACCOUNT_LIMIT', { balanceClp, limitClp: accountLimitClp, wantedClp: amountClp });
  }
}
