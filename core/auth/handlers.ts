/** Joins auth's services to its contract. The tasks here are where secrets are hashed; no secret reaches a command. */
import type { TaskContext } from '#core/engine/context.ts';
import type { Handlers } from '#core/engine/module.ts';
import { openSession, revokeSession } from '#core/engine/sessions.ts';
import { DomainError } from '#core/shared/errors.ts';
import { fold } from '#core/shared/text.ts';
import { auditList } from './audit.ts';
import type { authContract, SessionUser } from './contract.ts';
import { verifyChain } from '#core/engine/events.ts';
import { authEvents } from './events.ts';
import { insertGrant, OVERRIDE_LIFE_MS } from './override.ts';
import type { SecretHasher } from './password.ts';
import {
  anyUser,
  credentialOf,
  fullName,
  listRoles,
  listUsers,
  permissionsOf,
  pinUsers,
  sessionUserOf,
  userByEmail,
  userById,
} from './queries.ts';
import { checkPassword, checkPin } from './rules.ts';
import * as service from './service.ts';
import { readSettings, writeSettings } from './settings.ts';
import { branchCard, systemStatus } from './site.ts';
import { clearThrottle, guarded } from './throttle.ts';

export interface AuthDependencies {
  hasher: SecretHasher;
  /** Shown on the sign-in page of a demonstration database; empty otherwise. */
  demoUsers: () => { role: string; name: string; email: string; password: string; pin: string }[];
  version: string;
}

type Opened = { token: string; expiresAtMs: number; user: SessionUser };

/** Opens a session at a terminal for a user whose secret has just been checked. */
function signIn(context: TaskContext, userId: string, terminalId: string, expiresAtMs?: number): Opened {
  const holder = { userId, terminalId, ...(expiresAtMs === undefined ? {} : { expiresAtMs }) };
  const opened = context.local((writer) => openSession(writer, context.ports, holder, context.clock()));
  const user = context.read((reader) => sessionUserOf(reader, userId, terminalId));
  return { token: opened.token, expiresAtMs: opened.expiresAtMs, user };
}

function verifyOwn(context: TaskContext, hasher: SecretHasher, userId: string, password: string): Promise<void> {
  const credential = context.read((reader) => credentialOf.first(reader, { userId }));
  return guarded(context, userId, () => hasher.verifyPassword(credential?.passwordHash, password));
}

export function authHandlers({ hasher, demoUsers, version }: AuthDependencies): Handlers<typeof authContract> {
  return {
    system: { status: (context) => systemStatus(context.reader, { demoUsers, version }) },
    auth: {
      firstRun: async (context, input) => {
        // The shop belongs to whoever sits at the machine, never to whoever finds it on the network first.
        if (context.origin === 'lan') throw new DomainError('FORBIDDEN', { permission: 'loopback' });
        if (context.read((reader) => anyUser.first(reader, {}))) throw new DomainError('ALREADY_INSTALLED');
        const { password, ...admin } = input.admin;
        checkPassword(password, admin);
        const passwordHash = await hasher.hashPassword(password);
        const made = context.command('auth.firstRun', (command) =>
          service.install(command, { ...input, admin }, passwordHash),
        );
        return signIn(context, made.userId, made.terminalId);
      },
      loginOptions: (context) => pinUsers(context.reader),
      login: async (context, input) => {
        const user = context.read((reader) => userByEmail.first(reader, { emailFolded: fold(input.email) }));
        const account = user?.id ?? `unknown:${fold(input.email)}`;
        const hash = user && context.read((reader) => credentialOf.first(reader, { userId: user.id }))?.passwordHash;
        const usable = user?.state === 'ACTIVE' ? hash : undefined;
        await guarded(context, account, () => hasher.verifyPassword(usable, input.password));
        if (!user) throw new DomainError('BAD_CREDENTIALS');
        return signIn(context, user.id, context.site.terminalId);
      },
      pinLogin: async (context, input) => {
        const user = context.read((reader) => userById.first(reader, { id: input.userId }));
        const hash = context.read((reader) => credentialOf.first(reader, { userId: input.userId }))?.pinHash ?? undefined;
        const usable = user?.state === 'ACTIVE' ? hash : undefined;
        await guarded(context, input.userId, () => hasher.verifyPin(usable, input.pin));
        return signIn(context, input.userId, context.site.terminalId);
      },
      logout: (context) => {
        context.local((writer) => revokeSession(writer, context.actor.sessionId, context.clock()));
        return Promise.resolve(null);
      },
      refresh: (context) => {
        const { userId, terminalId, sessionId } = context.actor;
        context.local((writer) => revokeSession(writer, sessionId, context.clock()));
        return Promise.resolve(signIn(context, userId, terminalId));
      },
      me: (context) => sessionUserOf(context.reader, context.actor.userId, context.actor.terminalId),
      updateProfile: (context, { firstName, lastName, phone }) =>
        service.updateUser(context, { id: context.actor.userId, firstName, lastName, phone }),
      changePassword: async (context, input) => {
        const { userId, terminalId } = context.actor;
        await verifyOwn(context, hasher, userId, input.currentPassword);
        checkPassword(input.newPassword, context.read((reader) => userById.one(reader, { id: userId })));
        const passwordHash = await hasher.hashPassword(input.newPassword);
        context.command('auth.changePassword', (command) => service.changePassword(command, userId, passwordHash));
        return signIn(context, userId, terminalId);
      },
      setPin: async (context, input) => {
        const { userId } = context.actor;
        await verifyOwn(context, hasher, userId, input.password);
        checkPin(input.pin);
        const pinHash = await hasher.hashPin(input.pin);
        context.command('auth.setPin', (command) => service.changePin(command, userId, pinHash));
        return null;
      },
      override: async (context, input) => {
        const requesterId = context.actor.userId;
        if (input.approverId === requesterId) throw new DomainError('OVERRIDE_SELF');
        const approver = context.read((reader) => userById.first(reader, { id: input.approverId }));
        const credential = context.read((reader) => credentialOf.first(reader, { userId: input.approverId }));
        const usable = approver?.state === 'ACTIVE' ? (credential?.pinHash ?? undefined) : undefined;
        await guarded(context, input.approverId, () => hasher.verifyPin(usable, input.pin));
        const may = context.read((reader) => permissionsOf(reader, input.approverId).has(input.permission));
        if (!approver || !may) throw new DomainError('FORBIDDEN', { permission: input.permission });
        const nowMs = context.clock();
        const { permission, entity, amountClp, approverId } = input;
        const grant = {
          id: context.ports.ids.next(nowMs),
          permission,
          entity,
          amountClp,
          requesterId,
          approverId,
          createdAtMs: nowMs,
          expiresAtMs: nowMs + OVERRIDE_LIFE_MS,
        };
        context.local((writer) => insertGrant.run(writer, grant));
        context.audit('auth.overrideGranted', { grant });
        return { overrideId: grant.id, approverName: fullName(approver), expiresAtMs: grant.expiresAtMs };
      },
      approvers: (context, input) =>
        pinUsers(context.reader, input.permission).filter((user) => user.userId !== context.actor.userId),
    },
    users: {
      list: (context, input) => listUsers(context.reader, input),
      get: (context, input) => {
        const [row] = listUsers(context.reader, { text: '', limit: 1, offset: 0, id: input.id }).rows;
        if (!row) throw new DomainError('NOT_FOUND', { user: input.id });
        return row;
      },
      register: async (context, input) => {
        const { password, commandId, ...user } = input;
        checkPassword(password, user);
        const passwordHash = await hasher.hashPassword(password);
        const name = `users.register ${JSON.stringify(user)}`;
        return context.command(name, (command) => service.registerUser(command, user, passwordHash), { commandId });
      },
      update: (context, { id, email, firstName, lastName, phone, isStaff, roleIds, state }) =>
        service.updateUser(context, { id, email, firstName, lastName, phone, isStaff, roleIds, state }),
      resetPassword: async (context, input) => {
        const user = context.read((reader) => userById.first(reader, { id: input.id }));
        if (!user) throw new DomainError('NOT_FOUND', { user: input.id });
        checkPassword(input.password, user);
        const passwordHash = await hasher.hashPassword(input.password);
        context.command('users.resetPassword', (command) => service.changePassword(command, input.id, passwordHash));
        context.local((writer) => clearThrottle(writer, input.id));
        return null;
      },
      resetPin: async (context, input) => {
        checkPin(input.pin);
        const pinHash = await hasher.hashPin(input.pin);
        context.command('users.resetPin', (command) => service.changePin(command, input.id, pinHash));
        return null;
      },
      unlock: (context, input) => {
        context.local((writer) => clearThrottle(writer, input.id));
        context.command('users.unlock', (command) => command.record(authEvents.unlocked, input.id, { userId: input.id }));
        return Promise.resolve(null);
      },
    },
    roles: {
      list: (context) => listRoles(context.reader),
      save: (context, { id, name, permissions }) => service.saveRole(context, { id, name, permissions }),
      archive: (context, input) => service.archiveRole(context, input.id),
    },
    audit: {
      list: (context, input) => auditList(context.reader, input, context.site.timeZone),
      verify: (context) => verifyChain(context.reader),
    },
    settings: {
      get: (context) => readSettings(context.reader),
      update: (context, input) => {
        const patch = Object.fromEntries(Object.entries(input.patch).filter(([, value]) => value !== undefined));
        writeSettings(context, patch);
        context.record(authEvents.settingsChanged, context.site.branchId, { patch });
        return null;
      },
    },
    branch: {
      get: (context) => branchCard(context.reader, context.site),
      update: (context, input) => {
        service.updateBranch(context, input);
        return null;
      },
      addTerminal: (context, { code, name }) => service.addTerminal(context, { code, name }),
    },
  };
}
