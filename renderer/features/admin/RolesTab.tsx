import { Button } from '@mantine/core';
import { useState } from 'react';
import { type Permission, PERMISSIONS } from '#core/shared/permissions.ts';
import { command, useRead } from '../../api/hooks.ts';
import { permissionSentence } from '../../text/permissions.ts';
import { useText } from '../../text/useText.ts';
import { errorText } from '../../ui/errorText.ts';
import { Field } from '../../ui/Field.tsx';
import { Loaded } from '../../ui/States.tsx';
import { toastDone } from '../../ui/toast.ts';
import { useMay, useSession } from '../session/store.ts';
import { roleText } from './roleText.ts';

/** Roles as bundles of permissions, each permission a sentence. */
export default function RolesTab() {
  const t = useText();
  const roles = useRead('roles.list', {});
  const mayManage = useMay('roles.manage');
  const [chosenId, setChosenId] = useState<string>();
  return (
    <Loaded query={roles}>
      {(rows) => {
        const role = rows.find((row) => row.id === chosenId);
        return (
          <div style={{ display: 'grid', gridTemplateColumns: '260px 1fr', gap: 12, alignItems: 'start' }}>
            <section className="rd-panel pad rd-stack" style={{ gap: 4 }} aria-label={t('admin.roles')}>
              {rows.map((row) => (
                <button
                  key={row.id}
                  type="button"
                  className="rd-link rd-between"
                  aria-pressed={row.id === chosenId}
                  onClick={() => setChosenId(row.id)}
                >
                  <span>{roleText(t, row.name)}</span>
                  <span className="rd-muted">
                    {row.origin === 'BUILT_IN' ? t('admin.builtIn') : t('admin.custom')} · {row.userCount}
                  </span>
                </button>
              ))}
              {mayManage && (
                <Button variant="default" onClick={() => setChosenId(undefined)}>
                  {t('admin.newRole')}
                </Button>
              )}
            </section>
            <RoleForm
              key={chosenId ?? 'new'}
              onArchived={() => setChosenId(undefined)}
              onSaved={setChosenId}
              {...(role ? { role } : {})}
            />
          </div>
        );
      }}
    </Loaded>
  );
}

function RoleForm({
  role,
  onArchived,
  onSaved,
}: {
  onArchived: () => void;
  onSaved: (id: string) => void;
  role?: { id: string; name: string; origin: string; permissions: Permission[] };
}) {
  const t = useText();
  const own = useSession((state) => state.user)?.permissions ?? [];
  const mayManage = useMay('roles.manage');
  const isFixed = role?.origin === 'BUILT_IN' || !mayManage;
  const [name, setName] = useState(role?.name ?? '');
  const [permissions, setPermissions] = useState<Permission[]>(role?.permissions ?? []);
  const [error, setError] = useState<string>();
  const save = async (): Promise<void> => {
    try {
      const saved = await command('roles.save', { ...(role ? { id: role.id } : {}), name, permissions });
      toastDone(t('admin.saved'));
      onSaved(saved.id);
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  const archive = async (id: string): Promise<void> => {
    try {
      await command('roles.archive', { id });
      toastDone(t('people.archived'));
      onArchived();
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  return (
    <section className="rd-panel pad rd-stack" aria-label={role ? roleText(t, role.name) : t('admin.newRole')}>
      <Field
        label={t('admin.role')}
        disabled={isFixed}
        value={isFixed ? roleText(t, name) : name}
        maxLength={60}
        error={error}
        onChange={(event) => (setName(event.target.value), setError(undefined))}
      />
      <div className="rd-two" style={{ gap: 4 }}>
        {PERMISSIONS.map((permission) => (
          <label key={permission} className="rd-row" style={{ gap: 8 }}>
            <input
              type="checkbox"
              disabled={isFixed || !own.includes(permission)}
              checked={permissions.includes(permission)}
              onChange={(event) =>
                setPermissions(
                  event.target.checked
                    ? [...permissions, permission]
                    : permissions.filter((each) => each !== permission),
                )
              }
            />
            {permissionSentence(permission)}
          </label>
        ))}
      </div>
      {!isFixed && role && (
        <Button variant="default" onClick={() => void archive(role.id)}>
          {t('admin.archiveRole')}
        </Button>
      )}
      {!isFixed && (
        <Button disabled={name.trim() === ''} onClick={() => void save()}>
          {t('app.save')}
        </Button>
      )}
    </section>
  );
}
