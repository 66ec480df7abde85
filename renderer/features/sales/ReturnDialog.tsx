/** Devolver: which lines come back, in which condition, and how the money goes. A manager's PIN is asked in place. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { type Tender, TENDERS } from '#core/shared/tender.ts';
import type { OutputOf } from '../../api/client.ts';
import { command } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field, SelectField } from '../../ui/Field.tsx';
import { formatClp, formatMilli, parseQuantity } from '../../ui/format.ts';
import { toastDone } from '../../ui/toast.ts';

type Sale = OutputOf<'sales.get'>;
type Condition = 'SELLABLE' | 'DAMAGED' | 'WARRANTY';
interface Back {
  text: string;
  condition: Condition;
}

export function ReturnDialog({ sale, onClose, onDone }: { sale: Sale; onClose: () => void; onDone: (returnId: string) => void }) {
  const t = useText();
  const [backs, setBacks] = useState<Record<number, Back>>({});
  const [tender, setTender] = useState<Tender>(sale.payments[0]?.tender ?? 'CASH');
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const lines = sale.lines.flatMap((line) => {
    const back = backs[line.lineNumber];
    const quantityMilli = back ? parseQuantity(back.text) : undefined;
    return back && quantityMilli ? [{ line, quantityMilli, condition: back.condition }] : [];
  });
  // What is shown is the line's share; the core settles the peso by what came back before.
  const amountClp = lines.reduce((sum, { line, quantityMilli }) => sum + Math.round((line.totalClp * quantityMilli) / line.quantityMilli), 0);
  const send = async (): Promise<void> => {
    if (sale.sale === null) return;
    setBusy(true);
    setError(undefined);
    try {
      const sent = lines.map(({ line, quantityMilli, condition }) => ({ lineNumber: line.lineNumber, quantityMilli, condition }));
      const done = await command('returns.create', { saleId: sale.sale.id, reason, refundTender: tender, lines: sent });
      toastDone(t('sales.refunded', { number: done.number, amount: formatClp(done.refundedClp) }));
      onDone(done.id);
    } catch (failure) {
      setError(errorText(failure));
    } finally {
      setBusy(false);
    }
  };
  const set = (lineNumber: number, patch: Partial<Back>): void =>
    setBacks({ ...backs, [lineNumber]: { text: '', condition: 'SELLABLE', ...backs[lineNumber], ...patch } });
  const conditions = [
    { value: 'SELLABLE', label: t('sales.sellable') },
    { value: 'DAMAGED', label: t('sales.damaged') },
    { value: 'WARRANTY', label: t('sales.warranty') },
  ];
  const names = (name: Tender): string => t(`pay.${name.toLowerCase()}` as 'pay.cash');
  return (
    <Dialog title={t('sales.returnTitle', { number: sale.sale?.number })} size={720} onClose={onClose}>
      <div className="rd-stack">
        <span className="rd-muted">{t('sales.returnHint')}</span>
        {sale.lines.map((line) => {
          const leftMilli = line.quantityMilli - line.returnedMilli;
          return (
            <div key={line.lineNumber} style={{ display: 'grid', gridTemplateColumns: '1fr 120px 150px', gap: 12, alignItems: 'end' }}>
              <div>
                {line.name}
                <div className="rd-meta">
                  {formatClp(line.totalClp)} · {t('sales.remaining', { quantity: formatMilli(leftMilli) })}
                </div>
              </div>
              <Field
                label={t('sales.toReturn')}
                inputMode="decimal"
                disabled={leftMilli <= 0}
                value={backs[line.lineNumber]?.text ?? ''}
                onFocus={() => backs[line.lineNumber] === undefined && set(line.lineNumber, { text: formatMilli(leftMilli).replaceAll('.', '') })}
                onChange={(event) => set(line.lineNumber, { text: event.target.value })}
              />
              <SelectField
                label={t('sales.condition')}
                options={conditions}
                disabled={leftMilli <= 0}
                value={backs[line.lineNumber]?.condition ?? 'SELLABLE'}
                onChange={(event) => set(line.lineNumber, { condition: event.target.value as Condition })}
              />
            </div>
          );
        })}
        <div className="rd-two">
          <SelectField
            label={t('sales.refundBy')}
            options={TENDERS.filter((name) => name !== 'ACCOUNT' || sale.customerId !== null).map((name) => ({ value: name, label: names(name) }))}
            value={tender}
            onChange={(event) => setTender(event.target.value as Tender)}
          />
          <Field label={t('app.reason')} value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} />
        </div>
        {error !== undefined && (
          <p role="alert" className="rd-bad" style={{ margin: 0 }}>
            {error}
          </p>
        )}
        <Button color="red" loading={isBusy} disabled={lines.length === 0 || reason.trim().length < 3} onClick={() => void send()}>
          {t('sales.refund', { amount: formatClp(amountClp) })}
        </Button>
      </div>
    </Dialog>
  );
}
