/** The tables of paper; see migrations/sqlite/080_receipts.sql. */
export interface ReceiptTables {
  printer: {
    id: string;
    terminalId: string;
    name: string;
    transport: string;
    columns: 32 | 42 | 48;
    kicksDrawer: 'YES' | 'NO';
    isDefault: 'YES' | 'NO';
    archivedAtMs: number | null;
  };
  printJob: PrintJobRow;
}

export type DocumentKind = 'SALE' | 'RETURN' | 'SHIFT' | 'CASH' | 'TEST';

export interface PrintJobRow {
  id: string;
  terminalId: string;
  printerId: string;
  documentKind: DocumentKind;
  documentId: string;
  copyNumber: number;
  kick: 'YES' | 'NO';
  state: 'QUEUED' | 'PRINTING' | 'DONE' | 'FAILED' | 'DISCARDED';
  attempts: number;
  nextAttemptAtMs: number;
  lastError: string;
  createdAtMs: number;
  doneAtMs: number | null;
}
