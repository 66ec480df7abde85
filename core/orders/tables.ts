/** The tables of orders, sales, returns and carts; see migrations/sqlite/070_orders.sql. */
import type { Tender } from '#core/shared/tender.ts';
import type { OrderState } from './rules.ts';

export interface OrderTables {
  salesOrder: OrderRow;
  orderLine: OrderLineRow;
  orderLineComponent: { orderId: string; lineNumber: number; productId: string; quantityMilli: number };
  /** A view: the orders that are sales. */
  sale: SaleFact;
  saleReturn: ReturnRow;
  saleReturnLine: ReturnLineRow;
  cart: CartRow;
}

export interface OrderRow {
  id: string;
  number: string | null;
  branchId: string;
  terminalId: string;
  state: OrderState;
  documentKind: 'BOLETA' | 'FACTURA';
  cashierId: string;
  customerId: string | null;
  customerName: string;
  customerEmail: string;
  customerRut: string;
  customerGiro: string;
  vehicleId: string | null;
  plate: string;
  odometerKm: number | null;
  subtotalClp: number;
  discountClp: number;
  totalClp: number;
  exemptClp: number;
  netClp: number;
  ivaClp: number;
  ivaBasisPoints: number;
  note: string;
  cancelReason: string | null;
  createdAtMs: number;
  updatedAtMs: number;
  businessDate: string;
  costMilliClp: number;
  saleNumber: string | null;
  saleShiftId: string | null;
  saleTerminalId: string | null;
  saleCashierId: string | null;
  soldAtMs: number | null;
  saleDate: string | null;
}

/** What makes an order a sale. */
export interface SaleStamp {
  costMilliClp: number;
  saleNumber: string;
  saleShiftId: string;
  saleTerminalId: string;
  saleCashierId: string;
  soldAtMs: number;
  saleDate: string;
}

export interface OrderLineRow {
  orderId: string;
  lineNumber: number;
  productId: string;
  sku: string;
  name: string;
  unit: string;
  kind: 'GOODS' | 'SERVICE' | 'KIT';
  taxKind: 'TAXED' | 'EXEMPT';
  quantityMilli: number;
  listPriceClp: number;
  unitPriceClp: number;
  grossClp: number;
  discountClp: number;
  orderDiscountClp: number;
  totalClp: number;
  costMilliClp: number;
  reason: string;
  approverId: string | null;
}

export interface SaleFact {
  id: string;
  orderId: string;
  number: string;
  shiftId: string;
  terminalId: string;
  branchId: string;
  cashierId: string;
  customerId: string | null;
  totalClp: number;
  exemptClp: number;
  netClp: number;
  ivaClp: number;
  discountClp: number;
  costMilliClp: number;
  occurredAtMs: number;
  businessDate: string;
}

export interface ReturnRow {
  id: string;
  number: string;
  saleId: string;
  shiftId: string;
  terminalId: string;
  branchId: string;
  actorId: string;
  approverId: string | null;
  reason: string;
  refundTender: Tender;
  totalClp: number;
  exemptClp: number;
  netClp: number;
  ivaClp: number;
  costMilliClp: number;
  occurredAtMs: number;
  businessDate: string;
}

export interface ReturnLineRow {
  returnId: string;
  lineNumber: number;
  condition: 'SELLABLE' | 'DAMAGED' | 'WARRANTY';
  quantityMilli: number;
  totalClp: number;
  costMilliClp: number;
}

export interface CartRow {
  id: string;
  terminalId: string;
  userId: string;
  state: 'DRAFT' | 'PARKED';
  name: string;
  content: string;
  itemCount: number;
  totalClp: number;
  updatedAtMs: number;
}
