/** The pieces that every paper shares: the shop's head, the tenders, the end. The words are Spanish, as the customer's are. */
import { formatClp } from '#core/shared/money.ts';
import { formatRut } from '#core/shared/rut.ts';
import { localParts } from '#core/shared/time.ts';
import type { Tender } from '#core/shared/tender.ts';
import type { Block, Style } from './document.ts';

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
  /** Opens the drawer: only where cash changes hands. */
  kick: boolean;
  /** An earlier attempt may have left a paper: this one says so. */
  mayRepeat?: boolean;
}

export interface PaidRow {
  tender: Tender;
  amountClp: number;
  roundingClp: number;
  tenderedClp: number;
  changeClp: number;
  operationNumber: string;
  lastFour: string;
  instalments: number;
}

export const TENDER_NAMES: Readonly<Record<Tender, string>> = {
  CASH: 'Efectivo',
  DEBIT: 'Débito',
  CREDIT: 'Crédito',
  PREPAID: 'Prepago',
  TRANSFER: 'Transferencia',
  CHEQUE: 'Cheque',
  ACCOUNT: 'Cuenta',
};

export const text = (value: string, style: Omit<Extract<Block, { kind: 'text' }>, 'kind' | 'text'> = {}): Block => ({
  kind: 'text',
  text: value,
  ...style,
});
export const columns = (left: string, right: string, style: Style = {}): Block => ({
  kind: 'columns',
  left,
  right,
  ...style,
});
export const RULE: Block = { kind: 'rule' };
export const centred = { align: 'center' } as const;
/** The blocks where the condition holds, nothing elsewhere. */
export const when = (condition: boolean, ...blocks: Block[]): Block[] => (condition ? blocks : []);

/** Day and time of the shop, 24 hours: `10-03-2026 10:05`. */
export function stamp(atMs: number, timeZone: string): string {
  const { date, hour, minute } = localParts(atMs, timeZone);
  const [year = '', month = '', day = ''] = date.split('-');
  return `${day}-${month}-${year} ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** Drawer first, so that it opens while the paper runs; then who sells and what this paper is. */
export function head(shop: Shop, title: string, copy: Copy): Block[] {
  const place = [shop.address, shop.comuna].filter((part) => part !== '').join(', ');
  return [
    ...when(copy.kick, { kind: 'drawer' }),
    text(shop.organisationName, { ...centred, isBold: true }),
    text(`RUT ${formatRut(shop.rut)}`, centred),
    ...[shop.giro, place, ...shop.header].filter((part) => part !== '').map((part) => text(part, centred)),
    RULE,
    text(title, { ...centred, isBold: true }),
    ...when(copy.copyNumber > 0, text(`COPIA ${String(copy.copyNumber)}`, { ...centred, isBold: true, isLarge: true })),
    ...when(
      copy.mayRepeat === true,
      text('POSIBLE DUPLICADO: una impresión anterior se interrumpió', { ...centred, isBold: true }),
    ),
  ];
}

/** Footer, the number to scan at a return, cut. */
export const tail = (footer: readonly string[], barcode?: string): Block[] => [
  ...footer.map((part) => text(part, centred)),
  ...(barcode === undefined
    ? []
    : [{ kind: 'feed' } as const, { kind: 'barcode', value: barcode } as const, text(barcode, centred)]),
  { kind: 'cut' },
];

/** Each tender with its voucher, the legal rounding of the cash, and the change. A refund is negative. */
export function paymentBlocks(rows: readonly PaidRow[]): Block[] {
  return rows.flatMap((row) => [
    ...when(row.roundingClp !== 0, columns('Ajuste Ley 20.956', formatClp(row.roundingClp))),
    columns(TENDER_NAMES[row.tender], formatClp(row.tender === 'CASH' ? row.tenderedClp : row.amountClp)),
    ...when(row.operationNumber !== '' || row.lastFour !== '' || row.instalments > 1, text(`  ${voucher(row)}`)),
    ...when(row.tender === 'CASH' && row.amountClp >= 0, columns('Vuelto', formatClp(row.changeClp), { isBold: true })),
  ]);
}

const voucher = ({ operationNumber, lastFour, instalments }: PaidRow): string =>
  [
    operationNumber === '' ? '' : `Op. ${operationNumber}`,
    lastFour === '' ? '' : `**** ${lastFour}`,
    instalments > 1 ? `${String(instalments)} cuotas` : '',
  ]
    .filter((part) => part !== '')
    .join(' ');

/** A customer signs for what he will pay later, and for money that he gets back. */
export const signature = (): Block[] => [
  { kind: 'feed' },
  text('Firma: ________________________'),
  text('RUT:   ________________________'),
];
