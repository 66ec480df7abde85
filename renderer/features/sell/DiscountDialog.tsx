/** F6: discount on the marked line or the whole cart, and the line's price. Beyond the cashier's limit the core asks for a manager. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { formatClp, parseClp } from '../../ui/format.ts';
import { useCart } from './cart.ts';

/** Pesos, or a percentage of what it is taken from. */
function readDiscount(text: string, ofClp: number): number | undefined {
  const percent = /^(\d{1,3})\s*%$/.exec(text.trim());
  return percent
    ? Math.round((ofClp * Math.min(100, Number(percent[1]))) / 100)
    : text.trim() === ''
      ? 0
      : parseClp(text);
}

export default function DiscountDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const { lines, selected, orderDiscountClp, change } = useCart();
  const line = lines.find((candidate) => candidate.key === selected) ?? lines.at(-1);
  const [ofLine, setOfLine] = useState(line && line.discountClp > 0 ? String(line.discountClp) : '');
  const [ofCart, setOfCart] = useState(orderDiscountClp > 0 ? String(orderDiscountClp) : '');
  const [priceText, setPriceText] = useState(line?.unitPriceClp === undefined ? '' : String(line.unitPriceClp));
  const [reason, setReason] = useState(line?.reason ?? '');
  if (!line) return null;
  const unitClp = line.unitPriceClp ?? line.product.priceClp;
  const grossClp = Math.round((unitClp * line.quantityMilli) / 1000);
  const cartClp = lines.reduce(
    (sum, each) => sum + Math.round(((each.unitPriceClp ?? each.product.priceClp) * each.quantityMilli) / 1000),
    0,
  );
  const lineDiscount = readDiscount(ofLine, grossClp);
  const cartDiscount = readDiscount(ofCart, cartClp);
  const unitPrice = priceText.trim() === '' ? line.product.priceClp : parseClp(priceText);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (lineDiscount === undefined || cartDiscount === undefined || unitPrice === undefined) return;
    const { unitPriceClp: _, ...rest } = line;
    const isOwnPrice = unitPrice !== line.product.priceClp;
    const changed = { ...rest, discountClp: lineDiscount, reason, ...(isOwnPrice ? { unitPriceClp: unitPrice } : {}) };
    change({ orderDiscountClp: cartDiscount, lines: lines.map((each) => (each === line ? changed : each)) }, line.key);
    onClose();
  };
  return (
    <Dialog title={t('sell.discount')} size={460} onClose={onClose}>
      <form className="rd-stack" onSubmit={submit}>
        <p style={{ margin: 0 }}>
          {line.product.name} · {formatClp(unitClp)}
        </p>
        <Field
          data-autofocus
          label={t('sell.lineDiscount')}
          hint="$ / %"
          inputMode="numeric"
          value={ofLine}
          onChange={(event) => setOfLine(event.target.value)}
        />
        <Field
          label={t('sell.cartDiscount')}
          hint="$ / %"
          inputMode="numeric"
          value={ofCart}
          onChange={(event) => setOfCart(event.target.value)}
        />
        <Field
          label={t('sell.newPrice')}
          placeholder={formatClp(line.product.priceClp)}
          inputMode="numeric"
          value={priceText}
          onChange={(event) => setPriceText(event.target.value)}
        />
        <Field
          label={t('app.reason')}
          value={reason}
          maxLength={120}
          onChange={(event) => setReason(event.target.value)}
        />
        <Button
          type="submit"
          disabled={lineDiscount === undefined || cartDiscount === undefined || unitPrice === undefined}
        >
          {t('app.save')}
        </Button>
      </form>
    </Dialog>
  );
}
