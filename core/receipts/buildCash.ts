/** What the drawer says on paper: X and Z reports, cash movements, payments on account, the test page. */
import { formatClp } from '#core/shared/money.ts';
import { formatRut } from '#core/shared/rut.ts';
import type { ShiftReport } from '#core/shifts/contract.ts';
import type { Block, ReceiptDoc } from './document.ts';
import {
  centred,
  columns,
  type Copy,
  head,
  type PaidRow,
  paymentBlocks,
  RULE,
  type Shop,
  signature,
  stamp,
  tail,
  TENDER_NAMES,
  text,
  when,
} from './parts.ts';

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

const MOVEMENT_NAMES = { IN: 'Ingreso', OUT: 'Retiro', NO_SALE: 'Cajón' } as const;

/** X report of an open shift, Z report of a closed one. What a blind count hides is left out here too. */
export function shiftReceipt(shop: Shop, report: ShiftReport, sales: ShiftSales, copy: Copy): ReceiptDoc {
  return [
    ...head(shop, report.state === 'CLOSED' ? `INFORME Z ${report.number ?? ''}` : 'INFORME X', copy),
    columns(report.terminalName, report.cashierName),
    columns('Apertura', stamp(report.openedAtMs, shop.timeZone)),
    ...when(report.closedAtMs !== null, columns('Cierre', stamp(report.closedAtMs ?? 0, shop.timeZone))),
    ...when(
      report.closedByName !== null && report.closedByName !== report.cashierName,
      columns('Cerró', report.closedByName ?? ''),
    ),
    RULE,
    ...salesBlocks(sales, report.expectedCashClp !== null),
    RULE,
    ...tenderBlocks(report),
    ...drawerBlocks(report),
    ...when(report.movements.length > 0, RULE),
    ...report.movements.map((row) =>
      columns(
        `${MOVEMENT_NAMES[row.kind]} ${row.reason}`,
        formatClp(row.kind === 'OUT' ? -row.amountClp : row.amountClp),
      ),
    ),
    ...tail([]),
  ];
}

/** In a shop paid in cash alone the sales would tell what the drawer holds: a blind count sees how many there were, and no amount. */
const salesBlocks = (sales: ShiftSales, isShown: boolean): Block[] =>
  isShown
    ? [
        columns(`Ventas (${String(sales.count)})`, formatClp(sales.totalClp)),
        columns('  Neto', formatClp(sales.netClp)),
        columns('  IVA', formatClp(sales.ivaClp)),
        columns('  Exento', formatClp(sales.exemptClp)),
        columns('  Descuentos', formatClp(-sales.discountClp)),
        columns(`Devoluciones (${String(sales.returnCount)})`, formatClp(-sales.returnTotalClp)),
      ]
    : [columns('Ventas', String(sales.count)), columns('Devoluciones', String(sales.returnCount))];

function tenderBlocks(report: ShiftReport): Block[] {
  if (report.tenders.length === 0) return [];
  const counted = new Map(report.counted.map((row) => [row.tender, row]));
  const rows = report.tenders.flatMap((row): Block[] => {
    const count = row.tender === 'CASH' ? undefined : counted.get(row.tender);
    const differenceClp = count === undefined ? 0 : count.countedClp - count.expectedClp;
    return [
      columns(`${TENDER_NAMES[row.tender]} (${String(row.count)})`, formatClp(row.amountClp)),
      ...when(row.roundingClp !== 0, columns('  Ajuste Ley 20.956', formatClp(row.roundingClp))),
      ...when(
        differenceClp !== 0,
        columns('  Contado', formatClp(count?.countedClp ?? 0)),
        columns('  Diferencia', formatClp(differenceClp)),
      ),
    ];
  });
  return [...rows, RULE];
}

function drawerBlocks(report: ShiftReport): Block[] {
  const known = (label: string, amount: number | null): Block[] =>
    amount === null ? [] : [columns(label, formatClp(amount))];
  return [
    columns('Fondo', formatClp(report.floatClp)),
    ...known('Cobrado en efectivo', report.cashSalesClp),
    ...known('Devuelto en efectivo', report.cashRefundsClp === null ? null : -report.cashRefundsClp),
    columns('Ingresos', formatClp(report.cashInClp)),
    columns('Retiros', formatClp(-report.cashOutClp)),
    columns('Aperturas sin venta', String(report.noSaleCount)),
    ...known('Efectivo esperado', report.expectedCashClp),
    ...known('Efectivo contado', report.countedCashClp),
    ...(report.differenceClp === null
      ? []
      : [columns('DIFERENCIA', formatClp(report.differenceClp), { isBold: true })]),
    ...when((report.differenceReason ?? '') !== '', text(`Motivo: ${report.differenceReason ?? ''}`)),
    ...known('Queda en caja', report.leftInDrawerClp),
    ...known('A depósito', report.depositedClp),
    ...countBlocks(report),
  ];
}

/** The notes and coins of the closing count, the largest first. */
function countBlocks(report: ShiftReport): Block[] {
  const entries = Object.entries(report.closingCount ?? {}).filter(([, count]) => (count ?? 0) > 0);
  if (entries.length === 0) return [];
  const rows = entries
    .map(([denomination, count]) => ({ denomination: Number(denomination), count: count ?? 0 }))
    .sort((a, b) => b.denomination - a.denomination);
  return [
    RULE,
    ...rows.map(({ denomination, count }) =>
      columns(`${String(count)} x ${formatClp(denomination)}`, formatClp(count * denomination)),
    ),
  ];
}

export interface CashSlip {
  number: string;
  kind: 'IN' | 'OUT' | 'NO_SALE';
  amountClp: number;
  reason: string;
  actorName: string;
  terminalName: string;
  occurredAtMs: number;
}

/** Cash put in or taken out, signed by who did it; or the drawer opened without a sale. */
export function cashReceipt(shop: Shop, slip: CashSlip, copy: Copy): ReceiptDoc {
  const titles = { IN: 'INGRESO DE EFECTIVO', OUT: 'RETIRO DE EFECTIVO', NO_SALE: 'APERTURA DE CAJÓN' };
  return [
    ...head(shop, titles[slip.kind], copy),
    columns(`N° ${slip.number}`, stamp(slip.occurredAtMs, shop.timeZone)),
    columns(slip.terminalName, slip.actorName),
    text(`Motivo: ${slip.reason}`),
    ...when(
      slip.kind !== 'NO_SALE',
      columns('MONTO', formatClp(slip.kind === 'OUT' ? -slip.amountClp : slip.amountClp), {
        isBold: true,
        isLarge: true,
      }),
      ...signature(),
    ),
    { kind: 'feed' },
    ...tail([]),
  ];
}

export interface AccountSlip {
  customerName: string;
  customerRut: string;
  terminalName: string;
  cashierName: string;
  occurredAtMs: number;
  payments: readonly PaidRow[];
}

/** A payment on a customer's account. */
export function accountReceipt(shop: Shop, slip: AccountSlip, copy: Copy): ReceiptDoc {
  const paidClp = slip.payments.reduce((sum, row) => sum + row.amountClp - row.roundingClp, 0);
  return [
    ...head(shop, 'ABONO A CUENTA', copy),
    text('Comprobante interno', centred),
    columns(slip.terminalName, stamp(slip.occurredAtMs, shop.timeZone)),
    text(`Recibió: ${slip.cashierName}`),
    text(`Cliente: ${slip.customerName}`),
    ...when(slip.customerRut !== '', text(`RUT: ${slip.customerRut === '' ? '' : formatRut(slip.customerRut)}`)),
    RULE,
    columns('ABONO', formatClp(paidClp), { isBold: true, isLarge: true }),
    ...paymentBlocks(slip.payments),
    RULE,
    ...tail(shop.footer),
  ];
}

/** The drawer alone: no paper. */
export const drawerOnly: ReceiptDoc = [{ kind: 'drawer' }];

/** Shows that accents, width, cut and drawer work. `width` is the printer's columns: the ruler must fill one row exactly. */
export function testReceipt(shop: Shop, atMs: number, width: number, copy: Copy): ReceiptDoc {
  const ruler = '1234567890'.repeat(Math.ceil(width / 10)).slice(0, width);
  return [
    ...head(shop, 'PRUEBA DE IMPRESIÓN', copy),
    text(stamp(atMs, shop.timeZone), centred),
    text(ruler),
    text('áéíóú üñ ÁÉÍÓÚ ÜÑ ¿? ¡! $ € °'),
    columns('izquierda', 'derecha'),
    text('negrita', { isBold: true }),
    columns('TOTAL', formatClp(12_990), { isBold: true, isLarge: true }),
    ...tail(shop.footer, 'PRUEBA-000123'),
  ];
}
