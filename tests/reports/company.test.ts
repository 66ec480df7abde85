/**
 * Goal: what an owner's machine says of another branch is to the last cell what that branch says of itself, and what it says of all is both
 * together: every report, over the wire of a real Postgres and through the process that keeps the copy; with its age, its documents and
 * their papers; a machine that is not the owner's has none of it, and a copy that is lost, or whose centre was put back, is made whole again.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemaVersion } from '#core/engine/migrate.ts';
import { REPORTS, type Report } from '#core/metrics/contract.ts';
import { beginEpoch, type Credentials, provisionDevice } from '#core/sync/centre/provision.ts';
import { companyFile } from '#core/sync/index.ts';
import { connectCentre, type Sql } from '#core/sync/postgres.ts';
import { ports, type PostgresServer, startPostgres } from '#tests/centre/support.ts';
import type { Shop } from '#tests/support/shop.ts';
import { PASSWORD, testApp, type TestApp } from '#tests/support/testApp.ts';
import { busyDays, busyShop, lasting } from './figures.ts';

const folder = mkdtempSync(join(tmpdir(), 'rd-company-'));
const PERIODS = [
  { from: '2026-03-01', to: '2026-12-31' },
  { from: '2026-04-04', to: '2026-04-04' },
  { from: '2026-04-05', to: '2026-09-06' },
];

let postgres: PostgresServer;
let sql: Sql;
let urlOf: (device: { role: string; password: string }) => string;
const devices = {} as { owner: Credentials; branch: Credentials };
let owner: TestApp;
let branch: TestApp;
let atOwner: string;
let atBranch: string;

beforeAll(async () => {
  postgres = await startPostgres();
  ({ sql, urlOf } = await postgres.centre());
  owner = await testApp({ file: join(folder, 'owner/shop.db'), connectCentre });
  const shop = await busyShop(owner);
  owner.clock.set(Date.now());
  devices.owner = await provisionDevice(sql, { branchCode: 'MA', scope: 'OWNER' }, ports());
  await owner.client(owner.app.system()).sync.connect({ connection: urlOf(devices.owner) });
  await owner.app.link.now();
  branch = await joined(shop);
  await exchange(shop);
  await branch.app.link.now();
  await owner.app.link.now();
  await owner.app.company?.refresh();
}, 180_000);
afterAll(async () => {
  for (const test of [owner, branch]) {
    await test.app.link.stop();
    test.close();
  }
  await sql.close();
  await postgres.stop();
  rmSync(folder, { recursive: true });
}, 60_000);

/** A second branch that has seen the same days on its own shelves, and two sales more. */
async function joined(shop: Shop): Promise<TestApp> {
  devices.branch = await provisionDevice(sql, { branchCode: 'NU' }, ports());
  const test = await testApp({ file: join(folder, 'branch/shop.db'), installed: false, connectCentre });
  test.clock.set(Date.now());
  await test.client({ origin: 'loopback' }).sync.join({
    connection: urlOf(devices.branch),
    branch: { name: 'Ñuñoa', address: 'Irarrázaval 1', comuna: 'Ñuñoa' },
    terminalName: 'Caja 1',
    email: 'olga@example.cl',
    password: PASSWORD,
  });
  await test.app.link.stop();
  Object.assign(test.users, owner.users);
  const manager = lasting(test, 'manager');
  const cashier = lasting(test, 'cashier');
  const shelf = (await manager.warehouses.list({})).find(({ purpose }) => purpose === 'SALES')?.id ?? '';
  const { oil, filter, permit, rare } = shop.products;
  test.clock.set(Date.parse('2026-03-28T15:00:00Z'));
  await manager.stock.receive({
    warehouseId: shelf,
    lines: [oil, filter, permit, rare].map((productId) => ({
      productId,
      quantityMilli: 40_000,
      unitCostMilliClp: 4_111_111,
    })),
  });
  await cashier.shifts.open({ count: { '10000': 3 } });
  await busyDays(test, { ...shop, cashier, manager, warehouses: { ...shop.warehouses, SALES: shelf } });
  for (const quantityMilli of [1_000, 3_000])
    await manager.sales.checkout({
      lines: [{ productId: oil, quantityMilli }],
      payments: [
        { tender: 'DEBIT', amountClp: 24_990 * (quantityMilli / 1_000), operationNumber: '9', lastFour: '1111' },
      ],
      expectedTotalClp: 24_990 * (quantityMilli / 1_000),
    });
  test.clock.set(Date.now());
  return test;
}

/** Goods travel between the two, and some are missing when they arrive. */
async function exchange({ products, warehouses }: Shop): Promise<void> {
  atOwner = owner.app.dispatcher.site?.branchId ?? '';
  atBranch = branch.app.dispatcher.site?.branchId ?? '';
  await branch.app.link.now();
  await owner.app.link.now();
  await lasting(owner, 'manager').transfers.dispatch({
    toBranchId: atBranch,
    warehouseId: warehouses.SALES,
    lines: [{ productId: products.filter, quantityMilli: 5_000 }],
  });
  await owner.app.link.now();
  await branch.app.link.now();
  const manager = lasting(branch, 'manager');
  const [transfer] = (await manager.transfers.list({})).rows;
  const shelf = (await manager.warehouses.list({})).find(({ purpose }) => purpose === 'SALES')?.id ?? '';
  await manager.transfers.receive({
    id: transfer?.id ?? '',
    warehouseId: shelf,
    lines: [{ lineNumber: 1, receivedMilli: 4_000 }],
  });
}

/** Where the company's copy of a machine lies. */
const copyOf = ({ app: { database } }: TestApp): string => companyFile(database.file, schemaVersion(database.reader));

/** As the host asks: it waits for what another process reads. */
const ask = <T>(test: TestApp, path: string, input: object): Promise<T> =>
  Promise.resolve(test.app.call(path, input, { ...test.app.system(), waits: true })) as Promise<T>;
const report = (test: TestApp, name: string, more: object): Promise<Report> =>
  ask(test, 'reports.run', { report: name, groupBy: 'DAY', limit: 5_000, ...more });
/** The rows in no order but their own: where two weigh the same, their order is a matter of taste. */
const figures = ({ columns, rows, totals, rowCount }: Report) => ({
  columns,
  rows: rows.map(({ key, cells, document }) => ({ key, cells, document })).sort((a, b) => (a.key < b.key ? -1 : 1)),
  totals,
  rowCount,
});

describe('one branch', () => {
  it.each(REPORTS)('%s is what the branch says itself', async (name) => {
    for (const period of PERIODS) {
      const said = await report(branch, name, { ...period, branchId: atBranch });
      const read = await report(owner, name, { ...period, branchId: atBranch });
      expect(figures(read)).toEqual(figures(said));
    }
    // None of it is empty: every report has something to be wrong about.
    expect((await report(owner, name, { ...PERIODS[0], branchId: atBranch })).rows).not.toHaveLength(0);
  });

  it('is told with its age, and this machine’s as of now', async () => {
    const { rows } = await ask<{ rows: { id: string; isThis: string; asOfMs: number; heldCount: number }[] }>(
      owner,
      'reports.branches',
      {},
    );
    expect(rows.map(({ id, isThis, heldCount }) => [id, isThis, heldCount])).toEqual([
      [atOwner, 'YES', 0],
      [atBranch, 'NO', 0],
    ]);
    const { branches } = await report(owner, 'SALES', { ...PERIODS[0], branchId: atBranch });
    expect(branches).toEqual([expect.objectContaining({ id: atBranch, asOfMs: rows[1]?.asOfMs })]);
    expect(Math.abs(Date.now() - (rows[1]?.asOfMs ?? 0))).toBeLessThan(10 * 60_000);
  });

  it('opens down to the paper of another branch, which its own file does not hold', async () => {
    const asked = { ...PERIODS[0], branchId: atBranch, limit: 500, offset: 0 };
    const there = await ask<{ total: number; rows: { id: string; kind: string; branchId: string }[] }>(
      owner,
      'reports.documents',
      asked,
    );
    expect(there).toEqual(await ask(branch, 'reports.documents', asked));
    expect(there.total).toBeGreaterThan(20);
    const sale = there.rows.find(({ kind }) => kind === 'SALE');
    const document = { documentKind: 'SALE', documentId: sale?.id };
    const paper = await ask<{ rows: { text?: string }[] }>(owner, 'receipts.preview', {
      ...document,
      branchId: atBranch,
    });
    // The branch has printed it since; what is on the paper is the same.
    expect(paper.rows).toEqual((await ask<typeof paper>(branch, 'receipts.preview', document)).rows);
    expect(() => owner.app.call('receipts.preview', document, owner.app.system())).toThrow(/NOT_FOUND/);
  });
});

describe('all branches', () => {
  it.each(REPORTS)('%s adds both up', async (name) => {
    const NOT_ADDED = /averageTicket|Points|turnover|cover|unitCost|age|share|productCount|customerCount/i;
    for (const period of PERIODS) {
      const [all, here, there] = await Promise.all(
        [null, atOwner, atBranch].map((branchId) => report(owner, name, { ...period, branchId })),
      );
      const own = await report(branch, name, { ...period, branchId: atBranch });
      expect(all?.branches.map(({ id }) => id).sort()).toEqual([atOwner, atBranch].sort());
      all?.columns.forEach(({ key, kind }, index) => {
        const [whole, ...parts] = [all, here, own, there].map((one) => one?.totals[index] ?? null);
        if (whole === null || NOT_ADDED.test(key) || kind === 'TEXT') return;
        expect([name, period.from, key, whole]).toEqual([name, period.from, key, Number(parts[0]) + Number(parts[1])]);
      });
      // Of documents there are as many as in both.
      if (['TAXES', 'SHIFTS', 'PURCHASES'].includes(name))
        expect(all?.rowCount).toBe((here?.rowCount ?? 0) + (there?.rowCount ?? 0));
    }
  });

  it('goes to a file too', async () => {
    const more = { report: 'TAXES', ...PERIODS[0], branchId: null, format: 'CSV', language: 'es' };
    const { contentBase64, rowCount } = await ask<{ contentBase64: string; rowCount: number }>(
      owner,
      'reports.export',
      more,
    );
    const all = await report(owner, 'TAXES', { ...PERIODS[0], branchId: null });
    expect(rowCount).toBe(all.rowCount);
    expect(Buffer.from(contentBase64, 'base64').toString('utf8')).toContain('NU1-');
  });

  it('has every document of both, and the shelves of both with what is lost on the way', async () => {
    const all = await ask<{ total: number }>(owner, 'reports.documents', { ...PERIODS[0], branchId: null });
    const [here, there] = await Promise.all([
      ask<{ total: number }>(owner, 'reports.documents', { ...PERIODS[0], branchId: atOwner }),
      ask<{ total: number }>(branch, 'reports.documents', { ...PERIODS[0], branchId: atBranch }),
    ]);
    expect(all.total).toBe(here.total + there.total);
  });
});

describe('the copy', () => {
  it('is none of a branch’s machine, which knows its own figures only', async () => {
    await branch.app.company?.refresh();
    expect(existsSync(copyOf(branch))).toBe(false);
    const all = await report(branch, 'SALES', { ...PERIODS[0], branchId: null });
    expect(figures(all)).toEqual(figures(await report(branch, 'SALES', { ...PERIODS[0], branchId: atBranch })));
    expect(all.branches.map(({ id }) => id)).toEqual([atBranch]);
  });

  it('follows what is sold since', async () => {
    const before = await report(owner, 'SALES', { from: '2026-03-01', to: '2026-12-31', branchId: null });
    const { rows } = await lasting(branch, 'manager').products.list({ limit: 50 });
    const product = rows.find(({ priceClp }) => priceClp === 24_990);
    await lasting(branch, 'manager').sales.checkout({
      lines: [{ productId: product?.id ?? '', quantityMilli: 1_000 }],
      payments: [{ tender: 'DEBIT', amountClp: 24_990, operationNumber: '9', lastFour: '1111' }],
      expectedTotalClp: 24_990,
    });
    await branch.app.link.now();
    await owner.app.company?.refresh();
    const after = await report(owner, 'SALES', { from: '2026-03-01', to: '2026-12-31', branchId: null });
    const count = after.columns.findIndex(({ key }) => key === 'saleCount');
    expect(Number(after.totals[count])).toBe(Number(before.totals[count]) + 1);
  });

  it('takes no sale twice and loses none when the centre is put back to an earlier day', async () => {
    const { rows } = await lasting(branch, 'manager').products.list({ limit: 50 });
    const product = rows.find(({ priceClp }) => priceClp === 24_990);
    const backup = await postgres.copyOf(sql);
    await lasting(branch, 'manager').sales.checkout({
      lines: [{ productId: product?.id ?? '', quantityMilli: 2_000 }],
      payments: [{ tender: 'DEBIT', amountClp: 49_980, operationNumber: '9', lastFour: '1111' }],
      expectedTotalClp: 49_980,
    });
    await branch.app.link.now();
    await owner.app.company?.refresh();
    const before = figures(await report(owner, 'TAXES', { ...PERIODS[0], branchId: null }));

    const restored = await postgres.reopen(backup);
    await beginEpoch(restored.sql);
    for (const [test, device] of [
      [branch, devices.branch],
      [owner, devices.owner],
    ] as const) {
      await test.client(test.app.system()).sync.connect({ connection: restored.urlOf(device) });
      await test.app.link.now();
    }
    await owner.app.company?.refresh();
    expect(figures(await report(owner, 'TAXES', { ...PERIODS[0], branchId: null }))).toEqual(before);
    const { rows: ages } = await ask<{ rows: { heldCount: number }[] }>(owner, 'reports.branches', {});
    expect(ages.map(({ heldCount }) => heldCount)).toEqual([0, 0]);
    await sql.close();
    ({ sql } = restored);
  }, 60_000);

  it('is made anew where it was lost, with the same figures', async () => {
    const before = figures(await report(owner, 'TAXES', { ...PERIODS[0], branchId: null }));
    const copy = copyOf(owner);
    await owner.app.link.stop();
    owner.close();
    for (const tail of ['', '-wal', '-shm']) rmSync(copy + tail, { force: true });
    const { users } = owner;
    owner = await testApp({ file: join(folder, 'owner/shop.db'), connectCentre });
    Object.assign(owner.users, users);
    owner.clock.set(Date.now());
    // Nothing is claimed of a file that is not there.
    expect((await ask<{ rows: object[] }>(owner, 'reports.branches', {})).rows).toHaveLength(1);
    await owner.app.link.now();
    await owner.app.company?.refresh();
    expect(figures(await report(owner, 'TAXES', { ...PERIODS[0], branchId: null }))).toEqual(before);
  });
});
