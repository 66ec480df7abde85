/** The tables of stock; see migrations/sqlite/050_inventory.sql. */
export interface InventoryTables {
  warehouse: WarehouseRow;
  stockMovement: MovementRow;
  stockLevel: LevelRow;
  lastCost: { productId: string; branchId: string; unitCostMilliClp: number };
  /** A view: what the levels of a branch add up to. */
  productCost: {
    productId: string;
    branchId: string;
    quantityMilli: number;
    valueMilliClp: number;
    lastUnitCostMilliClp: number;
  };
  stockMinimum: { productId: string; warehouseId: string; minimumMilli: number };
  reservation: ReservationRow;
  stockDocument: StockDocumentRow;
  stockTask: StockTaskRow;
}

export interface LevelRow {
  productId: string;
  warehouseId: string;
  onHandMilli: number;
  reservedMilli: number;
  valueMilliClp: number;
}

export interface WarehouseRow {
  id: string;
  branchId: string;
  code: string;
  name: string;
  purpose: 'SALES' | 'STORE' | 'DAMAGED' | 'WARRANTY' | 'TRANSIT';
  archivedAtMs: number | null;
}

export type MovementKind = 'ENTRY' | 'EXIT' | 'ADJUSTMENT' | 'TRANSFER' | 'RETURN';

/** One line of the ledger. Quantity and value carry their sign: what leaves is negative. */
export interface MovementRow {
  id: string;
  productId: string;
  warehouseId: string;
  kind: MovementKind;
  quantityMilli: number;
  valueMilliClp: number;
  sourceKind: string;
  sourceId: string;
  sourceLine: number;
  undoesId: string | null;
  reason: string;
  actorId: string;
  occurredAtMs: number;
  businessDate: string;
}

export interface ReservationRow {
  id: string;
  orderId: string;
  orderLine: number;
  productId: string;
  warehouseId: string;
  quantityMilli: number;
  state: 'HELD' | 'COMMITTED' | 'RELEASED' | 'EXPIRED';
  createdAtMs: number;
  expiresAtMs: number;
  endedAtMs: number | null;
}

export interface StockDocumentRow {
  id: string;
  number: string;
  kind: 'ENTRY' | 'EXIT' | 'ADJUSTMENT' | 'TRANSFER' | 'SUPPLIER_RETURN';
  warehouseId: string;
  toWarehouseId: string | null;
  supplierId: string | null;
  reference: string;
  reason: string;
  actorId: string;
  occurredAtMs: number;
  businessDate: string;
}

export interface StockTaskRow {
  id: string;
  kind: 'NEGATIVE' | 'COST_JUMP';
  productId: string;
  warehouseId: string;
  detail: string;
  createdAtMs: number;
  resolvedAtMs: number | null;
  resolvedById: string | null;
}
