/** Users, roles, sessions, overrides, settings and the audit. */
import type { Authority } from '#core/engine/dispatch.ts';
import { defineModule, type Module } from '#core/engine/module.ts';
import { authContract } from './contract.ts';
import { type AuthDependencies, authHandlers } from './handlers.ts';
import { consumeOverride } from './override.ts';
import { actorOf } from './queries.ts';

export const authModule = (dependencies: AuthDependencies): Module =>
  defineModule({ contract: authContract, handlers: authHandlers(dependencies) });

/** What the dispatcher asks of auth. */
export const authority: Authority = { actorOf, consumeOverride };

export type { AuthDependencies } from './handlers.ts';
export { authEvents } from './events.ts';
export { SecretHasher, STRONG, WEAK_FOR_TESTS, type HashStrength } from './password.ts';
export { permissionsOf, userName } from './queries.ts';
export { changePin, install, registerUser } from './service.ts';
export { readSetting, readSettings } from './settings.ts';
export { branchCard } from './site.ts';
export type { AuthTables } from './tables.ts';
