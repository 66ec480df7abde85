import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { call, type OutputOf } from '../../api/client.ts';
import { command, newId, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field, SelectField } from '../../ui/Field.tsx';
import { Empty, Loaded } from '../../ui/States.tsx';
import { toastDone } from '../../ui/toast.ts';
import { roleText } from './roleText.ts';

type User = OutputOf<'users.list'>['rows'][number];

/** Who may sign in, as what. */
export default function UsersTab() {
  const t = useText();
  const users = useRead('users.list', { limit: 200 });
  const [open, setOpen] = useState<{ user?: User }>();
  return (
    <>
      <div className="rd-row" style={{ justifyContent: 'flex-end' }}>
        <Button onClick={() => setOpen({})}>{t('admin.newUser')}</Button>
      </div>
      <Loaded query={users}>
        {({ rows }) => (
          <DataTable
            label={t('admin.users')}
            rows={rows}
            rowKey={(row) => row.id}
            onOpen={(user) => setOpen({ user })}
            empty={<Empty title={t('people.empty')} />}
            columns={[
              { id: 'name', title: t('people.name'), cell: (row) => `${row.firstName} ${row.lastName}` },
              { id: 'email', title: t('session.email'), cell: (row) => row.email },
              {
                id: 'roles',
                title: t('admin.role'),
                cell: (row) => row.roleNames.map((name) => roleText(t, name)).join(', '),
              },
              {
                id: 'pin',
                title: t('admin.hasPin'),
                cell: (row) => (row.hasPin === 'YES' ? t('app.yes') : t('app.no')),
              },
              {
                id: 'state',
                title: t('admin.state'),
                cell: (row) =>
                  row.locked === 'YES' ? (
                    <span className="rd-bad">{t('admin.locked')}</span>
                  ) : row.state === 'ACTIVE' ? (
                    t('admin.active')
                  ) : (
                    <span className="rd-muted">{t('admin.disabled')}</span>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {open && <UserDialog {...(open.user ? { user: open.user } : {})} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function UserDialog({ user, onClose }: { user?: User; onClose: () => void }) {
  const t = useText();
  const roles = useRead('roles.list', {});
  const [form, setForm] = useState({
    firstName: user?.firstName ?? '',
    lastName: user?.lastName ?? '',
    email: user?.email ?? '',
    phone: user?.phone ?? '',
    roleId: user?.roleIds[0] ?? '',
    state: user?.state ?? 'ACTIVE',
    password: '',
    pin: '',
  });
  const [error, setError] = useState<string>();
  const [commandId] = useState(newId);
  const set = (patch: Partial<typeof form>): void => (setForm({ ...form, ...patch }), setError(undefined));
  const roleId = form.roleId || (roles.data?.find((role) => role.name === 'employee')?.id ?? '');
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { firstName, lastName, email, phone, state } = form;
    try {
      let id = user?.id;
      if (id === undefined)
        id = (
          await call('users.register', {
            commandId,
            firstName,
            lastName,
            email,
            phone,
            roleIds: [roleId],
            password: form.password,
          })
        ).id;
      else {
        await command('users.update', {
          id,
          firstName,
          lastName,
          email,
          phone,
          state,
          ...(user?.roleIds[0] === roleId ? {} : { roleIds: [roleId] }),
        });
        if (form.password !== '') await call('users.resetPassword', { id, password: form.password });
      }
      if (form.pin !== '') await call('users.resetPin', { id, pin: form.pin });
      toastDone(t('admin.saved'));
      onClose();
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  const unlock = async (): Promise<void> => {
    try {
      if (user) await call('users.unlock', { id: user.id });
      onClose();
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  return (
    <Dialog title={user ? t('admin.editUser') : t('admin.newUser')} size={600} onClose={onClose}>
      <form className="rd-stack" onSubmit={(event) => void save(event)}>
        <div className="rd-two">
          <Field
            label={t('people.firstName')}
            required
            data-autofocus
            value={form.firstName}
            onChange={(event) => set({ firstName: event.target.value })}
          />
          <Field
            label={t('people.lastName')}
            required
            value={form.lastName}
            onChange={(event) => set({ lastName: event.target.value })}
          />
          <Field
            label={t('session.email')}
            required
            type="email"
            value={form.email}
            onChange={(event) => set({ email: event.target.value })}
          />
          <Field
            label={t('people.phone')}
            value={form.phone}
            onChange={(event) => set({ phone: event.target.value })}
          />
          <SelectField
            label={t('admin.role')}
            value={roleId}
            options={(roles.data ?? []).map((role) => ({ value: role.id, label: roleText(t, role.name) }))}
            onChange={(event) => set({ roleId: event.target.value })}
          />
          <SelectField
            label={t('admin.state')}
            value={form.state}
            options={[
              { value: 'ACTIVE', label: t('admin.active') },
              { value: 'DISABLED', label: t('admin.disabled') },
            ]}
            onChange={(event) => set({ state: event.target.value as User['state'] })}
          />
          <Field
            label={t('session.password')}
            required={!user}
            type="password"
            autoComplete="new-password"
            value={form.password}
            onChange={(event) => set({ password: event.target.value })}
          />
          <Field
            label={t('session.pin')}
            type="password"
            inputMode="numeric"
            maxLength={8}
            value={form.pin}
            onChange={(event) => set({ pin: event.target.value.replace(/\D/g, '') })}
          />
        </div>
        {error !== undefined && (
          <p role="alert" className="rd-bad" style={{ margin: 0 }}>
            {error}
          </p>
        )}
        <div className="rd-row" style={{ justifyContent: 'flex-end' }}>
          {user?.locked === 'YES' && (
            <Button variant="default" onClick={() => void unlock()}>
              {t('admin.unlock')}
            </Button>
          )}
          <Button variant="default" onClick={onClose}>
            {t('app.cancel')}
          </Button>
          <Button type="submit">{t('app.save')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
