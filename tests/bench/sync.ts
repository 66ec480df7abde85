/**
 * Sync against a real Postgres 18 on this machine, the same documents in one run: counter sales of three lines pushed through `sync.push` (chain
 * checked, projected, numbered, durable) beside their bare log rows written by a multi-row INSERT .. ON CONFLICT.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { type App, createApp } from '#core/app.ts';
import { WEAK_FOR_TESTS } from '#core/auth/index.ts';
import type { EventRow } from '#core/engine/tables.ts';
import { provisionDevice } from '#core/sync/centre/provision.ts';
import { SyncClient } from '#core/sync/client.ts';
import type { Centre } from '#core/sync/protocol.ts';
import { remoteCentre } from '#core/sync/remote.ts';
import { Chain, device, newId, ports, type PostgresServer as Postgres, startPostgres } from '#tests/centre/support.ts';
import { openShop } from './checkout.ts';

const DOCUMENTS = 8_000;
const BATCH = 500;
const LINES = 3;
const PRODUCTS = 1_500;
/** A tenth of everything for a try: RD_BENCH_SHARE=0.1. */
const SHARE = Number(process.env['RD_BENCH_SHARE'] ?? '1');
const BOOTSTRAP_SALES = 20_000 * SHARE;
const BACKLOG_SALES = 28_000 * SHARE;
const FRESH_SALES = 100 * SHARE;
const COUNTER_ROUNDS = 5;
const COUNTER_SALES = 200 * SHARE;
const COUNTER_BACKLOG = 2_000 * SHARE;
const PASSWORD = 'aceite-10w40-mineral';

interface PushFigures {
  pushDocsPerSecond: number;
  rawInsertDocsPerSecond: number;
  /** The bar is 0.4, and 2,000 documents a second. */
  pushRatio: number;
}

export interface SyncFigures extends PushFigures {
  /** Read from the centre, applied and durable in an empty file, master data first; the bar is 4,000. */
  pullApplyDocsPerSecond: number;
  /** Until four weeks of 1,000 sales a day, sold without a network, are in the centre; the bar is 60. */
  backlog28kSeconds: number;
  /** From a sale to the moment when another machine of the branch holds it on its disk, with the centre's hint; the bar is 1,000. */
  freshnessP95Ms: number;
  /** Until an empty machine has taken over the branch and 20,000 sales of it; the bar is 10. */
  bootstrap20kSeconds: number;
  /** p99 of a sale while a backlog drains, by p99 without; the bar is 1.5. */
  counterP99Ratio: number;
}

export async function run(): Promise<SyncFigures> {
  const postgres = await startPostgres([], true);
  try {
    return { ...(await pushAgainstRaw(postgres)), ...(await betweenMachines(postgres)) };
  } finally {
    await postgres.stop();
  }
}

/** Two machines of one branch, on files of their own, and a real centre between them. */
async function betweenMachines(postgres: Postgres): Promise<Omit<SyncFigures, keyof PushFigures>> {
  const { sql, urlOf } = await postgres.centre();
  const folder = mkdtempSync(join(process.env['RD_BENCH_DIR'] ?? tmpdir(), 'rd-sync-'));
  const old = createApp({ file: join(folder, 'old.db'), hashStrength: WEAK_FOR_TESTS });
  const fresh = createApp({ file: join(folder, 'fresh.db'), hashStrength: WEAK_FOR_TESTS });
  try {
    const { sell, caller } = await openShop(old);
    const url = urlOf(await provisionDevice(sql, { branchCode: 'MA' }, ports()));
    const replacement = urlOf(await provisionDevice(sql, { branchCode: 'MA' }, ports()));
    await Promise.resolve(old.call('sync.connect', { connection: url }, caller));
    // Their own links take no part in what is measured.
    await old.link.stop();
    let isSelling = false;
    const link = talk(old, url, () => !isSelling);
    await link.client.converse();
    sellMany(old, sell, BOOTSTRAP_SALES);
    await link.client.converse();
    const joining = performance.now();
    await Promise.resolve(
      fresh.call(
        'sync.replace',
        { connection: replacement, email: 'bench@example.cl', password: PASSWORD },
        { origin: 'loopback' },
      ),
    );
    const joined = performance.now() - joining;
    await fresh.link.stop();
    const apart = talk(fresh, replacement, () => true);
    await apart.client.converse();
    const freshnessP95Ms = await freshness(sell, link.client, apart);
    isSelling = true;
    const counterP99Ratio = await counter(old, sell, link.client);
    isSelling = false;
    await link.client.converse();
    sellMany(old, sell, BACKLOG_SALES);
    const draining = performance.now();
    const { pushed } = await link.client.converse();
    const drained = performance.now() - draining;
    const pulling = performance.now();
    const { applied } = await apart.client.converse();
    const pulled = performance.now() - pulling;
    assertWhole(old, fresh);
    await link.centre.close();
    await apart.centre.close();
    return {
      pullApplyDocsPerSecond: Math.round((applied * 1_000) / pulled),
      backlog28kSeconds: Math.round((drained / pushed) * 28_000) / 1_000,
      freshnessP95Ms,
      bootstrap20kSeconds: Math.round(joined) / 1_000,
      counterP99Ratio,
    };
  } finally {
    old.close();
    fresh.close();
    await sql.close();
    rmSync(folder, { recursive: true });
  }
}

interface Talk {
  client: SyncClient;
  centre: Centre;
}

/** The product's own client over the product's own thread. */
function talk(app: App, url: string, isQuiet: () => boolean): Talk {
  const centre = remoteCentre(url);
  const client = new SyncClient({
    centre,
    reader: app.database.reader,
    local: (work) => app.dispatcher.local(work),
    nowMs: () => app.clock.nowMs(),
    stopwatch: () => performance.now(),
    breathe: () => nextTurn(),
    rest: (ms) => pause(ms),
    isQuiet,
    branchId: () => app.dispatcher.site?.branchId,
    appVersion: 'bench',
    renew: () => {
      throw new Error('this machine is nobody’s copy');
    },
    newId,
  });
  return { client, centre };
}

/** Nothing was put aside, and both machines have the same shelves and takings. */
function assertWhole(old: App, fresh: App): void {
  const of = (app: App, text: string): string => JSON.stringify(app.database.reader.prepare(text).all());
  const held = of(fresh, 'select reason, detail, count(*) as operations from syncHeld group by reason, detail');
  if (held !== '[]') throw new Error(`put aside: ${held}`);
  for (const text of [
    'select productId, warehouseId, onHandMilli, valueMilliClp from stockLevel order by productId, warehouseId',
    'select count(*), sum(totalClp), max(saleNumber) from salesOrder',
    'select tender, count(*), sum(amountClp) from payment group by tender',
  ])
    if (of(old, text) !== of(fresh, text)) throw new Error(`the machines differ: ${text}`);
}

function sellMany(app: App, sell: () => void, count: number): void {
  for (let done = 0; done < count; done += 500)
    app.dispatcher.batch(() => {
      for (let index = done; index < Math.min(count, done + 500); index += 1) sell();
    });
}

async function freshness(sell: () => void, from: SyncClient, to: Talk): Promise<number> {
  let told = (): void => undefined;
  const stop = await to.centre.onHint(() => told());
  const took: number[] = [];
  for (let round = 0; round < FRESH_SALES; round += 1) {
    const hint = new Promise<void>((resolve) => (told = resolve));
    const startedMs = performance.now();
    sell();
    const sending = from.converse();
    await hint;
    const { applied } = await to.client.converse();
    if (applied !== 1) throw new Error(`${String(applied)} documents arrived instead of one`);
    took.push(performance.now() - startedMs);
    await sending;
  }
  stop();
  return Math.round(percentile(took, 0.95));
}

/** In turns: a stretch at the counter alone, and one while what it sold before is being sent. */
async function counter(app: App, sell: () => void, client: SyncClient): Promise<number> {
  const alone: number[] = [];
  const beside: number[] = [];
  for (let round = 0; round < COUNTER_ROUNDS; round += 1) {
    sellMany(app, sell, COUNTER_BACKLOG);
    await stretch(sell, alone, () => alone.length < (round + 1) * COUNTER_SALES);
    let busy = true;
    const sending = client.converse().finally(() => (busy = false));
    await stretch(sell, beside, () => busy);
    await sending;
  }
  return Math.round((percentile(beside, 0.99) / percentile(alone, 0.99)) * 100) / 100;
}

async function stretch(sell: () => void, times: number[], goesOn: () => boolean): Promise<void> {
  while (goesOn()) {
    const startedMs = performance.now();
    sell();
    times.push(performance.now() - startedMs);
    // A customer every few milliseconds, and the loop's other work in between.
    await pause(5);
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** In turns, batch by batch, so that whatever else the machine does falls on both. */
async function pushAgainstRaw(postgres: Postgres): Promise<PushFigures> {
  const { sql, url, urlOf } = await postgres.centre();
  const till = await device(sql, urlOf, { code: 'MA', scope: 'OWNER' });
  const bare = new pg.Client(url);
  await bare.connect();
  await bare.query(
    'create table bare (like sync.log, primary key (stream, seq), unique (id), unique (incarnation, dseq))',
  );
  await bare.query('create index on bare (stream, business_date)');
  sales(till.chain, DOCUMENTS);
  const spent = { push: 0, raw: 0 };
  for (let from = 0; from < DOCUMENTS; from += BATCH) {
    const batch = till.chain.events.slice(from, from + BATCH);
    const pushed = performance.now();
    const answer = await till.push(batch);
    const inserting = performance.now();
    await insertBare(bare, till.chain.incarnation, batch);
    const done = performance.now();
    if (answer.answer !== 'acked' || answer.verdicts.length > 0) throw new Error(JSON.stringify(answer).slice(0, 400));
    // The first batches find cold caches and plans.
    if (from < 2 * BATCH) continue;
    spent.push += inserting - pushed;
    spent.raw += done - inserting;
  }
  await till.centre.close();
  await bare.end();
  await sql.close();
  const documents = DOCUMENTS - 2 * BATCH;
  return {
    pushDocsPerSecond: Math.round((documents * 1_000) / spent.push),
    rawInsertDocsPerSecond: Math.round((documents * 1_000) / spent.raw),
    pushRatio: Math.round((spent.raw / spent.push) * 1_000) / 1_000,
  };
}

/** Sales of three of 1,500 products. */
export function sales(chain: Chain, count: number): void {
  const products = Array.from({ length: PRODUCTS }, newId);
  const warehouse = newId();
  for (let index = 0; index < count; index += 1) {
    const of = (line: number): string => products[(index * 7 + line * 131) % PRODUCTS] ?? '';
    chain.sell(
      `MA1-${String(index + 1).padStart(6, '0')}`,
      Array.from({ length: LINES }, (_, line) => of(line)),
      warehouse,
    );
  }
}

const COLUMNS = 22;

async function insertBare(client: pg.Client, incarnation: string, batch: readonly EventRow[]): Promise<void> {
  const values = batch.flatMap((e) => [
    'branch',
    e.sequence,
    incarnation,
    e.sequence,
    e.id,
    e.commandId,
    e.kind,
    e.version,
    e.subjectId,
    e.hlc,
    e.hlc,
    e.actorId,
    e.approverId,
    e.terminalId,
    e.branchId,
    e.occurredAtMs,
    e.businessDate,
    e.payload,
    e.prevHash,
    e.hash,
    'OWNER',
    Date.now(),
  ]);
  const rows = batch.map(
    (_, row) =>
      `(${Array.from({ length: COLUMNS }, (__, column) => `$${String(row * COLUMNS + column + 1)}`).join(',')})`,
  );
  await client.query(`insert into bare values ${rows.join(',')} on conflict do nothing`, values);
}
