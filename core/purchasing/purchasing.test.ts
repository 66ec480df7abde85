/**
 * Goal: from a request to goods on the shelf: grouped by supplier and rounded to packs, received in parts with a cost change flagged, the
 * average cost right to the thousandth, lead times learnt, every book in agreement; and nothing of it twice or out of turn.
 */
import { PDFDocument } from 'pdf-lib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openShop, type Shop } from '#tests/support/shop.ts';
import { actorWith, testApp, type TestApp, type TestClient } from '#tests/support/testApp.ts';

const DAY_MS = 86_400_000;

let test: TestApp;
let shop: Shop;
let supplier: string;
let other: string;

beforeEach(async () => {
  test = await testApp();
  shop = await openShop(test);
  const add = async (name: string): Promise<string> =>
    (
      await shop.manager.suppliers.create({
        name,
        contactName: '',
        email: 'ventas@example.cl',
        phone: '',
        address: '',
        rut: null,
      })
    ).id;
  supplier = await add('Distribuidora Ñuble');
  other = await add('Filtros del Sur');
});
afterEach(() => test.close());

/** Oil in boxes of 12 at 15.000 net, filters in sixes from 18 on at 3.500 net. */
async function knowSupply(): Promise<void> {
  const { manager, products } = shop;
  await manager.supply.setProduct({
    productId: products.oil,
    supplierId: supplier,
    supplierCode: 'CAS-10W40',
    packMilli: 12_000,
    unitCostMilliClp: 15_000_000,
  });
  await manager.supply.setProduct({
    productId: products.filter,
    supplierId: supplier,
    packMilli: 6_000,
    minimumMilli: 18_000,
    unitCostMilliClp: 3_500_000,
  });
}

async function sentOrder(): Promise<string> {
  const { id } = await shop.manager.purchases.create({
    supplierId: supplier,
    lines: [
      { productId: shop.products.oil, quantityMilli: 13_000 },
      { productId: shop.products.filter, quantityMilli: 1_000 },
    ],
  });
  await shop.manager.purchases.send({ id });
  return id;
}

describe('requests', () => {
  it('become one draft per supplier, the same product in one line, in whole packs', async () => {
    await knowSupply();
    const { manager, products } = shop;
    const { ids } = await manager.requests.create({
      lines: [
        { productId: products.oil, quantityMilli: 7_000, supplierId: supplier },
        { productId: products.rare, quantityMilli: 2_000, supplierId: other },
        { productId: products.oil, quantityMilli: 6_000, supplierId: supplier },
        { productId: products.filter, quantityMilli: 1_000, supplierId: supplier },
      ],
    });
    const { ids: purchases } = await manager.purchases.fromRequests({ ids });
    expect(purchases.length).toBe(2);
    const first = await manager.purchases.get({ id: purchases[0]! });
    expect(first.number).toBeNull();
    expect(first.lines.map((line) => [line.sku, line.quantityMilli, line.unitCostMilliClp])).toEqual([
      [expect.any(String), 24_000, 15_000_000],
      [expect.any(String), 18_000, 3_500_000],
    ]);
    expect(first.totalMilliClp).toBe(24 * 15_000_000 + 18 * 3_500_000);
    expect((await manager.purchases.get({ id: purchases[1]! })).supplierId).toBe(other);
    const { rows } = await manager.requests.list({ state: 'ORDERED' });
    expect(rows.length).toBe(4);
    await expect(manager.purchases.fromRequests({ ids })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('without anybody who delivers are refused, nothing ordered', async () => {
    const { manager, products } = shop;
    const { ids } = await manager.requests.create({ lines: [{ productId: products.oil, quantityMilli: 1_000 }] });
    await expect(manager.purchases.fromRequests({ ids })).rejects.toMatchObject({ code: 'SUPPLIER_MISSING' });
    await manager.requests.update({ id: ids[0]!, supplierId: supplier, quantityMilli: 3_000 });
    expect((await manager.purchases.fromRequests({ ids })).ids.length).toBe(1);
  });

  it('are approved or turned down with a reason, once', async () => {
    const { manager, products } = shop;
    const lines = [{ productId: products.oil, quantityMilli: 1_000, supplierId: supplier }];
    const { ids } = await manager.requests.create({ lines });
    expect(await manager.requests.approve({ ids })).toEqual({ approved: 1 });
    expect(await manager.requests.reject({ ids, reason: 'Hay en bodega' })).toEqual({ rejected: 1 });
    await expect(manager.requests.approve({ ids })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await manager.requests.list({})).rows[0]).toMatchObject({
      state: 'REJECTED',
      decisionReason: 'Hay en bodega',
    });
  });

  it('come from what is under its minimum, until enough is asked for or under way', async () => {
    const { manager, products, warehouses } = shop;
    await manager.stock.setMinimum({ productId: products.rare, warehouseId: warehouses.SALES, minimumMilli: 4_000 });
    const [low] = await manager.requests.lowStock({});
    expect(low).toMatchObject({ productId: products.rare, onHandMilli: 1_000, suggestedMilli: 7_000, onOrderMilli: 0 });
    const lines = [{ productId: products.rare, quantityMilli: low!.suggestedMilli, supplierId: supplier }];
    const { ids } = await manager.requests.create({ source: 'LOW_STOCK', lines });
    expect(await manager.requests.lowStock({})).toEqual([]);
    const [id] = (await manager.purchases.fromRequests({ ids })).ids;
    expect((await manager.requests.lowStock({})).length).toBe(1);
    await manager.purchases.send({ id: id! });
    expect(await manager.requests.lowStock({})).toEqual([]);
  });
});

describe('orders', () => {
  it('take their number when they are sent, and are late after the day they were expected', async () => {
    await knowSupply();
    await shop.manager.supply.setTerms({ supplierId: supplier, statedLeadDays: 3, reviewDays: 7 });
    const id = await sentOrder();
    const sent = await shop.manager.purchases.get({ id });
    expect(sent).toMatchObject({ number: 'MA1-OC000001', state: 'SENT', expectedOn: '2026-03-13', isLate: false });
    await expect(shop.manager.purchases.send({ id })).rejects.toMatchObject({ code: 'PURCHASE_STATE' });
    await expect(shop.manager.purchases.update({ id, note: 'x' })).rejects.toMatchObject({ code: 'PURCHASE_STATE' });
    test.clock.advance(4 * DAY_MS);
    const late = await test
      .client(actorWith(test, new Set(['purchasing.read', 'cost.read'])))
      .purchases.list({ show: 'LATE' });
    expect(late.rows.map((row) => row.id)).toEqual([id]);
  });

  it('of which something came are closed, not cancelled', async () => {
    await knowSupply();
    const { manager, products } = shop;
    const id = await sentOrder();
    await manager.purchases.receive({ id, lines: [{ productId: products.oil, quantityMilli: 1_000 }] });
    await expect(manager.purchases.cancel({ id, reason: 'ya no' })).rejects.toMatchObject({ code: 'PURCHASE_STATE' });
    await manager.purchases.close({ id, reason: 'Sin stock del proveedor' });
    await expect(
      manager.purchases.receive({ id, lines: [{ productId: products.oil, quantityMilli: 1_000 }] }),
    ).rejects.toMatchObject({ code: 'PURCHASE_STATE' });
  });

  it('print as a PDF, without costs for those who do not see them; the same order gives the same bytes', async () => {
    await knowSupply();
    const id = await sentOrder();
    const open = async (client: TestClient) => Buffer.from((await client.purchases.pdf({ id })).base64, 'base64');
    const bytes = await open(shop.manager);
    expect(await open(shop.manager)).toEqual(bytes);
    const document = await PDFDocument.load(bytes, { updateMetadata: false });
    expect(document.getPageCount()).toBe(1);
    expect(document.getTitle()).toBe('Orden de compra MA1-OC000001');
    const blind = await open(test.client(actorWith(test, new Set(['purchasing.read']))));
    expect(blind.length).toBeLessThan(bytes.length);
  });
});

describe('receptions', () => {
  it('in two parts with a cost change: the average is right to the thousandth and the change is flagged with its margin', async () => {
    await knowSupply();
    const { manager, products } = shop;
    const id = await sentOrder();
    // On the shelf: 20 units at 14.000. Now 10 at 15.000, which is 7 % dearer; then 14 at 16.100.
    const first = await manager.purchases.receive({
      id,
      reference: 'GD-1',
      lines: [{ productId: products.oil, quantityMilli: 10_000 }],
    });
    expect(first.state).toBe('PARTIAL');
    expect(first.costChanges).toMatchObject([
      { previousMilliClp: 14_000_000, unitCostMilliClp: 15_000_000, averageAfterMilliClp: 14_333_333 },
    ]);
    // 24.990 gross is 21.000 net: 33,33 % at 14.000, 28,57 % at 15.000.
    expect(first.costChanges[0]).toMatchObject({ marginBeforeBasisPoints: 3_333, marginAfterBasisPoints: 2_857 });
    const second = await manager.purchases.receive({
      id,
      reference: 'GD-2',
      lines: [
        { productId: products.oil, quantityMilli: 14_000, unitCostMilliClp: 16_100_000 },
        { productId: products.filter, quantityMilli: 18_000 },
      ],
    });
    expect(second.state).toBe('RECEIVED');
    const cost = await manager.stock.cost({ productId: products.oil });
    const valueMilliClp = 20 * 14_000_000 + 10 * 15_000_000 + 14 * 16_100_000;
    expect(cost).toEqual({
      quantityMilli: 44_000,
      valueMilliClp,
      averageMilliClp: 14_895_455,
    });
    const { receptions, receivedBasisPoints } = await manager.purchases.get({ id });
    expect(receivedBasisPoints).toBe(10_000);
    expect(receptions.map(({ reference, lines }) => [reference, lines[0]?.averageAfterMilliClp])).toEqual([
      ['GD-1', 14_333_333],
      ['GD-2', cost.averageMilliClp],
    ]);
    // What the invoice said is what the next order costs.
    const { rows } = await manager.supply.products({ supplierId: supplier });
    expect(rows.find((row) => row.productId === products.oil)?.unitCostMilliClp).toBe(16_100_000);
    expect(await shop.agrees()).toBe(true);
  });

  it('teach the supplier’s lead time', async () => {
    await knowSupply();
    await shop.manager.supply.setTerms({ supplierId: supplier, statedLeadDays: 2, reviewDays: 7 });
    const manager = test.client(actorWith(test, new Set(['purchasing.read', 'purchasing.write', 'stock.receive'])));
    for (let round = 0; round < 4; round += 1) {
      const { id } = await manager.purchases.create({
        supplierId: supplier,
        lines: [{ productId: shop.products.oil, quantityMilli: 12_000 }],
      });
      await manager.purchases.send({ id });
      test.clock.advance(8 * DAY_MS);
      await manager.purchases.receive({ id, lines: [{ productId: shop.products.oil, quantityMilli: 12_000 }] });
    }
    const terms = (await manager.supply.terms({})).find((row) => row.supplierId === supplier);
    expect(terms).toMatchObject({ statedLeadDays: 2, receptionCount: 4, leadDaysMean: 6, openOrders: 0 });
  });

  it('sent twice are booked once; what is not on the order is refused', async () => {
    await knowSupply();
    const { manager, products } = shop;
    const id = await sentOrder();
    const commandId = test.newId();
    const lines = [{ productId: products.oil, quantityMilli: 12_000 }];
    const answer = await manager.purchases.receive({ commandId, id, lines });
    expect(await manager.purchases.receive({ commandId, id, lines })).toEqual(answer);
    expect((await shop.onHand(products.oil)).onHandMilli).toBe(32_000);
    await expect(
      manager.purchases.receive({ id, lines: [{ productId: products.rare, quantityMilli: 1_000 }] }),
    ).rejects.toMatchObject({ code: 'NOT_ON_ORDER' });
    expect((await shop.onHand(products.rare)).onHandMilli).toBe(1_000);
  });

  it('keep a count under way until it is booked', async () => {
    await knowSupply();
    const { manager, products } = shop;
    const id = await sentOrder();
    const lines = [{ productId: products.oil, quantityMilli: 5_000 }];
    await manager.purchases.saveCounting({ id, reference: 'GD-9', lines });
    expect((await manager.purchases.get({ id })).counting).toMatchObject({
      reference: 'GD-9',
      lines: [{ productId: products.oil, quantityMilli: 5_000, unitCostMilliClp: null }],
    });
    await manager.purchases.receive({ id, lines });
    expect((await manager.purchases.get({ id })).counting).toBeNull();
  });

  it('go back to the supplier, never more than came', async () => {
    await knowSupply();
    const { manager, products } = shop;
    const id = await sentOrder();
    await manager.purchases.receive({ id, lines: [{ productId: products.oil, quantityMilli: 12_000 }] });
    const back = (quantityMilli: number) =>
      manager.purchases.returnGoods({
        id,
        reason: 'Envases rotos',
        lines: [{ productId: products.oil, quantityMilli }],
      });
    await back(10_000);
    await expect(back(3_000)).rejects.toMatchObject({ code: 'RETURN_TOO_LARGE', details: { leftMilli: 2_000 } });
    expect((await shop.onHand(products.oil)).onHandMilli).toBe(22_000);
    expect(await shop.agrees()).toBe(true);
  });

  it('tell no cost to those who do not see them', async () => {
    await knowSupply();
    const id = await sentOrder();
    const blind = test.client(actorWith(test, new Set(['purchasing.read', 'stock.receive'])));
    const lines = [{ productId: shop.products.oil, quantityMilli: 1_000 }];
    expect((await blind.purchases.receive({ id, lines })).costChanges).toEqual([]);
    const text = JSON.stringify(await blind.purchases.get({ id }));
    for (const cost of ['15000000', '14000000', '3500000']) expect(text).not.toContain(cost);
  });
});
