/** Takes lines of a sale back: the only undo of a sale. */
import { basisPoints, clp } from '#core/shared/numbers.ts';
import type { CommandContext } from '#core/engine/context.ts';
import { takeNumber } from '#core/engine/documentNumber.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import { issuedStock, returnStock, type StockLine, warehouseFor } from '#core/inventory/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import { roundCash, splitIva } from '#core/shared/money.ts';
import { mulDivRound } from '#core/shared/numbers.ts';
import type { Tender } from '#core/shared/tender.ts';
import { recordRefund, requireOpenShift } from '#core/shifts/index.ts';
import { orderEvents } from './events.ts';
import { share } from './rules.ts';
import { linesOf, requireOrder } from './statements.ts';
import type { OrderLineRow, OrderRow, OrderTables, ReturnLineRow, ReturnRow } from './tables.ts';

const { db, select, insert } = sqlFor<OrderTables>();
const saleById = select((p: { id: string }) => db.selectFrom('sale').select(['id', 'orderId']).where('id', '=', p.id));
const returnedLines = select((p: { saleId: string }) =>
  db
    .selectFrom('saleReturnLine')
    .innerJoin('saleReturn', 'saleReturn.id', 'saleReturnLine.returnId')
    .select((eb) => ['lineNumber', eb.fn.sum<number>('quantityMilli').as('quantityMilli')])
    .where('saleReturn.saleId', '=', p.saleId)
    .groupBy('lineNumber'),
);
const insertReturn = insert('saleReturn', [
  'id',
  'number',
  'saleId',
  'shiftId',
  'terminalId',
  'branchId',
  'actorId',
  'approverId',
  'reason',
  'refundTender',
  'totalClp',
  'exemptClp',
  'netClp',
  'ivaClp',
  'costMilliClp',
  'occurredAtMs',
  'businessDate',
]);
const insertReturnLine = insert('saleReturnLine', [
  'returnId',
  'lineNumber',
  'condition',
  'quantityMilli',
  'totalClp',
  'costMilliClp',
]);

export interface ReturnAsked {
  saleId: string;
  reason: string;
  refundTender: Tender;
  lines: { lineNumber: number; quantityMilli: number; condition: ReturnLineRow['condition'] }[];
}

/** One line that comes back, between what had come back before and what has then. */
interface Back {
  line: OrderLineRow;
  condition: ReturnLineRow['condition'];
  beforeMilli: number;
  afterMilli: number;
}

/** How much of each line of a sale has come back so far. */
export function returnedOf(reader: Reader, saleId: string): Map<number, number> {
  return new Map(returnedLines.all(reader, { saleId }).map((row) => [row.lineNumber, row.quantityMilli]));
}

/**
 * Takes lines back and refunds them. Every figure is the difference of cumulated shares, so that however a sale comes back, once all
 * of it has, total, IVA and cost add up to the sale's.
 */
export function createReturn(context: CommandContext, asked: ReturnAsked) {
  const { writer } = context;
  const { order, backs, money } = planReturn(writer, asked);
  const approverId = context.authorise('sales.return', { entity: asked.saleId, amountClp: money.totalClp });
  const shiftId = requireOpenShift(writer, context.actor.terminalId);
  const id = context.newId();
  const rows = backs.map((back) => rowOf(id, back));
  const stock = backs.flatMap((back) => goodsOf(context, order.id, back));
  const saleReturn: ReturnRow = {
    id,
    number: takeNumber(context, 'RETURN'),
    saleId: asked.saleId,
    shiftId,
    terminalId: context.actor.terminalId,
    branchId: context.site.branchId,
    actorId: context.actor.userId,
    approverId,
    reason: asked.reason,
    refundTender: asked.refundTender,
    ...money,
    costMilliClp: stock.reduce((sum, line) => sum + line.valueMilliClp, 0),
    occurredAtMs: context.nowMs,
    businessDate: context.businessDate,
  };
  insertReturn.run(writer, saleReturn);
  for (const row of rows) insertReturnLine.run(writer, row);
  const movements = returnStock(context, { sourceId: id, reason: asked.reason, lines: stock });
  const document = { documentKind: 'RETURN' as const, documentId: id, customerId: order.customerId };
  const refunds = recordRefund(context, document, money.totalClp, asked.refundTender);
  context.record(orderEvents.returned, id, { saleReturn, lines: rows, movements, refunds });
  const refundedClp = refunds.reduce((sum, row) => sum - row.amountClp, 0);
  return { id, number: saleReturn.number, totalClp: money.totalClp, refundedClp };
}

/** What a return would refund, line by line; `cashClp` is what a refund in cash would hand over. Changes nothing. */
export function previewReturn(reader: Reader, asked: Pick<ReturnAsked, 'saleId' | 'lines'>) {
  const { backs, money } = planReturn(reader, asked);
  const lines = backs.map((back) => {
    const { lineNumber, quantityMilli, totalClp } = rowOf('', back);
    return { lineNumber, quantityMilli, totalClp, remainingMilli: back.line.quantityMilli - back.afterMilli };
  });
  return { ...money, cashClp: roundCash(clp(money.totalClp)), lines };
}

function planReturn(reader: Reader, asked: Pick<ReturnAsked, 'saleId' | 'lines'>) {
  const sale = saleById.first(reader, { id: asked.saleId });
  if (!sale) throw new DomainError('NOT_FOUND', { sale: asked.saleId });
  const order = requireOrder(reader, sale.orderId);
  const lines = linesOf(reader, sale.orderId);
  const returned = returnedOf(reader, sale.id);
  const backs = backsOf(asked, lines, returned);
  return { order, backs, money: refundOf(order, lines, returned, backs) };
}

function rowOf(returnId: string, back: Back): ReturnLineRow {
  const { lineNumber, quantityMilli, totalClp, costMilliClp } = back.line;
  const part = (whole: number): number => share(whole, quantityMilli, back.beforeMilli, back.afterMilli);
  return {
    returnId,
    lineNumber,
    condition: back.condition,
    quantityMilli: back.afterMilli - back.beforeMilli,
    totalClp: part(totalClp),
    costMilliClp: part(costMilliClp),
  };
}

function backsOf(asked: Pick<ReturnAsked, 'lines'>, lines: OrderLineRow[], returned: Map<number, number>): Back[] {
  const distinct = new Set(asked.lines.map((line) => line.lineNumber));
  if (distinct.size !== asked.lines.length) throw new DomainError('INVALID_INPUT', { issues: ['lines: repeated'] });
  return asked.lines.map(({ lineNumber, quantityMilli, condition }) => {
    const line = lines.find((candidate) => candidate.lineNumber === lineNumber);
    if (!line) throw new DomainError('NOT_FOUND', { line: lineNumber });
    const beforeMilli = returned.get(lineNumber) ?? 0;
    const afterMilli = beforeMilli + quantityMilli;
    if (afterMilli > line.quantityMilli) {
      throw new DomainError('RETURN_TOO_LARGE', { line: lineNumber, remainingMilli: line.quantityMilli - beforeMilli });
    }
    return { line, condition, beforeMilli, afterMilli };
  });
}

/** What is refunded, with its IVA: the split of all that has come back, minus the split of what had come back before. */
function refundOf(order: OrderRow, lines: OrderLineRow[], returned: Map<number, number>, backs: Back[]) {
  const cumulated = (milliOf: (line: OrderLineRow) => number) => {
    let taxedClp = 0;
    let exemptClp = 0;
    for (const line of lines) {
      const amountClp = mulDivRound(line.totalClp, milliOf(line), line.quantityMilli);
      if (line.taxKind === 'EXEMPT') exemptClp += amountClp;
      else taxedClp += amountClp;
    }
    return { exemptClp, totalClp: taxedClp + exemptClp, ...splitIva(clp(taxedClp), basisPoints(order.ivaBasisPoints)) };
  };
  const before = cumulated((line) => returned.get(line.lineNumber) ?? 0);
  const after = cumulated(
    (line) => backs.find((back) => back.line === line)?.afterMilli ?? returned.get(line.lineNumber) ?? 0,
  );
  return {
    totalClp: after.totalClp - before.totalClp,
    exemptClp: after.exemptClp - before.exemptClp,
    netClp: after.netClp - before.netClp,
    ivaClp: after.ivaClp - before.ivaClp,
  };
}

/** The goods behind a line that comes back: a kit's parts each in their share, at the value with which they left. */
function goodsOf(
  context: CommandContext,
  orderId: string,
  back: Back,
): (StockLine & { valueMilliClp: number; warehouseId: string })[] {
  const purpose = back.condition === 'SELLABLE' ? 'SALES' : back.condition;
  const warehouseId = warehouseFor(context.writer, context.site.branchId, purpose);
  return issuedStock(context.writer, orderId)
    .filter((issued) => issued.sourceLine === back.line.lineNumber)
    .map((issued) => {
      const part = (whole: number): number => share(whole, back.line.quantityMilli, back.beforeMilli, back.afterMilli);
      return {
        sourceLine: issued.sourceLine,
        productId: issued.productId,
        quantityMilli: part(issued.quantityMilli),
        valueMilliClp: part(issued.valueMilliClp),
        warehouseId,
      };
    })
    .filter((line) => line.quantityMilli > 0);
}
