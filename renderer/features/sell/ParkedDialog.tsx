/** F7: with something in the cart it is put aside at once, named by plate or first item; empty, it lists what waits. Never asks. */
import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { command, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { formatClp, formatTime } from '../../ui/format.ts';
import { Empty, Loaded } from '../../ui/States.tsx';
import { toastDone, toastError } from '../../ui/toast.ts';
import { sentContent, totalsOf, useCart } from './cart.ts';
import { inTurn } from './entries.tsx';
import { restore } from './useDraft.ts';

export default function ParkedDialog({ onClose }: { onClose: () => void }) {
  const hasLines = useRef(useCart.getState().lines.length > 0);
  return hasLines.current ? <Park onClose={onClose} /> : <Choose onClose={onClose} />;
}

function Park({ onClose }: { onClose: () => void }) {
  const t = useText();
  const isStarted = useRef(false);
  useEffect(() => {
    if (isStarted.current) return;
    isStarted.current = true;
    inTurn(async () => {
      const cart = useCart.getState();
      const name = (cart.plate || cart.customerName || cart.lines[0]?.product.name || '').slice(0, 60);
      const { totals } = totalsOf(cart, 0);
      await command('carts.park', { id: cart.id, name, content: sentContent(cart), totalClp: totals.totalClp });
      cart.clear();
      toastDone(t('sell.parked', { name }));
    })
      .catch(toastError)
      .finally(onClose);
  }, [onClose, t]);
  return null;
}

function Choose({ onClose }: { onClose: () => void }) {
  const t = useText();
  const parked = useRead('carts.parked', {});
  const resume = async (id: string): Promise<void> => {
    try {
      await inTurn(async () => restore(await command('carts.resume', { id })));
      toastDone(t('sell.resumed'));
      onClose();
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <Dialog title={t('sell.parkedTitle')} size={560} onClose={onClose}>
      <Loaded query={parked}>
        {(carts) =>
          carts.length === 0 ? (
            <Empty title={t('sell.noneParked')} />
          ) : (
            <div className="rd-stack" style={{ gap: 8 }}>
              {carts.map((cart, index) => (
                <div
                  key={cart.id}
                  className="rd-between rd-panel pad"
                  style={{ alignItems: 'center', padding: '8px 12px' }}
                >
                  <span>
                    <strong>{cart.name}</strong>
                    <div className="rd-meta">
                      {cart.userName} · {formatTime(cart.updatedAtMs)} · {t('app.rows', { count: cart.itemCount })}
                    </div>
                  </span>
                  <span className="rd-row">
                    {formatClp(cart.totalClp)}
                    <Button size="xs" data-autofocus={index === 0 || undefined} onClick={() => void resume(cart.id)}>
                      {t('sell.resume')}
                    </Button>
                  </span>
                </div>
              ))}
            </div>
          )
        }
      </Loaded>
    </Dialog>
  );
}
