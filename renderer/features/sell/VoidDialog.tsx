/** Throws the cart away before payment, with its reason in the audit. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { command } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field } from '../../ui/Field.tsx';
import { toastDone } from '../../ui/toast.ts';
import { sentContent, totalsOf, useCart } from './cart.ts';
import { inTurn } from './entries.tsx';

export default function VoidDialog({ ivaBasisPoints, onClose }: { ivaBasisPoints: number; onClose: () => void }) {
  const t = useText();
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string>();
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      await inTurn(async () => {
        const cart = useCart.getState();
        const { totals } = totalsOf(cart, ivaBasisPoints);
        await command('carts.void', { id: cart.id, reason, content: sentContent(cart), totalClp: totals.totalClp });
        cart.clear();
      });
      toastDone(t('sell.voided'));
      onClose();
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  return (
    <Dialog title={t('sell.voidTitle')} size={420} onClose={onClose}>
      <form className="rd-stack" onSubmit={(event) => void submit(event)}>
        <p className="rd-muted" style={{ margin: 0 }}>
          {t('sell.voidHint')}
        </p>
        <Field
          data-autofocus
          label={t('app.reason')}
          value={reason}
          error={error}
          maxLength={120}
          onChange={(event) => setReason(event.target.value)}
        />
        <Button type="submit" color="red" disabled={reason.trim().length < 3}>
          {t('sell.voidAction')}
        </Button>
      </form>
    </Dialog>
  );
}
