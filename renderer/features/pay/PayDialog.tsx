/** Cobrar: exact cash is F9, Enter. Tenders, rounding and change are the core's own function, so the screen never promises another sum. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useEffect, useMemo, useRef, useState } from 'react';
import { cashDue, quickAmounts, type Tender, TENDERS } from '#core/shared/tender.ts';
import { CallError } from '../../api/client.ts';
import { command } from '../../api/hooks.ts';
import { useLook } from '../../app/look.ts';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field } from '../../ui/Field.tsx';
import { formatClp, parseClp } from '../../ui/format.ts';
import { useSession } from '../session/store.ts';
import { keep, restore, stopKeeping } from '../sell/useDraft.ts';
import { sentContent, totalsOf, useCart } from '../sell/cart.ts';
import { NumPad } from './NumPad.tsx';

interface Part {
  tender: Tender;
  amountClp: number;
  operationNumber: string;
  lastFour: string;
  instalments: number;
}

interface Props {
  ivaBasisPoints: number;
  onClose: () => void;
}

const RESEND_AFTER_MS = 1_000;
const CARDS: readonly Tender[] = ['DEBIT', 'CREDIT', 'PREPAID'];

/** "20" for a sale of $12.990 is twenty thousand: nobody pays that with twenty pesos. Only where it could not be meant as it stands. */
export function readTendered(text: string, dueClp: number, isCashAlone: boolean): number | undefined {
  const typed = parseClp(text);
  if (typed === undefined) return undefined;
  return isCashAlone && typed > 0 && typed < dueClp && typed < 1_000 ? typed * 1_000 : typed;
}

export default function PayDialog({ ivaBasisPoints, onClose }: Props) {
  const t = useText();
  const cart = useCart();
  const { totals } = totalsOf(cart, ivaBasisPoints);
  const isTouch = useLook((look) => look.density === 'touch');
  const [parts, setParts] = useState<Part[]>([]);
  const [tender, setTender] = useState<Tender>('CASH');
  const [text, setText] = useState('');
  const [voucher, setVoucher] = useState({ operationNumber: '', lastFour: '', instalments: '0' });
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  /** What was sent without an answer: it is sent again, by the same id, as soon as the machine is back. */
  const [unanswered, setUnanswered] = useState<Part[]>();
  const isConnected = useSession((state) => state.isConnected);
  const amount = useRef<HTMLInputElement>(null);
  useEffect(() => amount.current?.focus(), [tender]);

  const given = parts.map(({ tender: name, amountClp }) => ({ tender: name, amountClp }));
  const { exactClp, dueClp } = cashDue(totals.totalClp, given);
  const isCash = tender === 'CASH';
  const typed = isCash ? readTendered(text, dueClp, parts.length === 0) : parseClp(text);
  const offered = text === '' ? (isCash ? dueClp : exactClp) : typed;
  const isComplete = offered !== undefined && (isCash ? offered >= dueClp : offered >= exactClp);
  const names = useMemo(
    (): Record<Tender, string> => ({
      CASH: t('pay.cash'),
      DEBIT: t('pay.debit'),
      CREDIT: t('pay.credit'),
      PREPAID: t('pay.prepaid'),
      TRANSFER: t('pay.transfer'),
      CHEQUE: t('pay.cheque'),
      ACCOUNT: t('pay.account'),
    }),
    [t],
  );

  const partNow = (): Part | undefined =>
    offered === undefined
      ? undefined
      : {
          tender,
          amountClp: isCash ? offered : Math.min(offered, exactClp),
          operationNumber: voucher.operationNumber,
          lastFour: voucher.lastFour,
          instalments: Number(voucher.instalments) || 0,
        };

  const pay = async (all: Part[]): Promise<void> => {
    setBusy(true);
    setError(undefined);
    setUnanswered(undefined);
    stopKeeping();
    try {
      const content = sentContent(cart);
      const answer = await command(
        'sales.checkout',
        { ...content, payments: all, expectedTotalClp: totals.totalClp, cartId: cart.id },
        cart.checkoutId,
      );
      const { saleId, number, totalClp, changeClp } = answer;
      cart.finish({ saleId, number, totalClp, changeClp });
      onClose();
    } catch (failure) {
      if (failure instanceof CallError && failure.code === 'OFFLINE') {
        // It may have been sold: a draft kept now would offer it again.
        setError(t('pay.offline'));
        setUnanswered(all);
        return;
      }
      setError(errorText(failure));
      keep(ivaBasisPoints);
      if (!(failure instanceof CallError)) return;
      if (failure.code === 'COMMAND_REUSED') setError(t('pay.alreadySold'));
      if (failure.code === 'PRICE_CHANGED') {
        setError(t('pay.priceChanged', { total: formatClp(Number(failure.details['totalClp'])) }));
        await restore({ id: cart.id, content: sentContent(cart) });
      }
    } finally {
      setBusy(false);
    }
  };

  useEffect(() => {
    if (!unanswered || !isConnected) return;
    const timer = setTimeout(() => void pay(unanswered), RESEND_AFTER_MS);
    return () => clearTimeout(timer);
  });

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const part = partNow();
    if (!part || isBusy || unanswered) return;
    if (isComplete) {
      void pay([...parts, part].filter((each) => each.tender === 'CASH' || each.amountClp > 0));
      return;
    }
    // Less than what is left: it is one part, and the rest is paid otherwise.
    if (part.amountClp <= 0) return;
    setParts([...parts, part]);
    setText('');
    setTender(tender === 'CASH' ? 'DEBIT' : 'CASH');
  };

  return (
    <Dialog title={t('pay.title')} size={520} onClose={onClose}>
      <form className="rd-stack" onSubmit={submit} data-pay>
        <div className="rd-pay-total">
          <span>{parts.length > 0 ? t('pay.remaining') : t('pay.total')}</span>
          <output data-due>{formatClp(parts.length > 0 ? exactClp : totals.totalClp)}</output>
        </div>
        {parts.map((part, index) => (
          <div key={`${part.tender}-${String(index)}`} className="rd-between">
            <span>{names[part.tender]}</span>
            <span>
              {formatClp(part.amountClp)}{' '}
              <button
                type="button"
                className="rd-link"
                aria-label={t('stock.remove')}
                onClick={() => setParts(parts.filter((_, at) => at !== index))}
              >
                ✕
              </button>
            </span>
          </div>
        ))}
        <div className="rd-tenders even" role="group" aria-label={t('pay.tenders')}>
          {TENDERS.filter((name) => name !== 'ACCOUNT' || cart.customerId !== null).map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === tender}
              onClick={() => (setTender(name), setText(''), setError(undefined))}
            >
              {names[name]}
            </button>
          ))}
        </div>
        {isCash && dueClp !== exactClp && (
          <div className="rd-between rd-muted">
            <span>{t('pay.rounding')}</span>
            <span>
              {formatClp(dueClp - exactClp)} → {formatClp(dueClp)}
            </span>
          </div>
        )}
        <Field
          large
          label={isCash ? t('pay.received') : t('pay.amount')}
          hint={
            typed !== undefined && typed !== parseClp(text)
              ? t('pay.readAs', { typed: text, amount: formatClp(typed) })
              : t('pay.exactHint')
          }
          inputMode="numeric"
          value={text}
          placeholder={formatClp(isCash ? dueClp : exactClp)}
          inputRef={amount}
          data-autofocus
          onChange={(event) => (setText(event.target.value), setError(undefined))}
        />
        {isCash && (
          <div className="rd-quick">
            <button type="button" onClick={() => (setText(''), amount.current?.focus())}>
              {t('pay.exact')}
            </button>
            {quickAmounts(dueClp).map((quick) => (
              <button key={quick} type="button" onClick={() => (setText(String(quick)), amount.current?.focus())}>
                {formatClp(quick)}
              </button>
            ))}
          </div>
        )}
        {CARDS.includes(tender) && (
          <div className="rd-two">
            <Field
              label={t('pay.operation')}
              value={voucher.operationNumber}
              maxLength={40}
              onChange={(event) => setVoucher({ ...voucher, operationNumber: event.target.value })}
            />
            <Field
              label={t('pay.lastFour')}
              inputMode="numeric"
              value={voucher.lastFour}
              maxLength={4}
              onChange={(event) => setVoucher({ ...voucher, lastFour: event.target.value.replace(/\D/g, '') })}
            />
          </div>
        )}
        {isTouch && <NumPad onKey={(key) => setText(key === '⌫' ? text.slice(0, -1) : text + key)} />}
        <div className="rd-between" style={{ fontSize: 17, fontWeight: 650 }}>
          <span>{isComplete ? t('pay.change') : t('pay.missing')}</span>
          <span data-pay-change>
            {formatClp(Math.max(0, isComplete ? (isCash ? offered - dueClp : 0) : exactClp - (offered ?? 0)))}
          </span>
        </div>
        <DocumentKind />
        {error !== undefined && (
          <p className="rd-bad" role="alert" style={{ margin: 0 }}>
            {error}
          </p>
        )}
        <Button type="submit" size="lg" loading={isBusy || unanswered !== undefined} disabled={offered === undefined}>
          {isComplete ? t('pay.confirm') : t('pay.addTender')}&nbsp;&nbsp;<span className="rd-kbd">Enter</span>
        </Button>
      </form>
    </Dialog>
  );
}

function DocumentKind() {
  const t = useText();
  const documentKind = useCart((state) => state.documentKind);
  const hasCustomer = useCart((state) => state.customerId !== null);
  const change = useCart((state) => state.change);
  return (
    <div className="rd-row">
      <div className="rd-tenders" role="group" aria-label={t('sales.document')}>
        <button
          type="button"
          aria-pressed={documentKind === 'BOLETA'}
          onClick={() => change({ documentKind: 'BOLETA' })}
        >
          {t('pay.boleta')}
        </button>
        <button
          type="button"
          aria-pressed={documentKind === 'FACTURA'}
          disabled={!hasCustomer}
          onClick={() => change({ documentKind: 'FACTURA' })}
        >
          {t('pay.factura')}
        </button>
      </div>
      {!hasCustomer && <span className="rd-meta">{t('pay.facturaHint')}</span>}
    </div>
  );
}
