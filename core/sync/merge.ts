/**
 * Last writer wins, column by column. Pure: whatever the order in which operations arrive, and however often, the same value stays.
 */
import type { SqlValue } from '#core/engine/sql.ts';

/** When a column was set, as the centre ranks it: effective time, then incarnation, then its sequence. */
export type Mark = readonly [effective: string, deviceId: string, sequence: number];

/** A value of master data; lists (barcodes, roles of a user) are merged as one value. */
export type ColumnValue = Exclude<SqlValue, Uint8Array> | readonly object[] | readonly string[];
export type Columns = Readonly<Record<string, ColumnValue>>;

/** A row as the centre ranks it: possibly only some of its columns, where its creation has not arrived yet. */
export interface Base {
  readonly stamps: Readonly<Record<string, Mark>>;
  readonly values: Columns;
}

export const EMPTY_BASE: Base = { stamps: {}, values: {} };

/** Below 0 where `a` was set before `b`. Total: two different operations never tie. */
export function compareMarks(a: Mark, b: Mark): number {
  for (const index of [0, 1, 2] as const) {
    if (a[index] < b[index]) return -1;
    if (a[index] > b[index]) return 1;
  }
  return 0;
}

/** The row after an operation that set `columns`: each is taken where it was set later than what is there. */
export function fold(base: Base, columns: Columns, mark: Mark): Base {
  const stamps: Record<string, Mark> = { ...base.stamps };
  const values: Record<string, ColumnValue> = { ...base.values };
  for (const [column, value] of Object.entries(columns)) {
    const known = stamps[column];
    if (known && compareMarks(known, mark) >= 0) continue;
    stamps[column] = mark;
    values[column] = value;
  }
  return { stamps, values };
}
