import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useCommand } from '../../api/useCommand.ts';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field, MoneyField } from '../../ui/Field.tsx';
import { parseClp } from '../../ui/format.ts';
import { toastDone } from '../../ui/toast.ts';

/** Cash in, cash out or the drawer opened without a sale; always with its reason. */
export function CashMoveDialog({ kind, onClose }: { kind: 'IN' | 'OUT' | 'NO_SALE'; onClose: () => void }) {
  const t = useText();
  const [amount, setAmount] = useState('');
  const [reason, setReason] = useState('');
  const move = useCommand('shifts.cashMove');
  const amountClp = kind === 'NO_SALE' ? 0 : parseClp(amount);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (amountClp === undefined) return;
    const done = await move.send({ kind, amountClp, reason });
    if (!done) return;
    toastDone(t('shift.registered', { number: done.number }));
    onClose();
  };
  const title = kind === 'IN' ? t('shift.cashIn') : kind === 'OUT' ? t('shift.cashOut') : t('shift.noSale');
  return (
    <Dialog title={title} size={420} onClose={onClose}>
      <form className="rd-stack" onSubmit={(event) => void submit(event)}>
        {kind !== 'NO_SALE' && (
          <MoneyField large data-autofocus label={t('shift.amount')} value={amount} onChange={setAmount} />
        )}
        <Field
          data-autofocus={kind === 'NO_SALE' || undefined}
          label={t('app.reason')}
          value={reason}
          error={move.error}
          maxLength={120}
          onChange={(event) => setReason(event.target.value)}
        />
        <Button type="submit" loading={move.isBusy} disabled={amountClp === undefined || reason.trim().length < 3}>
          {t('shift.register')}
        </Button>
      </form>
    </Dialog>
  );
}
