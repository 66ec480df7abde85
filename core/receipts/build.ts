/** What sales, orders and returns say on paper. Pure: plain data in, a document out. */
import type { OrderCard, ReturnCard } from '#core/orders/contract.ts';
import { formatClp, formatMilli } from '#core/shared/money.ts';
import { formatRut } from '#core/shared/rut.ts';
import type { Block, ReceiptDoc } from './document.ts';
import {
  centred,
  columns,
  type Copy,
  head,
  paymentBlocks,
  RULE,
  type Shop,
  signature,
  stamp,
  tail,
  text,
  when,
} from './parts.ts';

/** The receipt of a sale. Until electronic documents are configured it says that it is no boleta. */
export function saleReceipt(shop: Shop, card: OrderCard, copy: Copy): ReceiptDoc {
  const number = card.sale?.number ?? card.number ?? '';
  return [
    ...head(shop, card.documentKind === 'FACTURA' ? 'COMPROBANTE DE VENTA (FACTURA)' : 'COMPROBANTE DE VENTA', copy),
    text('Comprobante interno, no válido como boleta', centred),
    columns(`N° ${number}`, stamp(card.sale?.occurredAtMs ?? card.createdAtMs, shop.timeZone)),
    ...partyBlocks(card),
    RULE,
    ...lineBlocks(card),
    RULE,
    ...totalBlocks(card),
    ...paymentBlocks(card.payments),
    RULE,
    ...when(card.note !== '', text(card.note)),
    ...(card.payments.some((row) => row.tender === 'ACCOUNT') ? [...signature(), { kind: 'feed' } as const] : []),
    ...tail(shop.footer, number),
  ];
}

const ORDER_TITLES: Readonly<Record<OrderCard['state'], string>> = {
  PENDING: 'PEDIDO',
  CONFIRMED: 'PEDIDO CONFIRMADO',
  PROCESSING: 'PEDIDO EN PREPARACIÓN',
  SHIPPED: 'PEDIDO DESPACHADO',
  DELIVERED: 'PEDIDO ENTREGADO',
  COMPLETED: 'PEDIDO COMPLETADO',
  CANCELLED: 'PEDIDO ANULADO',
};

/** An order that is no sale yet (or never will be): what was ordered, what was paid and what is still owed. */
export function orderReceipt(shop: Shop, card: OrderCard, copy: Copy): ReceiptDoc {
  const isCancelled = card.state === 'CANCELLED';
  const remainingClp = card.totalClp - card.paidClp;
  return [
    ...head(shop, ORDER_TITLES[card.state], copy),
    text('Comprobante interno, no válido como boleta', centred),
    columns(`N° ${card.number ?? ''}`, stamp(card.createdAtMs, shop.timeZone)),
    ...partyBlocks(card),
    RULE,
    ...lineBlocks(card),
    RULE,
    ...totalBlocks(card),
    ...paymentBlocks(card.payments),
    ...when(
      !isCancelled,
      columns('Pagado', formatClp(card.paidClp)),
      columns('Saldo', formatClp(remainingClp), { isBold: true }),
    ),
    ...when(card.cancelReason !== null, text(`Motivo: ${card.cancelReason ?? ''}`)),
    RULE,
    ...when(card.note !== '', text(card.note)),
    ...tail(shop.footer, card.number ?? undefined),
  ];
}

/** The receipt of a return. */
export function returnReceipt(shop: Shop, card: ReturnCard, copy: Copy): ReceiptDoc {
  return [
    ...head(shop, 'COMPROBANTE DE DEVOLUCIÓN', copy),
    text('Comprobante interno, no es nota de crédito', centred),
    columns(`N° ${card.number}`, stamp(card.occurredAtMs, shop.timeZone)),
    columns('De la venta', card.saleNumber),
    columns(card.terminalName, card.actorName),
    ...when(card.approverName !== null, text(`Autorizó: ${card.approverName ?? ''}`)),
    text(`Motivo: ${card.reason}`),
    RULE,
    ...card.lines.flatMap((row) => [
      text(row.name),
      columns(`  ${formatMilli(row.quantityMilli)} ${row.unit}${CONDITIONS[row.condition]}`, formatClp(-row.totalClp)),
    ]),
    RULE,
    columns('Neto', formatClp(-card.netClp)),
    columns('IVA', formatClp(-card.ivaClp)),
    ...when(card.exemptClp !== 0, columns('Exento', formatClp(-card.exemptClp))),
    columns('DEVOLUCIÓN', formatClp(-card.totalClp), { isBold: true, isLarge: true }),
    ...paymentBlocks(card.payments),
    RULE,
    ...signature(),
    { kind: 'feed' },
    ...tail(shop.footer, card.number),
  ];
}

const CONDITIONS: Readonly<Record<ReturnCard['lines'][number]['condition'], string>> = {
  SELLABLE: '',
  DAMAGED: ' (dañado)',
  WARRANTY: ' (garantía)',
};

/** Who sold, to whom, for which car. */
function partyBlocks(card: OrderCard): Block[] {
  const km = card.odometerKm === null ? '' : `${formatMilli(card.odometerKm * 1000)} km`;
  return [
    columns(card.terminalName, card.cashierName),
    ...when(card.customerName !== '', text(`Cliente: ${card.customerName}`)),
    ...when(card.customerRut !== '', text(`RUT: ${card.customerRut === '' ? '' : formatRut(card.customerRut)}`)),
    ...when(card.documentKind === 'FACTURA' && card.customerGiro !== '', text(`Giro: ${card.customerGiro}`)),
    ...when(card.plate !== '', columns(`Patente: ${card.plate}`, km)),
  ];
}

const lineBlocks = (card: OrderCard): Block[] =>
  card.lines.flatMap((row) => {
    const discountClp = row.discountClp + row.orderDiscountClp;
    return [
      text(row.name + (row.taxKind === 'EXEMPT' ? ' (exento)' : '')),
      columns(
        `  ${formatMilli(row.quantityMilli)} ${row.unit} x ${formatClp(row.unitPriceClp)}`,
        formatClp(row.grossClp),
      ),
      ...when(discountClp !== 0, columns('  Descuento', formatClp(-discountClp))),
    ];
  });

const totalBlocks = (card: OrderCard): Block[] => [
  ...when(
    card.discountClp !== 0,
    columns('Subtotal', formatClp(card.subtotalClp)),
    columns('Descuentos', formatClp(-card.discountClp)),
  ),
  columns('Neto', formatClp(card.netClp)),
  columns(`IVA ${formatMilli(card.ivaBasisPoints * 10)} %`, formatClp(card.ivaClp)),
  ...when(card.exemptClp !== 0, columns('Exento', formatClp(card.exemptClp))),
  columns('TOTAL', formatClp(card.totalClp), { isBold: true, isLarge: true }),
];
