/**
 * Goal: over a slow network nothing that was scanned or typed is lost or overwritten by an answer that comes late: lines of stock documents
 * keep the quantity and the cost that were written while their product was looked up, scans follow one another in their order, a cart that
 * is brought back or put aside does not swallow the scan beside it, and an answer that is wanted no more fills nothing.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Hands } from './support/browser.ts';
import { cartOf, CODES, leave, OIL, openTill, signIn, type Till, waitForUnits } from './support/till.ts';

let till: Till;
let hands: Hands;

beforeAll(async () => {
  till = await openTill();
  await till.manager.products.update({
    id: till.products.oil,
    patch: {
      listCostMilliClp: 14_000_000,
      barcodes: [
        { barcode: OIL, quantityMilli: 1_000 },
        { barcode: BOX, quantityMilli: 12_000 },
      ],
    },
  });
});
afterAll(() => till.close());
beforeEach(async () => {
  hands = await signIn(till, 'manager');
});
afterEach(() => leave(hands));

/** A box of twelve of the shop's oil. */
const BOX = '17801234567897';
const SLOW_MS = 700;
const WAIT = { timeout: 10_000 };

/** Answers of these procedures come late, a first one later than those behind it. */
async function slowDown(...paths: string[]): Promise<void> {
  for (const path of paths) {
    let delayMs = SLOW_MS * 2;
    await hands.page.route(`**/api/${path}`, async (route) => {
      const response = await route.fetch();
      delayMs = Math.max(SLOW_MS, delayMs - SLOW_MS / 2);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await route.fulfill({ response });
    });
  }
}

async function openStock(work: string) {
  await hands.page.getByRole('link', { name: 'Inventario' }).click();
  await hands.page.getByRole('button', { name: work, exact: true }).click();
  await slowDown('counter/byCode', 'products/get');
  const dialog = hands.page.getByRole('dialog');
  return {
    search: dialog.getByLabel('Escanee o busque productos'),
    quantity: dialog.getByRole('textbox', { name: 'Cantidad' }),
    cost: dialog.getByRole('textbox', { name: /Costo/ }),
    lines: dialog.getByRole('region', { name: 'Líneas' }),
    reference: dialog.getByLabel('Factura o guía'),
  };
}

it('keeps the quantity and the cost that are written before the product is there', { timeout: 60_000 }, async () => {
  const { search, quantity, cost, lines } = await openStock('Recibir compra');
  await search.fill(BOX);
  await hands.press('Enter');
  await quantity.fill('5');
  await cost.fill('15.500');
  await hands.press('Enter');
  await lines.getByText(/5 UN · \$15\.500/).waitFor();
  await expect.poll(() => search.inputValue(), WAIT).toBe('');
  expect(await quantity.inputValue()).toBe('1');

  // Left alone, the fields take what the box holds and what it cost last.
  await hands.scan(BOX);
  await expect.poll(() => quantity.inputValue(), WAIT).toBe('12');
  await expect.poll(() => cost.inputValue(), WAIT).not.toBe('');
});

it('leaves the caret where somebody writes', { timeout: 60_000 }, async () => {
  const { search, reference } = await openStock('Recibir compra');
  await hands.scan(BOX);
  await reference.fill('Factura 12');
  await expect.poll(() => search.inputValue(), WAIT).toContain('Aceite');
  await hands.type('34');
  await expect.poll(() => reference.inputValue()).toBe('Factura 1234');
});

it('adds scans that follow one another faster than their answers, each once', { timeout: 60_000 }, async () => {
  const { search, lines, quantity } = await openStock('Traspasar');
  for (const code of CODES.slice(0, 4)) await hands.scan(code);
  await expect.poll(() => search.inputValue(), WAIT).toContain('Repuesto 3');
  expect(await quantity.inputValue()).toBe('1');
  await hands.press('Enter');
  await lines.getByText('Repuesto 3').waitFor();
  const shown = await lines.innerText();
  expect(shown.match(/Repuesto \d/g)).toEqual(['Repuesto 0', 'Repuesto 1', 'Repuesto 2', 'Repuesto 3']);
});

it('forgets a code when something else is searched for', { timeout: 60_000 }, async () => {
  const { search } = await openStock('Traspasar');
  const asked = hands.page.waitForResponse('**/api/counter/byCode');
  await search.fill(CODES[7] ?? '');
  await hands.press('Enter');
  await search.fill('Repuesto 21');
  await asked;
  await hands.page.getByRole('button', { name: /Repuesto 21/ }).click();
  await expect.poll(() => search.inputValue(), WAIT).toContain('Repuesto 21');
});

it('brings the cart back with what was scanned before it came', { timeout: 60_000 }, async () => {
  const [first = '', second = '', third = ''] = CODES;
  await hands.scan(first);
  await hands.scan(second);
  await waitForUnits(hands, 2);
  await hands.page.waitForTimeout(600);
  await slowDown('carts/draft', 'counter/byIds');
  await hands.page.reload();
  await hands.page.getByRole('button', { name: 'Marcela Rojas' }).click();
  await hands.type('482913');
  await hands.page.locator('[data-tiles]').waitFor();
  await hands.scan(third);
  await waitForUnits(hands, 1);
  await waitForUnits(hands, 3);
  expect((await cartOf(hands)).map(({ name }) => name)).toEqual(['Repuesto 0', 'Repuesto 1', 'Repuesto 2']);
  // Until it is kept.
  await hands.page.waitForTimeout(600);
});

it('puts a cart aside without the scan that comes behind it', { timeout: 60_000 }, async () => {
  await waitForUnits(hands, 3);
  await slowDown('carts/park');
  await hands.press('F7');
  await hands.scan(CODES[5] ?? '');
  await hands.page.getByText(/Venta suspendida: Repuesto 0/).waitFor();
  await waitForUnits(hands, 1);
  expect((await cartOf(hands)).map(({ name }) => name)).toEqual(['Repuesto 5']);
});
