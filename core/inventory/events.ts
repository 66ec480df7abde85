/** The facts that inventory records by itself. Stock that a sale or a return moves is part of their events. */
import { eventKind } from '#core/engine/events.ts';
import type { InventoryTables, MovementRow, StockDocumentRow, WarehouseRow } from './tables.ts';

export const inventoryEvents = {
  warehouseCreated: eventKind<{ warehouse: WarehouseRow }>('inventory.warehouseCreated', 1),
  warehouseChanged: eventKind<{ id: string; patch: object }>('inventory.warehouseChanged', 1),
  documentPosted: eventKind<{ document: StockDocumentRow; movements: MovementRow[] }>('inventory.documentPosted', 1),
  minimumSet: eventKind<InventoryTables['stockMinimum']>('inventory.minimumSet', 1),
  reservationsExpired: eventKind<{ ids: string[] }>('inventory.reservationsExpired', 1),
  taskResolved: eventKind<{ id: string }>('inventory.taskResolved', 1),
};
