/** Who and PIN: signs in, or unlocks. A badge scan pastes the PIN and its Enter sends it. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { call } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { errorText } from '../../ui/errorText.ts';
import { Field } from '../../ui/Field.tsx';
import { useSession } from './store.ts';

export function PinForm({
  first,
  digits,
  onPassword,
}: {
  first?: string | undefined;
  digits: number;
  onPassword?: () => void;
}) {
  const t = useText();
  const people = useRead('auth.loginOptions', {});
  const [userId, setUserId] = useState(first);
  const [pin, setPin] = useState('');
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), [userId]);
  const chosen = userId ?? people.data?.[0]?.userId;
  const send = async (event?: SubmitEvent, typed = pin): Promise<void> => {
    event?.preventDefault();
    if (chosen === undefined || typed === '' || isBusy) return;
    setBusy(true);
    try {
      useSession.getState().open(await call('auth.pinLogin', { userId: chosen, pin: typed }));
    } catch (failure) {
      setError(errorText(failure));
      setPin('');
      input.current?.focus();
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="rd-stack" onSubmit={(event) => void send(event)}>
      <div className="label">{t('session.who')}</div>
      <div className="rd-people">
        {people.data?.map((person) => (
          <button
            key={person.userId}
            type="button"
            aria-pressed={person.userId === chosen}
            onClick={() => (setUserId(person.userId), input.current?.focus())}
          >
            {person.name}
          </button>
        ))}
      </div>
      {people.data?.length === 0 && <p className="rd-muted">{t('session.noPins')}</p>}
      <Field
        large
        label={t('session.pin')}
        hint={t('session.pinHint', { count: digits })}
        error={error}
        type="password"
        inputMode="numeric"
        autoComplete="off"
        maxLength={12}
        value={pin}
        inputRef={input}
        onChange={(event) => {
          const typed = event.target.value.replace(/\D/g, '');
          setPin(typed);
          setError(undefined);
          if (typed.length === digits) void send(undefined, typed);
        }}
      />
      <Button type="submit" size="md" loading={isBusy} disabled={pin === ''}>
        {t('session.signIn')}
      </Button>
      {onPassword && (
        <button type="button" className="rd-link" onClick={onPassword}>
          {t('session.byPassword')}
        </button>
      )}
    </form>
  );
}
