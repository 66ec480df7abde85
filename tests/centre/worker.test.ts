/**
 * Goal: the link as it runs in a shop, with its thread and a line that breaks: a hint brings a sale over in no time, a cut is told and waited
 * out longer each time, the user's word and the next hint end the waiting, a thread that dies is started again, and the counter sells on
 * in transactions that stay short.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type App, createApp } from '#core/app.ts';
import { WEAK_FOR_TESTS } from '#core/auth/index.ts';
import type { Caller } from '#core/engine/dispatch.ts';
import { provisionDevice } from '#core/sync/centre/provision.ts';
import { backoffMs } from '#core/sync/link.ts';
import type { Sql } from '#core/sync/postgres.ts';
import { remoteCentre } from '#core/sync/remote.ts';
import { ownHead, readState } from '#core/sync/state.ts';
import { openShop } from '#tests/bench/checkout.ts';
import { replace, run, temporaryFolder } from './machines.ts';
import { ports, type PostgresServer, startPostgres } from './support.ts';
import { type Wire, wireTo } from './wire.ts';

let postgres: PostgresServer;
let wire: Wire;
let sql: Sql;
let urlOf: (device: { role: string; password: string }) => string;
/** Sells; its line to the centre is the one that breaks. */
let till: App;
let caller: Caller;
let sell: () => void;
/** Reads the same branch over a line of its own. */
let other: App;
const { folder, remove } = temporaryFolder();

beforeAll(async () => {
  postgres = await startPostgres();
  wire = await wireTo(postgres.port);
  ({ sql, urlOf } = await postgres.centre());
  till = machine('till');
  ({ sell, caller } = await openShop(till));
  till.link.start();
  await run(till, caller, 'sync.connect', { connection: await credentials(wire.port) });
  await till.link.now();
  other = machine('other');
  await replace(other, await credentials(postgres.port));
}, 180_000);
afterAll(async () => {
  for (const app of [till, other]) {
    await app.link.stop();
    app.close();
  }
  await wire.close();
  await sql.close();
  await postgres.stop();
  remove();
}, 60_000);

/** The application as a host opens it: the centre is reached by a thread. */
const machine = (name: string): App =>
  createApp({ file: join(folder, name, 'shop.db'), pepper: name, hashStrength: WEAK_FOR_TESTS, version: '1.0.0' });

async function credentials(port: number): Promise<string> {
  const url = new URL(urlOf(await provisionDevice(sql, { branchCode: 'MA' }, ports())));
  url.port = String(port);
  return url.href;
}

const salesAt = (app: App): number =>
  app.database.reader.prepare('select count(*) from salesOrder').pluck().get() as number;
const state = () => readState(till.database.reader);
const pending = (): number => ownHead(till.database.reader) - (state()?.acked ?? 0);

/** Until it holds; answers how long it took. */
async function until(what: () => boolean, limitMs: number): Promise<number> {
  const startedMs = performance.now();
  while (!what()) {
    if (performance.now() - startedMs > limitMs)
      throw new Error(`not within ${String(limitMs)} ms: ${what.toString()}`);
    await pause(20);
  }
  return performance.now() - startedMs;
}

it('brings a sale to the other machine by a hint, long before anybody would have asked', async () => {
  await until(() => pending() === 0 && salesAt(other) === salesAt(till), 30_000);
  await pause(500);
  sell();
  // Nobody asks for it: the sale sets the one link going, the hint the other. Polling comes after ten seconds at the earliest.
  expect(await until(() => salesAt(other) === salesAt(till), 9_000)).toBeLessThan(9_000);
}, 60_000);

it('sells on while the line is cut, tells it, and waits within the bounds', async () => {
  wire.setOpen(false);
  for (let failure = 1; failure <= 3; failure += 1) {
    sell();
    await pause(100);
    // The user's word ends the waiting; it counts from the start again.
    await till.link.now();
    expect(state()).toMatchObject({ reason: 'UNREACHABLE' });
  }
  const { failures = 0 } = state() ?? {};
  expect(failures).toBeGreaterThan(0);
  const waits = (till.link.nextAttemptAtMs ?? 0) - Date.now();
  expect(waits).toBeLessThanOrEqual(backoffMs(failures, 0.999_99));
  expect(pending()).toBe(3);
  const status = run<{ state: string; pending: number; reason: string }>(till, caller, 'sync.status', {});
  expect(status).toMatchObject({ state: 'OFFLINE', pending: 3, reason: 'UNREACHABLE' });
  // By itself it waits longer with each failure, anything up to twice as long.
  await until(() => (state()?.failures ?? 0) >= failures + 2, 30_000);
  expect([0, 3, 30].map((count) => [backoffMs(count, 0), backoffMs(count, 0.999_999)])).toEqual([
    [1_000, 1_000],
    [1_000, 8_000],
    [1_000, 300_000],
  ]);
}, 60_000);

it('sends everything by itself when the line is back, and hears hints again', async () => {
  wire.setOpen(true);
  await until(() => pending() === 0, 60_000);
  await until(() => state()?.failures === 0 && state()?.reason === '', 30_000);
  await until(() => salesAt(other) === salesAt(till), 30_000);
  // The listening connection was cut as well: the first conversation has brought it back.
  await until(() => wire.connections() >= 2, 10_000);
  // It is open before it has said what it listens to.
  const listening = () => sql.query(`select from pg_stat_activity where query = 'listen sync'`);
  await expect.poll(async () => (await listening()).length, { timeout: 10_000 }).toBe(2);
}, 120_000);

it('waits no failure out where a page tells that the network is back', async () => {
  const networkBack = () => run<Promise<{ tried: string }>>(till, caller, 'sync.networkBack', {});
  wire.setOpen(false);
  sell();
  await until(() => (state()?.failures ?? 0) >= 3, 60_000);
  // Another hour could go by so.
  wire.setOpen(true);
  expect(await networkBack()).toEqual({ tried: 'YES' });
  expect(pending()).toBe(0);
  expect(state()).toMatchObject({ failures: 0, reason: '' });
  // Where nothing failed there is nothing to hurry.
  expect(await networkBack()).toEqual({ tried: 'NO' });
}, 120_000);

it('survives connections that break in the middle of everything', async () => {
  const before = salesAt(till);
  const breaking = setInterval(() => wire.cut(), 150);
  for (let index = 0; index < 60; index += 1) {
    sell();
    await pause(20);
    if (index % 10 === 0) void till.link.now();
  }
  clearInterval(breaking);
  await till.link.now();
  await until(() => pending() === 0, 60_000);
  await until(() => salesAt(other) === before + 60, 60_000);
  const rows = await sql.query<{ n: number; d: number }>(
    `select count(*)::integer as n, count(distinct id)::integer as d from sync.log where kind = 'sales.checkedOut'`,
  );
  expect(rows).toEqual([{ n: before + 60, d: before + 60 }]);
}, 180_000);

it('starts the thread again where it died', async () => {
  process.env['RD_FRAGILE_MARK'] = join(folder, 'torn');
  const program = join(import.meta.dirname, 'fragileWorker.ts');
  const centre = remoteCentre(await credentials(postgres.port), program);
  await expect(centre.overview()).rejects.toMatchObject({ transient: true });
  expect((await centre.overview()).branches).toHaveLength(1);
  await centre.close();
  await expect(centre.overview()).rejects.toMatchObject({ message: 'the link is closed' });
}, 90_000);

it('applies a backlog in transactions that leave the counter its turn', async () => {
  await other.link.stop();
  till.dispatcher.batch(() => {
    for (let index = 0; index < 600; index += 1) sell();
  });
  await till.link.now();
  await until(() => pending() === 0, 60_000);
  const { database } = other;
  const spent: number[] = [];
  const write = database.write.bind(database);
  database.write = (work) => {
    const before = process.threadCpuUsage();
    try {
      return write(work);
    } finally {
      const { user, system } = process.threadCpuUsage(before);
      spent.push((user + system) / 1_000);
    }
  };
  // Somebody works at this counter all the while.
  const working = setInterval(() => other.link.changed(['cart']), 50);
  other.link.start();
  await until(() => salesAt(other) === salesAt(till), 60_000);
  clearInterval(working);
  spent.sort((a, b) => a - b);
  // A transaction that was begun ends with the operation that took it over its budget.
  expect(spent.length).toBeGreaterThan(5);
  expect(spent[Math.floor(spent.length * 0.9)]).toBeLessThan(15);
}, 120_000);
