/**
 * Goal: nobody gets in without the secret, guesses are counted over kills and clock changes, a manager's leave is good for one action
 * only, and the last admin cannot lock the shop out of itself.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PASSWORD, PINS, testApp, type TestApp } from '#tests/support/testApp.ts';
import { checkPassword, checkPin } from './rules.ts';

let folder: string;
let test: TestApp;
const anybody = { origin: 'loopback' as const };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rd-auth-'));
  test = await testApp({ file: join(folder, 'shop.db') });
});
afterEach(() => {
  test.close();
  rmSync(folder, { recursive: true });
});

describe('first run', () => {
  const input = {
    organisation: { name: 'A', rut: '76192083-9', giro: '' },
    branch: { name: 'A', code: 'A', address: '', comuna: '' },
    terminalName: 'Caja',
    admin: { email: 'a@example.cl', firstName: 'A', lastName: 'B', password: PASSWORD },
  };

  it('happens once', async () => {
    await expect(test.client(anybody).auth.firstRun(input)).rejects.toThrow('ALREADY_INSTALLED');
  });

  it('is not answered to the network, and leaves nothing behind when it is refused', async () => {
    const fresh = await testApp({ installed: false });
    await expect(fresh.client({ origin: 'lan' }).auth.firstRun(input)).rejects.toThrow('FORBIDDEN');
    const weak = { ...input, admin: { ...input.admin, password: 'password1' } };
    await expect(fresh.client(anybody).auth.firstRun(weak)).rejects.toThrow('PASSWORD_WEAK');
    expect((await fresh.client(anybody).system.status({})).state).toBe('NEW');
    await fresh.client(anybody).auth.firstRun(input);
    expect((await fresh.client(anybody).system.status({})).state).toBe('READY');
    fresh.close();
  });
});

describe('secrets', () => {
  it.each(['111111', '123456', '654321', '121212', '123123', '010190', '199012', '12345', '1234567'])('refuses the PIN %s', (pin) => {
    expect(() => checkPin(pin)).toThrow('PIN_WEAK');
  });
  it.each(Object.values(PINS))('accepts the PIN %s', (pin) => {
    expect(() => checkPin(pin)).not.toThrow();
  });
  it.each(['short', 'password1', 'Contraseña123', 'aaaaaaaaaa', 'olga@example.cl'])('refuses the password %s', (password) => {
    expect(() => checkPassword(password, { email: 'olga@example.cl', firstName: 'Olga', lastName: 'Soto' })).toThrow('PASSWORD_WEAK');
  });

  it('never leave the credential table: no event, log or answer holds a hash', () => {
    const { raw } = test.app.database;
    const events = JSON.stringify([raw.prepare('select * from event').all(), raw.prepare('select * from localEvent').all()]);
    expect(events).not.toContain('$argon2');
    for (const pin of Object.values(PINS)) expect(events).not.toContain(pin);
    expect(events).not.toContain(PASSWORD);
  });
});

describe('login', () => {
  it('takes the e-mail in any case, and tells an unknown user like a wrong password', async () => {
    const { auth } = test.client(anybody);
    expect((await auth.login({ email: 'OLGA@Example.CL', password: PASSWORD })).user.roleNames).toEqual(['admin']);
    await expect(auth.login({ email: 'olga@example.cl', password: 'wrong password' })).rejects.toThrow('BAD_CREDENTIALS');
    await expect(auth.login({ email: 'nobody@example.cl', password: PASSWORD })).rejects.toThrow('BAD_CREDENTIALS');
  });

  it('slows guesses down and locks at ten, over a restart and a clock set forward', async () => {
    const guess = (): Promise<unknown> => test.client(anybody).auth.pinLogin({ userId: test.users.cashier, pin: '000111' });
    for (let count = 1; count <= 5; count += 1) await expect(guess()).rejects.toThrow('BAD_CREDENTIALS');
    await expect(guess()).rejects.toThrow('LOCKED_OUT');
    test.clock.set(test.clock.nowMs() - 8 * 3_600_000);
    await expect(guess()).rejects.toThrow('LOCKED_OUT');
    test.app.close();
    test = { ...(await testApp({ file: join(folder, 'shop.db') })), as: test.as, users: test.users };
    await expect(guess()).rejects.toThrow('LOCKED_OUT');
    for (let count = 6; count <= 10; count += 1) {
      test.clock.advance(24 * 3_600_000);
      await expect(guess()).rejects.toThrow('BAD_CREDENTIALS');
    }
    test.clock.advance(365 * 24 * 3_600_000);
    const right = { userId: test.users.cashier, pin: PINS.cashier };
    await expect(test.client(anybody).auth.pinLogin(right)).rejects.toThrow('LOCKED_OUT');
    const { token } = await test.client(anybody).auth.login({ email: 'olga@example.cl', password: PASSWORD });
    await test.client({ token, origin: 'loopback' }).users.unlock({ id: test.users.cashier });
    expect((await test.client(anybody).auth.pinLogin(right)).user.firstName).toBe('Camila');
  });
});

describe('sessions', () => {
  it('end by logout, idleness, age, disabling and a changed password; refresh gives a new token', async () => {
    const login = () => test.client(anybody).auth.pinLogin({ userId: test.users.cashier, pin: PINS.cashier });
    const me = (token: string) => test.client({ token, origin: 'loopback' }).auth.me({});
    const first = await login();
    await test.client({ token: first.token, origin: 'loopback' }).auth.logout({});
    await expect(me(first.token)).rejects.toThrow('UNAUTHENTICATED');

    const second = await login();
    const third = await test.client({ token: second.token, origin: 'loopback' }).auth.refresh({});
    await expect(me(second.token)).rejects.toThrow('UNAUTHENTICATED');
    expect((await me(third.token)).firstName).toBe('Camila');
    test.clock.advance(32 * 60_000);
    await expect(me(third.token)).rejects.toThrow('UNAUTHENTICATED');

    const fourth = await login();
    for (let minutes = 0; minutes < 12 * 60; minutes += 20) {
      await me(fourth.token);
      test.clock.advance(20 * 60_000);
    }
    await expect(me(fourth.token)).rejects.toThrow('UNAUTHENTICATED');

    const fifth = await login();
    const admin = await test.client(anybody).auth.login({ email: 'olga@example.cl', password: PASSWORD });
    await test.client({ token: admin.token, origin: 'loopback' }).users.update({ id: test.users.cashier, state: 'DISABLED' });
    await expect(me(fifth.token)).rejects.toThrow('UNAUTHENTICATED');
    await expect(login()).rejects.toThrow('BAD_CREDENTIALS');
  });
});

describe('users and roles', () => {
  it('keeps e-mails unique case-blind and the last admin in place', async () => {
    const admin = test.client(test.as.admin);
    const [role] = await admin.roles.list({});
    const user = { email: 'CAMILA@example.cl', firstName: 'C', lastName: 'D', phone: '', roleIds: [role?.id ?? ''], password: PASSWORD };
    await expect(admin.users.register(user)).rejects.toThrow('EMAIL_TAKEN');
    await expect(admin.users.update({ id: test.users.admin, state: 'DISABLED' })).rejects.toThrow('LAST_ADMIN');
    const employee = (await admin.roles.list({})).find((candidate) => candidate.name === 'employee');
    await expect(admin.users.update({ id: test.users.admin, roleIds: [employee?.id ?? ''] })).rejects.toThrow('LAST_ADMIN');
    expect((await admin.auth.me({})).roleNames).toEqual(['admin']);
  });

  it('lets a custom role do what its bundle says and nothing else', async () => {
    const admin = test.client(test.as.admin);
    const { id } = await admin.roles.save({ name: 'bodega', permissions: ['stock.read', 'audit.read'] });
    await admin.users.update({ id: test.users.cashier, roleIds: [id] });
    const cashier = test.client(test.as.cashier);
    expect((await cashier.audit.list({})).total).toBeGreaterThan(3);
    await expect(cashier.users.list({})).rejects.toThrow('FORBIDDEN');
    await expect(admin.roles.archive({ id })).rejects.toThrow('CONFLICT');
    expect((await admin.audit.list({ stream: 'LOCAL', kind: 'auth.forbidden' })).total).toBe(1);
    expect((await admin.audit.verify({})).broken).toEqual([]);
  });
});

describe('override', () => {
  const ask = { permission: 'sales.override-price' as const, entity: 'product-1', amountClp: 5_000 };

  it('needs somebody else who holds the permission', async () => {
    const cashier = test.client(test.as.cashier);
    const own = { ...ask, approverId: test.users.cashier, pin: PINS.cashier };
    await expect(cashier.auth.override(own)).rejects.toThrow('OVERRIDE_SELF');
    const manager = test.client(test.as.manager);
    const weaker = { ...ask, approverId: test.users.cashier, pin: PINS.cashier };
    await expect(manager.auth.override(weaker)).rejects.toThrow('FORBIDDEN');
    expect((await cashier.auth.approvers({ permission: 'sales.override-price' })).map((user) => user.name)).toEqual(['Marcela Rojas', 'Olga Soto']);
  });
});
