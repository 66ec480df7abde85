/** Goal: with its own credentials, over the wire, a device can do nothing outside its functions and its branch; a revoked one nothing at all. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provisionReader, revokeDevice } from '#core/sync/centre/provision.ts';
import { connectCentre, type Sql } from '#core/sync/postgres.ts';
import { branchStream } from '#core/sync/protocol.ts';
import { device, ports, type PostgresServer, startPostgres, type TestDevice } from './support.ts';

let postgres: PostgresServer;
let sql: Sql;
let urlOf: (credentials: { role: string; password: string }) => string;
/** The device's own connection, without our client. */
let wire: pg.Client;
let owner: TestDevice;
let maipu: TestDevice;
let santiago: TestDevice;

beforeAll(async () => {
  postgres = await startPostgres();
  ({ sql, urlOf } = await postgres.centre());
  owner = await device(sql, urlOf, { code: 'HQ' });
  maipu = await device(sql, urlOf, { code: 'MA' });
  santiago = await device(sql, urlOf, { code: 'SB' });
  await maipu.push([maipu.chain.sell('MA1-000001', ['oil'], 'ma-shelf')]);
  await santiago.push([santiago.chain.sell('SB1-000001', ['oil'], 'sb-shelf')]);
  wire = new pg.Client(urlOf(maipu.credentials));
  await wire.connect();
}, 120_000);
afterAll(async () => {
  await wire.end();
  await Promise.all([owner, maipu, santiago].map(({ centre }) => centre.close()));
  await sql.close();
  await postgres.stop();
}, 60_000);

/** What a statement answers when the device itself sends it: its SQLSTATE, or 'done'. */
async function tries(text: string): Promise<string> {
  try {
    await wire.query(text);
    return 'done';
  } catch (error) {
    return (error as pg.DatabaseError).code ?? String(error);
  }
}

const FORBIDDEN = '42501';

describe('a device', () => {
  it('reaches no table, by no verb', async () => {
    const tables = await sql.query<{ t: string }>(
      `select format('%I.%I', schemaname, tablename) as t from pg_tables where schemaname in ('sync', 'shop', 'public')`,
    );
    expect(tables.length).toBeGreaterThan(40);
    for (const { t } of tables) {
      for (const statement of [
        `select * from ${t}`,
        `insert into ${t} default values`,
        `delete from ${t}`,
        `truncate ${t}`,
        `do $$ begin lock table ${t}; end $$`,
        `drop table ${t}`,
        `alter table ${t} disable trigger all`,
      ])
        expect(await tries(statement), statement).toBe(FORBIDDEN);
    }
  }, 120_000);

  it('executes the functions of the protocol and no other', async () => {
    const functions = await sql.query<{ name: string; mine: boolean }>(
      `select p.proname as name, has_function_privilege($1, p.oid, 'execute') as mine
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('sync', 'shop', 'report')`,
      [maipu.credentials.role],
    );
    expect(
      functions
        .filter(({ mine }) => mine)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([
      'hello',
      'incarnate',
      'integrity',
      'overview',
      'pull',
      'pull_rows',
      'push',
      'snapshot',
      'snapshot_begin',
      'snapshot_chunk',
      'snapshot_finish',
      'snapshot_put',
      'stock',
    ]);
    expect(await tries(`select sync.act('${santiago.credentials.role}', 'overview', '{}')`)).toBe(FORBIDDEN);
    expect(await tries('select sync.new_epoch()')).toBe(FORBIDDEN);
  });

  it('cannot become another', async () => {
    for (const statement of [
      `set session authorization ${santiago.credentials.role}`,
      `set role ${santiago.credentials.role}`,
      'set role sync_centre',
      'set role postgres',
      `alter role ${santiago.credentials.role} password 'x'`,
      `grant sync_centre to ${maipu.credentials.role}`,
      'create schema mine',
      'create table public.mine (a integer)',
      'create temporary table mine (a integer)',
    ])
      expect(await tries(statement), statement).toBe(FORBIDDEN);
    // What a superuser of PGlite may say of itself counts for nothing here.
    const client = new pg.Client(urlOf(maipu.credentials));
    await client.connect();
    await client.query(`select set_config('sync.device', $1, false)`, [owner.credentials.role]);
    const answer = await client.query<{ overview: { branches: { code: string }[] } }>(`select sync.overview('{}')`);
    expect(answer.rows[0]?.overview.branches.map(({ code }) => code)).toEqual(['MA']);
    await client.end();
  });

  it('cannot put objects of its own before those of the centre', async () => {
    expect(
      await tries(
        `set search_path = pg_temp; create function pg_temp.now_ms() returns bigint language sql as 'select 1'`,
      ),
    ).toBe(FORBIDDEN);
  });

  it('reads its own branch and the master data, the owner reads all', async () => {
    const pull = (as: TestDevice, stream: string) => as.centre.pull({ stream, epoch: as.epoch, after: 0, limit: 10 });
    expect(await pull(maipu, branchStream(santiago.credentials.branchId))).toEqual({
      answer: 'refused',
      reason: 'STREAM',
    });
    expect(await pull(maipu, branchStream(maipu.credentials.branchId))).toMatchObject({ answer: 'page', through: 1 });
    expect(await pull(owner, branchStream(santiago.credentials.branchId))).toMatchObject({
      answer: 'page',
      through: 1,
    });
    const foreign = { stream: branchStream(santiago.credentials.branchId), fromDate: '0', toDate: '9' };
    expect(await maipu.centre.integrity(foreign)).toEqual({ answer: 'refused', reason: 'STREAM' });
    expect((await maipu.centre.overview()).branches.map(({ code }) => code)).toEqual(['MA']);
    expect((await owner.centre.overview()).branches.map(({ code }) => code)).toEqual(['HQ', 'MA', 'SB']);
  });

  it('writes neither for another branch nor under another machine’s name', async () => {
    const lie = maipu.chain.sell('SB1-000009', ['oil'], 'sb-shelf', { branchId: santiago.credentials.branchId });
    expect(await maipu.push([lie])).toMatchObject({ answer: 'acked', verdicts: [{ verdict: 'FOREIGN_BRANCH' }] });
    expect(await sql.query(`select from shop.sale where number = 'SB1-000009'`)).toEqual([]);
    expect(await santiago.pullAll(branchStream(santiago.credentials.branchId))).toHaveLength(1);
    const mine = maipu.chain.sell('MA1-000002', ['oil'], 'ma-shelf');
    const stolen = { incarnation: santiago.chain.incarnation };
    expect(await maipu.push([mine], stolen)).toEqual({ answer: 'refused', reason: 'UNKNOWN_INCARNATION' });
    expect(await maipu.hello(stolen)).toEqual({ answer: 'refused', reason: 'UNKNOWN_INCARNATION' });
    expect(await maipu.hello({ branchId: santiago.credentials.branchId })).toEqual({
      answer: 'refused',
      reason: 'BRANCH',
    });
    expect(await maipu.push([mine])).toMatchObject({ answer: 'acked', verdicts: [] });
  });

  it('grants itself nothing: users, roles and prices are the owner’s', async () => {
    const user = {
      id: 'thief',
      email: 't@example.cl',
      firstName: 'T',
      lastName: '',
      phone: '',
      state: 'ACTIVE',
      isStaff: 'YES',
    };
    const attempts = [
      maipu.chain.add('auth.userRegistered', { user, roleIds: ['admin'] }),
      maipu.chain.add('auth.userChanged', { id: 'cashier', patch: {}, roleIds: ['admin'] }),
      maipu.chain.add('auth.roleSaved', {
        role: { id: 'cashier', name: 'Cajero', origin: 'BUILT_IN', permissions: ['all'] },
      }),
      maipu.chain.add('catalog.pricesChanged', { prices: [{ id: 'oil', priceClp: 1, previousPriceClp: 9 }] }),
      maipu.chain.add('catalog.productChanged', { id: 'oil', patch: { priceClp: 1 } }),
      maipu.chain.add('inventory.warehouseCreated', {
        warehouse: { id: 'w', branchId: santiago.credentials.branchId },
      }),
    ];
    const answer = await maipu.push(attempts);
    expect(answer).toMatchObject({ answer: 'acked', verdicts: attempts.map(() => ({ verdict: 'AUTHORITY' })) });
    // Kept for the owner to see, delivered to nobody else.
    const master = await santiago.pullAll('master');
    expect(master.filter(({ id }) => attempts.some((attempt) => attempt.id === id))).toEqual([]);
    for (const table of ['user_account', 'role', 'product', 'price_change', 'warehouse'])
      expect(await sql.query(`select from shop.${table}`), table).toEqual([]);
    const { tasks } = await owner.centre.overview();
    expect(tasks.filter(({ kind }) => kind === 'AUTHORITY')).toHaveLength(attempts.length);
  });

  it('makes nothing of its own: no function, trigger, view, extension or file', async () => {
    const statements = [
      `create function public.mine() returns integer language sql as 'select 1'`,
      `create function sync.mine() returns integer language sql as 'select 1'`,
      `create or replace function sync.hello(p jsonb) returns json language sql as 'select null::json'`,
      `alter function sync.push(jsonb) owner to ${maipu.credentials.role}`,
      'create view public.mine as select 1',
      'create trigger mine before insert on sync.log for each row execute function sync.append_only()',
      `copy (select 1) to program 'id'`,
      `copy (select 1) to '/tmp/rd-stolen'`,
      `select pg_read_file('/etc/passwd')`,
      `select lo_import('/etc/passwd')`,
      'create role mine',
      `create database mine`,
      `alter system set log_statement = 'all'`,
    ];
    const answers: string[] = [];
    for (const statement of statements) answers.push(`${await tries(statement)} ${statement}`);
    expect(answers).toEqual(statements.map((statement) => `${FORBIDDEN} ${statement}`));
    // Whoever may create nothing in the database installs no extension either.
    const { rows } = await wire.query(`select has_database_privilege(current_database(), 'create') as may`);
    expect(rows).toEqual([{ may: false }]);
    // An anonymous block runs with the device's own rights.
    expect(await tries(`do $$ begin update sync.device set scope = 'OWNER'; end $$`)).toBe(FORBIDDEN);
    expect(await tries(`do $$ begin perform sync.new_epoch(); end $$`)).toBe(FORBIDDEN);
  });

  it('learns nothing of others: no password, no statement of theirs, no row of a view', async () => {
    expect(await tries('select rolpassword from pg_authid')).toBe(FORBIDDEN);
    expect(await tries('select * from pg_shadow')).toBe(FORBIDDEN);
    const seen = await wire.query<{ query: string }>(
      'select query from pg_stat_activity where usename <> current_user and usename is not null',
    );
    expect(new Set(seen.rows.map(({ query }) => query))).toEqual(new Set(['<insufficient privilege>']));
    const views = await sql.query<{ v: string }>(`select viewname as v from pg_views where schemaname = 'report'`);
    expect(views.length).toBeGreaterThan(5);
    for (const { v } of views) expect(await tries(`select * from report.${v}`), v).toBe(FORBIDDEN);
    await expect(
      wire.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres'`),
    ).rejects.toMatchObject({ code: FORBIDDEN });
  });

  it('gets nothing but an answer from hostile values: what it says is data', async () => {
    const hostile = [
      `'; drop table sync.log; --`,
      `" or 1 = 1`,
      `$$; select pg_sleep(9); $$`,
      'x'.repeat(100_000),
      '../../etc/passwd',
      'branch:%',
    ];
    for (const value of hostile) {
      expect(await maipu.hello({ incarnation: value, branchId: value })).toMatchObject({ answer: 'refused' });
      expect(await maipu.centre.pull({ stream: value, epoch: maipu.epoch, after: 0, limit: 10 })).toMatchObject({
        answer: 'refused',
      });
      expect(await maipu.centre.integrity({ stream: value, fromDate: value, toDate: value })).toMatchObject({
        answer: 'refused',
      });
      expect(await maipu.centre.snapshot({ branchId: value, schemaVersion: 1 })).toEqual({ answer: 'none' });
      expect(await maipu.centre.snapshotChunk({ id: value, index: 0 })).toMatchObject({ answer: 'refused' });
    }
    // An operation whose every field is hostile is kept as text, and refused by its hash.
    const lie = maipu.chain.sell('MA1-000003', ['oil'], 'ma-shelf');
    const before = maipu.chain.events.length;
    const altered = { ...lie, kind: hostile[0] ?? '', payload: hostile[2] ?? '' };
    expect(await maipu.push([altered])).toMatchObject({ answer: 'acked', verdicts: [{ verdict: 'ALTERED' }] });
    expect(maipu.chain.events.length).toBe(before);
    const [row] = await sql.query<{ n: number }>('select count(*)::integer as n from sync.log');
    expect(row?.n).toBeGreaterThan(3);
  });

  it('has a few connections, each with a limit of time, and no right of an operator', async () => {
    const page = await maipu.centre.pull({
      stream: branchStream(maipu.credentials.branchId),
      epoch: maipu.epoch,
      after: 0,
      limit: 2_000_000_000,
    });
    expect(page).toMatchObject({ answer: 'page' });
    const [limits] = (await wire.query<{ timeout: string }>(`select current_setting('statement_timeout') as timeout`))
      .rows;
    expect(limits).toEqual({ timeout: '50s' });
    const [role] = await sql.query<{
      rolconnlimit: number;
      rolinherit: boolean;
      rolsuper: boolean;
      rolcreaterole: boolean;
    }>('select rolconnlimit, rolinherit, rolsuper, rolcreaterole from pg_roles where rolname = $1', [
      maipu.credentials.role,
    ]);
    expect(role).toEqual({ rolconnlimit: 8, rolinherit: true, rolsuper: false, rolcreaterole: false });
  });

  it('is shut out the moment it is revoked', async () => {
    const lost = await device(sql, urlOf, { code: 'MA' });
    await lost.hello();
    await revokeDevice(sql, lost.credentials.role);
    await expect(lost.hello()).rejects.toMatchObject({ name: 'CentreError' });
    const again = connectCentre(urlOf(lost.credentials));
    await expect(again.overview()).rejects.toMatchObject({ sqlState: '28000', transient: false });
    await lost.centre.close();
  });

  it('with a wrong password is nobody', async () => {
    const stranger = connectCentre(urlOf({ ...maipu.credentials, password: 'guess' }));
    await expect(stranger.overview()).rejects.toMatchObject({ sqlState: '28P01', transient: false });
  });
});

describe('the log', () => {
  it('is changed by nobody, not even the operator', async () => {
    await expect(sql.exec(`update sync.log set payload = '{}'`)).rejects.toThrow('append-only');
    await expect(sql.exec('delete from sync.log')).rejects.toThrow('append-only');
    await expect(sql.exec('truncate sync.log')).rejects.toThrow('append-only');
    await expect(sql.exec('set role sync_centre; delete from sync.log')).rejects.toThrow('permission denied');
    await sql.exec('reset role');
  });
});

describe('a reader of reports', () => {
  const read = async (login: { role: string; password: string }, text: string): Promise<unknown[]> => {
    const client = new pg.Client(urlOf(login));
    await client.connect();
    try {
      return (await client.query<object>(text)).rows;
    } finally {
      await client.end();
    }
  };

  it('sees its branch, the owner all, and neither changes anything', async () => {
    const branch = await provisionReader(sql, { branchCode: 'SB' }, ports());
    const all = await provisionReader(sql, {}, ports());
    const numbers = 'select number from report.sales order by number';
    expect(await read(branch, numbers)).toEqual([{ number: 'SB1-000001' }]);
    expect(await read(all, numbers)).toHaveLength(3);
    expect(await read(branch, 'select sale_id from shop.sale_line')).toHaveLength(1);
    const views = await sql.query<{ v: string }>(`select viewname as v from pg_views where schemaname = 'report'`);
    for (const { v } of views) await read(branch, `select * from report.${v}`);
    await expect(read(branch, 'select * from sync.log')).rejects.toMatchObject({ code: FORBIDDEN });
    await expect(read(branch, `update shop.sale set total_clp = 0`)).rejects.toMatchObject({ code: FORBIDDEN });
    await expect(read(branch, `select sync.push('{}')`)).rejects.toMatchObject({ code: FORBIDDEN });
  });

  it('goes around the rows of others by no way: views run with its own rights over rows that are forced', async () => {
    const branch = await provisionReader(sql, { branchCode: 'SB' }, ports());
    const loose = await sql.query(
      `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where (n.nspname = 'report' and c.relkind = 'v' and not coalesce(c.reloptions::text like '%security_invoker=true%', false))
          or (n.nspname = 'shop' and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity))`,
    );
    expect(loose).toEqual([]);
    const own = branchStream(santiago.credentials.branchId).slice('branch:'.length);
    const scoped = await sql.query<{ t: string }>(
      `select table_name as t from information_schema.columns where table_schema = 'shop' and column_name = 'branch_id'
       and table_name not in ('terminal', 'warehouse')`,
    );
    expect(scoped.length).toBeGreaterThan(8);
    for (const { t } of scoped)
      expect(
        ((await read(branch, `select distinct branch_id from shop.${t}`)) as { branch_id: string }[]).filter(
          ({ branch_id }) => branch_id !== own,
        ),
        t,
      ).toEqual([]);
    for (const statement of [
      'set role sync_centre',
      'set row_security = off; select * from shop.sale',
      `insert into sync.reader (role) values ('${branch.role}')`,
      `update sync.reader set branch_id = null`,
      `create or replace function sync.reads_all() returns boolean language sql as 'select true'`,
      'create table public.mine (a integer)',
    ])
      await expect(read(branch, statement), statement).rejects.toMatchObject({ code: FORBIDDEN });
  });

  it('finds every table explained', async () => {
    const silent = await sql.query(
      `select c.oid::regclass::text as what from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname in ('shop', 'report') and c.relkind in ('r', 'v') and obj_description(c.oid) is null`,
    );
    expect(silent).toEqual([]);
  });
});
