/** The cart on the screen: lines, who they are for, and fifty steps back. Its totals are the core's own function. */
import { create } from 'zustand';
import { basisPoints } from '#core/shared/numbers.ts';
import { price, type Totals } from '#core/shared/pricing.ts';
import type { OutputOf } from '../../api/client.ts';
import { newId } from '../../api/hooks.ts';

export type CounterProduct = OutputOf<'counter.search'>[number];

export interface CartLine {
  key: string;
  product: CounterProduct;
  quantityMilli: number;
  /** Only where it differs from the product's price. */
  unitPriceClp?: number;
  discountClp: number;
  reason: string;
}

export interface Attached {
  customerId: string | null;
  customerName: string;
  vehicleId: string | null;
  plate: string;
  vehicleName: string;
  odometerKm: number | null;
}

interface Content extends Attached {
  lines: CartLine[];
  orderDiscountClp: number;
  documentKind: 'BOLETA' | 'FACTURA';
}

const EMPTY: Content = {
  lines: [],
  orderDiscountClp: 0,
  documentKind: 'BOLETA',
  customerId: null,
  customerName: '',
  vehicleId: null,
  plate: '',
  vehicleName: '',
  odometerKm: null,
};

const STEPS_BACK = 50;

/** What the counter shows after a sale, until the next scan. */
export interface SoldSale {
  saleId: string;
  number: string;
  totalClp: number;
  changeClp: number;
}

interface CartState extends Content {
  id: string;
  /** The command that sells this cart, whatever is tried again: a sale whose answer was lost is never made twice. */
  checkoutId: string;
  selected: string | undefined;
  /** The line that was just added, for its flash. */
  flashed: { key: string; at: number } | undefined;
  past: Content[];
  sold: SoldSale | undefined;
  change: (patch: Partial<Content>, selected?: string) => void;
  add: (product: CounterProduct, quantityMilli: number) => void;
  setQuantity: (key: string, quantityMilli: number) => void;
  remove: (key: string) => void;
  select: (key: string | undefined) => void;
  undo: () => void;
  /** A new, empty cart: after a sale, a void or a park. */
  clear: () => void;
  /** The cart was sold. */
  finish: (sold: SoldSale) => void;
  load: (id: string, content: Content) => void;
}

const contentOf = (state: Content): Content => ({
  lines: state.lines,
  orderDiscountClp: state.orderDiscountClp,
  documentKind: state.documentKind,
  customerId: state.customerId,
  customerName: state.customerName,
  vehicleId: state.vehicleId,
  plate: state.plate,
  vehicleName: state.vehicleName,
  odometerKm: state.odometerKm,
});

export const useCart = create<CartState>((set, get) => ({
  ...EMPTY,
  id: newId(),
  checkoutId: newId(),
  selected: undefined,
  flashed: undefined,
  past: [],
  sold: undefined,
  change: (patch, selected) =>
    set((state) => ({
      ...patch,
      selected: selected ?? state.selected,
      past: [...state.past, contentOf(state)].slice(-STEPS_BACK),
    })),
  add: (product, quantityMilli) => {
    const { lines, change } = get();
    // A line that was sold at another price or with a discount stays apart.
    const same = lines.find(
      (line) => line.product.id === product.id && line.unitPriceClp === undefined && line.discountClp === 0,
    );
    const key = same?.key ?? newId();
    const next = same
      ? lines.map((line) =>
          line === same ? { ...line, product, quantityMilli: line.quantityMilli + quantityMilli } : line,
        )
      : [...lines, { key, product, quantityMilli, discountClp: 0, reason: '' }];
    change({ lines: next }, key);
    set({ flashed: { key, at: performance.now() }, sold: undefined });
  },
  setQuantity: (key, quantityMilli) => {
    const { lines, change, remove } = get();
    if (quantityMilli <= 0) remove(key);
    else change({ lines: lines.map((line) => (line.key === key ? { ...line, quantityMilli } : line)) }, key);
  },
  remove: (key) => {
    const { lines, change } = get();
    const index = lines.findIndex((line) => line.key === key);
    const left = lines.filter((line) => line.key !== key);
    change({ lines: left });
    set({ selected: left[Math.min(index, left.length - 1)]?.key });
  },
  select: (selected) => set({ selected }),
  undo: () =>
    set((state) => {
      const last = state.past.at(-1);
      return last ? { ...last, past: state.past.slice(0, -1), selected: last.lines.at(-1)?.key } : {};
    }),
  clear: () =>
    set({
      ...EMPTY,
      id: newId(),
      checkoutId: newId(),
      selected: undefined,
      flashed: undefined,
      past: [],
      sold: undefined,
    }),
  finish: (sold) => {
    get().clear();
    set({ sold });
  },
  load: (id, content) =>
    set({ ...content, id, checkoutId: newId(), selected: content.lines.at(-1)?.key, flashed: undefined, past: [] }),
}));

/** The totals of the cart at an IVA rate; the same function that the core charges with. */
export function totalsOf(
  cart: Pick<Content, 'lines' | 'orderDiscountClp'>,
  ivaBasisPoints: number,
): { totals: Totals; lineTotals: number[] } {
  const inputs = cart.lines.map((line) => ({
    unitPriceClp: line.unitPriceClp ?? line.product.priceClp,
    quantityMilli: line.quantityMilli,
    discountClp: line.discountClp,
    taxKind: line.product.taxKind,
  }));
  const priced = price(inputs, cart.orderDiscountClp, basisPoints(ivaBasisPoints));
  return { totals: priced.totals, lineTotals: priced.lines.map((line) => line.totalClp) };
}

/** What is sent of a cart, whether it is sold, parked or kept. */
export function sentContent(cart: Content) {
  return {
    documentKind: cart.documentKind,
    customerId: cart.customerId,
    vehicleId: cart.vehicleId,
    odometerKm: cart.odometerKm,
    note: '',
    orderDiscountClp: cart.orderDiscountClp,
    lines: cart.lines.map(({ product, quantityMilli, unitPriceClp, discountClp, reason }) => ({
      productId: product.id,
      quantityMilli,
      ...(unitPriceClp === undefined ? {} : { unitPriceClp }),
      discountClp,
      reason,
    })),
  };
}
