/**
 * Goal: every procedure of the contract, as data, keeps the door: refused without session, without its permission and with anything that
 * its schema does not name; every failure is a typed one that wrote nothing and tells neither SQL nor stack; and every command that
 * succeeds does so once, however often it is sent.
 * `RD_FUZZ=1000` sends a thousand hostile inputs to each.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Actor } from '#core/engine/context.ts';
import type { Caller } from '#core/engine/dispatch.ts';
import { contract } from '#core/contract.ts';
import { DomainError } from '#core/shared/errors.ts';
import { type Permission, PERMISSIONS } from '#core/shared/permissions.ts';
import type { Contract, Procedure } from '#core/shared/procedure.ts';
import { openShop } from '#tests/support/shop.ts';
import { testApp, type TestApp } from '#tests/support/testApp.ts';
import { hostile, inputSchema, sound } from './inputs.ts';

const RUNS = Number(process.env['RD_FUZZ'] ?? '40');
vi.setConfig({ testTimeout: 30_000 + RUNS * 100 });
const procedures: [string, Procedure][] = Object.entries(contract as Contract).flatMap(([group, members]) =>
  Object.entries(members).map(([name, procedure]): [string, Procedure] => [`${group}.${name}`, procedure]),
);

let test: TestApp;
let ids: string[];

beforeAll(async () => {
  test = await testApp();
  const shop = await openShop(test);
  const sold = await shop.cashier.sales.checkout({
    lines: [{ productId: shop.products.oil, quantityMilli: 1_000 }],
    payments: [{ tender: 'CASH', amountClp: 24_990 }],
    expectedTotalClp: 24_990,
  });
  ids = [...Object.values(shop.products), ...Object.values(shop.warehouses), ...Object.values(shop.customers)];
  ids.push(shop.vehicle, shop.shiftId, sold.orderId, sold.saleId, ...Object.values(test.users));
  const tables = ['category', 'role', 'terminal', 'payment', 'stockMovement', 'printer', 'printJob'];
  for (const table of tables) ids.push(...rowIds(table));
});
afterAll(() => test.close());

const rowIds = (table: string): string[] =>
  test.app.database.raw.prepare(`select id from ${table} limit 5`).pluck().all() as string[];

/** The admin's identity with exactly these permissions, without a session that the calls could end. */
function actor(permissions: readonly Permission[]): Caller {
  const who: Actor = {
    userId: test.users.admin,
    name: 'Olga Soto',
    sessionId: 'contract',
    terminalId: test.app.dispatcher.site?.terminalId ?? '',
    permissions: new Set(permissions),
  };
  return { actor: who, origin: 'loopback' };
}

const everything = (): Caller => actor(PERMISSIONS);

const writes = (): number => test.app.database.raw.prepare('select total_changes()').pluck().get() as number;
const counted = { atWrites: -1, rows: '' };

/** How many rows every table holds, but for the machine's own traces of refusals. */
function shopState(): string {
  if (counted.atWrites === writes()) return counted.rows;
  const { raw } = test.app.database;
  const own = new Set(['localEvent', 'throttle', 'session', 'taskRun']);
  const names = raw
    .prepare(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and name not like 'productSearch%'",
    )
    .pluck()
    .all() as string[];
  const rows = names
    .filter((name) => !own.has(name))
    .map((name) => `${name}:${String(raw.prepare(`select count(*) from "${name}"`).pluck().get())}`);
  Object.assign(counted, { atWrites: writes(), rows: rows.join(' ') });
  return counted.rows;
}

async function refusal(
  path: string,
  input: unknown,
  caller: Caller,
  outcome: { answer?: unknown } = {},
): Promise<DomainError | undefined> {
  try {
    outcome.answer = await test.app.call(path, input, caller);
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw new Error(`${path} failed with a bug for ${JSON.stringify(input).slice(0, 600)}: ${String(error)}`, {
      cause: error,
    });
  }
}

it('has a handler for every procedure and nothing besides', () => {
  expect([...test.app.dispatcher.procedures.keys()].sort()).toEqual(procedures.map(([path]) => path).sort());
});

it('keeps secrets out of commands, whose inputs and answers are stored', () => {
  for (const [path, procedure] of procedures) {
    if (procedure.kind === 'task') continue;
    expect([path, /"(\w*[pP]assword|pin|recoveryKey)":/.test(JSON.stringify(inputSchema(procedure)))]).toEqual([
      path,
      false,
    ]);
  }
});

it('names the tables that make a query stale, and no others', () => {
  const tables = new Set(test.app.database.raw.prepare('select name from sqlite_schema').pluck().all());
  for (const [path, { kind, topics }] of procedures) {
    expect([path, topics.filter((topic) => !tables.has(topic))]).toEqual([path, []]);
    if (kind !== 'query') expect([path, topics]).toEqual([path, []]);
  }
});

describe.each(procedures)('%s', (path, procedure) => {
  it('is refused without a session and without its permission, before it looks at the input', async () => {
    if (procedure.access === 'public') return;
    const before = writes();
    expect((await refusal(path, { nonsense: 1 }, { origin: 'loopback' }))?.code).toBe('UNAUTHENTICATED');
    expect((await refusal(path, {}, { origin: 'loopback', token: 'AAAAAAAAAAAAAAAAAAAAAA' }))?.code).toBe(
      'UNAUTHENTICATED',
    );
    expect(writes()).toBe(before);
    if (procedure.access === 'session') return;
    const others = PERMISSIONS.filter((permission) => permission !== procedure.access);
    expect((await refusal(path, { nonsense: 1 }, actor(others)))?.code).toBe('FORBIDDEN');
  });

  it('refuses keys that it does not know, and wrong types, having written nothing', async () => {
    const before = writes();
    for (const input of [{ unknownKey: 1 }, [], 'text', 7, { __proto__: { commandId: 1 }, isAdmin: true }]) {
      const error = await refusal(path, input, everything());
      expect(error?.code).toBe('INVALID_INPUT');
    }
    for (const key of Object.keys(inputSchema(procedure).properties ?? {})) {
      expect((await refusal(path, { [key]: Symbol.iterator }, everything()))?.code).toBe('INVALID_INPUT');
    }
    expect(writes()).toBe(before);
  });

  it('meets hostile values with typed refusals that change nothing', async () => {
    const input = hostile(inputSchema(procedure), ids);
    await fc.assert(
      fc.asyncProperty(input, (value) => survives(path, procedure, value)),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  it('answers sound values, or refuses them in typed words', async () => {
    if (isOutward(path)) return;
    const input = sound(inputSchema(procedure), ids);
    await fc.assert(
      fc.asyncProperty(input, (value) => survives(path, procedure, value)),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});

/** Tasks that go out to the world with what they are given. */
const isOutward = (path: string): boolean => /^printers\.(test|find)|^receipts\.print/.test(path);

async function survives(path: string, procedure: Procedure, value: unknown): Promise<void> {
  const input =
    procedure.kind === 'command' && typeof value === 'object' && value !== null && 'commandId' in value
      ? { ...value, commandId: test.newId() }
      : value;
  const before = shopState();
  const outcome: { answer?: unknown } = {};
  const error = await refusal(path, input, everything(), outcome);
  if (!error) return procedure.kind === 'command' ? happensOnce(path, input, outcome.answer) : undefined;
  expect(shopState()).toBe(before);
  expect(JSON.stringify(error.details)).not.toMatch(/\bselect\b.*\bfrom\b|insert into|SQLITE_|node_modules|\.ts:\d/i);
}

/** A command sent again by its id answers the same and writes nothing, not a byte. */
async function happensOnce(path: string, input: unknown, answer: unknown): Promise<void> {
  const before = writes();
  expect(await test.app.call(path, input, everything())).toEqual(answer);
  expect([path, writes()]).toEqual([path, before]);
}

it('leaves a shop whose books still agree', async () => {
  const admin = test.client(everything());
  expect((await admin.audit.verify({})).broken).toEqual([]);
  expect((await admin.stock.selfCheck({})).differences).toEqual([]);
  expect(test.app.database.raw.pragma('foreign_key_check')).toEqual([]);
  expect(test.app.database.raw.pragma('quick_check', { simple: true })).toBe('ok');
});
