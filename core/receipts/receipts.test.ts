/**
 * Goal: the paper and the preview say the same, letter by letter, on both widths and for any name; a printer that is off, slow or breaks
 * costs no sale and its job is printed later; copies are counted.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakePrinter, type FakePrinter, readEscPos } from '#tests/support/fakePrinter.ts';
import { testApp, type TestApp } from '#tests/support/testApp.ts';
import { layout, printable, type Row } from './document.ts';
import { toEscPos } from './escpos.ts';

const printedText = (rows: readonly Row[]): string[] => rows.flatMap((row) => (row.kind === 'line' ? [row.text] : []));
const visible = (lines: string[]): string[] => lines.map((line) => line.trimEnd()).filter((line) => line !== '');

describe('layout', () => {
  const anything = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 120 }), fc.stringMatching(/^[ñáéíóúÑA-Z0-9 ]{0,120}$/));

  it('never exceeds the paper and loses no letter', () => {
    fc.assert(
      fc.property(anything, anything, fc.constantFrom(32, 42, 48), fc.boolean(), (left, right, columns, isLarge) => {
        const rows = layout([{ kind: 'text', text: left, isLarge }, { kind: 'columns', left, right, isLarge }], columns);
        const width = isLarge ? Math.floor(columns / 2) : columns;
        for (const line of printedText(rows)) expect(line.length).toBeLessThanOrEqual(width);
        const letters = (text: string): string => [...text.replaceAll(' ', '')].sort().join('');
        expect(letters(printedText(rows).join(''))).toBe(letters(printable(left) + printable(left) + printable(right)));
      }),
    );
  });

  it('gives the printer the very lines of the preview', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 8 }), fc.constantFrom(32 as const, 48 as const), (texts, columns) => {
        const rows = layout(texts.flatMap((text) => [{ kind: 'columns' as const, left: text, right: '$1.000' }, { kind: 'rule' as const }]), columns);
        expect(visible(readEscPos(toEscPos(rows, columns)).lines)).toEqual(visible(printedText(rows)));
      }),
    );
  });

  it('strips control bytes and shows what has no letter', () => {
    expect(printable('a\u001b@b\u0000c\u007f')).toBe('a@bc');
    expect(printable('Ñandú “5W–30” 🛢')).toBe('Ñandú "5W-30" ?');
    expect(Buffer.from(toEscPos(layout([{ kind: 'text', text: 'ñÑáé' }], 32), 32)).includes(Buffer.from([0xa4, 0xa5, 0xa0, 0x82]))).toBe(true);
  });
});

describe('print queue', () => {
  let test: TestApp;
  let printer: FakePrinter;
  let stop: () => Promise<void>;
  let productId: string;

  beforeEach(async () => {
    test = await testApp();
    printer = await fakePrinter();
    const manager = test.client(test.as.manager);
    const categoryId = (await manager.categories.create({ name: 'Aceites' })).id;
    const service = { kind: 'SERVICE' as const, categoryId, priceClp: 9_995 };
    productId = (await manager.products.create({ ...service, sku: '1', name: 'Cambio de aceite y revisión de niveles, año 2020 en adelante' })).id;
    await manager.printers.save({ name: 'Caja', transport: { kind: 'TCP', host: '127.0.0.1', port: printer.port } });
    await test.client(test.as.cashier).shifts.open({ count: { '1000': 5 } });
    stop = test.app.startPrinting();
  });
  afterEach(async () => {
    await stop();
    await printer.close();
    test.close();
  });

  const sell = (tender: 'CASH' | 'DEBIT' = 'CASH') =>
    test.client(test.as.cashier).sales.checkout({
      lines: [{ productId, quantityMilli: 1_000 }],
      payments: [{ tender, amountClp: tender === 'CASH' ? 10_000 : 9_995 }],
      expectedTotalClp: 9_995,
    });
  const printed = async (count: number): Promise<void> => {
    for (let tries = 0; printer.jobs.length < count && tries < 200; tries += 1) {
      test.clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(printer.jobs).toHaveLength(count);
  };

  it('prints what the preview shows, kicks the drawer for cash alone, and counts copies', async () => {
    const sale = await sell();
    await printed(1);
    const cashier = test.client(test.as.cashier);
    const preview = await cashier.receipts.preview({ documentKind: 'SALE', documentId: sale.saleId });
    expect(visible(printer.jobs[0]?.lines ?? [])).toEqual(visible(printedText(preview.rows)));
    expect(printer.jobs[0]).toMatchObject({ kicks: 1, cuts: 1, barcodes: [sale.number] });
    expect(printer.jobs[0]?.lines.join('\n')).toMatch(/Ajuste Ley 20\.956 +-\$5[\s\S]*Efectivo +\$10\.000[\s\S]*Vuelto +\$10/);
    await sell('DEBIT');
    await printed(2);
    expect(printer.jobs[1]?.kicks).toBe(0);
    expect((await cashier.receipts.print({ documentKind: 'SALE', documentId: sale.saleId })).copyNumber).toBe(1);
    expect((await cashier.receipts.print({ documentKind: 'SALE', documentId: sale.saleId })).copyNumber).toBe(2);
    await printed(4);
    expect(printer.jobs[3]?.lines.some((line) => line.includes('COPIA 2'))).toBe(true);
    expect(printer.jobs[3]?.kicks).toBe(0);
  });

  it('keeps the sale when the printer breaks, and prints when it is back', async () => {
    printer.mode = 'cut';
    const sale = await sell();
    const cashier = test.client(test.as.cashier);
    for (let tries = 0; tries < 100 && (await cashier.receipts.queue({}))[0]?.state !== 'FAILED'; tries += 1) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await cashier.receipts.queue({}))[0]).toMatchObject({ state: 'FAILED', documentId: sale.saleId });
    expect((await cashier.sales.get({ id: sale.saleId })).state).toBe('COMPLETED');
    printer.mode = 'ok';
    await printed(1);
    expect(await cashier.receipts.queue({})).toEqual([]);
  });

  it('prints after a restart what a crash cut off, and nothing that was discarded', async () => {
    await stop();
    const first = await sell();
    await sell();
    test.app.database.raw.exec(`update printJob set state = 'PRINTING' where documentId = '${first.saleId}'`);
    const cashier = test.client(test.as.cashier);
    const [, second] = await cashier.receipts.queue({});
    await cashier.receipts.discard({ id: second?.id ?? '' });
    stop = test.app.startPrinting();
    await printed(1);
    expect(printer.jobs[0]?.barcodes).toEqual([first.number]);
  });

  it('sells without any printer', async () => {
    const manager = test.client(test.as.manager);
    const [row] = await manager.printers.list({});
    await manager.printers.archive({ id: row?.id ?? '' });
    const sale = await sell();
    await expect(test.client(test.as.cashier).receipts.print({ documentKind: 'SALE', documentId: sale.saleId })).rejects.toThrow('PRINTER_NOT_SET');
  });
});
