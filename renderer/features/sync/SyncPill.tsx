/** The header's pill: whether everything has reached the centre, how much waits and for how long. Calm: the counter never depends on it. */
import IconCloud from '@tabler/icons-react/dist/esm/icons/IconCloud.mjs';
import IconCloudOff from '@tabler/icons-react/dist/esm/icons/IconCloudOff.mjs';
import { useEffect } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import { call } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { formatAge } from '../../ui/format.ts';
import { useSession } from '../session/store.ts';
import { useBranchesView } from './view.ts';

export function SyncPill() {
  const t = useText();
  const [, navigate] = useHashLocation();
  useEffect(() => {
    window.addEventListener('online', networkBack);
    return () => window.removeEventListener('online', networkBack);
  }, []);
  const isConnected = useSession((session) => session.isConnected);
  const status = useRead('sync.status', {}, { refetchMs: 30_000 });
  const { state = 'OFF', pending = 0, oldestPendingMs = null } = status.data ?? {};
  const text = !isConnected
    ? t('app.offline')
    : state === 'OFF'
      ? t('app.online')
      : pending > 0
        ? t('sync.pillPending', { state: t(`sync.${state}`), count: pending, age: formatAge(oldestPendingMs ?? 0) })
        : t(`sync.${state}`);
  const isCalm = isConnected && (state === 'OFF' || state === 'ONLINE' || state === 'WORKING');
  const tone = isCalm ? '' : state === 'TROUBLE' ? ' rd-bad' : ' rd-warn';
  const Icon = isConnected && state !== 'OFFLINE' ? IconCloud : IconCloudOff;
  return (
    <button
      type="button"
      className={`rd-pill${tone}`}
      onClick={() => (useBranchesView.setState({ tab: 'sync' }), navigate('/branches'))}
    >
      <Icon size={16} stroke={1.5} aria-hidden />
      <span role="status">{text}</span>
    </button>
  );
}

/** Whether it helps shows in the pill; nobody asked, so nobody is told. */
const networkBack = (): void => void call('sync.networkBack', {}).catch(() => undefined);
