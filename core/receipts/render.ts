/** A document of the shop as the rows of its receipt. */
import { branchCard, readSettings } from '#core/auth/index.ts';
import type { Site } from '#core/engine/site.ts';
import type { Reader } from '#core/engine/sql.ts';
import { returnCard, saleCard, shiftSales } from '#core/orders/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import { shiftReport } from '#core/shifts/index.ts';
import { type Copy, returnReceipt, saleReceipt, shiftReceipt, type Shop, testReceipt } from './build.ts';
import { layout, type ReceiptDoc, type Row } from './document.ts';
import type { DocumentKind } from './tables.ts';

export interface Wanted extends Copy {
  documentKind: DocumentKind;
  documentId: string;
  columns: number;
  /** Whether whoever reads it may see what is expected in an open drawer. */
  seesExpected: boolean;
}

/** The rows of a document, `columns` wide. */
export function renderReceipt(reader: Reader, site: Site, wanted: Wanted, nowMs: number): Row[] {
  return layout(documentOf(reader, site, wanted, nowMs), wanted.columns);
}

function documentOf(reader: Reader, site: Site, wanted: Wanted, nowMs: number): ReceiptDoc {
  const { receiptHeader, receiptFooter } = readSettings(reader);
  const shop: Shop = { ...branchCard(reader, site), header: receiptHeader, footer: receiptFooter };
  switch (wanted.documentKind) {
    case 'SALE':
      return saleReceipt(shop, saleCard(reader, wanted.documentId, false), wanted);
    case 'RETURN':
      return returnReceipt(shop, returnCard(reader, wanted.documentId), wanted);
    case 'SHIFT':
      return shiftReceipt(shop, shiftReport(reader, wanted.documentId, wanted.seesExpected), shiftSales(reader, wanted.documentId), wanted);
    case 'TEST':
      return testReceipt(shop, nowMs, wanted);
    case 'CASH':
      throw new DomainError('NOT_FOUND', { document: wanted.documentId });
  }
}
