/** Orders that wait: created, changed, confirmed, paid, moved on, cancelled, completed. One command each. */
import { readSetting } from '#core/auth/index.ts';
import type { CommandContext } from '#core/engine/context.ts';
import { takeNumber } from '#core/engine/documentNumber.ts';
import {
  commitReservations,
  type MovementRow,
  releaseReservations,
  reserveStock,
  undoIssue,
  warehouseFor,
} from '#core/inventory/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import type { Tender } from '#core/shared/tender.ts';
import { paymentsOf, recordPartPayment, recordRefund, requireOpenShift, type TenderInput } from '#core/shifts/index.ts';
import { type Completed, saleStamp, visitOf } from './checkout.ts';
import { type Draft, draftOrder, type OrderAsked } from './draft.ts';
import { orderEvents } from './events.ts';
import { isOutOfTheHouse, mayGo, type OrderState } from './rules.ts';
import {
  lineCosts,
  linesOf,
  requireOrder,
  rewriteOrder,
  setCancelled,
  setCompleted,
  setLineCost,
  setState,
  writeOrder,
} from './statements.ts';
import type { OrderRow } from './tables.ts';

/** Creates an order that waits and holds its stock. */
export function createOrder(
  context: CommandContext,
  asked: OrderAsked,
): { id: string; number: string; totalClp: number } {
  const number = takeNumber(context, 'ORDER');
  const draft = draftOrder(context, asked, { id: context.newId(), number, state: 'PENDING' });
  writeOrder(context.writer, draft);
  const reservations = reserve(context, draft);
  const { order, lines, components } = draft;
  context.record(orderEvents.created, order.id, { order, lines, components, reservations });
  return { id: order.id, number, totalClp: order.totalClp };
}

/** Replaces what a PENDING order says; what it holds follows. */
export function updateOrder(context: CommandContext, id: string, asked: OrderAsked): { id: string; totalClp: number } {
  const current = requireOrder(context.writer, id);
  requireState(current, 'PENDING');
  const released = releaseReservations(context, id);
  const draft = draftOrder(context, asked, { id, number: current.number, state: 'PENDING' });
  draft.order.createdAtMs = current.createdAtMs;
  if (draft.order.totalClp < paidOf(context, id))
    throw new DomainError('PAYMENT_MISMATCH', { paidClp: paidOf(context, id) });
  rewriteOrder(context.writer, draft);
  const reservations = reserve(context, draft);
  const { order, lines, components } = draft;
  context.record(orderEvents.updated, id, { order, lines, components, released, reservations });
  return { id, totalClp: order.totalClp };
}

/** Moves an order forward. CONFIRMED takes the stock that was held. */
export function advanceOrder(context: CommandContext, id: string, to: OrderState): { id: string; state: OrderState } {
  const order = requireOrder(context.writer, id);
  if (!mayGo(order.state, to)) throw new DomainError('ORDER_STATE', { state: order.state, wanted: to });
  const movements = to === 'CONFIRMED' ? takeStock(context, id) : [];
  setState.run(context.writer, { id, from: order.state, to, nowMs: context.nowMs });
  context.record(orderEvents.advanced, id, { id, state: to, movements });
  return { id, state: to };
}

/** Takes a payment; the last one settles to the peso, with the cash rounding. */
export function payOrder(context: CommandContext, id: string, payments: readonly TenderInput[]) {
  const order = requireOrder(context.writer, id);
  if (order.state === 'CANCELLED' || order.state === 'COMPLETED')
    throw new DomainError('ORDER_STATE', { state: order.state });
  const remainingClp = order.totalClp - paidOf(context, id);
  if (remainingClp <= 0) throw new DomainError('PAYMENT_MISMATCH', { missingClp: 0 });
  const rows = recordPartPayment(context, documentOf(order), remainingClp, payments);
  context.record(orderEvents.paid, id, { id, payments: rows });
  const paidClp = paidOf(context, id);
  const changeClp = rows.reduce((sum, row) => sum + row.changeClp, 0);
  return { id, paidClp, remainingClp: order.totalClp - paidClp, changeClp };
}

/** COMPLETED: fully paid and delivered. Makes the sale. */
export function completeOrder(context: CommandContext, id: string): Completed {
  const order = requireOrder(context.writer, id);
  if (!mayGo(order.state, 'COMPLETED'))
    throw new DomainError('ORDER_STATE', { state: order.state, wanted: 'COMPLETED' });
  const missingClp = order.totalClp - paidOf(context, id);
  if (missingClp !== 0) throw new DomainError('PAYMENT_MISMATCH', { missingClp });
  const shiftId = requireOpenShift(context.writer, context.actor.terminalId);
  visitOf(context, order);
  const stamp = saleStamp(context, linesOf(context.writer, id), shiftId);
  setCompleted.run(context.writer, { id, from: order.state, ...stamp });
  context.record(orderEvents.completed, id, { id, ...stamp });
  return { orderId: id, saleId: id, number: stamp.saleNumber, totalClp: order.totalClp, changeClp: 0 };
}

/**
 * Cancels: what is held is released, what left comes back at its value, what was paid is refunded. Once shipped, the goods stay out
 * until somebody has inspected them.
 */
export function cancelOrder(context: CommandContext, input: { id: string; reason: string; refundTender: Tender }) {
  const { id, reason, refundTender } = input;
  const order = requireOrder(context.writer, id);
  if (!mayGo(order.state, 'CANCELLED'))
    throw new DomainError('ORDER_STATE', { state: order.state, wanted: 'CANCELLED' });
  const released = order.state === 'PENDING' ? releaseReservations(context, id) : [];
  const hasLeft = order.state !== 'PENDING' && !isOutOfTheHouse(order.state);
  const movements = hasLeft ? undoIssue(context, id, reason) : [];
  const paidClp = paidOf(context, id);
  const refunds = paidClp > 0 ? recordRefund(context, documentOf(order), paidClp, refundTender) : [];
  setCancelled.run(context.writer, { id, reason, nowMs: context.nowMs });
  context.record(orderEvents.cancelled, id, { id, reason, released, movements, refunds });
  const refundedClp = refunds.reduce((sum, row) => sum - row.amountClp, 0);
  return { id, state: 'CANCELLED' as const, refundedClp };
}

/** Takes back, after inspection, the goods of an order that was cancelled on its way. */
export function inspectReturned(
  context: CommandContext,
  input: { id: string; condition: 'SELLABLE' | 'DAMAGED' | 'WARRANTY'; reason: string },
) {
  const order = requireOrder(context.writer, input.id);
  requireState(order, 'CANCELLED');
  const purpose = input.condition === 'SELLABLE' ? 'SALES' : input.condition;
  const warehouseId = warehouseFor(context.writer, context.site.branchId, purpose);
  const movements = undoIssue(context, input.id, input.reason, warehouseId);
  if (movements.length === 0) throw new DomainError('CONFLICT', { reason: 'NOTHING_OUT' });
  context.record(orderEvents.inspected, input.id, { id: input.id, movements });
  return { id: input.id, movementCount: movements.length };
}

/** Commits what the order holds and freezes each line's cost. */
function takeStock(context: CommandContext, id: string): MovementRow[] {
  const movements = commitReservations(context, id);
  for (const [lineNumber, costMilliClp] of lineCosts(movements)) {
    setLineCost.run(context.writer, { orderId: id, lineNumber, costMilliClp });
  }
  return movements;
}

function reserve(context: CommandContext, draft: Draft) {
  const warehouseId = warehouseFor(context.writer, context.site.branchId, 'SALES');
  const expiresAtMs = context.nowMs + readSetting(context.writer, 'reservationTtlMinutes') * 60_000;
  return reserveStock(context, { orderId: draft.order.id, warehouseId, lines: draft.stock, expiresAtMs });
}

/** What has been paid of the total: amounts without the cash rounding, which is nobody's debt. */
function paidOf(context: CommandContext, id: string): number {
  return paymentsOf(context.writer, id).reduce((sum, row) => sum + row.amountClp - row.roundingClp, 0);
}

const documentOf = (order: OrderRow) => ({
  documentKind: 'ORDER' as const,
  documentId: order.id,
  customerId: order.customerId,
});

function requireState(order: OrderRow, state: OrderState): void {
  if (order.state !== state) throw new DomainError('ORDER_STATE', { state: order.state, wanted: state });
}
