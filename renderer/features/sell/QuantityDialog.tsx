/** F4: how much of the marked line. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { formatMilli, parseQuantity } from '../../ui/format.ts';
import { useCart } from './cart.ts';

export default function QuantityDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const { lines, selected, setQuantity } = useCart();
  // The line it was opened for, also when a scan marks another meanwhile.
  const [key] = useState(selected ?? lines.at(-1)?.key);
  const line = lines.find((candidate) => candidate.key === key);
  const [text, setText] = useState(line ? formatMilli(line.quantityMilli).replaceAll('.', '') : '');
  if (!line) return null;
  const quantity = parseQuantity(text);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (quantity === undefined) return;
    setQuantity(line.key, quantity);
    onClose();
  };
  return (
    <Dialog title={t('sell.changeQuantity', { name: line.product.name })} size={420} onClose={onClose}>
      <form className="rd-stack" onSubmit={submit}>
        <Field
          large
          data-autofocus
          label={t('sell.quantityOf', { unit: line.product.unit })}
          inputMode="decimal"
          value={text}
          onFocus={(event) => event.target.select()}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" disabled={quantity === undefined}>
          {t('app.save')}
        </Button>
      </form>
    </Dialog>
  );
}
