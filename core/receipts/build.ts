/** What each document says on paper. Pure; the words are Spanish, as the customer's are. */
import { formatClp, formatMilli } from '#core/shared/money.ts';
import { formatRut } from '#core/shared/rut.ts';
import { localParts } from '#core/shared/time.ts';
import type { OrderCard, ReturnCard } from '#core/orders/contract.ts';
import type { ShiftReport } from '#core/shifts/contract.ts';
import type { Tender } from '#core/shared/tender.ts';
import type { Block, ReceiptDoc } from './document.ts';

export interface Shop {
  organisationName: string;
  rut: string;
  giro: string;
  name: string;
  address: string;
  comuna: string;
  timeZone: string;
  header: readonly string[];
  footer: readonly string[];
}

export interface Copy {
  /** 0 is the original. */
  copyNumber: number;
  kick: boolean;
}

const TENDER_NAMES: Readonly<Record<Tender, string>> = {
  CASH: 'Efectivo',
  DEBIT: 'Débito',
  CREDIT: 'Crédito',
  PREPAID: 'Prepago',
  TRANSFER: 'Transferencia',
  CHEQUE: 'Cheque',
  ACCOUNT: 'Cuenta',
};

const text = (value: string, style: Omit<Extract<Block, { kind: 'text' }>, 'kind' | 'text'> = {}): Block => ({ kind: 'text', text: value, ...style });
const columns = (left: string, right: string, style: { isBold?: boolean; isLarge?: boolean } = {}): Block => ({ kind: 'columns', left, right, ...style });
const RULE: Block = { kind: 'rule' };
const centred = { align: 'center' } as const;

/** Day and time of the shop, 24 hours: `10-03-2026 10:05`. */
export function stamp(atMs: number, timeZone: string): string {
  const { date, hour, minute } = localParts(atMs, timeZone);
  const [year, month, day] = date.split('-');
  return `${day ?? ''}-${month ?? ''}-${year ?? ''} ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

function head(shop: Shop, title: string, copy: Copy): Block[] {
  return [
    ...(copy.kick ? [{ kind: 'drawer' } as const] : []),
    text(shop.organisationName, { ...centred, isBold: true }),
    text(`RUT ${formatRut(shop.rut)}`, centred),
    ...[shop.giro, [shop.address, shop.comuna].filter((part) => part !== '').join(', '), ...shop.header]
      .filter((part) => part !== '')
      .map((part) => text(part, centred)),
    RULE,
    text(title, { ...centred, isBold: true }),
    ...(copy.copyNumber > 0 ? [text(`COPIA ${String(copy.copyNumber)}`, { ...centred, isBold: true, isLarge: true })] : []),
  ];
}

const tail = (shop: Shop, barcode?: string): Block[] => [
  ...shop.footer.map((part) => text(part, centred)),
  ...(barcode === undefined ? [] : [{ kind: 'feed' } as const, { kind: 'barcode', value: barcode } as const, text(barcode, centred)]),
  { kind: 'cut' },
];

function payments(rows: OrderCard['payments']): Block[] {
  return rows.flatMap((row) => [
    ...(row.roundingClp === 0 ? [] : [columns('Ajuste Ley 20.956', formatClp(row.roundingClp))]),
    columns(TENDER_NAMES[row.tender], formatClp(row.tender === 'CASH' ? row.tenderedClp : row.amountClp)),
    ...(row.operationNumber === '' && row.lastFour === ''
      ? []
      : [text(`  Op. ${row.operationNumber} ${row.lastFour === '' ? '' : `**** ${row.lastFour}`}${row.instalments > 1 ? ` ${String(row.instalments)} cuotas` : ''}`)]),
    ...(row.tender === 'CASH' && row.amountClp >= 0 ? [columns('Vuelto', formatClp(row.changeClp), { isBold: true })] : []),
  ]);
}

/** The receipt of a sale. Until electronic documents are configured it says that it is no boleta. */
export function saleReceipt(shop: Shop, card: OrderCard, copy: Copy): ReceiptDoc {
  const number = card.sale?.number ?? card.number ?? '';
  const lines = card.lines.flatMap((row): Block[] => [
    text(row.name + (row.taxKind === 'EXEMPT' ? ' (exento)' : '')),
    columns(`  ${formatMilli(row.quantityMilli)} ${row.unit} x ${formatClp(row.unitPriceClp)}`, formatClp(row.grossClp)),
    ...(row.discountClp + row.orderDiscountClp === 0 ? [] : [columns('  Descuento', formatClp(-(row.discountClp + row.orderDiscountClp)))]),
  ]);
  return [
    ...head(shop, card.documentKind === 'FACTURA' ? 'COMPROBANTE DE VENTA (FACTURA)' : 'COMPROBANTE DE VENTA', copy),
    text('Comprobante interno, no válido como boleta', centred),
    columns(`N° ${number}`, stamp(card.sale?.occurredAtMs ?? card.createdAtMs, shop.timeZone)),
    columns(`Caja ${card.terminalName}`, card.cashierName),
    ...(card.customerName === '' ? [] : [text(`Cliente: ${card.customerName}`)]),
    ...(card.customerRut === '' ? [] : [text(`RUT: ${formatRut(card.customerRut)}`)]),
    ...(card.customerGiro === '' || card.documentKind === 'BOLETA' ? [] : [text(`Giro: ${card.customerGiro}`)]),
    ...(card.plate === '' ? [] : [columns(`Patente: ${card.plate}`, card.odometerKm === null ? '' : `${formatMilli(card.odometerKm * 1000)} km`)]),
    RULE,
    ...lines,
    RULE,
    columns('Neto', formatClp(card.netClp)),
    columns(`IVA ${formatMilli(card.ivaBasisPoints * 10)} %`, formatClp(card.ivaClp)),
    ...(card.exemptClp === 0 ? [] : [columns('Exento', formatClp(card.exemptClp))]),
    columns('TOTAL', formatClp(card.totalClp), { isBold: true, isLarge: true }),
    ...payments(card.payments),
    RULE,
    ...tail(shop, number),
  ];
}

/** The receipt of a return. */
export function returnReceipt(shop: Shop, card: ReturnCard, copy: Copy): ReceiptDoc {
  return [
    ...head(shop, 'COMPROBANTE DE DEVOLUCIÓN', copy),
    text('Comprobante interno, no es nota de crédito', centred),
    columns(`N° ${card.number}`, stamp(card.occurredAtMs, shop.timeZone)),
    columns('De la venta', card.saleNumber),
    columns(`Caja ${card.terminalName}`, card.actorName),
    ...(card.approverName === null ? [] : [text(`Autorizó: ${card.approverName}`)]),
    text(`Motivo: ${card.reason}`),
    RULE,
    ...card.lines.flatMap((row) => [text(row.name), columns(`  ${formatMilli(row.quantityMilli)} ${row.unit}`, formatClp(-row.totalClp))]),
    RULE,
    columns('Neto', formatClp(-card.netClp)),
    columns('IVA', formatClp(-card.ivaClp)),
    ...(card.exemptClp === 0 ? [] : [columns('Exento', formatClp(-card.exemptClp))]),
    columns('DEVOLUCIÓN', formatClp(-card.totalClp), { isBold: true, isLarge: true }),
    ...payments(card.payments),
    RULE,
    text('Firma cliente: ____________________'),
    ...tail(shop, card.number),
  ];
}

export interface ShiftSales {
  count: number;
  totalClp: number;
  netClp: number;
  ivaClp: number;
  exemptClp: number;
  discountClp: number;
  returnCount: number;
  returnTotalClp: number;
}

/** X report of an open shift, Z report of a closed one. What a blind count hides is left out here too. */
export function shiftReceipt(shop: Shop, report: ShiftReport, sales: ShiftSales, copy: Copy): ReceiptDoc {
  const known = (label: string, amount: number | null): Block[] => (amount === null ? [] : [columns(label, formatClp(amount))]);
  const isClosed = report.state === 'CLOSED';
  return [
    ...head(shop, isClosed ? `INFORME Z ${report.number ?? ''}` : 'INFORME X', copy),
    columns(`Caja ${report.terminalName}`, report.cashierName),
    columns('Apertura', stamp(report.openedAtMs, shop.timeZone)),
    ...(report.closedAtMs === null ? [] : [columns('Cierre', stamp(report.closedAtMs, shop.timeZone))]),
    RULE,
    columns(`Ventas (${String(sales.count)})`, formatClp(sales.totalClp)),
    columns('  Neto', formatClp(sales.netClp)),
    columns('  IVA', formatClp(sales.ivaClp)),
    columns('  Exento', formatClp(sales.exemptClp)),
    columns('  Descuentos', formatClp(-sales.discountClp)),
    columns(`Devoluciones (${String(sales.returnCount)})`, formatClp(-sales.returnTotalClp)),
    RULE,
    ...report.tenders.flatMap((row) => [
      columns(`${TENDER_NAMES[row.tender]} (${String(row.count)})`, formatClp(row.amountClp)),
      ...(row.roundingClp === 0 ? [] : [columns('  Ajuste Ley 20.956', formatClp(row.roundingClp))]),
    ]),
    RULE,
    columns('Fondo', formatClp(report.floatClp)),
    ...known('Ventas en efectivo', report.cashSalesClp),
    ...known('Devuelto en efectivo', report.cashRefundsClp === null ? null : -report.cashRefundsClp),
    columns('Ingresos', formatClp(report.cashInClp)),
    columns('Retiros', formatClp(-report.cashOutClp)),
    columns('Cajón abierto sin venta', String(report.noSaleCount)),
    ...known('Efectivo esperado', report.expectedCashClp),
    ...known('Efectivo contado', report.countedCashClp),
    ...(report.differenceClp === null ? [] : [columns('DIFERENCIA', formatClp(report.differenceClp), { isBold: true })]),
    ...(report.differenceReason === null || report.differenceReason === '' ? [] : [text(`Motivo: ${report.differenceReason}`)]),
    ...known('Queda en caja', report.leftInDrawerClp),
    ...known('A depósito', report.depositedClp),
    RULE,
    ...report.movements.map((row) => columns(`${row.kind === 'IN' ? 'Ingreso' : row.kind === 'OUT' ? 'Retiro' : 'Cajón'} ${row.reason}`, formatClp(row.kind === 'OUT' ? -row.amountClp : row.amountClp))),
    ...tail(shop),
  ];
}

/** Shows that accents, width, cut and drawer work. */
export function testReceipt(shop: Shop, atMs: number, copy: Copy): ReceiptDoc {
  return [
    ...head(shop, 'PRUEBA DE IMPRESIÓN', copy),
    text(stamp(atMs, shop.timeZone), centred),
    text('áéíóú üñ ÁÉÍÓÚ ÜÑ ¿? ¡! $ € °'),
    columns('izquierda', 'derecha'),
    columns('TOTAL', formatClp(12_990), { isBold: true, isLarge: true }),
    ...tail(shop, 'PRUEBA-123'),
  ];
}
