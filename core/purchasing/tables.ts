/** The tables of buying; see migrations/sqlite/090_purchasing.sql. */
export interface PurchasingTables {
  supplierTerms: { id: string; statedLeadDays: number; reviewDays: number; minimumOrderClp: number };
  productSupply: SupplyRow;
  reorderRequest: RequestTableRow;
  purchase: PurchaseTableRow;
  purchaseLine: PurchaseLineRow;
  purchaseReception: ReceptionRow;
  purchaseReceptionLine: ReceptionLineRow;
  purchaseCounting: { purchaseId: string; content: string; savedAtMs: number };
}

export interface SupplyRow {
  productId: string;
  supplierId: string;
  supplierCode: string;
  packMilli: number;
  minimumMilli: number;
  unitCostMilliClp: number;
}

export interface RequestTableRow {
  id: string;
  branchId: string;
  productId: string;
  supplierId: string | null;
  quantityMilli: number;
  source: 'RECOMMENDATION' | 'LOW_STOCK' | 'HAND';
  state: 'OPEN' | 'APPROVED' | 'REJECTED' | 'ORDERED';
  note: string;
  decisionReason: string;
  actorId: string;
  createdAtMs: number;
  decidedById: string | null;
  decidedAtMs: number | null;
  purchaseId: string | null;
}

export type PurchaseState = 'DRAFT' | 'SENT' | 'PARTIAL' | 'RECEIVED' | 'CLOSED' | 'CANCELLED';

export interface PurchaseTableRow {
  id: string;
  number: string | null;
  branchId: string;
  supplierId: string;
  warehouseId: string;
  state: PurchaseState;
  note: string;
  reason: string;
  expectedOn: string | null;
  actorId: string;
  createdAtMs: number;
  sentAtMs: number | null;
  sentOn: string | null;
  finishedAtMs: number | null;
}

export interface PurchaseLineRow {
  purchaseId: string;
  lineNumber: number;
  productId: string;
  sku: string;
  name: string;
  unit: string;
  supplierCode: string;
  packMilli: number;
  quantityMilli: number;
  receivedMilli: number;
  returnedMilli: number;
  unitCostMilliClp: number;
}

export interface ReceptionRow {
  id: string;
  purchaseId: string;
  supplierId: string;
  leadDays: number;
  receivedAtMs: number;
}

export interface ReceptionLineRow {
  receptionId: string;
  lineNumber: number;
  productId: string;
  quantityMilli: number;
  orderedCostMilliClp: number;
  unitCostMilliClp: number;
  averageBeforeMilliClp: number;
  averageAfterMilliClp: number;
}
