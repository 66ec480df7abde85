/**
 * Goal: a branch that was without a network for 45 days comes back: tens of thousands of operations drain page by page, a page costs the
 * same at the beginning as at the end, the counter's own questions cost nothing meanwhile, the centre adds up, and the other branch
 * converges. RD_OFFLINE_OPERATIONS=100000 runs the whole size; here it is a share of it, so that every run can afford it.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { App } from '#core/app.ts';
import { appendEvent, chainHead, nextStamp } from '#core/engine/events.ts';
import type { EventRow } from '#core/engine/tables.ts';
import { businessDate } from '#core/shared/time.ts';
import { asCentre } from '#core/sync/centre/install.ts';
import { provisionDevice } from '#core/sync/centre/provision.ts';
import { nextOperations } from '#core/sync/outbox.ts';
import type { Sql } from '#core/sync/postgres.ts';
import { type Centre, CentreError } from '#core/sync/protocol.ts';
import { ownHead, readState } from '#core/sync/state.ts';
import { differencesOf, joinBranch, openMachine, rowsOf, run, temporaryFolder } from '#tests/centre/machines.ts';
import { ports, type PostgresServer, startPostgres } from '#tests/centre/support.ts';
import { callerOf } from '#tests/sim/world.ts';
import { foundAt, sellOne, stock } from './company.ts';

const OPERATIONS = Number(process.env['RD_OFFLINE_OPERATIONS'] ?? '10000');
const DAYS = 45;
const DAY_MS = 86_400_000;
/** One operation in so many is a change of the catalogue, which every branch gets. */
const EDIT_EVERY = 100;

let postgres: PostgresServer;
let sql: Sql;
let offline: App;
let other: App;
let userId: string;
let isCut = false;
/** What each push took, in milliseconds of this thread and of the clock. */
const pushes: { rows: number; ms: number }[] = [];
const { folder, remove } = temporaryFolder();

beforeAll(async () => {
  postgres = await startPostgres();
  const centre = await postgres.centre();
  ({ sql } = centre);
  const credentials = async (branchCode: string): Promise<string> =>
    centre.urlOf(await provisionDevice(sql, { branchCode }, ports()));
  offline = openMachine(join(folder, 'offline', 'shop.db'), watched);
  userId = await foundAt(offline, 'MA', await credentials('MA'));
  stock(offline, userId);
  await offline.link.now();
  other = openMachine(join(folder, 'other', 'shop.db'));
  await joinBranch(other, await credentials('NU'), 'Ñuñoa');
  await offline.link.now();
}, 180_000);
afterAll(async () => {
  for (const app of [offline, other]) {
    await app.link.stop();
    app.close();
  }
  await sql.close();
  await postgres.stop();
  remove();
}, 60_000);

function watched(centre: Centre): Centre {
  return {
    ...centre,
    hello: (ask) => (isCut ? Promise.reject(new CentreError('no network', '08006', true)) : centre.hello(ask)),
    push: async (ask) => {
      const startedMs = performance.now();
      const answer = await centre.push(ask);
      pushes.push({ rows: ask.operations.length, ms: performance.now() - startedMs });
      return answer;
    },
  };
}

/** A real sale again and again, under new names, over the days; appended as the engine appends, hashed and chained. */
function liveOffline(app: App): void {
  const product = app.database.reader.prepare('select id from product limit 1').pluck().get() as string;
  sellOne(app, userId, product);
  const sale = app.database.reader.prepare('select * from event order by sequence desc limit 1').get() as EventRow;
  const fresh = new Set([sale.subjectId, ...idsOf(JSON.parse(sale.payload) as object)]);
  const startMs = sale.occurredAtMs - DAYS * DAY_MS;
  const count = OPERATIONS - 1;
  for (let from = 0; from < count; from += 5_000)
    app.dispatcher.local((writer) => {
      let head = chainHead(writer);
      for (let index = from; index < Math.min(count, from + 5_000); index += 1) {
        const occurredAtMs = startMs + Math.floor((index / count) * DAYS * DAY_MS);
        const isEdit = index % EDIT_EVERY === 0;
        const event = {
          ...sale,
          ...nextStamp(head, occurredAtMs),
          id: app.ids.next(occurredAtMs),
          commandId: app.ids.next(occurredAtMs),
          occurredAtMs,
          businessDate: businessDate(occurredAtMs, 'America/Santiago'),
          ...(isEdit
            ? {
                kind: 'catalog.productChanged',
                subjectId: product,
                payload: JSON.stringify({ id: product, patch: { location: `Pasillo ${String(index)}` } }),
              }
            : renamed(sale, fresh, index, app)),
        };
        const row = appendEvent(writer, head, event, { inputHash: '', reply: 'null' });
        head = { sequence: row.sequence, hash: row.hash, hlc: row.hlc };
      }
    });
}

/** The ids of what a sale writes; what it refers to keeps its name. */
function idsOf(payload: object): string[] {
  const { order, movements, payments } = payload as {
    order: { id: string };
    movements: { id: string }[];
    payments: { id: string }[];
  };
  return [order, ...movements, ...payments].map(({ id }) => id);
}

function renamed(sale: EventRow, fresh: ReadonlySet<string>, index: number, app: App) {
  let { payload, subjectId } = sale;
  for (const id of fresh) {
    const name = app.ids.next(sale.occurredAtMs);
    payload = payload.replaceAll(id, name);
    if (id === sale.subjectId) subjectId = name;
  }
  const number = `MA9-${String(index).padStart(6, '0')}`;
  return { subjectId, payload: payload.replace(/"saleNumber":"[^"]*"/, `"saleNumber":"${number}"`) };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

it('drains what waited for 45 days, each page at the same cost, and everyone converges', async () => {
  isCut = true;
  liveOffline(offline);
  const { reader } = offline.database;
  await offline.link.now();
  const caller = callerOf(offline, userId);
  const asked = process.threadCpuUsage();
  const status = run<{ state: string; pending: number; oldestPendingMs: number }>(offline, caller, 'sync.status', {});
  const statusMs = cpuMs(asked);
  expect(status).toMatchObject({ state: 'OFFLINE', pending: OPERATIONS });
  expect(statusMs).toBeLessThan(20);

  const first = readState(reader)?.acked ?? 0;
  const head = ownHead(reader);
  // The beginning and the end of the backlog in turns, summed: the clock of a thread may tick in steps of milliseconds.
  const pageMs = (after: number): number => {
    const before = process.threadCpuUsage();
    nextOperations(reader, after, 500);
    return cpuMs(before);
  };
  const spent = { first: 0, last: 0 };
  for (let round = 0; round < 36; round += 1) {
    spent.first += pageMs(first + (round % 12) * 500);
    spent.last += pageMs(head - ((round % 12) + 1) * 500);
  }
  expect(spent.first).toBeLessThan(3 * spent.last + 30);

  isCut = false;
  pushes.length = 0;
  const startedMs = performance.now();
  await offline.link.now();
  const seconds = (performance.now() - startedMs) / 1_000;
  expect(readState(reader)).toMatchObject({ acked: head, reason: '' });
  expect(pushes.reduce((sum, { rows }) => sum + rows, 0)).toBe(OPERATIONS);
  const perRow = pushes.map(({ rows, ms }) => ms / rows);
  const quarter = perRow.length >> 2;
  const [early, late] = [median(perRow.slice(0, quarter)), median(perRow.slice(-quarter))];
  console.log(
    `offline: ${String(OPERATIONS)} operations in ${seconds.toFixed(1)} s; ` +
      `${early.toFixed(3)} ms an operation at first, ${late.toFixed(3)} at last`,
  );
  // Other work on the machine falls on either; a cost that grew with the backlog would be many times as much.
  expect(late).toBeLessThan(4 * early);

  await other.link.now();
  expect(differencesOf(offline, other, 'product')).toEqual([]);
  expect(rowsOf(other, 'syncHeld')).toEqual([]);
  const [sales] = await sql.query<{ n: number; d: number }>(
    'select count(*)::integer as n, count(distinct number)::integer as d from shop.sale',
  );
  const expected = OPERATIONS - Math.ceil((OPERATIONS - 1) / EDIT_EVERY);
  expect(sales).toEqual({ n: expected, d: expected });
  expect(await asCentre(sql, 'select * from sync.self_check()')).toEqual([]);
  expect(await asCentre(sql, 'select * from sync.verdict')).toEqual([]);
  expect(run(offline, caller, 'sync.status', {})).toMatchObject({ pending: 0, oldestPendingMs: null, reason: '' });
}, 300_000);

function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
