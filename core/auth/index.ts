/** Users, roles, sessions, overrides, settings and the audit. */
import { defineModule, type Module } from '#core/engine/module.ts';
import { authContract } from './contract.ts';
import { type AuthDependencies, authHandlers } from './handlers.ts';
import { authJobs } from './jobs.ts';

export const authModule = (dependencies: AuthDependencies): Module =>
  defineModule({ contract: authContract, handlers: authHandlers(dependencies), jobs: authJobs });

export { keepingAuthority } from './authority.ts';
export type { AuthDependencies } from './handlers.ts';
export { authEvents } from './events.ts';
export { SecretHasher, STRONG, WEAK_FOR_TESTS, type HashStrength } from './password.ts';
export { machinePepper } from './pepper.ts';
export { permissionsOf, userName } from './queries.ts';
export { makeRecoveryKey } from './recovery.ts';
export { addTerminal, changePassword, changePin, install, registerUser } from './service.ts';
export { readSetting, readSettings } from './settings.ts';
export { branchCard } from './site.ts';
export { clearThrottle, guarded } from './throttle.ts';
export type { AuthTables } from './tables.ts';
