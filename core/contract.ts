/** All that a client may know of the application: the modules' contracts, joined. Browser-safe. */
import { authContract } from '#core/auth/contract.ts';
import { catalogContract } from '#core/catalog/contract.ts';
import { inventoryContract } from '#core/inventory/contract.ts';
import { ordersContract } from '#core/orders/contract.ts';
import { peopleContract } from '#core/people/contract.ts';
import { shiftsContract } from '#core/shifts/contract.ts';
import type { Client } from '#core/shared/procedure.ts';

export const contract = { ...authContract, ...peopleContract, ...catalogContract, ...inventoryContract, ...shiftsContract, ...ordersContract };

/** The application as its pages and tests call it: `client.orders.confirm({ commandId, orderId })`. */
export type AppClient = Client<typeof contract>;
