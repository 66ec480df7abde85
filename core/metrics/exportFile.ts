/** A report as a file: CSV for the spreadsheet of a Chilean office, XLSX with real numbers, PDF for paper. */
import { PDFDocument, type PDFFont, rgb, StandardFonts } from 'pdf-lib';
import writeXlsx, { type Row as SheetRow } from 'write-excel-file/node';
import { localParts } from '#core/shared/time.ts';
import type { ColumnKind, Report } from './contract.ts';
import { codeWord, columnWord, type Language, REPORT_WORDS } from './exportWords.ts';

export type ExportFormat = 'CSV' | 'XLSX' | 'PDF';
export interface ExportLook {
  language: Language;
  timeZone: string;
  /** Who the paper is of. */
  shopName: string;
}

type CellValue = string | number | null;
const MIME: Readonly<Record<ExportFormat, string>> = {
  CSV: 'text/csv;charset=utf-8',
  XLSX: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  PDF: 'application/pdf',
};

/** Renders a whole report. The same report gives the same CSV and PDF bytes. */
export async function exportFile(report: Report, format: ExportFormat, look: ExportLook) {
  const bytes =
    format === 'CSV'
      ? Buffer.from(csvOf(report, look), 'utf8')
      : format === 'XLSX'
        ? await xlsxOf(report, look)
        : Buffer.from(await pdfOf(report, look));
  const title = REPORT_WORDS[look.language][report.report].normalize('NFD').replace(/[^A-Za-z0-9 ]/g, '');
  return {
    fileName: `${title.replace(/ /g, '-')}-${report.period.from}-${report.period.to}.${format.toLowerCase()}`,
    mimeType: MIME[format],
    contentBase64: bytes.toString('base64'),
    rowCount: report.rows.length,
  };
}

/** How many decimals a figure keeps, and by what its integer is divided. */
const SCALE: Partial<Record<ColumnKind, { by: number; decimals: number }>> = {
  COUNT: { by: 1, decimals: 0 },
  CLP: { by: 1, decimals: 0 },
  MILLI: { by: 1_000, decimals: 3 },
  MILLI_CLP: { by: 1_000, decimals: 0 },
  BASIS_POINTS: { by: 100, decimals: 2 },
  RATIO_MILLI: { by: 1_000, decimals: 2 },
  DAYS_MILLI: { by: 1_000, decimals: 1 },
};

/** UTF-8 with a mark, `;` between and a decimal comma: what a spreadsheet in Spanish opens at a double click. */
export function csvOf(report: Report, look: ExportLook): string {
  const lines = [
    report.columns.map(({ key }) => columnWord(key, look.language)),
    ...report.rows.map(({ cells }) => textRow(report, cells, look, plainNumber)),
    totalRow(report, look, plainNumber),
  ];
  return `\uFEFF${lines.map((line) => line.map(csvCell).join(';')).join('\r\n')}\r\n`;
}

const csvCell = (value: string): string => (/[";\r\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value);

/** A text that a spreadsheet would take for a formula gets an apostrophe before it. */
export const defused = (value: string): string => (/^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value);

const plainNumber = (value: number, decimals: number): string =>
  (decimals === 0 ? String(Math.round(value)) : value.toFixed(decimals)).replace('.', ',');
const paperNumber = (value: number, decimals: number): string => {
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '.');
  const trimmed = fraction?.replace(/0+$/, '') ?? '';
  return `${value < 0 ? '-' : ''}${grouped}${trimmed === '' ? '' : `,${trimmed}`}`;
};

type NumberText = (value: number, decimals: number) => string;

const textRow = (report: Report, cells: readonly CellValue[], look: ExportLook, numberText: NumberText): string[] =>
  report.columns.map(({ kind }, index) => textCell(kind, cells[index] ?? null, look, numberText));

function textCell(kind: ColumnKind, value: CellValue, look: ExportLook, numberText: NumberText): string {
  if (value === null) return '';
  if (kind === 'INSTANT' && typeof value === 'number') return localTime(value, look.timeZone);
  if (typeof value === 'number') {
    const { by, decimals } = SCALE[kind] ?? { by: 1, decimals: 0 };
    return numberText(value / by, decimals);
  }
  return defused(kind === 'CODE' ? codeWord(value, look.language) : value);
}

function localTime(atMs: number, timeZone: string): string {
  const { date, hour, minute } = localParts(atMs, timeZone);
  return `${date} ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

function totalRow(report: Report, look: ExportLook, numberText: NumberText): string[] {
  const cells = textRow(report, report.totals, look, numberText);
  return cells.map((cell, index) => (index === 0 && cell === '' ? 'Total' : cell));
}

async function xlsxOf(report: Report, look: ExportLook): Promise<Buffer> {
  const header: SheetRow = report.columns.map(({ key }) => ({
    value: columnWord(key, look.language),
    fontWeight: 'bold' as const,
    wrap: true,
  }));
  const total = sheetRow(report, report.totals, look).map((cell, index) => {
    if (index === 0 && cell === null) return { value: 'Total', fontWeight: 'bold' as const };
    return typeof cell === 'object' && cell !== null ? { ...cell, fontWeight: 'bold' as const } : cell;
  }) as SheetRow;
  const rows: SheetRow[] = [header, ...report.rows.map(({ cells }) => sheetRow(report, cells, look)), total];
  const columns = report.columns.map(({ key, kind }) => ({ width: key === 'name' ? 36 : kind === 'TEXT' ? 20 : 14 }));
  return writeXlsx(rows, {
    columns,
    stickyRowsCount: 1,
    sheet: REPORT_WORDS[look.language][report.report],
  }).toBuffer();
}

const SHEET_FORMAT: readonly string[] = ['#,##0', '#,##0.0', '#,##0.00', '#,##0.###'];

const sheetRow = (report: Report, cells: readonly CellValue[], look: ExportLook): SheetRow =>
  report.columns.map(({ kind }, index) => {
    const value = cells[index] ?? null;
    if (value === null) return null;
    const scale = SCALE[kind];
    if (typeof value === 'number' && scale) {
      return { value: value / scale.by, type: Number, format: SHEET_FORMAT[scale.decimals] ?? '#,##0' };
    }
    const date = dateCell(kind, value, look.timeZone);
    // A cell of type text runs nothing, whatever it begins with: it needs no apostrophe.
    return date ?? { value: kind === 'CODE' ? codeWord(String(value), look.language) : String(value), type: String };
  });

/** Dates and times as a spreadsheet keeps them: the local wall clock, without a zone. */
function dateCell(kind: ColumnKind, value: string | number, timeZone: string) {
  if (kind === 'DATE') return { value: new Date(`${String(value)}T00:00:00Z`), type: Date, format: 'yyyy-mm-dd' };
  if (kind !== 'INSTANT') return undefined;
  const wall = `${localTime(Number(value), timeZone).replace(' ', 'T')}:00Z`;
  return { value: new Date(wall), type: Date, format: 'yyyy-mm-dd hh:mm' };
}

const PAGE: [number, number] = [841.89, 595.28];
const MARGIN = 36;
const ROW = 14;
const INK = rgb(0.1, 0.13, 0.16);
const MUTED = rgb(0.34, 0.38, 0.44);

/** Landscape A4, the head of the table on each page. */
async function pdfOf(report: Report, look: ExportLook): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false });
  const plain = await document.embedFont(StandardFonts.Helvetica);
  const bold = await document.embedFont(StandardFonts.HelveticaBold);
  const printable = printableWith(plain);
  const body = report.rows.map(({ cells }) => textRow(report, cells, look, paperNumber).map(printable));
  const head = report.columns.map(({ key }) => printable(columnWord(key, look.language)));
  const foot = totalRow(report, look, paperNumber).map(printable);
  const { widths, size } = layOut([head, foot, ...body], plain, bold);
  let page = document.addPage(PAGE);
  let y = PAGE[1] - MARGIN - 16;
  const draw = (cells: readonly string[], font: PDFFont): void => {
    let x = MARGIN;
    cells.forEach((cell, index) => {
      const width = widths[index] ?? 0;
      const text = clip(cell, font, size, width - 6);
      const isNumber = SCALE[report.columns[index]?.kind ?? 'TEXT'] !== undefined;
      const at = isNumber ? x + width - 6 - font.widthOfTextAtSize(text, size) : x;
      page.drawText(text, { x: at, y, size, font, color: INK });
      x += width;
    });
    y -= ROW;
  };
  const rule = (): void => {
    page.drawLine({
      start: { x: MARGIN, y: y + 10 },
      end: { x: PAGE[0] - MARGIN, y: y + 10 },
      thickness: 0.5,
      color: MUTED,
    });
  };
  page.drawText(printable(REPORT_WORDS[look.language][report.report]), {
    x: MARGIN,
    y,
    size: 16,
    font: bold,
    color: INK,
  });
  y -= 16;
  const branches = report.branches.map(({ name }) => name).join(', ');
  const period = `${look.shopName} · ${branches} · ${report.period.from} – ${report.period.to}`;
  page.drawText(printable(period), { x: MARGIN, y, size: 9, font: plain, color: MUTED });
  y -= 24;
  draw(head, bold);
  rule();
  for (const cells of body) {
    if (y < MARGIN + 2 * ROW) {
      page = document.addPage(PAGE);
      y = PAGE[1] - MARGIN - 16;
      draw(head, bold);
      rule();
    }
    draw(cells, plain);
  }
  rule();
  draw(foot, bold);
  document.getPages().forEach((each, index, pages) => {
    each.drawText(`${String(index + 1)} / ${String(pages.length)}`, {
      x: MARGIN,
      y: 20,
      size: 8,
      font: plain,
      color: MUTED,
    });
  });
  return document.save();
}

/** As wide as each column wants, all smaller where they want more than the page. */
function layOut(rows: readonly (readonly string[])[], plain: PDFFont, bold: PDFFont) {
  const room = PAGE[0] - 2 * MARGIN;
  const sample = rows.slice(0, 400);
  const wanted = (rows[0] ?? []).map((_, index) =>
    Math.min(
      200,
      Math.max(...sample.map((row, at) => (at < 2 ? bold : plain).widthOfTextAtSize(row[index] ?? '', 9))) + 8,
    ),
  );
  const sum = wanted.reduce((total, width) => total + width, 0);
  const shrink = Math.min(1, room / Math.max(1, sum));
  return { widths: wanted.map((width) => width * shrink), size: Math.max(5, 9 * shrink) };
}

function clip(text: string, font: PDFFont, size: number, width: number): string {
  let cut = text;
  while (cut.length > 1 && font.widthOfTextAtSize(cut, size) > width) cut = cut.slice(0, -1);
  return cut;
}

/** The standard fonts know Latin letters; anything else becomes a question mark instead of an error. */
function printableWith(font: PDFFont): (value: string) => string {
  const known = new Set(font.getCharacterSet());
  return (value) =>
    [...value.replace(/\s/g, ' ')].map((letter) => (known.has(letter.codePointAt(0) ?? 0) ? letter : '?')).join('');
}
