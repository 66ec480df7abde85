/** Reads of the queue. */
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { ReceiptTables } from './tables.ts';

const { db, select } = sqlFor<ReceiptTables>();
const open = select((p: { terminalId: string }) =>
  db
    .selectFrom('printJob')
    .innerJoin('printer', 'printer.id', 'printJob.printerId')
    .select([
      'printJob.id',
      'printJob.printerId',
      'printer.name as printerName',
      'documentKind',
      'documentId',
      'copyNumber',
      'state',
      'attempts',
      'lastError',
      'createdAtMs',
    ])
    .where('printJob.terminalId', '=', p.terminalId)
    .where('state', 'in', ['QUEUED', 'PRINTING', 'FAILED'])
    .orderBy('printJob.id')
    .limit(200),
);

/** What waits or failed at a terminal, oldest first. */
export const openJobs = (reader: Reader, terminalId: string) => open.all(reader, { terminalId });
