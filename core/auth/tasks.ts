/**
 * Everything that touches a secret. These are tasks: hashing takes its time outside any transaction, and neither the secret nor the
 * answer is kept. What they change goes through commands and local writes that see hashes only.
 */
import type { TaskContext } from '#core/engine/context.ts';
import { appendLocalEvent } from '#core/engine/events.ts';
import type { Handlers } from '#core/engine/module.ts';
import { openSession, readSession, revokeSession, type Session } from '#core/engine/sessions.ts';
import { sqlFor, type Writer } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { DomainError } from '#core/shared/errors.ts';
import { ADMIN_ONLY } from '#core/shared/permissions.ts';
import { fold } from '#core/shared/text.ts';
import type { authContract, SessionUser } from './contract.ts';
import { authEvents } from './events.ts';
import { insertGrant, OVERRIDE_LIFE_MS } from './override.ts';
import type { SecretHasher } from './password.ts';
import {
  anyUser,
  credentialOf,
  fullName,
  permissionsOf,
  type SessionHolder,
  sessionUserOf,
  userByEmail,
  userById,
} from './queries.ts';
import { isRecoveryKey, makeRecoveryKey, renewRecoveryKey, saveRecoveryKey } from './recovery.ts';
import { checkPassword, checkPin } from './rules.ts';
import * as service from './service.ts';
import { readSetting } from './settings.ts';
import { clearThrottle, guarded, unknownAccount } from './throttle.ts';

type AuthHandlers = Handlers<typeof authContract>;
type AuthTasks = Pick<
  AuthHandlers['auth'],
  | 'firstRun'
  | 'login'
  | 'pinLogin'
  | 'elevate'
  | 'recover'
  | 'newRecoveryKey'
  | 'logout'
  | 'refresh'
  | 'changePassword'
  | 'setPin'
  | 'override'
>;
type UserTasks = Pick<AuthHandlers['users'], 'register' | 'resetPassword' | 'resetPin' | 'unlock'>;
type Opened = { token: string; expiresAtMs: number; user: SessionUser };

export function authTasks(hasher: SecretHasher): AuthTasks {
  return {
    firstRun: async (context, input) => {
      // The shop belongs to whoever sits at the machine, never to whoever finds it on the network first.
      if (context.origin === 'lan') throw new DomainError('FORBIDDEN', { permission: 'loopback' });
      if (context.read((reader) => anyUser.first(reader, {}))) throw new DomainError('ALREADY_INSTALLED');
      const { password, ...admin } = input.admin;
      checkPassword(password, admin);
      const passwordHash = await hasher.hashPassword(password);
      const recoveryKey = makeRecoveryKey(context.ports.random);
      const made = context.command('auth.firstRun', (command) =>
        service.install(command, { ...input, admin }, passwordHash, recoveryKey),
      );
      const opened = context.local((writer) => signIn(context, writer, { ...made, proof: 'PASSWORD' }));
      return { ...opened, recoveryKey };
    },

    login: async (context, input) => {
      const user = context.read((reader) => userByEmail.first(reader, { emailFolded: fold(input.email) }));
      const account = user?.id ?? unknownAccount(fold(input.email));
      const hash = usableHash(context, user, 'passwordHash');
      const verify = () => hasher.verifyPassword(hash, input.password);
      return guarded(context, account, verify, (writer) =>
        signIn(context, writer, {
          userId: account,
          terminalId: terminalFor(context, writer, input.terminalId),
          proof: 'PASSWORD',
        }),
      );
    },

    pinLogin: async (context, input) => {
      const user = context.read((reader) => userById.first(reader, { id: input.userId }));
      const account = user?.id ?? unknownAccount(input.userId);
      const hash = usableHash(context, user, 'pinHash');
      const verify = () => hasher.verifyPin(hash, input.pin);
      return guarded(context, account, verify, (writer) =>
        signIn(context, writer, {
          userId: account,
          terminalId: terminalFor(context, writer, input.terminalId),
          proof: 'PIN',
        }),
      );
    },

    elevate: async (context, input) =>
      verifyOwn(context, hasher, input.password, (writer) =>
        signIn(context, writer, { ...ownSession(context), proof: 'PASSWORD' }),
      ),

    recover: async (context, input) => {
      if (context.origin === 'lan') throw new DomainError('FORBIDDEN', { permission: 'loopback' });
      const check = () => Promise.resolve(context.read((reader) => isRecoveryKey(reader, input.recoveryKey)));
      await guarded(context, 'recovery', check, () => null, { locks: false });
      const user = context.read((reader) => userByEmail.first(reader, { emailFolded: fold(input.email) }));
      if (user?.state !== 'ACTIVE') throw new DomainError('NOT_FOUND', { email: input.email });
      checkPassword(input.password, user);
      const passwordHash = await hasher.hashPassword(input.password);
      const recoveryKey = makeRecoveryKey(context.ports.random);
      const terminalId = context.site.terminalId;
      const actor = { ...context.actor, userId: user.id, name: fullName(user), terminalId };
      context.command(
        'auth.recover',
        (command) => {
          // Checked again inside the transaction: of two who hold the same paper one comes first.
          if (!isRecoveryKey(command.reader, input.recoveryKey)) throw new DomainError('BAD_CREDENTIALS');
          saveRecoveryKey(command.writer, recoveryKey, command.nowMs);
          clearThrottle(command.writer, user.id);
          appendLocalEvent(command.writer, 'auth.recovered', user.id, command.nowMs, { account: user.id });
          service.changePassword(command, user.id, passwordHash);
        },
        { actor },
      );
      const opened = context.local((writer) =>
        signIn(context, writer, { userId: user.id, terminalId, proof: 'PASSWORD' }),
      );
      return { ...opened, recoveryKey };
    },

    newRecoveryKey: async (context, input) => {
      await verifyOwn(context, hasher, input.password, () => null);
      const recoveryKey = makeRecoveryKey(context.ports.random);
      context.command('auth.newRecoveryKey', (command) => renewRecoveryKey(command, recoveryKey));
      return { recoveryKey };
    },

    logout: (context) => {
      context.local((writer) => {
        revokeSession(writer, context.actor.sessionId, context.clock());
        appendLocalEvent(writer, 'auth.signedOut', context.actor.userId, context.clock(), {});
      });
      return Promise.resolve(null);
    },

    refresh: (context) => {
      const { userId, terminalId, proof, expiresAtMs } = ownSession(context);
      return Promise.resolve(
        context.local((writer) => openFor(context, writer, { userId, terminalId, proof, expiresAtMs })),
      );
    },

    changePassword: async (context, input) => {
      const { userId } = context.actor;
      const { terminalId } = ownSession(context);
      await verifyOwn(context, hasher, input.currentPassword, () => null);
      checkPassword(
        input.newPassword,
        context.read((reader) => userById.one(reader, { id: userId })),
      );
      const passwordHash = await hasher.hashPassword(input.newPassword);
      context.command('auth.changePassword', (command) => service.changePassword(command, userId, passwordHash));
      return context.local((writer) => signIn(context, writer, { userId, terminalId, proof: 'PASSWORD' }));
    },

    setPin: async (context, input) => {
      const { userId } = context.actor;
      checkPin(
        input.pin,
        context.read((reader) => readSetting(reader, 'pinDigits')),
      );
      await verifyOwn(context, hasher, input.password, () => null);
      const pinHash = await hasher.hashPin(input.pin);
      context.command('auth.setPin', (command) => service.changePin(command, userId, pinHash));
      return null;
    },

    override: async (context, input) => {
      const requesterId = context.actor.userId;
      if (input.approverId === requesterId) throw new DomainError('OVERRIDE_SELF');
      if (ADMIN_ONLY.includes(input.permission)) throw new DomainError('FORBIDDEN', { permission: input.permission });
      const approver = context.read((reader) => userById.first(reader, { id: input.approverId }));
      const account = approver?.id ?? unknownAccount(input.approverId);
      const hash = usableHash(context, approver, 'pinHash');
      const verify = () => hasher.verifyPin(hash, input.pin);
      return guarded(context, account, verify, (writer) => {
        const { permission, entity, amountClp, approverId } = input;
        if (!approver || !permissionsOf(writer, approverId).has(permission))
          throw new DomainError('FORBIDDEN', { permission });
        const nowMs = context.clock();
        const expiresAtMs = nowMs + OVERRIDE_LIFE_MS;
        const asked = { permission, entity, amountClp, requesterId, approverId };
        const grant = { id: context.ports.ids.next(nowMs), ...asked, createdAtMs: nowMs, expiresAtMs };
        insertGrant.run(writer, grant);
        appendLocalEvent(writer, 'auth.overrideGranted', requesterId, nowMs, { approverId, grant });
        return { overrideId: grant.id, approverName: fullName(approver), expiresAtMs };
      });
    },
  };
}

export function userTasks(hasher: SecretHasher): UserTasks {
  return {
    register: async (context, input) => {
      const { password, commandId, ...user } = input;
      checkPassword(password, user);
      const passwordHash = await hasher.hashPassword(password);
      const name = `users.register ${JSON.stringify(user)}`;
      return context.command(name, (command) => service.registerUser(command, user, passwordHash), { commandId });
    },
    resetPassword: async (context, input) => {
      const user = context.read((reader) => userById.first(reader, { id: input.id }));
      if (!user) throw new DomainError('NOT_FOUND', { user: input.id });
      checkPassword(input.password, user);
      const passwordHash = await hasher.hashPassword(input.password);
      context.command('users.resetPassword', (command) => {
        service.requireNotAbove(command, input.id);
        clearThrottle(command.writer, input.id);
        service.changePassword(command, input.id, passwordHash);
      });
      return null;
    },
    resetPin: async (context, input) => {
      checkPin(
        input.pin,
        context.read((reader) => readSetting(reader, 'pinDigits')),
      );
      const pinHash = await hasher.hashPin(input.pin);
      context.command('users.resetPin', (command) => {
        service.requireNotAbove(command, input.id);
        service.changePin(command, input.id, pinHash);
      });
      return null;
    },
    unlock: (context, input) => {
      context.command('users.unlock', (command) => {
        if (!userById.first(command.reader, { id: input.id })) throw new DomainError('NOT_FOUND', { user: input.id });
        service.requireNotAbove(command, input.id);
        clearThrottle(command.writer, input.id);
        command.record(authEvents.unlocked, input.id, { userId: input.id });
      });
      return Promise.resolve(null);
    },
  };
}

/** Opens the session of a user whose secret has just been checked, and ends the one that the page had. */
function signIn(context: TaskContext, writer: Writer, holder: SessionHolder): Opened {
  // He may have been disabled while his secret was being checked.
  if (userById.first(writer, { id: holder.userId })?.state !== 'ACTIVE') throw new DomainError('BAD_CREDENTIALS');
  appendLocalEvent(writer, 'auth.signedIn', holder.userId, context.clock(), {
    proof: holder.proof,
    origin: context.origin,
  });
  return openFor(context, writer, holder);
}

function openFor(context: TaskContext, writer: Writer, holder: SessionHolder & { expiresAtMs?: number }): Opened {
  const nowMs = context.clock();
  revokeSession(writer, context.actor.sessionId, nowMs);
  const { device } = context;
  const bound = { ...holder, deviceId: device?.id ?? null };
  const { token, expiresAtMs } = openSession(writer, context.ports, bound, nowMs);
  return { token, expiresAtMs, user: sessionUserOf(writer, holder, device) };
}

/** The caller's session; the application itself and tests with a bare actor have none. */
function ownSession(context: TaskContext): Session {
  const session = context.read((reader) => readSession(reader, context.actor.sessionId));
  if (!session) throw new DomainError('UNAUTHENTICATED');
  return session;
}

/** The hash to compare with; none for an unknown or disabled user, which takes as long and fails. */
function usableHash(
  context: TaskContext,
  user: { id: string; state: string } | undefined,
  kind: 'passwordHash' | 'pinHash',
): string | undefined {
  if (user?.state !== 'ACTIVE') return undefined;
  return context.read((reader) => credentialOf.first(reader, { userId: user.id }))?.[kind] ?? undefined;
}

function verifyOwn<T>(
  context: TaskContext,
  hasher: SecretHasher,
  password: string,
  succeed: (writer: Writer) => T,
): Promise<T> {
  const { userId } = context.actor;
  const credential = context.read((reader) => credentialOf.first(reader, { userId }));
  return guarded(context, userId, () => hasher.verifyPassword(credential?.passwordHash, password), succeed);
}

const { db, select } = sqlFor<EngineTables>();
const terminalOfBranch = select((p: { id: string; branchId: string }) =>
  db.selectFrom('terminal').select('id').where('id', '=', p.id).where('branchId', '=', p.branchId),
);

/** The till that a session sells at: the device's own; on this machine its own, unless another one of the branch is asked for. */
function terminalFor(context: TaskContext, writer: Writer, asked: string | undefined): string {
  if (context.device) {
    const { terminalId } = context.device;
    if (asked !== undefined && asked !== terminalId) throw new DomainError('FORBIDDEN', { permission: 'terminal' });
    return terminalId;
  }
  if (asked === undefined) return context.site.terminalId;
  const terminal = terminalOfBranch.first(writer, { id: asked, branchId: context.site.branchId });
  if (!terminal) throw new DomainError('NOT_FOUND', { terminal: asked });
  return terminal.id;
}
