import { Button } from '@mantine/core';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { useText } from '../../text/useText.ts';
import { errorText } from '../../ui/errorText.ts';
import { Field } from '../../ui/Field.tsx';
import { toastDone } from '../../ui/toast.ts';
import { useSession } from '../session/store.ts';

/** One's own password and PIN. */
export function AccountTab() {
  const t = useText();
  const user = useSession((state) => state.user);
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [pin, setPin] = useState('');
  const [error, setError] = useState<string>();
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      setError(undefined);
      await work();
      setNext('');
      setPin('');
      toastDone(t('admin.changed'));
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  return (
    <section className="rd-panel pad rd-stack" style={{ maxWidth: 520 }} aria-label={t('admin.profile')}>
      <strong>
        {user?.firstName} {user?.lastName} · {user?.email}
      </strong>
      <Field
        label={t('admin.currentPassword')}
        type="password"
        autoComplete="current-password"
        value={current}
        onChange={(event) => setCurrent(event.target.value)}
      />
      <div className="rd-two">
        <Field
          label={t('admin.newPassword')}
          type="password"
          autoComplete="new-password"
          hint={t('wizard.passwordHint')}
          value={next}
          onChange={(event) => setNext(event.target.value)}
        />
        <Field
          label={t('admin.myPin')}
          type="password"
          inputMode="numeric"
          hint={t('wizard.pinHint')}
          value={pin}
          onChange={(event) => setPin(event.target.value.replace(/\D/g, ''))}
        />
      </div>
      {error !== undefined && (
        <p role="alert" className="rd-bad" style={{ margin: 0 }}>
          {error}
        </p>
      )}
      <div className="rd-row">
        <Button
          disabled={current === '' || next === ''}
          onClick={() =>
            void attempt(async () =>
              useSession
                .getState()
                .open(await call('auth.changePassword', { currentPassword: current, newPassword: next })),
            )
          }
        >
          {t('admin.setPassword')}
        </Button>
        <Button
          variant="default"
          disabled={current === '' || pin === ''}
          onClick={() => void attempt(() => call('auth.setPin', { password: current, pin }))}
        >
          {t('admin.setPin')}
        </Button>
      </div>
    </section>
  );
}
