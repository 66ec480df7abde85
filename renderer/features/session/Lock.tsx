/** The till is locked or changes hands: the PIN over the screen, the cart safe below. */
import { Modal } from '@mantine/core';
import { useRead } from '../../api/hooks.ts';
import { type AppCommand, useCommands } from '../../app/commands.ts';
import { useText } from '../../text/useText.ts';
import { useReturnFocus } from '../../ui/useReturnFocus.ts';
import { OfflineBanner } from '../devices/OfflineBanner.tsx';
import { PinForm } from './PinForm.tsx';
import { useSession } from './store.ts';

const NO_COMMANDS: readonly AppCommand[] = [];

export function Lock() {
  const t = useText();
  const status = useRead('system.status', {});
  const user = useSession((state) => state.user);
  useReturnFocus();
  useCommands('lock', NO_COMMANDS, true);
  return (
    <Modal.Root opened onClose={() => undefined} fullScreen transitionProps={{ duration: 0 }} closeOnEscape={false}>
      <Modal.Content data-dialog aria-label={t('session.locked')} bg="var(--rd-bg)">
        <OfflineBanner />
        <div className="rd-centre">
          <div className="rd-card">
            <h2 style={{ fontSize: 20, fontWeight: 650, margin: 0 }}>{t('session.locked')}</h2>
            <p className="rd-muted">{t('session.lockedHint')}</p>
            <PinForm first={user?.id} digits={status.data?.pinDigits ?? 6} />
            <button type="button" className="rd-link" onClick={() => useSession.getState().close()}>
              {t('app.signOut')}
            </button>
          </div>
        </div>
      </Modal.Content>
    </Modal.Root>
  );
}
