/** A code for one more device: shown large, as a link and as QR, for five minutes; the panel says when it was used. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { call, type OutputOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { errorText } from '../../ui/errorText.ts';
import { Field, SelectField } from '../../ui/Field.tsx';
import { Choices, Problem } from '../../ui/Page.tsx';
import { toastDone } from '../../ui/toast.ts';
import { pairingLink, spaced } from './link.ts';
import type { Network } from './NetworkPanel.tsx';

type Invited = OutputOf<'devices.invite'> & { name: string };
type Kind = OutputOf<'devices.list'>[number]['kind'];

const LIFE_MS = 5 * 60_000;

export function InvitePanel({ network, devices }: { network: Network; devices: OutputOf<'devices.list'> }) {
  const t = useText();
  const [invited, setInvited] = useState<Invited>();
  const isUsed =
    invited !== undefined &&
    devices.some(({ name, pairedAtMs }) => name === invited.name && pairedAtMs >= invited.expiresAtMs - LIFE_MS);
  useEffect(() => {
    if (!isUsed) return;
    toastDone(t('devices.pairedDone', { name: invited.name }));
    setInvited(undefined);
  }, [isUsed, invited, t]);
  const withdraw = (): void => {
    setInvited(undefined);
    void call('devices.withdraw', {}).catch(() => undefined);
  };
  return (
    <section className="rd-panel pad rd-stack" aria-label={t('devices.invite')}>
      <strong>{t('devices.invite')}</strong>
      {network.state !== 'OPEN' || network.urls.length === 0 ? (
        <p className="rd-muted" style={{ margin: 0 }}>
          {t('devices.openFirst')}
        </p>
      ) : invited ? (
        <Code invited={invited} onEnd={withdraw} />
      ) : (
        <InviteForm onInvited={setInvited} />
      )}
    </section>
  );
}

function InviteForm({ onInvited }: { onInvited: (invited: Invited) => void }) {
  const t = useText();
  const tills = useRead('devices.freeTills', {});
  const [name, setName] = useState('');
  const [kind, setKind] = useState<Kind>('TILL');
  const [terminalId, setTerminalId] = useState('');
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      const successor = kind === 'TILL' && terminalId !== '' ? { terminalId } : {};
      onInvited({ ...(await call('devices.invite', { name, kind, ...successor })), name: name.trim() });
    } catch (failure) {
      setError(errorText(failure));
    } finally {
      setBusy(false);
    }
  };
  const free = tills.data ?? [];
  return (
    <form className="rd-stack" onSubmit={(event) => void send(event)}>
      <Choices
        label={t('devices.kind')}
        options={[
          { value: 'TILL', label: t('devices.TILL') },
          { value: 'SCREEN', label: t('devices.SCREEN') },
        ]}
        value={kind}
        onChange={setKind}
      />
      <Field
        label={t('devices.name')}
        hint={kind === 'TILL' ? t('devices.tillHint') : t('devices.screenHint')}
        required
        maxLength={40}
        placeholder={kind === 'TILL' ? t('devices.tillExample') : t('devices.screenExample')}
        value={name}
        onChange={(event) => (setName(event.target.value), setError(undefined))}
      />
      {kind === 'TILL' && free.length > 0 && (
        <SelectField
          label={t('devices.terminal')}
          value={terminalId}
          options={[
            { value: '', label: t('devices.newTill') },
            ...free.map((till) => ({
              value: till.id,
              label: t('devices.takeOver', { till: `${till.name} (${till.code})` }),
            })),
          ]}
          onChange={(event) => setTerminalId(event.target.value)}
        />
      )}
      <Problem>{error}</Problem>
      <div className="rd-row">
        <Button type="submit" loading={isBusy} disabled={name.trim() === ''}>
          {t('devices.makeCode')}
        </Button>
      </div>
    </form>
  );
}

function Code({ invited, onEnd }: { invited: Invited; onEnd: () => void }) {
  const t = useText();
  const left = useSecondsUntil(invited.expiresAtMs);
  const link = pairingLink(invited.urls[0] ?? '', invited.pairingCode, invited.fingerprint);
  if (left === 0)
    return (
      <div className="rd-stack">
        <p role="alert" style={{ margin: 0 }}>
          {t('devices.expired')}
        </p>
        <div className="rd-row">
          <Button onClick={onEnd}>{t('devices.another')}</Button>
        </div>
      </div>
    );
  return (
    <div className="rd-row" style={{ alignItems: 'flex-start', gap: 16 }}>
      <Qr text={link} label={t('devices.qr')} />
      <div className="rd-stack" style={{ minWidth: 0 }}>
        <span className="rd-muted">{t('devices.typeThere', { name: invited.name, url: invited.urls[0] ?? '' })}</span>
        <output data-pairing-code style={{ fontSize: 32, fontWeight: 700, letterSpacing: '0.04em' }}>
          {spaced(invited.pairingCode, 4)}
        </output>
        <span className="rd-muted">
          {t('devices.secondsLeft', { left: `${String(Math.floor(left / 60))}:${String(left % 60).padStart(2, '0')}` })}
        </span>
        <details>
          <summary>{t('devices.link')}</summary>
          <code data-pairing-link style={{ fontSize: 12, wordBreak: 'break-all' }}>
            {link}
          </code>
        </details>
        <div className="rd-row">
          <Button variant="default" onClick={onEnd}>
            {t('devices.withdraw')}
          </Button>
        </div>
      </div>
    </div>
  );
}

function useSecondsUntil(atMs: number): number {
  const [left, setLeft] = useState(() => secondsUntil(atMs));
  useEffect(() => {
    const timer = setInterval(() => setLeft(secondsUntil(atMs)), 1_000);
    return () => clearInterval(timer);
  }, [atMs]);
  return left;
}

const secondsUntil = (atMs: number): number => Math.max(0, Math.ceil((atMs - Date.now()) / 1000));

function Qr({ text, label }: { text: string; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    void import('bwip-js/browser').then(({ toCanvas }) => {
      // White around it in the dark too: that is what cameras look for.
      const look = { scale: 3, paddingwidth: 6, paddingheight: 6, backgroundcolor: 'FFFFFF' };
      if (canvas.current) toCanvas(canvas.current, { bcid: 'qrcode', text, ...look });
    });
  }, [text]);
  return <canvas ref={canvas} role="img" aria-label={label} style={{ width: 168, height: 168, flex: 'none' }} />;
}
