/** A table of a few rows, all of them in the page, that scrolls in its own frame. For rows by the thousand there is `DataTable`. */
import type { ReactNode } from 'react';

export interface Column<R> {
  id: string;
  title: string;
  /** Numbers stand at the right, their title too. */
  isNumber?: boolean;
  width?: number | string;
  cell: (row: R) => ReactNode;
}

interface Props<R> {
  label: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  rowKey: (row: R) => string | number;
  /** In pixels; what is longer scrolls. */
  maxHeight?: number;
  /** The key of the row that was just scanned. */
  selected?: string | number | undefined;
  /** For narrow panels. */
  isDense?: boolean;
}

export function Table<R>({ label, columns, rows, rowKey, maxHeight, selected, isDense = false }: Props<R>) {
  return (
    <div
      className={isDense ? 'rd-table whole dense' : 'rd-table whole'}
      style={{ maxHeight }}
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <table>
        <Head columns={columns} />
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} {...(selected === undefined ? {} : { 'aria-selected': rowKey(row) === selected })}>
              <Cells columns={columns} row={row} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const alignOf = ({ isNumber }: { isNumber?: boolean }): string | undefined =>
  isNumber === true ? 'rd-num' : undefined;

export const Head = <R,>({ columns }: { columns: readonly Column<R>[] }) => (
  <thead>
    <tr>
      {columns.map((column) => (
        <th key={column.id} scope="col" className={alignOf(column)} style={{ width: column.width }}>
          {column.title}
        </th>
      ))}
    </tr>
  </thead>
);

export const Cells = <R,>({ columns, row }: { columns: readonly Column<R>[]; row: R }) =>
  columns.map((column) => (
    <td key={column.id} className={alignOf(column)}>
      {column.cell(row)}
    </td>
  ));
