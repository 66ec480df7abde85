/** Opens and closes the shop to its LAN; says where it is found and how browsers come to trust it. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { call, type OutputOf } from '../../api/client.ts';
import { useText } from '../../text/useText.ts';
import { errorText } from '../../ui/errorText.ts';
import { Problem } from '../../ui/Page.tsx';
import { saveFile, toBase64 } from '../../ui/saveFile.ts';
import { spaced } from './link.ts';

export type Network = OutputOf<'devices.network'>;

export function NetworkPanel({ network }: { network: Network }) {
  const t = useText();
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const isOpen = network.state === 'OPEN';
  const toggle = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await call(isOpen ? 'devices.close' : 'devices.open', {});
    } catch (failure) {
      setError(errorText(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="rd-panel pad rd-stack" aria-label={t('devices.network')}>
      <div className="rd-between" style={{ alignItems: 'center' }}>
        <span>
          <strong>{t('devices.network')}</strong>{' '}
          <span className={isOpen ? 'rd-ok' : 'rd-muted'} role="status">
            {t(`devices.${network.state}`)}
          </span>
        </span>
        {network.state !== 'UNAVAILABLE' && (
          <Button variant={isOpen ? 'default' : 'filled'} loading={isBusy} onClick={() => void toggle()}>
            {isOpen ? t('devices.close') : t('devices.open')}
          </Button>
        )}
      </div>
      <Problem>{error}</Problem>
      {network.trouble !== null && <Problem>{t(`devices.${network.trouble}`)}</Problem>}
      {isOpen ? (
        <Trust network={network} />
      ) : (
        <p className="rd-muted" style={{ margin: 0 }}>
          {network.state === 'UNAVAILABLE' ? t('devices.unavailableHint') : t('devices.closedHint')}
        </p>
      )}
    </section>
  );
}

function Trust({ network }: { network: Network }) {
  const t = useText();
  const save = (): void => saveFile('rep-drill.crt', 'application/x-x509-ca-cert', toBase64(network.certificate));
  return (
    <>
      <div>
        <div className="rd-meta">{t('devices.addresses')}</div>
        {network.urls.map((url) => (
          <div key={url} data-lan-url>
            {url}
          </div>
        ))}
      </div>
      <div>
        <div className="rd-meta">{t('devices.fingerprint')}</div>
        <code style={{ display: 'block', fontSize: 13, maxWidth: '40ch' }}>{spaced(network.fingerprint, 4)}</code>
      </div>
      <details>
        <summary>{t('devices.trustTitle')}</summary>
        <p className="rd-muted">{t('devices.trustHint')}</p>
        <ul style={{ margin: '0 0 8px', paddingInlineStart: 20 }}>
          <li>{t('devices.trustWindows')}</li>
          <li>{t('devices.trustAndroid')}</li>
          <li>{t('devices.trustApple')}</li>
          <li>{t('devices.trustWindow')}</li>
        </ul>
      </details>
      <div className="rd-row">
        <Button variant="default" onClick={save}>
          {t('devices.certificate')}
        </Button>
      </div>
    </>
  );
}
