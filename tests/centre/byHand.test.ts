/**
 * Goal: the comparison with the centre finds and names the day in which a row was changed, lost or added on either side, and nothing where
 * all is well; what a branch without a network exports is taken in by the centre once, also when the network comes after all.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { App } from '#core/app.ts';
import type { Caller } from '#core/engine/dispatch.ts';
import { eventHash } from '#core/engine/events.ts';
import type { EventRow } from '#core/engine/tables.ts';
import { asCentre } from '#core/sync/centre/install.ts';
import { provisionDevice } from '#core/sync/centre/provision.ts';
import type { Sql } from '#core/sync/postgres.ts';
import { branchStream } from '#core/sync/protocol.ts';
import { openShop } from '#tests/bench/checkout.ts';
import { openMachine, replace, run, signIn, temporaryFolder } from './machines.ts';
import { ports, type PostgresServer, startPostgres } from './support.ts';

let postgres: PostgresServer;
let sql: Sql;
let url: string;
let urlOf: (device: { role: string; password: string }) => string;
let owner: App;
let caller: Caller;
let sell: () => void;
let home: string;
let today: string;
let role: string;
const { folder, remove } = temporaryFolder();

beforeAll(async () => {
  postgres = await startPostgres();
  ({ sql, url, urlOf } = await postgres.centre());
  owner = openMachine(join(folder, 'owner.db'));
  ({ sell, caller } = await openShop(owner));
  const device = await provisionDevice(sql, { branchCode: 'MA' }, ports());
  ({ role } = device);
  await run(owner, caller, 'sync.connect', { connection: urlOf(device) });
  for (let index = 0; index < 30; index += 1) sell();
  await owner.link.now();
  home = branchStream(owner.dispatcher.site?.branchId ?? '');
  today = owner.database.reader.prepare('select max(businessDate) from event').pluck().get() as string;
}, 120_000);
afterAll(async () => {
  await owner.link.stop();
  owner.close();
  await sql.close();
  await postgres.stop();
  remove();
}, 60_000);

const compare = (app = owner, as = caller) =>
  run<Promise<{ days: number; differences: object[] }>>(app, as, 'sync.checkIntegrity', { days: 30 });

/** Changes what guards itself, as somebody with the file and time would. */
async function tamper(app: App, table: string, text: string, restore: string): Promise<object[]> {
  const { raw } = app.database;
  const guards = raw.prepare("select name, sql from sqlite_schema where type = 'trigger' and tbl_name = ?").all(table);
  for (const { name } of guards as { name: string }[]) raw.exec(`drop trigger "${name}"`);
  raw.exec(text);
  const { differences } = await compare(app, app === owner ? caller : await signIn(app));
  raw.exec(restore);
  for (const { sql: guard } of guards as { sql: string }[]) raw.exec(guard);
  return differences;
}

it('finds nothing where all is well, at the machine that wrote and at one that read', async () => {
  expect(await compare()).toEqual({ days: 1, differences: [] });
  const other = openMachine(join(folder, 'other.db'));
  await replace(other, urlOf(await provisionDevice(sql, { branchCode: 'MA' }, ports())));
  await other.link.now();
  const as = await signIn(other);
  await other.link.now();
  expect(await compare(other, as)).toEqual({ days: 1, differences: [] });
  await owner.link.now();
  expect(await compare()).toEqual({ days: 1, differences: [] });
  // A row that the reader has lost.
  const [lost] = other.database.raw.prepare('select * from syncLog where stream = ? limit 1').all(home) as object[];
  other.database.raw
    .prepare('delete from syncLog where stream = ? and sequence = ?')
    .run(home, (lost as EventRow).sequence);
  expect((await compare(other, as)).differences).toEqual([{ stream: home, businessDate: today }]);
  await other.link.stop();
  other.close();
}, 60_000);

it('names the day of a row that was changed at the branch, also where its hash was made to fit', async () => {
  const where = `where kind = 'sales.checkedOut' and sequence = (select max(sequence) from event where kind = 'sales.checkedOut')`;
  const event = owner.database.reader.prepare(`select * from event ${where}`).get() as EventRow;
  const payload = event.payload.replace(/"totalClp":\d+/, '"totalClp":1');
  expect(payload).not.toBe(event.payload);
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const put = (row: EventRow): string =>
    `update event set payload = ${quoted(row.payload)}, hash = ${quoted(row.hash)} where sequence = ${String(row.sequence)}`;
  const named = [{ stream: home, businessDate: today }];
  expect(await tamper(owner, 'event', put({ ...event, payload }), put(event))).toEqual(named);
  const forged = { ...event, payload };
  forged.hash = eventHash(forged, forged.prevHash);
  expect(await tamper(owner, 'event', put(forged), put(event))).toEqual(named);
  expect((await compare()).differences).toEqual([]);
  // The owner finds it among what somebody should look at.
  const { rows } = run<{ rows: object[] }>(owner, caller, 'sync.tasks', {});
  expect(rows).toContainEqual(expect.objectContaining({ kind: 'DIFFERENCE', subjectId: home, detail: today }));
}, 60_000);

it('names the day of a row that was changed or lost in the centre', async () => {
  const unguarded = async (text: string): Promise<void> => {
    await sql.exec(`set session_replication_role = replica; ${text}; reset session_replication_role`);
  };
  const sale = `kind = 'sales.checkedOut' and seq = (select max(seq) from sync.log where kind = 'sales.checkedOut')`;
  await sql.exec(`create table public.kept as select * from sync.log where ${sale}`);
  await unguarded(`update sync.log set payload = replace(payload, '"totalClp"', '"totalCLP"') where ${sale}`);
  expect((await compare()).differences).toEqual([{ stream: home, businessDate: today }]);
  await unguarded(`delete from sync.log where id = (select id from public.kept)`);
  expect((await compare()).differences).toEqual([{ stream: home, businessDate: today }]);
  await unguarded(`insert into sync.log select * from public.kept`);
  expect((await compare()).differences).toEqual([]);
}, 60_000);

it('takes a file of unsent documents in once, also when the network comes after all', async () => {
  await owner.link.stop();
  for (let index = 0; index < 20; index += 1) sell();
  const exported = await run<Promise<{ fileName: string; content: string; count: number }>>(
    owner,
    caller,
    'sync.exportPending',
    {},
  );
  expect(exported.count).toBe(20);
  const file = join(folder, exported.fileName);
  writeFileSync(file, exported.content);
  const logged = async (): Promise<number> =>
    (await sql.query<{ n: number }>('select count(*)::integer as n from sync.log'))[0]?.n ?? 0;
  const before = await logged();
  const centre = async (...more: string[]): Promise<{ imported?: object }> => {
    const script = join(import.meta.dirname, '../../scripts/centre.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [script, '--connection', url, ...more]);
    return JSON.parse(stdout) as { imported?: object };
  };
  expect((await centre('--import', file)).imported).toEqual({ role, sent: 20 });
  expect(await logged()).toBe(before + 20);
  expect((await centre('--import', file)).imported).toEqual({ role, sent: 20 });
  expect(await logged()).toBe(before + 20);
  // More was sold, and then there is a network.
  sell();
  await owner.link.now();
  expect(await logged()).toBe(before + 21);
  const sales = await sql.query('select id from shop.sale');
  expect(sales).toHaveLength(51);
  expect(await asCentre(sql, 'select * from sync.self_check()')).toEqual([]);
  expect((await compare()).differences).toEqual([]);
  writeFileSync(file, exported.content.replace('CASH', 'DEBIT'));
  await expect(centre('--import', file)).rejects.toThrow('altered');
}, 120_000);
