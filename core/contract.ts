/** All that a client may know of the application: the modules' contracts, joined. Browser-safe. */
import { assistantContract } from '#core/assistant/contract.ts';
import { authContract } from '#core/auth/contract.ts';
import { catalogContract } from '#core/catalog/contract.ts';
import { devicesContract } from '#core/devices/contract.ts';
import { engineContract } from '#core/engine/contract.ts';
import { forecastContract } from '#core/forecast/contract.ts';
import { inventoryContract } from '#core/inventory/contract.ts';
import { metricsContract } from '#core/metrics/contract.ts';
import { notificationsContract } from '#core/notifications/contract.ts';
import { ordersContract } from '#core/orders/contract.ts';
import { peopleContract } from '#core/people/contract.ts';
import { purchasingContract } from '#core/purchasing/contract.ts';
import { receiptsContract } from '#core/receipts/contract.ts';
import { shiftsContract } from '#core/shifts/contract.ts';
import { syncContract } from '#core/sync/contract.ts';
import type { Client } from '#core/shared/procedure.ts';

export const contract = {
  ...engineContract,
  ...authContract,
  // Both the machinery and auth speak for the system as a whole.
  system: { ...engineContract.system, ...authContract.system },
  ...devicesContract,
  ...peopleContract,
  ...catalogContract,
  ...inventoryContract,
  ...shiftsContract,
  ...ordersContract,
  ...receiptsContract,
  ...purchasingContract,
  ...metricsContract,
  ...forecastContract,
  ...notificationsContract,
  ...syncContract,
  ...assistantContract,
};

/** The application as its pages and tests call it: `client.orders.confirm({ commandId, orderId })`. */
export type AppClient = Client<typeof contract>;
