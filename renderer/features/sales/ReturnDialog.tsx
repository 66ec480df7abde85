/** Devolver: which lines come back, in which condition, and how the money goes. A manager's PIN is asked in place. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { type Tender, TENDERS } from '#core/shared/tender.ts';
import type { OutputOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useCommand } from '../../api/useCommand.ts';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field, SelectField } from '../../ui/Field.tsx';
import { formatClp, formatMilli, parseQuantity } from '../../ui/format.ts';
import { Problem } from '../../ui/Page.tsx';
import { toastDone } from '../../ui/toast.ts';

type Sale = OutputOf<'sales.get'>;
type Condition = 'SELLABLE' | 'DAMAGED' | 'WARRANTY';
interface Back {
  text: string;
  condition: Condition;
}

export function ReturnDialog({
  sale,
  onClose,
  onDone,
}: {
  sale: Sale;
  onClose: () => void;
  onDone: (returnId: string) => void;
}) {
  const t = useText();
  const [backs, setBacks] = useState<Record<number, Back>>({});
  const [tender, setTender] = useState<Tender>(sale.payments[0]?.tender ?? 'CASH');
  const [reason, setReason] = useState('');
  const create = useCommand('returns.create');
  const lines = sale.lines.flatMap((line) => {
    const back = backs[line.lineNumber];
    const quantityMilli = back ? parseQuantity(back.text) : undefined;
    return back && quantityMilli ? [{ line, quantityMilli, condition: back.condition }] : [];
  });
  const sent = lines.map(({ line, quantityMilli, condition }) => ({
    lineNumber: line.lineNumber,
    quantityMilli,
    condition,
  }));
  const saleId = sale.sale?.id ?? '';
  const preview = useRead('returns.preview', { saleId, lines: sent }, { enabled: sent.length > 0, keepPrevious: true });
  const refund = sent.length === 0 ? undefined : preview.data;
  const send = async (): Promise<void> => {
    const done = await create.send({ saleId, reason, refundTender: tender, lines: sent });
    if (!done) return;
    toastDone(t('sales.refunded', { number: done.number, amount: formatClp(done.refundedClp) }));
    onDone(done.id);
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
            <div
              key={line.lineNumber}
              style={{ display: 'grid', gridTemplateColumns: '1fr 120px 150px', gap: 12, alignItems: 'end' }}
            >
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
                onFocus={() =>
                  backs[line.lineNumber] === undefined &&
                  set(line.lineNumber, { text: formatMilli(leftMilli).replaceAll('.', '') })
                }
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
            options={TENDERS.filter((name) => name !== 'ACCOUNT' || sale.customerId !== null).map((name) => ({
              value: name,
              label: names(name),
            }))}
            value={tender}
            onChange={(event) => setTender(event.target.value as Tender)}
          />
          <Field
            label={t('app.reason')}
            value={reason}
            maxLength={200}
            onChange={(event) => setReason(event.target.value)}
          />
        </div>
        <Problem>{create.error ?? (preview.isError && sent.length > 0 ? errorText(preview.error) : undefined)}</Problem>
        <Button
          color="red"
          loading={create.isBusy}
          disabled={!refund || reason.trim().length < 3}
          onClick={() => void send()}
        >
          {t('sales.refund', {
            amount: formatClp(refund ? (tender === 'CASH' ? refund.cashClp : refund.totalClp) : 0),
          })}
        </Button>
      </div>
    </Dialog>
  );
}
