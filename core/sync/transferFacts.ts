/** Applies a phase of a transfer that another machine recorded. */
import { sqlFor, type Writer } from '#core/engine/sql.ts';
import type { MovementRow } from '#core/inventory/index.ts';
import { insertOnce, writeMovements } from './rows.ts';
import type { SyncTables, TransferLineRow, TransferRow } from './tables.ts';

const { db, select, change } = sqlFor<SyncTables>();
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
    .where('lineNumber', '=', p.lineNumber)
    .where('receivedMilli', 'is', null),
);
const transferById = select((p: { id: string }) =>
  db.selectFrom('transfer').select('receivedAtMs').where('id', '=', p.id),
);
const { db: places, select: selectPlace } = sqlFor<{ warehouse: { id: string; branchId: string } }>();
const isIn = selectPlace((p: { id: string; branchId: string }) =>
  places.selectFrom('warehouse').select('id').where('id', '=', p.id).where('branchId', '=', p.branchId),
);

/**
 * The transfer and its lines, and the movements that happened in `branchId`, the branch of this machine: it may be one that is only being
 * set up. A second reception, recorded by a copy of the file, changes nothing and throws: somebody has to look whether goods came twice.
 */
export function applyTransfer(writer: Writer, body: Record<string, unknown>, branchId: string): void {
  const { transfer, lines, movements } = body as unknown as {
    transfer: TransferRow;
    lines: TransferLineRow[];
    movements: MovementRow[];
  };
  const sent = { ...transfer, receivedById: null, receivedAtMs: null };
  if (!transferById.first(writer, { id: transfer.id })) {
    insertOnce(writer, 'transfer', sent);
    for (const line of lines) insertOnce(writer, 'transferLine', { ...line, receivedMilli: null });
  }
  const { id, receivedById, receivedAtMs } = transfer;
  if (receivedById !== null && receivedAtMs !== null) {
    const isFirst = receive.run(writer, { id, receivedById, receivedAtMs }) > 0;
    // The company's copy hears of one reception from both branches, each with its own shelves.
    if (!isFirst && transferById.one(writer, { id }).receivedAtMs !== receivedAtMs)
      throw new Error(`transfer ${transfer.number} was received before`);
    for (const { lineNumber, receivedMilli } of lines)
      receiveLine.run(writer, { transferId: id, lineNumber, receivedMilli: receivedMilli ?? 0 });
  }
  writeMovements(
    writer,
    movements.filter(({ warehouseId }) => isIn.first(writer, { id: warehouseId, branchId })),
  );
}
