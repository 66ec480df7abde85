/** Vender. The box, the tiles, the cart; every rule of its keys is a test in tests/e2e. */
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { call, CallError } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { type AppCommand, useCommands } from '../../app/commands.ts';
import { useText } from '../../text/useText.ts';
import { formatMilli } from '../../ui/format.ts';
import { toastBad, toastError } from '../../ui/toast.ts';
import { useMay } from '../session/store.ts';
import { CartPanel, type SoldSale } from './CartPanel.tsx';
import { type CounterProduct, useCart } from './cart.ts';
import { CategoryChips } from './CategoryChips.tsx';
import { ScanBox } from './ScanBox.tsx';
import { beep } from './sound.ts';
import { parseEntry } from './scanner.ts';
import { Tiles } from './Tiles.tsx';
import { useDraft } from './useDraft.ts';
import { scanner, useScans } from './useScans.ts';

const PayDialog = lazy(() => import('../pay/PayDialog.tsx'));
const QuantityDialog = lazy(() => import('./QuantityDialog.tsx'));
const DiscountDialog = lazy(() => import('./DiscountDialog.tsx'));
const ParkedDialog = lazy(() => import('./ParkedDialog.tsx'));
const PlateDialog = lazy(() => import('./PlateDialog.tsx'));
const VoidDialog = lazy(() => import('./VoidDialog.tsx'));
const ReceiptDialog = lazy(() => import('../receipt/ReceiptDialog.tsx'));
const ProductDialog = lazy(() => import('../products/ProductDialog.tsx'));

type Open = 'pay' | 'quantity' | 'discount' | 'parked' | 'plate' | 'void' | 'receipt' | 'product';

export function SellScreen() {
  const t = useText();
  const box = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [categoryId, setCategoryId] = useState<string>();
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState<Open>();
  const [sold, setSold] = useState<SoldSale>();
  const [said, setSaid] = useState('');
  const [newCode, setNewCode] = useState('');
  const terms = useRead('counter.terms', {});
  const ivaBasisPoints = terms.data?.ivaBasisPoints ?? 1900;
  useDraft(ivaBasisPoints);

  const focusBox = useCallback(() => requestAnimationFrame(() => box.current?.focus()), []);
  const close = useCallback(() => {
    setOpen(undefined);
    focusBox();
  }, [focusBox]);

  const add = useCallback(
    (product: CounterProduct, quantityMilli: number) => {
      useCart.getState().add(product, quantityMilli);
      setSold(undefined);
      beep('added');
      const isOne = quantityMilli === 1000;
      setSaid(isOne ? t('sell.added', { name: product.name }) : t('sell.addedTimes', { quantity: formatMilli(quantityMilli), name: product.name }));
    },
    [t],
  );

  const unknown = useCallback(
    (code: string) => {
      beep('unknown');
      setSaid(t('sell.unknownCode', { code }));
      toastBad(
        t('sell.unknownCode', { code }),
        <>
          {t('sell.unknownHint')}
          <br />
          <button type="button" className="rd-link" onClick={() => (setText(''), focusBox())}>
            {t('sell.findByName')} (F2)
          </button>
          <button type="button" className="rd-link" onClick={() => (setNewCode(code), setOpen('product'))}>
            {t('sell.createProduct')} (Ins)
          </button>
        </>,
        `unknown-${code}`,
      );
    },
    [t, focusBox],
  );

  // Scans are resolved one after the other, in the order they were read, however fast they come.
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const resolve = useCallback(
    (entry: string, fallback?: CounterProduct) => {
      const { times, code } = parseEntry(entry);
      queue.current = queue.current.then(async () => {
        try {
          const found = await call('counter.byCode', { code });
          if (found) add(found.product, Math.round(found.quantityMilli * times));
          else if (fallback) add(fallback, Math.round(1000 * times));
          else unknown(code);
        } catch (error) {
          beep('unknown');
          toastError(error instanceof CallError ? error : new CallError('INTERNAL'));
        }
      });
    },
    [add, unknown],
  );

  const results = useSearch(text);
  const submit = (): void => {
    const entry = box.current?.value ?? '';
    if (entry.trim() === '') {
      if (useCart.getState().lines.length > 0) setOpen('pay');
      return;
    }
    scanner.handled(performance.now());
    const { code } = parseEntry(entry);
    // A code is taken as it stands; words take the tile that is marked.
    resolve(entry, /^\d{3,}$/.test(code) || results.text !== text ? undefined : results.hits?.[at]);
    setText('');
    setAt(0);
  };

  useScans({
    box: useCallback(() => box.current, []),
    onScan: resolve,
    onRefused: useCallback(() => {
      beep('unknown');
      toastBad(t('sell.scanRefused'), '', 'scan-refused');
    }, [t]),
  });

  const clearText = useCallback(() => setText(''), []);
  useSellCommands({ focusBox, setOpen, setNewCode, clearText });
  const hits = text.trim() === '' ? undefined : results.hits;
  return (
    <div className="rd-sell">
      <section className="rd-sell-left" aria-label={t('sell.title')}>
        <ScanBox
          inputRef={box}
          value={text}
          onChange={(value) => (setText(value), setAt(0))}
          onSubmit={submit}
          onMove={(step) => setAt((index) => Math.max(0, Math.min((hits?.length ?? 1) - 1, index + step)))}
        />
        <CategoryChips chosen={categoryId} onChoose={(id) => (setCategoryId(id), focusBox())} />
        <Tiles categoryId={categoryId} hits={hits} typed={text} at={at} onAdd={(product) => (add(product, 1000), setText(''), focusBox())} />
      </section>
      <CartPanel ivaBasisPoints={ivaBasisPoints} sold={sold} onPay={() => setOpen('pay')} onReprint={() => setOpen('receipt')} onVoid={() => setOpen('void')} onPlate={() => setOpen('plate')} />
      <div className="rd-hidden" aria-live="polite">
        {said}
      </div>
      <Suspense>
        {open === 'pay' && (
          <PayDialog
            ivaBasisPoints={ivaBasisPoints}
            onClose={close}
            onSold={(sale) => {
              setSold(sale);
              useCart.getState().clear();
              close();
            }}
          />
        )}
        {open === 'quantity' && <QuantityDialog onClose={close} />}
        {open === 'discount' && <DiscountDialog onClose={close} />}
        {open === 'parked' && <ParkedDialog onClose={close} />}
        {open === 'plate' && <PlateDialog onClose={close} onAdd={add} />}
        {open === 'void' && <VoidDialog ivaBasisPoints={ivaBasisPoints} onClose={close} />}
        {open === 'receipt' && sold && <ReceiptDialog documentKind="SALE" documentId={sold.saleId} onClose={close} />}
        {open === 'product' && <ProductDialog barcode={newCode} onClose={close} onSaved={() => newCode !== '' && resolve(newCode)} />}
      </Suspense>
    </div>
  );
}

/** Full-text results, each with the text it answers: Enter must not take a hit of an older text. */
function useSearch(text: string): { text: string; hits: CounterProduct[] | undefined } {
  const { code } = parseEntry(text);
  const isSearch = code.length >= 2 && !/^\d{3,}$/.test(code);
  const found = useRead('counter.search', { text: code }, { enabled: isSearch, keepPrevious: true });
  return { text: isSearch && !found.isPlaceholderData && found.data ? text : '', hits: isSearch ? found.data : undefined };
}

function useSellCommands({
  focusBox,
  setOpen,
  setNewCode,
  clearText,
}: {
  focusBox: () => void;
  setOpen: (open: Open) => void;
  setNewCode: (code: string) => void;
  clearText: () => void;
}): void {
  const [, navigate] = useLocation();
  const mayCreate = useMay('catalog.write');
  const commands = useMemo((): AppCommand[] => {
    const cart = useCart.getState;
    const ifLines = (run: () => void) => () => void (cart().lines.length > 0 && run());
    return [
      { id: 'find', key: 'F2', text: 'app.search', bar: 'app.search', run: () => (clearText(), focusBox()) },
      { id: 'plate', key: 'F3', text: 'plate.title', bar: 'sell.plateShort', run: () => setOpen('plate') },
      { id: 'quantity', key: 'F4', text: 'sell.quantity', bar: 'sell.quantity', run: ifLines(() => setOpen('quantity')) },
      { id: 'discount', key: 'F6', text: 'sell.discount', bar: 'sell.discount', run: ifLines(() => setOpen('discount')) },
      { id: 'parked', key: 'F7', text: 'sell.parkedTitle', bar: 'bar.park', run: () => setOpen('parked') },
      { id: 'sales', key: 'F8', text: 'sales.ofShift', bar: 'sell.reprint', run: () => navigate('/sales') },
      { id: 'pay', key: 'F9', text: 'pay.title', bar: 'pay.title', run: ifLines(() => setOpen('pay')) },
      { id: 'undo', key: 'Control+z', text: 'sell.undo', run: () => (cart().undo(), focusBox()) },
      {
        id: 'remove',
        key: 'Delete',
        text: 'sell.remove',
        run: () => {
          const { selected, remove } = cart();
          if (selected !== undefined) remove(selected);
          focusBox();
        },
      },
      { id: 'back', key: 'Escape', text: 'app.back', run: () => (clearText(), focusBox()) },
      ...(mayCreate
        ? [{ id: 'create', key: 'Insert', text: 'sell.createProduct' as const, run: () => (setNewCode(''), setOpen('product')) }]
        : []),
    ];
  }, [focusBox, setOpen, setNewCode, clearText, navigate, mayCreate]);
  useCommands('sell', commands);
}
