/** Scan or search, then quantity (and cost), Enter; the caret is back at the search. A scan anywhere in the dialog begins the next line. */
import { Button } from '@mantine/core';
import { useRef } from 'react';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Field, QuantityField } from '../../ui/Field.tsx';
import { formatClp, parseCost } from '../../ui/format.ts';
import { Problem } from '../../ui/Page.tsx';
import { useScans } from '../sell/useScans.ts';
import type { StockLine, StockWork } from './draft.ts';
import { useLineEntry } from './useLineEntry.ts';

interface Props {
  work: StockWork;
  /** May be called twice before the next drawing: has to add to what is there by then. */
  onAdd: (line: StockLine) => void;
}

export function LineEntry({ work, onAdd }: Props) {
  const t = useText();
  const search = useRef<HTMLInputElement>(null);
  const amount = useRef<HTMLInputElement>(null);
  const price = useRef<HTMLInputElement>(null);
  const { entry, set, scan, choose, submit } = useLineEntry(work, { search, amount, price }, onAdd);
  const { text, product, quantity, cost, error } = entry;
  const isReceipt = work === 'receive';
  const isAsking = product === undefined && text.trim().length >= 2;
  const found = useRead('products.list', { text, limit: 6, kind: 'GOODS' }, { enabled: isAsking });
  const costMilliClp = parseCost(cost);
  useScans({ onScan: scan, onRefused: () => undefined });
  const columns = isReceipt ? 'minmax(0, 1fr) 100px 150px 100px' : 'minmax(0, 1fr) 110px 100px';
  return (
    <form
      onSubmit={(event) => (event.preventDefault(), submit(isAsking ? found.data?.rows[0] : undefined))}
      className="rd-stack"
      style={{ gap: 4 }}
    >
      <div style={{ display: 'grid', gridTemplateColumns: columns, gap: 12 }}>
        <Field
          label={t('stock.lines')}
          data-autofocus
          data-scan-box
          inputRef={search}
          value={text}
          maxLength={80}
          onChange={(event) => set({ text: event.target.value, product: undefined, error: undefined })}
        />
        <QuantityField
          label={work === 'adjust' ? t('stock.counted') : t('stock.quantity')}
          inputRef={amount}
          value={quantity}
          {...(product ? { unit: product.unit } : {})}
          onChange={(typed) => set({ quantity: typed })}
        />
        {isReceipt && (
          <Field
            label={t('stock.unitCost')}
            inputMode="decimal"
            inputRef={price}
            value={cost}
            hint={costMilliClp === undefined ? undefined : formatClp(Math.round(costMilliClp / 1000))}
            error={cost.trim() !== '' && costMilliClp === undefined ? t('stock.badCost') : undefined}
            onFocus={(event) => event.target.select()}
            onChange={(event) => set({ cost: event.target.value, error: undefined })}
          />
        )}
        <Button type="submit" variant="default" style={{ marginTop: 21 }}>
          {t('stock.add')}
        </Button>
      </div>
      <Problem>{error}</Problem>
      {isAsking &&
        found.data?.rows.map((row) => (
          <button key={row.id} type="button" className="rd-link" onClick={() => choose(row)}>
            {row.sku} · {row.name} {row.brand}
          </button>
        ))}
    </form>
  );
}
