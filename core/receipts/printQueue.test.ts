/**
 * Goal: paper is apart from the sale. What is printed is what the preview shows; a dead printer costs no sale and no other printer's paper;
 * papers keep their order; a restart repeats one paper at most, and says so; the drawer opens for cash at the counter and never later.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakePrinter, fakePrinter } from '#tests/support/fakePrinter.ts';
import { openShop, type Shop } from '#tests/support/shop.ts';
import { type TestApp, testApp } from '#tests/support/testApp.ts';
import type { Row } from './document.ts';
import { backoffMs, GIVE_UP_AFTER } from './printQueue.ts';

type Preview = { rows: readonly Row[] };
const notBlank = (rows: readonly { text: string; isBold: boolean; isLarge: boolean }[]) =>
  rows.filter((row) => row.text !== '').map(({ text, isBold, isLarge }) => ({ text, isBold, isLarge }));
const shown = ({ rows }: Preview) => notBlank(rows.flatMap((row) => (row.kind === 'line' ? [row] : [])));

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

let test: TestApp;
let shop: Shop;
let printer: FakePrinter;
let stop: () => Promise<void>;

beforeEach(async () => {
  test = await testApp();
  shop = await openShop(test);
  printer = await fakePrinter();
  await shop.manager.printers.save({ name: 'Caja', transport: { kind: 'TCP', host: '127.0.0.1', port: printer.port } });
  stop = test.app.startPrinting();
});
afterEach(async () => {
  await stop();
  await printer.close();
  test.close();
});

const sell = (tender: 'CASH' | 'DEBIT' = 'CASH', priceClp = 24_990) =>
  shop.cashier.sales.checkout({
    lines: [{ productId: shop.products.oil, quantityMilli: 1_000 }],
    payments: [{ tender, amountClp: tender === 'CASH' ? 30_000 : priceClp }],
    expectedTotalClp: priceClp,
  });

/** Waits for real sockets without moving the shop's clock. */
async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_500; tries += 1) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it never came');
}
const printed = (count: number): Promise<void> => until(() => printer.jobs.length >= count);
const jobs = () => shop.cashier.receipts.queue({});
const numbers = (): string[] => printer.jobs.flatMap((job) => job.barcodes.map((barcode) => barcode.value));

describe('what comes out', () => {
  it('is what the preview shows, on both papers', async () => {
    const sale = await sell();
    await printed(1);
    expect(notBlank(printer.jobs[0]?.printed ?? [])).toEqual(
      shown(await shop.cashier.receipts.preview({ documentKind: 'SALE', documentId: sale.saleId })),
    );
    expect(printer.jobs[0]).toMatchObject({ kicks: 1, cuts: 1, barcodes: [{ value: sale.number }] });
    const [caja] = await shop.manager.printers.list({});
    if (!caja) throw new Error('no printer');
    await shop.manager.printers.save({ ...caja, columns: 32, codepage: 'CP1252' });
    const second = await sell();
    await printed(2);
    const narrow = await shop.cashier.receipts.preview({ documentKind: 'SALE', documentId: second.saleId });
    expect(narrow.columns).toBe(32);
    expect(notBlank(printer.jobs[1]?.printed ?? [])).toEqual(shown(narrow));
  });

  it('counts the copies, and they leave the drawer shut', async () => {
    const { saleId } = await sell();
    await printed(1);
    expect(await shop.cashier.receipts.print({ documentKind: 'SALE', documentId: saleId })).toMatchObject({
      copyNumber: 1,
    });
    expect(await shop.cashier.receipts.print({ documentKind: 'SALE', documentId: saleId })).toMatchObject({
      copyNumber: 2,
    });
    await printed(3);
    expect(printer.jobs[2]?.lines.map((line) => line.trim())).toContain('COPIA 2');
    expect(printer.jobs.map((job) => job.kicks)).toEqual([1, 0, 0]);
    expect((await shop.cashier.receipts.preview({ documentKind: 'SALE', documentId: saleId })).copies).toBe(2);
  });

  it('opens the drawer for cash alone, and with no paper where nothing was sold', async () => {
    await sell('DEBIT');
    await printed(1);
    await shop.cashier.shifts.cashMove({ kind: 'NO_SALE', amountClp: 0, reason: 'Dar sencillo' });
    await printed(2);
    const out = await shop.cashier.shifts.cashMove({ kind: 'OUT', amountClp: 10_000, reason: 'Depósito' });
    await printed(3);
    expect(printer.jobs.map(({ kicks, cuts }) => [kicks, cuts])).toEqual([
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    expect(printer.jobs[1]?.lines.join('').trim()).toBe('');
    expect(printer.jobs[2]?.lines.join('\n')).toContain(out.number);
  });

  it('has a paper for returns, orders, accounts and the Z, as previewed', async () => {
    const { saleId } = await sell();
    const lines = [{ lineNumber: 1, quantityMilli: 1_000, condition: 'SELLABLE' as const }];
    const back = await shop.manager.returns.create({ saleId, reason: 'No era', refundTender: 'CASH', lines });
    const { customers, products } = shop;
    const order = await shop.cashier.orders.create({
      customerId: customers.person,
      lines: [{ productId: products.oil, quantityMilli: 1_000 }],
    });
    await shop.cashier.orders.pay({ id: order.id, payments: [{ tender: 'CASH', amountClp: 10_000 }] });
    await shop.cashier.orders.cancel({ id: order.id, reason: 'Desistió' });
    await shop.cashier.sales.checkout({
      customerId: customers.person,
      lines: [{ productId: products.oil, quantityMilli: 1_000 }],
      payments: [{ tender: 'ACCOUNT', amountClp: 24_990 }],
      expectedTotalClp: 24_990,
    });
    const paid = await shop.manager.accounts.pay({
      customerId: customers.person,
      amountClp: 9_995,
      payments: [{ tender: 'CASH', amountClp: 10_000 }],
    });
    const closed = await shop.cashier.shifts.close({
      count: { '1000': 1 },
      leftInDrawerClp: 0,
      differenceReason: 'Prueba',
    });
    await printed(7);
    const papers = printer.jobs.map((job) => notBlank(job.printed));
    const expectPaper = async (
      index: number,
      documentKind: 'RETURN' | 'ORDER' | 'ACCOUNT' | 'SHIFT',
      documentId: string,
    ): Promise<void> =>
      expect(papers[index]).toEqual(shown(await shop.cashier.receipts.preview({ documentKind, documentId })));
    await expectPaper(1, 'RETURN', back.id);
    await expectPaper(3, 'ORDER', order.id);
    await expectPaper(5, 'ACCOUNT', paid.id);
    await expectPaper(6, 'SHIFT', closed.id);
    expect(printer.jobs.map((job) => job.kicks)).toEqual([1, 1, 1, 1, 0, 1, 0]);
  });

  it('shows an X report what its asker may see', async () => {
    const ask = { documentKind: 'SHIFT' as const, documentId: shop.shiftId };
    expect((await shop.cashier.receipts.print(ask)).copyNumber).toBe(0);
    expect((await shop.manager.receipts.print(ask)).copyNumber).toBe(0);
    await printed(2);
    const [blind, open] = printer.jobs.map((job) => job.lines.join('\n'));
    expect(blind).not.toContain('Efectivo esperado');
    expect(open).toContain('Efectivo esperado');
    expect(notBlank(printer.jobs[1]?.printed ?? [])).toEqual(shown(await shop.manager.receipts.preview(ask)));
  });
});

describe('a printer that fails', () => {
  it('costs no sale; its papers come out in order when it is back', async () => {
    await printer.switchOff();
    const sales = [await sell(), await sell('DEBIT'), await sell()];
    await until(async () => (await jobs())[0]?.state === 'FAILED');
    expect((await shop.cashier.sales.get({ id: sales[0]?.saleId ?? '' })).state).toBe('COMPLETED');
    expect((await jobs())[0]).toMatchObject({
      lastError: 'REFUSED',
      attempts: 1,
      mayRepeat: 'NO',
      printerName: 'Caja',
    });
    await printer.switchOn();
    test.clock.advance(backoffMs(1));
    await printed(3);
    expect(numbers()).toEqual(sales.map((sale) => sale.number));
    expect(await jobs()).toEqual([]);
    expect(await shop.agrees()).toBe(true);
  });

  it('is left alone longer and longer, and at last waits for somebody', async () => {
    await printer.switchOff();
    await sell();
    for (let attempt = 1; attempt < GIVE_UP_AFTER; attempt += 1) {
      await until(async () => (await jobs())[0]?.attempts === attempt && (await jobs())[0]?.state === 'FAILED');
      expect((await jobs())[0]?.nextAttemptAtMs).toBe(test.clock.nowMs() + backoffMs(attempt));
      test.clock.advance(backoffMs(attempt));
      // Stands for the look of each second.
      test.app.dispatcher.local((writer) => writer.touch('printJob'));
    }
    await until(async () => (await jobs())[0]?.attempts === GIVE_UP_AFTER && (await jobs())[0]?.state === 'FAILED');
    const [job] = await jobs();
    expect(job?.nextAttemptAtMs).toBeNull();
    await printer.switchOn();
    await shop.cashier.receipts.retry({ id: job?.id ?? '' });
    await printed(1);
    // A quarter of an hour later nobody stands at an open drawer.
    expect(printer.jobs[0]?.kicks).toBe(0);
  });

  it('does not hold up another one, which may take its papers over', async () => {
    await printer.switchOff();
    const dead = printer;
    await sell();
    await until(async () => (await jobs())[0]?.state === 'FAILED');
    printer = await fakePrinter();
    const other = await shop.manager.printers.save({
      name: 'Bodega',
      transport: { kind: 'TCP', host: '127.0.0.1', port: printer.port },
      isDefault: 'NO',
    });
    await shop.manager.printers.test({ id: other.id });
    await printed(1);
    expect(printer.jobs[0]).toMatchObject({ kicks: 1, barcodes: [{ value: 'PRUEBA-000123' }] });
    await shop.cashier.receipts.retry({ id: (await jobs())[0]?.id ?? '', printerId: other.id });
    await printed(2);
    expect(await jobs()).toEqual([]);
    await dead.close();
  });

  it('repeats a paper that it broke off once, marked, and then waits', async () => {
    printer.mode = 'cut';
    await sell();
    await until(async () => (await jobs())[0]?.state === 'FAILED');
    expect((await jobs())[0]).toMatchObject({ lastError: 'CUT', mayRepeat: 'YES' });
    test.clock.advance(backoffMs(1));
    await until(async () => (await jobs())[0]?.attempts === 2 && (await jobs())[0]?.state === 'FAILED');
    expect((await jobs())[0]?.nextAttemptAtMs).toBeNull();
    printer.mode = 'ok';
    await shop.cashier.receipts.retry({ id: (await jobs())[0]?.id ?? '' });
    await printed(1);
    expect(printer.jobs[0]?.lines.join('\n')).toContain('POSIBLE DUPLICADO');
    expect(printer.jobs[0]?.kicks).toBe(0);
  });

  it('keeps its papers for somebody when it is retired', async () => {
    await printer.switchOff();
    await sell();
    await until(async () => (await jobs())[0]?.state === 'FAILED');
    const [caja] = await shop.manager.printers.list({});
    await shop.manager.printers.archive({ id: caja?.id ?? '' });
    const [job] = await jobs();
    expect(job).toMatchObject({ state: 'FAILED', lastError: 'PRINTER_RETIRED', nextAttemptAtMs: null });
    await expect(shop.cashier.receipts.retry({ id: job?.id ?? '' })).rejects.toThrow('PRINTER_NOT_SET');
    const sale = await sell();
    expect(await jobs()).toHaveLength(1);
    await expect(shop.cashier.receipts.print({ documentKind: 'SALE', documentId: sale.saleId })).rejects.toThrow(
      'PRINTER_NOT_SET',
    );
    await shop.cashier.receipts.discard({ id: job?.id ?? '' });
    expect(await jobs()).toEqual([]);
    await expect(shop.cashier.receipts.discard({ id: job?.id ?? '' })).rejects.toThrow('NOT_FOUND');
  });
});

describe('a restart', () => {
  const forceState = (documentId: string, set: string): void => {
    test.app.database.raw.prepare(`update printJob set ${set} where documentId = ?`).run(documentId);
  };

  it('prints what waited, and what was running once more as a possible duplicate', async () => {
    await stop();
    const [running, twice, waiting, late] = [await sell(), await sell(), await sell(), await sell()];
    await shop.cashier.shifts.cashMove({ kind: 'NO_SALE', amountClp: 0, reason: 'Sencillo' });
    forceState(running.saleId, "state = 'PRINTING', nextAttemptAtMs = null, attempts = 1");
    forceState(twice.saleId, "state = 'PRINTING', nextAttemptAtMs = null, attempts = 2, mayRepeat = 'YES'");
    test.clock.advance(120_000);
    stop = test.app.startPrinting();
    await printed(3);
    await until(async () => (await jobs()).length === 1);
    expect(numbers()).toEqual([running.number, waiting.number, late.number]);
    expect(printer.jobs.map((job) => job.lines.join('\n').includes('POSIBLE DUPLICADO'))).toEqual([true, false, false]);
    // Two minutes later: neither the receipts nor the drawer that was asked for open anything.
    expect(printer.jobs.map((job) => job.kicks)).toEqual([0, 0, 0]);
    expect((await jobs())[0]).toMatchObject({
      documentId: twice.saleId,
      state: 'FAILED',
      lastError: 'INTERRUPTED',
      nextAttemptAtMs: null,
    });
  });

  it('goes past a document that cannot be drawn', async () => {
    await stop();
    const [broken, good] = [await sell(), await sell()];
    forceState(broken.saleId, "documentId = 'nothing'");
    stop = test.app.startPrinting();
    await printed(1);
    expect(numbers()).toEqual([good.number]);
    expect((await jobs())[0]).toMatchObject({ state: 'FAILED', lastError: 'NOT_FOUND', nextAttemptAtMs: null });
  });

  it('finds its papers in a file that was closed in between', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rd-queue-'));
    const first = await testApp({ file: join(folder, 'shop.db') });
    const there = await openShop(first);
    await there.manager.printers.save({
      name: 'Caja',
      transport: { kind: 'TCP', host: '127.0.0.1', port: printer.port },
    });
    const sale = await there.cashier.sales.checkout({
      lines: [{ productId: there.products.oil, quantityMilli: 1_000 }],
      payments: [{ tender: 'CASH', amountClp: 30_000 }],
      expectedTotalClp: 24_990,
    });
    first.close();
    const second = await testApp({ file: join(folder, 'shop.db') });
    const stopSecond = second.app.startPrinting();
    await printed(1);
    await stopSecond();
    second.close();
    rmSync(folder, { recursive: true });
    expect(numbers()).toEqual([sale.number]);
  });
});

it('queues nothing where receipts are only shown', async () => {
  const [caja] = await shop.manager.printers.list({});
  if (!caja) throw new Error('no printer');
  await shop.manager.printers.save({ ...caja, transport: { kind: 'NONE' }, columns: 32 });
  const { saleId } = await sell();
  expect(await jobs()).toEqual([]);
  expect((await shop.cashier.receipts.preview({ documentKind: 'SALE', documentId: saleId })).columns).toBe(32);
  await expect(shop.cashier.receipts.print({ documentKind: 'SALE', documentId: saleId })).rejects.toThrow(
    'PRINTER_NOT_SET',
  );
  await expect(shop.cashier.printers.save({ ...caja })).rejects.toThrow('FORBIDDEN');
});
