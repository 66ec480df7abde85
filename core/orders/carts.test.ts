/**
 * Goal: a cart survives a crash, waits without holding stock, is taken back by one person only, and is never thrown away without a
 * trace.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openShop, type Shop } from '#tests/support/shop.ts';
import { testApp, type TestApp } from '#tests/support/testApp.ts';

let test: TestApp;
let shop: Shop;

beforeEach(async () => {
  test = await testApp();
  shop = await openShop(test);
});
afterEach(() => test.close());

const cart = (quantityMilli = 1_000) => ({
  id: test.newId(),
  content: { lines: [{ productId: shop.products.oil, quantityMilli }] },
  totalClp: 24_990,
});
const eventCount = (): number => test.app.database.raw.prepare('select count(*) from event').pluck().get() as number;

describe('the cart on the screen', () => {
  it('is there again after a crash, for the same person at the same till', async () => {
    const kept = cart();
    const before = eventCount();
    await shop.cashier.carts.save(kept);
    await shop.cashier.carts.save({ ...kept, content: { ...kept.content, note: 'apurado' } });
    expect(await shop.cashier.carts.draft({})).toMatchObject({
      id: kept.id,
      content: { note: 'apurado', lines: [{ quantityMilli: 1_000 }] },
    });
    expect(await shop.manager.carts.draft({})).toBeNull();
    // Typing is no fact of the shop.
    expect(eventCount()).toBe(before);
  });

  it('is the newest one, and none once it is empty', async () => {
    await shop.cashier.carts.save(cart(1_000));
    const second = cart(2_000);
    await shop.cashier.carts.save(second);
    expect(await shop.cashier.carts.draft({})).toMatchObject({ id: second.id });
    await shop.cashier.carts.save({ ...second, content: { lines: [] } });
    expect(await shop.cashier.carts.draft({})).toBeNull();
  });

  it('is used up by its sale', async () => {
    const kept = cart();
    await shop.cashier.carts.save(kept);
    const payments = [{ tender: 'CASH' as const, amountClp: 24_990 }];
    await shop.cashier.sales.checkout({ ...kept.content, payments, expectedTotalClp: 24_990, cartId: kept.id });
    expect(await shop.cashier.carts.draft({})).toBeNull();
  });
});

describe('a parked cart', () => {
  it('holds no stock and comes back once', async () => {
    const parked = cart();
    await shop.cashier.carts.save(parked);
    await shop.cashier.carts.park({ ...parked, name: 'BBCL12' });
    expect(await shop.cashier.carts.draft({})).toBeNull();
    expect(await shop.onHand(shop.products.oil)).toMatchObject({ reservedMilli: 0 });
    expect(await shop.manager.carts.parked({})).toMatchObject([
      { id: parked.id, name: 'BBCL12', userName: 'Camila Rojas', itemCount: 1, totalClp: 24_990 },
    ]);
    expect(await shop.manager.carts.resume({ id: parked.id })).toMatchObject({
      id: parked.id,
      content: { lines: [{ quantityMilli: 1_000 }] },
    });
    await expect(shop.cashier.carts.resume({ id: parked.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await shop.manager.carts.parked({})).toEqual([]);
  });

  it('is on nobody’s screen but the one who took it back, and survives there', async () => {
    const parked = cart();
    await shop.cashier.carts.park({ ...parked, name: 'BBCL12' });
    await shop.manager.carts.resume({ id: parked.id });
    // The page dies before it has saved anything.
    expect(await shop.manager.carts.draft({})).toMatchObject({ id: parked.id });
    expect(await shop.cashier.carts.draft({})).toBeNull();
  });

  it('is not parked empty', async () => {
    await expect(shop.cashier.carts.park({ ...cart(), content: { lines: [] }, name: 'nada' })).rejects.toMatchObject({
      code: 'ORDER_EMPTY',
    });
  });
});

describe('a void before payment', () => {
  it('wants a reason and leaves what was in the cart in the audit', async () => {
    const kept = cart();
    await shop.manager.carts.save(kept);
    await expect(shop.manager.carts.void({ ...kept, reason: '' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await shop.manager.carts.void({ ...kept, reason: 'el cliente se fue' });
    expect(await shop.manager.carts.draft({})).toBeNull();
    const { rows } = await shop.manager.audit.list({ kind: 'carts.voided' });
    expect(rows).toMatchObject([{ subjectId: kept.id, actorName: 'Marcela Rojas' }]);
    const payload = test.app.database.raw
      .prepare("select payload from event where kind = 'carts.voided'")
      .pluck()
      .get() as string;
    expect(JSON.parse(payload)).toMatchObject({ reason: 'el cliente se fue', totalClp: 24_990 });
  });

  it('of somebody who may not is refused until a manager gives leave', async () => {
    await expect(shop.cashier.carts.void({ ...cart(), reason: 'me equivoqué' })).rejects.toMatchObject({
      code: 'OVERRIDE_REQUIRED',
      details: { permission: 'sales.void' },
    });
    await shop.cashier.carts.void({ ...cart(), content: { lines: [] } });
  });
});
