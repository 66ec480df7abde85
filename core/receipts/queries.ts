/** Reads of the queue. */
import { sql } from 'kysely';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { ReceiptTables } from './tables.ts';

const { db, select } = sqlFor<ReceiptTables>();
// Literally the condition of the partial index.
const isOpen = sql<boolean>`state in ('QUEUED', 'PRINTING', 'FAILED')`;
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
      'mayRepeat',
      'nextAttemptAtMs',
      'createdAtMs',
    ])
    .where('printJob.terminalId', '=', p.terminalId)
    .where(isOpen)
    .orderBy('printJob.id')
    .limit(200),
);

/** What waits or failed at a terminal, oldest first. */
export const openJobs = (reader: Reader, terminalId: string) => open.all(reader, { terminalId });

const figures = select(() =>
  db
    .selectFrom('printJob')
    .select((eb) => [
      eb.fn.countAll<number>().filterWhere('state', '<>', 'FAILED').as('waiting'),
      eb.fn.countAll<number>().filterWhere('state', '=', 'FAILED').as('failed'),
    ])
    .where(isOpen),
);

/** How many papers wait and how many failed, at all terminals: for the health page. */
export const printQueueFigures = (reader: Reader): { waiting: number; failed: number } => figures.one(reader, {});
