/** The machine of the branch does not answer: over the whole width what happened, what is safe and what to do, until it is back. */
import IconPlugConnectedX from '@tabler/icons-react/dist/esm/icons/IconPlugConnectedX.mjs';
import { useEffect, useState } from 'react';
import { useText } from '../../text/useText.ts';
import { useCart } from '../sell/cart.ts';
import { useSession } from '../session/store.ts';

export function OfflineBanner() {
  const isConnected = useSession((state) => state.isConnected);
  return isConnected ? null : <Banner />;
}

function Banner() {
  const t = useText();
  const hasLines = useCart((cart) => cart.lines.length > 0);
  useEffect(() => {
    if (!hasLines) return;
    // What was added since the machine went away is on this screen alone.
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [hasLines]);
  return (
    <div className="rd-offline" data-offline>
      <IconPlugConnectedX size={24} stroke={1.5} aria-hidden />
      <div role="alert">
        <strong>{t('devices.offlineTitle')}</strong> {hasLines ? t('devices.offlineSafe') : t('devices.offlineIdle')}{' '}
        {t('devices.offlineDo')}
      </div>
      <Age />
    </div>
  );
}

/** Beside the alert, so that it is not read aloud every second. */
function Age() {
  const t = useText();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const startedAt = performance.now();
    const timer = setInterval(() => setSeconds(Math.floor((performance.now() - startedAt) / 1000)), 1_000);
    return () => clearInterval(timer);
  }, []);
  const age = seconds < 60 ? `${String(seconds)} s` : `${String(Math.floor(seconds / 60))} min`;
  return <span className="rd-num">{t('devices.offlineSince', { age })}</span>;
}
