/** Scan or search, then quantity (and cost), Enter; the caret is back at the search. A scan anywhere in the dialog begins the next line. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useRef, useState } from 'react';
import { call } from '../../api/client.ts';
import { newId, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { errorText } from '../../ui/errorText.ts';
import { Field, QuantityField } from '../../ui/Field.tsx';
import { formatClp, parseCost, parseQuantity, quantityText } from '../../ui/format.ts';
import { Problem } from '../../ui/Page.tsx';
import { useScans } from '../sell/useScans.ts';
import { useMay } from '../session/store.ts';
import type { StockLine, StockWork } from './draft.ts';

type Product = StockLine['product'];

export function LineEntry({ work, onAdd }: { work: StockWork; onAdd: (line: StockLine) => void }) {
  const t = useText();
  const seesCost = useMay('cost.read');
  const [text, setText] = useState('');
  const [product, setProduct] = useState<Product>();
  const [quantity, setQuantity] = useState('1');
  const [cost, setCost] = useState('');
  const [error, setError] = useState<string>();
  const search = useRef<HTMLInputElement>(null);
  const amount = useRef<HTMLInputElement>(null);
  const price = useRef<HTMLInputElement>(null);
  const isReceipt = work === 'receive';
  const found = useRead(
    'products.list',
    { text, limit: 6, kind: 'GOODS' },
    { enabled: product === undefined && text.trim().length >= 2 },
  );
  const costMilliClp = parseCost(cost);

  const choose = async (chosen: Product, quantityMilli = 1000): Promise<void> => {
    setProduct(chosen);
    setText(`${chosen.sku} · ${chosen.name}`);
    setQuantity(quantityText(quantityMilli));
    setCost('');
    setError(undefined);
    requestAnimationFrame(() => amount.current?.select());
    if (!isReceipt || !seesCost) return;
    // What it cost last stands ready; the invoice decides.
    const card = await call('products.get', { id: chosen.id }).catch(() => undefined);
    if (card?.listCostMilliClp) setCost((typed) => (typed === '' ? quantityText(card.listCostMilliClp ?? 0) : typed));
  };

  const byCode = async (code: string): Promise<void> => {
    try {
      const answer = await call('counter.byCode', { code });
      const first = found.data?.rows[0];
      if (answer) await choose(answer.product, answer.quantityMilli);
      else if (first && text.trim() === code) await choose(first);
      else setError(t('sell.unknownCode', { code }));
    } catch (failure) {
      setError(errorText(failure));
    }
  };

  /** Whether the line that stands in the fields could be added. */
  const add = (): boolean => {
    const quantityMilli = parseQuantity(quantity);
    if (!product || quantityMilli === undefined || (quantityMilli === 0 && work !== 'adjust')) {
      amount.current?.select();
      return false;
    }
    if (isReceipt && costMilliClp === undefined) {
      if (document.activeElement === price.current) setError(t('stock.needCost'));
      price.current?.focus();
      return false;
    }
    onAdd({ key: newId(), product, quantityMilli, unitCostMilliClp: costMilliClp ?? 0 });
    setProduct(undefined);
    setText('');
    setQuantity('1');
    setCost('');
    setError(undefined);
    search.current?.focus();
    return true;
  };

  useScans({
    onScan: (code) => {
      if (!product || add()) void byCode(code);
    },
    onRefused: () => undefined,
  });

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (product) add();
    else if (text.trim() !== '') void byCode(text.trim());
  };
  const columns = isReceipt ? 'minmax(0, 1fr) 100px 150px 100px' : 'minmax(0, 1fr) 110px 100px';
  return (
    <form onSubmit={submit} className="rd-stack" style={{ gap: 4 }}>
      <div style={{ display: 'grid', gridTemplateColumns: columns, gap: 12 }}>
        <Field
          label={t('stock.lines')}
          data-autofocus
          data-scan-box
          inputRef={search}
          value={text}
          maxLength={80}
          onChange={(event) => (setText(event.target.value), setProduct(undefined), setError(undefined))}
        />
        <QuantityField
          label={work === 'adjust' ? t('stock.counted') : t('stock.quantity')}
          inputRef={amount}
          value={quantity}
          {...(product ? { unit: product.unit } : {})}
          onChange={setQuantity}
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
            onChange={(event) => (setCost(event.target.value), setError(undefined))}
          />
        )}
        <Button type="submit" variant="default" style={{ marginTop: 21 }}>
          {t('stock.add')}
        </Button>
      </div>
      <Problem>{error}</Problem>
      {product === undefined &&
        text.trim().length >= 2 &&
        found.data?.rows.map((row) => (
          <button key={row.id} type="button" className="rd-link" onClick={() => void choose(row)}>
            {row.sku} · {row.name} {row.brand}
          </button>
        ))}
    </form>
  );
}
