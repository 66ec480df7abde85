/** The facts of orders. Each carries the rows it wrote, stock and payments included. */
import { eventKind } from '#core/engine/events.ts';
import type { MovementRow, ReservationRow } from '#core/inventory/index.ts';
import type { PaymentRow } from '#core/shifts/index.ts';
import type { OrderState } from './rules.ts';
import type { OrderLineRow, OrderRow, OrderTables, ReturnLineRow, ReturnRow, SaleStamp } from './tables.ts';

interface OrderFact {
  order: OrderRow;
  lines: OrderLineRow[];
  components: OrderTables['orderLineComponent'][];
}

/** A line of a sale; the order that it belongs to is the event's. */
export type LineFact = Omit<OrderLineRow, 'orderId'>;
/** Goods that left for a line: kind EXIT, source ORDER; order, person and time are the event's. */
export type IssueFact = Pick<
  MovementRow,
  'id' | 'productId' | 'warehouseId' | 'quantityMilli' | 'valueMilliClp' | 'sourceLine'
>;
/** A tender of a sale; document, customer and time are the event's. */
export type PaymentFact = Omit<
  PaymentRow,
  'documentKind' | 'documentId' | 'customerId' | 'verifiedAtMs' | 'occurredAtMs' | 'businessDate'
>;

// The hottest event says nothing twice: it has to fit one page of the file.
export const lineFact = ({ orderId: _, ...line }: OrderLineRow): LineFact => line;
export const issueFact = (row: MovementRow): IssueFact => {
  const { id, productId, warehouseId, quantityMilli, valueMilliClp, sourceLine } = row;
  return { id, productId, warehouseId, quantityMilli, valueMilliClp, sourceLine };
};
export const paymentFact = (row: PaymentRow): PaymentFact => {
  const {
    documentKind: _,
    documentId: __,
    customerId: ___,
    verifiedAtMs: ____,
    occurredAtMs: _____,
    businessDate: ______,
    ...rest
  } = row;
  return rest;
};

export const orderEvents = {
  created: eventKind<OrderFact & { reservations: ReservationRow[] }>('orders.created', 1),
  updated: eventKind<OrderFact & { released: string[]; reservations: ReservationRow[] }>('orders.updated', 1),
  advanced: eventKind<{ id: string; state: OrderState; movements: MovementRow[] }>('orders.advanced', 1),
  paid: eventKind<{ id: string; payments: PaymentRow[] }>('orders.paid', 1),
  cancelled: eventKind<{
    id: string;
    reason: string;
    released: string[];
    movements: MovementRow[];
    refunds: PaymentRow[];
  }>('orders.cancelled', 1),
  inspected: eventKind<{ id: string; movements: MovementRow[] }>('orders.inspected', 1),
  completed: eventKind<SaleStamp & { id: string }>('orders.completed', 1),
  checkedOut: eventKind<{
    order: OrderRow;
    lines: LineFact[];
    components: OrderTables['orderLineComponent'][];
    movements: IssueFact[];
    payments: PaymentFact[];
    visit: object | null;
    cartId: string | null;
  }>('sales.checkedOut', 1),
  returned: eventKind<{
    saleReturn: ReturnRow;
    lines: ReturnLineRow[];
    movements: MovementRow[];
    refunds: PaymentRow[];
  }>('sales.returned', 1),
  cartParked: eventKind<{ id: string; name: string; totalClp: number; itemCount: number }>('carts.parked', 1),
  /** `parkedId`: the cart that was on the screen and had to make room. */
  cartResumed: eventKind<{ id: string; parkedId: string | null }>('carts.resumed', 1),
  cartVoided: eventKind<{ id: string; reason: string; totalClp: number; content: object }>('carts.voided', 1),
};
