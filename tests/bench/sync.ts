/**
 * Sync against a real Postgres 18 on this machine, the same documents in one run: counter sales of three lines pushed through `sync.push` (chain
 * checked, projected, numbered, durable) beside their bare log rows written by a multi-row INSERT .. ON CONFLICT.
 */
import pg from 'pg';
import type { EventRow } from '#core/engine/tables.ts';
import { Chain, device, newId, startPostgres } from '#tests/centre/support.ts';

const DOCUMENTS = Number(process.env['RD_BENCH_DOCUMENTS'] ?? '8000');
const BATCH = 500;
const LINES = 3;
const PRODUCTS = 1_500;

export interface PushFigures {
  pushDocsPerSecond: number;
  rawInsertDocsPerSecond: number;
  /** The bar is 0.4, and 2,000 documents a second. */
  pushRatio: number;
}

export async function run(): Promise<PushFigures> {
  const postgres = await startPostgres();
  try {
    return await pushAgainstRaw(postgres);
  } finally {
    await postgres.stop();
  }
}

/** In turns, batch by batch, so that whatever else the machine does falls on both. */
async function pushAgainstRaw(postgres: Awaited<ReturnType<typeof startPostgres>>): Promise<PushFigures> {
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
