/**
 * Goal: a hold ends exactly once: it is committed, released or expires, and everything else is an error or nothing; an order that
 * waited too long takes its stock again, if it still can.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inCommand } from '#tests/support/command.ts';
import { testApp, type TestApp, type TestClient } from '#tests/support/testApp.ts';
import { commitReservations, issueStock, releaseReservations, reserveStock, undoIssue, warehouseFor } from './index.ts';

// Less than a session lives without a touch.
const TTL_MS = 60_000;

let test: TestApp;
let manager: TestClient;
let productId: string;
let sala: string;
let made = 0;

beforeEach(async () => {
  test = await testApp();
  manager = test.client(test.as.manager);
  const { id: categoryId } = await manager.categories.create({ name: 'Todo' });
  sala = warehouseFor(test.app.database.reader, test.app.dispatcher.site?.branchId ?? '', 'SALES');
  productId = await stocked({ categoryId });
});
afterEach(async () => {
  expect((await test.client(test.as.admin).stock.selfCheck({})).differences).toEqual([]);
  test.close();
});

async function stocked(more: { categoryId: string; negativeStock?: 'ALLOW' }): Promise<string> {
  const { id } = await manager.products.create({
    sku: `P${String((made += 1))}`,
    name: 'Aceite',
    priceClp: 1,
    ...more,
  });
  await manager.stock.receive({
    warehouseId: sala,
    lines: [{ productId: id, quantityMilli: 10_000, unitCostMilliClp: 1_000_000 }],
  });
  return id;
}

const reserve = (orderId: string, quantityMilli: number, product = productId) =>
  inCommand(test, (context) => {
    const lines = [{ sourceLine: 1, productId: product, quantityMilli }];
    return reserveStock(context, { orderId, warehouseId: sala, lines, expiresAtMs: context.nowMs + TTL_MS });
  });
const commit = (orderId: string) => inCommand(test, (context) => commitReservations(context, orderId));
const release = (orderId: string) => inCommand(test, (context) => releaseReservations(context, orderId));
const expire = () => test.app.jobRunner().runNow('inventory.expireReservations');
const level = async () => {
  const { onHandMilli, reservedMilli } = (await manager.stock.levels({ productId })).rows[0]!;
  return [onHandMilli, reservedMilli];
};

describe('a hold', () => {
  it('keeps stock from others until it ends', async () => {
    const id = test.newId();
    reserve(id, 7_000);
    expect(await level()).toEqual([10_000, 7_000]);
    expect(() => reserve(test.newId(), 3_001)).toThrow('STOCK_INSUFFICIENT');
    const lines = [{ sourceLine: 1, productId, quantityMilli: 3_001 }];
    const sell = () =>
      inCommand(test, (context) => issueStock(context, { sourceId: test.newId(), warehouseId: sala, lines }));
    expect(sell).toThrow('STOCK_INSUFFICIENT');
    expect(await manager.stock.reservations({ productId })).toMatchObject([{ orderId: id, quantityMilli: 7_000 }]);
    release(id);
    expect(await level()).toEqual([10_000, 0]);
    expect(await manager.stock.reservations({})).toEqual([]);
  });

  it('commits once, and can then neither be released nor expire', async () => {
    const id = test.newId();
    reserve(id, 4_000);
    expect(commit(id)).toMatchObject([{ quantityMilli: -4_000, valueMilliClp: -4_000_000, sourceId: id }]);
    expect(() => commit(id)).toThrow('RESERVATION_CLOSED');
    expect(() => release(id)).toThrow('RESERVATION_CLOSED');
    test.clock.advance(TTL_MS);
    await expire();
    expect(await level()).toEqual([6_000, 0]);
  });

  it('releases once; a later commit finds nothing to take', async () => {
    const id = test.newId();
    reserve(id, 4_000);
    expect(release(id)).toHaveLength(1);
    expect(release(id)).toEqual([]);
    expect(commit(id)).toEqual([]);
    expect(await level()).toEqual([10_000, 0]);
  });

  it('expires at its time, not before, and is taken again at the commit', async () => {
    const id = test.newId();
    reserve(id, 4_000);
    test.clock.advance(TTL_MS - 1);
    await expire();
    expect(await level()).toEqual([10_000, 4_000]);
    test.clock.advance(1);
    await expire();
    await expire();
    expect(await level()).toEqual([10_000, 0]);
    commit(id);
    expect(await level()).toEqual([6_000, 0]);
    expect(() => commit(id)).toThrow('RESERVATION_CLOSED');
  });

  it('that expired is refused at the commit when somebody else took the stock, and stays open', async () => {
    const id = test.newId();
    reserve(id, 8_000);
    test.clock.advance(TTL_MS);
    await expire();
    const other = test.newId();
    reserve(other, 5_000);
    expect(() => commit(id)).toThrow('STOCK_INSUFFICIENT');
    release(other);
    commit(id);
    expect(await level()).toEqual([2_000, 0]);
  });

  it('cannot be ended behind our back: the table refuses a second end', () => {
    const id = test.newId();
    reserve(id, 1_000);
    release(id);
    const again = test.app.database.raw.prepare("update reservation set state = 'COMMITTED' where orderId = ?");
    expect(() => again.run(id)).toThrow('a reservation ends once');
  });

  it('beyond what is there, where the product allows it, tells the manager', async () => {
    const { categoryId } = await manager.products.get({ id: productId });
    const free = await stocked({ categoryId, negativeStock: 'ALLOW' });
    const id = test.newId();
    reserve(id, 12_000, free);
    expect(await manager.stock.tasks({})).toMatchObject([{ kind: 'NEGATIVE', productId: free }]);
    commit(id);
    expect(await manager.stock.tasks({})).toHaveLength(1);
  });
});

it('goods of a cancelled order come back once, at the value with which they left', async () => {
  const id = test.newId();
  reserve(id, 4_000);
  commit(id);
  await manager.stock.receive({
    warehouseId: sala,
    lines: [{ productId, quantityMilli: 6_000, unitCostMilliClp: 2_000_000 }],
  });
  const undo = () => inCommand(test, (context) => undoIssue(context, id, 'anulada'));
  expect(undo()).toMatchObject([{ kind: 'RETURN', quantityMilli: 4_000, valueMilliClp: 4_000_000 }]);
  expect(undo()).toEqual([]);
  expect(await manager.stock.cost({ productId })).toMatchObject({ quantityMilli: 16_000, valueMilliClp: 22_000_000 });
});
