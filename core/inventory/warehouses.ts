/** Warehouses of the branch. Every branch has one that sells, one for damaged goods and one for warranty cases. */
import type { CommandContext } from '#core/engine/context.ts';
import { masterTable } from '#core/engine/master.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import { DomainError } from '#core/shared/errors.ts';
import { inventoryEvents } from './events.ts';
import type { InventoryTables, WarehouseRow } from './tables.ts';

const { db, select } = sqlFor<InventoryTables>();
const warehouses = masterTable(db, 'warehouse');
const ofBranch = select((p: { branchId: string }) =>
  db
    .selectFrom('warehouse')
    .select(['id', 'code', 'name', 'purpose'])
    .where('branchId', '=', p.branchId)
    .where('archivedAtMs', 'is', null)
    .orderBy('code'),
);
const byPurpose = select((p: { branchId: string; purpose: WarehouseRow['purpose'] }) =>
  db
    .selectFrom('warehouse')
    .select(['id', 'code'])
    .where('branchId', '=', p.branchId)
    .where('purpose', '=', p.purpose)
    .where('archivedAtMs', 'is', null),
);
const byId = select((p: { id: string; branchId: string }) =>
  db
    .selectFrom('warehouse')
    .select('id')
    .where('id', '=', p.id)
    .where('branchId', '=', p.branchId)
    .where('archivedAtMs', 'is', null),
);

const FIRST: readonly Pick<WarehouseRow, 'code' | 'name' | 'purpose'>[] = [
  { code: 'SALA', name: 'Sala de ventas', purpose: 'SALES' },
  { code: 'BOD', name: 'Bodega', purpose: 'STORE' },
  { code: 'MERMA', name: 'Dañados', purpose: 'DAMAGED' },
  { code: 'GAR', name: 'Garantías', purpose: 'WARRANTY' },
];

/** Makes the warehouses of a new branch; part of the first run. */
export function makeFirstWarehouses(context: CommandContext, branchId: string): void {
  for (const warehouse of FIRST) {
    warehouses.insert(context.writer, context.stamp, {
      id: context.newId(),
      branchId,
      ...warehouse,
      archivedAtMs: null,
    });
  }
}

export const listWarehouses = (reader: Reader, branchId: string) => ofBranch.all(reader, { branchId });

/** The warehouse of a purpose: where the counter sells from, where damaged goods go. */
export function warehouseFor(reader: Reader, branchId: string, purpose: WarehouseRow['purpose']): string {
  // Ordered here: an ORDER BY beside a parameter has SQLite prepare the statement anew at every sale (docs/gotchas.md).
  const [first, ...others] = byPurpose.all(reader, { branchId, purpose });
  if (!first) throw new DomainError('WAREHOUSE_INVALID', { purpose });
  return others.reduce((least, warehouse) => (warehouse.code < least.code ? warehouse : least), first).id;
}

/** Refuses a warehouse of another branch: its stock is not ours to move. */
export function requireWarehouse(context: CommandContext, id: string): void {
  if (!byId.first(context.writer, { id, branchId: context.site.branchId })) {
    throw new DomainError('WAREHOUSE_INVALID', { warehouse: id });
  }
}

export function createWarehouse(
  context: CommandContext,
  input: Pick<WarehouseRow, 'code' | 'name' | 'purpose'>,
): { id: string } {
  const { branchId } = context.site;
  if (listWarehouses(context.writer, branchId).some((row) => row.code === input.code)) {
    throw new DomainError('CODE_TAKEN', { code: input.code });
  }
  const warehouse: WarehouseRow = { id: context.newId(), branchId, ...input, archivedAtMs: null };
  warehouses.insert(context.writer, context.stamp, warehouse);
  context.record(inventoryEvents.warehouseCreated, warehouse.id, { warehouse });
  return { id: warehouse.id };
}

export function renameWarehouse(context: CommandContext, id: string, name: string): { id: string } {
  requireWarehouse(context, id);
  warehouses.update(context.writer, context.stamp, id, { name });
  context.record(inventoryEvents.warehouseChanged, id, { id, patch: { name } });
  return { id };
}
