/** Buying: requests, orders to suppliers, their reception and what each supplier delivers. */
import { defineModule } from '#core/engine/module.ts';
import { purchasingContract } from './contract.ts';
import { purchasingHandlers } from './handlers.ts';

export const purchasingModule = defineModule({ contract: purchasingContract, handlers: purchasingHandlers });

export { purchasingEvents } from './events.ts';
export { latePurchases, onOrder } from './queries.ts';
export { createRequests, type NewRequest } from './requests.ts';
export { marginBasisPoints, type LeadTime } from './rules.ts';
export { supplierFacts, supplyFor } from './supply.ts';
export type { PurchasingTables } from './tables.ts';
