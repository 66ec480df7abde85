/** Goal: a manager's leave is good for one action, one thing and one amount, once, for 60 seconds, and both people are recorded. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PINS, testApp, type TestApp } from '#tests/support/testApp.ts';

let test: TestApp;
const limit = { permission: 'sales.account' as const, entity: '', amountClp: 50_000 };
const customer = {
  kind: 'COMPANY' as const,
  firstName: 'Transportes Ñuble',
  lastName: '',
  giro: '',
  email: '',
  phone: '',
  address: '',
  comuna: '',
  rut: null,
  accountLimitClp: 50_000,
};

beforeEach(async () => {
  test = await testApp();
});
afterEach(() => test.close());

const ask = async (changes: Partial<typeof limit> = {}): Promise<string> => {
  const input = { ...limit, ...changes, approverId: test.users.manager, pin: PINS.manager };
  return (await test.client(test.as.cashier).auth.override(input)).overrideId;
};
const create = (overrideIds: string[], more: object = {}) =>
  test.client(test.as.cashier).customers.create({ ...customer, overrideIds, ...more });

it('tells what to ask for, then lets the action through once, and records both', async () => {
  const refusal: unknown = await create([]).catch((error: unknown) => error);
  expect(refusal).toMatchObject({
    code: 'OVERRIDE_REQUIRED',
    details: { permission: 'sales.account', entity: '', amountClp: 50_000 },
  });
  const overrideId = await ask();
  const commandId = test.newId();
  const first = await create([overrideId], { commandId });
  expect(await create([overrideId], { commandId })).toEqual(first);
  await expect(create([overrideId])).rejects.toThrow('OVERRIDE_REQUIRED');
  const [row] = (await test.client(test.as.manager).audit.list({ kind: 'people.customerCreated' })).rows;
  expect(row).toMatchObject({ actorName: 'Camila Rojas', approverName: 'Marcela Rojas' });
  const [granted] = (await test.client(test.as.manager).audit.list({ kind: 'auth.overrideGranted', stream: 'LOCAL' }))
    .rows;
  expect(granted).toMatchObject({ actorName: 'Camila Rojas', approverName: 'Marcela Rojas' });
});

it.each([
  ['another amount', { amountClp: 49_999 }],
  ['a larger amount', { amountClp: 50_001 }],
  ['another thing', { entity: 'somebody else' }],
  ['another permission', { permission: 'sales.discount' as never }],
])('does not cover %s', async (_, changes) => {
  await expect(create([await ask(changes)])).rejects.toThrow('OVERRIDE_REQUIRED');
});

it('lasts 60 seconds, and does not come back with the clock', async () => {
  const overrideId = await ask();
  test.clock.advance(60_000);
  await expect(create([overrideId])).rejects.toThrow('OVERRIDE_REQUIRED');
  test.clock.advance(-120_000);
  await expect(create([overrideId])).rejects.toThrow('OVERRIDE_REQUIRED');
});

it('is not used up by a command that fails', async () => {
  await test.client(test.as.cashier).customers.create({ ...customer, accountLimitClp: 0, rut: '76.192.083-9' });
  const overrideId = await ask();
  await expect(create([overrideId], { rut: '76.192.083-9' })).rejects.toThrow('RUT_TAKEN');
  await create([overrideId]);
});

it('serves only him who asked for it', async () => {
  const overrideId = await ask();
  const admin = test.client(test.as.admin);
  const employee = (await admin.roles.list({})).find((role) => role.name === 'employee')?.id ?? '';
  const person = {
    email: 'otro@example.cl',
    firstName: 'O',
    lastName: 'O',
    phone: '',
    roleIds: [employee],
    password: 'una clave bien larga',
  };
  const { id } = await admin.users.register(person);
  await admin.users.resetPin({ id, pin: '571836' });
  const { token } = await test.client({ origin: 'loopback' }).auth.pinLogin({ userId: id, pin: '571836' });
  const other = test.client({ token, origin: 'loopback' });
  await expect(other.customers.create({ ...customer, overrideIds: [overrideId] })).rejects.toThrow('OVERRIDE_REQUIRED');
});

it('needs somebody else who holds the permission and knows his PIN; a wrong one counts against him', async () => {
  const cashier = test.client(test.as.cashier);
  const manager = test.client(test.as.manager);
  await expect(cashier.auth.override({ ...limit, approverId: test.users.cashier, pin: PINS.cashier })).rejects.toThrow(
    'OVERRIDE_SELF',
  );
  await expect(manager.auth.override({ ...limit, approverId: test.users.cashier, pin: PINS.cashier })).rejects.toThrow(
    'FORBIDDEN',
  );
  await expect(cashier.auth.override({ ...limit, approverId: test.users.manager, pin: '000111' })).rejects.toThrow(
    'BAD_CREDENTIALS',
  );
  await expect(cashier.auth.override({ ...limit, approverId: test.newId(), pin: '000111' })).rejects.toThrow(
    'BAD_CREDENTIALS',
  );
  expect(
    test.app.database.raw.prepare('select failures from throttle where account = ?').pluck().get(test.users.manager),
  ).toBe(1);
  expect((await cashier.auth.approvers({ permission: 'sales.account' })).map((user) => user.name)).toEqual([
    'Marcela Rojas',
    'Olga Soto',
  ]);
});

it('never opens what only the owner may do', async () => {
  const input = { entity: '', amountClp: 0, approverId: test.users.admin, pin: PINS.admin };
  for (const permission of [
    'salaries.read',
    'users.manage',
    'roles.manage',
    'settings.manage',
    'sync.manage',
  ] as const) {
    await expect(test.client(test.as.cashier).auth.override({ ...input, permission })).rejects.toThrow('FORBIDDEN');
  }
});
