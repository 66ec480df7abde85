/** The statements that write orders, shared by the counter's sale and the order that waits. */
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import type { MovementRow } from '#core/inventory/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import type { Draft } from './draft.ts';
import type { OrderLineRow, OrderRow, OrderTables, SaleStamp } from './tables.ts';

const { db, select, insert, change } = sqlFor<OrderTables>();

export const orderColumns = [
  'id',
  'number',
  'branchId',
  'terminalId',
  'state',
  'documentKind',
  'cashierId',
  'customerId',
  'customerName',
  'customerEmail',
  'customerRut',
  'customerGiro',
  'vehicleId',
  'plate',
  'odometerKm',
  'subtotalClp',
  'discountClp',
  'totalClp',
  'exemptClp',
  'netClp',
  'ivaClp',
  'ivaBasisPoints',
  'note',
  'cancelReason',
  'createdAtMs',
  'updatedAtMs',
  'businessDate',
  'costMilliClp',
  'saleNumber',
  'saleShiftId',
  'saleTerminalId',
  'saleCashierId',
  'soldAtMs',
  'saleDate',
] as const;

export const lineColumns = [
  'orderId',
  'lineNumber',
  'productId',
  'sku',
  'name',
  'unit',
  'kind',
  'taxKind',
  'quantityMilli',
  'listPriceClp',
  'unitPriceClp',
  'grossClp',
  'discountClp',
  'orderDiscountClp',
  'totalClp',
  'costMilliClp',
  'reason',
  'approverId',
] as const;

const insertOrder = insert('salesOrder', orderColumns);
const insertLine = insert('orderLine', lineColumns);
const insertComponent = insert('orderLineComponent', ['orderId', 'lineNumber', 'productId', 'quantityMilli']);
const orderById = select((p: { id: string }) =>
  db.selectFrom('salesOrder').select(orderColumns).where('id', '=', p.id),
);
const linesById = select((p: { orderId: string }) =>
  db.selectFrom('orderLine').select(lineColumns).where('orderId', '=', p.orderId).orderBy('lineNumber'),
);
const clearComponents = change((p: { orderId: string }) =>
  db.deleteFrom('orderLineComponent').where('orderId', '=', p.orderId),
);
const clearLines = change((p: { orderId: string }) => db.deleteFrom('orderLine').where('orderId', '=', p.orderId));
export const setState = change((p: { id: string; from: OrderRow['state']; to: OrderRow['state']; nowMs: number }) =>
  db
    .updateTable('salesOrder')
    .set({ state: p.to, updatedAtMs: p.nowMs })
    .where('id', '=', p.id)
    .where('state', '=', p.from),
);
export const setCompleted = change((p: SaleStamp & { id: string; from: OrderRow['state'] }) =>
  db
    .updateTable('salesOrder')
    .set({
      state: 'COMPLETED',
      updatedAtMs: p.soldAtMs,
      costMilliClp: p.costMilliClp,
      saleNumber: p.saleNumber,
      saleShiftId: p.saleShiftId,
      saleTerminalId: p.saleTerminalId,
      saleCashierId: p.saleCashierId,
      soldAtMs: p.soldAtMs,
      saleDate: p.saleDate,
    })
    .where('id', '=', p.id)
    .where('state', '=', p.from),
);
export const setCancelled = change((p: { id: string; reason: string; nowMs: number }) =>
  db
    .updateTable('salesOrder')
    .set({ state: 'CANCELLED', cancelReason: p.reason, updatedAtMs: p.nowMs })
    .where('id', '=', p.id),
);
export const setLineCost = change((p: { orderId: string; lineNumber: number; costMilliClp: number }) =>
  db
    .updateTable('orderLine')
    .set({ costMilliClp: p.costMilliClp })
    .where('orderId', '=', p.orderId)
    .where('lineNumber', '=', p.lineNumber),
);
const replaceHead = change((p: OrderRow) =>
  db
    .updateTable('salesOrder')
    .set({
      documentKind: p.documentKind,
      customerId: p.customerId,
      customerName: p.customerName,
      customerEmail: p.customerEmail,
      customerRut: p.customerRut,
      customerGiro: p.customerGiro,
      vehicleId: p.vehicleId,
      plate: p.plate,
      odometerKm: p.odometerKm,
      subtotalClp: p.subtotalClp,
      discountClp: p.discountClp,
      totalClp: p.totalClp,
      exemptClp: p.exemptClp,
      netClp: p.netClp,
      ivaClp: p.ivaClp,
      ivaBasisPoints: p.ivaBasisPoints,
      note: p.note,
      updatedAtMs: p.updatedAtMs,
    })
    .where('id', '=', p.id)
    .where('state', '=', 'PENDING'),
);

/** Writes an order with its lines and the parts of its kits. */
export function writeOrder(writer: Writer, draft: Pick<Draft, 'order' | 'lines' | 'components'>): void {
  insertOrder.run(writer, draft.order);
  writeLines(writer, draft);
}

/** Replaces head and lines of a PENDING order. */
export function rewriteOrder(writer: Writer, draft: Draft): void {
  if (replaceHead.run(writer, draft.order) === 0) throw new DomainError('ORDER_STATE', { order: draft.order.id });
  clearComponents.run(writer, { orderId: draft.order.id });
  clearLines.run(writer, { orderId: draft.order.id });
  writeLines(writer, draft);
}

function writeLines(writer: Writer, draft: Pick<Draft, 'lines' | 'components'>): void {
  for (const line of draft.lines) insertLine.run(writer, line);
  for (const component of draft.components) insertComponent.run(writer, component);
}

export function requireOrder(reader: Reader, id: string): OrderRow {
  const order = orderById.first(reader, { id });
  if (!order) throw new DomainError('NOT_FOUND', { order: id });
  return order;
}

export const linesOf = (reader: Reader, orderId: string): OrderLineRow[] => linesById.all(reader, { orderId });

/** The cost of each line: the value of the stock that left for it. */
export function lineCosts(movements: readonly MovementRow[]): Map<number, number> {
  const costs = new Map<number, number>();
  for (const movement of movements) {
    costs.set(movement.sourceLine, (costs.get(movement.sourceLine) ?? 0) - movement.valueMilliClp);
  }
  return costs;
}
