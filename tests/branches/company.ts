/** The shop of the branches' tests: few products, much of each, an open shift. */
import type { App } from '#core/app.ts';
import { EMAIL, HOME, PASSWORD, run } from '#tests/centre/machines.ts';
import { callerOf, run as runAs, shelf } from '#tests/sim/world.ts';

/** Founds the company at its first branch and links it to the centre. Answers who sells. */
export async function foundAt(app: App, code: string, connection: string): Promise<string> {
  const opened = await run<Promise<{ user: { id: string } }>>(app, HOME, 'auth.firstRun', {
    organisation: { name: 'Lubricentro SpA', rut: '76.192.083-9', giro: 'Lubricantes' },
    branch: { name: code, code, address: '', comuna: '' },
    terminalName: 'Caja 1',
    admin: { email: EMAIL, firstName: 'Olga', lastName: 'Soto', password: PASSWORD },
  });
  const caller = callerOf(app, opened.user.id);
  const { id: categoryId } = runAs<{ id: string }>(app, caller, 'categories.create', { name: 'Todo' });
  for (const sku of ['ACE', 'FIL', 'BUJ', 'REF', 'GRA', 'ADI'])
    runAs(app, caller, 'products.create', { sku, name: `Producto ${sku}`, categoryId, priceClp: 5_000 });
  await run(app, caller, 'sync.connect', { connection });
  return opened.user.id;
}

/** Fills the shelves and opens the till. */
export function stock(app: App, userId: string): void {
  const caller = callerOf(app, userId);
  const products = app.database.reader.prepare('select id from product').pluck().all() as string[];
  const lines = products.map((productId) => ({ productId, quantityMilli: 9_000_000, unitCostMilliClp: 3_000_000 }));
  runAs(app, caller, 'stock.receive', { warehouseId: shelf(app), lines });
  runAs(app, caller, 'shifts.open', { count: { '10000': 1 } });
}

/** A sale of one product for cash. Answers its number. */
export function sellOne(app: App, userId: string, productId: string, quantityMilli = 1_000): string {
  const caller = callerOf(app, userId);
  const lines = [{ productId, quantityMilli }];
  const { totals } = app.call('sales.quote', { lines }, caller) as { totals: { totalClp: number } };
  return runAs<{ number: string }>(app, caller, 'sales.checkout', {
    lines,
    payments: [{ tender: 'CASH', amountClp: Math.ceil(totals.totalClp / 10_000) * 10_000 }],
    expectedTotalClp: totals.totalClp,
  }).number;
}
