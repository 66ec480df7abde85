/** Vender. The box, the tiles, the cart; every rule of its keys is a test in tests/e2e. */
import { notifications } from '@mantine/notifications';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { call } from '../../api/client.ts';
import { read, useRead } from '../../api/hooks.ts';
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
import { useScans } from './useScans.ts';

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
  useEffect(() => {
    // Coming back from another window, the caret is where the next scan goes.
    const comeBack = (): void => {
      if (document.activeElement === document.body && document.querySelector('[data-dialog]') === null) focusBox();
    };
    window.addEventListener('focus', comeBack);
    return () => window.removeEventListener('focus', comeBack);
  }, [focusBox]);
  const close = useCallback(() => {
    setOpen(undefined);
    focusBox();
  }, [focusBox]);

  const say = useCallback((words: string) => setSaid((old) => (old === words ? `${words}\u00a0` : words)), []);
  const add = useCallback(
    (product: CounterProduct, quantityMilli: number) => {
      useCart.getState().add(product, quantityMilli);
      setSold(undefined);
      lastUnknown.current = '';
      beep('added');
      const isOne = quantityMilli === 1000;
      say(
        isOne
          ? t('sell.added', { name: product.name })
          : t('sell.addedTimes', { quantity: formatMilli(quantityMilli), name: product.name }),
      );
    },
    [t, say],
  );

  const mayCreate = useMay('catalog.write');
  const lastUnknown = useRef('');
  const unknown = useCallback(
    (code: string) => {
      const id = 'unknown-code';
      const act = (run: () => void) => (): void => {
        notifications.hide(id);
        run();
      };
      lastUnknown.current = code;
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
          {mayCreate && (
            <button type="button" className="rd-link" onClick={act(() => (setNewCode(code), setOpen('product')))}>
              {t('sell.createProduct')} (Ins)
            </button>
          )}
        </>,
        id,
      );
    },
    [t, say, focusBox, mayCreate],
  );

  // Entries are resolved one after the other, in the order they were made, however fast they come.
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const enqueue = useCallback((work: () => unknown) => {
    queue.current = queue.current.then(work).catch((error: unknown) => {
      beep('unknown');
      toastError(error);
    });
  }, []);
  const scan = useCallback(
    (entry: string) =>
      enqueue(async () => {
        const { times, code } = parseEntry(entry);
        const found = await call('counter.byCode', { code });
        if (found) add(found.product, Math.round(found.quantityMilli * times));
        else unknown(code);
      }),
    [add, enqueue, unknown],
  );

  const results = useSearch(text);
  const find = useCallback(
    (entry: string, marked: CounterProduct | undefined) =>
      enqueue(async () => {
        const { times, code } = parseEntry(entry);
        const found = await call('counter.byCode', { code });
        if (found) return add(found.product, Math.round(found.quantityMilli * times));
        if (marked) return add(marked, Math.round(1000 * times));
        // Enter was faster than the results: one of them is what was meant, of several somebody has to choose.
        const hits = await read('counter.search', { text: code });
        const [first] = hits;
        if (!first) unknown(code);
        else if (hits.length === 1) add(first, Math.round(1000 * times));
        else setText((typed) => (typed === '' ? entry : typed));
      }),
    [add, enqueue, unknown],
  );
  const pay = useCallback(() => enqueue(() => void (useCart.getState().lines.length > 0 && setOpen('pay'))), [enqueue]);
  const submit = (isScan: boolean): void => {
    const entry = box.current?.value ?? '';
    if (entry.trim() === '') return pay();
    const { code } = parseEntry(entry);
    if (isScan || /^\d{3,}$/.test(code)) scan(entry);
    else find(entry, results.text === code ? results.hits?.[at] : undefined);
    setText('');
    setAt(0);
  };

  useScans({
    box: useCallback(() => box.current, []),
    onScan: scan,
    onRefused: useCallback(() => {
      beep('unknown');
      toastBad(t('sell.scanRefused'), '', 'scan-refused');
    }, [t]),
  });

  const clearText = useCallback(() => setText(''), []);
  const create = useCallback(() => {
    setNewCode(lastUnknown.current);
    setOpen('product');
  }, []);
  useSellCommands({ focusBox, setOpen, clearText, pay, create, mayCreate });
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
        <Tiles
          categoryId={categoryId}
          hits={hits}
          typed={text}
          at={at}
          onAdd={(product) => (add(product, 1000), setText(''), focusBox())}
        />
      </section>
      <CartPanel
        ivaBasisPoints={ivaBasisPoints}
        sold={sold}
        onPay={pay}
        onReprint={() => setOpen('receipt')}
        onVoid={() => setOpen('void')}
        onPlate={() => setOpen('plate')}
      />
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
        {open === 'product' && (
          <ProductDialog barcode={newCode} onClose={close} onSaved={() => newCode !== '' && scan(newCode)} />
        )}
      </Suspense>
    </div>
  );
}

/** A pause in typing after which is searched: shorter than a person's, longer than a scanner's. */
const PAUSE_MS = 60;

/** Full-text results, each with the text it answers: Enter must not take a hit of an older text. Digits alone are a code: no search. */
function useSearch(typed: string): { text: string; hits: CounterProduct[] | undefined } {
  const [text, setText] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setText(typed), typed === '' ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const { code } = parseEntry(text);
  const isSearch = typed.trim() !== '' && code.length >= 2 && !/^\d{3,}$/.test(code);
  const found = useRead('counter.search', { text: code }, { enabled: isSearch, keepPrevious: true });
  return {
    text: isSearch && !found.isPlaceholderData && found.data ? code : '',
    hits: isSearch ? found.data : undefined,
  };
}

function useSellCommands({
  focusBox,
  setOpen,
  clearText,
  pay,
  create,
  mayCreate,
}: {
  focusBox: () => void;
  setOpen: (open: Open) => void;
  clearText: () => void;
  pay: () => void;
  create: () => void;
  mayCreate: boolean;
}): void {
  const [, navigate] = useLocation();
  const commands = useMemo((): AppCommand[] => {
    const cart = useCart.getState;
    const ifLines = (run: () => void) => () => void (cart().lines.length > 0 && run());
    return [
      { id: 'find', key: 'F2', text: 'app.search', bar: 'app.search', run: () => (clearText(), focusBox()) },
      { id: 'plate', key: 'F3', text: 'plate.title', bar: 'sell.plateShort', run: () => setOpen('plate') },
      {
        id: 'quantity',
        key: 'F4',
        text: 'sell.quantity',
        bar: 'sell.quantity',
        run: ifLines(() => setOpen('quantity')),
      },
      {
        id: 'discount',
        key: 'F6',
        text: 'sell.discount',
        bar: 'sell.discount',
        run: ifLines(() => setOpen('discount')),
      },
      { id: 'parked', key: 'F7', text: 'sell.parkedTitle', bar: 'bar.park', run: () => setOpen('parked') },
      { id: 'sales', key: 'F8', text: 'sales.ofShift', bar: 'sell.reprint', run: () => navigate('/sales') },
      { id: 'pay', key: 'F9', text: 'pay.title', bar: 'pay.title', run: pay },
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
        ? [
            {
              id: 'create',
              key: 'Insert',
              text: 'sell.createProduct' as const,
              run: create,
            },
          ]
        : []),
    ];
  }, [focusBox, setOpen, clearText, pay, create, navigate, mayCreate]);
  useCommands('sell', commands);
}
