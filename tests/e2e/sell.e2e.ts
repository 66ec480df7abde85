/** Goal: every rule of the sell screen, typed with a scanner's and a person's timing. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Hands } from './support/browser.ts';
import { cartOf, CODES, leave, OIL, openTill, signIn, type Till, waitForUnits } from './support/till.ts';

let till: Till;
let hands: Hands;

beforeAll(async () => {
  till = await openTill();
  hands = await signIn(till);
});
afterAll(async () => {
  await leave(hands);
  await till.close();
});
afterEach(async () => {
  await hands.press('Escape', 'Escape');
  for (const line of await cartOf(hands)) await hands.press(line.name === '' ? 'Escape' : 'Delete');
  expect(await cartOf(hands)).toEqual([]);
});

const box = () => hands.page.locator('[data-scan-box]');
const total = () => hands.page.locator('[data-total]').textContent();
const boxHasFocus = () => box().evaluate((element) => element === document.activeElement);
const code = (index: number): string => CODES[index] ?? '';

describe('reading a scan', () => {
  it('takes the whole text of the box as the code, and keeps the caret there', async () => {
    await hands.scan(OIL);
    await waitForUnits(hands, 1);
    expect(await cartOf(hands)).toEqual([{ name: 'Aceite 10W-40 4 L', quantity: '1', total: '$24.990' }]);
    expect(await box().inputValue()).toBe('');
    expect(await boxHasFocus()).toBe(true);
    await hands.scan(OIL);
    await waitForUnits(hands, 2);
    expect(await total()).toBe('$49.980');
  });

  it('reads a burst with the focus elsewhere, and gives the caret back to the box', async () => {
    await hands.page.getByRole('link', { name: 'Vender' }).focus();
    await hands.scan(code(1));
    await waitForUnits(hands, 1);
    await hands.page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await hands.scan(code(2));
    await waitForUnits(hands, 2);
    expect((await cartOf(hands)).map((line) => line.name)).toEqual(['Repuesto 1', 'Repuesto 2']);
    expect(await boxHasFocus()).toBe(true);
  });

  it('never takes a part of a burst as a code', async () => {
    await hands.scan(OIL.slice(0, 9), { end: 'NONE' });
    await hands.page.waitForTimeout(400);
    expect(await cartOf(hands)).toEqual([]);
    await hands.press('Escape');
    await hands.burstWith(code(3), async (index) => {
      if (index === 4) await hands.page.getByRole('link', { name: 'Vender' }).focus();
      if (index === 9) await box().focus();
    });
    await waitForUnits(hands, 1);
    expect((await cartOf(hands)).map((line) => line.name)).toEqual(['Repuesto 3']);
    expect(await box().inputValue()).toBe('');
  });

  it('swallows the second Enter of a scanner with CR and LF, and takes a later one as Cobrar', async () => {
    await hands.scan(OIL, { end: 'CRLF' });
    await waitForUnits(hands, 1);
    await hands.page.waitForTimeout(300);
    expect(await hands.page.locator('[data-pay]').count()).toBe(0);
    await hands.press('Enter');
    await hands.page.locator('[data-pay]').waitFor();
    await hands.press('Escape');
  });

  it('does not search while a scanner types', async () => {
    let searches = 0;
    hands.page.on('request', (request) => void (searches += request.url().includes('counter/search') ? 1 : 0));
    await hands.scan(OIL);
    await waitForUnits(hands, 1);
    expect(searches).toBe(0);
    await hands.type('123');
    await hands.page.waitForTimeout(300);
    expect(searches).toBe(0);
    await hands.press('Escape');
    await hands.type('aceite');
    await expect.poll(() => searches).toBeGreaterThan(0);
    await hands.press('Escape');
  });

  it('loses none of 200 scans while the focus moves around', async () => {
    for (let index = 0; index < 200; index += 1) {
      await moveFocus(index);
      if (index % 10 === 0)
        await hands.burstWith(code(index % 40), async (at) => void (at % 4 === 3 && (await moveFocus(index + at))));
      else await hands.scan(code(index % 40), { gapMs: 2 + (index % 9) * 5 });
    }
    await waitForUnits(hands, 200);
    const lines = await cartOf(hands);
    expect(lines).toHaveLength(40);
    expect(lines.every((line) => line.quantity === '5')).toBe(true);
  }, 240_000);
});

/** Everywhere that a hand may leave the focus: nothing, a link, a chip, a tile, the lines, a dialog's field. */
async function moveFocus(index: number): Promise<void> {
  if (index % 40 === 20) return hands.press('F3');
  if (index % 40 === 30) return hands.press('F4');
  const places = [
    'body',
    '[data-scan-box]',
    '.rd-rail a',
    '.rd-chips button',
    '.rd-tile',
    '.rd-lines',
    '.rd-header button',
    '.rd-charge',
  ];
  await hands.page.evaluate(
    (place) => {
      if (place === 'body') (document.activeElement as HTMLElement).blur();
      else document.querySelector<HTMLElement>(place)?.focus();
    },
    places[index % places.length] ?? 'body',
  );
}

describe('bursts into fields', () => {
  it('reverts a burst in Cantidad and adds the product', async () => {
    await hands.scan(OIL);
    await waitForUnits(hands, 1);
    await hands.press('F4');
    const field = hands.page.getByLabel('Cantidad (UN)');
    await field.waitFor();
    await hands.type('7');
    await hands.scan(code(5));
    await waitForUnits(hands, 2);
    expect(await field.inputValue()).toBe('7');
    // A person's Enter comes later than the echo of a scanner's.
    await hands.page.waitForTimeout(400);
    await hands.press('Enter');
    await waitForUnits(hands, 8);
  });

  it('reverts a burst in Descuento and in the plate, and adds the product', async () => {
    await hands.scan(OIL);
    await waitForUnits(hands, 1);
    await hands.press('F6');
    await hands.page.getByLabel('Descuento a la línea').waitFor();
    await hands.scan(code(6));
    await waitForUnits(hands, 2);
    expect(await hands.page.getByLabel('Descuento a la línea').inputValue()).toBe('');
    await hands.press('Escape', 'F3');
    const plate = hands.page.getByRole('dialog').getByRole('textbox').first();
    await plate.waitFor();
    await hands.scan(code(7));
    await waitForUnits(hands, 3);
    expect(await plate.inputValue()).toBe('');
    await hands.press('Escape');
  });

  it('refuses a scan while Cobrar is open: field reverted, cart untouched, said aloud', async () => {
    await hands.scan(OIL);
    await waitForUnits(hands, 1);
    await hands.press('F9');
    const cash = hands.page.getByLabel('Efectivo recibido');
    await cash.waitFor();
    await hands.scan(code(8));
    await hands.page.getByText('Termine de cobrar antes de escanear').last().waitFor();
    expect(await cash.inputValue()).toBe('');
    expect(await cartOf(hands)).toHaveLength(1);
    await hands.press('Escape');
    expect(await boxHasFocus()).toBe(true);
  });
});

describe('quantities', () => {
  it('takes `3*` before a scan, plus and minus after it, and F4', async () => {
    await hands.type('3*');
    await hands.scan(OIL);
    await waitForUnits(hands, 3);
    await hands.type('+');
    await waitForUnits(hands, 4);
    await hands.type('--');
    await waitForUnits(hands, 2);
    await hands.press('F4');
    await hands.page.getByLabel('Cantidad (UN)').waitFor();
    await hands.type('12');
    await hands.press('Enter');
    await waitForUnits(hands, 12);
    expect(await boxHasFocus()).toBe(true);
  });

  it('goes back fifty steps with Ctrl+Z and never asks whether one is sure', async () => {
    for (let index = 0; index < 12; index += 1) await hands.scan(code(index));
    await waitForUnits(hands, 12);
    await hands.press('Delete');
    await waitForUnits(hands, 11);
    expect(await hands.page.getByRole('dialog').count()).toBe(0);
    await hands.press('Control+z');
    await waitForUnits(hands, 12);
    for (let index = 0; index < 10; index += 1) await hands.press('Control+z');
    await waitForUnits(hands, 2);
  });
});

describe('what the cashier is told', () => {
  it('flashes the line and says what was added', async () => {
    await hands.scan(OIL);
    await waitForUnits(hands, 1);
    expect(await hands.page.locator('[data-line][data-flash="true"]').count()).toBe(1);
    expect(await hands.page.locator('[aria-live="polite"]').first().textContent()).toContain(
      'Agregado: Aceite 10W-40 4 L',
    );
  });

  it('leaves the cart alone on an unknown code: a toast that stays, with its acts, above the keys and not over the total', async () => {
    await hands.scan(OIL);
    await waitForUnits(hands, 1);
    await hands.scan('9999999999999');
    const toast = hands.page.getByText('El código 9999999999999 no existe').first();
    await toast.waitFor();
    expect(await cartOf(hands)).toHaveLength(1);
    await hands.page.getByRole('button', { name: /Buscar por nombre/ }).waitFor();
    await hands.page.waitForTimeout(6_000);
    expect(await toast.isVisible()).toBe(true);
    const [toastBox, bar, sum] = await Promise.all([
      hands.page.locator('#unknown-code').boundingBox(),
      hands.page.locator('.rd-bar').boundingBox(),
      hands.page.locator('.rd-cart').boundingBox(),
    ]);
    expect((toastBox?.y ?? 0) + (toastBox?.height ?? 0)).toBeLessThanOrEqual(bar?.y ?? 0);
    expect((toastBox?.x ?? 0) + (toastBox?.width ?? 0)).toBeLessThanOrEqual(sum?.x ?? 0);
    await hands.page.getByRole('button', { name: /Buscar por nombre/ }).click();
    expect(await hands.page.getByText('El código 9999999999999 no existe').count()).toBeLessThanOrEqual(1);
    await expect.poll(boxHasFocus).toBe(true);
  });

  it('offers the unknown code to whoever may create products', async () => {
    const boss = await signIn(till, 'manager');
    await boss.scan('5555555555555');
    await boss.page.getByRole('button', { name: /Crear producto/ }).waitFor();
    await leave(boss);
  });
});

describe('focus', () => {
  it('comes back to the box after every dialog, and printable keys with no field go there', async () => {
    await hands.scan(OIL);
    await waitForUnits(hands, 1);
    for (const key of ['F1', 'F3', 'F4', 'F6', 'F9', 'Control+k']) {
      await hands.press(key);
      await hands.page.getByRole('dialog').waitFor();
      await hands.press('Escape');
      await hands.page.getByRole('dialog').waitFor({ state: 'detached' });
      await expect.poll(boxHasFocus, { message: key }).toBe(true);
    }
    await hands.page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await hands.type('fil');
    expect(await box().inputValue()).toBe('fil');
    await hands.press('Escape');
    expect(await box().inputValue()).toBe('');
  });

  it('is no trap: Tab leaves the box', async () => {
    await hands.press('Tab');
    expect(await boxHasFocus()).toBe(false);
  });
});

describe('keys', () => {
  it('keeps F5, F11, F12 and Ctrl+R from reloading the till', async () => {
    await hands.scan(OIL);
    await waitForUnits(hands, 1);
    const stopped = await hands.page.evaluate(() => {
      const send = (key: string, ctrlKey: boolean): boolean =>
        window.dispatchEvent(
          new KeyboardEvent('keydown', { key, code: key, ctrlKey, cancelable: true, bubbles: true }),
        );
      return [send('F5', false), send('F11', false), send('F12', false), send('r', true), send('w', true)];
    });
    expect(stopped).toEqual([false, false, false, false, false]);
    await hands.press('F5');
    expect(await cartOf(hands)).toHaveLength(1);
  });

  it('shows the same keys in the bar, the palette and the help', async () => {
    const bar = (await hands.page.locator('.rd-bar .rd-kbd').allTextContents()).filter((key) => key.startsWith('F'));
    expect(bar).toEqual(['F1', 'F2', 'F3', 'F4', 'F6', 'F7', 'F8', 'F9', 'F10']);
    await hands.press('F1');
    await hands.page.getByRole('dialog').waitFor();
    const help = await hands.page.getByRole('dialog').locator('.rd-kbd').allTextContents();
    expect(help).toEqual(expect.arrayContaining(bar));
    await hands.press('Escape');
    await hands.press('Control+k');
    await hands.page.getByRole('dialog').waitFor();
    expect(await hands.page.getByRole('dialog').locator('.rd-kbd').allTextContents()).toEqual(
      expect.arrayContaining(bar),
    );
    await hands.type('cobrar');
    await hands.press('Escape');
  });
});
