/**
 * Goal: over real HTTPS the shop is closed until asked, vouched for by its own authority and nobody else's, answers strangers nothing but the
 * page that asks for a code, keeps every guard of the other entrance, shuts a revoked device out in the same moment, and never lets two tills
 * sell the last unit or share a number.
 */
import { X509Certificate } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueServer, makeAuthority } from '#server/certificates.ts';
import { shutLan } from '#core/devices/index.ts';
import { type RunningLan, startLan } from '#server/lan.ts';
import { LanKeys } from '#server/lanKeys.ts';
import { startServer } from '#server/server.ts';
import { openShop, type Shop } from '#tests/support/shop.ts';
import { PASSWORD, PINS, testApp, type TestApp } from '#tests/support/testApp.ts';
import { LanClient } from './lanClient.ts';

let folder: string;
let test: TestApp;
let shop: Shop;
let lan: RunningLan;
let url: string;
let ca: string;
let addresses = ['127.0.0.1'];

const start = (): Promise<RunningLan> =>
  startLan({
    app: test.app,
    data: folder,
    port: 0,
    pages: join(folder, 'pages'),
    version: '1.2.3',
    addresses: () => addresses,
    requestsPerSecond: 5_000,
  });

async function state() {
  return shop.admin.devices.network({});
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rd-lan-'));
  mkdirSync(join(folder, 'pages'));
  writeFileSync(join(folder, 'pages/index.html'), '<!doctype html><title>page</title>');
  test = await testApp({ file: join(folder, 'shop.db') });
  // The keys of a machine with a wrong clock are worth nothing to its tills: here the clock is right.
  test.clock.set(Date.now());
  for (const who of ['admin', 'manager', 'cashier'] as const) {
    const { token } = await test.client({ origin: 'loopback' }).auth.login({ email: EMAILS[who], password: PASSWORD });
    test.as[who] = { token, origin: 'loopback' };
  }
  shop = await openShop(test);
  lan = await start();
  expect((await state()).state).toBe('CLOSED');
  expect(existsSync(join(folder, 'lan'))).toBe(false);
  await shop.admin.devices.open({});
  ({
    urls: [url = ''],
    certificate: ca,
  } = await state());
});
afterAll(async () => {
  await lan.stop();
  test.close();
  rmSync(folder, { recursive: true });
});

const EMAILS = { admin: 'olga@example.cl', manager: 'marcela@example.cl', cashier: 'camila@example.cl' } as const;

async function paired(name: string, kind: 'TILL' | 'SCREEN' = 'TILL'): Promise<LanClient> {
  const client = new LanClient(url, ca);
  const { pairingCode } = await shop.admin.devices.invite({ name, kind });
  expect((await client.pair(pairingCode)).json).toEqual({ name, kind });
  await client.signIn(test.users.cashier, PINS.cashier);
  return client;
}

describe('the certificate', () => {
  it('is the authority’s, names the address, and holds for TLS 1.2 and newer only', async () => {
    const { fingerprint } = await state();
    expect(new X509Certificate(ca).fingerprint256.replaceAll(':', '').toLowerCase()).toBe(fingerprint);
    const client = new LanClient(url, ca);
    expect((await client.ask('GET', '/healthz')).json).toEqual({ status: 'ok' });
    const other = new LanClient(url, (await makeAuthority('Otra', [], Date.now())).certificate);
    await expect(other.ask('GET', '/healthz')).rejects.toThrow(/self-signed|unable to (get|verify)/);
    await expect(
      client.ask('GET', '/healthz', { tls: { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' } }),
    ).rejects.toThrow();
  });

  it('cannot vouch for anything but private addresses and local names', async () => {
    const authority = await makeAuthority('Prueba', [], Date.now());
    const verdict = async (names: { addresses: string[]; hostName: string }): Promise<string> => {
      const leaf = await issueServer(authority, names, Date.now());
      return handshake(leaf, authority.certificate);
    };
    expect(await verdict({ addresses: ['127.0.0.1', '10.1.2.3', '192.168.0.7'], hostName: 'caja.local' })).toBe(
      'trusted',
    );
    expect(await verdict({ addresses: ['127.0.0.1'], hostName: 'banco.example' })).toMatch(/PERMITTED|permitted/);
    expect(await verdict({ addresses: ['127.0.0.1', '8.8.8.8'], hostName: 'caja.local' })).toMatch(
      /PERMITTED|permitted/,
    );
  });

  it('keeps its keys from everybody else, out of the database and its copies', () => {
    const mode = (name: string): number => statSync(join(folder, 'lan', name)).mode & 0o777;
    for (const name of readdirSync(join(folder, 'lan'))) expect([name, mode(name)]).toEqual([name, 0o600]);
    expect(statSync(join(folder, 'lan')).mode & 0o777).toBe(0o700);
    const key = readFileSync(join(folder, 'lan/authority-key.pem'), 'utf8').split('\n')[1] ?? '-';
    const tables = test.app.database.raw
      .prepare("select name from sqlite_schema where type = 'table'")
      .pluck()
      .all() as string[];
    const all = tables
      .filter((name) => !name.startsWith('productSearch'))
      .map((name) => test.app.database.raw.prepare(`select * from "${name}"`).all());
    expect(JSON.stringify(all)).not.toContain(key);
  });

  it('is issued anew when the addresses change or its time is nearly over; the authority stays', async () => {
    const keys = new LanKeys(join(folder, 'renewal'));
    const names = { addresses: ['127.0.0.1'], hostName: 'caja.local' };
    const nowMs = Date.now();
    const first = await keys.server(names, 'Prueba', nowMs);
    const { fingerprint } = keys;
    expect(await keys.server(names, 'Prueba', nowMs + 86_400_000)).toEqual(first);
    const moved = await keys.server({ ...names, addresses: ['127.0.0.1', '192.168.7.7'] }, 'Prueba', nowMs);
    expect(new X509Certificate(moved.cert).subjectAltName).toContain('192.168.7.7');
    const later = await keys.server(names, 'Prueba', nowMs + 380 * 86_400_000);
    expect(later.cert).not.toBe(moved.cert);
    expect(keys.fingerprint).toBe(fingerprint);
    expect(new LanKeys(join(folder, 'renewal')).fingerprint).toBe(fingerprint);
  });
});

describe('a stranger', () => {
  it('sees the page that asks for a code, whether the shop is alive, and the authority’s certificate: nothing else', async () => {
    const stranger = new LanClient(url, ca);
    expect((await stranger.ask('GET', '/')).body).toContain('<title>page</title>');
    expect(await stranger.ask('GET', '/authority.crt')).toMatchObject({
      status: 200,
      body: ca,
      headers: { 'content-type': 'application/x-x509-ca-cert' },
    });
    for (const path of ['/health', '/api', '/api/docs', '/api/openapi.json', '/events'])
      expect([path, (await stranger.ask('GET', path)).json.error?.code]).toEqual([path, 'DEVICE_NOT_PAIRED']);
    stranger.token = test.as.admin.token;
    for (const path of test.app.dispatcher.procedures.keys())
      if (path !== 'devices.pair')
        expect([path, (await stranger.post(path, {})).json.error?.code]).toEqual([path, 'DEVICE_NOT_PAIRED']);
    expect((await stranger.post('devices.pair', { pairingCode: '12345678' })).json.error?.code).toBe(
      'PAIRING_CODE_INVALID',
    );
  });

  it('is slowed down when he tries codes, and locked out after ten', async () => {
    const stranger = new LanClient(url, ca);
    const { pairingCode } = await shop.admin.devices.invite({ name: 'Caja X', kind: 'TILL' });
    const codes = new Set<string | undefined>();
    for (let guess = 0; guess < 12; guess += 1)
      codes.add(
        (await stranger.post('devices.pair', { pairingCode: pairingCode === '11111111' ? '22222222' : '11111111' }))
          .json.error?.code,
      );
    expect([...codes]).toEqual(['PAIRING_CODE_INVALID', 'LOCKED_OUT']);
    expect((await stranger.pair(pairingCode)).json.error?.code).toBe('LOCKED_OUT');
    const hammered = await Promise.all(
      Array.from({ length: 80 }, () => stranger.post('devices.pair', { pairingCode: '3' })),
    );
    expect(hammered.map(({ json }) => json.error?.code)).toContain('RATE_LIMITED');
    await shop.admin.devices.withdraw({});
    await lan.stop();
    lan = await start();
    ({
      urls: [url = ''],
    } = await state());
  });
});

describe('a paired device', () => {
  it('gets its credential in a cookie that no script reads, and must show it at every call', async () => {
    const client = new LanClient(url, ca);
    const { pairingCode } = await shop.admin.devices.invite({ name: 'Caja 2', kind: 'TILL' });
    const answer = await client.pair(pairingCode);
    const [set = ''] = [answer.headers['set-cookie'] ?? []].flat();
    expect(set).toMatch(/^__Host-rd-device=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; Secure; SameSite=Strict$/);
    expect(answer.body).not.toContain(client.cookie?.split('=')[1]);
    await client.signIn(test.users.cashier, PINS.cashier);
    expect((await client.post('auth.me', {})).json).toMatchObject({ terminalName: 'Caja 2' });
    expect((await client.ask('GET', '/')).headers['set-cookie']).toBeDefined();
    const { cookie } = client;
    client.cookie = undefined;
    expect((await client.post('auth.me', {})).json.error?.code).toBe('DEVICE_NOT_PAIRED');
    client.cookie = `${cookie ?? ''}x`;
    expect((await client.post('auth.me', {})).json.error?.code).toBe('DEVICE_NOT_PAIRED');
    client.cookie = `other=1; ${cookie ?? ''}`;
    expect((await client.post('auth.me', {})).status).toBe(200);
  });

  it('meets the guards of the other entrance: host, origin, site, type, size', async () => {
    const till = await paired('Caja 3');
    const { host } = new URL(url);
    const tried = async (headers: Record<string, string>): Promise<number> =>
      (await till.post('auth.me', {}, headers)).status;
    expect(await tried({ origin: url })).toBe(200);
    for (const headers of [
      { host: 'evil.example' },
      { host: `${host}.nip.io` },
      { origin: 'https://evil.example' },
      { origin: `http://${host}` },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ])
      expect([headers, await tried(headers)]).toEqual([headers, 403]);
    expect(await tried({ 'content-type': 'text/plain' })).toBe(400);
    const large = await till.post('auth.me', { a: 'x'.repeat(2_000_000) }).catch(() => ({ status: 400 }));
    expect(large.status).toBe(400);
    const answer = await till.post('auth.me', {});
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('is out in the moment it is revoked: its stream ends, its calls are refused, its socket is worth nothing', async () => {
    const till = await paired('Caja 4');
    const news = await till.listen();
    const device = (await shop.admin.devices.list({})).find(({ name }) => name === 'Caja 4');
    const startedMs = performance.now();
    await shop.admin.devices.revoke({ id: device?.id ?? '' });
    await news.ended;
    // Sooner than the next beat, which would have noticed too.
    expect(performance.now() - startedMs).toBeLessThan(4_000);
    expect(news.heard()).not.toContain('pairedDevice');
    expect((await till.post('auth.me', {})).json.error?.code).toBe('DEVICE_NOT_PAIRED');
    expect((await till.ask('GET', '/events')).json.error?.code).toBe('DEVICE_NOT_PAIRED');
  });

  it('of the kind SCREEN reads and writes nothing', async () => {
    const screen = await paired('Vitrina', 'SCREEN');
    expect((await screen.post('products.list', { text: 'aceite' })).status).toBe(200);
    for (const path of ['sales.checkout', 'shifts.open', 'sales.list', 'devices.open', 'auth.setPin'])
      expect([path, (await screen.post(path, {})).json.error?.code]).toEqual([path, 'FORBIDDEN']);
  });
});

describe('two tills', () => {
  const UNITS = 7;
  it('never oversell and never share a number, however they race', async () => {
    const tills = [await paired('Mesón A'), await paired('Mesón B')];
    for (const till of tills)
      expect((await till.post('shifts.open', { commandId: test.newId(), count: { '10000': 5 } })).status).toBe(200);
    const { id: productId } = await shop.manager.products.create({
      sku: 'ULT-1',
      name: 'Último',
      categoryId: (await shop.manager.categories.list({}))[0]?.id ?? '',
      priceClp: 1_000,
    });
    const lines = [{ productId, quantityMilli: UNITS * 1_000, unitCostMilliClp: 500_000 }];
    await shop.manager.stock.receive({ warehouseId: shop.warehouses.SALES, lines });
    const commands = Array.from({ length: 24 }, () => test.newId());
    const sell = (till: LanClient | undefined, commandId: string) =>
      (till as LanClient).post('sales.checkout', {
        commandId,
        lines: [{ productId, quantityMilli: 1_000 }],
        payments: [{ tender: 'CASH', amountClp: 1_000 }],
        expectedTotalClp: 1_000,
      });
    const answers = await Promise.all(commands.map((commandId, index) => sell(tills[index % 2], commandId)));
    const sold = answers.filter(({ status }) => status === 200).map(({ json }) => json['number'] as string);
    const refused = answers.filter(({ status }) => status !== 200).map(({ json }) => json.error?.code);
    expect(sold).toHaveLength(UNITS);
    expect(new Set(refused)).toEqual(new Set(['STOCK_INSUFFICIENT']));
    expect(new Set(sold).size).toBe(UNITS);
    for (const code of [...new Set(sold.map((number) => number.split('-')[0]))]) {
      const own = sold
        .filter((number) => number.startsWith(`${code ?? ''}-`))
        .map((number) => Number(number.split('-')[1]));
      expect(own.sort((a, b) => a - b)).toEqual(own.map((_, index) => index + 1));
    }
    expect(await shop.onHand(productId)).toEqual({ onHandMilli: 0, reservedMilli: 0 });
    // A lost answer is asked for again by the same id: the same sale, at the same till.
    const again = await Promise.all(commands.map((commandId, index) => sell(tills[index % 2], commandId)));
    expect(again.filter(({ status }) => status === 200).map(({ json }) => json['number'])).toEqual(sold);
    expect(await shop.agrees()).toBe(true);
  });
});

describe('opening and closing', () => {
  it('leaves the other entrance on loopback, whatever is opened', async () => {
    const server = await startServer({ app: test.app, port: 0, pages: join(folder, 'pages'), version: '1.2.3' });
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
    await server.close();
  });

  it('opens again after a restart with the same keys, and follows the addresses of the machine', async () => {
    const till = await paired('Caja 5');
    const { fingerprint } = await state();
    await lan.stop();
    lan = await start();
    const again = await state();
    expect([again.state, again.fingerprint]).toEqual(['OPEN', fingerprint]);
    const client = new LanClient(again.urls[0] ?? '', ca);
    Object.assign(client, { cookie: till.cookie, token: till.token });
    expect((await client.post('auth.me', {})).status).toBe(200);
    addresses = [];
    await lan.refresh();
    expect(await state()).toMatchObject({ state: 'OPEN', urls: [], trouble: 'NO_ADDRESS' });
    addresses = ['127.0.0.1', '127.0.0.2'];
    await lan.refresh();
    const { urls } = await state();
    expect(urls).toHaveLength(2);
    for (const each of urls) expect((await new LanClient(each, ca).ask('GET', '/healthz')).status).toBe(200);
    addresses = ['127.0.0.1'];
    await lan.refresh();
    url = (await state()).urls[0] ?? '';
  });

  it('closes at once, even from one of its own tills, and stays closed over a restart', async () => {
    const till = await paired('Caja 6');
    const { json } = await till.post('auth.login', { email: EMAILS.admin, password: PASSWORD });
    till.token = json['token'] as string;
    const news = await till.listen();
    expect((await till.post('devices.close', {})).status).toBe(200);
    await news.ended;
    await expect(till.post('auth.me', {})).rejects.toThrow('ECONNREFUSED');
    await lan.stop();
    lan = await start();
    expect(await state()).toMatchObject({ state: 'CLOSED', urls: [] });
  });

  it('closes when the file goes on as somebody else', async () => {
    await shop.admin.devices.open({});
    const [open = ''] = (await state()).urls;
    expect((await new LanClient(open, ca).ask('GET', '/healthz')).status).toBe(200);
    test.app.dispatcher.local(shutLan);
    await expect(new LanClient(open, ca).ask('GET', '/healthz')).rejects.toThrow('ECONNREFUSED');
    expect((await state()).state).toBe('CLOSED');
  });

  it('says in a typed word why it cannot open', async () => {
    addresses = [];
    await expect(shop.admin.devices.open({})).rejects.toMatchObject({
      code: 'NETWORK_UNAVAILABLE',
      details: { reason: 'NO_ADDRESS' },
    });
    expect((await state()).state).toBe('CLOSED');
    addresses = ['127.0.0.1'];
  });
});

/** Whether a client that trusts the authority takes the leaf: by OpenSSL's own verdict. */
async function handshake(leaf: { key: string; certificate: string }, authority: string): Promise<string> {
  const server = createServer({ key: leaf.key, cert: `${leaf.certificate}\n${authority}` });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, ca: authority }, () => {
      resolve('trusted');
      socket.destroy();
      server.close();
    });
    socket.on('error', (error) => {
      resolve(`${(error as NodeJS.ErrnoException).code ?? ''} ${error.message}`);
      server.close();
    });
  });
}
