/** Machines of a company with a centre: each the real application over a file, its link on, behind a real server; and a browser. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import { type App, createApp } from '#core/app.ts';
import { WEAK_FOR_TESTS } from '#core/auth/index.ts';
import type { Caller } from '#core/engine/dispatch.ts';
import { monotonicIds, systemRandom } from '#core/engine/system.ts';
import { type EmbeddedCentre, openEmbeddedCentre } from '#core/sync/centre/embedded.ts';
import { installCentre } from '#core/sync/centre/install.ts';
import { provisionDevice } from '#core/sync/centre/provision.ts';
import type { Scope } from '#core/sync/protocol.ts';
import { startServer } from '#server/server.ts';
import { type FakePrinter, fakePrinter } from '#tests/support/fakePrinter.ts';
import { clientOf, PINS, type TestClient } from '#tests/support/testApp.ts';
import { PAGES } from '../../../scripts/arguments.ts';
import { severable, type Wire } from '../../../scripts/branches.ts';
import { type Hands, openPage } from './browser.ts';

export const OWNER = { email: 'olga@example.cl', password: 'frase-larga-de-la-dueña', pin: PINS.admin };

export interface Machine {
  app: App;
  url: string;
  printer: FakePrinter;
  /** Its cable to the centre. */
  wire: Wire;
  /** The credential that a device of a branch is given, through this machine's cable. */
  credential: (branchCode: string, scope: Scope) => Promise<string>;
  client: (caller: Caller) => TestClient;
  close: () => Promise<void>;
}

export const openCentre = async (): Promise<EmbeddedCentre> => {
  const centre = await openEmbeddedCentre({});
  await installCentre(centre.sql);
  return centre;
};

/** A machine that was never a shop. */
export async function openMachine(centre: EmbeddedCentre): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), 'rd-branch-'));
  const app = createApp({
    file: join(folder, 'shop.db'),
    version: '0.1.0',
    pepper: folder,
    hashStrength: WEAK_FOR_TESTS,
  });
  const printer = await fakePrinter();
  const wire = await severable(Number(new URL(centre.url).port));
  const server = await startServer({ app, port: 0, pages: PAGES, version: 'test' });
  const stopPrinting = app.startPrinting();
  app.link.start();
  return {
    app,
    printer,
    wire,
    url: server.url,
    credential: async (branchCode, scope) => {
      const ports = { ids: monotonicIds(), random: systemRandom, nowMs: Date.now() };
      const { role } = await provisionDevice(centre.sql, { branchCode, scope }, ports);
      const address = new URL(centre.url);
      address.port = String(wire.port);
      address.search = `?device=${role}`;
      return address.href;
    },
    client: (caller) => clientOf(app, caller, () => app.ids.next(Date.now())),
    close: async () => {
      await server.close();
      await app.link.stop();
      await stopPrinting();
      await printer.switchOff();
      await wire.close();
      app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The machine that founds the company: an oil with a barcode, ten of it, an open shift. */
export async function foundCompany(machine: Machine): Promise<{ token: Caller; productId: string; branchId: string }> {
  const opened = await machine.client({ origin: 'loopback' }).auth.firstRun({
    organisation: { name: 'Lubricentro Ñandú SpA', rut: '76.192.083-9', giro: 'Lubricantes' },
    branch: { name: 'Maipú', code: 'MA', address: '', comuna: '' },
    terminalName: 'Caja 1',
    admin: { email: OWNER.email, firstName: 'Olga', lastName: 'Soto', password: OWNER.password },
  });
  const token: Caller = { token: opened.token, origin: 'loopback' };
  const owner = machine.client(token);
  await owner.auth.setPin({ password: OWNER.password, pin: OWNER.pin });
  const { id: categoryId } = await owner.categories.create({ name: 'Aceites' });
  const { id: productId } = await owner.products.create({
    sku: 'ACE-10W40',
    name: 'Aceite 10W-40 4 L',
    categoryId,
    priceClp: 24_990,
    barcodes: [{ barcode: '7801234567890', quantityMilli: 1_000 }],
  });
  await stockAndOpen(owner, productId);
  await owner.sync.connect({ connection: await machine.credential('MA', 'OWNER') });
  await machine.app.link.now();
  return { token, productId, branchId: machine.app.dispatcher.site?.branchId ?? '' };
}

/** A machine that becomes a branch of its own. */
export async function joinCompany(machine: Machine, code: string, name: string, productId: string): Promise<Caller> {
  const here: Caller = { origin: 'loopback' };
  const { email, password, pin } = OWNER;
  await machine.client(here).sync.join({
    connection: await machine.credential(code, 'BRANCH'),
    branch: { name, address: '', comuna: '' },
    terminalName: 'Caja 1',
    email,
    password,
  });
  const token: Caller = {
    token: (await machine.client(here).auth.login({ email, password })).token,
    origin: 'loopback',
  };
  const owner = machine.client(token);
  await owner.auth.setPin({ password, pin });
  await stockAndOpen(owner, productId);
  await machine.app.link.now();
  return token;
}

async function stockAndOpen(owner: TestClient, productId: string): Promise<void> {
  const warehouses = await owner.warehouses.list({});
  const warehouseId = warehouses.find(({ purpose }) => purpose === 'SALES')?.id ?? '';
  await owner.stock.receive({
    warehouseId,
    lines: [{ productId, quantityMilli: 10_000, unitCostMilliClp: 14_000_000 }],
  });
  await owner.shifts.open({ count: { '1000': 20 } });
}

/** The owner at the counter of a machine. */
export async function enter(browser: Browser, machine: Machine): Promise<Hands> {
  const hands = await openPage(browser, machine.url, { bypassCSP: true });
  await hands.page.getByRole('button', { name: 'Olga Soto' }).click();
  await hands.type(OWNER.pin);
  await hands.page.locator('[data-scan-box]').waitFor();
  return hands;
}

/** What lies on the shelf that the counter sells from. */
export const onHand = (machine: Machine, productId: string): number =>
  machine.app.database.reader
    .prepare(
      `select l.onHandMilli from stockLevel l join warehouse w on w.id = l.warehouseId
       join installation i on i.branchId = w.branchId where w.purpose = 'SALES' and l.productId = ?`,
    )
    .pluck()
    .get(productId) as number;

export const leave = async (hands: Hands): Promise<void> => {
  expect(hands.errors).toEqual([]);
  await hands.page.context().close();
};
