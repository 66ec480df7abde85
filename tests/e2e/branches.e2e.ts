/**
 * Goal: what people see of the branches, in a real browser on real hosts and an embedded centre: a price that the owner changes reaches two
 * counters; a branch sells without a network and the owner sees it later; goods travel with a shortage that stays on record; a machine is
 * replaced through the wizard and prints an old receipt again. axe finds nothing on any of these screens.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EmbeddedCentre } from '#core/sync/centre/embedded.ts';
import { accessible } from './support/axe.ts';
import {
  enter,
  foundCompany,
  joinCompany,
  leave,
  type Machine,
  onHand,
  openCentre,
  openMachine,
  OWNER,
} from './support/branch.ts';
import { type Hands, openBrowser, openPage } from './support/browser.ts';

/** For a machine that others use too; on a free one all of it takes a minute. */
const SLOW_MS = 180_000;

let browser: Browser;
let centre: EmbeddedCentre;
let [maipu, nunoa, puente]: Machine[] = [];
let productId: string;
let owner: Hands;
const machines: Machine[] = [];
const machine = async (): Promise<Machine> => {
  const made = await openMachine(centre);
  machines.push(made);
  return made;
};

beforeAll(async () => {
  [browser, centre] = await Promise.all([openBrowser(), openCentre()]);
  maipu = await machine();
  ({ productId } = await foundCompany(maipu));
  [nunoa, puente] = await Promise.all([machine(), machine()]);
  await joinCompany(nunoa, 'NU', 'Ñuñoa', productId);
  await joinCompany(puente, 'PA', 'Puente Alto', productId);
  await maipu.app.link.now();
  owner = await enter(browser, maipu);
}, SLOW_MS);
afterAll(async () => {
  await browser.close();
  for (const each of machines) await each.close();
  await centre.close();
});

const button = (hands: Hands, name: string | RegExp) =>
  hands.page.getByRole('button', { name, exact: typeof name === 'string' });
const go = (hands: Hands, screen: string) => hands.page.getByRole('link', { name: screen }).click();
const sell = async (hands: Hands): Promise<void> => {
  await hands.scan('7801234567890');
  await expect.poll(() => hands.page.locator('[data-line]').count()).toBe(1);
  await hands.press('F9');
  await hands.page.locator('[data-pay]').waitFor();
  await hands.press('Enter');
  await hands.page.locator('[data-sold]').waitFor();
};

it('shows at two counters the price that the owner changes', { timeout: SLOW_MS }, async () => {
  await go(owner, 'Productos');
  await owner.page.getByRole('cell', { name: 'Aceite 10W-40 4 L' }).click();
  await owner.page.getByLabel('Precio con IVA').fill('22990');
  await button(owner, 'Guardar').click();
  await owner.page.getByText('$22.990').waitFor();
  await maipu?.app.link.now();
  for (const branch of [nunoa, puente]) {
    if (!branch) throw new Error('no branch');
    const hands = await enter(browser, branch);
    await branch.app.link.now();
    await hands.page.locator('.rd-tile').getByText('$22.990').waitFor();
    await leave(hands);
  }
});

it('sells without a network, and the owner sees it when there is one', { timeout: SLOW_MS }, async () => {
  if (!maipu || !puente) throw new Error('no branch');
  const hands = await enter(browser, puente);
  puente.wire.sever();
  await puente.app.link.now();
  await sell(hands);
  const pill = hands.page.locator('.rd-header button.rd-pill').first();
  await expect.poll(() => pill.textContent(), { timeout: 10_000 }).toMatch(/Sin conexión · \d+ por enviar/);
  // The queue says what waits and why; each document has its way.
  await pill.click();
  await hands.page.getByLabel('Contraseña').fill(OWNER.password);
  await accessible(hands.page, 'sync, asked for the password');
  await button(hands, 'Confirmar con contraseña').click();
  await hands.page.getByText('No se llega al centro').first().waitFor();
  await button(hands, /Venta PA1-000001/).click();
  await expect
    .poll(() => hands.page.locator('[data-way="done"]').allTextContents())
    .toEqual([expect.stringContaining('Creado'), expect.stringContaining('En stock')]);
  await accessible(hands.page, 'the way of a document');
  await hands.press('Escape');
  await accessible(hands.page, 'sync, without a network');
  puente.wire.toggle();
  await button(hands, 'Reintentar ahora').click();
  await hands.page.getByText('Todo fue enviado').waitFor();
  await accessible(hands.page, 'sync, everything sent');
  // The browser hears that the network is back before the link has waited its last failure out.
  puente.wire.sever();
  await puente.app.link.now();
  await expect.poll(() => pill.textContent()).toContain('Sin conexión');
  puente.wire.toggle();
  const told = hands.page.waitForResponse((response) => response.url().includes('networkBack'));
  await hands.page.evaluate(() => window.dispatchEvent(new Event('online')));
  expect((await told).ok()).toBe(true);
  await expect.poll(() => pill.textContent()).not.toContain('Sin conexión');
  await go(hands, 'Ventas');
  await hands.page.getByRole('cell', { name: 'PA1-000001' }).click();
  await expect.poll(() => hands.page.locator('[data-way="done"]').count()).toBe(4);
  await accessible(hands.page, 'a sale with its way');
  await leave(hands);

  await go(owner, 'Sucursales');
  await button(owner, 'Sincronización').click();
  await owner.page.getByLabel('Contraseña').fill(OWNER.password);
  await button(owner, 'Confirmar con contraseña').click();
  await owner.page.getByText('Cola de envío').waitFor();
  await button(owner, 'Sucursales').click();
  await button(owner, 'Actualizar').click();
  const row = owner.page.getByRole('row', { name: /Puente Alto/ });
  await expect.poll(() => row.textContent(), { timeout: 15_000 }).toMatch(/\$22\.990/);
  await accessible(owner.page, 'branches');

  // The owner's reports hold it too, alone and with the others, down to the paper that the branch printed.
  await go(owner, 'Reportes');
  await button(owner, 'Reportes').click();
  await owner.page.getByLabel('Sucursal').selectOption({ label: 'Puente Alto' });
  await button(owner, 'Hoy').click();
  await owner.page.getByText(/Puente Alto: datos hasta/).waitFor();
  const day = owner.page.locator('tbody tr[data-index]').filter({ hasText: '$22.990' }).first();
  await accessible(owner.page, 'the report of another branch');
  await day.click();
  const listed = owner.page.getByRole('row', { name: /PA1-000001/ });
  const soldAt = (await listed.getByRole('cell').nth(1).textContent()) ?? '';
  await listed.click();
  await owner.page.getByText('Es de otra sucursal: se imprime allí.').waitFor();
  // The screen tells the time of the branch's clock, as the paper does; this browser's own is another.
  await owner.page.getByRole('dialog').getByText(soldAt).waitFor();
  await accessible(owner.page, 'the paper of another branch');
  // The paper, and the list behind it.
  await owner.press('Escape');
  await owner.press('Escape');
  await owner.page.getByLabel('Sucursal').selectOption({ label: 'Todas' });
  await owner.page.getByText(/Maipú: datos hasta/).waitFor();
  await owner.page.getByText(/Puente Alto: datos hasta/).waitFor();
  await accessible(owner.page, 'the report of all branches');
  await go(owner, 'Sucursales');
});

it('moves goods with a shortage that stays on record', { timeout: SLOW_MS }, async () => {
  if (!maipu || !nunoa) throw new Error('no branch');
  await button(owner, 'Traspasos').click();
  await button(owner, 'Enviar a otra sucursal').click();
  await owner.page.getByLabel('Hacia').selectOption({ label: 'Ñuñoa' });
  await owner.scan('7801234567890');
  await expect.poll(() => owner.page.getByLabel('Escanee o busque productos').inputValue()).toContain('ACE-10W40');
  const quantity = owner.page.getByRole('textbox', { name: 'Cantidad' });
  await quantity.fill('5');
  await owner.press('Enter');
  await button(owner, 'Quitar').waitFor();
  await accessible(owner.page, 'dispatch');
  await button(owner, 'Enviar a otra sucursal').last().click();
  await owner.page.getByRole('cell', { name: /En tránsito/ }).waitFor();
  await accessible(owner.page, 'transfers');
  await maipu.app.link.now();
  await nunoa.app.link.now();

  const hands = await enter(browser, nunoa);
  await go(hands, 'Sucursales');
  await button(hands, 'Traspasos').click();
  await hands.page.getByRole('cell', { name: /En tránsito/ }).click();
  await hands.page.getByLabel('Llegó: Aceite 10W-40 4 L').fill('4');
  await accessible(hands.page, 'reception');
  await button(hands, 'Recibir').last().click();
  await hands.page.getByText('Recibido con falta de 1').waitFor();
  await leave(hands);
  await nunoa.app.link.now();
  await maipu.app.link.now();

  await owner.page.getByRole('cell', { name: 'Recibido con pérdida' }).click();
  await owner.page.getByRole('row', { name: /ACE-10W40.*5.*4.*1/ }).waitFor();
  await accessible(owner.page, 'a transfer with a loss');
  await owner.press('Escape');
  expect([onHand(maipu, productId), onHand(nunoa, productId)]).toEqual([5_000, 14_000]);

  // The counter knows what the others have, and how old that is.
  await go(owner, 'Vender');
  await owner.scan('7801234567890');
  await expect.poll(() => owner.page.locator('[data-line]').count()).toBe(1);
  await owner.press('Control+b');
  await owner.page.getByRole('row', { name: /Ñuñoa.*hace/ }).waitFor();
  await accessible(owner.page, 'stock of other branches');
  await owner.press('Escape');
});

it('replaces a machine from the centre, which prints an old receipt again', { timeout: SLOW_MS }, async () => {
  if (!nunoa) throw new Error('no branch');
  const seller = await enter(browser, nunoa);
  await nunoa.client(await ownerOf(nunoa)).printers.save({
    name: 'Mesón',
    transport: { kind: 'TCP', host: '127.0.0.1', port: nunoa.printer.port },
  });
  await sell(seller);
  await expect.poll(() => nunoa?.printer.jobs.length).toBe(1);
  await leave(seller);
  await nunoa.app.link.now();
  await nunoa.app.link.stop();

  const heir = await machine();
  const hands = await openPage(browser, heir.url, { bypassCSP: true });
  const { page } = hands;
  await button(hands, 'Unir esta sucursal').click();
  await accessible(page, 'wizard, join');
  await button(hands, 'Reemplazar una máquina').click();
  await page.getByLabel('Credencial del centro').fill('postgres://postgres@127.0.0.1:1/postgres?device=rd_nobody');
  await page.getByLabel('Su correo en la empresa').fill(OWNER.email);
  await page.getByLabel('Contraseña para esta máquina').fill(OWNER.password);
  await button(hands, 'Reemplazar la máquina').click();
  await page.getByText('No se llega al centro').waitFor();
  await accessible(page, 'wizard, replace');
  await page.getByLabel('Credencial del centro').fill(await heir.credential('NU', 'BRANCH'));
  await button(hands, 'Reemplazar la máquina').click();
  await page.locator('[data-joined]').waitFor({ timeout: 30_000 });
  expect(await page.locator('[data-joined]').textContent()).toContain('NU2-');
  await accessible(page, 'wizard, replaced');
  await button(hands, 'Siguiente').click();
  await page.getByLabel('PIN').fill(OWNER.pin);
  await button(hands, 'Siguiente').click();
  await page.getByLabel('Nombre', { exact: true }).fill('Mesón');
  await page.getByLabel('Dirección IP o nombre').fill('127.0.0.1');
  await page.getByLabel('Puerto').fill(String(heir.printer.port));
  await button(hands, 'Guardar').click();
  await button(hands, 'Siguiente').click();
  await button(hands, 'Empezar a vender').click();
  await page.locator('[data-scan-box]').waitFor();
  await go(hands, 'Ventas');
  await page.getByRole('cell', { name: 'NU1-000001' }).click();
  await button(hands, 'Imprimir').last().click();
  await expect.poll(() => heir.printer.jobs.length).toBe(1);
  const lines = (job: { lines: string[] } | undefined) =>
    (job?.lines ?? []).map((line) => line.trimEnd()).filter((line) => line !== '');
  const isMark = (line: string): boolean => /COPIA/.test(line);
  expect(lines(heir.printer.jobs[0]).some(isMark)).toBe(true);
  // Nothing but the mark differs from the paper of the machine that is gone.
  expect(lines(heir.printer.jobs[0]).filter((line) => !isMark(line))).toEqual(lines(nunoa.printer.jobs[0]));
  expect(heir.printer.jobs[0]?.barcodes).toEqual(nunoa.printer.jobs[0]?.barcodes);
  expect(onHand(heir, productId)).toBe(13_000);
  await leave(hands);
  await leave(owner);
});

async function ownerOf(branch: Machine): Promise<{ token: string; origin: 'loopback' }> {
  const { email, password } = OWNER;
  const { token } = await branch.client({ origin: 'loopback' }).auth.login({ email, password });
  return { token, origin: 'loopback' };
}
