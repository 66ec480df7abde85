/** Goal: the manager finds who did what and when, and an edit behind the application's back is named. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PINS, START_MS, testApp, type TestApp } from '#tests/support/testApp.ts';

let test: TestApp;
beforeEach(async () => {
  test = await testApp();
});
afterEach(() => test.close());

it('lists by person, kind, document and day, newest first', async () => {
  const admin = test.client(test.as.admin);
  const all = await admin.audit.list({});
  expect(all.rows.map((row) => row.sequence)).toEqual([...all.rows.map((row) => row.sequence)].sort((a, b) => b - a));
  expect(all.rows.at(-1)).toMatchObject({ kind: 'auth.installed', sequence: 1 });
  test.clock.advance(86_400_000);
  const { token } = await test
    .client({ origin: 'loopback' })
    .auth.pinLogin({ userId: test.users.cashier, pin: PINS.cashier });
  await test
    .client({ token, origin: 'loopback' })
    .auth.updateProfile({ firstName: 'Camila', lastName: 'Rojas', phone: '+56 9 1' });
  const { token: late } = await test
    .client({ origin: 'loopback' })
    .auth.login({ email: 'olga@example.cl', password: 'aceite-10w40-mineral' });
  const { audit } = test.client({ token: late, origin: 'loopback' });
  const changed = {
    kind: 'auth.userChanged',
    actorId: test.users.cashier,
    actorName: 'Camila Rojas',
    subjectId: test.users.cashier,
  };
  expect((await audit.list({ from: '2026-03-11', to: '2026-03-11' })).rows).toMatchObject([changed]);
  expect((await audit.list({ to: '2026-03-10' })).total).toBe(all.total);
  expect((await audit.list({ actorId: test.users.cashier })).rows).toMatchObject([changed]);
  expect((await audit.list({ kind: 'auth.pinChanged', subjectId: test.users.cashier })).total).toBe(1);
  expect((await audit.list({ limit: 1, offset: 1 })).rows).toHaveLength(1);
  const signedIn = await audit.list({ stream: 'LOCAL', kind: 'auth.signedIn', from: '2026-03-11' });
  expect(signedIn.rows.map((row) => row.actorName)).toEqual(['Olga Soto', 'Camila Rojas']);
  expect(START_MS).toBeLessThan(signedIn.rows[0]?.occurredAtMs ?? 0);
});

it('names refused logins by the account they were aimed at', async () => {
  await test
    .client({ origin: 'loopback' })
    .auth.pinLogin({ userId: test.users.cashier, pin: '000111' })
    .catch(() => null);
  const { rows } = await test.client(test.as.manager).audit.list({ stream: 'LOCAL', kind: 'auth.refused' });
  expect(rows).toMatchObject([{ subjectId: test.users.cashier, actorName: '' }]);
});

it('verifies both chains, and names what was changed around the triggers', async () => {
  const { audit } = test.client(test.as.manager);
  const sound = await audit.verify({});
  expect(sound.broken).toEqual([]);
  expect(sound.checked).toBeGreaterThan(8);
  const { raw } = test.app.database;
  expect(() => raw.exec("update localEvent set actorId = 'x'")).toThrow(/append-only/);
  raw.exec('drop trigger eventNoUpdate; drop trigger localEventNoUpdate; drop trigger localEventNoDelete');
  raw.exec(
    "update event set actorId = 'somebody' where sequence = 2; update localEvent set payload = '{}' where sequence = 1; delete from localEvent where sequence = 2",
  );
  expect((await audit.verify({})).broken).toEqual([
    { stream: 'event', sequence: 2, reason: 'ALTERED' },
    { stream: 'localEvent', sequence: 1, reason: 'ALTERED' },
    { stream: 'localEvent', sequence: 2, reason: 'MISSING' },
  ]);
});
