/** Rows as events carry them, written where they are not there yet. */
import { type SqlValue, sqlFor, type Writer } from '#core/engine/sql.ts';
import type { InventoryTables, MovementRow } from '#core/inventory/index.ts';

type Row = Record<string, SqlValue>;

const { db, change } = sqlFor<InventoryTables>();
const shiftLevel = change(
  (p: { productId: string; warehouseId: string; onHandMilli: number; reservedMilli: number; valueMilliClp: number }) =>
    db
      .updateTable('stockLevel')
      .set((eb) => ({
        onHandMilli: eb('onHandMilli', '+', p.onHandMilli),
        reservedMilli: eb('reservedMilli', '+', p.reservedMilli),
        valueMilliClp: eb('valueMilliClp', '+', p.valueMilliClp),
      }))
      .where('productId', '=', p.productId)
      .where('warehouseId', '=', p.warehouseId),
);
const keepLastCost = change((p: { productId: string; warehouseId: string; unitCostMilliClp: number }) =>
  db
    .insertInto('lastCost')
    .columns(['productId', 'branchId', 'unitCostMilliClp'])
    .expression((eb) =>
      eb
        .selectFrom('warehouse')
        .select((column) => [
          column.val(p.productId).as('productId'),
          'branchId',
          column.val(p.unitCostMilliClp).as('unitCostMilliClp'),
        ])
        .where('id', '=', p.warehouseId),
    )
    .onConflict((conflict) =>
      conflict.columns(['productId', 'branchId']).doUpdateSet({ unitCostMilliClp: p.unitCostMilliClp }),
    ),
);
const untyped = sqlFor<Record<string, Row>>();
interface Insert {
  columns: readonly string[];
  statement: ReturnType<typeof makeInsert>;
}
const makeInsert = (table: string, columns: readonly string[]) =>
  untyped.change((p: Row) =>
    untyped.db
      .insertInto(table)
      .values(Object.fromEntries(columns.map((column) => [column, p[column] as SqlValue])))
      .onConflict((conflict) => conflict.doNothing()),
  );
/** By table, one for each set of columns that an event has carried. */
const inserts = new Map<string, Insert[]>();

function insertFor(table: string, row: object): Insert {
  const columns = Object.keys(row);
  let known = inserts.get(table);
  if (!known) inserts.set(table, (known = []));
  // Compared one by one: joining them into a key would cost as much as the insert.
  let found = known.find(
    (one) => one.columns.length === columns.length && one.columns.every((column, index) => column === columns[index]),
  );
  if (!found) known.push((found = { columns, statement: makeInsert(table, columns) }));
  return found;
}

/** Writes a row unless it is there. Answers whether it was new. */
export function insertOnce(writer: Writer, table: string, row: object): boolean {
  return insertFor(table, row).statement.run(writer, row as Row) > 0;
}

/** Moves what lies and is held on a shelf. */
export function level(
  writer: Writer,
  place: { productId: string; warehouseId: string },
  by: { onHandMilli?: number; reservedMilli?: number; valueMilliClp?: number },
): void {
  const difference = {
    productId: place.productId,
    warehouseId: place.warehouseId,
    onHandMilli: 0,
    reservedMilli: 0,
    valueMilliClp: 0,
    ...by,
  };
  if (shiftLevel.run(writer, difference) === 0) insertOnce(writer, 'stockLevel', difference);
}

/** Appends movements to the ledger and carries the levels along. */
export function writeMovements(writer: Writer, movements: readonly MovementRow[]): void {
  for (const movement of movements) {
    if (!insertOnce(writer, 'stockMovement', movement)) continue;
    const { quantityMilli: onHandMilli, valueMilliClp } = movement;
    level(writer, movement, { onHandMilli, valueMilliClp });
    // What was paid last is what units cost that leave an empty shelf.
    if (movement.kind === 'ENTRY' && onHandMilli > 0) {
      const unitCostMilliClp = Math.round((valueMilliClp * 1_000) / onHandMilli);
      keepLastCost.run(writer, { ...movement, unitCostMilliClp });
    }
  }
}
