/**
 * A whole application over a database of its own, as tests use it: a clock that they move, a shop that is set up, one caller per
 * role. Nothing of ours is replaced; only argon2 runs at toy strength.
 */
import type { z } from 'zod';
import type { Actor } from '#core/engine/context.ts';
import type { Caller } from '#core/engine/dispatch.ts';
import { monotonicIds } from '#core/engine/system.ts';
import { type App, type AppOptions, createApp } from '#core/app.ts';
import { WEAK_FOR_TESTS } from '#core/auth/index.ts';
import type { AppClient } from '#core/contract.ts';

export const PASSWORD = 'aceite-10w40-mineral';
export const PINS = { admin: '739164', manager: '482913', cashier: '591827' } as const;
/** Tuesday 2026-03-10, 10:00 in Santiago. */
export const START_MS = Date.parse('2026-03-10T13:00:00Z');

export interface TestApp {
  app: App;
  clock: { nowMs: () => number; advance: (ms: number) => void; set: (atMs: number) => void };
  as: Record<'admin' | 'manager' | 'cashier', Caller>;
  users: Record<'admin' | 'manager' | 'cashier', string>;
  /** A typed client of the contract; commands get a fresh commandId unless one is given. */
  client: (caller: Caller) => TestClient;
  /** Calls a procedure by its path; commands get a fresh commandId unless one is given. */
  run: (path: string, input: object, caller: Caller) => Promise<unknown>;
  /** The printed key of the first run. */
  recoveryKey: string;
  newId: () => string;
  close: () => void;
}

type WithoutCommandId<I> = I extends { commandId: string } ? Omit<I, 'commandId'> & { commandId?: string } : I;
export type TestClient = {
  [M in keyof AppClient]: {
    [N in keyof AppClient[M]]: AppClient[M][N] extends (input: infer I) => infer R
      ? (input: WithoutCommandId<I>) => R
      : never;
  };
};

/** Opens an application (in memory unless a file is given) and sets the shop up: branch MA, terminal 1, three people with PINs. */
export async function testApp(
  options: { file?: string; installed?: boolean } & Pick<AppOptions, 'connectCentre'> = {},
): Promise<TestApp> {
  let nowMs = START_MS;
  const clock = {
    nowMs: () => nowMs,
    advance: (ms: number) => void (nowMs += ms),
    set: (atMs: number) => void (nowMs = atMs),
  };
  const app = createApp({
    file: options.file ?? ':memory:',
    clock,
    ids: monotonicIds(),
    pepper: 'test pepper',
    hashStrength: WEAK_FOR_TESTS,
    checkOutput: true,
    ...(options.connectCentre ? { connectCentre: options.connectCentre } : {}),
  });
  const newId = (): string => app.ids.next(nowMs);
  const client = (caller: Caller): TestClient => clientOf(app, caller, newId);
  const test: TestApp = {
    app,
    clock,
    client,
    run: (path, input, caller) => runAs(app, path, input, caller, newId),
    recoveryKey: '',
    newId,
    as: {} as TestApp['as'],
    users: {} as TestApp['users'],
    close: () => app.close(),
  };
  if (options.installed !== false && app.dispatcher.site === undefined) await setUp(test);
  return test;
}

async function setUp(test: TestApp): Promise<void> {
  const opened = await test.client({ origin: 'loopback' }).auth.firstRun({
    organisation: { name: 'Lubricentro Maipú SpA', rut: '76.192.083-9', giro: 'Venta de lubricantes' },
    branch: { name: 'Maipú', code: 'MA', address: 'Av. Pajaritos 1234', comuna: 'Maipú' },
    terminalName: 'Caja 1',
    admin: { email: 'olga@example.cl', firstName: 'Olga', lastName: 'Soto', password: PASSWORD },
  });
  const admin: Caller = { token: opened.token, origin: 'loopback' };
  await test.client(admin).auth.setPin({ password: PASSWORD, pin: PINS.admin });
  test.recoveryKey = opened.recoveryKey;
  test.as.admin = admin;
  test.users.admin = opened.user.id;
  test.as.manager = await person(test, 'manager', 'Marcela', PINS.manager);
  test.as.cashier = await person(test, 'employee', 'Camila', PINS.cashier);
  test.users.manager = callerId(test, test.as.manager);
  test.users.cashier = callerId(test, test.as.cashier);
}

async function person(test: TestApp, roleName: string, firstName: string, pin: string): Promise<Caller> {
  const admin = test.client(test.as.admin);
  const role = (await admin.roles.list({})).find((candidate) => candidate.name === roleName);
  if (!role) throw new Error(`no role ${roleName}`);
  const email = `${firstName.toLowerCase()}@example.cl`;
  const names = { email, firstName, lastName: 'Rojas', phone: '' };
  const { id } = await admin.users.register({ ...names, roleIds: [role.id], password: PASSWORD });
  await admin.users.resetPin({ id, pin });
  const opened = await test.client({ origin: 'loopback' }).auth.pinLogin({ userId: id, pin });
  return { token: opened.token, origin: 'loopback' };
}

const callerId = (test: TestApp, caller: Caller): string => (test.app.call('auth.me', {}, caller) as { id: string }).id;

/** Proxy: `client.orders.confirm(input)` becomes `app.call('orders.confirm', input)`. */
export function clientOf(app: App, caller: Caller, newId: () => string): TestClient {
  const group = (name: string): object =>
    new Proxy(
      {},
      {
        get: (_, procedure) => (input: object) => runAs(app, `${name}.${String(procedure)}`, input, caller, newId),
      },
    );
  return new Proxy({}, { get: (_, name) => group(String(name)) }) as TestClient;
}

async function runAs(app: App, path: string, input: object, caller: Caller, newId: () => string): Promise<unknown> {
  const wantsId = 'commandId' in ((app.dispatcher.procedures.get(path)?.input as z.ZodObject | undefined)?.shape ?? {});
  return Promise.resolve(app.call(path, wantsId ? { commandId: newId(), ...input } : input, caller));
}

/** A caller with exactly these permissions, for tests of a single one. */
export function actorWith(test: TestApp, permissions: Actor['permissions']): Caller {
  const terminalId = test.app.dispatcher.site?.terminalId ?? '';
  return {
    actor: { userId: 'tester', name: 'Tester', sessionId: 'tester', terminalId, permissions },
    origin: 'internal',
  };
}
