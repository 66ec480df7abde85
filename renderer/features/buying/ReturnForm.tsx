/** Goods of an order that go back to the supplier: never more than came and is not back yet. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import type { OutputOf } from '../../api/client.ts';
import { command } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { ProductName } from '../../ui/ProductName.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field } from '../../ui/Field.tsx';
import { formatQuantity, parseQuantity } from '../../ui/format.ts';
import { Problem } from '../../ui/Page.tsx';
import { Table } from '../../ui/Table.tsx';
import { toastDone } from '../../ui/toast.ts';

type Purchase = OutputOf<'purchases.get'>;

export const leftOf = ({ receivedMilli, returnedMilli }: Purchase['lines'][number]): number =>
  receivedMilli - returnedMilli;

export function ReturnForm({ purchase, onDone }: { purchase: Purchase; onDone: () => void }) {
  const t = useText();
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string>();
  const here = purchase.lines.filter((line) => leftOf(line) > 0);
  const asked = here.map((line) => {
    const text = typed[line.productId] ?? '';
    const quantityMilli = text.trim() === '' ? 0 : parseQuantity(text);
    return { line, quantityMilli, isBad: quantityMilli === undefined || quantityMilli > leftOf(line) };
  });
  const lines = asked.flatMap(({ line, quantityMilli }) =>
    quantityMilli ? [{ productId: line.productId, quantityMilli }] : [],
  );
  const isWhole = lines.length > 0 && reason.trim().length >= 3 && asked.every(({ isBad }) => !isBad);
  const save = (event: SubmitEvent): void => {
    event.preventDefault();
    setError(undefined);
    command('purchases.returnGoods', { id: purchase.id, reason, lines }).then(
      ({ number }) => (toastDone(t('buying.returnDone', { number })), onDone()),
      (failure: unknown) => setError(errorText(failure)),
    );
  };
  return (
    <form className="rd-stack" onSubmit={save}>
      <Table
        label={t('buying.returnGoods')}
        maxHeight={320}
        rows={asked}
        rowKey={({ line }) => line.lineNumber}
        columns={[
          {
            id: 'product',
            title: t('stock.product'),
            cell: ({ line }) => <ProductName name={line.name} sku={line.sku} />,
          },
          {
            id: 'returnable',
            title: t('buying.returnable'),
            isNumber: true,
            cell: ({ line }) => formatQuantity(leftOf(line), line.unit),
          },
          {
            id: 'goesBack',
            title: t('buying.goesBack'),
            isNumber: true,
            width: 140,
            cell: ({ line, isBad }) => (
              <input
                className="rd-cell"
                inputMode="decimal"
                aria-label={`${t('buying.goesBack')}: ${line.name}`}
                aria-invalid={isBad}
                value={typed[line.productId] ?? ''}
                placeholder="0"
                onChange={(event) => setTyped({ ...typed, [line.productId]: event.target.value })}
              />
            ),
          },
        ]}
      />
      <Field
        label={t('buying.reason')}
        maxLength={200}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <Problem>{error}</Problem>
      <div className="rd-row" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={onDone}>
          {t('app.cancel')}
        </Button>
        <Button type="submit" disabled={!isWhole}>
          {t('buying.returnGoods')}
        </Button>
      </div>
    </form>
  );
}
