/** Reads of users, roles and credentials. */
import type { Actor, CallerDevice } from '#core/engine/context.ts';
import { type Session } from '#core/engine/sessions.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { ADMIN_ONLY, PERMISSIONS, type Permission } from '#core/shared/permissions.ts';
import { DomainError } from '#core/shared/errors.ts';
import { fold } from '#core/shared/text.ts';
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
  db
    .selectFrom('user')
    .select(['id', 'email', 'firstName', 'lastName', 'state'])
    .where('emailFolded', '=', p.emailFolded),
);
export const credentialOf = select((p: { userId: string }) =>
  db.selectFrom('credential').select(['passwordHash', 'pinHash']).where('userId', '=', p.userId),
);
export const throttleOf = select((p: { account: string; place: 'LOCAL' | 'LAN' }) =>
  db
    .selectFrom('throttle')
    .select(['failures', 'blockedUntilMs', 'lastFailureAtMs'])
    .where('account', '=', p.account)
    .where('place', '=', p.place),
);
const lockedAccounts = select(() =>
  db.selectFrom('throttle').select('account').distinct().where('failures', '>=', LOCK_AFTER),
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
      eb
        .selectFrom('userRole')
        .select(eb.fn.countAll<number>().as('n'))
        .whereRef('userRole.roleId', '=', 'role.id')
        .as('userCount'),
    ])
    .where('archivedAtMs', 'is', null)
    .orderBy('origin')
    .orderBy('name'),
);
const terminalOf = select((p: { id: string }) =>
  db.selectFrom('terminal').select(['id', 'name']).where('id', '=', p.id),
);

export type SessionHolder = Pick<Session, 'userId' | 'terminalId' | 'proof'>;

const known = new Set<string>(PERMISSIONS);

/** The permissions of a stored bundle; ones that this version does not know are left out, never guessed. */
export const parsePermissions = (text: string): Permission[] =>
  (JSON.parse(text) as string[]).filter((permission): permission is Permission => known.has(permission));

/** What is left of a user's permissions after a proof: a PIN is seen over a shoulder, so it is never enough to administer. */
export const proven = (permissions: Iterable<Permission>, proof: Session['proof']): Set<Permission> =>
  new Set([...permissions].filter((permission) => proof === 'PASSWORD' || !ADMIN_ONLY.includes(permission)));

/** What a screen shows: goods, their prices and stock, and orders. */
const SCREEN_PERMISSIONS: readonly Permission[] = ['catalog.read', 'stock.read', 'sales.read'];

/** What is left of permissions on a device: on a screen what it may show, whoever signs in there. */
const on = (device: CallerDevice | undefined, permissions: ReadonlySet<Permission>): Set<Permission> =>
  device?.kind === 'SCREEN'
    ? new Set(SCREEN_PERMISSIONS.filter((permission) => permissions.has(permission)))
    : new Set(permissions);

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

/** The actor of a live session on its device, or undefined where the user is disabled. */
export function actorOf(reader: Reader, session: Session, device: CallerDevice | undefined): Actor | undefined {
  const user = userById.first(reader, { id: session.userId });
  if (user?.state !== 'ACTIVE') return undefined;
  return {
    userId: user.id,
    name: fullName(user),
    sessionId: session.id,
    terminalId: session.terminalId,
    permissions: on(device, proven(permissionsOf(reader, user.id), session.proof)),
  };
}

/** What a page may know of the signed-in user. */
export function sessionUserOf(
  reader: Reader,
  { userId, terminalId, proof }: SessionHolder,
  device: CallerDevice | undefined,
): SessionUser {
  const user = userById.one(reader, { id: userId });
  const all = on(device, permissionsOf(reader, userId));
  const permissions = proven(all, proof);
  const roles = rolesOfUser.all(reader, { userId });
  return {
    id: user.id,
    email: user.email,
    firstName: user.firstName,
    lastName: user.lastName,
    phone: user.phone,
    roleNames: roles.map((role) => role.name),
    permissions: [...permissions],
    withheld: [...all].filter((permission) => !permissions.has(permission)),
    proof,
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

/** Users whose name or e-mail holds every word of the text, accent- and case-blind. A shop has few: they are filtered here. */
export function listUsers(reader: Reader, filter: { text: string; limit: number; offset: number }) {
  const words = fold(filter.text)
    .split(' ')
    .filter((word) => word !== '');
  const found = allUsers.all(reader, {}).filter((user) => {
    const searched = fold(`${user.firstName} ${user.lastName} ${user.email}`);
    return words.every((word) => searched.includes(word));
  });
  const locked = lockedNow(reader);
  const page = found.slice(filter.offset, filter.offset + filter.limit);
  return { rows: page.map((user) => userCard(reader, user, locked)), total: found.length };
}

/** One user as the user list shows him. */
export function getUser(reader: Reader, id: string) {
  const user = allUsers.all(reader, {}).find((candidate) => candidate.id === id);
  if (!user) throw new DomainError('NOT_FOUND', { user: id });
  return userCard(reader, user, lockedNow(reader));
}

/** Active users who are locked out here. */
export function listLocked(reader: Reader): { userId: string; name: string }[] {
  const locked = lockedNow(reader);
  return activeUsers
    .all(reader, {})
    .filter((user) => locked.has(user.id))
    .map((user) => ({ userId: user.id, name: fullName(user) }));
}

const lockedNow = (reader: Reader): Set<string> => new Set(lockedAccounts.all(reader, {}).map((row) => row.account));

const allUsers = select(() =>
  db
    .selectFrom('user')
    .leftJoin('credential', 'credential.userId', 'user.id')
    .select(['user.id', 'email', 'firstName', 'lastName', 'phone', 'state', 'isStaff', 'createdAtMs', 'pinHash'])
    .orderBy('firstName')
    .orderBy('user.id'),
);
type ListedUser = ReturnType<typeof allUsers.all>[number];

function userCard(reader: Reader, { pinHash, ...user }: ListedUser, locked: ReadonlySet<string>) {
  const roles = rolesOfUser.all(reader, { userId: user.id });
  return {
    ...user,
    roleIds: roles.map((role) => role.id),
    roleNames: roles.map((role) => role.name),
    hasPin: pinHash === null ? ('NO' as const) : ('YES' as const),
    locked: locked.has(user.id) ? ('YES' as const) : ('NO' as const),
  };
}
