/**
 * Goods between branches: dispatch and reception are two facts of two branches. In between the goods belong to the transfer; what does
 * not arrive is lost by the one who received it, in writing.
 */
import { requireGoods } from '#core/catalog/index.ts';
import type { CommandContext } from '#core/engine/context.ts';
import { takeNumber } from '#core/engine/documentNumber.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { type InventoryTables, type MovementRow, put, take } from '#core/inventory/index.ts';
import type { CatalogTables } from '#core/catalog/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import { mulDivRound } from '#core/shared/numbers.ts';
import { transferEvents } from './events.ts';
import { insertOnce } from './rows.ts';
import type { SyncTables, TransferLineRow, TransferRow } from './tables.ts';

const { db, select, change } = sqlFor<SyncTables & EngineTables & InventoryTables & CatalogTables>();
const branchById = select((p: { id: string }) => db.selectFrom('branch').select('id').where('id', '=', p.id));
const ownWarehouse = select((p: { id: string; branchId: string }) =>
  db
    .selectFrom('warehouse')
    .select('id')
    .where('id', '=', p.id)
    .where('branchId', '=', p.branchId)
    .where('archivedAtMs', 'is', null),
);
const transferColumns = [
  'id',
  'number',
  'fromBranchId',
  'toBranchId',
  'dispatchedById',
  'dispatchedAtMs',
  'receivedById',
  'receivedAtMs',
] as const;
const transferById = select((p: { id: string }) =>
  db.selectFrom('transfer').select(transferColumns).where('id', '=', p.id),
);
const page = select((p: { limit: number; offset: number }) =>
  db.selectFrom('transfer').select(transferColumns).orderBy('dispatchedAtMs', 'desc').limit(p.limit).offset(p.offset),
);
const openSince = select(() => db.selectFrom('transfer').select('dispatchedAtMs').where('receivedAtMs', 'is', null));
const countAll = select(() => db.selectFrom('transfer').select((eb) => eb.fn.countAll<number>().as('total')));
const linesOf = select((p: { transferId: string }) =>
  db
    .selectFrom('transferLine')
    .select(['transferId', 'lineNumber', 'productId', 'quantityMilli', 'valueMilliClp', 'receivedMilli'])
    .where('transferId', '=', p.transferId)
    .orderBy('lineNumber'),
);
const productName = select((p: { id: string }) =>
  db.selectFrom('product').select(['sku', 'name']).where('id', '=', p.id),
);
const branchName = select((p: { id: string }) => db.selectFrom('branch').select('name').where('id', '=', p.id));
const receive = change((p: { id: string; receivedById: string; receivedAtMs: number }) =>
  db
    .updateTable('transfer')
    .set({ receivedById: p.receivedById, receivedAtMs: p.receivedAtMs })
    .where('id', '=', p.id)
    .where('receivedAtMs', 'is', null),
);
const receiveLine = change((p: { transferId: string; lineNumber: number; receivedMilli: number }) =>
  db
    .updateTable('transferLine')
    .set({ receivedMilli: p.receivedMilli })
    .where('transferId', '=', p.transferId)
    .where('lineNumber', '=', p.lineNumber),
);

interface Dispatch {
  toBranchId: string;
  warehouseId: string;
  lines: readonly { productId: string; quantityMilli: number }[];
}

/** Takes the goods off the shelf at their cost and sends them on their way. */
export function dispatchTransfer(context: CommandContext, input: Dispatch): { id: string; number: string } {
  const { writer, site, actor, nowMs } = context;
  const { toBranchId, warehouseId } = input;
  if (toBranchId === site.branchId || !branchById.first(writer, { id: toBranchId }))
    throw new DomainError('NOT_FOUND', { branch: toBranchId });
  requireOwnWarehouse(context, warehouseId);
  const transfer: TransferRow = {
    id: context.newId(),
    number: takeNumber(context, 'TRANSFER'),
    fromBranchId: site.branchId,
    toBranchId,
    dispatchedById: actor.userId,
    dispatchedAtMs: nowMs,
    receivedById: null,
    receivedAtMs: null,
  };
  insertOnce(writer, 'transfer', transfer);
  const movements: MovementRow[] = [];
  const lines = input.lines.map(({ productId, quantityMilli }, index): TransferLineRow => {
    requireGoods(writer, productId);
    const lineNumber = index + 1;
    const movement = take(context, {
      productId,
      warehouseId,
      quantityMilli,
      kind: 'TRANSFER',
      sourceKind: 'TRANSFER_OUT',
      sourceId: transfer.id,
      sourceLine: lineNumber,
    });
    movements.push(movement);
    const valueMilliClp = Math.max(0, -movement.valueMilliClp);
    const line = { transferId: transfer.id, lineNumber, productId, quantityMilli, valueMilliClp, receivedMilli: null };
    insertOnce(writer, 'transferLine', line);
    return line;
  });
  context.record(transferEvents.dispatched, transfer.id, { transfer, lines, movements });
  return { id: transfer.id, number: transfer.number };
}

interface Reception {
  id: string;
  warehouseId: string;
  lines: readonly { lineNumber: number; receivedMilli: number }[];
}

/** Puts on the shelf what arrived, at the value with which it left. A line that is not named arrived whole. */
export function receiveTransfer(context: CommandContext, input: Reception): { id: string; lostMilli: number } {
  const { writer, site, actor, nowMs } = context;
  const found = transferById.first(writer, { id: input.id });
  if (found?.toBranchId !== site.branchId) throw new DomainError('NOT_FOUND', { transfer: input.id });
  if (found.receivedAtMs !== null) throw new DomainError('CONFLICT', { reason: 'TRANSFER_RECEIVED' });
  requireOwnWarehouse(context, input.warehouseId);
  const counted = new Map(input.lines.map(({ lineNumber, receivedMilli }) => [lineNumber, receivedMilli]));
  const movements: MovementRow[] = [];
  const lines = linesOf.all(writer, { transferId: input.id }).map((line) => {
    const receivedMilli = counted.get(line.lineNumber) ?? line.quantityMilli;
    if (receivedMilli > line.quantityMilli) throw new DomainError('RETURN_TOO_LARGE', { line: line.lineNumber });
    receiveLine.run(writer, { transferId: input.id, lineNumber: line.lineNumber, receivedMilli });
    if (receivedMilli > 0) {
      const valueMilliClp = mulDivRound(line.valueMilliClp, receivedMilli, line.quantityMilli);
      movements.push(...put(context, { ...arrival(input, line), quantityMilli: receivedMilli, valueMilliClp }));
    }
    return { ...line, receivedMilli };
  });
  receive.run(writer, { id: input.id, receivedById: actor.userId, receivedAtMs: nowMs });
  const transfer = { ...found, receivedById: actor.userId, receivedAtMs: nowMs };
  context.record(transferEvents.received, input.id, { transfer, lines, movements });
  return { id: input.id, lostMilli: lines.reduce((sum, line) => sum + line.quantityMilli - line.receivedMilli, 0) };
}

const arrival = (input: Reception, line: TransferLineRow) => ({
  productId: line.productId,
  warehouseId: input.warehouseId,
  kind: 'TRANSFER' as const,
  sourceKind: 'TRANSFER_IN',
  sourceId: input.id,
  sourceLine: line.lineNumber,
});

/** Goods between branches of one city arrive the same day or the next one; after three somebody should ask. */
const LATE_AFTER_MS = 3 * 24 * 3_600_000;

/** Transfers from and to this branch, newest first, with how many are on their way, and for too long. */
export function listTransfers(reader: Reader, nowMs: number, window: { limit: number; offset: number }) {
  const isLate = (dispatchedAtMs: number): boolean => nowMs - dispatchedAtMs > LATE_AFTER_MS;
  const open = openSince.all(reader, {});
  const rows = page.all(reader, window).map((row) => ({
    id: row.id,
    number: row.number,
    fromBranchId: row.fromBranchId,
    toBranchId: row.toBranchId,
    fromName: branchName.first(reader, { id: row.fromBranchId })?.name ?? '',
    toName: branchName.first(reader, { id: row.toBranchId })?.name ?? '',
    state: row.receivedAtMs === null ? ('IN_TRANSIT' as const) : ('RECEIVED' as const),
    isLate: row.receivedAtMs === null && isLate(row.dispatchedAtMs) ? ('YES' as const) : ('NO' as const),
    dispatchedAtMs: row.dispatchedAtMs,
    receivedAtMs: row.receivedAtMs,
    lines: linesOf
      .all(reader, { transferId: row.id })
      .map(({ lineNumber, productId, quantityMilli, receivedMilli }) => ({
        lineNumber,
        productId,
        sku: productName.first(reader, { id: productId })?.sku ?? '',
        name: productName.first(reader, { id: productId })?.name ?? '',
        quantityMilli,
        receivedMilli,
        lostMilli: receivedMilli === null ? null : quantityMilli - receivedMilli,
      })),
  }));
  const late = open.filter((row) => isLate(row.dispatchedAtMs)).length;
  return { rows, total: countAll.one(reader, {}).total, inTransit: open.length, late };
}

function requireOwnWarehouse(context: CommandContext, id: string): void {
  if (!ownWarehouse.first(context.writer, { id, branchId: context.site.branchId }))
    throw new DomainError('WAREHOUSE_INVALID', { warehouse: id });
}
