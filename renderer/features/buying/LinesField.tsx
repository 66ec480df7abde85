/** Products with their quantities, found by code or name: what is asked for or ordered by hand. */
import { useState } from 'react';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Field, QuantityField } from '../../ui/Field.tsx';
import { ProductName } from '../../ui/ProductName.tsx';
import { parseQuantity } from '../../ui/format.ts';

export interface TypedLine {
  productId: string;
  sku: string;
  name: string;
  unit: string;
  /** As it was typed. */
  quantity: string;
}

/** The lines as the core takes them; undefined while one of them cannot be read, or there is none. */
export function readLines(lines: readonly TypedLine[]): { productId: string; quantityMilli: number }[] | undefined {
  const read = lines.map(({ productId, quantity }) => ({ productId, quantityMilli: parseQuantity(quantity) ?? 0 }));
  return read.length > 0 && read.every(({ quantityMilli }) => quantityMilli > 0) ? read : undefined;
}

export function LinesField({
  lines,
  onChange,
}: {
  lines: readonly TypedLine[];
  onChange: (lines: TypedLine[]) => void;
}) {
  const t = useText();
  const [text, setText] = useState('');
  const found = useRead(
    'products.list',
    { text, limit: 6, state: 'ACTIVE' },
    { enabled: text.trim().length >= 2, keepPrevious: true },
  );
  const isTaken = new Set(lines.map(({ productId }) => productId));
  const hits = text.trim().length < 2 ? [] : (found.data?.rows ?? []);
  return (
    <div className="rd-stack">
      {lines.map((line, index) => (
        <div
          key={line.productId}
          style={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) 140px 44px', gap: 12, alignItems: 'center' }}
        >
          <span>
            <ProductName name={line.name} sku={line.sku} />
          </span>
          <QuantityField
            label={t('stock.quantity')}
            aria-label={`${t('stock.quantity')}: ${line.name}`}
            unit={line.unit}
            value={line.quantity}
            onChange={(quantity) => onChange(lines.map((each, at) => (at === index ? { ...each, quantity } : each)))}
          />
          <button
            type="button"
            className="rd-link"
            aria-label={`${t('stock.remove')}: ${line.name}`}
            onClick={() => onChange(lines.filter((_, at) => at !== index))}
          >
            ✕
          </button>
        </div>
      ))}
      <Field
        label={t('buying.addProduct')}
        data-autofocus
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {hits
        .filter((row) => row.kind === 'GOODS' && !isTaken.has(row.id))
        .map(({ id, sku, name, unit }) => (
          <button
            key={id}
            type="button"
            className="rd-link"
            style={{ textAlign: 'left' }}
            onClick={() => (onChange([...lines, { productId: id, sku, name, unit, quantity: '1' }]), setText(''))}
          >
            {sku} · {name}
          </button>
        ))}
    </div>
  );
}
