/** The parts of a kit: found by code or name, each with its quantity. */
import { useState } from 'react';
import type { OutputOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Field } from '../../ui/Field.tsx';
import { parseQuantity, quantityText } from '../../ui/format.ts';

type Component = OutputOf<'products.get'>['components'][number];

export function ComponentsField({
  components,
  onChange,
}: {
  components: Component[];
  onChange: (components: Component[]) => void;
}) {
  const t = useText();
  const [text, setText] = useState('');
  const found = useRead('products.list', { text, limit: 5, state: 'ACTIVE' }, { enabled: text.length >= 2 });
  return (
    <fieldset className="rd-panel pad rd-stack" style={{ margin: 0 }}>
      <legend>{t('products.components')}</legend>
      {components.map((component, index) => (
        <div
          key={component.productId}
          style={{ display: 'grid', gridTemplateColumns: '1fr 120px 40px', gap: 12, alignItems: 'end' }}
        >
          <span>
            {component.sku} · {component.name}
          </span>
          <Field
            label={t('stock.quantity')}
            defaultValue={quantityText(component.quantityMilli)}
            onChange={(event) => {
              const quantityMilli = parseQuantity(event.target.value);
              if (quantityMilli)
                onChange(components.map((each, at) => (at === index ? { ...each, quantityMilli } : each)));
            }}
          />
          <button
            type="button"
            className="rd-link"
            aria-label={t('stock.remove')}
            onClick={() => onChange(components.filter((_, at) => at !== index))}
          >
            ✕
          </button>
        </div>
      ))}
      <Field label={t('products.addComponent')} value={text} onChange={(event) => setText(event.target.value)} />
      {found.data?.rows
        .filter((row) => row.kind !== 'KIT' && !components.some((component) => component.productId === row.id))
        .map((row) => (
          <button
            key={row.id}
            type="button"
            className="rd-link"
            onClick={() => (
              onChange([...components, { productId: row.id, sku: row.sku, name: row.name, quantityMilli: 1000 }]),
              setText('')
            )}
          >
            {row.sku} · {row.name} {row.brand}
          </button>
        ))}
    </fieldset>
  );
}
