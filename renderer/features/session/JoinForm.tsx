/** Primer uso of a machine whose company is there already: it joins as a new branch, or takes the place of a dead machine. */
import { Button, Progress } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { call } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Field } from '../../ui/Field.tsx';
import { formatMilli } from '../../ui/format.ts';
import { Problem } from '../../ui/Page.tsx';
import { linkProblem } from '../sync/words.ts';
import { useSession } from './store.ts';

export type SetupMode = 'join' | 'replace';
export interface Joined {
  branchCode: string;
  /** The number that the till goes on under; absent where the branch is new. */
  terminalCode?: string;
  applied: number;
  password: string;
}

const START = { connection: '', branch: '', address: '', comuna: '', terminal: 'Caja 1', email: '', password: '' };
type Form = typeof START;

export function JoinForm({ mode, onDone }: { mode: SetupMode; onDone: (joined: Joined) => void }) {
  const t = useText();
  const [form, setForm] = useState<Form>(START);
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      const { email, password } = form;
      const access = { connection: form.connection.trim(), email, password };
      const answer: Omit<Joined, 'password'> =
        mode === 'replace'
          ? await call('sync.replace', access)
          : await call('sync.join', {
              ...access,
              branch: { name: form.branch, address: form.address, comuna: form.comuna },
              terminalName: form.terminal,
            });
      useSession.getState().open(await call('auth.login', { email, password }));
      onDone({ ...answer, password });
    } catch (error) {
      setProblem(linkProblem(t, error));
      setBusy(false);
    }
  };
  const field = (key: keyof Form, label: string, more: Partial<React.ComponentProps<typeof Field>> = {}) => (
    <Field
      label={label}
      required
      disabled={isBusy}
      value={form[key]}
      onChange={(event) => (setForm({ ...form, [key]: event.target.value }), setProblem(undefined))}
      {...more}
    />
  );
  return (
    <form className="rd-stack" onSubmit={(event) => void send(event)}>
      <p className="rd-muted" style={{ margin: 0 }}>
        {t(mode === 'join' ? 'wizard.joinHint' : 'wizard.replaceHint')}
      </p>
      {field('connection', t('wizard.credential'), {
        autoFocus: true,
        hint: t('wizard.credentialHint'),
        placeholder: 'postgres://…',
        spellCheck: false,
      })}
      {mode === 'join' && (
        <div className="rd-two">
          {field('branch', t('wizard.branchName'), { placeholder: 'Ñuñoa' })}
          {field('terminal', t('wizard.terminal'))}
          {field('address', t('wizard.address'), { required: false })}
          {field('comuna', t('wizard.comuna'), { required: false })}
        </div>
      )}
      <div className="rd-two">
        {field('email', t('wizard.companyEmail'), { type: 'email', autoComplete: 'username' })}
        {field('password', t('wizard.newPassword'), {
          type: 'password',
          autoComplete: 'new-password',
          minLength: 8,
          hint: t('wizard.newPasswordHint'),
        })}
      </div>
      <Problem>{problem}</Problem>
      {isBusy && <Fetching />}
      <Button type="submit" size="md" loading={isBusy}>
        {t(mode === 'join' ? 'wizard.doJoin' : 'wizard.doReplace')}
      </Button>
    </form>
  );
}

/** How much has come: it may be years of a shop. */
function Fetching() {
  const t = useText();
  const progress = useRead('sync.setupProgress', {}, { refetchMs: 500 });
  const { received = 0, total = 0 } = progress.data ?? {};
  const text =
    total === 0
      ? t('wizard.greeting')
      : t('wizard.fetching', { received: formatMilli(received * 1000), total: formatMilli(total * 1000) });
  return (
    <div className="rd-stack" style={{ gap: 6 }}>
      <span role="status">{text}</span>
      <Progress value={total === 0 ? 0 : (100 * received) / total} aria-label={text} transitionDuration={0} />
      <span className="rd-muted">{t('wizard.fetchingHint')}</span>
    </div>
  );
}

/** What the machine is now; its receipts go on under a number that nobody had. */
export function JoinedStep({ joined, onNext }: { joined: Joined; onNext: () => void }) {
  const t = useText();
  const { branchCode, terminalCode, applied } = joined;
  return (
    <div className="rd-stack" data-joined>
      <strong>{t('wizard.ready', { branch: branchCode })}</strong>
      <p style={{ margin: 0 }}>{t('wizard.readyCount', { count: applied })}</p>
      {terminalCode !== undefined && (
        <p style={{ margin: 0 }}>
          {t('wizard.readyTerminal', { terminal: terminalCode, prefix: `${branchCode}${terminalCode}-` })}
        </p>
      )}
      <Button autoFocus onClick={onNext}>
        {t('app.next')}
      </Button>
    </div>
  );
}
