/** Goal: the owner who is locked out of his own shop gets back in with the paper, once, and nobody does without it; a stolen file gives no PIN away. */
import { existsSync, mkdtempSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PASSWORD, PINS, testApp, type TestApp } from '#tests/support/testApp.ts';
import { createApp } from '#core/app.ts';
import { STRONG, SecretHasher } from './password.ts';
import { machinePepper } from './pepper.ts';
import { systemRandom } from '#core/engine/system.ts';

const lan = { origin: 'lan', device: { id: 'till', name: 'Caja 2', kind: 'TILL', terminalId: '' } } as const;
let test: TestApp;
let folder: string;
const here = { origin: 'loopback' as const };
const fresh = 'una clave nueva y larga';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rd-recovery-'));
  test = await testApp({ file: join(folder, 'shop.db') });
});
afterEach(() => {
  test.close();
  rmSync(folder, { recursive: true });
});

describe('recovery key', () => {
  it('lets the locked-out admin back in, lifts the lock, and is replaced by the next one', async () => {
    const { auth } = test.client(here);
    for (let count = 0; count < 10; count += 1) {
      await auth.login({ email: 'olga@example.cl', password: 'a wrong password' }).catch(() => null);
      test.clock.advance(15 * 60_000);
    }
    await expect(auth.login({ email: 'olga@example.cl', password: PASSWORD })).rejects.toThrow('LOCKED_OUT');
    expect(test.recoveryKey).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/);
    // As people copy it from paper.
    const copied = test.recoveryKey.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    const opened = await auth.recover({ email: 'Olga@Example.cl', recoveryKey: copied, password: fresh });
    expect(opened.user).toMatchObject({ firstName: 'Olga', proof: 'PASSWORD', withheld: [] });
    expect((await auth.login({ email: 'olga@example.cl', password: fresh })).user.firstName).toBe('Olga');
    await expect(
      auth.recover({ email: 'olga@example.cl', recoveryKey: test.recoveryKey, password: fresh }),
    ).rejects.toThrow('BAD_CREDENTIALS');
    await auth.recover({ email: 'olga@example.cl', recoveryKey: opened.recoveryKey, password: fresh });
  });

  it('is slow to guess but never locks, is no use over the network, and takes no weak password', async () => {
    const { auth } = test.client(here);
    const guess = () =>
      auth.recover({ email: 'olga@example.cl', recoveryKey: 'AAAAA-AAAAA-AAAAA-AAAAA-AAAAA', password: fresh });
    for (let count = 0; count < 20; count += 1) {
      await expect(guess()).rejects.toThrow('BAD_CREDENTIALS');
      if (count >= 4) await expect(guess()).rejects.toThrow('LOCKED_OUT');
      test.clock.advance(15 * 60_000);
    }
    const right = { email: 'olga@example.cl', recoveryKey: test.recoveryKey, password: fresh };
    await expect(test.client(lan).auth.recover(right)).rejects.toThrow('FORBIDDEN');
    await expect(auth.recover({ ...right, password: '12345678' })).rejects.toThrow('PASSWORD_WEAK');
    await auth.recover(right);
  });

  it('can be made anew by the owner with his password, and is in no event', async () => {
    const admin = test.client(test.as.admin);
    await expect(admin.auth.newRecoveryKey({ password: 'a wrong password' })).rejects.toThrow('BAD_CREDENTIALS');
    const { recoveryKey } = await admin.auth.newRecoveryKey({ password: PASSWORD });
    const kept = JSON.stringify([
      test.app.database.raw.prepare('select * from event').all(),
      test.app.database.raw.prepare('select * from localEvent').all(),
      test.app.database.raw.prepare('select * from recovery').all(),
    ]);
    for (const key of [recoveryKey, test.recoveryKey]) expect(kept).not.toContain(key);
    await expect(test.client(test.as.manager).auth.newRecoveryKey({ password: PASSWORD })).rejects.toThrow('FORBIDDEN');
  });
});

describe('hashes', () => {
  it('have the strength that was decided', async () => {
    const hasher = new SecretHasher('pepper', STRONG);
    // The library writes its parameters in an order of its own.
    const strengthOf = (made: string): string[] => [
      made.split('$')[1] ?? '',
      ...(made.split('$')[3] ?? '').split(',').sort(),
    ];
    expect(strengthOf(await hasher.hashPassword(PASSWORD))).toEqual(['argon2id', 'm=65536', 'p=4', 't=3']);
    const pin = await hasher.hashPin(PINS.admin);
    expect(strengthOf(pin)).toEqual(['argon2id', 'm=19456', 'p=1', 't=2']);
    expect(await hasher.verifyPin(pin, PINS.admin)).toBe(true);
    expect(await new SecretHasher('another machine', STRONG).verifyPin(pin, PINS.admin)).toBe(false);
    expect(await hasher.verifyPin(undefined, PINS.admin)).toBe(false);
  });

  it('of PINs need the pepper beside the file; without it the password still works', async () => {
    const file = join(folder, 'other.db');
    const pepper = machinePepper(file, systemRandom);
    expect(machinePepper(file, systemRandom)).toBe(pepper);
    if (process.platform !== 'win32') expect(statSync(`${file}-pepper`).mode & 0o777).toBe(0o600);
    unlinkSync(`${file}-pepper`);
    expect(machinePepper(file, systemRandom)).not.toBe(pepper);
    createApp({ file: join(folder, 'third.db') }).close();
    expect(existsSync(join(folder, 'third.db-pepper'))).toBe(true);
  });
});
