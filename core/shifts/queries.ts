/** Reads of shifts, payments and accounts. */
import { sql } from 'kysely';
import { userName } from '#core/auth/index.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { DomainError } from '#core/shared/errors.ts';
import type { CashCount, ShiftReport } from './contract.ts';
import { ageing, expectedCash } from './rules.ts';
import type { ShiftTables } from './tables.ts';

const { db, select } = sqlFor<ShiftTables & EngineTables>();

const shiftColumns = [
  'id',
  'terminalId',
  'branchId',
  'cashierId',
  'state',
  'openedAtMs',
  'businessDate',
  'floatClp',
  'floatCount',
  'number',
  'closedAtMs',
  'closedById',
  'closingCount',
  'expectedCashClp',
  'countedCashClp',
  'differenceReason',
  'leftInDrawerClp',
  'depositedClp',
] as const;

const openShift = select((p: { terminalId: string }) =>
  db.selectFrom('shift').select(shiftColumns).where('terminalId', '=', p.terminalId).where('state', '=', 'OPEN'),
);
const openShiftId = select((p: { terminalId: string }) =>
  db.selectFrom('shift').select('id').where('terminalId', '=', p.terminalId).where('state', '=', 'OPEN'),
);
const shiftById = select((p: { id: string }) => db.selectFrom('shift').select(shiftColumns).where('id', '=', p.id));
const lastClosed = select((p: { terminalId: string }) =>
  db
    .selectFrom('shift')
    .select(['leftInDrawerClp', 'closingCount', 'countedCashClp'])
    .where('terminalId', '=', p.terminalId)
    .where('state', '=', 'CLOSED')
    .orderBy('closedAtMs', 'desc')
    .limit(1),
);
const tenderTotals = select((p: { shiftId: string }) =>
  db
    .selectFrom('payment')
    .select((eb) => [
      'tender',
      eb.fn.countAll<number>().as('count'),
      eb.fn.sum<number>('amountClp').as('amountClp'),
      eb.fn.sum<number>('roundingClp').as('roundingClp'),
    ])
    .where('shiftId', '=', p.shiftId)
    .groupBy('tender')
    .orderBy('tender'),
);
const cashSplit = select((p: { shiftId: string }) =>
  db
    .selectFrom('payment')
    .select([
      sql<number>`coalesce(sum(case when "amountClp" > 0 then "amountClp" else 0 end), 0)`.as('cashSalesClp'),
      sql<number>`coalesce(-sum(case when "amountClp" < 0 then "amountClp" else 0 end), 0)`.as('cashRefundsClp'),
    ])
    .where('shiftId', '=', p.shiftId)
    .where('tender', '=', 'CASH'),
);
const documentCount = select((p: { shiftId: string }) =>
  db
    .selectFrom('payment')
    .select((eb) => eb.fn.count<number>('documentId').distinct().as('n'))
    .where('shiftId', '=', p.shiftId),
);
const cashMovements = select((p: { shiftId: string }) =>
  db
    .selectFrom('cashMovement')
    .select(['id', 'number', 'kind', 'amountClp', 'reason', 'actorId', 'occurredAtMs'])
    .where('shiftId', '=', p.shiftId)
    .orderBy('id'),
);
const countedTenders = select((p: { shiftId: string }) =>
  db
    .selectFrom('shiftTender')
    .select(['tender', 'expectedClp', 'countedClp'])
    .where('shiftId', '=', p.shiftId)
    .orderBy('tender'),
);
const terminalName = select((p: { id: string }) => db.selectFrom('terminal').select('name').where('id', '=', p.id));

/** The id of the terminal's open shift; SHIFT_NOT_OPEN where there is none. */
export function requireOpenShift(reader: Reader, terminalId: string): string {
  const shift = openShiftId.first(reader, { terminalId });
  if (!shift) throw new DomainError('SHIFT_NOT_OPEN');
  return shift.id;
}

export const findOpenShift = (reader: Reader, terminalId: string) => openShift.first(reader, { terminalId });

/** Float that the last close left at this terminal; the count only where everything was left. */
export function suggestedFloat(
  reader: Reader,
  terminalId: string,
): { suggestedFloatClp: number; suggestedCount: CashCount } {
  const last = lastClosed.first(reader, { terminalId });
  const isWhole = last !== undefined && last.leftInDrawerClp === last.countedCashClp && last.closingCount !== null;
  return {
    suggestedFloatClp: last?.leftInDrawerClp ?? 0,
    suggestedCount: isWhole ? (JSON.parse(last.closingCount ?? '{}') as CashCount) : {},
  };
}

/** Cash figures of a shift at this moment. */
export function drawerFigures(reader: Reader, shift: { id: string; floatClp: number }) {
  const movements = cashMovements.all(reader, { shiftId: shift.id });
  const sum = (kind: 'IN' | 'OUT'): number =>
    movements.filter((row) => row.kind === kind).reduce((total, row) => total + row.amountClp, 0);
  const figures = {
    floatClp: shift.floatClp,
    ...cashSplit.one(reader, { shiftId: shift.id }),
    cashInClp: sum('IN'),
    cashOutClp: sum('OUT'),
  };
  return { ...figures, expectedClp: expectedCash(figures), movements };
}

export const tendersOf = (reader: Reader, shiftId: string) => tenderTotals.all(reader, { shiftId });

/**
 * X or Z report. Until the shift is closed, whoever may not see what is expected gets no figure from which it could be worked out.
 */
export function report(reader: Reader, shiftId: string, seesExpected: boolean): ShiftReport {
  const shift = shiftById.first(reader, { id: shiftId });
  if (!shift) throw new DomainError('NOT_FOUND', { shift: shiftId });
  const figures = drawerFigures(reader, shift);
  const shown = seesExpected || shift.state === 'CLOSED';
  const tenders = shown ? tendersOf(reader, shift.id) : [];
  return {
    id: shift.id,
    terminalName: terminalName.one(reader, { id: shift.terminalId }).name,
    cashierId: shift.cashierId,
    cashierName: userName(reader, shift.cashierId),
    state: shift.state,
    openedAtMs: shift.openedAtMs,
    businessDate: shift.businessDate,
    floatClp: shift.floatClp,
    tenders,
    documentCount: documentCount.one(reader, { shiftId: shift.id }).n,
    cashSalesClp: shown ? figures.cashSalesClp : null,
    cashRefundsClp: shown ? figures.cashRefundsClp : null,
    cashInClp: figures.cashInClp,
    cashOutClp: figures.cashOutClp,
    noSaleCount: figures.movements.filter((row) => row.kind === 'NO_SALE').length,
    expectedCashClp: shown ? (shift.expectedCashClp ?? figures.expectedClp) : null,
    number: shift.number,
    closedAtMs: shift.closedAtMs,
    closedByName: shift.closedById === null ? null : userName(reader, shift.closedById),
    closingCount: shift.closingCount === null ? null : (JSON.parse(shift.closingCount) as CashCount),
    countedCashClp: shift.countedCashClp,
    differenceClp: shift.countedCashClp === null ? null : shift.countedCashClp - (shift.expectedCashClp ?? 0),
    differenceReason: shift.differenceReason,
    leftInDrawerClp: shift.leftInDrawerClp,
    depositedClp: shift.depositedClp,
    counted: countedTenders.all(reader, { shiftId: shift.id }),
    movements: figures.movements.map(({ actorId, ...row }) => ({ ...row, actorName: userName(reader, actorId) })),
  };
}

export function listShifts(
  reader: Reader,
  filter: { from?: string | undefined; to?: string | undefined; limit: number; offset: number },
  seesExpected: boolean,
) {
  let base = db.selectFrom('shift').innerJoin('terminal', 'terminal.id', 'shift.terminalId');
  if (filter.from !== undefined) base = base.where('businessDate', '>=', filter.from);
  if (filter.to !== undefined) base = base.where('businessDate', '<=', filter.to);
  const total = reader.first(base.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const rows = reader.all(
    base
      .select([
        'shift.id',
        'number',
        'state',
        'terminal.name as terminalName',
        'cashierId',
        'openedAtMs',
        'closedAtMs',
        'expectedCashClp',
        'countedCashClp',
      ])
      .orderBy('shift.id', 'desc')
      .limit(filter.limit)
      .offset(filter.offset),
  );
  return {
    total,
    rows: rows.map(({ cashierId, expectedCashClp, ...row }) => ({
      ...row,
      expectedCashClp: seesExpected || row.state === 'CLOSED' ? expectedCashClp : null,
      cashierName: userName(reader, cashierId),
    })),
  };
}

const paymentColumns = [
  'id',
  'tender',
  'amountClp',
  'roundingClp',
  'tenderedClp',
  'changeClp',
  'operationNumber',
  'lastFour',
  'instalments',
  'verifiedAtMs',
] as const;
const ofDocument = select((p: { documentId: string }) =>
  db.selectFrom('payment').select(paymentColumns).where('documentId', '=', p.documentId).orderBy('id'),
);
const unverified = select(() =>
  db
    .selectFrom('payment')
    .select([...paymentColumns, 'documentId', 'occurredAtMs'])
    .where('tender', '=', 'TRANSFER')
    .where('verifiedAtMs', 'is', null)
    .orderBy('id', 'desc')
    .limit(500),
);

/** The tenders of a document, in the order they were given. */
export const paymentsOf = (reader: Reader, documentId: string) => ofDocument.all(reader, { documentId });
export const unverifiedTransfers = (reader: Reader) => unverified.all(reader, {});

const accountMovements = select((p: { customerId: string }) =>
  db
    .selectFrom('payment')
    .select([
      'id',
      'documentKind',
      'documentId',
      'occurredAtMs',
      // A charge to the account adds to the debt; a payment on account takes off what it settled, before the cash rounding.
      sql<number>`case when "documentKind" = 'ACCOUNT' then "roundingClp" - "amountClp" else "amountClp" end`.as(
        'amountClp',
      ),
    ])
    .where('customerId', '=', p.customerId)
    .where((eb) => eb.or([eb('tender', '=', 'ACCOUNT'), eb('documentKind', '=', 'ACCOUNT')]))
    .orderBy('occurredAtMs')
    .orderBy('id'),
);

/** Balance (positive: he owes), ageing and movements of a customer's account. */
export function account(reader: Reader, customerId: string, nowMs: number) {
  const movements = accountMovements.all(reader, { customerId });
  const balanceClp = movements.reduce((sum, row) => sum + row.amountClp, 0);
  return { balanceClp, ageing: ageing(movements, nowMs), movements };
}
