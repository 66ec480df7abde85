/**
 * Goal: a report that was taken away is the report on the screen. Every report is opened and read back as CSV, XLSX and PDF: numbers are
 * numbers, negative ones too, dates are dates, a text that a spreadsheet would run is only a text, and no row or page is missing.
 */
import { inflateSync } from 'node:zlib';
import { PDFDocument, PDFName, PDFRawStream } from 'pdf-lib';
import readXlsx from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPORTS, type Report, type ReportName } from '#core/metrics/contract.ts';
import { testApp, type TestApp } from '#tests/support/testApp.ts';
import { busyShop, lasting } from './figures.ts';

const PERIOD = { from: '2026-03-01', to: '2026-09-30' };
const HOSTILE = '=HYPERLINK("http://mal.cl";"clic")';
let test: TestApp;
beforeAll(async () => {
  test = await testApp();
  const { products } = await busyShop(test);
  for (const [id, name] of [
    [products.oil, HOSTILE],
    [products.filter, '@SUM(A1:A9)'],
    [products.drum, '+56 9 1234; "a granel"\nÑandú'],
    [products.labour, '-2+3'],
    [products.permit, '日本 € Łódź'],
  ] as const)
    await lasting(test, 'manager').products.update({ id, patch: { name } });
}, 60_000);
afterAll(() => test.close());

const screen = (report: ReportName): Promise<Report> =>
  lasting(test, 'manager').reports.run({ report, ...PERIOD, limit: 5_000 });
async function file(report: ReportName, format: 'CSV' | 'XLSX' | 'PDF', language: 'es' | 'en' = 'es') {
  const made = await lasting(test, 'manager').reports.export({ report, ...PERIOD, format, language });
  return { ...made, bytes: Buffer.from(made.contentBase64, 'base64') };
}

const isoOf = (cell: unknown): string => (cell instanceof Date ? cell.toISOString() : String(cell));

const BY: Partial<Record<Report['columns'][number]['kind'], number>> = {
  COUNT: 1,
  CLP: 1,
  MILLI: 1_000,
  MILLI_CLP: 1_000,
  BASIS_POINTS: 100,
  RATIO_MILLI: 1_000,
  DAYS_MILLI: 1_000,
};
/** How far a file may round: whole pesos, hundredths, tenths of a day. */
const STEP: typeof BY = {
  COUNT: 0,
  CLP: 0,
  MILLI: 0,
  MILLI_CLP: 0.5,
  BASIS_POINTS: 0,
  RATIO_MILLI: 0.005,
  DAYS_MILLI: 0.05,
};
const isNumber = (kind: string): boolean => kind in BY;

/** A reader of CSV of its own: quotes, doubled quotes, and line breaks inside them. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const field = /"((?:[^"]|"")*)"|([^;\r\n]*)/y;
  let at = 0;
  while (at < text.length) {
    field.lastIndex = at;
    const found = field.exec(text);
    rows.at(-1)?.push(found?.[1]?.replaceAll('""', '"') ?? found?.[2] ?? '');
    at += found?.[0].length ?? 0;
    if (text[at] === ';') at += 1;
    else {
      at += 2;
      if (at < text.length) rows.push([]);
    }
  }
  return rows;
}

describe.each(REPORTS)('%s', (report) => {
  it('as CSV has every cell of the screen, and nothing that runs', async () => {
    const [shown, { bytes, fileName, mimeType }] = [await screen(report), await file(report, 'CSV')];
    const text = bytes.toString('utf8');
    expect([text.charCodeAt(0), text.endsWith('\r\n'), mimeType]).toEqual([0xfeff, true, 'text/csv;charset=utf-8']);
    expect(fileName).toMatch(/^[A-Za-z-]+-2026-03-01-2026-09-30\.csv$/);
    const [head = [], ...body] = parseCsv(text.slice(1));
    expect(head).toHaveLength(shown.columns.length);
    expect(new Set(head).size).toBe(head.length);
    expect(body).toHaveLength(shown.rows.length + 1);
    [...shown.rows.map(({ cells }) => cells), shown.totals].forEach((cells, at) => {
      shown.columns.forEach(({ kind }, column) => {
        const [said = '', cell] = [body[at]?.[column], cells[column] ?? null];
        if (cell === null) return expect(['', 'Total']).toContain(said);
        if (!isNumber(kind)) {
          expect(said).not.toMatch(/^[=+\-@\t\r\n]/);
          if (kind === 'TEXT') expect(said.replace(/^'/, '')).toBe(cell);
          if (kind === 'DATE') expect(said).toBe(cell);
          return undefined;
        }
        expect(said).toMatch(/^-?\d+(,\d+)?$/);
        const read = Number(said.replace(',', '.'));
        expect(Math.abs(read - Number(cell) / (BY[kind] ?? 1))).toBeLessThanOrEqual((STEP[kind] ?? 0) + 1e-9);
      });
    });
  });

  it('as XLSX is read back equal, numbers as numbers and dates as dates', async () => {
    const [shown, { bytes }] = [await screen(report), await file(report, 'XLSX')];
    const [{ data: rows } = { data: [] }] = await readXlsx(bytes);
    expect(rows).toHaveLength(shown.rows.length + 2);
    [...shown.rows.map(({ cells }) => cells), shown.totals].forEach((cells, at) => {
      shown.columns.forEach(({ kind }, column) => {
        const [said, cell] = [rows[at + 1]?.[column] ?? null, cells[column] ?? null];
        if (cell === null || cell === '') return expect([null, 'Total']).toContain(said);
        if (isNumber(kind)) return expect(said).toBeCloseTo(Number(cell) / (BY[kind] ?? 1), 6);
        if (kind === 'DATE') return expect(isoOf(said)).toBe(`${String(cell)}T00:00:00.000Z`);
        if (kind === 'INSTANT') {
          const local = new Date(Number(cell)).toLocaleString('sv-SE', { timeZone: 'America/Santiago' });
          return expect(isoOf(said).slice(0, 16)).toBe(local.replace(' ', 'T').slice(0, 16));
        }
        if (kind === 'TEXT') return expect(said).toBe(cell);
        return expect(typeof said).toBe('string');
      });
    });
  });

  it('as PDF has its title, its head on each page, and every row', async () => {
    const [shown, { bytes, mimeType }] = [await screen(report), await file(report, 'PDF')];
    expect([bytes.subarray(0, 5).toString(), mimeType]).toEqual(['%PDF-', 'application/pdf']);
    const pages = await textOf(bytes);
    const perPage = Math.floor((595.28 - 36 - 16 - 16 - 24 - 36) / 14);
    expect(pages.length).toBeGreaterThanOrEqual(Math.ceil(shown.rows.length / (perPage + 4)));
    expect(pages.length).toBeLessThanOrEqual(Math.ceil((shown.rows.length + 2) / (perPage - 2)));
    pages.forEach((words, at) => expect(words).toContain(`${String(at + 1)} / ${String(pages.length)}`));
    // The head and the rows: as many words as the cells that say something.
    const said = pages.flat().length;
    const cells = [...shown.rows.map((row) => row.cells), shown.totals].flat();
    const written = cells.filter((cell) => cell !== null && cell !== '').length;
    const total = shown.totals[0] === null ? 1 : 0;
    expect(said).toBe(written + total + 2 + pages.length * (shown.columns.length + 1));
  });
});

/** The words on each page: strings in hexadecimal of the page's content, in the letters of Windows. */
async function textOf(bytes: Buffer): Promise<string[][]> {
  const document = await PDFDocument.load(bytes);
  return document.getPages().map((page) => {
    const contents = page.node.normalizedEntries().Contents;
    const streams = contents ? contents.asArray().map((entry) => document.context.lookup(entry)) : [];
    const text = streams
      .filter((stream) => stream instanceof PDFRawStream)
      .map((stream) => {
        const isPacked = stream.dict.get(PDFName.of('Filter')) !== undefined;
        return (isPacked ? inflateSync(stream.contents) : Buffer.from(stream.contents)).toString('latin1');
      })
      .join('\n');
    return [...text.matchAll(/<([0-9A-Fa-f]+)> Tj/g)].map(([, hex = '']) =>
      new TextDecoder('windows-1252').decode(Buffer.from(hex, 'hex')),
    );
  });
}

it('keeps what is negative a number and defuses what only looks like one', async () => {
  const { bytes } = await file('TAXES', 'CSV');
  const [head = [], ...body] = parseCsv(bytes.toString('utf8').slice(1));
  const total = head.indexOf('Total');
  expect(body.some((row) => /^-\d+$/.test(row[total] ?? ''))).toBe(true);
  const products = parseCsv((await file('PRODUCTS', 'CSV')).bytes.toString('utf8').slice(1)).map((row) => row[1]);
  expect(products).toContain(`'${HOSTILE}`);
  expect(products).toContain(`'-2+3`);
  expect(products).toContain(`'+56 9 1234; "a granel"\nÑandú`);
});

it('speaks English where it is asked to, and gives the same bytes of CSV and PDF again', async () => {
  const [head = []] = parseCsv((await file('SALES', 'CSV', 'en')).bytes.toString('utf8').slice(1));
  expect(head.slice(0, 3)).toEqual(['Date', 'Sales', 'Sold']);
  for (const format of ['CSV', 'PDF'] as const)
    expect((await file('PRODUCTS', format)).contentBase64).toBe((await file('PRODUCTS', format)).contentBase64);
});

it('fills as many pages as a long report needs', async () => {
  const pages = await textOf((await file('SALES', 'PDF')).bytes);
  const dates = pages.flat().filter((word) => /^2026-\d\d-\d\d$/.test(word));
  expect(dates).toHaveLength(214);
  expect(new Set(dates).size).toBe(214);
  expect(pages.length).toBeGreaterThan(5);
});
