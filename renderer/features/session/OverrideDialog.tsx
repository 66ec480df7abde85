/** A manager's PIN for one action, in place, without anybody signing out. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import type { Permission } from '#core/shared/permissions.ts';
import { call } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { permissionSentence } from '../../text/permissions.ts';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field, SelectField } from '../../ui/Field.tsx';
import { useOverrideAsk } from './override.ts';

export function OverrideDialog() {
  const ask = useOverrideAsk((state) => state.ask);
  return ask ? (
    <Form key={JSON.stringify(ask.details)} details={ask.details} grant={ask.grant} refuse={ask.refuse} />
  ) : null;
}

function Form({ details, grant, refuse }: NonNullable<ReturnType<typeof useOverrideAsk.getState>['ask']>) {
  const t = useText();
  const permission = details['permission'] as Permission;
  const approvers = useRead('auth.approvers', { permission });
  const [approverId, setApproverId] = useState<string>();
  const [pin, setPin] = useState('');
  const [error, setError] = useState<string>();
  const chosen = approverId ?? approvers.data?.[0]?.userId;
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (chosen === undefined) return;
    try {
      const entity = String(details['entity'] ?? '');
      const amountClp = Number(details['amountClp'] ?? 0);
      const { overrideId } = await call('auth.override', { approverId: chosen, pin, permission, entity, amountClp });
      grant(overrideId);
    } catch (failure) {
      setError(errorText(failure));
      setPin('');
    }
  };
  return (
    <Dialog title={t('session.override')} size={420} onClose={refuse}>
      <form className="rd-stack" onSubmit={(event) => void send(event)}>
        <p style={{ margin: 0 }}>{t('session.overrideHint', { action: permissionSentence(permission) })}</p>
        {approvers.data?.length === 0 ? (
          <p className="rd-warn">{t('session.noApprovers')}</p>
        ) : (
          <>
            <SelectField
              label={t('session.approver')}
              options={(approvers.data ?? []).map((person) => ({ value: person.userId, label: person.name }))}
              value={chosen ?? ''}
              onChange={(event) => setApproverId(event.target.value)}
            />
            <Field
              large
              data-autofocus
              label={t('session.pin')}
              type="password"
              inputMode="numeric"
              error={error}
              value={pin}
              onChange={(event) => (setPin(event.target.value.replace(/\D/g, '')), setError(undefined))}
            />
          </>
        )}
        <div className="rd-row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={refuse}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" disabled={pin === ''}>
            {t('session.approve')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
