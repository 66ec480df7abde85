/** A document of the shop as the rows of its receipt. */
import { branchCard, readSettings, userName } from '#core/auth/index.ts';
import type { Site } from '#core/engine/site.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { orderCard, returnCard, saleCard, shiftSales } from '#core/orders/index.ts';
import type { PeopleTables } from '#core/people/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import { paymentsOf, shiftReport, type ShiftTables } from '#core/shifts/index.ts';
import { orderReceipt, returnReceipt, saleReceipt } from './build.ts';
import {
  accountReceipt,
  type AccountSlip,
  cashReceipt,
  type CashSlip,
  drawerOnly,
  shiftReceipt,
  testReceipt,
} from './buildCash.ts';
import { layout, type ReceiptDoc, type Row } from './document.ts';
import type { Copy, Shop } from './parts.ts';
import type { DocumentKind } from './tables.ts';

export interface Wanted extends Copy {
  documentKind: DocumentKind;
  documentId: string;
  columns: number;
  /** Whether whoever reads it may see what is expected in an open drawer. */
  seesExpected: boolean;
}

/** The rows of a document, at most `columns` wide. NOT_FOUND where there is no such document. */
export function renderReceipt(reader: Reader, site: Site, wanted: Wanted, nowMs: number): Row[] {
  return layout(documentOf(reader, site, wanted, nowMs), wanted.columns);
}

function documentOf(reader: Reader, site: Site, wanted: Wanted, nowMs: number): ReceiptDoc {
  const { receiptHeader, receiptFooter } = readSettings(reader);
  const shop: Shop = { ...branchCard(reader, site), header: receiptHeader, footer: receiptFooter };
  const { documentKind, documentId } = wanted;
  switch (documentKind) {
    case 'SALE':
      return saleReceipt(shop, saleCard(reader, documentId, false), wanted);
    case 'ORDER':
      return orderReceipt(shop, orderCard(reader, documentId, false), wanted);
    case 'RETURN':
      return returnReceipt(shop, returnCard(reader, documentId), wanted);
    case 'SHIFT':
      return shiftReceipt(
        shop,
        shiftReport(reader, documentId, wanted.seesExpected),
        shiftSales(reader, documentId),
        wanted,
      );
    case 'CASH':
      return cashReceipt(shop, cashSlip(reader, documentId), wanted);
    case 'ACCOUNT':
      return accountReceipt(shop, accountSlip(reader, documentId), wanted);
    case 'DRAWER':
      return drawerOnly;
    case 'TEST':
      return testReceipt(shop, nowMs, wanted.columns, wanted);
  }
}

const { db, select } = sqlFor<ShiftTables & PeopleTables & EngineTables>();
const movementById = select((p: { id: string }) =>
  db
    .selectFrom('cashMovement')
    .innerJoin('shift', 'shift.id', 'cashMovement.shiftId')
    .innerJoin('terminal', 'terminal.id', 'shift.terminalId')
    .select([
      'cashMovement.number',
      'cashMovement.kind',
      'cashMovement.amountClp',
      'cashMovement.reason',
      'cashMovement.actorId',
      'cashMovement.occurredAtMs',
      'terminal.name as terminalName',
    ])
    .where('cashMovement.id', '=', p.id),
);

function cashSlip(reader: Reader, id: string): CashSlip {
  const found = movementById.first(reader, { id });
  if (!found) throw new DomainError('NOT_FOUND', { cashMovement: id });
  const { actorId, ...slip } = found;
  return { ...slip, actorName: userName(reader, actorId) };
}

const accountPayment = select((p: { documentId: string }) =>
  db
    .selectFrom('payment')
    .innerJoin('shift', 'shift.id', 'payment.shiftId')
    .innerJoin('terminal', 'terminal.id', 'shift.terminalId')
    .innerJoin('customer', 'customer.id', 'payment.customerId')
    .select([
      'payment.occurredAtMs',
      'shift.cashierId',
      'terminal.name as terminalName',
      'customer.firstName',
      'customer.lastName',
      'customer.rut',
    ])
    .where('payment.documentId', '=', p.documentId)
    .where('payment.documentKind', '=', 'ACCOUNT')
    .limit(1),
);

function accountSlip(reader: Reader, documentId: string): AccountSlip {
  const found = accountPayment.first(reader, { documentId });
  if (!found) throw new DomainError('NOT_FOUND', { accountPayment: documentId });
  const { firstName, lastName, rut, cashierId, ...slip } = found;
  return {
    ...slip,
    customerName: `${firstName} ${lastName}`.trim(),
    customerRut: rut ?? '',
    cashierName: userName(reader, cashierId),
    payments: paymentsOf(reader, documentId),
  };
}
