/**
 * Goal: no acknowledged sale is lost unnoticed. A rolled-back, truncated or rewritten file is told at the next opening with the names of
 * the documents; copies are verified before they get a name, thinned out by age, and come back complete.
 */
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backupsFolder } from '#core/app.ts';
import { openShop } from '#tests/support/shop.ts';
import { testApp, type TestApp } from '#tests/support/testApp.ts';
import { anchorFile, readAnchor } from './anchor.ts';
import { keepers } from './backup.ts';
import { openReader } from './database.ts';
import { restoreBackup } from './restore.ts';

let folder: string;
let file: string;
let test: TestApp;

const signal = new AbortController().signal;
const product = (sku: string): Promise<unknown> =>
  test.run('products.create', { sku, name: `Aceite ${sku}`, categoryId, priceClp: 1_000 }, test.as.manager);
let categoryId: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rd-safe-'));
  file = join(folder, 'shop.db');
  test = await testApp({ file });
  categoryId = ((await test.run('categories.create', { name: 'Aceites' }, test.as.manager)) as { id: string }).id;
});
afterEach(() => {
  test.close();
  rmSync(folder, { recursive: true });
});

/** Opens the file anew; sessions live in it, so the callers stay good. */
const reopen = async (): Promise<void> => {
  const { as } = test;
  test = await testApp({ file });
  Object.assign(test.as, as);
};

describe('head anchor', () => {
  it('agrees with a database that was closed, and with one that was killed', async () => {
    await product('A');
    const head = readAnchor(anchorFile(file)).at(-1);
    test.close();
    await reopen();
    expect(test.app.anchorReport).toEqual({ state: 'OK', missing: [] });
    expect(readAnchor(anchorFile(file)).at(-1)).toEqual(head);
  });

  it('names what yesterday’s file put back does not hold, keeps the loss in the audit, and sells on', async () => {
    const shop = await openShop(test);
    test.close();
    copyFileSync(file, join(folder, 'yesterday.db'));
    await reopen();
    const cashier = test.client(test.as.cashier);
    const sold = await cashier.sales.checkout({
      lines: [{ productId: shop.products.oil, quantityMilli: 1_000 }],
      payments: [{ tender: 'CASH', amountClp: 24_990 }],
      expectedTotalClp: 24_990,
    });
    test.close();
    copyFileSync(join(folder, 'yesterday.db'), file);
    await reopen();
    expect(test.app.anchorReport?.state).toBe('BEHIND');
    expect(test.app.anchorReport?.missing.map(({ label }) => label)).toContain(sold.number);
    const kept = test.app.database.raw
      .prepare("select payload from localEvent where kind = 'engine.documentsMissing'")
      .pluck()
      .get();
    expect(kept).toContain(sold.number);
    // The old knowledge is set aside, and the shop goes on.
    expect(readdirSync(folder).some((name) => name.startsWith('shop.db-anchor.lost-'))).toBe(true);
    await product('B');
    test.close();
    await reopen();
    expect(test.app.anchorReport?.state).toBe('OK');
  });

  it('sees a rewritten history that is as long as the true one', async () => {
    await product('A');
    test.app.database.raw.exec('drop trigger eventNoUpdate');
    test.app.database.raw.exec(
      `update event set hash = '${'a'.repeat(64)}' where sequence = (select max(sequence) from event)`,
    );
    test.close();
    await reopen();
    expect(test.app.anchorReport?.state).toBe('DIFFERENT');
  });

  it('overlooks a line that a power cut tore, and a lost anchor begins anew', async () => {
    await product('A');
    test.close();
    writeFileSync(anchorFile(file), `${readFileSync(anchorFile(file), 'utf8')}99 ab`);
    await reopen();
    expect(test.app.anchorReport?.state).toBe('OK');
    test.close();
    rmSync(anchorFile(file));
    await reopen();
    expect(test.app.anchorReport?.state).toBe('NEW');
  });
});

describe('backups', () => {
  const create = () => {
    if (!test.app.backups) throw new Error('no backups');
    return test.app.backups.create({ reason: 'MANUAL', nowMs: test.clock.nowMs(), signal });
  };

  it('copies while the shop is open, lists the copy with its head, and proves that it restores', async () => {
    await product('A');
    const copy = await create();
    expect(test.app.backups?.list()).toEqual([copy]);
    expect(copy.sequence).toBe(test.app.database.raw.prepare('select max(sequence) from event').pluck().get());
    expect(await test.app.backups?.drill(signal)).toBeGreaterThan(copy.sequence);
    expect(readdirSync(backupsFolder(file)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('restores the copy, sets the newer file aside and names what was sold since', async () => {
    await product('A');
    const copy = await create();
    await product('B');
    expect(() => restoreBackup(file, backupsFolder(file), copy.name, 1)).toThrow('DATABASE_IN_USE');
    test.close();
    const restored = restoreBackup(file, backupsFolder(file), copy.name, test.clock.nowMs());
    expect(restored.missing).toHaveLength(1);
    expect(restored.setAside !== null && existsSync(restored.setAside)).toBe(true);
    await reopen();
    expect(test.app.anchorReport?.state).toBe('OK');
    const skus = test.app.database.raw.prepare('select sku from product').pluck().all();
    expect(skus).toEqual(['A']);
    expect(test.app.database.raw.pragma('synchronous', { simple: true })).toBe(2);
  });

  it('refuses a copy that rotted, in the drill and in a restore, and leaves the shop as it was', async () => {
    await product('A');
    const copy = await create();
    const path = join(backupsFolder(file), copy.name);
    const bytes = readFileSync(path);
    bytes.fill(0xff, 8_192, 12_288);
    writeFileSync(path, bytes);
    await expect(test.app.backups?.drill(signal)).rejects.toThrow('is not the file');
    test.close();
    expect(() => restoreBackup(file, backupsFolder(file), copy.name, 1)).toThrow();
    await reopen();
    expect(test.app.anchorReport?.state).toBe('OK');
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const abort = new AbortController();
    const copying = test.app.backups?.create({ reason: 'MANUAL', nowMs: 1, signal: abort.signal });
    abort.abort();
    await expect(copying).rejects.toThrow('ABORTED');
    expect(test.app.backups?.list()).toEqual([]);
    await create();
    expect(test.app.backups?.list()).toHaveLength(1);
  });

  it('waits at the close for the copy of the last shift, but not for ever', async () => {
    await product('A');
    const copying = create();
    await test.app.backups?.finish(20_000);
    expect(test.app.backups?.list()).toEqual([await copying]);
    const late = test.app.backups?.create({ reason: 'MANUAL', nowMs: 1, signal });
    await test.app.backups?.finish(0);
    await expect(late).rejects.toThrow('ABORTED');
  });

  it('thins out by age: the last 24, a day’s newest for two weeks, a week’s newest for eight', () => {
    const HOUR = 3_600_000;
    const now = Date.parse('2026-03-10T12:00:00Z');
    const copies = Array.from({ length: 24 * 90 }, (_, hours) => ({
      name: String(hours),
      createdAtMs: now - hours * HOUR,
    }));
    const kept = [...keepers(copies, now)].map(Number);
    expect(kept.length).toBeGreaterThanOrEqual(24 + 12 + 5);
    expect(kept.length).toBeLessThanOrEqual(24 + 14 + 9);
    for (let hour = 0; hour < 24; hour += 1) expect(kept).toContain(hour);
    expect(Math.max(...kept)).toBeLessThan(56 * 24);
  });
});

describe('checkpoints', () => {
  const walBytes = (): number => statSync(`${file}-wal`).size;

  it('shortens the WAL when the counter is quiet, whatever the jobs do meanwhile', async () => {
    await product('A');
    test.app.keeper.tick();
    expect(walBytes()).toBeGreaterThan(0);
    test.clock.advance(6 * 60_000);
    test.app.dispatcher.local((writer) => writer.touch('taskRun'));
    test.app.keeper.tick();
    expect(walBytes()).toBe(0);
  });

  it('does not hold up the counter for a reader that is still reading', async () => {
    const beside = openReader(file);
    beside.reader.prepare('begin').run();
    beside.reader.prepare('select count(*) from event').get();
    await product('A');
    test.clock.advance(6 * 60_000);
    const startedMs = performance.now();
    test.app.keeper.tick();
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    beside.close();
    test.app.keeper.tick();
    expect(walBytes()).toBe(0);
    expect(test.app.database.raw.pragma('busy_timeout', { simple: true })).toBe(2_000);
  });
});

describe('health', () => {
  it('is well, and says what is not', async () => {
    const read = () => test.client(test.as.manager).system.health({});
    expect(await read()).toMatchObject({ state: 'OK', problems: [], anchor: { state: 'NEW' } });
    Object.assign(test.app.database, { damage: 'SQLITE_IOERR_FSYNC' });
    expect(await read()).toMatchObject({ state: 'FAILED', problems: ['DATABASE_DAMAGED'] });
    Object.assign(test.app.database, { damage: undefined });
  });

  it('starts, shows and refuses to double a job for whoever may', async () => {
    const manager = test.client(test.as.manager);
    await expect(manager.jobs.run({ name: 'system.backup' })).rejects.toThrow('CONFLICT');
    const runner = test.app.jobRunner();
    await manager.jobs.run({ name: 'system.backup' });
    await expect(manager.jobs.run({ name: 'system.backup' })).rejects.toThrow('CONFLICT');
    expect((await manager.jobs.list({})).find(({ name }) => name === 'system.backup')?.running).not.toBeNull();
    while (runner.progressOf('system.backup')) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await manager.backups.list({})).toHaveLength(1);
    await expect(manager.jobs.cancel({ name: 'system.backup' })).rejects.toThrow('NOT_FOUND');
    await runner.stop();
  });

  it('copies by itself when a shift is closed', async () => {
    const shop = await openShop(test);
    await shop.cashier.shifts.close({ count: { '20000': 1, '10000': 2, '1000': 10 }, leftInDrawerClp: 0 });
    while (test.app.backups?.list().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(test.app.backups?.list()[0]).toMatchObject({ reason: 'SHIFT_CLOSED' });
  });
});
