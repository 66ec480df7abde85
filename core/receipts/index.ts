/** Paper: receipts as one model with two drawers, the print queue and the printers. */
import { onEvent } from '#core/engine/context.ts';
import { defineModule } from '#core/engine/module.ts';
import { orderEvents } from '#core/orders/index.ts';
import { shiftEvents } from '#core/shifts/index.ts';
import { receiptsContract } from './contract.ts';
import { receiptsHandlers } from './handlers.ts';
import { enqueueOriginal } from './service.ts';

const isCash = (rows: readonly { tender: string }[]): boolean => rows.some((row) => row.tender === 'CASH');

export const receiptsModule = defineModule({
  contract: receiptsContract,
  handlers: receiptsHandlers,
  // Paper is queued in the transaction that makes the document, and the drawer opens only where cash changes hands.
  subscriptions: [
    onEvent(orderEvents.checkedOut, (context, saleId, { payments }) =>
      enqueueOriginal(context, 'SALE', saleId, isCash(payments)),
    ),
    onEvent(orderEvents.completed, (context, saleId) => enqueueOriginal(context, 'SALE', saleId, false)),
    onEvent(orderEvents.paid, (context, orderId, { payments }) =>
      enqueueOriginal(context, 'ORDER', orderId, isCash(payments)),
    ),
    onEvent(orderEvents.cancelled, (context, orderId, { refunds }) => {
      if (refunds.length > 0) enqueueOriginal(context, 'ORDER', orderId, isCash(refunds));
    }),
    onEvent(orderEvents.returned, (context, returnId, { refunds }) =>
      enqueueOriginal(context, 'RETURN', returnId, isCash(refunds)),
    ),
    onEvent(shiftEvents.accountPaid, (context, id, { payments }) =>
      enqueueOriginal(context, 'ACCOUNT', id, isCash(payments)),
    ),
    onEvent(shiftEvents.cashMoved, (context, id, { movement }) =>
      enqueueOriginal(context, movement.kind === 'NO_SALE' ? 'DRAWER' : 'CASH', id, true),
    ),
    onEvent(shiftEvents.closed, (context, shiftId) => enqueueOriginal(context, 'SHIFT', shiftId, false)),
  ],
});

export { type Row } from './document.ts';
export { type PaperAsked, type PaperReader, previewReceipt } from './handlers.ts';
export { startPrintQueue } from './printQueue.ts';
export { printQueueFigures } from './queries.ts';
