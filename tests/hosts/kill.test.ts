/**
 * Goal: whatever the till was doing when its process was killed with -9, every sale that it had acknowledged is there once, the same
 * command sent again answers the same sale, numbers have no gap, and the books agree. Real processes, real file, real HTTP.
 * `RD_KILLS` sets how often it is killed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createApp } from '#core/app.ts';
import { monotonicIds } from '#core/engine/system.ts';
import { openShop, type Shop } from '#tests/support/shop.ts';
import { PASSWORD, testApp } from '#tests/support/testApp.ts';
import { ROOT } from '../../scripts/arguments.ts';

const KILLS = Number(process.env['RD_KILLS'] ?? '8');
const CLIENTS = 3;
vi.setConfig({ testTimeout: 30_000 + KILLS * 10_000 });

interface Till {
  child: ChildProcess;
  url: string;
}
interface Sale {
  number: string;
  saleId: string;
}

const ids = monotonicIds();
const newId = (): string => ids.next(Date.now());
let folder: string;
let shop: Shop;
let till: Till | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rd-kill-'));
  const test = await testApp({ file: join(folder, 'shop.db') });
  shop = await openShop(test);
  await shop.manager.stock.receive({
    warehouseId: shop.warehouses.SALES,
    lines: [{ productId: shop.products.filter, quantityMilli: 9_000_000, unitCostMilliClp: 3_333_333 }],
  });
  test.close();
});
afterAll(() => {
  till?.child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<Till> {
  const child = spawn(process.execPath, ['scripts/serve.ts', '--data', folder, '--port', '0', '--pages', folder], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('\n')) resolve(output);
    });
    child.once('exit', (code) => reject(new Error(`the till ended with ${String(code)}`)));
  });
  return { child, url: (JSON.parse(line) as { url: string }).url };
}

async function post(path: string, input: object, token = ''): Promise<{ status: number; body: unknown }> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const url = `${till?.url ?? ''}api/${path}`;
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(input) });
  return { status: response.status, body: await response.json() };
}

const saleInput = (commandId: string): object => ({
  commandId,
  lines: [{ productId: shop.products.filter, quantityMilli: 1_000 }],
  payments: [{ tender: 'CASH', amountClp: 6_490 }],
  expectedTotalClp: 6_490,
});

/** Sells until the till is gone; what was acknowledged goes to `sold`, what was on its way to `unknown`. */
async function sellUntilGone(token: string, sold: Map<string, Sale>, unknown: Set<string>): Promise<void> {
  for (;;) {
    const commandId = newId();
    unknown.add(commandId);
    try {
      const { status, body } = await post('sales/checkout', saleInput(commandId), token);
      if (status === 200) sold.set(commandId, body as Sale);
      else if (status === 429) await pause(20);
      else expect([status, body]).toEqual([200, 'a sale']);
      unknown.delete(commandId);
    } catch (error) {
      // Only a broken connection is expected here: the process is gone.
      if (!(error instanceof TypeError)) throw error;
      return;
    }
  }
}

it(`loses no acknowledged sale and makes none twice in ${String(KILLS)} kills`, async () => {
  const sold = new Map<string, Sale>();
  const unknown = new Set<string>();
  for (let kill = 0; kill < KILLS; kill += 1) {
    till = await start();
    const { body } = await post('auth/login', { email: 'camila@example.cl', password: PASSWORD });
    const { token } = body as { token: string };
    // What nobody knows the end of is sent again, as the page does: it has happened or happens now.
    for (const commandId of unknown) {
      const { status, body: sale } = await post('sales/checkout', saleInput(commandId), token);
      expect(status).toBe(200);
      sold.set(commandId, sale as Sale);
    }
    unknown.clear();
    const selling = Array.from({ length: CLIENTS }, () => sellUntilGone(token, sold, unknown));
    await pause(100 + kill * 37);
    const gone = new Promise((resolve) => till?.child.once('exit', resolve));
    till.child.kill('SIGKILL');
    await Promise.all([gone, ...selling]);
  }
  expect(sold.size).toBeGreaterThan(KILLS * 3);
  const app = createApp({ file: join(folder, 'shop.db'), pepper: 'test pepper' });
  try {
    const numbers = app.database.raw.prepare('select saleNumber from salesOrder order by saleNumber').pluck().all();
    const commands = new Set(app.database.raw.prepare('select commandId from event').pluck().all());
    expect([...sold.keys()].filter((commandId) => !commands.has(commandId))).toEqual([]);
    expect(new Set([...sold.values()].map(({ number }) => number)).size).toBe(sold.size);
    expect(numbers).toEqual(numbers.map((_, index) => `MA1-${String(index + 1).padStart(6, '0')}`));
    // Every sale is one that a client knows of, but for those that were on their way at the last kill.
    expect(numbers.length - sold.size).toBeLessThanOrEqual(unknown.size);
    const caller = app.system();
    expect(await app.call('audit.verify', {}, caller)).toMatchObject({ broken: [] });
    expect(await app.call('stock.selfCheck', {}, caller)).toMatchObject({ differences: [] });
    expect(app.database.raw.pragma('quick_check', { simple: true })).toBe('ok');
  } finally {
    app.close();
  }
});
