/** The facts that auth records. None holds a secret. */
import { eventKind } from '#core/engine/events.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import type { Permission } from '#core/shared/permissions.ts';
import type { AuthTables, UserRow } from './tables.ts';

type RoleFact = Omit<AuthTables['role'], 'permissions'> & { permissions: readonly Permission[] };

export const authEvents = {
  installed: eventKind<{
    organisation: EngineTables['organisation'];
    branch: EngineTables['branch'];
    terminal: EngineTables['terminal'];
    user: UserRow;
    roles: RoleFact[];
    roleIds: string[];
  }>('auth.installed', 1),
  userRegistered: eventKind<{ user: UserRow; roleIds: string[] }>('auth.userRegistered', 1),
  userChanged: eventKind<{ id: string; patch: Partial<UserRow>; roleIds?: string[] }>('auth.userChanged', 1),
  passwordChanged: eventKind<{ userId: string }>('auth.passwordChanged', 1),
  recoveryKeyMade: eventKind<{ userId: string }>('auth.recoveryKeyMade', 1),
  pinChanged: eventKind<{ userId: string }>('auth.pinChanged', 1),
  unlocked: eventKind<{ userId: string }>('auth.unlocked', 1),
  roleSaved: eventKind<{ role: RoleFact }>('auth.roleSaved', 1),
  roleArchived: eventKind<{ id: string; archivedAtMs: number }>('auth.roleArchived', 1),
  settingsChanged: eventKind<{ patch: Record<string, unknown> }>('auth.settingsChanged', 1),
  branchChanged: eventKind<{ organisation: object; branch: object }>('auth.branchChanged', 1),
  terminalAdded: eventKind<{ terminal: EngineTables['terminal'] }>('auth.terminalAdded', 1),
};
