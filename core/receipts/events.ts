/** The facts of paper that somebody may ask about: copies and printers. What the queue does is the machine's own business. */
import { eventKind } from '#core/engine/events.ts';

export const receiptEvents = {
  printed: eventKind<{ jobId: string; documentKind: string; documentId: string; copyNumber: number }>(
    'receipts.printed',
    1,
  ),
  retried: eventKind<{ jobId: string }>('receipts.retried', 1),
  discarded: eventKind<{ jobId: string }>('receipts.discarded', 1),
  printerSaved: eventKind<{ printer: object }>('receipts.printerSaved', 1),
  printerArchived: eventKind<{ id: string; archivedAtMs: number }>('receipts.printerArchived', 1),
};
