/** Reads of users, roles and credentials. */
import { sql } from 'kysely';
import type { Actor } from '#core/engine/context.ts';
import { type Session } from '#core/engine/sessions.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { PERMISSIONS, type Permission } from '#core/shared/permissions.ts';
import type { SessionUser } from './contract.ts';
import { LOCK_AFTER } from './rules.ts';
import type { AuthTables } from './tables.ts';

const { db, select } = sqlFor<AuthTables & EngineTables>();

export const userById = select((p: { id: string }) =>
  db
    .selectFrom('user')
    .select(['id', 'email', 'emailFolded', 'firstName', 'lastName', 'phone', 'state', 'isStaff', 'createdAtMs'])
    .where('id', '=', p.id),
);
export const userByEmail = select((p: { emailFolded: string }) =>
  db.selectFrom('user').select(['id', 'email', 'firstName', 'lastName', 'state']).where('emailFolded', '=', p.emailFolded),
);
export const credentialOf = select((p: { userId: string }) =>
  db.selectFrom('credential').select(['passwordHash', 'pinHash']).where('userId', '=', p.userId),
);
export const throttleOf = select((p: { account: string }) =>
  db.selectFrom('throttle').select(['failures', 'blockedUntilMs', 'lastFailureAtMs']).where('account', '=', p.account),
);
export const anyUser = select(() => db.selectFrom('user').select('id').limit(1));
const rolesOfUser = select((p: { userId: string }) =>
  db
    .selectFrom('userRole')
    .innerJoin('role', 'role.id', 'userRole.roleId')
    .select(['role.id', 'role.name', 'role.permissions'])
    .where('userRole.userId', '=', p.userId)
    .orderBy('role.name'),
);
const activeUsers = select(() =>
  db
    .selectFrom('user')
    .leftJoin('credential', 'credential.userId', 'user.id')
    .select(['user.id', 'user.firstName', 'user.lastName', 'credential.pinHash'])
    .where('user.state', '=', 'ACTIVE')
    .orderBy('user.firstName'),
);
const allRoles = select(() =>
  db
    .selectFrom('role')
    .select((eb) => [
      'id',
      'name',
      'origin',
      'permissions',
      eb.selectFrom('userRole').select(eb.fn.countAll<number>().as('n')).whereRef('userRole.roleId', '=', 'role.id').as('userCount'),
    ])
    .where('archivedAtMs', 'is', null)
    .orderBy('origin')
    .orderBy('name'),
);
const terminalOf = select((p: { id: string }) => db.selectFrom('terminal').select(['id', 'name']).where('id', '=', p.id));

const known = new Set<string>(PERMISSIONS);

/** The permissions of a stored bundle; ones that this version does not know are left out, never guessed. */
export const parsePermissions = (text: string): Permission[] =>
  (JSON.parse(text) as string[]).filter((permission): permission is Permission => known.has(permission));

/** The union of the permissions of a user's roles. */
export function permissionsOf(reader: Reader, userId: string): Set<Permission> {
  return new Set(rolesOfUser.all(reader, { userId }).flatMap((role) => parsePermissions(role.permissions)));
}

export const fullName = (user: { firstName: string; lastName: string }): string =>
  `${user.firstName} ${user.lastName}`.trim();

/** A user's display name; the application itself is "Rep-Drill". */
export function userName(reader: Reader, userId: string): string {
  if (userId === 'system') return 'Rep-Drill';
  const user = userById.first(reader, { id: userId });
  return user ? fullName(user) : '';
}

/** The actor of a live session, or undefined where the user is disabled. */
export function actorOf(reader: Reader, session: Session): Actor | undefined {
  const user = userById.first(reader, { id: session.userId });
  if (user?.state !== 'ACTIVE') return undefined;
  return {
    userId: user.id,
    name: fullName(user),
    sessionId: session.id,
    terminalId: session.terminalId,
    permissions: permissionsOf(reader, user.id),
  };
}

/** What a page may know of the signed-in user. */
export function sessionUserOf(reader: Reader, userId: string, terminalId: string): SessionUser {
  const user = userById.one(reader, { id: userId });
  const roles = rolesOfUser.all(reader, { userId });
  return {
    id: user.id,
    email: user.email,
    firstName: user.firstName,
    lastName: user.lastName,
    phone: user.phone,
    roleNames: roles.map((role) => role.name),
    permissions: [...permissionsOf(reader, userId)],
    hasPin: credentialOf.first(reader, { userId })?.pinHash ? 'YES' : 'NO',
    terminalId,
    terminalName: terminalOf.first(reader, { id: terminalId })?.name ?? '',
  };
}

/** Active users with a PIN here; with `permission`, only those who hold it. */
export function pinUsers(reader: Reader, permission?: Permission): { userId: string; name: string }[] {
  return activeUsers
    .all(reader, {})
    .filter((user) => user.pinHash !== null)
    .filter((user) => permission === undefined || permissionsOf(reader, user.id).has(permission))
    .map((user) => ({ userId: user.id, name: fullName(user) }));
}

export function listRoles(reader: Reader) {
  return allRoles.all(reader, {}).map((role) => ({
    id: role.id,
    name: role.name,
    origin: role.origin,
    permissions: parsePermissions(role.permissions),
    userCount: role.userCount ?? 0,
  }));
}

/** Users whose name or e-mail holds the text, case-blind. */
export function listUsers(reader: Reader, filter: { text: string; limit: number; offset: number; id?: string }) {
  const pattern = `%${filter.text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  let base = db.selectFrom('user').leftJoin('credential', 'credential.userId', 'user.id');
  if (filter.id !== undefined) base = base.where('user.id', '=', filter.id);
  if (filter.text !== '') {
    base = base.where(
      sql<boolean>`lower("user"."firstName" || ' ' || "user"."lastName" || ' ' || "user"."email") like ${pattern} escape '\\'`,
    );
  }
  const total = reader.first(base.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const users = reader.all(
    base
      .select(['user.id', 'email', 'firstName', 'lastName', 'phone', 'state', 'isStaff', 'createdAtMs', 'pinHash'])
      .orderBy('firstName')
      .orderBy('user.id')
      .limit(filter.limit)
      .offset(filter.offset),
  );
  const rows = users.map(({ pinHash, ...user }) => {
    const roles = rolesOfUser.all(reader, { userId: user.id });
    const failures = throttleOf.first(reader, { account: user.id })?.failures ?? 0;
    return {
      ...user,
      roleIds: roles.map((role) => role.id),
      roleNames: roles.map((role) => role.name),
      hasPin: pinHash === null ? ('NO' as const) : ('YES' as const),
      locked: failures >= LOCK_AFTER ? ('YES' as const) : ('NO' as const),
    };
  });
  return { rows, total };
}
