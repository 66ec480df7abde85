/** The carts that wait, to go on with one of them. */
import { Button } from '@mantine/core';
import { command, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { formatClp, formatTime } from '../../ui/format.ts';
import { Empty, Loaded } from '../../ui/States.tsx';
import { toastDone, toastError } from '../../ui/toast.ts';
import { inTurn } from './entries.tsx';
import { restore } from './useDraft.ts';

export default function ParkedDialog({ onClose }: { onClose: () => void }) {
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
