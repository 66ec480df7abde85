/**
 * Goal: a machine that is set up from the packed copy in the centre is the same as one that has replayed the log; no secret is in a copy; a
 * download and an upload that broke off go on where they stopped; a damaged piece is refused, asked for again, and in the end done without.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { App } from '#core/app.ts';
import type { Caller } from '#core/engine/dispatch.ts';
import { openReader } from '#core/engine/database.ts';
import { provisionDevice } from '#core/sync/centre/provision.ts';
import { connectCentre, type Sql } from '#core/sync/postgres.ts';
import { branchStream, type Centre, CentreError } from '#core/sync/protocol.ts';
import { BRANCH_TABLES, COMPANY_TABLES } from '#core/sync/snapshotTables.ts';
import { openShop } from '#tests/bench/checkout.ts';
import { differencesOf, joinBranch, openMachine, replace, rowsOf, run, signIn, temporaryFolder } from './machines.ts';
import { ports, type PostgresServer, startPostgres } from './support.ts';

const SALES = 1_500;
const PIN = '739164';
const SALARY_CLP = 1_234_567;

let postgres: PostgresServer;
let sql: Sql;
let urlOf: (device: { role: string; password: string }) => string;
let owner: App;
let caller: Caller;
let sell: () => void;
let branchId: string;
/** What stands between the owner's machine and the centre. */
let onPut: (index: number) => void = () => undefined;
const { folder, remove } = temporaryFolder();
const apps: App[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  ({ sql, urlOf } = await postgres.centre());
  owner = machine('owner', (centre) => ({
    ...centre,
    snapshotPut: (chunk) => {
      onPut(chunk.index);
      return centre.snapshotPut(chunk);
    },
  }));
  ({ sell, caller } = await openShop(owner));
  await run(owner, caller, 'auth.setPin', { password: 'aceite-10w40-mineral', pin: PIN });
  run(owner, caller, 'employees.create', {
    ...{ userId: null, code: 'E1', firstName: 'Ema', lastName: 'Díaz', rut: null, department: '' },
    hiredOn: '2024-01-02',
    salaryClp: SALARY_CLP,
  });
  owner.dispatcher.batch(() => {
    for (let index = 0; index < SALES; index += 1) sell();
  });
  await run(owner, caller, 'sync.connect', { connection: await credentials('MA') });
  await owner.link.now();
  branchId = owner.dispatcher.site?.branchId ?? '';
}, 180_000);
afterAll(async () => {
  for (const app of apps) {
    await app.link.stop();
    app.close();
  }
  await sql.close();
  await postgres.stop();
  remove();
}, 120_000);

function machine(name: string, through?: (centre: Centre) => Centre): App {
  const app = openMachine(join(folder, name, 'shop.db'), through);
  apps.push(app);
  return app;
}

async function credentials(branchCode: string): Promise<string> {
  return urlOf(await provisionDevice(sql, { branchCode }, ports()));
}

/** What a machine asked of the centre while it was set up. */
interface Traffic {
  pages: number;
  pieces: number[];
}
function watched(traffic: Traffic, piece: (index: number) => void = () => undefined) {
  return (centre: Centre): Centre => ({
    ...centre,
    pull: (ask) => {
      traffic.pages += 1;
      return centre.pull(ask);
    },
    snapshotChunk: (ask) => {
      traffic.pieces.push(ask.index);
      piece(ask.index);
      return centre.snapshotChunk(ask);
    },
  });
}
const traffic = (): Traffic => ({ pages: 0, pieces: [] });

it('goes on with an upload that broke off, and the copy then is whole', async () => {
  const put: number[] = [];
  onPut = (index) => {
    put.push(index);
    if (index === 1) throw new CentreError('cut', '08006', false);
  };
  await expect(run<Promise<object>>(owner, caller, 'sync.publishSnapshot', {})).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  onPut = (index) => void put.push(index);
  const { chunks } = await run<Promise<{ chunks: number }>>(owner, caller, 'sync.publishSnapshot', {});
  // Two copies: the branch's, whose first piece was there already, and the company's.
  expect(put.slice(0, 3)).toEqual([0, 1, 1]);
  expect(put.filter((index) => index === 0)).toHaveLength(2);
  expect(chunks).toBeGreaterThan(2);
  const found = await sql.query<{ branch_id: string; finished: boolean }>(
    'select branch_id, finished from sync.snapshot order by branch_id',
  );
  expect(found).toEqual([
    { branch_id: '', finished: true },
    { branch_id: branchId, finished: true },
  ]);
}, 120_000);

it('holds no secret: no hash, no PIN, no salary, no session, no credential of a device', async () => {
  const copies = await sql.query<{ packed: Buffer }>(
    `select string_agg(c.bytes, ''::bytea order by c.index) as packed from sync.snapshot_chunk c group by snapshot_id`,
  );
  expect(copies).toHaveLength(2);
  const secrets = owner.database.reader
    .prepare(
      `select passwordHash from credential union select pinHash from credential where pinHash is not null
       union select connection from syncLink union select tokenHash from session union select keyHash from recovery`,
    )
    .pluck()
    .all() as (string | Buffer)[];
  expect(secrets.length).toBeGreaterThan(4);
  for (const [index, { packed }] of copies.entries()) {
    const bytes = zstdDecompressSync(packed);
    for (const secret of [...secrets, '$argon2']) expect(bytes.includes(secret), secret.toString()).toBe(false);
    // It is the file that is searched: what may be in it is found.
    expect(bytes.includes('Aceite 10W-40 número 7')).toBe(true);
    const file = join(folder, `copy-${String(index)}.db`);
    writeFileSync(file, bytes);
    const copy = openReader(file);
    for (const table of KEPT_HOME)
      expect(copy.reader.prepare(`select count(*) from "${table}"`).pluck().get(), table).toBe(0);
    copy.close();
  }
});

/** What no copy holds. */
const KEPT_HOME = [
  ...['device', 'installation', 'event', 'localEvent', 'documentCounter', 'session', 'taskRun', 'credential'],
  ...['recovery', 'throttle', 'overrideGrant', 'employeeSalary', 'stockTask', 'cart', 'printer', 'printJob'],
  ...['purchaseCounting', 'forecastRun', 'forecastNode', 'demandHistory', 'forecastScore', 'forecastAnomaly'],
  ...['reorderRecommendation', 'notification', 'notificationEpisode', 'syncState', 'syncLink', 'syncIncarnation'],
  ...['syncPush', 'assistantConversation', 'assistantMessage', 'assistantToolRun', 'assistantAnswerCache'],
  ...['assistantIntentCache', 'assistantFeedback', 'assistantDownload', 'assistantSetup', 'lanAccess'],
  ...['pairedDevice', 'devicePairing', 'machineMark', 'branchReach'],
];

it('names every table: a new one does not travel by accident', () => {
  const all = (owner.database.reader.prepare('pragma table_list').all() as { name: string; type: string }[])
    .filter(({ name, type }) => type === 'table' && !name.startsWith('sqlite_'))
    .map(({ name }) => name);
  const named = new Set<string>([...COMPANY_TABLES, ...BRANCH_TABLES, ...KEPT_HOME]);
  expect(all.filter((name) => !named.has(name))).toEqual([]);
});

it('makes the machine that a replay of the log makes, and both go on alike', async () => {
  const seen = traffic();
  const quick = machine('quick', watched(seen));
  const slow = machine('slow', (centre) => ({ ...centre, snapshot: () => Promise.resolve({ answer: 'none' }) }));
  sell();
  await owner.link.now();
  const replaced = await replace(quick, await credentials('MA'));
  expect(replaced).toMatchObject({ branchCode: 'MA', terminalCode: '2' });
  expect(seen.pieces).toEqual([0, 1]);
  const replayed = await replace(slow, await credentials('MA'));
  await quick.link.now();
  await slow.link.now();
  await quick.link.now();
  sell();
  await owner.link.now();
  await quick.link.now();
  await slow.link.now();
  expect(replayed.applied).toBeGreaterThan(SALES);
  // Derived figures are the night's; a stamp counts its own machine's writes.
  const derived = [
    'productMonth',
    'stockMonth',
    'branchContact',
    'dailySales',
    'dailyTender',
    'productDay',
    'stockDay',
    'productStanding',
    'branchOverview',
  ];
  const own: Record<string, string[]> = { syncLog: ['seq'], syncCursor: ['movedAtMs'] };
  for (const table of [...COMPANY_TABLES, ...BRANCH_TABLES].filter((name) => !derived.includes(name)))
    if (table !== 'syncLog') expect(differencesOf(quick, slow, table, own[table]), table).toEqual([]);
  expect(rowsOf(quick, 'salesOrder')).toEqual(rowsOf(owner, 'salesOrder'));
  expect(rowsOf(quick, 'stockLevel')).toEqual(rowsOf(owner, 'stockLevel'));
  expect(rowsOf(quick, 'syncHeld')).toEqual([]);
  for (const app of [quick, slow, owner]) {
    const as = await signIn(app);
    expect(await run(app, as, 'sync.checkIntegrity', { days: 30 })).toMatchObject({ differences: [] });
    expect(await run(app, as, 'stock.selfCheck', {})).toMatchObject({ differences: [] });
    expect(await run(app, as, 'audit.verify', {})).toMatchObject({ broken: [] });
  }
}, 120_000);

it('goes on with a download that broke off', async () => {
  const seen = traffic();
  let isCut = true;
  const late = machine(
    'late',
    watched(seen, (index) => {
      if (isCut && index === 1) throw new CentreError('cut', '57P01', false);
    }),
  );
  const connection = await credentials('MA');
  await expect(replace(late, connection)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(late.dispatcher.site).toBeUndefined();
  isCut = false;
  await replace(late, connection);
  expect(seen.pieces).toEqual([0, 1, 1]);
  expect(rowsOf(late, 'salesOrder')).toEqual(rowsOf(owner, 'salesOrder'));
}, 120_000);

it('refuses a piece that came damaged and asks for it again', async () => {
  let damaged = 0;
  const app = machine('damaged', (centre) => ({
    ...centre,
    snapshotChunk: async (ask) => {
      const answer = await centre.snapshotChunk(ask);
      if (answer.answer !== 'chunk' || ask.index !== 1 || damaged > 0) return answer;
      damaged += 1;
      const bytes = Buffer.from(answer.bytes, 'base64');
      bytes[1_000] = (bytes[1_000] ?? 0) ^ 1;
      return { ...answer, bytes: bytes.toString('base64') };
    },
  }));
  await replace(app, await credentials('MA'));
  expect(damaged).toBe(1);
  expect(rowsOf(app, 'salesOrder')).toEqual(rowsOf(owner, 'salesOrder'));
}, 120_000);

it('sets a new branch up from the company’s copy: its catalogue, none of its documents', async () => {
  const seen = traffic();
  const branch = machine('branch', watched(seen));
  await joinBranch(branch, await credentials('NU'), 'Ñuñoa');
  expect(seen.pieces.length).toBeGreaterThan(0);
  expect(rowsOf(branch, 'product')).toEqual(rowsOf(owner, 'product'));
  for (const table of ['salesOrder', 'payment', 'stockMovement', 'shift'])
    expect(rowsOf(branch, table), table).toEqual([]);
  await branch.link.now();
  const as = await signIn(branch);
  expect(await run(branch, as, 'sync.checkIntegrity', { days: 30 })).toMatchObject({ differences: [] });
}, 120_000);

it('replays the log where the copy in the centre is damaged, and where there is none', async () => {
  await sql.exec(
    `update sync.snapshot_chunk set bytes = set_byte(bytes, 5000, get_byte(bytes, 5000) # 1) where index = 0`,
  );
  const seen = traffic();
  const app = machine('replays', watched(seen));
  await replace(app, await credentials('MA'));
  expect(seen.pieces).toEqual([0, 0, 0, 0, 0, 0]);
  expect(seen.pages).toBeGreaterThan(4);
  expect(rowsOf(app, 'salesOrder')).toEqual(rowsOf(owner, 'salesOrder'));
}, 120_000);

it('gives a copy to its branch and to the owner alone', async () => {
  const other = connectCentre(await credentials('SB'));
  expect(await other.snapshot({ branchId, schemaVersion: 999 })).toEqual({ answer: 'none' });
  const [row] = await sql.query<{ id: string }>('select id from sync.snapshot where branch_id = $1', [branchId]);
  expect(await other.snapshotChunk({ id: row?.id ?? '', index: 0 })).toMatchObject({ answer: 'refused' });
  const facts = {
    ...{ branchId, epoch: '', positions: { [branchStream(branchId)]: 1 }, schemaVersion: 1, bytes: 1, chunkCount: 1 },
    sha256: '0'.repeat(64),
  };
  expect(await other.snapshotBegin(facts)).toEqual({ answer: 'refused', reason: 'SCOPE' });
  expect(await other.snapshotBegin({ ...facts, branchId: '' })).toEqual({ answer: 'refused', reason: 'SCOPE' });
  await other.close();
});
