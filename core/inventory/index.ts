/** Stock: warehouses, the ledger of movements, levels, costs and reservations. */
import { authEvents } from '#core/auth/index.ts';
import { catalogEvents } from '#core/catalog/index.ts';
import { onEvent } from '#core/engine/context.ts';
import { defineModule } from '#core/engine/module.ts';
import { inventoryContract } from './contract.ts';
import { inventoryHandlers } from './handlers.ts';
import { inventoryJobs } from './jobs.ts';
import { followKind, placeProduct } from './shelves.ts';
import { makeFirstWarehouses } from './warehouses.ts';

export const inventoryModule = defineModule({
  contract: inventoryContract,
  handlers: inventoryHandlers,
  jobs: inventoryJobs,
  subscriptions: [
    onEvent(authEvents.installed, (context, _, { branch }) => makeFirstWarehouses(context, branch.id)),
    onEvent(catalogEvents.productCreated, (context, _, { product }) => placeProduct(context, product)),
    onEvent(catalogEvents.productChanged, (context, id, { patch }) => followKind(context, id, patch.kind)),
  ],
});

export { inventoryEvents } from './events.ts';
export { selfCheck } from './selfCheck.ts';
export {
  commitReservations,
  expireReservations,
  issuedStock,
  issueStock,
  releaseReservations,
  reserveStock,
  returnStock,
  type StockLine,
  undoIssue,
} from './service.ts';
export type { InventoryTables, MovementRow, ReservationRow, StockDocumentRow } from './tables.ts';
export { enterGoods, receiveStock, sendBack } from './documents.ts';
export { put, take } from './ledger.ts';
export { shelve, shelveAll } from './shelves.ts';
export { warehouseFor } from './warehouses.ts';
