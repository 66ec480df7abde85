import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { call } from '../../api/client.ts';
import { useText } from '../../text/useText.ts';
import { errorText } from '../../ui/errorText.ts';
import { Field } from '../../ui/Field.tsx';
import { useSession } from '../session/store.ts';

/** A PIN proves less than a password: what only an administrator may do asks for it. */
export function ElevateForm() {
  const t = useText();
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string>();
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      useSession.getState().open(await call('auth.elevate', { password }));
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  return (
    <form className="rd-panel pad rd-row" style={{ alignItems: 'end' }} onSubmit={(event) => void submit(event)}>
      <span style={{ flex: 1, paddingBottom: 12 }}>{t('session.elevateHint')}</span>
      <Field
        label={t('session.password')}
        type="password"
        autoComplete="current-password"
        error={error}
        value={password}
        onChange={(event) => (setPassword(event.target.value), setError(undefined))}
      />
      <Button type="submit" disabled={password === ''} style={{ marginBottom: 4 }}>
        {t('session.elevate')}
      </Button>
    </form>
  );
}
