/** Entrar: a PIN in under a second, or e-mail and password. A demonstration database says who there is. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { call, type OutputOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { errorText } from '../../ui/errorText.ts';
import { Field } from '../../ui/Field.tsx';
import { PinForm } from './PinForm.tsx';
import { roleText } from '../admin/roleText.ts';
import { useSession } from './store.ts';

export function SignIn({ status }: { status: OutputOf<'system.status'> }) {
  const people = useRead('auth.loginOptions', {});
  const [byPassword, setByPassword] = useState(false);
  const showPassword = byPassword || people.data?.length === 0;
  return (
    <main className="rd-centre">
      <div className="rd-stack" style={{ width: 'min(460px, 100%)' }}>
        <div className="rd-card">
          <h1 style={{ fontSize: 20, fontWeight: 650, margin: '0 0 4px' }}>{status.shopName}</h1>
          <p className="rd-muted" style={{ margin: '0 0 16px' }}>
            {status.branchName} · {status.terminalName}
          </p>
          {showPassword ? (
            <PasswordForm onPin={people.data?.length === 0 ? undefined : () => setByPassword(false)} />
          ) : (
            <PinForm digits={status.pinDigits} onPassword={() => setByPassword(true)} />
          )}
        </div>
        {status.demoUsers.length > 0 && <DemoCard users={status.demoUsers} />}
      </div>
    </main>
  );
}

function PasswordForm({ onPin }: { onPin: (() => void) | undefined }) {
  const t = useText();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      useSession.getState().open(await call('auth.login', { email, password }));
    } catch (failure) {
      setError(errorText(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="rd-stack" onSubmit={(event) => void send(event)}>
      <Field
        label={t('session.email')}
        type="email"
        autoComplete="username"
        autoFocus
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <Field
        label={t('session.password')}
        type="password"
        autoComplete="current-password"
        error={error}
        value={password}
        onChange={(event) => (setPassword(event.target.value), setError(undefined))}
      />
      <Button type="submit" size="md" loading={isBusy} disabled={email === '' || password === ''}>
        {t('session.signIn')}
      </Button>
      {onPin && (
        <button type="button" className="rd-link" onClick={onPin}>
          {t('session.byPin')}
        </button>
      )}
    </form>
  );
}

function DemoCard({ users }: { users: OutputOf<'system.status'>['demoUsers'] }) {
  const t = useText();
  const enter = async (email: string, password: string): Promise<void> => {
    useSession.getState().open(await call('auth.login', { email, password }));
  };
  return (
    <section className="rd-card" aria-label={t('session.demoTitle')}>
      <strong>{t('session.demoTitle')}</strong>
      <p className="rd-meta" style={{ margin: '4px 0 12px' }}>
        {t('session.demoHint')}
      </p>
      <div className="rd-stack" style={{ gap: 6 }}>
        {users.map((user) => (
          <button
            key={user.email}
            type="button"
            className="rd-link rd-between"
            style={{ border: '1px solid var(--rd-line)' }}
            onClick={() => void enter(user.email, user.password)}
          >
            <span>
              {user.name} · {roleText(t, user.role)}
            </span>
            <span className="rd-muted">PIN {user.pin}</span>
          </button>
        ))}
      </div>
    </section>
  );
}
