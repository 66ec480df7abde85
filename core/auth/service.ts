/** Writes of users, roles and the installation. Each runs inside one command. */
import { masterTable } from '#core/engine/master.ts';
import type { Actor, CommandContext } from '#core/engine/context.ts';
import { revokeSessionsOf } from '#core/engine/sessions.ts';
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { DomainError } from '#core/shared/errors.ts';
import { BUILT_IN_ROLES, type Permission } from '#core/shared/permissions.ts';
import type { Parsed } from '#core/shared/procedure.ts';
import { fold } from '#core/shared/text.ts';
import type { authContract } from './contract.ts';
import { authEvents } from './events.ts';
import { anyUser, listRoles, permissionsOf, userByEmail, userById } from './queries.ts';
import { saveRecoveryKey } from './recovery.ts';
import type { AuthTables, UserRow } from './tables.ts';

const { db, select, insert, change } = sqlFor<AuthTables & EngineTables>();
const users = masterTable(db, 'user');
const roles = masterTable(db, 'role');
const organisations = masterTable(db, 'organisation');
const branches = masterTable(db, 'branch');
const terminals = masterTable(db, 'terminal');
const insertUserRole = insert('userRole', ['userId', 'roleId']);
const clearUserRoles = change((p: { userId: string }) => db.deleteFrom('userRole').where('userId', '=', p.userId));
const insertInstallation = insert('installation', [
  'singleton',
  'organisationId',
  'branchId',
  'terminalId',
  'isDemo',
  'createdAtMs',
]);
const saveCredential = change((p: { userId: string; passwordHash: string; nowMs: number }) =>
  db
    .insertInto('credential')
    .values({ userId: p.userId, passwordHash: p.passwordHash, pinHash: null, changedAtMs: p.nowMs })
    .onConflict((conflict) =>
      conflict.column('userId').doUpdateSet({ passwordHash: p.passwordHash, changedAtMs: p.nowMs }),
    ),
);
const savePin = change((p: { userId: string; pinHash: string; nowMs: number }) =>
  db.updateTable('credential').set({ pinHash: p.pinHash, changedAtMs: p.nowMs }).where('userId', '=', p.userId),
);
const activeUsers = select(() => db.selectFrom('user').select('id').where('state', '=', 'ACTIVE'));
const roleByName = select((p: { name: string }) => db.selectFrom('role').select('id').where('name', '=', p.name));
const roleById = select((p: { id: string }) =>
  db.selectFrom('role').select(['id', 'name', 'origin']).where('id', '=', p.id).where('archivedAtMs', 'is', null),
);
const roleHolder = select((p: { id: string }) =>
  db.selectFrom('userRole').select('userId').where('roleId', '=', p.id).limit(1),
);

type FirstRun = Parsed<(typeof authContract.auth)['firstRun']>;
export interface NewUser {
  email: string;
  firstName: string;
  lastName: string;
  phone: string;
  isStaff: 'YES' | 'NO';
  roleIds: string[];
}

/** The first run: organisation, branch, terminal, the built-in roles and the admin, together or not at all. */
export function install(
  context: CommandContext,
  input: Omit<FirstRun, 'admin'> & { admin: Omit<FirstRun['admin'], 'password'>; isDemo?: boolean },
  passwordHash: string,
  recoveryKey: string,
): { userId: string; terminalId: string } {
  const { writer, nowMs, stamp } = context;
  if (anyUser.first(writer, {})) throw new DomainError('ALREADY_INSTALLED');
  const createdAtMs = nowMs;
  const organisation = { id: context.newId(), ...input.organisation, createdAtMs };
  const branch = {
    id: context.newId(),
    organisationId: organisation.id,
    ...input.branch,
    timeZone: 'America/Santiago',
    createdAtMs,
  };
  const terminal = { id: context.newId(), branchId: branch.id, code: '1', name: input.terminalName, createdAtMs };
  organisations.insert(writer, stamp, organisation);
  branches.insert(writer, stamp, branch);
  terminals.insert(writer, stamp, terminal);
  insertInstallation.run(writer, {
    singleton: 1,
    organisationId: organisation.id,
    branchId: branch.id,
    terminalId: terminal.id,
    isDemo: input.isDemo === true ? 1 : 0,
    createdAtMs,
  });
  const roleFacts = Object.entries(BUILT_IN_ROLES).map(([name, permissions]) => ({
    id: context.newId(),
    name,
    origin: 'BUILT_IN' as const,
    permissions,
    archivedAtMs: null,
  }));
  for (const role of roleFacts) roles.insert(writer, stamp, { ...role, permissions: JSON.stringify(role.permissions) });
  const adminRole = roleFacts.filter((role) => role.name === 'admin').map((role) => role.id);
  const user = insertUser(context, { ...input.admin, phone: '', isStaff: 'YES', roleIds: adminRole }, passwordHash);
  saveRecoveryKey(writer, recoveryKey, nowMs);
  context.record(authEvents.installed, organisation.id, {
    organisation,
    branch,
    terminal,
    user,
    roles: roleFacts,
    roleIds: adminRole,
  });
  return { userId: user.id, terminalId: terminal.id };
}

/** Creates a user with roles and a password. The actor may not give roles that hold more than his own permissions. */
export function registerUser(context: CommandContext, input: NewUser, passwordHash: string): { id: string } {
  for (const roleId of input.roleIds) requireRole(context, roleId);
  const user = insertUser(context, input, passwordHash);
  context.record(authEvents.userRegistered, user.id, { user, roleIds: input.roleIds });
  return { id: user.id };
}

function insertUser(context: CommandContext, input: NewUser, passwordHash: string): UserRow {
  const { roleIds, ...fields } = input;
  requireFreeEmail(context, input.email);
  const user: UserRow = {
    id: context.newId(),
    ...fields,
    emailFolded: fold(input.email),
    state: 'ACTIVE',
    createdAtMs: context.nowMs,
  };
  users.insert(context.writer, context.stamp, user);
  for (const roleId of roleIds) insertUserRole.run(context.writer, { userId: user.id, roleId });
  saveCredential.run(context.writer, { userId: user.id, passwordHash, nowMs: context.nowMs });
  return user;
}

/** Changes a user. Disabling ends his sessions at once; the last admin can neither be disabled nor lose the role. */
export function updateUser(
  context: CommandContext,
  input: { id: string; roleIds?: string[] | undefined } & { [K in keyof UserRow]?: UserRow[K] | undefined },
): { id: string } {
  const { writer, stamp } = context;
  const current = userById.first(writer, { id: input.id });
  if (!current) throw new DomainError('NOT_FOUND', { user: input.id });
  const { id, roleIds, ...fields } = input;
  const patch = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<UserRow>;
  if (patch.email !== undefined && fold(patch.email) !== current.emailFolded) requireFreeEmail(context, patch.email);
  if (patch.email !== undefined) patch.emailFolded = fold(patch.email);
  if (id !== context.actor.userId) requireNotAbove(context, id);
  users.update(writer, stamp, id, patch);
  if (roleIds) {
    for (const roleId of roleIds) requireRole(context, roleId);
    clearUserRoles.run(writer, { userId: id });
    for (const roleId of roleIds) insertUserRole.run(writer, { userId: id, roleId });
  }
  requireSomeAdmin(writer);
  if (patch.state === 'DISABLED') revokeSessionsOf(writer, id, context.nowMs);
  context.record(authEvents.userChanged, id, { id, patch, ...(roleIds ? { roleIds } : {}) });
  return { id };
}

/** A user's new password; all his sessions end, since whoever knew the old one may hold one. */
export function changePassword(context: CommandContext, userId: string, passwordHash: string): void {
  saveCredential.run(context.writer, { userId, passwordHash, nowMs: context.nowMs });
  revokeSessionsOf(context.writer, userId, context.nowMs);
  context.record(authEvents.passwordChanged, userId, { userId });
}

/**
 * A user's new PIN on this machine. Passwords stay on the machine they were chosen at, and a PIN opens nothing that a password has not
 * opened before: where the user has none yet, PASSWORD_NOT_SET.
 */
export function changePin(context: CommandContext, userId: string, pinHash: string): void {
  const { writer, nowMs } = context;
  if (!userById.first(writer, { id: userId })) throw new DomainError('NOT_FOUND', { user: userId });
  if (savePin.run(writer, { userId, pinHash, nowMs }) === 0)
    throw new DomainError('PASSWORD_NOT_SET', { user: userId });
  context.record(authEvents.pinChanged, userId, { userId });
}

/** Creates or changes a custom role. Nobody can make a role that may do more than he may himself. */
export function saveRole(
  context: CommandContext,
  input: { id?: string | undefined; name: string; permissions: Permission[] },
): { id: string } {
  const { writer, stamp } = context;
  const beyond = input.permissions.find((permission) => !context.actor.permissions.has(permission));
  if (beyond) throw new DomainError('FORBIDDEN', { permission: beyond });
  const namesake = roleByName.first(writer, { name: input.name });
  if (namesake && namesake.id !== input.id) throw new DomainError('CODE_TAKEN', { code: input.name });
  const permissions = [...new Set(input.permissions)].sort();
  const role = {
    id: input.id ?? context.newId(),
    name: input.name,
    origin: 'CUSTOM' as const,
    permissions,
    archivedAtMs: null,
  };
  if (input.id === undefined) roles.insert(writer, stamp, { ...role, permissions: JSON.stringify(permissions) });
  else {
    requireCustomRole(writer, input.id);
    roles.update(writer, stamp, input.id, { name: role.name, permissions: JSON.stringify(permissions) });
    requireSomeAdmin(writer);
  }
  context.record(authEvents.roleSaved, role.id, { role });
  return { id: role.id };
}

export function archiveRole(context: CommandContext, id: string): { id: string } {
  requireCustomRole(context.writer, id);
  if (roleHolder.first(context.writer, { id })) throw new DomainError('CONFLICT', { reason: 'ROLE_IN_USE' });
  roles.update(context.writer, context.stamp, id, { archivedAtMs: context.nowMs });
  context.record(authEvents.roleArchived, id, { id, archivedAtMs: context.nowMs });
  return { id };
}

/** Changes the organisation and the branch of this machine. */
export function updateBranch(
  context: CommandContext,
  input: { organisationName: string; rut: string; giro: string; name: string; address: string; comuna: string },
): void {
  const { writer, stamp, site } = context;
  const organisation = { name: input.organisationName, rut: input.rut, giro: input.giro };
  const branch = { name: input.name, address: input.address, comuna: input.comuna };
  organisations.update(writer, stamp, site.organisationId, organisation);
  branches.update(writer, stamp, site.branchId, branch);
  context.record(authEvents.branchChanged, site.branchId, { organisation, branch });
}

export function addTerminal(context: CommandContext, input: { code: string; name: string }): { id: string } {
  const terminal = { id: context.newId(), branchId: context.site.branchId, ...input, createdAtMs: context.nowMs };
  const taken = terminalByCode.first(context.writer, { branchId: terminal.branchId, code: input.code });
  if (taken) throw new DomainError('CODE_TAKEN', { code: input.code });
  terminals.insert(context.writer, context.stamp, terminal);
  context.record(authEvents.terminalAdded, terminal.id, { terminal });
  return { id: terminal.id };
}

const terminalByCode = select((p: { branchId: string; code: string }) =>
  db.selectFrom('terminal').select('id').where('branchId', '=', p.branchId).where('code', '=', p.code),
);

function requireFreeEmail(context: CommandContext, email: string): void {
  if (userByEmail.first(context.writer, { emailFolded: fold(email) })) throw new DomainError('EMAIL_TAKEN', { email });
}

function requireRole(context: CommandContext, id: string): void {
  const role = listRoles(context.writer).find((candidate) => candidate.id === id);
  if (!role) throw new DomainError('NOT_FOUND', { role: id });
  const beyond = role.permissions.find((permission) => !context.actor.permissions.has(permission));
  if (beyond) throw new DomainError('FORBIDDEN', { permission: beyond });
}

function requireCustomRole(writer: Writer, id: string): void {
  const role = roleById.first(writer, { id });
  if (!role) throw new DomainError('NOT_FOUND', { role: id });
  if (role.origin === 'BUILT_IN') throw new DomainError('CONFLICT', { reason: 'ROLE_BUILT_IN' });
}

/** Nobody touches the credentials, roles or lock of somebody who may do more than himself: that would be a way to become him. */
export function requireNotAbove({ reader, actor }: { reader: Reader; actor: Actor }, userId: string): void {
  const beyond = [...permissionsOf(reader, userId)].find((permission) => !actor.permissions.has(permission));
  if (beyond) throw new DomainError('FORBIDDEN', { permission: beyond });
}

/** Somebody active must be left who may manage users and roles. */
function requireSomeAdmin(writer: Writer): void {
  const administers = (id: string): boolean => {
    const permissions = permissionsOf(writer, id);
    return permissions.has('users.manage') && permissions.has('roles.manage');
  };
  if (!activeUsers.all(writer, {}).some(({ id }) => administers(id))) throw new DomainError('LAST_ADMIN');
}
