/**
 * Master data in this file: the base (what the centre's order says) and, over it, the tables that people see, where what this machine
 * has written and the centre has not ranked yet stays on top. Once all is sent both are the same, on every machine.
 */
import { sql } from 'kysely';
import { type CatalogTables, indexProduct, productFact } from '#core/catalog/index.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { type SqlValue, sqlFor, type Writer } from '#core/engine/sql.ts';
import { shelve, shelveAll } from '#core/inventory/index.ts';
import type { AuthTables } from '#core/auth/index.ts';
import { raiseTask } from './attention.ts';
import { type Base, type Columns, EMPTY_BASE, fold, type Mark } from './merge.ts';
import { type MasterPatch, type MasterTable, shapeOf } from './masterFacts.ts';
import type { SyncTables } from './tables.ts';

const { db, select, change, insert } = sqlFor<SyncTables & EngineTables & CatalogTables & AuthTables>();
const baseOf = select((p: { tableName: string; rowId: string }) =>
  db
    .selectFrom('masterBase')
    .select(['stamps', 'columnValues'])
    .where('tableName', '=', p.tableName)
    .where('rowId', '=', p.rowId),
);
const saveBase = change((p: SyncTables['masterBase']) =>
  db
    .insertInto('masterBase')
    .values({ tableName: p.tableName, rowId: p.rowId, stamps: p.stamps, columnValues: p.columnValues })
    .onConflict((conflict) =>
      conflict.columns(['tableName', 'rowId']).doUpdateSet({ stamps: p.stamps, columnValues: p.columnValues }),
    ),
);
const saveStamps = change((p: { tableName: string; rowId: string; stamps: string }) =>
  db
    .insertInto('masterStamp')
    .values({ tableName: p.tableName, rowId: p.rowId, stamps: p.stamps })
    .onConflict((conflict) =>
      conflict
        .columns(['tableName', 'rowId'])
        .doUpdateSet({ stamps: sql<string>`json_patch("masterStamp"."stamps", ${p.stamps})` }),
    ),
);
const clearBarcodes = change((p: { productId: string }) =>
  db.deleteFrom('productBarcode').where('productId', '=', p.productId),
);
const barcodeOwner = select((p: { barcode: string }) =>
  db.selectFrom('productBarcode').select('productId').where('barcode', '=', p.barcode),
);
const dropBarcode = change((p: { barcode: string }) =>
  db.deleteFrom('productBarcode').where('barcode', '=', p.barcode),
);
const insertBarcode = insert('productBarcode', ['barcode', 'productId', 'quantityMilli']);
const clearComponents = change((p: { kitId: string }) => db.deleteFrom('kitComponent').where('kitId', '=', p.kitId));
const insertComponent = insert('kitComponent', ['kitId', 'componentId', 'quantityMilli']);
const clearRoles = change((p: { userId: string }) => db.deleteFrom('userRole').where('userId', '=', p.userId));
const insertRole = insert('userRole', ['userId', 'roleId']);
const productsOf = select((p: { categoryId: string }) =>
  db.selectFrom('product').select('id').where('categoryId', '=', p.categoryId),
);

/** Lists that live in tables of their own. */
const LISTS: ReadonlySet<string> = new Set(['barcodes', 'components', 'roleIds']);

/** Whether this machine has written a column and the centre has not ranked that yet. */
export type IsPending = (table: MasterTable, id: string, column: string) => boolean;

export interface MasterContext {
  writer: Writer;
  nowMs: number;
  isPending: IsPending;
  branchId: string | undefined;
}

/** Folds what an operation sets into the base, then shows it. */
export function applyPatch(context: MasterContext, patch: MasterPatch, mark: Mark): void {
  const { table, id, columns } = patch;
  const base = fold(readBase(context.writer, table, id), columns, mark);
  saveBase.run(context.writer, {
    tableName: table,
    rowId: id,
    stamps: JSON.stringify(base.stamps),
    columnValues: JSON.stringify(base.values),
  });
  show(context, patch, base);
}

export function readBase(writer: Writer, table: MasterTable, id: string): Base {
  const row = baseOf.first(writer, { tableName: table, rowId: id });
  if (!row) return EMPTY_BASE;
  return { stamps: JSON.parse(row.stamps) as Base['stamps'], values: JSON.parse(row.columnValues) as Columns };
}

/** Brings the visible row to the base, but for the columns that wait to be sent. Called again when one of ours was refused. */
export function show(context: MasterContext, patch: Pick<MasterPatch, 'table' | 'id' | 'columns'>, base: Base): void {
  const { table, id } = patch;
  const { required } = shapeOf(table);
  if (table === 'specialDay') return showSpecialDay(context.writer, id, base);
  const isThere = exists(context.writer, table, id);
  // Of a row that nobody sees yet everything is shown, as soon as its creation has come.
  const names = isThere ? Object.keys(patch.columns) : Object.keys(base.values);
  if (!isThere && required.some((column) => !(column in base.values))) return;
  const shown = names.filter((column) => column in base.values && !(isThere && context.isPending(table, id, column)));
  const plain = Object.fromEntries(
    shown.filter((column) => !LISTS.has(column)).map((column) => [column, base.values[column] as SqlValue]),
  );
  settleClashes(context, table, id, plain);
  write(context.writer, table, id, plain, isThere);
  const stamps = Object.fromEntries(shown.map((column) => [column, base.stamps[column]]));
  saveStamps.run(context.writer, { tableName: table, rowId: id, stamps: JSON.stringify(stamps) });
  for (const column of shown) if (LISTS.has(column)) writeList(context, id, column, base.values[column] as object[]);
  follow(context, table, id, plain);
}

const untyped = sqlFor<Record<string, Record<string, SqlValue>>>();
type Params = Record<string, SqlValue>;

const keyOf = (table: MasterTable, id: string): Params => {
  const { key = ['id'] } = shapeOf(table);
  const parts = key.length === 1 ? [id] : id.split('/');
  return Object.fromEntries(key.map((name, index) => [name, parts[index] ?? '']));
};

function exists(writer: Writer, table: MasterTable, id: string): boolean {
  return statement(`exists ${table}`, () =>
    untyped.select((p: Params) => {
      let query = untyped.db.selectFrom(table).select((shapeOf(table).key ?? ['id'])[0] as string);
      for (const name of shapeOf(table).key ?? ['id']) query = query.where(name, '=', p[name] as SqlValue);
      return query;
    }),
  ).first(writer, keyOf(table, id))
    ? true
    : false;
}

function write(writer: Writer, table: MasterTable, id: string, plain: Params, isThere: boolean): void {
  const names = Object.keys(plain);
  const key = keyOf(table, id);
  if (!isThere) {
    const all = { ...key, ...plain };
    statement(`insert ${table} ${Object.keys(all).join()}`, () => untyped.insert(table, Object.keys(all))).run(
      writer,
      all,
    );
    return;
  }
  if (names.length === 0) return;
  statement(`update ${table} ${names.join()}`, () =>
    untyped.change((p: Params) => {
      let query = untyped.db
        .updateTable(table)
        .set(Object.fromEntries(names.map((name) => [name, p[name] as SqlValue])));
      for (const name of Object.keys(key)) query = query.where(name, '=', p[name] as SqlValue);
      return query;
    }),
  ).run(writer, { ...key, ...plain });
}

const statements = new Map<string, unknown>();
/** A statement for a table and set of columns, compiled when first met. */
function statement<S>(name: string, make: () => S): S {
  if (!statements.has(name)) statements.set(name, make());
  return statements.get(name) as S;
}

/** Two branches may invent the same code while they are apart: both rows stay, the younger one's code gets a tail, and a person decides. */
function settleClashes(context: MasterContext, table: MasterTable, id: string, plain: Params): void {
  const { writer } = context;
  for (const [column, alternative] of Object.entries(shapeOf(table).unique ?? {})) {
    const value = plain[column];
    if (typeof value !== 'string') continue;
    const other = holderOf(writer, table, column, value);
    if (other === undefined || other === id) continue;
    const loser = other > id ? other : id;
    const shown = alternative(value, loser);
    if (loser === id) plain[column] = shown;
    else write(writer, table, other, { [column]: shown }, true);
    const subject = column === 'skuFolded' ? 'SKU' : column;
    raiseTask(
      writer,
      `CLASH_${subject.toUpperCase()}`,
      loser,
      `${value} ${[id, other].toSorted().join(' ')}`,
      context.nowMs,
    );
    if (column !== 'skuFolded' && column !== 'emailFolded') continue;
    const visible = column === 'skuFolded' ? 'sku' : 'email';
    if (loser === id) plain[visible] = `${String(plain[visible] ?? value)}${(shown ?? '').slice(value.length)}`;
    else appendTo(writer, table, other, visible, (shown ?? '').slice(value.length));
    if (loser !== id && table === 'product') reindex(writer, other);
  }
}

function holderOf(writer: Writer, table: MasterTable, column: string, value: string): string | undefined {
  return statement(`holder ${table} ${column}`, () =>
    untyped.select((p: Params) =>
      untyped.db
        .selectFrom(table)
        .select('id')
        .where(column, '=', p['value'] as SqlValue),
    ),
  ).first(writer, { value })?.['id'] as string | undefined;
}

function appendTo(writer: Writer, table: MasterTable, id: string, column: string, tail: string): void {
  writer.change(
    untyped.db
      .updateTable(table as string)
      .set((eb) => ({ [column]: eb(eb.ref(column), '||', tail) }))
      .where('id', '=', id),
  );
}

function writeList(context: MasterContext, id: string, column: string, values: readonly unknown[]): void {
  const { writer } = context;
  if (column === 'roleIds') {
    clearRoles.run(writer, { userId: id });
    for (const roleId of values as string[]) insertRole.run(writer, { userId: id, roleId });
  } else if (column === 'components') {
    clearComponents.run(writer, { kitId: id });
    for (const { productId, quantityMilli } of values as { productId: string; quantityMilli: number }[])
      insertComponent.run(writer, { kitId: id, componentId: productId, quantityMilli });
  } else {
    clearBarcodes.run(writer, { productId: id });
    for (const { barcode, quantityMilli } of values as { barcode: string; quantityMilli: number }[]) {
      const owner = barcodeOwner.first(writer, { barcode })?.productId;
      if (owner !== undefined) {
        raiseTask(
          writer,
          'CLASH_BARCODE',
          owner > id ? owner : id,
          `${barcode} ${[owner, id].toSorted().join(' ')}`,
          context.nowMs,
        );
        if (owner < id) continue;
        dropBarcode.run(writer, { barcode });
      }
      insertBarcode.run(writer, { barcode, productId: id, quantityMilli });
    }
  }
}

/** What is derived from a row, as the module that owns it derives it. */
function follow(context: MasterContext, table: MasterTable, id: string, plain: Params): void {
  const { writer, branchId } = context;
  if (table === 'category' && 'name' in plain)
    for (const product of productsOf.all(writer, { categoryId: id })) reindex(writer, product.id);
  if (table === 'warehouse' && plain['branchId'] === branchId && plain['purpose'] === 'SALES')
    shelveAll(writer, plain['branchId'] as string);
  if (table !== 'product') return;
  reindex(writer, id);
  if (branchId !== undefined && plain['kind'] === 'GOODS') shelve(writer, branchId, id);
}

function reindex(writer: Writer, id: string): void {
  const { searchId, ...product } = productFact(writer, id);
  indexProduct(writer, searchId, product);
}

/** A special day can be taken away again: its base remembers that, the table does not hold it. */
function showSpecialDay(writer: Writer, date: string, base: Base): void {
  const { name, closed, isRemoved } = base.values;
  writer.change(untyped.db.deleteFrom('specialDay').where('date', '=', date));
  if (isRemoved === 'YES' || name === undefined) return;
  writer.change(untyped.db.insertInto('specialDay').values({ date, name: name as string, closed: closed as string }));
}
