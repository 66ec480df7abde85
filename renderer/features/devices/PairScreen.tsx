/** What a device sees before it belongs to the shop: a code to type. A link or its QR brings the code along. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useEffect, useState } from 'react';
import { call } from '../../api/client.ts';
import { useText } from '../../text/useText.ts';
import { errorText } from '../../ui/errorText.ts';
import { Field } from '../../ui/Field.tsx';
import { broughtCode, forgetBroughtCode } from './link.ts';

export default function PairScreen({ onPaired }: { onPaired: () => void }) {
  const t = useText();
  const [code, setCode] = useState(broughtCode);
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  useEffect(forgetBroughtCode, []);
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await call('devices.pair', { pairingCode: code });
      onPaired();
    } catch (failure) {
      setError(errorText(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="rd-centre">
      <form className="rd-card rd-stack" onSubmit={(event) => void send(event)}>
        <h1 style={{ fontSize: 20, fontWeight: 650, margin: 0 }}>{t('devices.pairTitle')}</h1>
        <p className="rd-muted" style={{ margin: 0 }}>
          {t('devices.pairHint')}
        </p>
        <Field
          large
          label={t('devices.code')}
          hint={t('devices.codeHint')}
          error={error}
          inputMode="numeric"
          maxLength={11}
          autoFocus
          value={code}
          onChange={(event) => (setCode(event.target.value.replace(/[^\d ]/g, '')), setError(undefined))}
        />
        <Button type="submit" size="md" loading={isBusy} disabled={code.replace(/\D/g, '').length !== 8}>
          {t('devices.pair')}
        </Button>
        <p className="rd-meta" style={{ margin: 0 }}>
          {t('devices.warningHint')}{' '}
          <a href="authority.crt" download style={{ color: 'inherit' }}>
            {t('devices.certificate')}
          </a>
        </p>
      </form>
    </main>
  );
}
