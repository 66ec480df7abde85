/** The cart: always in sight, with the total and the one next act. After a sale it shows the change until the next scan. */
import IconArrowBackUp from '@tabler/icons-react/dist/esm/icons/IconArrowBackUp.mjs';
import IconTrash from '@tabler/icons-react/dist/esm/icons/IconTrash.mjs';
import { memo, useEffect, useMemo, useRef } from 'react';
import { useText } from '../../text/useText.ts';
import { formatClp, formatMilli } from '../../ui/format.ts';
import { Empty } from '../../ui/States.tsx';
import { type CartLine, type SoldSale, totalsOf, useCart } from './cart.ts';
import { pay } from './entries.tsx';
import { openDialog } from './view.ts';

export const CartPanel = memo(function CartPanel({ ivaBasisPoints }: { ivaBasisPoints: number }) {
  const t = useText();
  const cart = useCart();
  const { sold } = cart;
  const { totals, lineTotals } = useMemo(
    () => totalsOf({ lines: cart.lines, orderDiscountClp: cart.orderDiscountClp }, ivaBasisPoints),
    [cart.lines, cart.orderDiscountClp, ivaBasisPoints],
  );
  const isEmpty = cart.lines.length === 0;
  return (
    <section className="rd-cart" aria-label={t('sell.inCart')}>
      <header>
        <h2>{cart.documentKind === 'FACTURA' ? t('sell.facturaInCart') : t('sell.inCart')}</h2>
        <span>
          <button
            type="button"
            className="rd-link"
            disabled={isEmpty}
            onClick={() => openDialog('void')}
            aria-label={t('sell.voidTitle')}
            title={t('sell.voidTitle')}
          >
            <IconTrash size={18} stroke={1.5} aria-hidden />
          </button>
          <button type="button" className="rd-link" disabled={cart.past.length === 0} onClick={cart.undo}>
            <IconArrowBackUp size={18} stroke={1.5} aria-hidden />
            {t('sell.undo')}
          </button>
        </span>
      </header>
      {(cart.plate !== '' || cart.customerId !== null) && (
        <button
          type="button"
          className="rd-attached"
          style={{
            border: 0,
            borderBottom: '1px solid var(--rd-line)',
            font: 'inherit',
            color: 'inherit',
            textAlign: 'left',
            cursor: 'pointer',
          }}
          onClick={() => openDialog('plate')}
        >
          <span>
            {cart.plate !== '' && <strong>{cart.plate} </strong>}
            {cart.vehicleName}
            {cart.odometerKm !== null && ` · ${formatMilli(cart.odometerKm * 1000)} km`}
          </span>
          <span>{cart.customerName}</span>
        </button>
      )}
      {isEmpty && sold ? (
        <Sold sold={sold} />
      ) : isEmpty ? (
        <Empty title={t('sell.emptyTitle')} hint={t('sell.emptyHint')} />
      ) : (
        <Lines lines={cart.lines} lineTotals={lineTotals} />
      )}
      <div style={{ flex: isEmpty && !sold ? 1 : 0 }} />
      <div className="rd-totals">
        <dl>
          {totals.discountClp > 0 && (
            <>
              <dt>{t('sell.discount')}</dt>
              <dd>{formatClp(-totals.discountClp)}</dd>
            </>
          )}
          <dt>{t('sell.net')}</dt>
          <dd>{formatClp(totals.netClp)}</dd>
          <dt>{t('sell.iva', { rate: ivaBasisPoints / 100 })}</dt>
          <dd>{formatClp(totals.ivaClp)}</dd>
          {totals.exemptClp > 0 && (
            <>
              <dt>{t('sell.exempt')}</dt>
              <dd>{formatClp(totals.exemptClp)}</dd>
            </>
          )}
        </dl>
        <div className="rd-total">
          <span>{t('app.total')}</span>
          <output aria-label={t('app.total')} data-total>
            {formatClp(totals.totalClp)}
          </output>
        </div>
        <button type="button" className="rd-charge" disabled={isEmpty} onClick={pay}>
          {t('pay.title')} <span className="rd-kbd">F9</span>
        </button>
      </div>
    </section>
  );
});

function Lines({ lines, lineTotals }: { lines: CartLine[]; lineTotals: number[] }) {
  const t = useText();
  const selected = useCart((state) => state.selected);
  const flashed = useCart((state) => state.flashed);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // After the row has been drawn: where it stands is known then, and costs nothing to ask.
    const request = requestAnimationFrame(() =>
      frame.current?.querySelector('tr[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }),
    );
    return () => cancelAnimationFrame(request);
  }, [selected, lines]);
  return (
    <div className="rd-lines" ref={frame} tabIndex={0} role="region" aria-label={t('sell.inCart')}>
      <table role="grid" aria-label={t('sell.inCart')}>
        <thead>
          <tr>
            <th scope="col">{t('sell.product')}</th>
            <th scope="col" className="rd-num">
              {t('sell.quantity')}
            </th>
            <th scope="col" className="rd-num">
              {t('sell.subtotal')}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, index) => (
            <Row
              // A new key starts the flash anew when the same product is scanned again.
              key={flashed?.key === line.key ? `${line.key}-${String(flashed.at)}` : line.key}
              line={line}
              totalClp={lineTotals[index] ?? 0}
              isSelected={line.key === selected}
              isFlashed={flashed?.key === line.key}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  line: CartLine;
  totalClp: number;
  isSelected: boolean;
  isFlashed: boolean;
}

const Row = memo(function Row({ line, totalClp, isSelected, isFlashed }: RowProps) {
  const t = useText();
  const { product } = line;
  return (
    <tr aria-selected={isSelected} data-flash={isFlashed} data-line onClick={() => useCart.getState().select(line.key)}>
      <td>
        {product.name}
        <div className="rd-meta">
          {product.brand !== '' && `${product.brand} · `}
          {t('sell.each', { price: formatClp(line.unitPriceClp ?? product.priceClp) })}
          {line.discountClp > 0 && ` · ${formatClp(-line.discountClp)}`}
        </div>
      </td>
      <td className="rd-num">{formatMilli(line.quantityMilli)}</td>
      <td className="rd-num sum">{formatClp(totalClp)}</td>
    </tr>
  );
});

function Sold({ sold }: { sold: SoldSale }) {
  const t = useText();
  return (
    <div className="rd-change" role="status" data-sold>
      <span className="rd-ok">{t('sell.sold', { number: sold.number })}</span>
      <span className="rd-muted">{t('sell.change')}</span>
      <output data-change>{formatClp(sold.changeClp)}</output>
      <span className="rd-muted">
        {t('app.total')} {formatClp(sold.totalClp)}
      </span>
      <button type="button" className="rd-link" onClick={() => openDialog('receipt')}>
        {t('sales.preview')}
      </button>
      <span className="rd-meta">{t('sell.newSale')}</span>
    </div>
  );
}
