/** Cerrar turno: count, see the difference, say why where it is large. Nothing that is counted refuses the close. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { CallError, type OutputOf } from '../../api/client.ts';
import { command } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field } from '../../ui/Field.tsx';
import { formatClp, parseClp } from '../../ui/format.ts';
import { toastDone } from '../../ui/toast.ts';
import { CashCounter, type Count, countTotal } from './CashCounter.tsx';

type Report = NonNullable<OutputOf<'shifts.current'>['shift']>;

export function CloseDialog({
  report,
  onClose,
  onClosed,
}: {
  report: Report;
  onClose: () => void;
  onClosed: (id: string) => void;
}) {
  const t = useText();
  const [count, setCount] = useState<Count>({});
  const [left, setLeft] = useState('');
  const [reason, setReason] = useState('');
  const [wantsReason, setWantsReason] = useState(false);
  const [error, setError] = useState<string>();
  const total = countTotal(count);
  const leftClp = left === '' ? Math.min(report.floatClp, total) : parseClp(left);
  const close = async (): Promise<void> => {
    if (leftClp === undefined) return;
    try {
      const { id, number } = await command('shifts.close', {
        count,
        others: [],
        differenceReason: reason,
        leftInDrawerClp: Math.min(leftClp, total),
      });
      toastDone(t('shift.closed', { number }));
      onClosed(id);
      onClose();
    } catch (failure) {
      if (failure instanceof CallError && failure.code === 'DIFFERENCE_REASON_REQUIRED') setWantsReason(true);
      setError(errorText(failure));
    }
  };
  return (
    <Dialog title={t('shift.closeTitle')} size={560} onClose={onClose}>
      <div className="rd-stack">
        <span className="rd-muted">{t('shift.closeHint')}</span>
        <CashCounter count={count} onChange={(next) => (setCount(next), setError(undefined))} />
        <div className="rd-between" style={{ fontSize: 17, fontWeight: 650 }}>
          <span>{t('shift.counted')}</span>
          <span data-counted>{formatClp(total)}</span>
        </div>
        <div className="rd-between">
          <span>{t('shift.expected')}</span>
          <span>{report.expectedCashClp === null ? t('shift.blind') : formatClp(report.expectedCashClp)}</span>
        </div>
        {report.expectedCashClp !== null && (
          <div className="rd-between">
            <span>{t('shift.difference')}</span>
            <span className={total === report.expectedCashClp ? 'rd-ok' : 'rd-bad'}>
              {formatClp(total - report.expectedCashClp)}
            </span>
          </div>
        )}
        <div className="rd-two">
          <Field
            label={t('shift.leftInDrawer')}
            placeholder={formatClp(Math.min(report.floatClp, total))}
            inputMode="numeric"
            value={left}
            onChange={(event) => setLeft(event.target.value)}
          />
          {(wantsReason || report.expectedCashClp !== null) && (
            <Field
              label={t('shift.differenceReason')}
              value={reason}
              maxLength={200}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </div>
        {error !== undefined && (
          <p role="alert" className="rd-bad" style={{ margin: 0 }}>
            {error}
          </p>
        )}
        <Button size="md" onClick={() => void close()}>
          {t('shift.close', { amount: formatClp(total) })}
        </Button>
      </div>
    </Dialog>
  );
}
