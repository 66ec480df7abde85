/** Primer uso: a new company, or a machine of one that is there already. Company, branch, owner; then PIN, printer with drawer, and scanner, each of which can wait. Ends at the sell screen. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { parseRut } from '#core/shared/rut.ts';
import { call, type OutputOf } from '../../api/client.ts';
import { command, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { errorText } from '../../ui/errorText.ts';
import { Field } from '../../ui/Field.tsx';
import { Choices } from '../../ui/Page.tsx';
import { toastError } from '../../ui/toast.ts';
import { printProblem } from '../receipt/printProblem.ts';
import { PrinterForm } from '../receipt/PrinterForm.tsx';
import { type Joined, JoinedStep, JoinForm, type SetupMode } from './JoinForm.tsx';
import { useSession } from './store.ts';

const STEPS = 6;
type Opened = OutputOf<'auth.firstRun'>;
type Form = Record<
  | 'name'
  | 'rut'
  | 'giro'
  | 'branch'
  | 'code'
  | 'address'
  | 'comuna'
  | 'terminal'
  | 'first'
  | 'last'
  | 'email'
  | 'password',
  string
>;

const START: Form = {
  name: '',
  rut: '',
  giro: '',
  branch: '',
  code: '',
  address: '',
  comuna: '',
  terminal: 'Caja 1',
  first: '',
  last: '',
  email: '',
  password: '',
};

export default function Wizard({ onDone }: { onDone: () => void }) {
  const t = useText();
  const [step, setStep] = useState(1);
  const [form, setForm] = useState<Form>(START);
  const [mode, setMode] = useState<'new' | SetupMode>('new');
  const [joined, setJoined] = useState<Joined>();
  const [opened, setOpened] = useState<Opened>();
  const [error, setError] = useState<string>();
  const set = (patch: Partial<Form>): void => setForm({ ...form, ...patch });
  const finish = (): void => {
    if (opened) useSession.getState().open(opened);
    onDone();
  };
  const create = async (): Promise<void> => {
    try {
      const answer = await call('auth.firstRun', {
        organisation: { name: form.name, rut: form.rut, giro: form.giro },
        branch: { name: form.branch, code: form.code.toUpperCase(), address: form.address, comuna: form.comuna },
        terminalName: form.terminal,
        admin: { email: form.email, firstName: form.first, lastName: form.last, password: form.password },
      });
      setOpened(answer);
      useSession.getState().open(answer);
      setStep(3);
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  const field = (key: keyof Form, label: string, more: Partial<React.ComponentProps<typeof Field>> = {}) => (
    <Field
      label={label}
      required
      value={form[key]}
      onChange={(event) => (set({ [key]: event.target.value }), setError(undefined))}
      {...more}
    />
  );
  const isRutBad = form.rut !== '' && parseRut(form.rut) === undefined;
  return (
    <main className="rd-centre">
      <div className="rd-card wide rd-stack">
        <div className="rd-between">
          <h1 style={{ fontSize: 20, fontWeight: 650, margin: 0 }}>{t('wizard.title')}</h1>
          <span className="rd-muted">{t('wizard.step', { step, of: STEPS })}</span>
        </div>
        {step === 1 && (
          <Choices
            label={t('wizard.mode')}
            value={mode}
            onChange={setMode}
            options={[
              { value: 'new', label: t('wizard.newCompany') },
              { value: 'join', label: t('wizard.join') },
              { value: 'replace', label: t('wizard.replace') },
            ]}
          />
        )}
        {step === 1 && mode !== 'new' && (
          <JoinForm key={mode} mode={mode} onDone={(done) => (setJoined(done), setStep(3))} />
        )}
        {step === 1 && mode === 'new' && (
          <form className="rd-stack" onSubmit={(event) => (event.preventDefault(), !isRutBad && setStep(2))}>
            <p className="rd-muted" style={{ margin: 0 }}>
              {t('wizard.intro')}
            </p>
            <strong>{t('wizard.shop')}</strong>
            <div className="rd-two">
              {field('name', t('wizard.shopName'), { autoFocus: true })}
              {field('rut', t('wizard.rut'), {
                error: isRutBad ? t('wizard.rut') : undefined,
                placeholder: '76.192.083-9',
              })}
            </div>
            {field('giro', t('wizard.giro'), { required: false })}
            <strong>{t('wizard.branch')}</strong>
            <div className="rd-two">
              {field('branch', t('wizard.branchName'), { placeholder: 'Maipú' })}
              {field('code', t('wizard.branchCode'), { pattern: '[A-Za-z0-9]{1,4}', maxLength: 4, placeholder: 'MA' })}
              {field('address', t('wizard.address'), { required: false })}
              {field('comuna', t('wizard.comuna'), { required: false })}
            </div>
            {field('terminal', t('wizard.terminal'))}
            <Button type="submit" size="md">
              {t('app.next')}
            </Button>
          </form>
        )}
        {step === 2 && (
          <form className="rd-stack" onSubmit={(event) => (event.preventDefault(), void create())}>
            <strong>{t('wizard.owner')}</strong>
            <div className="rd-two">
              {field('first', t('wizard.firstName'), { autoFocus: true })}
              {field('last', t('wizard.lastName'))}
              {field('email', t('session.email'), { type: 'email', autoComplete: 'username' })}
              {field('password', t('session.password'), {
                type: 'password',
                autoComplete: 'new-password',
                hint: t('wizard.passwordHint'),
                error,
              })}
            </div>
            <div className="rd-row" style={{ justifyContent: 'flex-end' }}>
              <Button variant="default" onClick={() => setStep(1)}>
                {t('app.back')}
              </Button>
              <Button type="submit" size="md">
                {t('wizard.create')}
              </Button>
            </div>
          </form>
        )}
        {step === 3 && opened && (
          <div className="rd-stack">
            <strong>{t('wizard.recovery')}</strong>
            <p style={{ margin: 0 }}>{t('wizard.recoveryHint')}</p>
            <output style={{ fontSize: 28, fontWeight: 700, letterSpacing: '0.04em' }} data-recovery>
              {opened.recoveryKey}
            </output>
            <div className="rd-row" style={{ justifyContent: 'flex-end' }}>
              <Button variant="default" onClick={() => window.print()}>
                {t('receipt.print')}
              </Button>
              <Button autoFocus onClick={() => setStep(4)}>
                {t('wizard.recoverySaved')}
              </Button>
            </div>
          </div>
        )}
        {step === 3 && joined && <JoinedStep joined={joined} onNext={() => setStep(4)} />}
        {step === 4 && <PinStep password={joined?.password ?? form.password} onNext={() => setStep(5)} />}
        {step === 5 && <PrinterStep onNext={() => setStep(6)} />}
        {step === 6 && <ScannerStep onDone={finish} />}
      </div>
    </main>
  );
}

function PinStep({ password, onNext }: { password: string; onNext: () => void }) {
  const t = useText();
  const [pin, setPin] = useState('');
  const [error, setError] = useState<string>();
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      await call('auth.setPin', { password, pin });
      onNext();
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  return (
    <form className="rd-stack" onSubmit={(event) => void send(event)}>
      <strong>{t('wizard.pinTitle')}</strong>
      <Field
        large
        autoFocus
        label={t('session.pin')}
        hint={t('wizard.pinHint')}
        type="password"
        inputMode="numeric"
        maxLength={6}
        error={error}
        value={pin}
        onChange={(event) => (setPin(event.target.value.replace(/\D/g, '')), setError(undefined))}
      />
      <div className="rd-row" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={onNext}>
          {t('wizard.skip')}
        </Button>
        <Button type="submit" disabled={pin.length < 6}>
          {t('app.next')}
        </Button>
      </div>
    </form>
  );
}

function PrinterStep({ onNext }: { onNext: () => void }) {
  const t = useText();
  const [printerId, setPrinterId] = useState<string>();
  const [wasTested, setTested] = useState(false);
  const queue = useRead('receipts.queue', {}, { enabled: wasTested });
  const failed = queue.data?.find((job) => job.state === 'FAILED');
  const test = (id: string): void =>
    void command('printers.test', { id })
      .then(() => setTested(true))
      .catch(toastError);
  return (
    <div className="rd-stack">
      <strong>{t('wizard.printer')}</strong>
      <p className="rd-muted" style={{ margin: 0 }}>
        {t('wizard.printerHint')}
      </p>
      <PrinterForm onSaved={setPrinterId} />
      {printerId !== undefined && (
        <Button variant="default" onClick={() => test(printerId)}>
          {t('receipt.test')}
        </Button>
      )}
      {wasTested && (
        <p role="status" className={failed ? 'rd-bad' : 'rd-ok'} style={{ margin: 0 }}>
          {failed ? printProblem(t, failed.lastError) : t('receipt.printedTest')}
        </p>
      )}
      <div className="rd-row" style={{ justifyContent: 'flex-end' }}>
        <Button variant={printerId === undefined ? 'default' : 'filled'} onClick={onNext}>
          {t(printerId === undefined ? 'wizard.skip' : 'app.next')}
        </Button>
      </div>
    </div>
  );
}

function ScannerStep({ onDone }: { onDone: () => void }) {
  const t = useText();
  const [text, setText] = useState('');
  const [times, setTimes] = useState<number[]>([]);
  const [read, setRead] = useState<{ code: string; ms: number }>();
  const press = (event: React.KeyboardEvent<HTMLInputElement>): void => {
    if (event.key !== 'Enter') return setTimes([...times, event.timeStamp]);
    event.preventDefault();
    const first = times[0] ?? event.timeStamp;
    setRead({ code: text, ms: Math.round((event.timeStamp - first) / Math.max(1, times.length)) });
    setText('');
    setTimes([]);
  };
  const start = (): void => {
    try {
      onDone();
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <div className="rd-stack">
      <strong>{t('wizard.scanner')}</strong>
      <Field
        large
        autoFocus
        label={t('wizard.scannerHint')}
        value={text}
        onKeyDown={press}
        onChange={(event) => setText(event.target.value)}
      />
      {read && (
        <p role="status" className="rd-ok" style={{ margin: 0 }}>
          {t('wizard.scannerRead', { code: read.code, ms: read.ms })}
        </p>
      )}
      {read?.code.includes("'") === true && <p className="rd-warn">{t('wizard.scannerLayout')}</p>}
      <p className="rd-muted" style={{ margin: 0 }}>
        {t('wizard.firstSteps')}
      </p>
      <div className="rd-row" style={{ justifyContent: 'flex-end' }}>
        <Button
          variant="default"
          onClick={() => {
            window.location.hash = '/products';
            start();
          }}
        >
          {t('wizard.addProducts')}
        </Button>
        <Button size="md" onClick={start}>
          {t('wizard.finish')}
        </Button>
      </div>
    </div>
  );
}
