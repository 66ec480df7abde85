/** Goal: one script gives identical logs and projections on PGlite and on a real Postgres 18, and those agree with the shop that it came from. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventRow } from '#core/engine/tables.ts';
import { openEmbeddedCentre } from '#core/sync/centre/embedded.ts';
import { installCentre } from '#core/sync/centre/install.ts';
import type { Sql } from '#core/sync/postgres.ts';
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
