/** The facts of the drawer. Payments of orders and returns are part of those documents' events. */
import { eventKind } from '#core/engine/events.ts';
import type { CashMovementRow, PaymentRow, ShiftRow, ShiftTables } from './tables.ts';

export const shiftEvents = {
  opened: eventKind<{ shift: ShiftRow }>('shifts.opened', 1),
  cashMoved: eventKind<{ movement: CashMovementRow }>('shifts.cashMoved', 1),
  closed: eventKind<{ shift: ShiftRow; tenders: ShiftTables['shiftTender'][] }>('shifts.closed', 1),
  accountPaid: eventKind<{ id: string; customerId: string; payments: PaymentRow[] }>('shifts.accountPaid', 1),
  transferVerified: eventKind<{ id: string; verifiedAtMs: number }>('shifts.transferVerified', 1),
};
