/** The tables of the drawer; see migrations/sqlite/060_shifts.sql. */
import type { Tender } from '#core/shared/tender.ts';

export interface ShiftTables {
  shift: ShiftRow;
  shiftTender: { shiftId: string; tender: Tender; expectedClp: number; countedClp: number };
  cashMovement: CashMovementRow;
  payment: PaymentRow;
}

export interface ShiftRow {
  id: string;
  terminalId: string;
  branchId: string;
  cashierId: string;
  state: 'OPEN' | 'CLOSED';
  openedAtMs: number;
  businessDate: string;
  floatClp: number;
  floatCount: string;
  number: string | null;
  closedAtMs: number | null;
  closedById: string | null;
  closingCount: string | null;
  expectedCashClp: number | null;
  countedCashClp: number | null;
  differenceReason: string | null;
  leftInDrawerClp: number | null;
  depositedClp: number | null;
}

export interface CashMovementRow {
  id: string;
  number: string;
  shiftId: string;
  kind: 'IN' | 'OUT' | 'NO_SALE';
  amountClp: number;
  reason: string;
  actorId: string;
  occurredAtMs: number;
}

/** One tender of one document; see the migration for its signs. */
export interface PaymentRow {
  id: string;
  shiftId: string;
  documentKind: 'ORDER' | 'RETURN' | 'ACCOUNT';
  documentId: string;
  tender: Tender;
  amountClp: number;
  roundingClp: number;
  tenderedClp: number;
  changeClp: number;
  operationNumber: string;
  lastFour: string;
  instalments: number;
  verifiedAtMs: number | null;
  customerId: string | null;
  occurredAtMs: number;
  businessDate: string;
}
