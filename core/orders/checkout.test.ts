/**
 * Goal: a counter sale is all there or not there at all; it charges what was shown, in every tender, to the peso; what it froze never
 * changes; nobody sells what he may not, and a repeated command sells once.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openShop, type Shop } from '#tests/support/shop.ts';
import { PINS, testApp, type TestApp } from '#tests/support/testApp.ts';

let test: TestApp;
let shop: Shop;

beforeEach(async () => {
  test = await testApp();
  shop = await openShop(test);
});
afterEach(() => test.close());

type Checkout = Parameters<Shop['cashier']['sales']['checkout']>[0];
const one = (productId: string, quantityMilli = 1_000): Checkout['lines'][number] => ({ productId, quantityMilli });
const cash = (amountClp: number): Checkout['payments'] => [{ tender: 'CASH', amountClp }];

/** Rows of every table that a sale writes. */
const counts = (): unknown =>
  [
    'salesOrder',
    'orderLine',
    'orderLineComponent',
    'payment',
    'stockMovement',
    'event',
    'documentCounter',
    'vehicleVisit',
  ].map((table) => test.app.database.raw.prepare(`select count(*) from ${table}`).pluck().get());

describe('a sale', () => {
  it('is order, lines, stock, payment, sale, number and event at once', async () => {
    const sold = await shop.cashier.sales.checkout({
      lines: [one(shop.products.oil), one(shop.products.filter, 2_000), one(shop.products.labour)],
      payments: cash(60_000),
      expectedTotalClp: 50_960,
      vehicleId: shop.vehicle,
      customerId: shop.customers.person,
      odometerKm: 84_200,
    });
    expect(sold).toMatchObject({ number: 'MA1-000001', totalClp: 50_960, changeClp: 9_040 });
    const sale = await shop.cashier.sales.byNumber({ number: 'ma1-000001' });
    expect(sale).toMatchObject({
      state: 'COMPLETED',
      subtotalClp: 50_960,
      discountClp: 0,
      netClp: 42_824,
      ivaClp: 8_136,
      exemptClp: 0,
      paidClp: 50_960,
      customerName: 'Hugo Rojas',
      plate: 'BBCL12',
      odometerKm: 84_200,
      cashierName: 'Camila Rojas',
    });
    expect(sale?.lines.map((line) => [line.name, line.quantityMilli, line.totalClp, line.costMilliClp])).toEqual([
      ['Aceite 10W-40 4 L', 1_000, 24_990, null],
      ['Filtro de aceite Yaris', 2_000, 12_980, null],
      ['Cambio de aceite', 1_000, 12_990, null],
    ]);
    expect(await shop.onHand(shop.products.oil)).toEqual({ onHandMilli: 19_000, reservedMilli: 0 });
    expect(await shop.onHand(shop.products.filter)).toEqual({ onHandMilli: 8_000, reservedMilli: 0 });
    const car = await shop.cashier.vehicles.byPlate({ plate: 'BBCL12' });
    expect(car?.vehicle.lastOdometerKm).toBe(84_200);
    expect(await shop.agrees()).toBe(true);
  });

  it('shows its cost only to whom costs are meant', async () => {
    const lines = [one(shop.products.filter, 2_000), one(shop.products.labour)];
    const { saleId } = await shop.cashier.sales.checkout({ lines, payments: cash(25_970), expectedTotalClp: 25_970 });
    const seen = await shop.manager.sales.get({ id: saleId });
    expect(seen.lines.map((line) => line.costMilliClp)).toEqual([6_666_666, 0]);
  });

  it('explodes a kit into what leaves the shelf, in fractions of a litre', async () => {
    const lines = [one(shop.products.kit, 2_000)];
    const { saleId } = await shop.cashier.sales.checkout({ lines, payments: cash(79_980), expectedTotalClp: 79_980 });
    expect(await shop.onHand(shop.products.drum)).toMatchObject({ onHandMilli: 200_500 });
    expect(await shop.onHand(shop.products.filter)).toMatchObject({ onHandMilli: 8_000 });
    const [line] = (await shop.manager.sales.get({ id: saleId })).lines;
    // 7.5 L at 2.100,5 and two filters at 3.333,333.
    expect(line?.costMilliClp).toBe(15_753_750 + 6_666_666);
    expect(await shop.agrees()).toBe(true);
  });

  it('prices 2.355 litres of a drum half up and rounds only the cash', async () => {
    const lines = [one(shop.products.drum, 2_355)];
    const sold = await shop.cashier.sales.checkout({ lines, payments: cash(20_000), expectedTotalClp: 10_204 });
    expect(sold).toMatchObject({ totalClp: 10_204, changeClp: 9_800 });
    const { payments } = await shop.cashier.sales.get({ id: sold.saleId });
    expect(payments).toMatchObject([{ tender: 'CASH', amountClp: 10_200, roundingClp: -4, tenderedClp: 20_000 }]);
  });

  it('keeps exempt lines out of the IVA', async () => {
    const lines = [one(shop.products.permit), one(shop.products.rare)];
    const { saleId } = await shop.cashier.sales.checkout({ lines, payments: cash(14_990), expectedTotalClp: 14_990 });
    expect(await shop.cashier.sales.get({ id: saleId })).toMatchObject({
      exemptClp: 5_000,
      netClp: 8_395,
      ivaClp: 1_595,
    });
  });

  it('of 5 pesos is paid with nothing', async () => {
    const lines = [{ ...one(shop.products.rare), unitPriceClp: 5 }];
    const sold = await shop.manager.sales.checkout({ lines, payments: cash(0), expectedTotalClp: 5 });
    const { payments } = await shop.cashier.sales.get({ id: sold.saleId });
    expect(payments).toMatchObject([{ amountClp: 0, roundingClp: -5, changeClp: 0 }]);
  });

  it('takes any mix of tenders and keeps the voucher', async () => {
    const sold = await shop.cashier.sales.checkout({
      lines: [one(shop.products.oil)],
      payments: [
        { tender: 'CREDIT', amountClp: 10_001, operationNumber: '004512', lastFour: '4242', instalments: 3 },
        { tender: 'TRANSFER', amountClp: 5_000 },
        { tender: 'CASH', amountClp: 10_000 },
      ],
      expectedTotalClp: 24_990,
    });
    expect(sold.changeClp).toBe(10);
    const { payments } = await shop.cashier.sales.get({ id: sold.saleId });
    expect(payments).toMatchObject([
      { tender: 'CREDIT', amountClp: 10_001, operationNumber: '004512', lastFour: '4242', instalments: 3 },
      { tender: 'TRANSFER', amountClp: 5_000, verifiedAtMs: null },
      { tender: 'CASH', amountClp: 9_990, roundingClp: 1 },
    ]);
    const { shift } = await shop.manager.shifts.current({});
    expect(shift?.expectedCashClp).toBe(50_000 + 9_990);
  });

  it('is refused where the tenders do not pay it', async () => {
    const lines = [one(shop.products.oil)];
    const before = counts();
    for (const payments of [cash(24_980), [{ tender: 'DEBIT' as const, amountClp: 24_991 }]]) {
      await expect(shop.cashier.sales.checkout({ lines, payments, expectedTotalClp: 24_990 })).rejects.toMatchObject({
        code: 'PAYMENT_MISMATCH',
      });
    }
    expect(counts()).toEqual(before);
    expect(await shop.onHand(shop.products.oil)).toMatchObject({ onHandMilli: 20_000 });
  });

  it('charges nobody what was not shown', async () => {
    await shop.manager.products.update({ id: shop.products.oil, patch: { priceClp: 26_990 } });
    const before = counts();
    const asked = { lines: [one(shop.products.oil)], payments: cash(24_990), expectedTotalClp: 24_990 };
    await expect(shop.cashier.sales.checkout(asked)).rejects.toMatchObject({
      code: 'PRICE_CHANGED',
      details: { expectedClp: 24_990, totalClp: 26_990 },
    });
    expect(counts()).toEqual(before);
  });

  it('needs an open shift', async () => {
    await shop.cashier.shifts.close({ count: { '20000': 1, '10000': 2, '1000': 10 }, leftInDrawerClp: 0 });
    const asked = { lines: [one(shop.products.oil)], payments: cash(24_990), expectedTotalClp: 24_990 };
    await expect(shop.cashier.sales.checkout(asked)).rejects.toMatchObject({ code: 'SHIFT_NOT_OPEN' });
  });
});

describe('a command sent again', () => {
  it('gives the first answer and no second sale', async () => {
    const asked = {
      commandId: test.newId(),
      lines: [one(shop.products.oil)],
      payments: cash(24_990),
      expectedTotalClp: 24_990,
    };
    const first = await shop.cashier.sales.checkout(asked);
    const after = counts();
    expect(await shop.cashier.sales.checkout(asked)).toEqual(first);
    expect(counts()).toEqual(after);
    await expect(shop.cashier.sales.checkout({ ...asked, note: 'otra' })).rejects.toMatchObject({
      code: 'COMMAND_REUSED',
    });
    await expect(shop.manager.sales.checkout(asked)).rejects.toMatchObject({ code: 'COMMAND_REUSED' });
  });

  it('numbers run without gaps, whatever fails in between', async () => {
    const numbers: string[] = [];
    for (let sale = 0; sale < 3; sale += 1) {
      const lines = [one(shop.products.filter)];
      await expect(
        shop.cashier.sales.checkout({ lines, payments: cash(0), expectedTotalClp: 6_490 }),
      ).rejects.toMatchObject({
        code: 'PAYMENT_MISMATCH',
      });
      numbers.push(
        (await shop.cashier.sales.checkout({ lines, payments: cash(6_490), expectedTotalClp: 6_490 })).number,
      );
    }
    expect(numbers).toEqual(['MA1-000001', 'MA1-000002', 'MA1-000003']);
  });
});

describe('stock', () => {
  it('is not sold twice', async () => {
    const lines = [one(shop.products.rare, 2_000)];
    await expect(
      shop.cashier.sales.checkout({ lines, payments: cash(19_980), expectedTotalClp: 19_980 }),
    ).rejects.toMatchObject({
      code: 'STOCK_INSUFFICIENT',
      details: { availableMilli: 1_000, wantedMilli: 2_000 },
    });
    // Two lines of the same product count together.
    const twice = [one(shop.products.rare), one(shop.products.rare)];
    await expect(
      shop.cashier.sales.checkout({ lines: twice, payments: cash(19_980), expectedTotalClp: 19_980 }),
    ).rejects.toMatchObject({
      code: 'STOCK_INSUFFICIENT',
    });
  });

  it('goes below zero where the product allows it, and tells the manager', async () => {
    await shop.manager.products.update({ id: shop.products.rare, patch: { negativeStock: 'ALLOW' } });
    const lines = [one(shop.products.rare, 3_000)];
    await shop.cashier.sales.checkout({ lines, payments: cash(29_970), expectedTotalClp: 29_970 });
    expect(await shop.onHand(shop.products.rare)).toMatchObject({ onHandMilli: -2_000 });
    expect(await shop.manager.stock.tasks({})).toMatchObject([{ kind: 'NEGATIVE', productId: shop.products.rare }]);
    await shop.manager.stock.receive({
      warehouseId: shop.warehouses.SALES,
      lines: [{ productId: shop.products.rare, quantityMilli: 5_000, unitCostMilliClp: 7_000_000 }],
    });
    expect(await shop.admin.stock.cost({ productId: shop.products.rare })).toMatchObject({
      quantityMilli: 3_000,
      averageMilliClp: 7_000_000,
    });
    expect(await shop.agrees()).toBe(true);
  });

  it('is not sold once it is inactive', async () => {
    await shop.manager.products.update({ id: shop.products.oil, patch: { state: 'INACTIVE' } });
    const asked = { lines: [one(shop.products.oil)], payments: cash(24_990), expectedTotalClp: 24_990 };
    await expect(shop.cashier.sales.checkout(asked)).rejects.toMatchObject({ code: 'PRODUCT_NOT_SELLABLE' });
  });
});

describe('discounts and prices of one’s own', () => {
  const discounted = (): Checkout => ({
    lines: [{ ...one(shop.products.oil), discountClp: 1_990, reason: 'cliente frecuente' }, one(shop.products.filter)],
    orderDiscountClp: 490,
    payments: cash(29_000),
    expectedTotalClp: 29_000,
  });
  const grant = async (ask: { permission: string; entity: string; amountClp: number }): Promise<string> => {
    const given = await shop.cashier.auth.override({
      approverId: test.users.manager,
      pin: PINS.manager,
      ...ask,
    } as never);
    return given.overrideId;
  };
  const asked = async (work: Promise<unknown>): Promise<{ permission: string; entity: string; amountClp: number }> =>
    work.then(
      () => Promise.reject(new Error('was not refused')),
      (refusal: unknown) => {
        const error = refusal as { code: string; details: { permission: string; entity: string; amountClp: number } };
        expect(error.code).toBe('OVERRIDE_REQUIRED');
        return error.details;
      },
    );

  it('a manager gives them; the lines add up to the total', async () => {
    const { saleId } = await shop.manager.sales.checkout(discounted());
    const sale = await shop.manager.sales.get({ id: saleId });
    expect(sale).toMatchObject({ subtotalClp: 31_480, discountClp: 2_480, totalClp: 29_000 });
    expect(sale.lines.map((line) => [line.discountClp, line.orderDiscountClp, line.totalClp])).toEqual([
      [1_990, 382, 22_618],
      [0, 108, 6_382],
    ]);
  });

  it('a cashier needs leave for them, once, and both are recorded', async () => {
    const ask = await asked(shop.cashier.sales.checkout(discounted()));
    expect(ask).toMatchObject({ permission: 'sales.discount', amountClp: 2_480 });
    const overrideId = await grant(ask);
    const { saleId } = await shop.cashier.sales.checkout({ ...discounted(), overrideIds: [overrideId] });
    const { lines } = await shop.manager.sales.get({ id: saleId });
    expect(lines.map((line) => line.approverName)).toContain('Marcela Rojas');
    await asked(shop.cashier.sales.checkout({ ...discounted(), overrideIds: [overrideId] }));
  });

  it('leave for one discount is no leave for a larger one', async () => {
    const overrideId = await grant(await asked(shop.cashier.sales.checkout(discounted())));
    const more = { ...discounted(), orderDiscountClp: 491, expectedTotalClp: 28_999, overrideIds: [overrideId] };
    await asked(shop.cashier.sales.checkout(more));
  });

  it('the shop may let cashiers give small ones', async () => {
    await shop.admin.settings.update({ patch: { discountLimitBasisPoints: 1_000 } });
    await shop.cashier.sales.checkout(discounted());
    const large = { ...discounted(), orderDiscountClp: 1_990, expectedTotalClp: 27_500 };
    await asked(shop.cashier.sales.checkout(large));
  });

  it('leave for one price is no leave for a lower one', async () => {
    const at = (unitPriceClp: number, overrideIds: string[] = []): Checkout => ({
      lines: [{ ...one(shop.products.oil), unitPriceClp }],
      payments: cash(unitPriceClp),
      expectedTotalClp: unitPriceClp,
      overrideIds,
    });
    const ask = await asked(shop.cashier.sales.checkout(at(20_000)));
    expect(ask).toMatchObject({ permission: 'sales.override-price', entity: shop.products.oil });
    const overrideId = await grant(ask);
    await asked(shop.cashier.sales.checkout(at(1_000, [overrideId])));
    const { saleId } = await shop.cashier.sales.checkout(at(20_000, [overrideId]));
    const [line] = (await shop.manager.sales.get({ id: saleId })).lines;
    expect(line).toMatchObject({
      listPriceClp: 24_990,
      unitPriceClp: 20_000,
      totalClp: 20_000,
      approverName: 'Marcela Rojas',
    });
  });

  it('a discount beyond the price is told, not cut', async () => {
    const lines = [{ ...one(shop.products.filter), discountClp: 6_491 }];
    await expect(shop.manager.sales.checkout({ lines, payments: cash(0), expectedTotalClp: 0 })).rejects.toMatchObject({
      code: 'DISCOUNT_TOO_LARGE',
    });
  });
});

describe('factura and account', () => {
  it('a factura names a taxpayer with his giro', async () => {
    const asked: Checkout = {
      lines: [one(shop.products.oil)],
      payments: cash(24_990),
      expectedTotalClp: 24_990,
      documentKind: 'FACTURA',
    };
    for (const customerId of [null, shop.customers.person]) {
      await expect(shop.cashier.sales.checkout({ ...asked, customerId })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
      });
    }
    const { saleId } = await shop.cashier.sales.checkout({ ...asked, customerId: shop.customers.company });
    expect(await shop.cashier.sales.get({ id: saleId })).toMatchObject({
      documentKind: 'FACTURA',
      customerRut: '76192083-9',
      customerGiro: 'Transporte de carga',
      netClp: 21_000,
      ivaClp: 3_990,
    });
  });

  it('an account holds up to its limit and ages', async () => {
    const onAccount = (customerId: string | null): Checkout => ({
      lines: [one(shop.products.oil, 2_000)],
      payments: [{ tender: 'ACCOUNT', amountClp: 49_980 }],
      expectedTotalClp: 49_980,
      customerId,
    });
    await expect(shop.manager.sales.checkout(onAccount(null))).rejects.toMatchObject({ code: 'TENDER_INVALID' });
    await expect(shop.manager.sales.checkout(onAccount(shop.customers.company))).rejects.toMatchObject({
      code: 'ACCOUNT_LIMIT',
    });
    await shop.manager.sales.checkout(onAccount(shop.customers.person));
    await shop.manager.sales.checkout(onAccount(shop.customers.person));
    await expect(shop.manager.sales.checkout(onAccount(shop.customers.person))).rejects.toMatchObject({
      code: 'ACCOUNT_LIMIT',
      details: { balanceClp: 99_960, limitClp: 100_000, wantedClp: 49_980 },
    });
    test.clock.advance(45 * 86_400_000);
    const payments = cash(60_000);
    // The session has ended by then; the manager signs in again.
    const opened = await test
      .client({ origin: 'loopback' })
      .auth.pinLogin({ userId: test.users.manager, pin: PINS.manager });
    const manager = test.client({ token: opened.token, origin: 'loopback' });
    await manager.accounts.pay({ customerId: shop.customers.person, amountClp: 60_000, payments });
    expect(await manager.accounts.statement({ customerId: shop.customers.person })).toMatchObject({
      balanceClp: 39_960,
      ageing: { upTo30Clp: 0, upTo60Clp: 39_960, upTo90Clp: 0, over90Clp: 0 },
    });
  });
});

describe('what was sold', () => {
  it('stays as it was when product and customer change', async () => {
    const asked = {
      lines: [one(shop.products.oil)],
      payments: cash(24_990),
      expectedTotalClp: 24_990,
      customerId: shop.customers.person,
    };
    const { saleId } = await shop.cashier.sales.checkout(asked);
    const before = await shop.manager.sales.get({ id: saleId });
    await shop.manager.products.update({
      id: shop.products.oil,
      patch: { priceClp: 1, name: 'Otro', sku: 'OTRO', taxKind: 'EXEMPT' },
    });
    await shop.manager.customers.update({ id: shop.customers.person, patch: { firstName: 'Otro' } });
    expect(await shop.manager.sales.get({ id: saleId })).toEqual(before);
  });

  it('cannot be changed even by hand', async () => {
    const asked = { lines: [one(shop.products.kit)], payments: cash(39_990), expectedTotalClp: 39_990 };
    await shop.cashier.sales.checkout(asked);
    const { raw } = test.app.database;
    for (const statement of [
      'update salesOrder set totalClp = 0, subtotalClp = 0, netClp = 0, ivaClp = 0',
      'delete from salesOrder',
      'update orderLine set totalClp = 0, grossClp = 0',
      'delete from orderLine',
      'update orderLineComponent set quantityMilli = 1',
      'delete from orderLineComponent',
      'update payment set amountClp = 0',
      'delete from payment',
      'update stockMovement set quantityMilli = -1',
      'delete from stockMovement',
      'update event set payload = 0',
      'delete from event',
    ]) {
      expect(() => raw.prepare(statement).run(), statement).toThrow(
        /never|append-only|only lines of a pending|replaced/,
      );
    }
  });

  it('is found by shift, day, customer, plate and number, and summed', async () => {
    const lines = [one(shop.products.filter)];
    const asked = { lines, payments: cash(6_490), expectedTotalClp: 6_490 };
    await shop.cashier.sales.checkout({ ...asked, vehicleId: shop.vehicle, customerId: shop.customers.person });
    await shop.cashier.sales.checkout(asked);
    const total = async (filter: object): Promise<number> => (await shop.cashier.sales.list(filter)).total;
    expect(await total({})).toBe(2);
    expect(await total({ shiftId: shop.shiftId })).toBe(2);
    expect(await total({ shiftId: shop.vehicle })).toBe(0);
    expect(await total({ from: '2026-03-10', to: '2026-03-10' })).toBe(2);
    expect(await total({ from: '2026-03-11' })).toBe(0);
    expect(await total({ customerId: shop.customers.person })).toBe(1);
    expect(await total({ text: 'bbcl' })).toBe(1);
    expect(await total({ text: 'hugo' })).toBe(1);
    expect(await total({ text: '000002' })).toBe(1);
    const { rows } = await shop.cashier.sales.list({});
    expect(rows[0]).toMatchObject({
      number: 'MA1-000002',
      tenders: ['CASH'],
      itemCount: 1,
      returnedClp: 0,
      cashierName: 'Camila Rojas',
    });
    expect(await shop.manager.sales.statistics({ from: '2026-03-01', to: '2026-03-31' })).toMatchObject({
      count: 2,
      totalClp: 12_980,
      averageTicketClp: 6_490,
    });
    const last = await shop.cashier.sales.lastOfVehicle({ plate: 'bbcl-12' });
    expect(last?.lines).toMatchObject([{ productId: shop.products.filter, quantityMilli: 1_000 }]);
  });
});
