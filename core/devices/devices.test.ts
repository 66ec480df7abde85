/**
 * Goal: over the LAN nobody is answered who was not let in by a code that somebody at the machine made; a code works once and not for long;
 * a till has a terminal of its own and cannot claim another's; a screen only reads; a revoked device is out at once.
 */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallerDevice } from '#core/engine/context.ts';
import type { Caller } from '#core/engine/dispatch.ts';
import { systemRandom } from '#core/engine/system.ts';
import { openShop, type Shop } from '#tests/support/shop.ts';
import { PASSWORD, PINS, testApp, type TestApp, type TestClient } from '#tests/support/testApp.ts';
import type { LanHost } from './door.ts';
import { furtherTillCode, makePairingCode, readPairingCode } from './rules.ts';

const URL = 'https://192.168.1.20:4790';
const LAN: Caller = { origin: 'lan' };
let test: TestApp;
let shop: Shop;
let admin: TestClient;
let opened: number;

/** A host that listens nowhere. */
const host = (): LanHost => ({
  open: async () => void (opened += 1),
  close: async () => void (opened = 0),
  report: () => ({ urls: opened > 0 ? [URL] : [], fingerprint: 'ab', certificate: 'PEM', trouble: null }),
});

beforeEach(async () => {
  opened = 0;
  test = await testApp();
  shop = await openShop(test);
  admin = shop.admin;
  test.app.door.host = host();
});
afterEach(() => test.close());

async function pair(name: string, kind: 'TILL' | 'SCREEN' = 'TILL', terminalId?: string) {
  const invited = await admin.devices.invite({ name, kind, ...(terminalId === undefined ? {} : { terminalId }) });
  const { credential } = await test.client(LAN).devices.pair({ pairingCode: invited.pairingCode });
  const device = test.app.door.deviceOf(credential) as CallerDevice;
  return { credential, device, lan: { origin: 'lan', device } as const };
}

async function signIn(lan: Caller): Promise<Caller> {
  const { token } = await test.client(lan).auth.pinLogin({ userId: test.users.cashier, pin: PINS.cashier });
  return { ...lan, token };
}

const local = async (): Promise<string[]> =>
  (await admin.audit.list({ stream: 'LOCAL', limit: 200 })).rows
    .map(({ kind, subjectId }) => `${kind} ${subjectId}`)
    .filter((text) => text.startsWith('devices.'));

describe('opening', () => {
  it('is closed until asked, opens from the machine alone, and stays open over a restart', async () => {
    expect(await admin.devices.network({})).toMatchObject({ state: 'CLOSED', urls: [] });
    await expect(admin.devices.invite({ name: 'Caja 2', kind: 'TILL' })).rejects.toThrow('NETWORK_CLOSED');
    await admin.devices.open({});
    expect(await admin.devices.network({})).toMatchObject({ state: 'OPEN', urls: [URL], fingerprint: 'ab' });
    expect([test.app.door.isLeftOpen('ab'), test.app.door.isLeftOpen('cd')]).toEqual([true, false]);
    const { lan } = await pair('Caja 2');
    const { token } = await test.client(lan).auth.login({ email: 'olga@example.cl', password: PASSWORD });
    const remote = test.client({ ...lan, token });
    await expect(remote.devices.open({})).rejects.toThrow('FORBIDDEN');
    await expect(remote.devices.invite({ name: 'x', kind: 'TILL' })).rejects.toThrow('FORBIDDEN');
    await remote.devices.close({});
    expect(await admin.devices.network({})).toMatchObject({ state: 'CLOSED', urls: [] });
    expect(test.app.door.isLeftOpen('ab')).toBe(false);
    expect(await local()).toEqual([
      'devices.closed ',
      'devices.paired Caja 2',
      'devices.invited Caja 2',
      'devices.opened ',
    ]);
  });

  it('cannot be opened where no host listens', async () => {
    test.app.door.host = undefined;
    expect((await admin.devices.network({})).state).toBe('UNAVAILABLE');
    await expect(admin.devices.open({})).rejects.toThrow('NETWORK_UNAVAILABLE');
  });
});

describe('pairing', () => {
  beforeEach(() => admin.devices.open({}));

  it('takes a code once, within five minutes, from the LAN alone, and keeps neither code nor credential', async () => {
    const { pairingCode, expiresAtMs } = await admin.devices.invite({ name: 'Caja 2', kind: 'TILL' });
    expect(pairingCode).toMatch(/^\d{8}$/);
    expect(expiresAtMs - test.clock.nowMs()).toBe(5 * 60_000);
    await expect(test.client({ origin: 'loopback' }).devices.pair({ pairingCode })).rejects.toThrow('FORBIDDEN');
    const { credential } = await test
      .client(LAN)
      .devices.pair({ pairingCode: ` ${pairingCode.slice(0, 4)} ${pairingCode.slice(4)}` });
    await expect(test.client(LAN).devices.pair({ pairingCode })).rejects.toThrow('PAIRING_CODE_INVALID');
    const { raw } = test.app.database;
    const kept = JSON.stringify(
      ['pairedDevice', 'devicePairing', 'event', 'localEvent'].map((table) =>
        raw.prepare(`select * from ${table}`).all(),
      ),
    );
    expect(kept).not.toContain(credential);
    expect(kept).not.toContain(pairingCode);
    expect(kept).toContain(createHash('sha256').update(credential).digest('hex'));
    const late = await admin.devices.invite({ name: 'Caja 3', kind: 'TILL' });
    test.clock.advance(5 * 60_000);
    await expect(test.client(LAN).devices.pair({ pairingCode: late.pairingCode })).rejects.toThrow(
      'PAIRING_CODE_INVALID',
    );
    expect((await admin.devices.network({})).pairing).toBeNull();
  });

  it('lets one in of two who type the same code at once', async () => {
    const { pairingCode } = await admin.devices.invite({ name: 'Caja 2', kind: 'TILL' });
    const both = await Promise.allSettled([1, 2].map(() => test.client(LAN).devices.pair({ pairingCode })));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await admin.devices.list({})).toHaveLength(1);
  });

  it('gives up after ten wrong guesses, however right the next one is; a new code starts anew', async () => {
    const { pairingCode } = await admin.devices.invite({ name: 'Caja 2', kind: 'TILL' });
    const wrong = pairingCode === '00000000' ? '00000001' : '00000000';
    for (let guesses = 0; guesses < 10; guesses += 1) {
      await expect(test.client(LAN).devices.pair({ pairingCode: wrong })).rejects.toThrow(
        /PAIRING_CODE_INVALID|LOCKED_OUT/,
      );
      test.clock.advance(guesses < 5 ? 0 : 1_000);
    }
    await expect(test.client(LAN).devices.pair({ pairingCode })).rejects.toThrow('LOCKED_OUT');
    const next = await admin.devices.invite({ name: 'Caja 2', kind: 'TILL' });
    await test.client(LAN).devices.pair({ pairingCode: next.pairingCode });
  });

  it('answers nothing else to whoever is not paired', async () => {
    for (const [path, procedure] of test.app.dispatcher.procedures) {
      if (path === 'devices.pair') continue;
      const answer = (): unknown => test.app.call(path, {}, { ...LAN, token: test.as.admin.token });
      expect([path, procedure.kind, answer]).toSatisfy(() => throwsCode(answer) === 'DEVICE_NOT_PAIRED');
    }
  });
});

const throwsCode = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a till', () => {
  beforeEach(() => admin.devices.open({}));

  it('has a terminal of its own: its own numbers, shift and printers, whatever it asks for', async () => {
    const { lan, device } = await pair('Caja 2');
    const cashier = test.client(await signIn(lan));
    const main = test.app.dispatcher.site?.terminalId ?? '';
    expect(device.terminalId).not.toBe(main);
    expect((await test.client(lan).system.status({})).terminalName).toBe('Caja 2');
    await expect(
      test.client(lan).auth.pinLogin({ userId: test.users.cashier, pin: PINS.cashier, terminalId: main }),
    ).rejects.toThrow('FORBIDDEN');
    await expect(sell(cashier, shop.products.oil)).rejects.toThrow('SHIFT_NOT_OPEN');
    await cashier.shifts.open({ count: { '10000': 5 } });
    const numbers = [await sell(cashier, shop.products.oil), await sell(shop.cashier, shop.products.oil)];
    expect(numbers).toEqual(['MA1B-000001', 'MA1-000001']);
    expect(await cashier.printers.list({})).toEqual([]);
    const added = test.app.database.raw
      .prepare("select count(*) from event where kind = 'auth.terminalAdded'")
      .pluck()
      .get();
    expect(added).toBe(1);
  });

  it('holds its session alone: a token carried to another device, or to the machine, is worth nothing', async () => {
    const [one, two] = [await pair('Caja 2'), await pair('Caja 3')];
    const { token } = await signIn(one.lan);
    await expect(test.client({ ...two.lan, token }).auth.me({})).rejects.toThrow('UNAUTHENTICATED');
    await expect(test.client({ origin: 'loopback', token }).auth.me({})).rejects.toThrow('UNAUTHENTICATED');
    await expect(test.client({ ...one.lan, token: test.as.admin.token }).auth.me({})).rejects.toThrow(
      'UNAUTHENTICATED',
    );
  });

  it('takes the terminal of a revoked one over, with its open shift and the next number; never a live one’s', async () => {
    const first = await pair('Caja 2');
    const cashier = test.client(await signIn(first.lan));
    await cashier.shifts.open({ count: { '10000': 5 } });
    await sell(cashier, shop.products.oil);
    const { terminalId } = first.device;
    const main = test.app.dispatcher.site?.terminalId ?? '';
    for (const taken of [terminalId, main])
      await expect(admin.devices.invite({ name: 'x', kind: 'TILL', terminalId: taken })).rejects.toThrow('NOT_FOUND');
    expect(await admin.devices.freeTills({})).toEqual([]);
    await admin.devices.revoke({ id: first.device.id });
    expect(await admin.devices.freeTills({})).toMatchObject([{ id: terminalId, code: '1B' }]);
    const second = await pair('Caja 2 nueva', 'TILL', terminalId);
    expect(await sell(test.client(await signIn(second.lan)), shop.products.oil)).toBe('MA1B-000002');
  });

  it('is out at once when revoked: credential, sessions, replays', async () => {
    const { lan, credential, device } = await pair('Caja 2');
    const caller = await signIn(lan);
    expect(await test.client(caller).auth.me({})).toMatchObject({ terminalName: 'Caja 2' });
    await admin.devices.revoke({ id: device.id });
    expect(test.app.door.deviceOf(credential)).toBeUndefined();
    await expect(test.client(caller).auth.me({})).rejects.toThrow('UNAUTHENTICATED');
    await expect(admin.devices.revoke({ id: device.id })).rejects.toThrow('NOT_FOUND');
    expect(await admin.devices.list({})).toMatchObject([
      { name: 'Caja 2', terminalCode: '1B', revokedAtMs: test.clock.nowMs() },
    ]);
    expect((await local())[0]).toBe('devices.revoked Caja 2');
  });
});

describe('a screen', () => {
  it('reads goods, prices and orders, and neither writes nor sees cash, whoever signs in', async () => {
    await admin.devices.open({});
    const { lan } = await pair('Vitrina', 'SCREEN');
    const { token, user } = await test.client(lan).auth.login({ email: 'olga@example.cl', password: PASSWORD });
    expect([user.permissions.sort(), user.withheld]).toEqual([['catalog.read', 'sales.read', 'stock.read'], []]);
    const caller: Caller = { ...lan, token };
    const screen = test.client(caller);
    expect((await screen.products.list({ text: 'aceite' })).total).toBeGreaterThan(0);
    expect((await screen.orders.list({})).total).toBe(0);
    expect((await screen.stock.levels({})).rows.length).toBeGreaterThan(0);
    const letIn = [...test.app.dispatcher.procedures].flatMap(([path]) => {
      const code = throwsCode(
        () => void Promise.resolve(test.app.call(path, { nonsense: 1 }, caller)).catch(() => null),
      );
      return code === 'FORBIDDEN' ? [] : [path];
    });
    const writes = letIn.filter((path) => test.app.dispatcher.procedures.get(path)?.kind !== 'query');
    expect(writes.sort()).toEqual(['auth.login', 'auth.logout', 'auth.pinLogin', 'auth.refresh', 'devices.pair']);
    expect(
      letIn.filter((path) => /^(sales|shifts|payments|returns|reports|accounts|customers|users)\./.test(path)),
    ).toEqual([]);
  });
});

describe('codes', () => {
  it('are eight digits, fair, and read as people write them', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.uint8Array({ minLength: 4, maxLength: 4 })), (stream) => {
        const code = makePairingCode({ bytes: () => stream.next().value as Uint8Array });
        expect(code).toMatch(/^\d{8}$/);
        expect(readPairingCode(`${code.slice(0, 4)} ${code.slice(4)}`)).toBe(code);
      }),
    );
    const drawn = [Buffer.from('ffffffff', 'hex'), Buffer.from('00000007', 'hex')];
    expect(makePairingCode({ bytes: () => drawn.shift() ?? Buffer.alloc(4) })).toBe('00000007');
  });

  it('of further tills are never one that exists, and bear the machine’s own while there is room', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z0-9]{1,4}$/), fc.integer({ min: 1, max: 60 }), (own, count) => {
        const taken = new Set([own]);
        for (let index = 0; index < count; index += 1) {
          const code = furtherTillCode(own, taken, systemRandom);
          expect([code.length <= 4, taken.has(code)]).toEqual([true, false]);
          if (own.length < 4 && index < 20) expect(code.startsWith(own)).toBe(true);
          taken.add(code);
        }
      }),
    );
  });
});

async function sell(till: TestClient, productId: string): Promise<string> {
  const sold = await till.sales.checkout({
    lines: [{ productId, quantityMilli: 1_000 }],
    payments: [{ tender: 'CASH', amountClp: 24_990 }],
    expectedTotalClp: 24_990,
  });
  return sold.number;
}
