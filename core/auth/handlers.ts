/** Joins auth's queries, services and tasks to its contract. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type BrokenLink, verifySteps } from '#core/engine/events.ts';
import type { TaskContext } from '#core/engine/context.ts';
import type { Handlers } from '#core/engine/module.ts';
import { readSession } from '#core/engine/sessions.ts';
import { DomainError } from '#core/shared/errors.ts';
import { auditList } from './audit.ts';
import type { authContract } from './contract.ts';
import { authEvents } from './events.ts';
import type { SecretHasher } from './password.ts';
import { getUser, listLocked, listRoles, listUsers, pinUsers, sessionUserOf } from './queries.ts';
import * as service from './service.ts';
import { readSettings, writeSettings } from './settings.ts';
import { branchCard, systemStatus } from './site.ts';
import { authTasks, userTasks } from './tasks.ts';

export interface AuthDependencies {
  hasher: SecretHasher;
  /** Shown on the sign-in page of a demonstration database; empty otherwise. */
  demoUsers: () => { role: string; name: string; email: string; password: string; pin: string }[];
  version: string;
}

export function authHandlers({ hasher, demoUsers, version }: AuthDependencies): Handlers<typeof authContract> {
  return {
    system: { status: ({ reader, device }) => systemStatus(reader, { demoUsers, version }, device) },
    auth: {
      ...authTasks(hasher),
      loginOptions: (context) => pinUsers(context.reader),
      me: ({ reader, actor, device }) => {
        const session = readSession(reader, actor.sessionId);
        if (!session) throw new DomainError('UNAUTHENTICATED');
        return sessionUserOf(reader, session, device);
      },
      updateProfile: (context, { firstName, lastName, phone }) =>
        service.updateUser(context, { id: context.actor.userId, firstName, lastName, phone }),
      approvers: (context, input) =>
        pinUsers(context.reader, input.permission).filter((user) => user.userId !== context.actor.userId),
    },
    users: {
      ...userTasks(hasher),
      list: (context, input) => listUsers(context.reader, input),
      get: (context, input) => getUser(context.reader, input.id),
      locked: (context) => listLocked(context.reader),
      update: (context, { id, email, firstName, lastName, phone, isStaff, roleIds, state }) =>
        service.updateUser(context, { id, email, firstName, lastName, phone, isStaff, roleIds, state }),
    },
    roles: {
      list: (context) => listRoles(context.reader),
      save: (context, { id, name, permissions }) => service.saveRole(context, { id, name, permissions }),
      archive: (context, input) => service.archiveRole(context, input.id),
    },
    audit: {
      list: (context, input) => auditList(context.reader, input, context.site.timeZone),
      verify: (context) => verifyInSteps(context),
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

/** Walks the audit between other people's calls: a year of events must not hold up the counter. */
async function verifyInSteps(context: TaskContext): Promise<{ checked: number; broken: BrokenLink[] }> {
  const steps = context.read((reader) => verifySteps(reader));
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (context.signal.aborted) throw new DomainError('ABORTED');
    await nextTurn();
  }
}
