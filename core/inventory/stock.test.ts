/**
 * Goal: every way stock moves by hand posts one document, keeps levels, history and value in step, refuses what is not there, and
 * tells the manager what he should look at. Costs are for those who may see them; yesterday's worth stays computable.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inCommand } from '#tests/support/command.ts';
import { PINS, testApp, type TestApp, type TestClient } from '#tests/support/testApp.ts';
import { issueStock, returnStock } from './index.ts';

let test: TestApp;
let manager: TestClient;
let categoryId: string;
let sala: string;
let bodega: string;

beforeEach(async () => {
  test = await testApp();
  manager = test.client(test.as.manager);
  categoryId = (await manager.categories.create({ name: 'Todo' })).id;
  const warehouses = await manager.warehouses.list({});
  sala = warehouses.find((row) => row.purpose === 'SALES')?.id ?? '';
  bodega = warehouses.find((row) => row.purpose === 'STORE')?.id ?? '';
});
afterEach(async () => {
  expect((await test.client(test.as.admin).stock.selfCheck({})).differences).toEqual([]);
  test.close();
});

/** The days that pass end the sessions. */
async function signInAgain(): Promise<TestClient> {
  for (const who of ['admin', 'manager'] as const) {
    const opened = await test.client({ origin: 'loopback' }).auth.pinLogin({ userId: test.users[who], pin: PINS[who] });
    test.as[who] = { token: opened.token, origin: 'loopback' };
  }
  return test.client(test.as.manager);
}

let serial = 0;
const product = async (more: object = {}): Promise<string> =>
  (
    await manager.products.create({
      sku: `P${String((serial += 1))}`,
      name: 'Aceite 10W-40',
      categoryId,
      priceClp: 9_990,
      ...more,
    })
  ).id;
const receive = (productId: string, quantityMilli: number, unitCostMilliClp: number, warehouseId = sala) =>
  manager.stock.receive({ warehouseId, lines: [{ productId, quantityMilli, unitCostMilliClp }] });
const levels = async (productId: string) =>
  Object.fromEntries(
    (await manager.stock.levels({ productId })).rows.map((row) => [
      row.warehouseId === sala ? 'sala' : 'bodega',
      row.onHandMilli,
    ]),
  );
const kinds = async (productId: string): Promise<string[]> =>
  (await manager.stock.movements({ productId })).rows
    .map((row) => `${row.kind} ${String(row.quantityMilli)}`)
    .reverse();

describe('a document', () => {
  it('of each kind moves stock once and is found in the history', async () => {
    const supplier = await manager.suppliers.create({
      name: 'Distribuidora Sur',
      contactName: '',
      email: '',
      phone: '',
      address: '',
      rut: null,
    });
    const id = await product();
    const lines = [{ productId: id, quantityMilli: 2_000 }];
    const entry = await manager.stock.receive({
      warehouseId: sala,
      supplierId: supplier.id,
      reference: 'F-123',
      lines: [{ ...lines[0]!, quantityMilli: 12_000, unitCostMilliClp: 4_000_000 }],
    });
    await manager.stock.issue({ warehouseId: sala, reason: 'uso propio', lines });
    await manager.stock.transfer({ fromWarehouseId: sala, toWarehouseId: bodega, lines });
    await manager.stock.returnToSupplier({
      warehouseId: bodega,
      supplierId: supplier.id,
      reason: 'envase roto',
      lines: [{ productId: id, quantityMilli: 500 }],
    });
    await manager.stock.adjust({
      warehouseId: sala,
      reason: 'conteo',
      lines: [{ productId: id, countedMilli: 7_750 }],
    });
    await manager.stock.adjust({
      warehouseId: sala,
      reason: 'conteo',
      lines: [{ productId: id, differenceMilli: 250 }],
    });
    expect(await levels(id)).toEqual({ sala: 8_000, bodega: 1_500 });
    expect(await kinds(id)).toEqual([
      'ENTRY 12000',
      'EXIT -2000',
      'TRANSFER -2000',
      'TRANSFER 2000',
      'RETURN -500',
      'ADJUSTMENT -250',
      'ADJUSTMENT 250',
    ]);
    const { rows } = await manager.stock.movements({ productId: id, kind: 'ENTRY' });
    expect(rows).toMatchObject([
      { documentNumber: entry.number, actorName: 'Marcela Rojas', valueMilliClp: 48_000_000 },
    ]);
    expect(entry.number).toBe('MA1-M000001');
    expect(await manager.stock.cost({ productId: id })).toEqual({
      quantityMilli: 9_500,
      valueMilliClp: 38_000_000,
      averageMilliClp: 4_000_000,
    });
  });

  it('that cannot be filled changes nothing at all and takes no number', async () => {
    const [plenty, scarce] = [await product(), await product()];
    await receive(plenty, 10_000, 1_000);
    const lines = [
      { productId: plenty, quantityMilli: 1_000 },
      { productId: scarce, quantityMilli: 1_000 },
    ];
    await expect(manager.stock.issue({ warehouseId: sala, reason: 'prueba', lines })).rejects.toMatchObject({
      code: 'STOCK_INSUFFICIENT',
      details: { productId: scarce, availableMilli: 0 },
    });
    await expect(manager.stock.transfer({ fromWarehouseId: sala, toWarehouseId: bodega, lines })).rejects.toThrow(
      'STOCK_INSUFFICIENT',
    );
    expect(await levels(plenty)).toEqual({ sala: 10_000 });
    expect((await receive(plenty, 1_000, 1_000)).number).toBe('MA1-M000002');
  });

  it('is refused for services, for unknown suppliers and for warehouses that are not of this branch', async () => {
    const service = await product({ kind: 'SERVICE' });
    const goods = await product();
    await expect(receive(service, 1_000, 1)).rejects.toThrow('PRODUCT_NOT_SELLABLE');
    await expect(receive(goods, 1_000, 1, test.newId())).rejects.toThrow('WAREHOUSE_INVALID');
    await expect(receive(test.newId(), 1_000, 1)).rejects.toThrow('NOT_FOUND');
    const lines = [{ productId: goods, quantityMilli: 1_000, unitCostMilliClp: 1 }];
    await expect(manager.stock.receive({ warehouseId: sala, supplierId: test.newId(), lines })).rejects.toThrow(
      'NOT_FOUND',
    );
    await expect(
      manager.stock.transfer({
        fromWarehouseId: sala,
        toWarehouseId: sala,
        lines: [{ productId: goods, quantityMilli: 1 }],
      }),
    ).rejects.toThrow('WAREHOUSE_INVALID');
  });

  it('repeated by its command id moves stock once; a source line repeated by another command is refused', async () => {
    const id = await product();
    const commandId = test.newId();
    const ask = { commandId, warehouseId: sala, lines: [{ productId: id, quantityMilli: 5_000, unitCostMilliClp: 7 }] };
    expect(await manager.stock.receive(ask)).toEqual(await manager.stock.receive(ask));
    expect(await levels(id)).toEqual({ sala: 5_000 });
    const sold = {
      sourceId: test.newId(),
      warehouseId: sala,
      lines: [{ sourceLine: 1, productId: id, quantityMilli: 1_000 }],
    };
    inCommand(test, (context) => issueStock(context, sold));
    expect(() => inCommand(test, (context) => issueStock(context, sold))).toThrow('MOVEMENT_DUPLICATE');
    expect(await levels(id)).toEqual({ sala: 4_000 });
  });
});

describe('cost', () => {
  it('is the weighted average, and a jump of it is flagged to those who may see it', async () => {
    const id = await product();
    await receive(id, 10_000, 1_000_000);
    const { costChanges } = await receive(id, 5_000, 1_300_000);
    expect(costChanges).toEqual([{ productId: id, previousMilliClp: 1_000_000, unitCostMilliClp: 1_300_000 }]);
    expect((await manager.stock.cost({ productId: id })).averageMilliClp).toBe(1_100_000);
    expect(await manager.stock.tasks({})).toMatchObject([{ kind: 'COST_JUMP', productId: id }]);
    const cashier = test.client(test.as.cashier);
    expect((await cashier.stock.movements({ productId: id })).rows.map((row) => row.valueMilliClp)).toEqual([
      null,
      null,
    ]);
    await expect(cashier.stock.cost({ productId: id })).rejects.toThrow('FORBIDDEN');
    await expect(cashier.stock.valuation({ date: '2026-03-10' })).rejects.toThrow('FORBIDDEN');
  });

  it('of a drum received whole and sold by the fraction of a litre loses nothing to rounding', async () => {
    const id = await product({ unit: 'L' });
    await receive(id, 208_000, 2_100_501);
    const { valueMilliClp } = await manager.stock.cost({ productId: id });
    let sold = 0;
    for (let line = 1; line <= 64; line += 1) {
      const lines = [{ sourceLine: line, productId: id, quantityMilli: 3_250 }];
      sold -=
        inCommand(test, (context) => issueStock(context, { sourceId: test.newId(), warehouseId: sala, lines }))[0]
          ?.valueMilliClp ?? 0;
    }
    expect(sold).toBe(valueMilliClp);
    expect(await manager.stock.cost({ productId: id })).toMatchObject({ quantityMilli: 0, valueMilliClp: 0 });
  });

  it('of stock sold before it came is guessed, then settled by a variance; a return settles it too', async () => {
    const id = await product({ negativeStock: 'ALLOW', listCostMilliClp: 5_000_000 });
    const sell = (quantityMilli: number) =>
      inCommand(test, (context) =>
        issueStock(context, {
          sourceId: test.newId(),
          warehouseId: sala,
          lines: [{ sourceLine: 1, productId: id, quantityMilli }],
        }),
      );
    expect(sell(2_000)).toMatchObject([{ valueMilliClp: -10_000_000 }]);
    expect(await manager.stock.tasks({})).toMatchObject([{ kind: 'NEGATIVE', productId: id, detail: '2000' }]);
    await receive(id, 10_000, 6_000_000);
    expect(await kinds(id)).toEqual(['EXIT -2000', 'ENTRY 10000', 'ADJUSTMENT 0']);
    expect(await manager.stock.cost({ productId: id })).toEqual({
      quantityMilli: 8_000,
      valueMilliClp: 48_000_000,
      averageMilliClp: 6_000_000,
    });
    sell(9_000);
    const lines = [{ sourceLine: 1, productId: id, quantityMilli: 1_000, valueMilliClp: 4_000_000, warehouseId: sala }];
    inCommand(test, (context) => returnStock(context, { sourceId: test.newId(), reason: 'devolución', lines }));
    expect(await manager.stock.cost({ productId: id })).toMatchObject({ quantityMilli: 0, valueMilliClp: 0 });
  });

  it('is known for every past day', async () => {
    const id = await product();
    await receive(id, 10_000, 1_000_000);
    test.clock.advance(60_000);
    const on = (date: string) => manager.stock.valuation({ date });
    expect(await on('2026-03-10')).toEqual({ valueMilliClp: 10_000_000, productCount: 1 });
    test.clock.set(Date.parse('2026-03-12T02:59:00Z'));
    const later = await signInAgain();
    await later.stock.issue({ warehouseId: sala, reason: 'merma', lines: [{ productId: id, quantityMilli: 4_000 }] });
    test.clock.set(Date.parse('2026-03-12T03:01:00Z'));
    await later.stock.issue({ warehouseId: sala, reason: 'merma', lines: [{ productId: id, quantityMilli: 6_000 }] });
    const worth = await Promise.all(
      ['2026-03-09', '2026-03-10', '2026-03-11', '2026-03-12'].map((date) => later.stock.valuation({ date })),
    );
    expect(worth.map((row) => [row.valueMilliClp, row.productCount])).toEqual([
      [0, 0],
      [10_000_000, 1],
      [6_000_000, 1],
      [0, 0],
    ]);
    expect((await later.stock.movements({ from: '2026-03-11', to: '2026-03-11' })).rows).toMatchObject([
      { quantityMilli: -4_000 },
    ]);
    expect((await later.stock.movements({ from: '2026-03-12' })).total).toBe(1);
  });
});

describe('below zero', () => {
  const sell = (productId: string, quantityMilli: number, permissions: Parameters<typeof inCommand>[2] = []) =>
    inCommand(
      test,
      (context) =>
        issueStock(context, {
          sourceId: test.newId(),
          warehouseId: sala,
          lines: [{ sourceLine: 1, productId, quantityMilli }],
        }),
      permissions,
    );

  it('the product decides: block, a manager’s leave, or allow; the manager is told and ticks it off once', async () => {
    const [block, authorise, allow] = [
      await product(),
      await product({ negativeStock: 'AUTHORISE' }),
      await product({ negativeStock: 'ALLOW' }),
    ];
    expect(() => sell(block, 1_000, ['sales.oversell'])).toThrow('STOCK_INSUFFICIENT');
    expect(() => sell(authorise, 1_000)).toThrow('OVERRIDE_REQUIRED');
    sell(authorise, 1_000, ['sales.oversell']);
    sell(allow, 1_000);
    const tasks = await manager.stock.tasks({});
    expect(tasks.map((task) => task.productId).sort()).toEqual([authorise, allow].sort());
    expect((await manager.stock.levels({ show: 'NEGATIVE' })).rows.map((row) => row.productId).sort()).toEqual(
      [authorise, allow].sort(),
    );
    await manager.stock.resolveTask({ id: tasks[0]!.id });
    await expect(manager.stock.resolveTask({ id: tasks[0]!.id })).rejects.toThrow('NOT_FOUND');
    expect(await manager.stock.tasks({})).toHaveLength(1);
  });
});

describe('lists', () => {
  it('show a product before its first delivery, and as low as soon as it has a minimum', async () => {
    const id = await product();
    await product({ kind: 'SERVICE' });
    expect((await manager.stock.levels({ show: 'NONE' })).rows).toMatchObject([
      { productId: id, onHandMilli: 0, minimumMilli: 0 },
    ]);
    expect((await manager.stock.levels({ show: 'LOW' })).total).toBe(0);
    await manager.stock.setMinimum({ productId: id, warehouseId: bodega, minimumMilli: 4_000 });
    expect((await manager.stock.levels({ show: 'LOW' })).rows).toMatchObject([
      { productId: id, warehouseId: bodega, minimumMilli: 4_000 },
    ]);
    await receive(id, 4_000, 1, bodega);
    expect((await manager.stock.levels({ show: 'LOW' })).total).toBe(1);
    await receive(id, 1, 1, bodega);
    expect((await manager.stock.levels({ show: 'LOW' })).total).toBe(0);
  });

  it('filter by words, category with what is below it, and warehouse, in pages by name', async () => {
    const motor = (await manager.categories.create({ name: 'Motor', parentId: categoryId })).id;
    for (const name of ['Castrol b', 'castrol A', 'Ñandú'])
      await receive(await product({ name, categoryId: motor }), 1_000, 1);
    expect((await manager.stock.levels({ text: 'CASTROL' })).rows.map((row) => row.name)).toEqual([
      'castrol A',
      'Castrol b',
    ]);
    expect((await manager.stock.levels({ categoryId })).total).toBe(3);
    expect((await manager.stock.levels({ categoryId, limit: 1, offset: 2 })).rows.map((row) => row.name)).toEqual([
      'Ñandú',
    ]);
    expect((await manager.stock.levels({ warehouseId: bodega })).total).toBe(0);
  });

  it('keep goods from becoming a service while some are left', async () => {
    const id = await product();
    await receive(id, 1_000, 1);
    await expect(manager.products.update({ id, patch: { kind: 'SERVICE' } })).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { reason: 'HAS_STOCK' },
    });
    await manager.stock.adjust({ warehouseId: sala, reason: 'vacío', lines: [{ productId: id, countedMilli: 0 }] });
    await manager.products.update({ id, patch: { kind: 'SERVICE' } });
  });
});

describe('the counter', () => {
  it('sees what a kit can be sold by its scarcest part, a service always', async () => {
    const [oil, filter, labour] = [
      await product({ name: 'Granel', unit: 'L' }),
      await product({ name: 'Filtro' }),
      await product({ name: 'Mano de obra', kind: 'SERVICE' }),
    ];
    const parts = [oil, filter, labour].map((productId, index) => ({
      productId,
      quantityMilli: index === 0 ? 3_750 : 1_000,
    }));
    const kit = await product({ name: 'Cambio', kind: 'KIT', components: parts });
    const seen = async () => (await manager.counter.byIds({ ids: [kit, labour] })).map((row) => row.availableMilli);
    expect(await seen()).toEqual([0, null]);
    await receive(oil, 20_000, 1);
    await receive(filter, 9_000, 1);
    expect(await seen()).toEqual([5_000, null]);
  });
});
