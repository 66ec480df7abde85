/**
 * Goal: a manager's morning. The opening of the day leads from a tile to a ticket; a report is taken away as a spreadsheet and says what
 * the screen says; a forecast shows its parts; what it advises becomes an order, which comes in two parts, the second one dearer, and the
 * new average cost is seen. axe finds nothing on the way, light and dark; every chart has a name and a table.
 */
import readXlsx from 'read-excel-file/node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NIGHTLY } from '#core/forecast/index.ts';
import { METRICS_NIGHTLY } from '#core/metrics/index.ts';
import { addDays, localToMs } from '#core/shared/time.ts';
import { accessible } from './support/axe.ts';
import type { Hands } from './support/browser.ts';
import { leave, openTill, signIn, type Till } from './support/till.ts';

const ZONE = 'America/Santiago';
/** Enough for every part of a forecast: more than a year. */
const DAYS = 400;
const TODAY = '2026-03-10';

let till: Till;
let hands: Hands;

beforeAll(async () => {
  till = await openTill();
  const supplier = await till.manager.suppliers.create({
    name: 'Distribuidora Ñuble',
    contactName: '',
    email: 'ventas@example.cl',
    phone: '',
    address: '',
    rut: null,
  });
  const terms = { supplierCode: 'CAS-10W40', packMilli: 12_000, unitCostMilliClp: 14_000_000 };
  await till.manager.supply.setProduct({ productId: till.products.oil, supplierId: supplier.id, ...terms });
  await till.manager.products.update({ id: till.products.oil, patch: { supplierId: supplier.id } });
  liveMonths(till);
  await till.cashier.sales.checkout({
    lines: [{ productId: till.products.oil, quantityMilli: 2_000 }],
    payments: [{ tender: 'CASH', amountClp: 50_000 }],
    expectedTotalClp: 49_980,
  });
  const runner = till.test.app.jobRunner();
  await runner.runNow(METRICS_NIGHTLY);
  await runner.runNow(NIGHTLY);
  hands = await signIn(till, 'manager', { bypassCSP: true, acceptDownloads: true });
}, 60_000);
afterAll(async () => {
  await leave(hands);
  await till.close();
});

/** A year and more of oil, straight into the documents: three a day, more on Fridays and in summer, nothing on Sundays. */
function liveMonths({ test, products, warehouses, shiftId }: Till): void {
  const { raw } = test.app.database;
  const site = test.app.dispatcher.site;
  if (!site) throw new Error('the shop is open');
  const cashier = test.users.cashier;
  const order = raw.prepare(
    `insert into salesOrder (id, branchId, terminalId, state, documentKind, cashierId, customerName, customerEmail, customerRut,
       customerGiro, plate, subtotalClp, discountClp, totalClp, exemptClp, netClp, ivaClp, ivaBasisPoints, note, createdAtMs, updatedAtMs,
       businessDate, costMilliClp, saleNumber, saleShiftId, saleTerminalId, saleCashierId, soldAtMs, saleDate)
     values (?, ?, ?, 'COMPLETED', 'BOLETA', ?, '', '', '', '', '', ?, 0, ?, 0, ?, ?, 1900, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const line = raw.prepare(
    `insert into orderLine (orderId, lineNumber, productId, sku, name, unit, kind, taxKind, quantityMilli, listPriceClp, unitPriceClp,
       grossClp, discountClp, orderDiscountClp, totalClp, costMilliClp, reason)
     values (?, 1, ?, 'ACE-10W40', 'Aceite 10W-40 4 L', 'UN', 'GOODS', 'TAXED', ?, 24990, 24990, ?, 0, 0, ?, ?, '')`,
  );
  const movement = raw.prepare(
    `insert into stockMovement (id, productId, warehouseId, kind, quantityMilli, valueMilliClp, sourceKind, sourceId, sourceLine, reason,
       actorId, occurredAtMs, businessDate) values (?, ?, ?, ?, ?, ?, ?, ?, 1, '', ?, ?, ?)`,
  );
  raw.exec('begin');
  for (let day = DAYS; day > 0; day -= 1) {
    const date = addDays(TODAY, -day);
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
    if (weekday === 0) continue;
    const isSummer = ['12', '01', '02'].includes(date.slice(5, 7));
    const units = (weekday === 5 ? 5 : 2 + (day % 3)) + (isSummer ? 2 : 0);
    const atMs = localToMs(date, 11, 0, ZONE);
    const [id, clp, costMilli] = [test.app.ids.next(atMs), units * 24_990, units * 14_000_000];
    const net = Math.round(clp / 1.19);
    const where = [id, site.branchId, site.terminalId, cashier];
    const money = [clp, clp, net, clp - net, atMs, atMs, date, costMilli];
    order.run(...where, ...money, `H${String(day)}`, shiftId, site.terminalId, cashier, atMs, date);
    line.run(id, products.oil, units * 1_000, clp, clp, costMilli);
    const move = (kind: string, sign: number, source: string, sourceId: string): unknown =>
      movement.run(
        ...[test.app.ids.next(atMs), products.oil, warehouses.SALES, kind, sign * units * 1_000, sign * costMilli],
        ...[source, sourceId, cashier, atMs, date],
      );
    // What was sold had come that morning: the shelf of today is as it was.
    move('ENTRY', 1, 'STOCK_DOCUMENT', `in-${id}`);
    move('EXIT', -1, 'ORDER', id);
  }
  raw.exec('commit');
}

const button = (name: string | RegExp) => hands.page.getByRole('button', { name, exact: typeof name === 'string' });

/** axe finds nothing; every chart has a name and stands on a page with a table. `RD_SHOTS`: where pictures of it are kept. */
async function sound(where: string): Promise<void> {
  const { page } = hands;
  await accessible(page, where);
  const charts = page.locator('figure.rd-chart');
  const names = await charts.evaluateAll((all) => all.map((each) => each.ariaLabel ?? ''));
  if (names.length > 0) expect([where, names.includes(''), await page.getByRole('table').count()]).not.toContain(0);
  expect([where, ...names]).not.toContain('');
  const folder = process.env['RD_SHOTS'];
  if (folder === undefined) return;
  for (const look of ['light', 'dark']) {
    await page.evaluate((scheme) => document.documentElement.setAttribute('data-mantine-color-scheme', scheme), look);
    await page.screenshot({ path: `${folder}/${where.replaceAll(' ', '-')}-${look}.png` });
  }
  await page.evaluate(() => document.documentElement.setAttribute('data-mantine-color-scheme', 'light'));
}

it('walks through a morning', { timeout: 240_000 }, async () => {
  const { page } = hands;
  // From a tile to the ticket.
  await page.getByRole('link', { name: 'Reportes' }).click();
  await page.getByText('$49.980').first().waitFor();
  await sound('home');
  await button(/^Ventas de hoy/).click();
  await page.getByRole('row').filter({ hasText: '$49.980' }).first().click();
  await page.getByText('Aceite 10W-40 4 L').first().waitFor();
  await sound('ticket');
  await hands.press('Escape');

  // A report, taken away and read back.
  await page.getByRole('link', { name: 'Reportes' }).click();
  await button('Reportes').click();
  await page.getByLabel('Reporte', { exact: true }).selectOption('PRODUCTS');
  await button('Entre fechas').click();
  await page.getByLabel('Desde').fill('2026-02-01');
  await page.getByLabel('Hasta').fill(TODAY);
  await page.getByRole('cell', { name: 'ACE-10W40' }).waitFor();
  await sound('report');
  await button('Exportar').click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'XLSX' }).click();
  const [{ data: sheet } = { data: [] }] = await readXlsx(await (await download).path());
  const shown = await page
    .getByRole('row')
    .filter({ hasText: 'ACE-10W40' })
    .first()
    .getByRole('cell')
    .allTextContents();
  const line = sheet.find((row) => row[0] === 'ACE-10W40') ?? [];
  const total = sheet[0]?.indexOf('Total') ?? -1;
  expect(typeof line[total]).toBe('number');
  expect(shown.map((text) => text.replace(/[^\d,-]/g, ''))).toContain(String(line[total]));

  // What will sell, and why.
  await page.getByRole('link', { name: 'Pronóstico' }).click();
  await page.getByRole('row').filter({ hasText: 'ACE-10W40' }).first().click();
  await page.getByRole('figure', { name: /Venta y pronóstico de Aceite 10W-40/ }).waitFor();
  await button('Componentes').click();
  for (const part of ['Tendencia', 'Semana', 'Año', 'Feriados'])
    await page.getByRole('figure', { name: part }).waitFor();
  await sound('forecast');

  // What to buy becomes an order.
  await page.getByRole('link', { name: 'Compras' }).click();
  await page.getByRole('checkbox', { name: 'Aceite 10W-40 4 L' }).check();
  await sound('advice');
  await page.getByLabel('Sugerido: Aceite 10W-40 4 L').fill('24');
  await button('Crear solicitudes (1)').click();
  await button('Solicitudes').click();
  await page.getByRole('checkbox', { name: 'Aceite 10W-40 4 L' }).check();
  await button('Crear órdenes').click();
  await page.getByText('Órdenes en borrador: 1').waitFor();
  await button('Órdenes').click();
  await page.getByRole('cell', { name: 'Distribuidora Ñuble' }).click();
  await button('Enviar al proveedor').click();

  // It comes in two parts, the second one dearer.
  const counted = page.getByLabel('Llegó: Aceite 10W-40 4 L');
  const hasNow = (await till.onHand(till.products.oil)).onHandMilli / 1_000;
  await button('Recibir').click();
  await counted.fill('12');
  await button(/Registrar recepción/).click();
  await page.getByText('Recibida en parte').first().waitFor();
  await button('Recibir').click();
  await counted.fill('12');
  await page
    .getByLabel(/Costo.*: Aceite 10W-40 4 L/)
    .first()
    .fill('20.000');
  await button(/Registrar recepción/).click();
  await page.getByText('El costo cambió. Revise el precio de venta.').waitFor();
  const average = Math.round(((hasNow + 12) * 14_000 + 12 * 20_000) / (hasNow + 24));
  await page
    .getByText(`→ $${average.toLocaleString('es-CL')}`)
    .first()
    .waitFor();
  await sound('dearer');
  await button('Cerrar').last().click();
  await page.getByText('· Recibida').first().waitFor();

  // One of them leaks and goes back.
  await button('Devolver al proveedor').click();
  await page.getByLabel('Se devuelve: Aceite 10W-40 4 L').fill('1');
  await page.getByLabel('Motivo').fill('Envase roto');
  await sound('return to the supplier');
  await button('Devolver al proveedor').click();
  await page.getByText('devuelto 1').first().waitFor();
  expect((await till.onHand(till.products.oil)).onHandMilli / 1_000).toBe(hasNow + 23);
});

it('asks and orders by hand, and says how a product is bought', { timeout: 120_000 }, async () => {
  const { page } = hands;
  await hands.press('Escape');
  await button('Nueva orden').click();
  await page.getByLabel('Agregar producto: código o nombre').fill('FIL-YAR');
  await button(/FIL-YAR/).click();
  await page.getByLabel('Cantidad: Filtro de aceite Yaris').fill('6');
  await sound('order by hand');
  await button('Crear borrador (1)').click();
  await page
    .getByText(/Borrador/)
    .first()
    .waitFor();
  await hands.press('Escape');
  await button('Solicitudes').click();
  await button('Pedir a mano').click();
  await page.getByLabel('Agregar producto: código o nombre').fill('TAM-15');
  await button(/TAM-15W40/).click();
  await button('Pedir (1)').click();
  await page.getByText('Solicitudes creadas: 1').waitFor();
  await page.getByRole('row').filter({ hasText: 'TAM-15W40' }).waitFor();

  await page.getByRole('link', { name: 'Productos' }).click();
  await page.getByText('ACE-10W40').first().click();
  const pack = page.getByLabel('Empaque de compra');
  await expect.poll(() => pack.inputValue()).toBe('12');
  await pack.fill('6');
  await page.getByLabel('Importancia').selectOption('CRITICAL');
  await page.getByLabel('Certeza de no quebrar, %').fill('98,5');
  await sound('product');
  await button('Guardar').click();
  await page.getByText('Producto guardado').first().waitFor();
  const { oil } = till.products;
  expect(await till.manager.supply.ofProduct({ productId: oil })).toMatchObject([{ packMilli: 6_000 }]);
  expect(await till.manager.recommendations.plan({ productId: oil })).toEqual({
    criticality: 'CRITICAL',
    serviceLevelBasisPoints: 9_850,
  });
});
