/**
 * The line that is being written, and the codes still looked up for it. Over a slow network answers come late: codes are answered one after
 * the other, in the order they were read, and an answer fills only what nobody has written since it was asked for.
 */
import { type RefObject, useRef, useState } from 'react';
import { call } from '../../api/client.ts';
import { newId, read } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { errorText } from '../../ui/errorText.ts';
import { parseCost, parseQuantity, quantityText } from '../../ui/format.ts';
import { GAP_MS } from '../sell/scanner.ts';
import { scanner } from '../sell/useScans.ts';
import { useMay } from '../session/store.ts';
import type { StockLine, StockWork } from './draft.ts';

type Product = StockLine['product'];

/** What stands in the fields. */
interface Entry {
  text: string;
  product: Product | undefined;
  quantity: string;
  cost: string;
  error: string | undefined;
}

/** Words may have been meant, not a code. */
interface Typed {
  marked: Product | undefined;
}

interface Fields {
  search: RefObject<HTMLInputElement | null>;
  amount: RefObject<HTMLInputElement | null>;
  price: RefObject<HTMLInputElement | null>;
}

interface LineEntry {
  entry: Entry;
  set: (patch: Partial<Entry>) => void;
  scan: (code: string) => void;
  choose: (product: Product) => void;
  /** Enter; `marked` is the result on the screen that is meant if what was typed is no code. */
  submit: (marked: Product | undefined) => void;
}

const EMPTY: Entry = { text: '', product: undefined, quantity: '1', cost: '', error: undefined };

export function useLineEntry(work: StockWork, fields: Fields, onAdd: (line: StockLine) => void): LineEntry {
  const t = useText();
  const seesCost = useMay('cost.read');
  const [entry, draw] = useState(EMPTY);
  /** The same at this very moment, for answers that come late. */
  const now = useRef(EMPTY);
  const queue = useRef(Promise.resolve());
  const waiting = useRef({ count: 0, text: '' });
  const isReceipt = work === 'receive';

  const set = (patch: Partial<Entry>): void => {
    now.current = { ...now.current, ...patch };
    draw(now.current);
  };

  const enqueue = (step: () => Promise<void> | void): void => {
    waiting.current = { count: waiting.current.count + 1, text: now.current.text };
    queue.current = queue.current
      .then(step)
      .catch((failure: unknown) => set({ error: errorText(failure) }))
      .finally(() => void (waiting.current.count -= 1));
  };

  /** Whether the line that stands in the fields could be added. */
  const add = (): boolean => {
    const { product, quantity, cost } = now.current;
    const quantityMilli = parseQuantity(quantity);
    const unitCostMilliClp = parseCost(cost);
    if (!product || quantityMilli === undefined || (quantityMilli === 0 && work !== 'adjust')) {
      fields.amount.current?.select();
      return false;
    }
    if (isReceipt && unitCostMilliClp === undefined) {
      if (document.activeElement === fields.price.current) set({ error: t('stock.needCost') });
      fields.price.current?.focus();
      return false;
    }
    onAdd({ key: newId(), product, quantityMilli, unitCostMilliClp: unitCostMilliClp ?? 0 });
    set(EMPTY);
    fields.search.current?.focus();
    return true;
  };

  const fill = async (product: Product, quantityMilli: number, asked: Asked): Promise<void> => {
    const { quantity, cost } = now.current;
    const isHandStill = asked.isHandStill();
    set({
      product,
      text: `${product.sku} · ${product.name}`,
      quantity: quantity === asked.entry.quantity ? quantityText(quantityMilli) : quantity,
      cost: cost === asked.entry.cost ? '' : cost,
      error: undefined,
    });
    if (isHandStill) requestAnimationFrame(() => fields.amount.current?.select());
    if (!isReceipt || !seesCost) return;
    // What it cost last stands ready; the invoice decides.
    const card = await call('products.get', { id: product.id }).catch(() => undefined);
    if (!card?.listCostMilliClp || now.current.product !== product || now.current.cost !== '') return;
    set({ cost: quantityText(card.listCostMilliClp) });
  };

  const lookUp = async (code: string, typed?: Typed): Promise<void> => {
    const asked = askedNow(now.current);
    const answer = await call('counter.byCode', { code });
    await burstIsOver();
    // Another search has been begun meanwhile, and no code is behind this one: it is wanted no more.
    if (now.current.text !== asked.entry.text && waiting.current.count === 1) return;
    if (answer) return fill(answer.product, answer.quantityMilli, asked);
    if (typed?.marked) return fill(typed.marked, 1000, asked);
    // Enter was faster than the results: the only one is what was meant, of several somebody has to choose.
    const rows = typed ? (await read('products.list', { text: code, limit: 6, kind: 'GOODS' })).rows : [];
    if (rows.length === 0) set({ error: t('sell.unknownCode', { code }) });
    else if (rows.length === 1 && rows[0]) await fill(rows[0], 1000, asked);
  };

  const enter = (code: string, typed?: Typed): void =>
    enqueue(() => (!now.current.product || add() ? lookUp(code, typed) : undefined));

  return {
    entry,
    set,
    scan: (code) => enter(code),
    choose: (product) => enqueue(() => fill(product, 1000, askedNow(now.current))),
    submit: (marked) => {
      const { product, text } = now.current;
      if (product) add();
      else if (waiting.current.count === 0 || text !== waiting.current.text) {
        if (text.trim() === '') return;
        enter(text.trim(), { marked });
        // The next code takes the place of this one.
        if (document.activeElement === fields.search.current) fields.search.current?.select();
      } else if (document.activeElement !== fields.search.current) {
        // Enter behind the quantity, before the product is there: it is added as soon as it comes.
        enqueue(() => void (now.current.product && add()));
      }
    },
  };
}

/** How things stood when a code was asked for. */
interface Asked {
  entry: Entry;
  /** Whether the caret is where it was, with nothing written there since. */
  isHandStill: () => boolean;
}

function askedNow(entry: Entry): Asked {
  const field = document.activeElement;
  const textOf = (): string => (field instanceof HTMLInputElement ? field.value : '');
  const text = textOf();
  return { entry, isHandStill: () => document.activeElement === field && textOf() === text };
}

/** While a scanner types, fields hold pieces of its code that are taken out again. */
async function burstIsOver(): Promise<void> {
  while (scanner.isBursting(performance.now())) await new Promise((resolve) => setTimeout(resolve, GAP_MS));
}
