/** The order as the supplier gets it: one or more A4 pages, the words of the shop's language, the names as they were ordered. */
import { PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from 'pdf-lib';
import { mulDivRound } from '#core/shared/numbers.ts';
import type { PurchaseDetail } from './contract.ts';
import { lineValue } from './rules.ts';

export interface PurchasePaper {
  purchase: PurchaseDetail;
  shop: { name: string; rut: string; giro: string; branch: string; address: string; comuna: string };
  /** Local dates, ready to print. */
  date: string;
  language: 'es' | 'en';
}

const WORDS = {
  es: {
    title: 'Orden de compra',
    draft: 'Borrador',
    supplier: 'Proveedor',
    date: 'Fecha',
    expected: 'Entrega esperada',
    code: 'Código',
    product: 'Producto',
    quantity: 'Cantidad',
    cost: 'Costo neto',
    total: 'Total neto',
    note: 'Nota',
    page: 'Página',
  },
  en: {
    title: 'Purchase order',
    draft: 'Draft',
    supplier: 'Supplier',
    date: 'Date',
    expected: 'Expected on',
    code: 'Code',
    product: 'Product',
    quantity: 'Quantity',
    cost: 'Net cost',
    total: 'Net total',
    note: 'Note',
    page: 'Page',
  },
} as const;

const A4: [number, number] = [595.28, 841.89];
const MARGIN = 48;
const ROW = 18;
/** Left edges of code and product; right edges of quantity, cost and total. */
const COLUMNS = { code: MARGIN, product: 150, quantity: 385, cost: 465, total: A4[0] - MARGIN };
const INK = rgb(0.1, 0.13, 0.16);
const MUTED = rgb(0.34, 0.38, 0.44);

/** Draws the order. The same paper gives the same bytes: no clock, no random. */
export async function purchasePdf(paper: PurchasePaper): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false });
  const sheet = new Sheet(document, {
    plain: await document.embedFont(StandardFonts.Helvetica),
    bold: await document.embedFont(StandardFonts.HelveticaBold),
  });
  const { purchase, language } = paper;
  const words = WORDS[language];
  document.setTitle(`${words.title} ${purchase.number ?? words.draft}`);
  drawHead(sheet, paper);
  drawTable(sheet, purchase, words, language);
  if (purchase.note !== '') {
    sheet.down(ROW);
    for (const line of sheet.wrap(`${words.note}: ${purchase.note}`, A4[0] - 2 * MARGIN)) {
      sheet.need(ROW);
      sheet.text(line, MARGIN, { size: 9.5 });
      sheet.down(13);
    }
  }
  sheet.numberPages(words.page);
  return document.save({ useObjectStreams: false });
}

function drawHead(sheet: Sheet, { purchase, shop, date, language }: PurchasePaper): void {
  const words = WORDS[language];
  sheet.text(words.title, MARGIN, { size: 20, bold: true });
  sheet.right(purchase.number ?? words.draft, COLUMNS.total, { size: 14, bold: true });
  sheet.down(26);
  sheet.text(shop.name, MARGIN, { size: 11, bold: true });
  sheet.right(`${words.date}: ${date}`, COLUMNS.total);
  sheet.down(14);
  sheet.text(`RUT ${shop.rut} · ${shop.giro}`, MARGIN, { muted: true });
  if (purchase.expectedOn !== null) sheet.right(`${words.expected}: ${purchase.expectedOn}`, COLUMNS.total);
  sheet.down(13);
  sheet.text([shop.branch, shop.address, shop.comuna].filter((part) => part !== '').join(' · '), MARGIN, {
    muted: true,
  });
  sheet.down(24);
  sheet.text(words.supplier, MARGIN, { muted: true, size: 9 });
  sheet.down(14);
  sheet.text(purchase.supplierName, MARGIN, { size: 12, bold: true });
  if (purchase.supplierEmail !== '') {
    sheet.down(14);
    sheet.text(purchase.supplierEmail, MARGIN, { muted: true });
  }
  sheet.down(28);
}

function drawTable(
  sheet: Sheet,
  purchase: PurchaseDetail,
  words: (typeof WORDS)['es' | 'en'],
  language: 'es' | 'en',
): void {
  const money = new Intl.NumberFormat(language === 'es' ? 'es-CL' : 'en-US', { maximumFractionDigits: 2 });
  const heading = (): void => {
    sheet.text(words.code, COLUMNS.code, { bold: true, size: 9 });
    sheet.text(words.product, COLUMNS.product, { bold: true, size: 9 });
    sheet.right(words.quantity, COLUMNS.quantity + 20, { bold: true, size: 9 });
    if (purchase.totalMilliClp !== null) {
      sheet.right(words.cost, COLUMNS.cost, { bold: true, size: 9 });
      sheet.right(words.total, COLUMNS.total, { bold: true, size: 9 });
    }
    sheet.rule();
    sheet.down(ROW);
  };
  heading();
  for (const line of purchase.lines) {
    const names = sheet.wrap(line.name, COLUMNS.quantity - COLUMNS.product - 50);
    if (sheet.need(ROW + 12 * (names.length - 1))) heading();
    sheet.text(line.supplierCode || line.sku, COLUMNS.code);
    sheet.right(`${money.format(line.quantityMilli / 1000)} ${line.unit.toLowerCase()}`, COLUMNS.quantity + 20);
    if (line.unitCostMilliClp !== null) {
      sheet.right(`$${money.format(line.unitCostMilliClp / 1000)}`, COLUMNS.cost);
      sheet.right(`$${money.format(pesos(lineValue(line.unitCostMilliClp, line.quantityMilli)))}`, COLUMNS.total);
    }
    names.forEach((name, index) => {
      if (index > 0) sheet.down(12);
      sheet.text(name, COLUMNS.product);
    });
    sheet.down(ROW);
  }
  sheet.rule();
  if (purchase.totalMilliClp === null) return;
  sheet.need(ROW);
  sheet.right(words.total, COLUMNS.cost, { bold: true });
  sheet.right(`$${money.format(pesos(purchase.totalMilliClp))}`, COLUMNS.total, { bold: true });
  sheet.down(ROW);
}

const pesos = (milliClp: number): number => mulDivRound(milliClp, 1, 1000);

interface Style {
  size?: number;
  bold?: boolean;
  muted?: boolean;
}

/** A pen that goes down the page and takes a new one where the old is full. */
class Sheet {
  readonly #document: PDFDocument;
  readonly #fonts: { plain: PDFFont; bold: PDFFont };
  #page: PDFPage;
  #y = A4[1] - MARGIN - 12;

  constructor(document: PDFDocument, fonts: { plain: PDFFont; bold: PDFFont }) {
    this.#document = document;
    this.#fonts = fonts;
    this.#page = document.addPage(A4);
  }

  text(value: string, x: number, { size = 10, bold = false, muted = false }: Style = {}): void {
    const font = bold ? this.#fonts.bold : this.#fonts.plain;
    this.#page.drawText(this.#printable(value), { x, y: this.#y, size, font, color: muted ? MUTED : INK });
  }

  right(value: string, edge: number, style: Style = {}): void {
    const font = style.bold === true ? this.#fonts.bold : this.#fonts.plain;
    this.text(value, edge - font.widthOfTextAtSize(this.#printable(value), style.size ?? 10), style);
  }

  rule(): void {
    this.#page.drawLine({
      start: { x: MARGIN, y: this.#y - 5 },
      end: { x: A4[0] - MARGIN, y: this.#y - 5 },
      thickness: 0.75,
      color: MUTED,
    });
  }

  down(points: number): void {
    this.#y -= points;
  }

  /** Takes a new page where `points` do not fit any more; answers whether it did. */
  need(points: number): boolean {
    if (this.#y - points > MARGIN) return false;
    this.#page = this.#document.addPage(A4);
    this.#y = A4[1] - MARGIN - 12;
    return true;
  }

  wrap(value: string, width: number, size = 10): string[] {
    const lines: string[] = [];
    let line = '';
    for (const word of this.#printable(value).split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line !== '' && this.#fonts.plain.widthOfTextAtSize(longer, size) > width) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    return [...lines, line];
  }

  numberPages(word: string): void {
    const pages = this.#document.getPages();
    if (pages.length < 2) return;
    pages.forEach((page, index) =>
      page.drawText(`${word} ${String(index + 1)} / ${String(pages.length)}`, {
        x: MARGIN,
        y: 24,
        size: 8,
        font: this.#fonts.plain,
        color: MUTED,
      }),
    );
  }

  /** The standard fonts know Latin letters; anything else becomes a question mark instead of an error. */
  #printable(value: string): string {
    const known = new Set(this.#fonts.plain.getCharacterSet());
    return [...value.replace(/\s/g, ' ')]
      .map((letter) => (known.has(letter.codePointAt(0) ?? 0) ? letter : '?'))
      .join('');
  }
}
