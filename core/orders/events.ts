/** The facts of orders. Each carries the rows it wrote, stock and payments included. */
import { eventKind } from '#core/engine/events.ts';
import type { MovementRow, ReservationRow } from '#core/inventory/index.ts';
import type { PaymentRow } from '#core/shifts/index.ts';
import type { OrderState } from './rules.ts';
import type { OrderLineRow, OrderRow, OrderTables, ReturnLineRow, ReturnRow, SaleFact } from './tables.ts';

interface OrderFact {
  order: OrderRow;
  lines: OrderLineRow[];
  components: OrderTables['orderLineComponent'][];
}

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
  completed: eventKind<{ sale: SaleFact }>('orders.completed', 1),
  checkedOut: eventKind<
    OrderFact & {
      sale: SaleFact;
      movements: MovementRow[];
      payments: PaymentRow[];
      visit: object | null;
      cartId: string | null;
    }
  >('sales.checkedOut', 1),
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
