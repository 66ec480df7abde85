/**
 * Writes master data (products, customers, users, settings ...) and keeps, beside the row, when each column was last set, so that
 * the last writer wins per column when branches meet. No module writes such a table by hand.
 */
import { type Insertable, type Kysely, sql } from 'kysely';
import { sqlFor, type Writer } from './sql.ts';
import type { EngineTables } from './tables.ts';

const stampSql = sqlFor<EngineTables>();
const insertStamps = stampSql.insert('masterStamp', ['tableName', 'rowId', 'stamps']);
const patchStamps = stampSql.change((p: { tableName: string; rowId: string; stamps: string }) =>
  stampSql.db
    .updateTable('masterStamp')
    .set({ stamps: sql<string>`json_patch(stamps, ${p.stamps})` })
    .where('tableName', '=', p.tableName)
    .where('rowId', '=', p.rowId),
);

/** The stamp of the event being recorded. */
export interface Stamp {
  hlc: string;
  deviceId: string;
  sequence: number;
}

type Row = Record<string, string | number | null>;

/** Builders per table shape: `const products = masterTable(db, 'product')` once per module. */
export function masterTable<T, N extends keyof T & string>(db: Kysely<T>, table: N) {
  const untyped = db as unknown as Kysely<{ [name: string]: Row }>;
  return {
    /** Inserts a row with an `id` and stamps all its columns. */
    insert(writer: Writer, stamp: Stamp, row: Insertable<T[N]> & { id: string }): void {
      writer.change(untyped.insertInto(table).values(row));
      insertStamps.run(writer, { tableName: table, rowId: row.id, stamps: stampsOf(row, stamp) });
    },
    /** Sets the given columns (undefined ones stay) and stamps them. Answers whether the row exists. */
    update(writer: Writer, stamp: Stamp, id: string, patch: Partial<Insertable<T[N]>>): boolean {
      const given = Object.fromEntries(
        Object.entries(patch as Row).filter(([, value]) => (value as unknown) !== undefined),
      );
      if (Object.keys(given).length === 0) return true;
      const changes = writer.change(
        untyped
          .updateTable(table as string)
          .set(given)
          .where('id', '=', id),
      );
      if (changes === 0) return false;
      patchStamps.run(writer, { tableName: table, rowId: id, stamps: stampsOf(given, stamp) });
      return true;
    },
  };
}

/** Stamps columns of a row that has no `id` of its own (a setting, by its key). */
export function stampRow(writer: Writer, stamp: Stamp, tableName: string, rowId: string, columns: object): void {
  const stamps = stampsOf(columns, stamp);
  if (patchStamps.run(writer, { tableName, rowId, stamps }) === 0)
    insertStamps.run(writer, { tableName, rowId, stamps });
}

function stampsOf(row: object, stamp: Stamp): string {
  const mark = [stamp.hlc, stamp.deviceId, stamp.sequence];
  return JSON.stringify(
    Object.fromEntries(
      Object.keys(row)
        .filter((column) => column !== 'id')
        .map((column) => [column, mark]),
    ),
  );
}
