/** Goal: everybody who can act is told, once per cause; what ended and came back is told again; nobody reads or marks another's. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '#core/engine/jobs.ts';
import type { JobRunner } from '#core/engine/jobRunner.ts';
import { openShop, type Shop } from '#tests/support/shop.ts';
import { testApp, type TestApp } from '#tests/support/testApp.ts';

let test: TestApp;
let shop: Shop;
let runner: JobRunner;

const failing: Job = {
  name: 'test.failing',
  schedule: { everyMinutes: 60 },
  timeoutMs: 1_000,
  run: () => {
    throw new Error('no paper');
  },
};

beforeEach(async () => {
  test = await testApp();
  shop = await openShop(test);
  runner = test.app.jobRunner([...test.app.modules.flatMap((module) => module.jobs), failing]);
});
afterEach(async () => {
  await runner.stop();
  test.close();
});

const watch = (): Promise<void> => runner.runNow('notifications.watch');

async function low(minimumMilli: number): Promise<void> {
  const { rare } = shop.products;
  await shop.manager.stock.setMinimum({ productId: rare, warehouseId: shop.warehouses.SALES, minimumMilli });
}

describe('notifications', () => {
  it('of low stock reach those who buy, once while it lasts, again when it comes back', async () => {
    await low(5_000);
    await watch();
    await watch();
    const { rows, unread } = await shop.manager.notifications.list({});
    expect(unread).toBe(1);
    expect(rows[0]).toMatchObject({
      kind: 'LOW_STOCK',
      subjectId: shop.products.rare,
      details: { availableMilli: 1_000, minimumMilli: 5_000 },
    });
    expect((await shop.admin.notifications.unreadCount({})).unread).toBe(1);
    expect((await shop.cashier.notifications.list({})).rows).toEqual([]);
    await low(0);
    test.clock.advance(60_000);
    await watch();
    await low(5_000);
    test.clock.advance(60_000);
    await watch();
    expect((await shop.manager.notifications.list({})).total).toBe(2);
  });

  it('of a failed job and of a late order name what to look at', async () => {
    const { id: supplierId } = await shop.manager.suppliers.create({
      name: 'Distribuidora',
      contactName: '',
      email: '',
      phone: '',
      address: '',
      rut: null,
    });
    const { id } = await shop.manager.purchases.create({
      supplierId,
      lines: [{ productId: shop.products.oil, quantityMilli: 1_000 }],
    });
    await shop.manager.purchases.send({ id, expectedOn: '2026-03-09' });
    await runner.runNow('test.failing');
    await watch();
    await watch();
    const { rows } = await shop.manager.notifications.list({});
    expect(rows.map(({ kind, subjectId }) => [kind, subjectId]).sort()).toEqual([
      ['JOB_FAILED', 'test.failing'],
      ['PURCHASE_LATE', id],
    ]);
  });

  it('of a reservation that expired tell those who look after orders', async () => {
    await shop.cashier.orders.create({ lines: [{ productId: shop.products.oil, quantityMilli: 1_000 }] });
    test.clock.advance(3 * 3_600_000);
    await runner.runNow('inventory.expireReservations');
    await watch();
    const told = test.app.database.raw
      .prepare("select count(*) from notification where kind = 'RESERVATION_EXPIRED'")
      .pluck()
      .get();
    expect(told).toBe(3);
  });

  it('are marked by their reader alone, one by one or all', async () => {
    await low(5_000);
    await watch();
    const [mine] = (await shop.manager.notifications.list({})).rows;
    expect(await shop.admin.notifications.markRead({ ids: [mine!.id] })).toEqual({ marked: 0 });
    expect(await shop.manager.notifications.markRead({ ids: [mine!.id] })).toEqual({ marked: 1 });
    expect(await shop.manager.notifications.markRead({ ids: [mine!.id] })).toEqual({ marked: 0 });
    expect((await shop.manager.notifications.list({ unreadOnly: 'YES' })).rows).toEqual([]);
    expect(await shop.admin.notifications.markAllRead({})).toEqual({ marked: 1 });
  });
});
