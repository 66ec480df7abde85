/** What the sell screen shows besides the cart: the text of the box, the marked result, the category, the open dialog. */
import { create } from 'zustand';
import type { CounterProduct } from './cart.ts';

export type SellDialog =
  'pay' | 'quantity' | 'discount' | 'parked' | 'plate' | 'void' | 'receipt' | 'product' | 'elsewhere';

interface View {
  text: string;
  /** The marked one of the results. */
  at: number;
  categoryId: string | undefined;
  open: SellDialog | undefined;
  /** The code that a new product is created with: the last one that was not known. */
  unknownCode: string;
  /** Whose stock in the other branches is shown. */
  elsewhere: CounterProduct | undefined;
}

export const useSellView = create<View>(() => ({
  text: '',
  at: 0,
  categoryId: undefined,
  open: undefined,
  unknownCode: '',
  elsewhere: undefined,
}));

export const setText = (text: string): void => useSellView.setState({ text, at: 0 });
export const openDialog = (open: SellDialog): void => useSellView.setState({ open });
export const closeDialog = (): void => {
  useSellView.setState({ open: undefined });
  focusBox();
};

/** The caret goes where the next scan goes, once whatever had it is gone. */
export const focusBox = (): void =>
  void requestAnimationFrame(() => document.querySelector<HTMLInputElement>('[data-scan-box]')?.focus());
