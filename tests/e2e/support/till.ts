/** A till that sells: the small shop of the tests behind the real server, the built page in a browser, a cashier signed in by PIN. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import { type RunningServer, startServer } from '#server/server.ts';
import { type FakePrinter, fakePrinter } from '#tests/support/fakePrinter.ts';
import { openShop, type Shop } from '#tests/support/shop.ts';
import { PINS, type TestApp, testApp } from '#tests/support/testApp.ts';
import { PAGES } from '../../../scripts/arguments.ts';
import { type Hands, openBrowser, openPage } from './browser.ts';

export interface Till extends Shop {
  test: TestApp;
  browser: Browser;
  printer: FakePrinter;
  url: string;
  close: () => Promise<void>;
}

/** EAN codes of the till's shelf, each a product of its own. */
export const CODES = Array.from({ length: 40 }, (_, index) => String(7_800_000_000_000 + index * 37));
/** Barcode of the shop's oil (24.990). */
export const OIL = '7801234567890';

/** Opens the shop, its server and a browser. */
export async function openTill(): Promise<Till> {
  const folder = mkdtempSync(join(tmpdir(), 'rd-till-'));
  const test = await testApp({ file: join(folder, 'shop.db') });
  const shop = await openShop(test);
  await fillShelf(shop);
  const printer = await fakePrinter();
  await shop.admin.printers.save({
    name: 'Mesón',
    transport: { kind: 'TCP', host: '127.0.0.1', port: printer.port },
  });
  const stopPrinting = test.app.startPrinting();
  const server: RunningServer = await startServer({ app: test.app, port: 0, pages: PAGES, version: 'test' });
  const browser = await openBrowser();
  return {
    ...shop,
    test,
    browser,
    printer,
    url: server.url,
    close: async () => {
      await browser.close();
      await server.close();
      await stopPrinting();
      await printer.switchOff();
      test.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Forty products at 1.000, 1.010, ... pesos, a hundred of each. */
async function fillShelf({ manager, warehouses }: Shop): Promise<void> {
  const { id: categoryId } = await manager.categories.create({ name: 'Estante' });
  const lines = [];
  for (const [index, barcode] of CODES.entries()) {
    const { id: productId } = await manager.products.create({
      sku: `EST-${String(index)}`,
      name: `Repuesto ${String(index)}`,
      categoryId,
      priceClp: 1_000 + index * 10,
      barcodes: [{ barcode, quantityMilli: 1_000 }],
    });
    lines.push({ productId, quantityMilli: 100_000, unitCostMilliClp: 500_000 });
  }
  await manager.stock.receive({ warehouseId: warehouses.SALES, lines });
}

/** A fresh page with the cashier (or another) at Vender. */
export async function signIn(till: Till, who: keyof typeof PINS = 'cashier', options = {}): Promise<Hands> {
  const hands = await openPage(till.browser, till.url, options);
  const name = { admin: 'Olga Soto', manager: 'Marcela Rojas', cashier: 'Camila Rojas' }[who];
  await hands.page.getByRole('button', { name }).click();
  await hands.type(PINS[who]);
  await hands.page.locator('[data-scan-box]').waitFor();
  await hands.page.locator('[data-tiles]').waitFor();
  return hands;
}

/** What the cart shows: names and quantities, top to bottom. */
export async function cartOf({ page }: Hands): Promise<{ name: string; quantity: string; total: string }[]> {
  return page.locator('[data-line]').evaluateAll((rows) =>
    rows.map((row) => {
      const [name, quantity, total] = [...row.querySelectorAll('td')].map((cell) => cell.firstChild?.textContent ?? '');
      return { name: name ?? '', quantity: quantity ?? '', total: total ?? '' };
    }),
  );
}

/** Waits until the cart holds this many units in all. */
export async function waitForUnits(hands: Hands, units: number): Promise<void> {
  await expect
    .poll(async () => (await cartOf(hands)).reduce((sum, line) => sum + Number(line.quantity.replaceAll('.', '')), 0), {
      timeout: 10_000,
    })
    .toBe(units);
}

/** Ends a test: nothing went wrong in the page behind its back. */
export async function leave(hands: Hands): Promise<void> {
  expect(hands.errors).toEqual([]);
  await hands.page.context().close();
}
