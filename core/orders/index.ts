/** Orders, the sales they become, returns and carts. */
import { defineModule } from '#core/engine/module.ts';
import { ordersContract } from './contract.ts';
import { ordersHandlers } from './handlers.ts';
import { ordersJobs } from './jobs.ts';

export const ordersModule = defineModule({ contract: ordersContract, handlers: ordersHandlers, jobs: ordersJobs });

export { checkout } from './checkout.ts';
export { type IssueFact, type LineFact, orderEvents, type PaymentFact } from './events.ts';
export { orderCard, returnCard, saleCard, saleStatistics, shiftSales } from './queries.ts';
export { createReturn } from './returns.ts';
export { cancelOrder, completeOrder, createOrder } from './service.ts';
export type { OrderTables } from './tables.ts';
