/**
 * Goal: a manager asks for what is low, makes an order of it, receives it by scanner in two parts of which the second costs more, is told
 * what that does to the margin, and sees the new average cost; what was counted survives a reload. axe finds nothing on the way.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessible as axe } from './support/axe.ts';
import type { Hands } from './support/browser.ts';
import { leave, OIL, openTill, signIn, type Till } from './support/till.ts';

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
  await till.manager.supply.setProduct({
    productId: till.products.oil,
    supplierId: supplier.id,
    supplierCode: 'CAS-10W40',
    packMilli: 12_000,
    unitCostMilliClp: 14_000_000,
  });
  await till.manager.stock.setMinimum({
    productId: till.products.oil,
    warehouseId: till.warehouses.SALES,
    minimumMilli: 30_000,
  });
  hands = await signIn(till, 'manager', { bypassCSP: true });
});
afterAll(async () => {
  await leave(hands);
  await till.close();
});

const button = (name: string | RegExp) => hands.page.getByRole('button', { name, exact: typeof name === 'string' });

const accessible = (where: string) => axe(hands.page, where);

it('buys what is low and receives it in two parts', { timeout: 90_000 }, async () => {
  const { page } = hands;
  await page.getByRole('link', { name: 'Compras' }).click();
  await button('Solicitudes').click();
  await button(/Pedir lo bajo mínimo \(1\)/).click();
  await page.getByLabel('Proveedor: Aceite 10W-40 4 L').selectOption({ label: 'Distribuidora Ñuble' });
  await page.getByRole('checkbox', { name: 'Aceite 10W-40 4 L' }).check();
  await accessible('requests');
  await button('Crear órdenes').click();
  await page.getByText('Órdenes en borrador: 1').waitFor();
  await button('Órdenes').click();
  await page.getByRole('cell', { name: 'Distribuidora Ñuble' }).click();
  await accessible('an order');
  await button('Enviar al proveedor').click();
  await button('Recibir').click();

  // First part: a box of twelve arrives, scanned bottle by bottle twice and then typed.
  await hands.scan(OIL);
  await hands.scan(OIL);
  const counted = page.getByLabel('Llegó: Aceite 10W-40 4 L');
  await expect.poll(() => counted.inputValue()).toBe('2');
  await page.waitForTimeout(900);
  await page.reload();
  await button('Marcela Rojas').click();
  await hands.type('482913');
  await page.getByRole('link', { name: 'Compras' }).click();
  await button('Órdenes').click();
  await page.getByRole('cell', { name: 'Distribuidora Ñuble' }).click();
  await button('Recibir').click();
  await expect.poll(() => counted.inputValue()).toBe('2');
  await counted.fill('6');
  await accessible('a reception');
  await button(/Registrar recepción/).click();
  await page.getByText('Recibida en parte').first().waitFor();

  // Second part, at a cost of 20.000 instead of 14.000.
  await button('Recibir').click();
  await counted.fill('6');
  await page
    .getByLabel('Costo neto unitario: Aceite 10W-40 4 L')
    .or(page.getByLabel(/Costo.*: Aceite 10W-40 4 L/))
    .first()
    .fill('20.000');
  await button(/Registrar recepción/).click();
  await page.getByText('El costo cambió. Revise el precio de venta.').waitFor();
  await accessible('a cost that changed');
  // 20 + 6 at 14.000 and 6 at 20.000: (26 * 14.000 + 6 * 20.000) / 32 = 15.125.
  await page.getByText(/Costo promedio \$14\.000 → \$15\.125/).waitFor();
  await button('Cerrar').last().click();
  await page
    .getByText(/Recibida ?$/)
    .or(page.getByText('· Recibida'))
    .first()
    .waitFor();
  expect((await till.onHand(till.products.oil)).onHandMilli).toBe(32_000);
  expect(await till.agrees()).toBe(true);
});
