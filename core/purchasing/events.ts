/** The facts of buying. Stock that a reception or a return moves is part of them. */
import { eventKind } from '#core/engine/events.ts';
import type { MovementRow, StockDocumentRow } from '#core/inventory/index.ts';
import type {
  PurchaseLineRow,
  PurchaseState,
  PurchaseTableRow,
  PurchasingTables,
  ReceptionLineRow,
  ReceptionRow,
  RequestTableRow,
  SupplyRow,
} from './tables.ts';

export const purchasingEvents = {
  requestsCreated: eventKind<{ requests: RequestTableRow[] }>('purchasing.requestsCreated', 1),
  requestsChanged: eventKind<{ requests: RequestTableRow[] }>('purchasing.requestsChanged', 1),
  purchasesDrafted: eventKind<{
    purchases: { purchase: PurchaseTableRow; lines: PurchaseLineRow[] }[];
    requests: RequestTableRow[];
  }>('purchasing.purchasesDrafted', 1),
  purchaseChanged: eventKind<{ purchase: PurchaseTableRow; lines: PurchaseLineRow[] }>('purchasing.purchaseChanged', 1),
  purchaseSent: eventKind<{ purchase: PurchaseTableRow; lines: PurchaseLineRow[] }>('purchasing.purchaseSent', 1),
  purchaseFinished: eventKind<{ id: string; state: PurchaseState; reason: string; finishedAtMs: number }>(
    'purchasing.purchaseFinished',
    1,
  ),
  received: eventKind<{
    purchaseId: string;
    state: PurchaseState;
    finishedAtMs: number | null;
    reception: ReceptionRow;
    lines: ReceptionLineRow[];
    document: StockDocumentRow;
    movements: MovementRow[];
  }>('purchasing.received', 1),
  goodsReturned: eventKind<{ purchaseId: string; document: StockDocumentRow; movements: MovementRow[] }>(
    'purchasing.goodsReturned',
    1,
  ),
  termsSet: eventKind<PurchasingTables['supplierTerms']>('purchasing.termsSet', 1),
  supplySet: eventKind<SupplyRow>('purchasing.supplySet', 1),
};
