/** The tables of paper; see migrations/sqlite/080_receipts.sql. */
import type { CodepageName } from './escpos.ts';

type YesNo = 'YES' | 'NO';

export interface ReceiptTables {
  printer: PrinterRow;
  printJob: PrintJobRow;
}

export interface PrinterRow {
  id: string;
  terminalId: string;
  name: string;
  transport: string;
  columns: 32 | 42 | 48;
  codepage: CodepageName;
  kicksDrawer: YesNo;
  isDefault: YesNo;
  archivedAtMs: number | null;
}

export type DocumentKind = 'SALE' | 'RETURN' | 'SHIFT' | 'CASH' | 'ORDER' | 'ACCOUNT' | 'DRAWER' | 'TEST';

export interface PrintJobRow {
  id: string;
  terminalId: string;
  printerId: string;
  documentKind: DocumentKind;
  documentId: string;
  copyNumber: number;
  kick: YesNo;
  seesExpected: YesNo;
  mayRepeat: YesNo;
  state: 'QUEUED' | 'PRINTING' | 'DONE' | 'FAILED' | 'DISCARDED';
  attempts: number;
  nextAttemptAtMs: number | null;
  lastError: string;
  createdAtMs: number;
  doneAtMs: number | null;
}
