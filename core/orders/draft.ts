/** From what was asked to what an order says: frozen lines, prices, permissions and totals. */
import { readSetting } from '#core/auth/index.ts';
import { sellableProduct, type SellableProduct, taxRateOn } from '#core/catalog/index.ts';
import type { CommandContext } from '#core/engine/context.ts';
import type { Reader } from '#core/engine/sql.ts';
import type { StockLine } from '#core/inventory/index.ts';
import { customerForSale, vehicleForSale } from '#core/people/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import { mulDivRound } from '#core/shared/numbers.ts';
import { price, type PricedInput, type PricedLine, type Totals } from '#core/shared/pricing.ts';
import { ANONYMOUS_RUT } from '#core/shared/rut.ts';
import type { OrderLineRow, OrderRow, OrderTables } from './tables.ts';

export interface LineAsked {
  productId: string;
  quantityMilli: number;
  unitPriceClp?: number | undefined;
  discountClp: number;
  reason: string;
}

export interface OrderAsked {
  documentKind: 'BOLETA' | 'FACTURA';
  customerId: string | null;
  vehicleId: string | null;
  odometerKm: number | null;
  note: string;
  orderDiscountClp: number;
  lines: LineAsked[];
}

export interface Draft {
  order: OrderRow;
  lines: OrderLineRow[];
  components: OrderTables['orderLineComponent'][];
  /** The goods of all lines, kits exploded. */
  stock: StockLine[];
}

interface Priced {
  products: SellableProduct[];
  inputs: PricedInput[];
  lines: PricedLine[];
  totals: Totals;
  ivaBasisPoints: number;
}

const NO_SALE = {
  costMilliClp: 0,
  saleNumber: null,
  saleShiftId: null,
  saleTerminalId: null,
  saleCashierId: null,
  soldAtMs: null,
  saleDate: null,
} as const;

/** Prices what was asked at today's prices and IVA; no permission is looked at. */
export function priceAsked(
  reader: Reader,
  asked: Pick<OrderAsked, 'lines' | 'orderDiscountClp'>,
  date: string,
): Priced {
  const products = asked.lines.map((line) => sellableProduct(reader, line.productId));
  const inputs = asked.lines.map((line, index) => {
    const product = products[index] as SellableProduct;
    if (product.state === 'INACTIVE') {
      throw new DomainError('PRODUCT_NOT_SELLABLE', { productId: product.productId, name: product.name });
    }
    return {
      unitPriceClp: line.unitPriceClp ?? product.priceClp,
      quantityMilli: line.quantityMilli,
      discountClp: line.discountClp,
      taxKind: product.taxKind,
    };
  });
  const rate = taxRateOn(reader, date);
  return { products, inputs, ...price(inputs, asked.orderDiscountClp, rate), ivaBasisPoints: rate };
}

/** Freezes what was asked into the rows of an order. Price overrides and discounts ask for their permission here. */
export function draftOrder(
  context: CommandContext,
  asked: OrderAsked,
  base: Pick<OrderRow, 'id' | 'number' | 'state'>,
): Draft {
  if (asked.lines.length === 0) throw new DomainError('ORDER_EMPTY');
  const priced = priceAsked(context.writer, asked, context.businessDate);
  requireDiscountsFit(asked, priced);
  const approverOfAll = authoriseDiscount(context, asked, priced);
  const lines = asked.lines.map((line, index): OrderLineRow => {
    const product = priced.products[index] as SellableProduct;
    const { unitPriceClp } = priced.inputs[index] as PricedInput;
    const approverId = authorisePrice(context, line, product, unitPriceClp) ?? approverOfAll;
    return {
      orderId: base.id,
      lineNumber: index + 1,
      productId: product.productId,
      sku: product.sku,
      name: product.name,
      unit: product.unit,
      kind: product.kind,
      taxKind: product.taxKind,
      quantityMilli: line.quantityMilli,
      listPriceClp: product.priceClp,
      unitPriceClp,
      ...(priced.lines[index] as PricedLine),
      costMilliClp: 0,
      reason: line.reason,
      approverId,
    };
  });
  const components = asked.lines.flatMap((line, index) =>
    explode(base.id, index + 1, priced.products[index] as SellableProduct, line.quantityMilli),
  );
  return {
    order: head(context, asked, base, priced),
    lines,
    components,
    stock: stockOf(lines, components, priced.products),
  };
}

function head(
  context: CommandContext,
  asked: OrderAsked,
  base: Pick<OrderRow, 'id' | 'number' | 'state'>,
  priced: Priced,
): OrderRow {
  const customer = asked.customerId === null ? undefined : customerForSale(context.writer, asked.customerId);
  const vehicle = asked.vehicleId === null ? undefined : vehicleForSale(context.writer, asked.vehicleId);
  // A factura names a taxpayer with his line of business; without them it is no factura.
  const isTaxpayer =
    customer !== undefined && customer.rut !== null && customer.rut !== ANONYMOUS_RUT && customer.giro !== '';
  if (asked.documentKind === 'FACTURA' && !isTaxpayer) {
    throw new DomainError('INVALID_INPUT', { issues: ['customerId: factura needs a customer with RUT and giro'] });
  }
  return {
    ...base,
    branchId: context.site.branchId,
    terminalId: context.actor.terminalId,
    documentKind: asked.documentKind,
    cashierId: context.actor.userId,
    customerId: asked.customerId,
    customerName: customer?.name ?? '',
    customerEmail: customer?.email ?? '',
    customerRut: customer?.rut ?? '',
    customerGiro: customer?.giro ?? '',
    vehicleId: asked.vehicleId,
    plate: vehicle?.plate ?? '',
    odometerKm: asked.odometerKm,
    ...priced.totals,
    ivaBasisPoints: priced.ivaBasisPoints,
    note: asked.note,
    cancelReason: null,
    createdAtMs: context.nowMs,
    updatedAtMs: context.nowMs,
    businessDate: context.businessDate,
    ...NO_SALE,
  };
}

/** A person who typed a discount beyond the price meant something else: he is told, not cut short. */
function requireDiscountsFit(asked: OrderAsked, priced: Priced): void {
  for (const [index, line] of asked.lines.entries()) {
    const { grossClp } = priced.lines[index] as PricedLine;
    if (line.discountClp > grossClp)
      throw new DomainError('DISCOUNT_TOO_LARGE', { line: index + 1, maximumClp: grossClp });
  }
  const ownDiscountClp = asked.lines.reduce((sum, line) => sum + line.discountClp, 0);
  const maximumClp = priced.totals.subtotalClp - ownDiscountClp;
  if (asked.orderDiscountClp > maximumClp) throw new DomainError('DISCOUNT_TOO_LARGE', { line: 0, maximumClp });
}

/** Discounts up to the shop's limit are the cashier's own; more needs the permission or a manager's leave for the amount. */
function authoriseDiscount(context: CommandContext, asked: OrderAsked, priced: Priced): string | null {
  const { subtotalClp, discountClp } = priced.totals;
  if (discountClp === 0) return null;
  const limit = readSetting(context.writer, 'discountLimitBasisPoints');
  if (discountClp <= mulDivRound(subtotalClp, limit, 10_000)) return null;
  void asked;
  return context.authorise('sales.discount', { entity: 'cart', amountClp: discountClp });
}

function authorisePrice(
  context: CommandContext,
  line: LineAsked,
  product: SellableProduct,
  unitPriceClp: number,
): string | null {
  if (line.unitPriceClp === undefined || unitPriceClp === product.priceClp) return null;
  return context.authorise('sales.override-price', { entity: product.productId, amountClp: unitPriceClp });
}

function explode(
  orderId: string,
  lineNumber: number,
  product: SellableProduct,
  quantityMilli: number,
): Draft['components'] {
  return product.components.map((part) => ({
    orderId,
    lineNumber,
    productId: part.productId,
    quantityMilli: mulDivRound(part.quantityMilli, quantityMilli, 1000),
  }));
}

function stockOf(lines: OrderLineRow[], components: Draft['components'], products: SellableProduct[]): StockLine[] {
  return lines.flatMap((line, index): StockLine[] => {
    const product = products[index] as SellableProduct;
    if (product.kind === 'GOODS') {
      return [{ sourceLine: line.lineNumber, productId: line.productId, quantityMilli: line.quantityMilli }];
    }
    return components
      .filter((part) => part.lineNumber === line.lineNumber)
      .filter(
        (part) => product.components.find((component) => component.productId === part.productId)?.kind === 'GOODS',
      )
      .map((part) => ({ sourceLine: part.lineNumber, productId: part.productId, quantityMilli: part.quantityMilli }));
  });
}
