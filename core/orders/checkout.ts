/** The counter's sale: everything or nothing. */
import type { CommandContext } from '#core/engine/context.ts';
import { takeNumber } from '#core/engine/documentNumber.ts';
import { issueStock, warehouseFor } from '#core/inventory/index.ts';
import { recordVisit } from '#core/people/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import { recordPayments, requireOpenShift, type TenderInput } from '#core/shifts/index.ts';
import { dropCart } from './carts.ts';
import { type Draft, draftOrder, type OrderAsked } from './draft.ts';
import { orderEvents } from './events.ts';
import { insertSale, lineCosts, writeOrder } from './statements.ts';
import type { OrderRow, SaleFact } from './tables.ts';

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
  writeOrder(writer, { ...draft, lines });
  const document = { documentKind: 'ORDER' as const, documentId: id, customerId: draft.order.customerId };
  const payments = recordPayments(context, document, totalClp, asked.payments);
  const sale = writeSale(context, draft.order, lines, shiftId);
  const visit = visitOf(context, draft.order);
  if (asked.cartId !== undefined) dropCart(writer, asked.cartId);
  const { order, components } = draft;
  const cartId = asked.cartId ?? null;
  context.record(orderEvents.checkedOut, sale.id, {
    order,
    lines,
    components,
    sale,
    movements,
    payments,
    visit,
    cartId,
  });
  const changeClp = payments.reduce((sum, payment) => sum + payment.changeClp, 0);
  return { orderId: id, saleId: sale.id, number: sale.number, totalClp, changeClp };
}

/** Writes the sale of a completed order, with its number. */
export function writeSale(
  context: CommandContext,
  order: OrderRow,
  lines: readonly { costMilliClp: number }[],
  shiftId: string,
): SaleFact {
  const sale: SaleFact = {
    id: context.newId(),
    orderId: order.id,
    number: takeNumber(context, 'SALE'),
    shiftId,
    terminalId: context.actor.terminalId,
    branchId: order.branchId,
    cashierId: context.actor.userId,
    customerId: order.customerId,
    totalClp: order.totalClp,
    exemptClp: order.exemptClp,
    netClp: order.netClp,
    ivaClp: order.ivaClp,
    discountClp: order.discountClp,
    costMilliClp: lines.reduce((sum, line) => sum + line.costMilliClp, 0),
    occurredAtMs: context.nowMs,
    businessDate: context.businessDate,
  };
  insertSale.run(context.writer, sale);
  return sale;
}

/** The visit of the car that the order names, if it names one. */
export function visitOf(context: CommandContext, order: OrderRow): object | null {
  if (order.vehicleId === null) return null;
  return recordVisit(context, { vehicleId: order.vehicleId, orderId: order.id, odometerKm: order.odometerKm });
}

function withCosts(draft: Draft, costs: Map<number, number>): Draft['lines'] {
  return draft.lines.map((line) => ({ ...line, costMilliClp: costs.get(line.lineNumber) ?? 0 }));
}
