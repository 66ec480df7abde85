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
const lan = { origin: 'lan', device: { id: 'till', name: 'Caja 2', kind: 'TILL', terminalId: '' } } as const;
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
    await expect(fresh.client(lan).auth.firstRun(input)).rejects.toThrow('FORBIDDEN');
    const weak = { ...input, admin: { ...input.admin, password: 'password1' } };
    await expect(fresh.client(anybody).auth.firstRun(weak)).rejects.toThrow('PASSWORD_WEAK');
    expect((await fresh.client(anybody).system.status({})).state).toBe('NEW');
    await fresh.client(anybody).auth.firstRun(input);
    expect((await fresh.client(anybody).system.status({})).state).toBe('READY');
    fresh.close();
  });
});

describe('secrets', () => {
  it.each(['111111', '123456', '654321', '121212', '123123', '010190', '199012', '12345', '1234567'])(
    'refuses the PIN %s',
    (pin) => {
      expect(() => checkPin(pin)).toThrow('PIN_WEAK');
    },
  );
  it.each(Object.values(PINS))('accepts the PIN %s', (pin) => {
    expect(() => checkPin(pin)).not.toThrow();
  });
  it.each(['short', 'password1', 'Contraseña123', 'aaaaaaaaaa', 'olga@example.cl'])(
    'refuses the password %s',
    (password) => {
      expect(() => checkPassword(password, { email: 'olga@example.cl', firstName: 'Olga', lastName: 'Soto' })).toThrow(
        'PASSWORD_WEAK',
      );
    },
  );

  it('never leave the credential table: no event, log or answer holds a hash', () => {
    const { raw } = test.app.database;
    const events = JSON.stringify([
      raw.prepare('select * from event').all(),
      raw.prepare('select * from localEvent').all(),
    ]);
    expect(events).not.toContain('$argon2');
    for (const pin of Object.values(PINS)) expect(events).not.toContain(pin);
    expect(events).not.toContain(PASSWORD);
  });
});

describe('login', () => {
  it('takes the e-mail in any case, and tells an unknown user like a wrong password', async () => {
    const { auth } = test.client(anybody);
    expect((await auth.login({ email: 'OLGA@Example.CL', password: PASSWORD })).user.roleNames).toEqual(['admin']);
    await expect(auth.login({ email: 'olga@example.cl', password: 'wrong password' })).rejects.toThrow(
      'BAD_CREDENTIALS',
    );
    await expect(auth.login({ email: 'nobody@example.cl', password: PASSWORD })).rejects.toThrow('BAD_CREDENTIALS');
  });

  it('has the failure on the disk before the secret is looked at', async () => {
    const guess = test.client(anybody).auth.pinLogin({ userId: test.users.cashier, pin: '000111' });
    expect(
      test.app.database.raw.prepare('select failures from throttle where account = ?').pluck().get(test.users.cashier),
    ).toBe(1);
    await expect(guess).rejects.toThrow('BAD_CREDENTIALS');
    await test.client(anybody).auth.pinLogin({ userId: test.users.cashier, pin: PINS.cashier });
    expect(test.app.database.raw.prepare('select count(*) from throttle').pluck().get()).toBe(0);
  });

  it('counts ten guesses at the same time as ten', async () => {
    const guesses = Array.from({ length: 10 }, () =>
      test.client(anybody).auth.pinLogin({ userId: test.users.cashier, pin: '000111' }),
    );
    const codes = (await Promise.allSettled(guesses)).map((guess) =>
      guess.status === 'rejected' ? (guess.reason as Error).message : 'in',
    );
    expect(codes.filter((code) => code === 'BAD_CREDENTIALS')).toHaveLength(5);
    expect(codes.filter((code) => code === 'LOCKED_OUT')).toHaveLength(5);
  });

  it('treats an e-mail that nobody has like one that somebody has, and keeps nothing of what was typed', async () => {
    const answers = async (email: string): Promise<string[]> => {
      const seen: string[] = [];
      for (let count = 0; count < 7; count += 1) {
        await test
          .client(anybody)
          .auth.login({ email, password: 'a wrong password' })
          .catch((error: unknown) => seen.push(JSON.stringify(error)));
      }
      return seen;
    };
    expect(await answers('mi-clave-secreta@example.cl')).toEqual(await answers('olga@example.cl'));
    const kept = JSON.stringify([
      test.app.database.raw.prepare('select * from localEvent').all(),
      test.app.database.raw.prepare('select * from throttle').all(),
    ]);
    expect(kept).not.toContain('secreta');
  });

  it('counts guesses from the network apart: they cannot lock the owner out of the machine', async () => {
    const input = { email: 'olga@example.cl', password: 'a wrong password' };
    for (let count = 0; count < 30; count += 1) {
      await test
        .client(lan)
        .auth.login(input)
        .catch(() => null);
      test.clock.advance(15 * 60_000);
    }
    await expect(test.client(lan).auth.login({ ...input, password: PASSWORD })).rejects.toThrow('LOCKED_OUT');
    expect((await test.client(anybody).auth.login({ ...input, password: PASSWORD })).user.firstName).toBe('Olga');
  });

  it('slows guesses down and locks at ten, over a restart and a clock set forward', async () => {
    const guess = (): Promise<unknown> =>
      test.client(anybody).auth.pinLogin({ userId: test.users.cashier, pin: '000111' });
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
    test.clock.advance(60_000);
    const third = await test.client({ token: second.token, origin: 'loopback' }).auth.refresh({});
    expect(third.expiresAtMs).toBe(second.expiresAtMs);
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
    await test
      .client({ token: admin.token, origin: 'loopback' })
      .users.update({ id: test.users.cashier, state: 'DISABLED' });
    await expect(me(fifth.token)).rejects.toThrow('UNAUTHENTICATED');
    await expect(login()).rejects.toThrow('BAD_CREDENTIALS');
  });
});

describe('sessions by PIN', () => {
  it('hold what only the owner may do until the password is given', async () => {
    const byPin = await test.client(anybody).auth.pinLogin({ userId: test.users.admin, pin: PINS.admin });
    const caller = { token: byPin.token, origin: 'loopback' as const };
    expect(byPin.user.proof).toBe('PIN');
    expect(byPin.user.withheld).toEqual(expect.arrayContaining(['users.manage', 'settings.manage', 'salaries.read']));
    await expect(test.client(caller).users.list({})).rejects.toThrow('FORBIDDEN');
    await expect(test.client(caller).auth.elevate({ password: 'not the password' })).rejects.toThrow('BAD_CREDENTIALS');
    test.clock.advance(60_000);
    const elevated = await test.client(caller).auth.elevate({ password: PASSWORD });
    expect(elevated).toMatchObject({ expiresAtMs: byPin.expiresAtMs, user: { proof: 'PASSWORD', withheld: [] } });
    expect((await test.client({ token: elevated.token, origin: 'loopback' }).users.list({})).total).toBe(3);
    await expect(test.client(caller).auth.me({})).rejects.toThrow('UNAUTHENTICATED');
  });

  it('switch: the next cashier’s session ends the one before on the same page', async () => {
    const switched = await test
      .client(test.as.cashier)
      .auth.pinLogin({ userId: test.users.manager, pin: PINS.manager });
    expect(switched.user.firstName).toBe('Marcela');
    await expect(test.client(test.as.cashier).auth.me({})).rejects.toThrow('UNAUTHENTICATED');
  });

  it('are opened at the terminal that is asked for, if the branch has it', async () => {
    const { id } = await test.client(test.as.admin).branch.addTerminal({ code: '2', name: 'Caja 2' });
    const input = { userId: test.users.cashier, pin: PINS.cashier };
    expect((await test.client(anybody).auth.pinLogin({ ...input, terminalId: id })).user.terminalName).toBe('Caja 2');
    await expect(test.client(anybody).auth.pinLogin({ ...input, terminalId: test.newId() })).rejects.toThrow(
      'NOT_FOUND',
    );
  });
});

describe('users and roles', () => {
  it('keeps e-mails unique case-blind and the last admin in place', async () => {
    const admin = test.client(test.as.admin);
    const [role] = await admin.roles.list({});
    const user = {
      email: 'CAMILA@example.cl',
      firstName: 'C',
      lastName: 'D',
      phone: '',
      roleIds: [role?.id ?? ''],
      password: PASSWORD,
    };
    await expect(admin.users.register(user)).rejects.toThrow('EMAIL_TAKEN');
    await expect(admin.users.update({ id: test.users.admin, state: 'DISABLED' })).rejects.toThrow('LAST_ADMIN');
    const employee = (await admin.roles.list({})).find((candidate) => candidate.name === 'employee');
    await expect(admin.users.update({ id: test.users.admin, roleIds: [employee?.id ?? ''] })).rejects.toThrow(
      'LAST_ADMIN',
    );
    expect((await admin.auth.me({})).roleNames).toEqual(['admin']);
  });

  it('lets nobody become somebody who may do more', async () => {
    const admin = test.client(test.as.admin);
    const { id } = await admin.roles.save({ name: 'encargado', permissions: ['users.manage', 'users.unlock'] });
    await admin.users.update({ id: test.users.manager, roleIds: [id] });
    const deputy = test.client({
      token: (await test.client(anybody).auth.login({ email: 'marcela@example.cl', password: PASSWORD })).token,
      origin: 'loopback',
    });
    const target = { id: test.users.admin };
    await expect(deputy.users.resetPassword({ ...target, password: 'otra-clave-larga' })).rejects.toThrow('FORBIDDEN');
    await expect(deputy.users.resetPin({ ...target, pin: '482915' })).rejects.toThrow('FORBIDDEN');
    await expect(deputy.users.update({ ...target, email: 'mine@example.cl' })).rejects.toThrow('FORBIDDEN');
    await expect(deputy.users.unlock(target)).rejects.toThrow('FORBIDDEN');
    const adminRole = (await admin.roles.list({})).find((role) => role.name === 'admin')?.id ?? '';
    await expect(deputy.users.update({ id: test.users.manager, roleIds: [adminRole] })).rejects.toThrow('FORBIDDEN');
    await expect(deputy.roles.save({ name: 'x', permissions: ['cost.read'] })).rejects.toThrow('FORBIDDEN');
  });

  it('asks for a password before a PIN, for somebody who has none on this machine', async () => {
    const admin = test.client(test.as.admin);
    const target = { id: test.users.cashier };
    // As a user comes from another branch: he is known, his secrets are not.
    test.app.database.raw.prepare('delete from credential where userId = ?').run(target.id);
    await expect(admin.users.resetPin({ ...target, pin: '482915' })).rejects.toThrow('PASSWORD_NOT_SET');
    await expect(admin.users.resetPin({ id: '00000000-0000-7000-8000-000000000000', pin: '482915' })).rejects.toThrow(
      'NOT_FOUND',
    );
    await admin.users.resetPassword({ ...target, password: 'otra-clave-larga' });
    await admin.users.resetPin({ ...target, pin: '482915' });
    await test.client(anybody).auth.pinLogin({ userId: target.id, pin: '482915' });
  });

  it('finds users without accents', async () => {
    const admin = test.client(test.as.admin);
    await admin.users.update({ id: test.users.cashier, lastName: 'Muñoz Ñandú' });
    expect((await admin.users.list({ text: 'nandu CAMI' })).rows.map((row) => row.id)).toEqual([test.users.cashier]);
  });

  it('registers once, however often the command is sent', async () => {
    const admin = test.client(test.as.admin);
    const [role] = await admin.roles.list({});
    const names = { email: 'nuevo@example.cl', firstName: 'N', lastName: 'N', phone: '', roleIds: [role?.id ?? ''] };
    const commandId = test.newId();
    const first = await admin.users.register({ ...names, password: PASSWORD, commandId });
    expect(await admin.users.register({ ...names, password: PASSWORD, commandId })).toEqual(first);
    await expect(
      admin.users.register({ ...names, email: 'otro@example.cl', password: PASSWORD, commandId }),
    ).rejects.toThrow('COMMAND_REUSED');
    expect((await admin.users.list({})).total).toBe(4);
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

it('the nightly tidying forgets what is over and keeps what lives', async () => {
  const { raw } = test.app.database;
  const count = (table: string): unknown => raw.prepare(`select count(*) from ${table}`).pluck().get();
  await test
    .client(anybody)
    .auth.login({ email: 'nobody@example.cl', password: PASSWORD })
    .catch(() => null);
  test.clock.advance(40 * 86_400_000);
  await test.client(anybody).auth.pinLogin({ userId: test.users.cashier, pin: PINS.cashier });
  await expect(test.client(anybody).auth.pinLogin({ userId: test.users.manager, pin: '000111' })).rejects.toThrow();
  await test.app.jobRunner().runNow('auth.tidy');
  expect([count('session'), count('throttle')]).toEqual([1, 1]);
});
