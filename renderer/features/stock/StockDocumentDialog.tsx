/** Receive, adjust, issue or transfer: scan, quantity, Enter; one document at the end. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useRef, useState } from 'react';
import { call, type OutputOf } from '../../api/client.ts';
import { command, newId, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field, SelectField } from '../../ui/Field.tsx';
import { formatClp, formatMilli, parseClp, parseQuantity } from '../../ui/format.ts';
import { toastBad, toastDone } from '../../ui/toast.ts';
import { useMay } from '../session/store.ts';

export type StockWork = 'receive' | 'adjust' | 'issue' | 'transfer';
type Found = OutputOf<'counter.search'>[number];

interface Line {
  key: string;
  product: Pick<Found, 'id' | 'name' | 'sku' | 'unit'>;
  quantityMilli: number;
  unitCostMilliClp: number;
}

export function StockDocumentDialog({ work, onClose }: { work: StockWork; onClose: () => void }) {
  const t = useText();
  const warehouses = useRead('warehouses.list', {});
  const maySuppliers = useMay('suppliers.read');
  const suppliers = useRead('suppliers.list', { limit: 200 }, { enabled: work === 'receive' && maySuppliers });
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [supplierId, setSupplierId] = useState('');
  const [reference, setReference] = useState('');
  const [reason, setReason] = useState('');
  const [lines, setLines] = useState<Line[]>([]);
  const [error, setError] = useState<string>();
  const [commandId] = useState(newId);
  const rows = warehouses.data ?? [];
  const sales = rows.find((row) => row.purpose === 'SALES')?.id ?? '';
  const warehouseId = from || sales;
  const toWarehouseId = to || (rows.find((row) => row.id !== warehouseId)?.id ?? '');
  const titles = {
    receive: t('stock.receive'),
    adjust: t('stock.adjust'),
    issue: t('stock.issue'),
    transfer: t('stock.transfer'),
  };
  const choices = rows.map((row) => ({ value: row.id, label: row.name }));

  const post = async (): Promise<void> => {
    try {
      const plain = lines.map(({ product, quantityMilli }) => ({ productId: product.id, quantityMilli }));
      if (work === 'receive') {
        const costed = lines.map(({ product, quantityMilli, unitCostMilliClp }) => ({
          productId: product.id,
          quantityMilli,
          unitCostMilliClp,
        }));
        const done = await command(
          'stock.receive',
          { warehouseId, supplierId: supplierId === '' ? null : supplierId, reference, lines: costed },
          commandId,
        );
        toastDone(t('stock.posted', { number: done.number }));
        if (done.costChanges.length > 0) toastBad(t('stock.costChanged', { count: done.costChanges.length }), '');
      } else if (work === 'adjust') {
        const counted = lines.map(({ product, quantityMilli }) => ({
          productId: product.id,
          countedMilli: quantityMilli,
        }));
        toastDone(
          t('stock.posted', {
            number: (await command('stock.adjust', { warehouseId, reason, lines: counted }, commandId)).number,
          }),
        );
      } else if (work === 'issue') {
        toastDone(
          t('stock.posted', {
            number: (await command('stock.issue', { warehouseId, reason, lines: plain }, commandId)).number,
          }),
        );
      } else {
        const moved = await command(
          'stock.transfer',
          { fromWarehouseId: warehouseId, toWarehouseId, reason, lines: plain },
          commandId,
        );
        toastDone(t('stock.posted', { number: moved.number }));
      }
      onClose();
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  const needsReason = work === 'adjust' || work === 'issue';
  return (
    <Dialog title={titles[work]} size={760} onClose={onClose}>
      <div className="rd-stack">
        <div className="rd-two">
          <SelectField
            label={work === 'transfer' ? t('stock.from') : t('stock.warehouse')}
            value={warehouseId}
            options={choices}
            onChange={(event) => setFrom(event.target.value)}
          />
          {work === 'transfer' && (
            <SelectField
              label={t('stock.to')}
              value={toWarehouseId}
              options={choices}
              onChange={(event) => setTo(event.target.value)}
            />
          )}
          {work === 'receive' && maySuppliers && (
            <SelectField
              label={t('products.supplier')}
              value={supplierId}
              options={[
                { value: '', label: t('app.none') },
                ...(suppliers.data?.rows ?? []).map((row) => ({ value: row.id, label: row.name })),
              ]}
              onChange={(event) => setSupplierId(event.target.value)}
            />
          )}
          {work === 'receive' ? (
            <Field
              label={t('stock.reference')}
              value={reference}
              maxLength={60}
              onChange={(event) => setReference(event.target.value)}
            />
          ) : (
            <Field
              label={t('app.reason')}
              value={reason}
              maxLength={200}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </div>
        <LineEntry work={work} onAdd={(line) => setLines([...lines, line])} />
        <div style={{ maxHeight: 220, overflow: 'auto' }} tabIndex={0} role="region" aria-label={t('sales.items')}>
          {lines.length === 0 && <p className="rd-muted">{t('stock.nothingYet')}</p>}
          {lines.map((line) => (
            <div key={line.key} className="rd-between" style={{ padding: '6px 0' }}>
              <span>
                {line.product.sku} · {line.product.name}
              </span>
              <span>
                {formatMilli(line.quantityMilli)} {line.product.unit}
                {work === 'receive' && ` · ${formatClp(Math.round(line.unitCostMilliClp / 1000))}`}{' '}
                <button
                  type="button"
                  className="rd-link"
                  aria-label={`${t('stock.remove')} ${line.product.name}`}
                  onClick={() => setLines(lines.filter((each) => each !== line))}
                >
                  ✕
                </button>
              </span>
            </div>
          ))}
        </div>
        {error !== undefined && (
          <p role="alert" className="rd-bad" style={{ margin: 0 }}>
            {error}
          </p>
        )}
        <Button disabled={lines.length === 0 || (needsReason && reason.trim().length < 3)} onClick={() => void post()}>
          {t('stock.confirm', { count: lines.length })}
        </Button>
      </div>
    </Dialog>
  );
}

/** Scan or search, then quantity (and cost), Enter; the caret is back at the search. */
function LineEntry({ work, onAdd }: { work: StockWork; onAdd: (line: Line) => void }) {
  const t = useText();
  const [text, setText] = useState('');
  const [product, setProduct] = useState<Line['product']>();
  const [quantity, setQuantity] = useState('1');
  const [cost, setCost] = useState('');
  const search = useRef<HTMLInputElement>(null);
  const amount = useRef<HTMLInputElement>(null);
  const found = useRead(
    'products.list',
    { text, limit: 6, kind: 'GOODS' },
    { enabled: product === undefined && text.trim().length >= 2 },
  );
  const choose = (chosen: Line['product'], quantityMilli = 1000): void => {
    setProduct(chosen);
    setText(`${chosen.sku} · ${chosen.name}`);
    setQuantity(formatMilli(quantityMilli));
    requestAnimationFrame(() => amount.current?.select());
  };
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (!product) {
      const code = await call('counter.byCode', { code: text }).catch(() => null);
      const first = found.data?.rows[0];
      if (code) choose(code.product, code.quantityMilli);
      else if (first) choose(first);
      return;
    }
    const quantityMilli = parseQuantity(quantity);
    const costClp = cost === '' ? 0 : parseClp(cost);
    if (quantityMilli === undefined || (quantityMilli === 0 && work !== 'adjust') || costClp === undefined) return;
    onAdd({ key: newId(), product, quantityMilli, unitCostMilliClp: costClp * 1000 });
    setProduct(undefined);
    setText('');
    setQuantity('1');
    setCost('');
    search.current?.focus();
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="rd-stack" style={{ gap: 4 }}>
      <div
        style={{
          display: 'grid',
          gridTemplateColumns: work === 'receive' ? '1fr 100px 140px 90px' : '1fr 100px 90px',
          gap: 12,
          alignItems: 'end',
        }}
      >
        <Field
          label={t('stock.lines')}
          data-autofocus
          inputRef={search}
          value={text}
          maxLength={80}
          onChange={(event) => (setText(event.target.value), setProduct(undefined))}
        />
        <Field
          label={work === 'adjust' ? t('stock.counted') : t('stock.quantity')}
          inputMode="decimal"
          inputRef={amount}
          value={quantity}
          onChange={(event) => setQuantity(event.target.value)}
        />
        {work === 'receive' && (
          <Field
            label={t('stock.unitCost')}
            inputMode="numeric"
            value={cost}
            onChange={(event) => setCost(event.target.value)}
          />
        )}
        <Button type="submit" variant="default" style={{ marginBottom: 20 }}>
          {t('app.create')}
        </Button>
      </div>
      {product === undefined &&
        found.data?.rows.map((row) => (
          <button key={row.id} type="button" className="rd-link" onClick={() => choose(row)}>
            {row.sku} · {row.name} {row.brand}
          </button>
        ))}
    </form>
  );
}
