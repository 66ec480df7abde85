/**
 * Goal: who may call what is written down once, as data, for auth, devices and people: a procedure that is missing here, or asks for something
 * else than what is written, fails. Each is then tried by nobody, by somebody without the permission, and by every role.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authContract } from '#core/auth/contract.ts';
import { devicesContract } from '#core/devices/contract.ts';
import { peopleContract } from '#core/people/contract.ts';
import { ADMIN_ONLY, BUILT_IN_ROLES, type Permission, PERMISSIONS } from '#core/shared/permissions.ts';
import { actorWith, testApp, type TestApp } from '#tests/support/testApp.ts';

const EXPECTED: Record<string, string> = {
  'system.status': 'public',
  'auth.firstRun': 'public',
  'auth.loginOptions': 'public',
  'auth.login': 'public',
  'auth.pinLogin': 'public',
  'auth.recover': 'public',
  'auth.elevate': 'session',
  'auth.logout': 'session',
  'auth.refresh': 'session',
  'auth.me': 'session',
  'auth.updateProfile': 'session',
  'auth.changePassword': 'session',
  'auth.setPin': 'session',
  'auth.override': 'session',
  'auth.approvers': 'session',
  'auth.newRecoveryKey': 'settings.manage',
  'users.list': 'users.manage',
  'users.get': 'users.manage',
  'users.register': 'users.manage',
  'users.update': 'users.manage',
  'users.resetPassword': 'users.manage',
  'users.resetPin': 'users.manage',
  'users.locked': 'users.unlock',
  'users.unlock': 'users.unlock',
  'roles.list': 'users.manage',
  'roles.save': 'roles.manage',
  'roles.archive': 'roles.manage',
  'audit.list': 'audit.read',
  'audit.verify': 'audit.read',
  'settings.get': 'session',
  'settings.update': 'settings.manage',
  'branch.get': 'session',
  'branch.update': 'settings.manage',
  'branch.addTerminal': 'settings.manage',
  'devices.network': 'settings.manage',
  'devices.open': 'settings.manage',
  'devices.close': 'settings.manage',
  'devices.list': 'settings.manage',
  'devices.freeTills': 'settings.manage',
  'devices.invite': 'settings.manage',
  'devices.withdraw': 'settings.manage',
  'devices.revoke': 'settings.manage',
  'devices.pair': 'public',
  'employees.list': 'employees.read',
  'employees.get': 'employees.read',
  'employees.create': 'employees.write',
  'employees.update': 'employees.write',
  'employees.archive': 'employees.write',
  'customers.list': 'customers.read',
  'customers.get': 'customers.read',
  'customers.create': 'customers.write',
  'customers.update': 'customers.write',
  'customers.archive': 'customers.write',
  'suppliers.list': 'suppliers.read',
  'suppliers.get': 'suppliers.read',
  'suppliers.create': 'suppliers.write',
  'suppliers.update': 'suppliers.write',
  'suppliers.archive': 'suppliers.write',
  'vehicles.list': 'customers.read',
  'vehicles.get': 'customers.read',
  'vehicles.byPlate': 'customers.read',
  'vehicles.create': 'customers.write',
  'vehicles.update': 'customers.write',
  'vehicles.archive': 'customers.write',
};

const procedures = Object.entries({ ...authContract, ...devicesContract, ...peopleContract }).flatMap(
  ([group, members]) =>
    Object.entries(members).map(([name, procedure]) => [`${group}.${name}`, procedure.access] as const),
);

let test: TestApp;
const till = { id: 'till', name: 'Caja 2', kind: 'TILL', terminalId: 'terminal' } as const;
beforeAll(async () => {
  test = await testApp();
});
afterAll(() => test.close());

/** Calls with an input that no schema takes: whoever gets as far as INVALID_INPUT was let in. */
const verdict = async (path: string, caller: Parameters<TestApp['run']>[2]): Promise<string> =>
  test.run(path, { nonsense: 1 }, caller).then(
    () => 'ANSWERED',
    (error: unknown) => (error as Error).message,
  );

it('names every procedure', () => {
  expect(Object.fromEntries(procedures)).toEqual(EXPECTED);
});

describe.each(procedures)('%s', (path, access) => {
  it('lets in whom it names', async () => {
    const others = new Set(PERMISSIONS.filter((permission) => permission !== access));
    expect(await verdict(path, { origin: 'lan' })).toBe(
      path === 'devices.pair' ? 'INVALID_INPUT' : 'DEVICE_NOT_PAIRED',
    );
    const lan = { origin: 'lan', device: till } as const;
    expect(await verdict(path, lan)).toBe(access === 'public' ? 'INVALID_INPUT' : 'UNAUTHENTICATED');
    expect(await verdict(path, { ...lan, token: 'x'.repeat(22) })).toBe(
      access === 'public' ? 'INVALID_INPUT' : 'UNAUTHENTICATED',
    );
    const open = access === 'public' || access === 'session';
    expect(await verdict(path, actorWith(test, others))).toBe(open ? 'INVALID_INPUT' : 'FORBIDDEN');
    for (const [role, caller] of [
      ['admin', test.as.admin],
      ['manager', test.as.manager],
      ['employee', test.as.cashier],
    ] as const) {
      const may = open || BUILT_IN_ROLES[role].includes(access as Permission);
      expect([role, await verdict(path, caller)]).toEqual([role, may ? 'INVALID_INPUT' : 'FORBIDDEN']);
    }
  });
});

it('leaves to the manager all but the owner’s own, and to the cashier no cost, salary or report', () => {
  expect(PERMISSIONS.filter((permission) => !BUILT_IN_ROLES.manager.includes(permission))).toEqual(
    PERMISSIONS.filter((permission) => ADMIN_ONLY.includes(permission)),
  );
  for (const permission of [
    'cost.read',
    'salaries.read',
    'reports.read',
    'forecast.read',
    'employees.read',
    'audit.read',
  ] as const) {
    expect(BUILT_IN_ROLES.employee).not.toContain(permission);
  }
});
