/** All that a client may know of the application: the modules' contracts, joined. Browser-safe. */
import type { Client } from '#core/shared/procedure.ts';

export const contract = {} as const;

/** The application as its pages and tests call it: `client.orders.confirm({ commandId, orderId })`. */
export type AppClient = Client<typeof contract>;
