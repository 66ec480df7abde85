/**
 * Goal: a new shop's first day, as its owner lives it, in a real browser with a real printer's socket: first run, product, stock, shift,
 * three scans, cash with its legal rounding, the receipt that equals the printed bytes, a Z with a difference, and an audit that verifies.
 * On the way every screen is checked by axe in light and dark, and the picture of the README is taken.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningServer, startServer } from '#server/server.ts';
import { type FakePrinter, fakePrinter } from '#tests/support/fakePrinter.ts';
import { type TestApp, testApp } from '#tests/support/testApp.ts';
import { PAGES, ROOT } from '../../scripts/arguments.ts';
import { accessible as axe } from './support/axe.ts';
import { type Hands, openBrowser, openPage } from './support/browser.ts';

const PASSWORD = 'frase-larga-del-dueño';
const PIN = '739164';

let folder: string;
let test: TestApp;
let server: RunningServer;
let printer: FakePrinter;
let browser: Browser;
let hands: Hands;
let stopPrinting: () => Promise<void>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rd-journey-'));
  test = await testApp({ file: join(folder, 'shop.db'), installed: false });
  printer = await fakePrinter();
  server = await startServer({ app: test.app, port: 0, pages: PAGES, version: 'test' });
  stopPrinting = test.app.startPrinting();
  browser = await openBrowser();
  hands = await openPage(browser, server.url, { bypassCSP: true });
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await stopPrinting();
  await printer.switchOff();
  test.close();
  rmSync(folder, { recursive: true, force: true });
});

const label = (name: string | RegExp) => hands.page.getByLabel(name);
const button = (name: string | RegExp) => hands.page.getByRole('button', { name });

const accessible = (where: string) => axe(hands.page, where);

it('lives the first day of a shop', { timeout: 180_000 }, async () => {
  const { page } = hands;
  // First run.
  await label('Razón social').fill('Lubricentro Ñandú SpA');
  await label('RUT').fill('76.192.083-9');
  await label('Nombre de la sucursal').fill('Ñuñoa');
  await label(/^Código/).fill('NU');
  await accessible('wizard');
  await button('Siguiente').click();
  await label('Nombre').fill('Olga');
  await label('Apellido').fill('Núñez');
  await label('Correo').fill('olga@example.cl');
  await label('Contraseña').fill(PASSWORD);
  await button('Crear la tienda').click();
  await expect
    .poll(() => page.locator('[data-recovery]').textContent())
    .toMatch(/^[0-9A-Z]{5}(-[0-9A-Z]{5})*|^[0-9A-Z-]+$/);
  await button('La guardé').click();
  await label('PIN').fill(PIN);
  await button('Siguiente').click();
  // The printer prints its test page and opens the drawer.
  await page.getByLabel('Nombre', { exact: true }).fill('Mesón');
  await label('Dirección IP o nombre').fill('127.0.0.1');
  await label('Puerto').fill(String(printer.port));
  await button('Guardar').click();
  await button('Imprimir prueba').click();
  await expect.poll(() => printer.jobs.length).toBe(1);
  await accessible('wizard, printer');
  await button('Siguiente').click();
  await button('Empezar a vender').click();
  await page.locator('[data-scan-box]').waitFor();
  await accessible('sell, empty');

  // A product, then its stock.
  await hands.press('Control+5');
  await button('Crear producto').first().click();
  await label('SKU').fill('101');
  await label('Nombre').fill('Aceite Ñandú 10W-40 4 L');
  await label('Precio con IVA').fill('6665');
  await label('Crear categoría').fill('Aceites');
  await label('Códigos de barra').fill('7801234567892');
  await accessible('product dialog');
  await button('Guardar').click();
  await page.getByText('Aceite Ñandú 10W-40 4 L').waitFor();
  await accessible('products');
  await hands.press('Control+6');
  await button('Recibir compra').click();
  await label('Escanee o busque productos').fill('101');
  await hands.press('Enter');
  await expect.poll(() => label('Escanee o busque productos').inputValue()).toContain('·');
  await page.getByRole('textbox', { name: 'Cantidad' }).fill('12');
  await label('Costo neto unitario').fill('3000');
  await hands.press('Enter');
  await button('Registrar 1 líneas').click();
  await page.getByRole('cell', { name: '12', exact: true }).first().waitFor();
  await accessible('stock');

  // The shift.
  await hands.press('F10');
  await label('Cantidad $1.000').fill('10');
  await button('Abrir con $10.000').click();
  await button('Cerrar turno').waitFor();
  await accessible('shift');

  // Three scans and two keys.
  await hands.press('Control+1');
  await page.locator('[data-scan-box]').waitFor();
  for (let count = 0; count < 3; count += 1) await hands.scan('7801234567892');
  await expect.poll(() => page.locator('[data-total]').textContent()).toBe('$19.995');
  await accessible('sell, with a cart');
  await hands.press('F9');
  await page.locator('[data-pay]').waitFor();
  await page.getByText('Ajuste Ley 20.956').waitFor();
  await accessible('pay');
  await hands.press('Enter');
  await expect.poll(() => page.locator('[data-sold]').textContent()).toContain('NU1-000001');
  expect(await page.locator('[data-change]').textContent()).toBe('$0');

  // The receipt in the page is what the printer got.
  await button('Vista del comprobante').click();
  const paper = page.locator('[data-paper] [data-row]');
  await paper.first().waitFor();
  const preview = (await paper.allTextContents()).map((line) => line.trimEnd()).filter((line) => line !== '');
  await expect.poll(() => printer.jobs.length).toBe(2);
  const printed = (printer.jobs[1]?.lines ?? []).map((line) => line.trimEnd()).filter((line) => line !== '');
  expect(preview).toEqual(printed);
  expect(preview.join('\n')).toContain('Aceite Ñandú 10W-40 4 L');
  expect(preview.join('\n')).toMatch(/Ajuste Ley 20\.956\s+-\$5/);
  await accessible('receipt');

  // A printer that is off costs nothing: the page says so, and prints when it is on again.
  await printer.switchOff();
  await button('Imprimir').last().click();
  await page.getByText('La impresora no acepta la conexión').waitFor();
  await hands.press('Escape');
  await accessible('sell, a paper failed');
  await printer.switchOn();
  await button('Reintentar').click();
  await expect.poll(() => printer.jobs.length).toBe(3);
  expect(printer.jobs[2]?.lines.join('\n')).toContain('COPIA');
  await expect.poll(() => page.getByText('La impresora no acepta la conexión').count()).toBe(0);

  // Z with a difference: one thousand pesos are missing and a reason is given.
  await hands.press('F10');
  await button('Cerrar turno').click();
  await label('Cantidad $1.000').fill('28');
  await label('Motivo de la diferencia').fill('Vuelto mal entregado');
  await accessible('close shift');
  await button('Cerrar turno con $28.000').click();
  await page.getByText('INFORME Z NU1-Z000001').waitFor();
  expect((await page.locator('[data-paper]').textContent()) ?? '').toMatch(/DIFERENCIA\s+-\$1\.990/);
  await hands.press('Escape');

  // Sales, people, management.
  await hands.press('Control+2');
  await button('Todos').first().click();
  await page.getByRole('cell', { name: 'NU1-000001' }).waitFor();
  await accessible('sales');
  await hands.press('Control+7');
  await page.getByRole('heading', { name: 'Personas' }).first().waitFor();
  await accessible('people');
  await hands.press('Control+4');
  await page.getByRole('heading', { name: 'Pedidos' }).first().waitFor();
  await accessible('orders');
  for (const screen of ['Compras', 'Pronóstico']) {
    await page.getByRole('link', { name: screen }).click();
    await page.getByRole('heading', { name: screen }).first().waitFor();
    await page.waitForTimeout(400);
    await accessible(screen);
  }
  await page.getByRole('link', { name: 'Gestión' }).click();
  for (const tab of ['Usuarios', 'Roles', 'Ajustes', 'Impresoras', 'Salud', 'Auditoría']) {
    await button(tab).click();
    await page.waitForTimeout(400);
    await accessible(`manage: ${tab}`);
  }
  await button('Verificar la cadena').click();
  await page.getByText(/Cadena íntegra: \d+ registros verificados/).waitFor();
  const events = test.app.database.raw.prepare('select kind from event order by sequence').pluck().all() as string[];
  expect(events).toEqual(
    expect.arrayContaining([
      'auth.installed',
      'inventory.documentPosted',
      'shifts.opened',
      'sales.checkedOut',
      'shifts.closed',
    ]),
  );
  expect(hands.errors).toEqual([]);
});

it('draws the picture of the README', { timeout: 60_000 }, async () => {
  const images = join(ROOT, 'docs/images');
  mkdirSync(images, { recursive: true });
  await hands.press('Control+1');
  await hands.page.locator('[data-scan-box]').waitFor();
  await hands.scan('7801234567892');
  await expect.poll(() => hands.page.locator('[data-line]').count()).toBe(1);
  // `UPDATE_IMAGES=1 npm run e2e` renews the picture; an ordinary run leaves the tree as it is.
  const path = process.env['UPDATE_IMAGES'] === '1' ? join(images, 'sell.png') : join(folder, 'sell.png');
  await hands.page.screenshot({ path });
  expect(readFileSync(path).length).toBeGreaterThan(20_000);
});
