/** Who failed too often: those who may lift a lock see it wherever they are in Gestión. */
import { Button } from '@mantine/core';
import { call } from '../../api/client.ts';
import { queries, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { toastDone, toastError } from '../../ui/toast.ts';

export function LockedPanel() {
  const t = useText();
  const locked = useRead('users.locked', {});
  if (locked.data === undefined || locked.data.length === 0) return null;
  const unlock = async (id: string): Promise<void> => {
    try {
      await call('users.unlock', { id });
      toastDone(t('app.done'));
      await queries.invalidateQueries({ queryKey: ['users.locked'] });
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <section className="rd-panel pad rd-stack" aria-label={t('admin.lockedUsers')}>
      <strong className="rd-bad">{t('admin.lockedUsers')}</strong>
      {locked.data.map(({ userId, name }) => (
        <div key={userId} className="rd-between" style={{ alignItems: 'center' }}>
          {name}
          <Button variant="default" onClick={() => void unlock(userId)}>
            {t('admin.unlock')}
          </Button>
        </div>
      ))}
    </section>
  );
}
