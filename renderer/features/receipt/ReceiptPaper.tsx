/** The paper in the page: the very rows that the printer gets. */
import { useEffect, useRef } from 'react';
import type { OutputOf } from '../../api/client.ts';

type Row = OutputOf<'receipts.preview'>['rows'][number];

export function ReceiptPaper({ rows, columns }: { rows: readonly Row[]; columns: number }) {
  return (
    <div className="rd-paper" style={{ minWidth: `${String(columns)}ch` }} data-paper tabIndex={0} role="document">
      {rows.map((row, index) => {
        const key = String(index);
        if (row.kind === 'line') {
          return (
            <div
              key={key}
              data-row
              style={{
                fontWeight: row.isBold ? 700 : undefined,
                // A large row's letters are twice as wide: half as many fill the line.
                fontSize: row.isLarge ? '200%' : undefined,
                lineHeight: row.isLarge ? 1.1 : undefined,
                minHeight: '1.2em',
              }}
            >
              {row.text}
            </div>
          );
        }
        if (row.kind === 'barcode') return <Barcode key={key} value={row.value} />;
        if (row.kind === 'cut')
          return <div key={key} aria-hidden style={{ borderTop: '1px dashed #999', marginTop: 12 }} />;
        return null;
      })}
    </div>
  );
}

function Barcode({ value }: { value: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    void import('bwip-js/browser').then(({ toCanvas }) => {
      if (canvas.current) toCanvas(canvas.current, { bcid: 'code128', text: value, height: 10, scale: 2 });
    });
  }, [value]);
  return (
    <div style={{ textAlign: 'center' }}>
      <canvas ref={canvas} aria-label={value} role="img" style={{ maxWidth: '100%' }} />
    </div>
  );
}
