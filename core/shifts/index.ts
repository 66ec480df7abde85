/** Shifts and the drawer: float, cash movements, payments, X and Z reports, customers' accounts. */
import { defineModule } from '#core/engine/module.ts';
import { shiftsContract } from './contract.ts';
import { shiftsHandlers } from './handlers.ts';

export const shiftsModule = defineModule({ contract: shiftsContract, handlers: shiftsHandlers });

export { shiftEvents } from './events.ts';
export { paymentsOf, report as shiftReport, requireOpenShift } from './queries.ts';
export {
  closeShift,
  moveCash,
  openShift,
  recordPartPayment,
  recordPayments,
  recordRefund,
  type TenderInput,
} from './service.ts';
export type { PaymentRow, ShiftRow, ShiftTables } from './tables.ts';
