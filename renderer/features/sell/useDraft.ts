/** Keeps the cart in the core as it changes, and brings it back after a crash, a reload or a change of user. */
import { useEffect } from 'react';
import { call } from '../../api/client.ts';
import { read } from '../../api/hooks.ts';
import { t } from '../../text/index.ts';
import { toastDone } from '../../ui/toast.ts';
import { useSession } from '../session/store.ts';
import { type CartLine, sentContent, totalsOf, useCart } from './cart.ts';
import { useSellView } from './view.ts';

const KEEP_AFTER_MS = 250;
const KEPT = ['lines', 'orderDiscountClp', 'documentKind', 'customerId', 'vehicleId', 'odometerKm'] as const;

interface StoredLine {
  productId: string;
  quantityMilli: number;
  unitPriceClp?: number | undefined;
  discountClp: number;
  reason: string;
}
interface Stored {
  id: string;
  content: Omit<ReturnType<typeof sentContent>, 'lines'> & { lines: StoredLine[] };
}

/** Puts a stored cart on the screen in place of what is there. */
export async function restore(stored: Stored): Promise<void> {
  useCart.getState().load(stored.id, await drawn(stored));
}

/** A stored cart as the screen has it, at today's prices; products that are sold no more are left out. */
async function drawn({ content }: Stored) {
  const products = await read('counter.byIds', { ids: content.lines.map((line) => line.productId) });
  const lines = content.lines.flatMap((line): CartLine[] => {
    const product = products.find((candidate) => candidate.id === line.productId);
    const { quantityMilli, unitPriceClp, discountClp, reason } = line;
    const own = unitPriceClp === undefined ? {} : { unitPriceClp };
    return product ? [{ key: crypto.randomUUID(), product, quantityMilli, discountClp, reason, ...own }] : [];
  });
  const customer = content.customerId === null ? undefined : await read('customers.get', { id: content.customerId });
  const vehicle = customer?.vehicles.find((candidate) => candidate.id === content.vehicleId);
  return {
    lines,
    orderDiscountClp: content.orderDiscountClp,
    documentKind: content.documentKind,
    customerId: content.customerId,
    customerName: customer ? `${customer.firstName} ${customer.lastName}`.trim() : '',
    vehicleId: content.vehicleId,
    plate: vehicle?.plate ?? '',
    vehicleName: vehicle ? `${vehicle.make} ${vehicle.model}`.trim() : '',
    odometerKm: content.odometerKm,
  };
}

/** The cart of before a crash or a reload comes back, and what was scanned until it came stands behind it. */
async function bringBack(): Promise<void> {
  const draft = await call('carts.draft', {});
  if (!draft || draft.content.lines.length === 0) return;
  const content = await drawn(draft);
  // Nothing changes under a payment; and what is already there is not brought back.
  if (isSelling || useSellView.getState().open === 'pay' || useCart.getState().id === draft.id) return;
  const { lines, customerId, customerName, vehicleId, plate, vehicleName, odometerKm, load } = useCart.getState();
  const isAttached = customerId !== null || vehicleId !== null;
  const attached = isAttached ? { customerId, customerName, vehicleId, plate, vehicleName, odometerKm } : {};
  load(draft.id, { ...content, ...attached, lines: [...content.lines, ...lines] });
  toastDone(t('sell.restored'));
}

let waiting: ReturnType<typeof setTimeout> | undefined;
/** Whether the cart is being sold, or was sent to be sold and nobody knows. */
let isSelling = false;
let comingBack = Promise.resolve();

/** A cart that is being sold is not kept any more: a draft that arrives after the sale would offer it again. */
export function stopKeeping(): void {
  clearTimeout(waiting);
  isSelling = true;
}

/** Keeps what is on the screen. That it could not is no reason to disturb a sale: the next change tries again. */
export function keep(ivaBasisPoints: number): void {
  clearTimeout(waiting);
  isSelling = false;
  const save = async (): Promise<void> => {
    // What is kept takes the place of the cart that is still on its way back.
    await comingBack;
    if (isSelling) return;
    const cart = useCart.getState();
    const { totals } = totalsOf(cart, ivaBasisPoints);
    await call('carts.save', { id: cart.id, content: sentContent(cart), totalClp: totals.totalClp });
  };
  void save().catch(() => undefined);
}

export function useDraft(ivaBasisPoints: number): void {
  useEffect(() => {
    const { lines } = useCart.getState();
    if (lines.length > 0) return;
    comingBack = bringBack().catch(() => undefined);
  }, []);
  useEffect(() => {
    let isDue = false;
    const unsubscribe = useCart.subscribe((state, previous) => {
      if (!KEPT.some((name) => state[name] !== previous[name])) return;
      clearTimeout(waiting);
      isDue = true;
      waiting = setTimeout(() => {
        isDue = false;
        keep(ivaBasisPoints);
      }, KEEP_AFTER_MS);
    });
    // What was added while the machine did not answer.
    const stopWatching = useSession.subscribe(({ isConnected }, { isConnected: wasConnected }) => {
      if (isConnected && !wasConnected && !isSelling && useCart.getState().lines.length > 0) keep(ivaBasisPoints);
    });
    return () => {
      unsubscribe();
      stopWatching();
      if (isDue) keep(ivaBasisPoints);
    };
  }, [ivaBasisPoints]);
}
