/** Goal: what sold most often lately comes first at the counter, and what nobody buys any more falls back. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openShop, type Shop } from '#tests/support/shop.ts';
import { testApp, type TestApp } from '#tests/support/testApp.ts';

let test: TestApp;
let shop: Shop;

beforeEach(async () => {
  test = await testApp();
  shop = await openShop(test);
});
afterEach(() => test.close());

it('orders the tiles by the sales of the last 90 days, services and kits too', async () => {
  const sell = (productId: string, priceClp: number) =>
    shop.cashier.sales.checkout({
      lines: [{ productId, quantityMilli: 1_000 }],
      payments: [{ tender: 'CASH', amountClp: 100_000 }],
      expectedTotalClp: priceClp,
    });
  const first = async () => {
    await test.app.jobRunner().runNow('orders.popularity');
    const tiles = test.app.call('counter.tiles', {}, test.app.system()) as { id: string }[];
    return tiles.slice(0, 3).map((tile) => tile.id);
  };
  await sell(shop.products.rare, 9_990);
  for (let time = 0; time < 3; time += 1) await sell(shop.products.labour, 12_990);
  for (let time = 0; time < 2; time += 1) await sell(shop.products.kit, 39_990);
  expect(await first()).toEqual([shop.products.labour, shop.products.kit, shop.products.rare]);
  test.clock.advance(91 * 86_400_000);
  expect(await first()).not.toContain(shop.products.labour);
});
