/** Paper: receipts as one model with two drawers, the print queue and the printers. */
import { onEvent } from '#core/engine/context.ts';
import { defineModule } from '#core/engine/module.ts';
import { orderEvents } from '#core/orders/index.ts';
import { shiftEvents } from '#core/shifts/index.ts';
import { receiptsContract } from './contract.ts';
import { receiptsHandlers } from './handlers.ts';
import { enqueueOriginal } from './service.ts';

export const receiptsModule = defineModule({
  contract: receiptsContract,
  handlers: receiptsHandlers,
  subscriptions: [
    onEvent(orderEvents.checkedOut, (context, saleId, { payments }) =>
      enqueueOriginal(
        context,
        'SALE',
        saleId,
        payments.some((payment) => payment.tender === 'CASH'),
      ),
    ),
    onEvent(orderEvents.completed, (context, _, { sale }) => enqueueOriginal(context, 'SALE', sale.id, false)),
    onEvent(orderEvents.returned, (context, returnId, { refunds }) =>
      enqueueOriginal(
        context,
        'RETURN',
        returnId,
        refunds.some((refund) => refund.tender === 'CASH'),
      ),
    ),
    onEvent(shiftEvents.closed, (context, shiftId) => enqueueOriginal(context, 'SHIFT', shiftId, false)),
  ],
});

export { type Row } from './document.ts';
export { startPrintQueue } from './printQueue.ts';
export { printQueueFigures } from './queries.ts';
