/** A table of rows that may be thousands: only what is seen is in the page. Rows open with Enter or a click. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef } from 'react';
import { useLook } from '../app/look.ts';
import { Cells, type Column, Head } from './Table.tsx';

interface Props<R> {
  label: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  rowKey: (row: R) => string;
  onOpen?: (row: R) => void;
  /** The key of the row that is shown beside the table. */
  selected?: string | undefined;
  empty: ReactNode;
  /** The sums of the columns, under the rows. */
  footer?: readonly string[] | undefined;
}

/** More columns than these stand closer together. */
const MANY = 10;

export function DataTable<R>({ label, columns, rows, rowKey, onOpen, selected, empty, footer }: Props<R>) {
  const frame = useRef<HTMLDivElement>(null);
  const rowHeight = useLook((look) => (look.density === 'touch' ? 56 : 36));
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    // A row of two lines is as high as it is.
    measureElement: (element) => element.getBoundingClientRect().height,
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  if (rows.length === 0) return <div className="rd-panel rd-grow">{empty}</div>;
  return (
    <div className="rd-panel rd-grow" style={{ overflow: 'hidden' }}>
      <div
        className={columns.length > MANY ? 'rd-table many' : 'rd-table'}
        ref={frame}
        tabIndex={0}
        role="region"
        aria-label={label}
      >
        <table aria-rowcount={rows.length}>
          <Head columns={columns} />
          <tbody>
            {before > 0 && <Spacer height={before} span={columns.length} />}
            {items.map((item) => {
              const row = rows[item.index] as R;
              return (
                <tr
                  key={rowKey(row)}
                  ref={virtual.measureElement}
                  data-index={item.index}
                  {...(selected === undefined ? {} : { 'aria-selected': rowKey(row) === selected })}
                  {...(onOpen
                    ? {
                        tabIndex: 0,
                        onClick: () => onOpen(row),
                        onKeyDown: (event: React.KeyboardEvent) =>
                          event.key === 'Enter' && event.target === event.currentTarget && onOpen(row),
                      }
                    : {})}
                >
                  <Cells columns={columns} row={row} />
                </tr>
              );
            })}
            {after > 0 && <Spacer height={after} span={columns.length} />}
          </tbody>
          {footer && (
            <tfoot>
              <tr>
                {columns.map((column, index) => (
                  <td key={column.id} className={column.isNumber === true ? 'rd-num' : undefined}>
                    {footer[index]}
                  </td>
                ))}
              </tr>
            </tfoot>
          )}
        </table>
      </div>
    </div>
  );
}

const Spacer = ({ height, span }: { height: number; span: number }) => (
  <tr aria-hidden="true">
    <td colSpan={span} style={{ height, padding: 0, border: 0 }} />
  </tr>
);
