/**
 * Goal: one script gives identical answers, logs and projections on PGlite and on a real Postgres 18: a day of a shop, which agree with the shop
 * that it came from; and whole seeds of the simulator (three branches, lost and repeated pushes, copies, poison), which agree with the
 * simulator's model of the centre, answer by answer and row by row.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventRow } from '#core/engine/tables.ts';
import { openEmbeddedCentre } from '#core/sync/centre/embedded.ts';
import { installCentre } from '#core/sync/centre/install.ts';
import type { Sql } from '#core/sync/postgres.ts';
import type { Centre } from '#core/sync/protocol.ts';
import type { CentreCall, Device } from '#tests/sim/model.ts';
import { runSeed } from '#tests/sim/run.ts';
import { makeTemplate, type Template } from '#tests/sim/world.ts';
import { openShop } from '#tests/support/shop.ts';
import { testApp } from '#tests/support/testApp.ts';
import { allEvents, contents, device, type PostgresServer, startPostgres } from './support.ts';

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
}, 120_000);
afterAll(() => postgres.stop(), 60_000);

/** A day of a real shop: every kind of document that the counter makes. */
async function aDay(): Promise<{
  events: EventRow[];
  deviceId: string;
  branchId: string;
  warehouseId: string;
  stock: Record<string, number>;
}> {
  const shopApp = await testApp();
  const shop = await openShop(shopApp);
  const { cashier, manager, products } = shop;
  const cash = (amountClp: number) => [{ tender: 'CASH' as const, amountClp }];
  const line = (productId: string, quantityMilli = 1_000) => ({ productId, quantityMilli });
  const first = await cashier.sales.checkout({
    lines: [line(products.oil), line(products.filter)],
    payments: cash(40_000),
    expectedTotalClp: 31_480,
    vehicleId: shop.vehicle,
    odometerKm: 84_200,
  });
  await cashier.sales.checkout({
    lines: [line(products.kit)],
    payments: [{ tender: 'DEBIT', amountClp: 39_990 }],
    expectedTotalClp: 39_990,
  });
  await manager.returns.create({
    saleId: first.saleId,
    reason: 'hilo malo \u0001 "x" \\ \u2028 ñ 🛢',
    refundTender: 'CASH',
    lines: [{ lineNumber: 2, quantityMilli: 1_000, condition: 'DAMAGED' }],
  });
  const gone = await cashier.orders.create({ lines: [line(products.rare)] });
  await cashier.orders.pay({ id: gone.id, payments: cash(5_000) });
  await cashier.orders.cancel({ id: gone.id, reason: 'no volvió' });
  const waiting = await cashier.orders.create({ lines: [line(products.permit, 2_000)] });
  await cashier.orders.confirm({ id: waiting.id });
  await cashier.orders.pay({ id: waiting.id, payments: [{ tender: 'TRANSFER', amountClp: 10_000 }] });
  await cashier.orders.complete({ id: waiting.id });
  await cashier.shifts.cashMove({ kind: 'OUT', amountClp: 5_000, reason: 'Flete' });
  await cashier.shifts.close({
    count: { '20000': 1 },
    leftInDrawerClp: 20_000,
    others: [
      { tender: 'DEBIT', countedClp: 39_990 },
      { tender: 'TRANSFER', countedClp: 10_000 },
    ],
    differenceReason: 'falta contar',
  });
  await manager.products.update({ id: products.oil, patch: { name: 'Aceite 10W-40 semisintético 4 L' } });
  const stock: Record<string, number> = {};
  for (const id of Object.values(products)) stock[id] = (await shop.onHand(id)).onHandMilli;
  const events = allEvents.all(shopApp.app.database.reader, {});
  const branchId = shopApp.app.dispatcher.site?.branchId ?? '';
  shopApp.close();
  return { events, deviceId: 'machine-1', branchId, warehouseId: shop.warehouses.SALES, stock };
}

test('a day of a shop is the same in both centres, and what the shop itself holds', async () => {
  const day = await aDay();
  const lite = await openEmbeddedCentre({});
  await installCentre(lite.sql);
  const real = await postgres.centre();
  const run = async (sql: Sql, urlOf: Parameters<typeof device>[1]): Promise<Record<string, string[]>> => {
    const till = await device(sql, urlOf, { code: 'MA', branchId: day.branchId });
    const answer = await till.push(day.events, { incarnation: day.deviceId });
    expect(answer).toEqual({ answer: 'acked', acked: day.events.length, verdicts: [] });
    expect(await sql.query('set role sync_centre').then(() => sql.query('select * from sync.self_check()'))).toEqual(
      [],
    );
    await sql.exec('reset role');
    await till.centre.close();
    return contents(sql);
  };
  const a = await run(lite.sql, ({ role }) => `${lite.url}?device=${role}`);
  const b = await run(real.sql, real.urlOf);
  for (const table of Object.keys(b)) expect(a[table], table).toEqual(b[table]);
  expect(a['sync.log']).toHaveLength(day.events.length);
  expect(a['shop.sale']).toHaveLength(3);
  const levels = await real.sql.query<{ id: string; on_hand: number }>(
    'select product_id as id, on_hand_milli::integer as on_hand from shop.stock_level where warehouse_id = $1',
    [day.warehouseId],
  );
  for (const { id, on_hand } of levels) expect(on_hand).toBe(day.stock[id]);
  expect(levels.length).toBeGreaterThan(3);
  await real.sql.close();
  await lite.close();
}, 120_000);

describe('scripts drawn by the simulator', () => {
  const SEEDS = [6, 11, 24];
  let template: Template;
  const setUp: CentreCall[] = [];
  beforeAll(async () => {
    template = await makeTemplate((call) => setUp.push(call));
  }, 60_000);

  test.each(SEEDS)(
    'seed %i is the same in both centres and in the model',
    async (seed) => {
      const calls = [...setUp];
      const result = await runSeed(template, seed, undefined, { onCall: (call) => calls.push(call), isSteady: true });
      expect(result.violations).toEqual([]);
      expect(calls.filter(({ method }) => method === 'push').length).toBeGreaterThan(10);
      const lite = await openEmbeddedCentre({});
      await installCentre(lite.sql);
      const real = await postgres.centre();
      const expected = calls.map(essence);
      const onLite = await replay(lite.sql, ({ role }) => `${lite.url}?device=${role}`, template.devices, calls);
      const onReal = await replay(real.sql, real.urlOf, template.devices, calls);
      expect(onReal).toEqual(expected);
      expect(onLite).toEqual(expected);
      const [a, b] = [await contents(lite.sql), await contents(real.sql)];
      for (const table of Object.keys(b)) expect(a[table], table).toEqual(b[table]);
      await real.sql.close();
      await lite.close();
    },
    120_000,
  );
});

/** Calls a real centre as the model was called, at the model's times. Answers what it answered. */
async function replay(
  sql: Sql,
  urlOf: Parameters<typeof device>[1],
  devices: readonly Device[],
  calls: readonly CentreCall[],
): Promise<unknown[]> {
  await sql.exec(`
    create table public.told_time (at_ms bigint not null);
    insert into public.told_time values (0);
    grant select on public.told_time to public;
    grant usage on schema public to public;
    create or replace function sync.now_ms() returns bigint language sql volatile as 'select at_ms from public.told_time';
  `);
  const centres = new Map<string, Centre>();
  for (const { role, branchCode: code, scope, branchId } of devices) {
    const made = await device(sql, urlOf, { code, scope, branchId });
    centres.set(role, made.centre);
  }
  const [{ epoch } = { epoch: '' }] = await sql.query<{ epoch: string }>('select id as epoch from sync.epoch');
  const answers: unknown[] = [];
  for (const call of calls) {
    await sql.query('update public.told_time set at_ms = $1', [call.nowMs]);
    const centre = centres.get(call.device.role);
    if (!centre) throw new Error(`no device ${call.device.role}`);
    const ask = call.ask as { epoch?: string };
    const told = ask.epoch === 'epoch-1' ? { ...ask, epoch } : ask;
    const answer: unknown = await centre[call.method](told as never);
    answers.push(essence({ ...call, answer }));
  }
  for (const centre of centres.values()) await centre.close();
  return answers;
}

/** What must be equal in an answer: not the words of a verdict, and not the streams that only the owner is told of besides. */
function essence({ device: { role, branchId }, method, answer }: CentreCall): unknown {
  const told = answer as Record<string, unknown> & { answer: string };
  const list = <T>(value: unknown): T[] => (value ?? []) as T[];
  const common = { role, method, answer: told.answer, acked: told['acked'], terminalCode: told['terminalCode'] };
  if (method === 'hello') {
    const own = ['master', `branch:${branchId}`];
    const streams = list<{ stream: string }>(told['streams']).filter(({ stream }) => own.includes(stream));
    const { scope, branch, ackedHash, probed } = told;
    const byName = streams.toSorted((a, b) => (a.stream < b.stream ? -1 : 1));
    return { ...common, scope, branch, ackedHash, probed, streams: byName };
  }
  if (method === 'push') {
    const verdicts = list<{ sequence: number; verdict: string }>(told['verdicts']);
    return { ...common, verdicts: verdicts.map(({ sequence, verdict }) => `${String(sequence)} ${verdict}`) };
  }
  const rows = list<Record<string, unknown>>(told['rows']).map((row) =>
    JSON.stringify(['seq', 'deviceId', 'sequence', 'hash', 'effective', 'scope', 'verdict'].map((name) => row[name])),
  );
  return { ...common, through: told['through'], head: told['head'], rows };
}
