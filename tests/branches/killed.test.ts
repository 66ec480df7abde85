/**
 * Goal: four branches as real processes on a real Postgres, selling all the time while their lines break and they are killed with -9 at
 * random. Afterwards every printed receipt is in the centre once, replicas are identical, and balances are the sums of the ledger.
 * RD_CHAOS_SEED repeats a run's choices, RD_CHAOS_SECONDS makes it longer.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { App } from '#core/app.ts';
import { asCentre } from '#core/sync/centre/install.ts';
import { provisionDevice } from '#core/sync/centre/provision.ts';
import type { Sql } from '#core/sync/postgres.ts';
import { ownHead, readCursor, readState } from '#core/sync/state.ts';
import {
  differencesOf,
  joinBranch,
  openMachine,
  replace,
  rowsOf,
  run,
  signIn,
  temporaryFolder,
} from '#tests/centre/machines.ts';
import { ports, startPostgres } from '#tests/centre/support.ts';
import { type Wire, wireTo } from '#tests/centre/wire.ts';
import { Chance } from '#tests/sim/random.ts';
import { foundAt, stock } from './company.ts';

const CODES = ['MA', 'NU', 'PA', 'SB'] as const;
const SECONDS = Number(process.env['RD_CHAOS_SECONDS'] ?? '12');
const SEED = Number(process.env['RD_CHAOS_SEED'] ?? String(randomInt(1, 1_000_000)));
const LIMIT_MS = 240_000;

interface Branch {
  code: string;
  file: string;
  wire: Wire;
  child: ChildProcess;
  starts: number;
  kills: number;
}

it(
  'loses nothing and doubles nothing, whatever breaks',
  async () => {
    console.log(`chaos: RD_CHAOS_SEED=${String(SEED)}, ${String(SECONDS)} s`);
    const { folder, remove } = temporaryFolder();
    const postgres = await startPostgres();
    const { sql, urlOf } = await postgres.centre();
    const chance = new Chance(SEED);
    const printed: string[] = [];
    const branches: Branch[] = [];
    try {
      const userId = await foundCompany({ sql, urlOf, port: postgres.port, folder, branches });
      const start = (branch: Branch): void => {
        branch.starts += 1;
        const seed = String(SEED + branch.starts * 10 + CODES.indexOf(branch.code as 'MA'));
        branch.child = open(branch.file, userId, seed, printed);
      };
      branches.forEach(start);
      await Promise.all(branches.map(({ child }) => once(child, 'message')));
      const cuts = await breakThings({ branches, chance, start });
      await Promise.all(branches.map((branch) => atRest(branch, start)));
      const sold = await convergence({ branches, sql, printed });
      await sameAtAReplacement(branches[1] as Branch, join(folder, 'replaced.db'), async () =>
        urlOf(await provisionDevice(sql, { branchCode: 'NU' }, ports())),
      );
      const kills = branches.reduce((sum, branch) => sum + branch.kills, 0);
      console.log(`chaos: ${String(sold)} sales, ${String(kills)} kills, ${String(cuts)} cuts`);
      expect(kills).toBeGreaterThan(2);
      expect(cuts).toBeGreaterThan(4);
    } finally {
      for (const { child, wire } of branches) {
        child.kill('SIGKILL');
        await wire.close();
      }
      await sql.close();
      await postgres.stop();
      remove();
    }
  },
  LIMIT_MS,
);

/** A company of four branches, each with stock, an open shift and a line of its own to the centre. Answers who sells. */
async function foundCompany(to: {
  sql: Sql;
  urlOf: (device: { role: string; password: string }) => string;
  port: number;
  folder: string;
  branches: Branch[];
}): Promise<string> {
  let userId = '';
  for (const code of CODES) {
    const file = join(to.folder, code, 'shop.db');
    const wire = await wireTo(to.port);
    const url = new URL(to.urlOf(await provisionDevice(to.sql, { branchCode: code }, ports())));
    url.port = String(wire.port);
    const app = openMachine(file);
    if (code === CODES[0]) userId = await foundAt(app, code, url.href);
    else await joinBranch(app, url.href, code);
    stock(app, userId);
    await app.link.now();
    to.branches.push({ code, file, wire, child: undefined as never, starts: 0, kills: 0 });
    await app.link.stop();
    app.close();
  }
  return userId;
}

function open(file: string, user: string, seed: string, printed: string[]): ChildProcess {
  const args = ['--file', file, '--user', user, '--seed', seed];
  const child = fork(join(import.meta.dirname, 'till.ts'), args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  let rest = '';
  child.stdout?.on('data', (data: Buffer) => {
    const lines = (rest + data.toString()).split('\n');
    rest = lines.pop() ?? '';
    printed.push(...lines);
  });
  return child;
}

/** Cuts, silences and kills at random until the time is over. Answers how many cuts there were. */
async function breakThings(world: {
  branches: Branch[];
  chance: Chance;
  start: (branch: Branch) => void;
}): Promise<number> {
  const { branches, chance, start } = world;
  const endMs = performance.now() + SECONDS * 1_000;
  let cuts = 0;
  while (performance.now() < endMs) {
    await pause(100 + chance.below(500));
    const branch = chance.pick(branches);
    const draw = chance.below(10);
    if (draw < 3) {
      branch.kills += 1;
      branch.child.kill('SIGKILL');
      if (branch.child.exitCode === null && branch.child.signalCode === null) await once(branch.child, 'exit');
      start(branch);
    } else {
      cuts += 1;
      if (draw < 7) branch.wire.cut();
      else {
        branch.wire.setOpen(false);
        setTimeout(() => branch.wire.setOpen(true), 200 + chance.below(1_500));
      }
    }
  }
  await pause(2_000);
  return cuts;
}

/** Until it has sent everything; a process that was killed while it opened is opened once more. */
async function atRest(branch: Branch, start: (branch: Branch) => void): Promise<void> {
  branch.wire.setOpen(true);
  if (branch.child.exitCode !== null || branch.child.signalCode !== null) start(branch);
  branch.child.send('rest');
  const [code] = (await once(branch.child, 'exit')) as [number | null];
  expect(code, branch.code).toBe(0);
}

/** What must hold now; answers how many sales there are. */
async function convergence(world: { branches: Branch[]; sql: Sql; printed: string[] }): Promise<number> {
  const { sql, printed } = world;
  const apps = world.branches.map(({ file }) => openMachine(file));
  try {
    for (let round = 0; round < 3; round += 1) for (const app of apps) await app.link.now();
    const sales = await sql.query<{ number: string; id: string }>('select number, id from shop.sale');
    const times = new Map<string, number>();
    for (const { number } of sales) times.set(number, (times.get(number) ?? 0) + 1);
    expect(new Set(printed).size).toBe(printed.length);
    expect(printed.filter((number) => times.get(number) !== 1)).toEqual([]);
    const own = apps.flatMap(
      (app) => app.database.reader.prepare('select id from salesOrder').pluck().all() as string[],
    );
    expect(sales.map(({ id }) => id).sort()).toEqual(own.sort());
    expect(printed.length).toBeGreaterThan(50);
    expect(await asCentre(sql, 'select * from sync.self_check()')).toEqual([]);
    expect(await asCentre(sql, 'select * from sync.verdict')).toEqual([]);
    for (const app of apps) await agrees(app, sql);
    const [first] = apps as [App];
    for (const table of ['product', 'customer', 'terminal', 'branch', 'masterBase', 'user', 'role', 'warehouse'])
      for (const app of apps) expect(differencesOf(first, app, table), table).toEqual([]);
    return sales.length;
  } finally {
    for (const app of apps) {
      await app.link.stop();
      app.close();
    }
  }
}

/** A branch's books agree with its ledger, with the centre's tables and with the centre's log. */
async function agrees(app: App, sql: Sql): Promise<void> {
  const { reader } = app.database;
  expect(readState(reader)?.acked).toBe(ownHead(reader));
  const [master] = await sql.query<{ head: number }>(`select head::integer from sync.stream where name = 'master'`);
  expect(readCursor(reader, 'master').cursor).toBe(master?.head);
  expect(rowsOf(app, 'syncHeld')).toEqual([]);
  const caller = await signIn(app);
  await app.link.now();
  expect(await run(app, caller, 'stock.selfCheck', {})).toMatchObject({ differences: [] });
  expect(await run(app, caller, 'audit.verify', {})).toMatchObject({ broken: [] });
  expect(await run(app, caller, 'sync.checkIntegrity', { days: 5 })).toMatchObject({ differences: [] });
  const levels = reader
    .prepare(
      'select warehouseId || productId as id, onHandMilli as q, valueMilliClp as v from stockLevel where onHandMilli <> 0 order by 1',
    )
    .all();
  const central = await sql.query(
    `select warehouse_id || product_id as id, on_hand_milli::float8 as q, value_milli_clp::float8 as v from shop.stock_level
     where branch_id = $1 and on_hand_milli <> 0 order by warehouse_id || product_id collate "C"`,
    [app.dispatcher.site?.branchId],
  );
  expect(levels).toEqual(central);
}

/** A machine that reads the branch's stream from the centre holds what the one that wrote it holds. */
async function sameAtAReplacement(branch: Branch, file: string, credentials: () => Promise<string>): Promise<void> {
  const [old, fresh] = [openMachine(branch.file), openMachine(file)];
  try {
    await replace(fresh, await credentials());
    await fresh.link.now();
    for (const table of [
      'salesOrder',
      'orderLine',
      'payment',
      'stockMovement',
      'stockLevel',
      'transfer',
      'transferLine',
    ])
      expect(differencesOf(old, fresh, table), table).toEqual([]);
  } finally {
    for (const app of [old, fresh]) {
      await app.link.stop();
      app.close();
    }
  }
}
