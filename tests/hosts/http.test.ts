/**
 * Goal: over real HTTP nothing comes in that was not sent by our own page or by a client who means it, nothing goes out that others may
 * not know, news arrives after each commit, and a double-submitted command happens once.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '#server/server.ts';
import { openShop, type Shop } from '#tests/support/shop.ts';
import { PASSWORD, testApp, type TestApp } from '#tests/support/testApp.ts';

let folder: string;
let test: TestApp;
let shop: Shop;
let server: RunningServer;
let port: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rd-http-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(folder, 'assets/app-1a2b.js'), `export const text = '${'a'.repeat(5_000)}';`);
  writeFileSync(join(folder, '.env'), 'SECRET=1');
  test = await testApp();
  shop = await openShop(test);
  server = await startServer({
    app: test.app,
    port: 0,
    pages: folder,
    version: '1.2.3',
    requestsPerSecond: 5_000,
    secretsPerMinute: 60,
  });
  port = Number(new URL(server.url).port);
});
afterAll(async () => {
  await server.close();
  test.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  json: { error?: { code: string; details: Record<string, unknown>; reference: string } } & Record<string, unknown>;
}

/** One request with exactly these headers: fetch would not let us lie about Host and Origin. */
function ask(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        let json = {} as Answer['json'];
        try {
          json = JSON.parse(text) as Answer['json'];
        } catch {
          // Not JSON: a page.
        }
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, json });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };
const bearer = (who: 'admin' | 'manager' | 'cashier') => ({ authorization: `Bearer ${test.as[who].token ?? ''}` });
const post = (path: string, input: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  ask('POST', `/api/${path.replace('.', '/')}`, { ...JSON_TYPE, ...headers }, JSON.stringify(input));

describe('who may come in', () => {
  it('answers its own names only: another Host is a rebound name', async () => {
    expect((await post('system.status', {}, { host: `127.0.0.1:${String(port)}` })).status).toBe(200);
    expect((await post('system.status', {}, { host: `localhost:${String(port)}` })).status).toBe(200);
    for (const host of [
      'evil.example',
      `evil.example:${String(port)}`,
      '127.0.0.1',
      `127.0.0.1:${String(port + 1)}`,
      `127.0.0.1.nip.io:${String(port)}`,
    ]) {
      expect(await post('system.status', {}, { host })).toMatchObject({
        status: 403,
        json: { error: { code: 'FORBIDDEN' } },
      });
    }
  });

  it('answers its own page only: another site or another local port is refused', async () => {
    const own = `http://127.0.0.1:${String(port)}`;
    expect((await post('system.status', {}, { origin: own })).status).toBe(200);
    for (const origin of [
      'http://evil.example',
      `http://127.0.0.1:${String(port + 1)}`,
      'http://127.0.0.1',
      'null',
      `http://localhost:${String(port)}`,
    ]) {
      expect((await post('system.status', {}, { origin })).status).toBe(403);
    }
    expect((await post('system.status', {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await post('system.status', {}, { 'sec-fetch-site': 'same-site' })).status).toBe(403);
  });

  it('takes JSON alone, in UTF-8, up to a size; a form cannot speak it', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']) {
      const answer = await ask('POST', '/api/system/status', type === '' ? {} : { 'content-type': type }, '{}');
      expect(answer).toMatchObject({ status: 400, json: { error: { code: 'INVALID_INPUT' } } });
    }
    expect(
      (await ask('POST', '/api/system/status', { 'content-type': 'application/json; charset=utf-8' }, '{}')).status,
    ).toBe(200);
    expect((await ask('POST', '/api/system/status', JSON_TYPE, '{"a":')).status).toBe(400);
    expect(
      (
        await ask('POST', '/api/system/status', JSON_TYPE, JSON.stringify({ a: 'x'.repeat(2_000_000) })).catch(() => ({
          status: 400,
        }))
      ).status,
    ).toBe(400);
  });

  it('knows the session by its header alone: no cookie, no query', async () => {
    expect((await post('auth.me', {})).status).toBe(401);
    expect((await post('auth.me', {}, { cookie: `token=${test.as.cashier.token ?? ''}` })).status).toBe(401);
    expect((await ask('POST', `/api/auth/me?token=${test.as.cashier.token ?? ''}`, JSON_TYPE, '{}')).status).toBe(401);
    expect((await post('auth.me', {}, bearer('cashier'))).status).toBe(200);
    expect((await post('users.list', {}, bearer('cashier'))).json.error?.code).toBe('FORBIDDEN');
  });

  it('sets no cookie, allows no other origin, and says how its pages may behave', async () => {
    for (const answer of [
      await ask('GET', '/'),
      await post('system.status', {}),
      await post('auth.me', {}),
      await ask('GET', '/nothing.js'),
    ]) {
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';");
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      });
    }
    expect((await ask('OPTIONS', '/api/system/status', { origin: 'http://evil.example' })).status).toBe(403);
  });

  it('slows down who guesses', async () => {
    const limited = await startServer({
      app: test.app,
      port: 0,
      pages: folder,
      version: '1',
      requestsPerSecond: 5,
      secretsPerMinute: 3,
    });
    const codes: string[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const response = await fetch(`${limited.url}api/auth/login`, {
        method: 'POST',
        headers: JSON_TYPE,
        body: JSON.stringify({ email: 'x@example.cl', password: 'wrong-password' }),
      });
      codes.push(((await response.json()) as Answer['json']).error?.code ?? '');
    }
    expect(codes.slice(3)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
    const statuses = await Promise.all(
      Array.from({ length: 30 }, () => fetch(`${limited.url}healthz`).then((response) => response.status)),
    );
    expect(statuses).toContain(429);
    await limited.close();
  });
});

describe('what goes out', () => {
  it('serves the page compressed, hashed files for ever, and nothing outside or hidden', async () => {
    const page = await ask('GET', '/');
    expect(page).toMatchObject({ status: 200, headers: { 'cache-control': 'no-cache' } });
    expect((await ask('GET', '/vender')).body).toBe(page.body);
    const script = await ask('GET', '/assets/app-1a2b.js', { 'accept-encoding': 'gzip, br' });
    expect(script.headers).toMatchObject({
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(Number(script.headers['content-length'])).toBeLessThan(1_000);
    expect((await ask('HEAD', '/assets/app-1a2b.js')).body).toBe('');
    for (const path of [
      '/../package.json',
      '/..%2f..%2fpackage.json',
      '/assets/../../package.json',
      '/%00.js',
      '/assets/none.js',
      '/.env',
      '/%5c..%5cx.js',
    ]) {
      const answer = await ask('GET', path);
      expect([path, answer.body.includes('SECRET') || answer.body.includes('rep-drill')]).toEqual([path, false]);
    }
  });

  it('tells a monitor and a person how it is', async () => {
    expect((await ask('GET', '/healthz')).json).toMatchObject({ status: 'ok', version: '1.2.3', installed: true });
    expect((await ask('GET', '/health')).body).toContain('Rep-Drill: OK');
  });

  it('describes itself: OpenAPI 3.1 of every procedure, and a page without script', async () => {
    const document = (await ask('GET', '/api/openapi.json')).json as unknown as {
      openapi: string;
      paths: Record<string, { post: Record<string, unknown> }>;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toHaveLength(test.app.dispatcher.procedures.size);
    expect(document.paths['/api/sales/checkout']?.post).toMatchObject({
      'x-kind': 'command',
      'x-permission': 'sales.sell',
    });
    const page = await ask('GET', '/api/docs');
    expect(page.body).toContain('POST /api/sales/checkout');
    expect(page.body).not.toContain('<script');
  });

  it('gives each answer a request id: the page’s own, or a new one; never one that could forge a log line', async () => {
    expect((await post('system.status', {}, { 'x-request-id': 'abc-123' })).headers['x-request-id']).toBe('abc-123');
    const forged = await post('auth.me', {}, { 'x-request-id': 'a b"c' });
    expect(forged.headers['x-request-id']).toMatch(/^[\w-]{36}$/);
    expect(forged.json.error?.reference).toBe(forged.headers['x-request-id']);
  });

  it('hides a bug behind a reference', async () => {
    const broken = {
      ...test.app,
      call: () => {
        throw new Error('select secret from table');
      },
    };
    const second = await startServer({ app: broken, port: 0, pages: folder, version: '1' });
    const response = await fetch(`${second.url}api/system/status`, { method: 'POST', headers: JSON_TYPE, body: '{}' });
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'INTERNAL', details: {} } });
    expect(text).not.toContain('select');
    await second.close();
  });
});

describe('news', () => {
  it('tells a signed-in page what changed after each commit, and ends with the server', async () => {
    expect((await ask('GET', '/events')).status).toBe(401);
    const second = await startServer({ app: test.app, port: 0, pages: folder, version: '1' });
    const response = await fetch(`${second.url}events`, { headers: bearer('cashier') });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader?.read())?.value ?? '';
    await shop.manager.customers
      .create({ kind: 'PERSON', firstName: 'Ana', lastName: 'Vera' } as never)
      .catch(() => shop.manager.categories.create({ name: 'Filtros' }));
    while (!text.includes('event: change')) text += (await reader?.read())?.value ?? '';
    expect(text).toMatch(/event: change\ndata: \[.*"event".*\]/);
    await second.close();
    expect((await reader?.read())?.done).toBe(true);
  });
});

describe('double submission', () => {
  it('sells once, whatever eight impatient clients send', async () => {
    const before = test.app.database.raw.prepare('select count(*) from sale').pluck().get() as number;
    const wave = async (): Promise<string> => {
      const commandId = test.newId();
      const input = {
        commandId,
        lines: [{ productId: shop.products.oil, quantityMilli: 1_000 }],
        payments: [{ tender: 'CASH', amountClp: 24_990 }],
        expectedTotalClp: 24_990,
      };
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => post('sales.checkout', input, bearer('cashier'))),
      );
      expect(new Set(answers.map(({ status, body }) => `${String(status)} ${body}`)).size).toBe(1);
      expect(answers[0]?.status).toBe(200);
      return answers[0]?.json['number'] as string;
    };
    const numbers: string[] = [];
    for (let sale = 0; sale < 10; sale += 1) numbers.push(await wave());
    expect(new Set(numbers).size).toBe(10);
    expect(test.app.database.raw.prepare('select count(*) from sale').pluck().get()).toBe(before + 10);
    expect((await shop.onHand(shop.products.oil)).onHandMilli).toBe(10_000);
    expect(await shop.agrees()).toBe(true);
  });

  it('signs in over the wire and out again', async () => {
    const opened = (await post('auth.login', { email: 'camila@example.cl', password: PASSWORD })).json as unknown as {
      token: string;
    };
    const headers = { authorization: `Bearer ${opened.token}` };
    expect((await post('auth.me', {}, headers)).status).toBe(200);
    expect((await post('auth.logout', {}, headers)).status).toBe(200);
    expect((await post('auth.me', {}, headers)).status).toBe(401);
  });
});

it('is not held open by a client that says nothing', async () => {
  const second = await startServer({ app: test.app, port: 0, pages: folder, version: '1' });
  const socket = connect(Number(new URL(second.url).port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  await second.close();
  socket.destroy();
});
