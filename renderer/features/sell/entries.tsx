/** From what was scanned or typed to a line of the cart. One entry after the other, in the order they were made, however fast they come. */
import { notifications } from '@mantine/notifications';
import { call, type OutputOf } from '../../api/client.ts';
import { command, queries, read } from '../../api/hooks.ts';
import { t } from '../../text/index.ts';
import { formatMilli } from '../../ui/format.ts';
import { toastBad, toastDone, toastError } from '../../ui/toast.ts';
import { may } from '../session/store.ts';
import { type CounterProduct, sentContent, totalsOf, useCart } from './cart.ts';
import { say } from './LiveRegion.tsx';
import { parseEntry } from './scanner.ts';
import { beep } from './sound.ts';
import { focusBox, openDialog, setText, useSellView } from './view.ts';

const TILES = ['counter.tiles', {}];
const CODES = ['counter.codes', {}];

let queue: Promise<unknown> = Promise.resolve();

/** Does it once every entry before it is in the cart, and lets those after it wait: what replaces the cart must not swallow a scan. */
export function inTurn<T>(work: () => T | Promise<T>): Promise<T> {
  const done = queue.then(work);
  queue = done.catch(() => undefined);
  return done;
}

function enqueue(work: () => unknown): void {
  inTurn(work).catch((error: unknown) => {
    beep('unknown');
    toastError(error);
  });
}

/** A barcode of a product on the tiles. Both lists are kept fresh by the core's topics, so no question is needed. */
function known(code: string): { product: CounterProduct; quantityMilli: number } | undefined {
  const match = queries.getQueryData<OutputOf<'counter.codes'>>(CODES)?.find((each) => each.code === code);
  const product = match && queries.getQueryData<CounterProduct[]>(TILES)?.find(({ id }) => id === match.productId);
  return product && { product, quantityMilli: match.quantityMilli };
}

/** A scanned code, as it stands; `3*` before it is three of it. */
export function scan(entry: string): void {
  enqueue(async () => {
    const { times, code } = parseEntry(entry);
    const found = known(code) ?? (await call('counter.byCode', { code }));
    if (found) add(found.product, Math.round(found.quantityMilli * times));
    else unknown(code);
  });
}

/** Typed words: a code if there is one, else the result that was marked when Enter was pressed. */
export function find(entry: string, marked: CounterProduct | undefined): void {
  enqueue(async () => {
    const { times, code } = parseEntry(entry);
    const found = known(code) ?? (await call('counter.byCode', { code }));
    if (found) return add(found.product, Math.round(found.quantityMilli * times));
    if (marked) return add(marked, Math.round(1000 * times));
    // Enter was faster than the results: one of them is what was meant, of several somebody has to choose.
    const hits = await read('counter.search', { text: code });
    const [first] = hits;
    if (!first) unknown(code);
    else if (hits.length === 1) add(first, Math.round(1000 * times));
    else if (useSellView.getState().text === '') setText(entry);
  });
}

/** Cobrar, once every scan before it is in the cart. */
export function pay(): void {
  enqueue(() => {
    if (useCart.getState().lines.length > 0) openDialog('pay');
  });
}

export function add(product: CounterProduct, quantityMilli: number): void {
  useCart.getState().add(product, quantityMilli);
  useSellView.setState({ unknownCode: '' });
  beep('added');
  say(
    quantityMilli === 1000
      ? t('sell.added', { name: product.name })
      : t('sell.addedTimes', { quantity: formatMilli(quantityMilli), name: product.name }),
  );
}

const UNKNOWN = 'unknown-code';

/** The cart stays as it is; the toast stays too, with the two things that can be done. */
function unknown(code: string): void {
  const act = (run: () => void) => (): void => {
    notifications.hide(UNKNOWN);
    run();
  };
  useSellView.setState({ unknownCode: code });
  beep('unknown');
  say(t('sell.unknownCode', { code }));
  toastBad(
    t('sell.unknownCode', { code }),
    <>
      {t('sell.unknownHint')}
      <br />
      <button type="button" className="rd-link" onClick={act(() => (setText(''), focusBox()))}>
        {t('sell.findByName')} (F2)
      </button>
      {may('catalog.write') && (
        <button type="button" className="rd-link" onClick={act(() => openDialog('product'))}>
          {t('sell.createProduct')} (Ins)
        </button>
      )}
    </>,
    UNKNOWN,
  );
}

/** Stock in the other branches: of the marked result while something is typed, else of the line in hand. */
export function lookElsewhere(): void {
  const { text: typed, at } = useSellView.getState();
  const { lines, selected } = useCart.getState();
  const hits = queries.getQueryData<CounterProduct[]>(['counter.search', { text: parseEntry(typed).code }]);
  const product =
    typed.trim() === '' ? (lines.find(({ key }) => key === selected) ?? lines.at(-1))?.product : hits?.[at];
  if (!product) return toastDone(t('sync.elsewhereHow'));
  useSellView.setState({ elsewhere: product });
  openDialog('elsewhere');
}

/** A scan while money is counted is not for this sale. */
export function refuse(): void {
  beep('unknown');
  say(t('sell.scanRefused'));
  toastBad(t('sell.scanRefused'), '', 'scan-refused');
}

/** With something in the cart it is put aside at once, named by plate or first item; empty, it lists what waits. Never asks. */
export function parkOrResume(): void {
  enqueue(async () => {
    const cart = useCart.getState();
    if (cart.lines.length === 0) return openDialog('parked');
    const name = (cart.plate || cart.customerName || cart.lines[0]?.product.name || '').slice(0, 60);
    const { totals } = totalsOf(cart, 0);
    await command('carts.park', { id: cart.id, name, content: sentContent(cart), totalClp: totals.totalClp });
    cart.clear();
    toastDone(t('sell.parked', { name }));
    focusBox();
  });
}

/** The cart becomes an order that waits, with its stock reserved. */
export function keepAsOrder(): void {
  enqueue(async () => {
    const cart = useCart.getState();
    const { number } = await command('orders.create', sentContent(cart), cart.checkoutId);
    cart.clear();
    toastDone(t('orders.made', { number }));
    focusBox();
  });
}
