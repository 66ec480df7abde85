/** Two branches' worth of documents for the tests of reports, and figures counted from them without any of the product's own sums. */
import type { Shop } from '#tests/support/shop.ts';
import { openShop } from '#tests/support/shop.ts';
import { BUILT_IN_ROLES, type Permission } from '#core/shared/permissions.ts';
import type { TestApp, TestClient } from '#tests/support/testApp.ts';

type Row = Record<string, string | number | null>;

/** A client whose session outlives the months that a test walks through. */
export const lasting = (
  test: TestApp,
  who: 'manager' | 'cashier',
  permissions: readonly Permission[] = BUILT_IN_ROLES.manager,
): TestClient =>
  test.client({
    actor: {
      userId: test.users[who],
      name: who,
      sessionId: 'reports',
      terminalId: test.app.dispatcher.site?.terminalId ?? '',
      permissions: new Set(permissions),
    },
    origin: 'loopback',
  });

/** Rows of the raw documents. */
export const raw = (test: TestApp, sql: string, ...params: (string | number)[]): Row[] =>
  test.app.database.raw.prepare(sql).all(...params) as Row[];

const DAYS = [
  // Monday; the Saturday on which the clock goes back in Santiago (its hour 23 happens twice); the Sunday after.
  '2026-03-30T15:10:00Z',
  '2026-04-04T22:30:00Z',
  '2026-04-05T02:30:00Z',
  '2026-04-05T03:30:00Z',
  '2026-04-05T15:00:00Z',
  // The spring ahead: Sunday begins at one o'clock.
  '2026-09-06T05:30:00Z',
  '2026-09-07T13:00:00Z',
];

/** Sells, discounts, overrides, returns, voids and cancels over the days of a clock change. */
export async function busyShop(test: TestApp): Promise<Shop> {
  const shop = await openShop(test);
  await busyDays(test, shop);
  return shop;
}

/** The same in a shop that is open: goods on the shelves, people, a shift. */
export async function busyDays(test: TestApp, shop: Shop): Promise<void> {
  const cashier = lasting(test, 'cashier');
  const manager = lasting(test, 'manager');
  const { oil, filter, drum, labour, permit, kit } = shop.products;
  await shop.manager.stock.receive({
    warehouseId: shop.warehouses.SALES,
    lines: [
      { productId: filter, quantityMilli: 100_000, unitCostMilliClp: 3_456_789 },
      { productId: drum, quantityMilli: 208_000, unitCostMilliClp: 2_234_567 },
    ],
  });
  let turn = 0;
  for (const day of DAYS) {
    test.clock.set(Date.parse(day));
    turn += 1;
    await sell(
      cashier,
      [
        [oil, 1_000],
        [filter, 1_000],
      ],
      'CASH',
    );
    test.clock.advance(60_000);
    const mixed = await sell(
      cashier,
      [
        [drum, 1_250 * turn],
        [permit, 1_000],
        [labour, 1_000],
      ],
      turn % 2 ? 'DEBIT' : 'CASH',
    );
    test.clock.advance(60_000);
    const kits = await sell(cashier, [[kit, 2_000]], 'CREDIT', shop.customers.person);
    test.clock.advance(60_000);
    // Parts come back, some on the day, some on the next.
    await manager.returns.create({
      saleId: turn % 2 ? kits.saleId : mixed.saleId,
      reason: 'No le sirvió',
      refundTender: 'CASH',
      lines: [{ lineNumber: 1, quantityMilli: turn % 2 ? 1_000 : 333, condition: 'SELLABLE' }],
    });
    await drawerOf(test, shop, turn);
    if (turn === 3) {
      await manager.returns.create({
        saleId: kits.saleId,
        reason: 'Otra vez',
        refundTender: 'CREDIT',
        lines: [{ lineNumber: 1, quantityMilli: 1_000, condition: 'DAMAGED' }],
      });
    }
  }
}

/** What else a till sees: other prices, the drawer, accounts, orders that are cancelled, carts that are emptied, a count that is short. */
async function drawerOf(test: TestApp, shop: Shop, turn: number): Promise<void> {
  const [cashier, manager] = [lasting(test, 'cashier'), lasting(test, 'manager')];
  const { oil, filter, rare } = shop.products;
  test.clock.advance(30_000);
  const paid = (totalClp: number) => [
    { tender: 'DEBIT' as const, amountClp: totalClp, operationNumber: '77', lastFour: '4242' },
  ];
  if (turn === 2) {
    const line = { productId: filter, quantityMilli: 1_500, unitPriceClp: 5_555, reason: 'Precio de la competencia' };
    await manager.sales.checkout({ lines: [line], payments: paid(8_333), expectedTotalClp: 8_333 });
    const onAccount = [{ tender: 'ACCOUNT' as const, amountClp: 24_990 }];
    const { person } = shop.customers;
    const lines = [{ productId: oil, quantityMilli: 1_000 }];
    await cashier.sales.checkout({ lines, customerId: person, payments: onAccount, expectedTotalClp: 24_990 });
    await cashier.shifts.cashMove({ kind: 'NO_SALE', amountClp: 0, reason: 'dar sencillo' });
  }
  if (turn === 3) {
    const payments = [{ tender: 'CASH' as const, amountClp: 10_000 }];
    await cashier.accounts.pay({ customerId: shop.customers.person, amountClp: 10_000, payments });
    await cashier.shifts.cashMove({ kind: 'OUT', amountClp: 3_000, reason: 'almuerzo' });
    await manager.shifts.cashMove({ kind: 'NO_SALE', amountClp: 0, reason: 'mirar el fondo' });
  }
  if (turn === 4) {
    const order = await cashier.orders.create({ lines: [{ productId: rare, quantityMilli: 1_000 }] });
    await cashier.orders.confirm({ id: order.id });
    await cashier.orders.pay({ id: order.id, payments: paid(9_990) });
    await manager.orders.cancel({ id: order.id, reason: 'se arrepintió', refundTender: 'CASH' });
    await emptyCart(test, manager, oil, 24_990);
  }
  if (turn === 5) {
    await cashier.shifts.cashMove({ kind: 'IN', amountClp: 7_000, reason: 'sencillo del banco' });
    await emptyCart(test, manager, filter, 6_490);
    const { shift } = await cashier.shifts.current({});
    await cashier.shifts.close({
      count: { '20000': 3, '500': 1 },
      leftInDrawerClp: 20_000,
      differenceReason: 'faltó revisar',
    });
    if (!shift) throw new Error('the till has a shift');
    await manager.shifts.open({ count: { '20000': 1 } });
  }
}

async function emptyCart(test: TestApp, client: TestClient, productId: string, totalClp: number): Promise<void> {
  const content = { lines: [{ productId, quantityMilli: 1_000 }] };
  await client.carts.void({ id: test.newId(), content, totalClp, reason: 'el cliente se fue' });
}

async function sell(
  client: TestClient,
  lines: [string, number][],
  tender: 'CASH' | 'DEBIT' | 'CREDIT',
  customerId?: string,
) {
  const discountClp = lines.length === 3 ? 777 : 0;
  const asked = lines.map(([productId, quantityMilli], index) => ({
    productId,
    quantityMilli,
    ...(index === 0 && discountClp > 0 ? { discountClp, reason: 'Cliente frecuente' } : {}),
  }));
  const customer = customerId === undefined ? {} : { customerId };
  const { totals } = await client.sales.quote({ lines: asked });
  const { totalClp } = totals;
  const cash = totalClp - (totalClp % 10) + (totalClp % 10 <= 5 ? 0 : 10);
  return client.sales.checkout({
    lines: asked,
    ...customer,
    payments: [
      {
        tender,
        amountClp: tender === 'CASH' ? cash : totalClp,
        ...(tender === 'CASH' ? {} : { operationNumber: '123456', lastFour: '4242' }),
      },
    ],
    expectedTotalClp: totalClp,
  });
}

/** Gives the shop a second branch that sold and took back the same, an hour later, as if it had come over the wire. */
export function secondBranch(test: TestApp): string {
  const id = '00000000-0000-7000-8000-0000000000b2';
  const run = (sql: string): void => void test.app.database.raw.exec(sql);
  run(`insert into branch (id, organisationId, code, name, timeZone, createdAtMs)
    select '${id}', organisationId, 'NU', 'Ñuñoa', timeZone, createdAtMs from branch`);
  run(`insert into terminal (id, branchId, code, name, createdAtMs) values ('b2-terminal', '${id}', '1', 'Caja 1', 1)`);
  run(`insert into warehouse (id, branchId, code, name, purpose)
    select 'b2-' || id, '${id}', code, name, purpose from warehouse`);
  copy(test, 'shift', {
    id: "'b2-' || id",
    terminalId: "'b2-terminal'",
    branchId: `'${id}'`,
    number: "'NU' || number",
  });
  copy(test, 'salesOrder', {
    id: "'b2-' || id",
    branchId: `'${id}'`,
    number: "'NU' || number",
    saleNumber: "'NU' || saleNumber",
    saleShiftId: "'b2-' || saleShiftId",
    soldAtMs: 'soldAtMs',
  });
  copy(test, 'cashMovement', { id: "'b2-' || id", number: "'NU' || number", shiftId: "'b2-' || shiftId" });
  copy(test, 'orderLine', { orderId: "'b2-' || orderId" });
  copy(test, 'orderLineComponent', { orderId: "'b2-' || orderId" });
  copy(test, 'payment', { id: "'b2-' || id", shiftId: "'b2-' || shiftId", documentId: "'b2-' || documentId" });
  copy(test, 'saleReturn', {
    id: "'b2-' || id",
    number: "'NU' || number",
    saleId: "'b2-' || saleId",
    shiftId: "'b2-' || shiftId",
    branchId: `'${id}'`,
  });
  copy(test, 'saleReturnLine', { returnId: "'b2-' || returnId" });
  copy(test, 'stockMovement', {
    id: "'b2-' || id",
    warehouseId: "'b2-' || warehouseId",
    sourceId: "'b2-' || sourceId",
    undoesId: 'null',
  });
  return id;
}

function copy(test: TestApp, table: string, changed: Record<string, string>): void {
  const columns = raw(test, 'select name from pragma_table_info(?)', table).map(({ name }) => String(name));
  const values = columns.map((column) => changed[column] ?? column);
  test.app.database.raw.exec(`insert into ${table} (${columns.join(', ')}) select ${values.join(', ')} from ${table}`);
}
