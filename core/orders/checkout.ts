/** The counter's sale: everything or nothing. */
import type { CommandContext } from '#core/engine/context.ts';
import { takeNumber } from '#core/engine/documentNumber.ts';
import { issueStock, warehouseFor } from '#core/inventory/index.ts';
import { recordVisit } from '#core/people/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import { recordPayments, requireOpenShift, type TenderInput } from '#core/shifts/index.ts';
import { dropCart } from './carts.ts';
import { type Draft, draftOrder, type OrderAsked } from './draft.ts';
import { issueFact, lineFact, orderEvents, paymentFact } from './events.ts';
import { lineCosts, writeOrder } from './statements.ts';
import type { OrderRow, SaleStamp } from './tables.ts';

export interface CheckoutAsked extends OrderAsked {
  payments: TenderInput[];
  expectedTotalClp: number;
  cartId?: string | undefined;
}

export interface Completed {
  orderId: string;
  saleId: string;
  number: string;
  totalClp: number;
  changeClp: number;
}

/**
 * Sells: prices, takes the stock, records the tenders, and writes order and sale already COMPLETED, in the caller's one transaction.
 * The total must be the one that was shown.
 */
export function checkout(context: CommandContext, asked: CheckoutAsked): Completed {
  const { writer } = context;
  const shiftId = requireOpenShift(writer, context.actor.terminalId);
  const id = context.newId();
  const draft = draftOrder(context, asked, { id, number: null, state: 'COMPLETED' });
  const { totalClp } = draft.order;
  if (totalClp !== asked.expectedTotalClp) {
    throw new DomainError('PRICE_CHANGED', { expectedClp: asked.expectedTotalClp, totalClp });
  }
  const warehouseId = warehouseFor(writer, context.site.branchId, 'SALES');
  const movements = issueStock(context, { sourceId: id, warehouseId, lines: draft.stock });
  const lines = withCosts(draft, lineCosts(movements));
  const stamp = saleStamp(context, lines, shiftId);
  const order = { ...draft.order, ...stamp };
  writeOrder(writer, { order, lines, components: draft.components });
  const document = { documentKind: 'ORDER' as const, documentId: id, customerId: order.customerId };
  const payments = recordPayments(context, document, totalClp, asked.payments);
  const visit = visitOf(context, order);
  if (asked.cartId !== undefined) dropCart(writer, asked.cartId);
  context.record(orderEvents.checkedOut, id, {
    order,
    lines: lines.map(lineFact),
    components: draft.components,
    movements: movements.map(issueFact),
    payments: payments.map(paymentFact),
    visit,
    cartId: asked.cartId ?? null,
  });
  const changeClp = payments.reduce((sum, payment) => sum + payment.changeClp, 0);
  return { orderId: id, saleId: id, number: stamp.saleNumber, totalClp, changeClp };
}

/** What turns a completed order into a sale, with the sale's number. */
export function saleStamp(
  context: CommandContext,
  lines: readonly { costMilliClp: number }[],
  saleShiftId: string,
): SaleStamp {
  return {
    costMilliClp: lines.reduce((sum, line) => sum + line.costMilliClp, 0),
    saleNumber: takeNumber(context, 'SALE'),
    saleShiftId,
    saleTerminalId: context.actor.terminalId,
    saleCashierId: context.actor.userId,
    soldAtMs: context.nowMs,
    saleDate: context.businessDate,
  };
}

/** The visit of the car that the order names, if it names one. */
export function visitOf(context: CommandContext, order: OrderRow): object | null {
  if (order.vehicleId === null) return null;
  return recordVisit(context, { vehicleId: order.vehicleId, orderId: order.id, odometerKm: order.odometerKm });
}

function withCosts(draft: Draft, costs: Map<number, number>): Draft['lines'] {
  return draft.lines.map((line) => ({ ...line, costMilliClp: costs.get(line.lineNumber) ?? 0 }));
}
