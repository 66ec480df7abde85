/** Vender. The box, the tiles, the cart; every rule of its keys is a test in tests/e2e. */
import { Suspense, useEffect, useState } from 'react';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { CartPanel } from './CartPanel.tsx';
import { type CounterProduct, useCart } from './cart.ts';
import { CategoryChips } from './CategoryChips.tsx';
import { add, find, pay, refuse, scan } from './entries.tsx';
import { LiveRegion } from './LiveRegion.tsx';
import { ScanBox } from './ScanBox.tsx';
import { parseEntry } from './scanner.ts';
import { Tiles } from './Tiles.tsx';
import { useDraft } from './useDraft.ts';
import { useScans } from './useScans.ts';
import { useSellCommands } from './useSellCommands.ts';
import { closeDialog, focusBox, setText, useSellView } from './view.ts';
import { lazily, loadEarly } from '../../app/lazily.ts';

/** What a sale needs besides this screen: fetched ahead, so that it opens at once and while the main machine does not answer. */
const COUNTER = {
  pay: () => import('../pay/PayDialog.tsx'),
  quantity: () => import('./QuantityDialog.tsx'),
  discount: () => import('./DiscountDialog.tsx'),
  parked: () => import('./ParkedDialog.tsx'),
  plate: () => import('./PlateDialog.tsx'),
  void: () => import('./VoidDialog.tsx'),
  receipt: () => import('../receipt/ReceiptDialog.tsx'),
};
const PayDialog = lazily(COUNTER.pay);
const QuantityDialog = lazily(COUNTER.quantity);
const DiscountDialog = lazily(COUNTER.discount);
const ParkedDialog = lazily(COUNTER.parked);
const PlateDialog = lazily(COUNTER.plate);
const VoidDialog = lazily(COUNTER.void);
const ReceiptDialog = lazily(COUNTER.receipt);
const ElsewhereDialog = lazily(() => import('../sync/Elsewhere.tsx'));
const ProductDialog = lazily(() => import('../products/ProductDialog.tsx'));

export function SellScreen() {
  const terms = useRead('counter.terms', {});
  const ivaBasisPoints = terms.data?.ivaBasisPoints ?? 1900;
  // Kept for the scans, see entries.tsx.
  useRead('counter.codes', {});
  useDraft(ivaBasisPoints);
  useSellCommands();
  useScans({ onScan: scan, onRefused: refuse });
  useEffect(() => loadEarly(Object.values(COUNTER)), []);
  useEffect(() => {
    // Coming back from another window, the caret is where the next scan goes.
    const comeBack = (): void => {
      if (document.activeElement === document.body && document.querySelector('[data-dialog]') === null) focusBox();
    };
    window.addEventListener('focus', comeBack);
    return () => {
      window.removeEventListener('focus', comeBack);
      useSellView.setState({ open: undefined, text: '' });
    };
  }, []);
  return (
    <div className="rd-sell">
      <Finder />
      <CartPanel ivaBasisPoints={ivaBasisPoints} />
      <LiveRegion />
      <Suspense>
        <Dialogs ivaBasisPoints={ivaBasisPoints} />
      </Suspense>
    </div>
  );
}

/** The box with what it finds. Typing draws this half alone. */
function Finder() {
  const t = useText();
  const text = useSellView((view) => view.text);
  const at = useSellView((view) => view.at);
  const categoryId = useSellView((view) => view.categoryId);
  const results = useSearch(text);
  const hits = text.trim() === '' ? undefined : results.hits;
  const submit = (isScan: boolean): void => {
    const entry = useSellView.getState().text;
    if (entry.trim() === '') return pay();
    const { code } = parseEntry(entry);
    if (isScan || /^\d{3,}$/.test(code)) scan(entry);
    else find(entry, results.text === code ? results.hits?.[at] : undefined);
    setText('');
  };
  const move = (step: number): void =>
    useSellView.setState({ at: Math.max(0, Math.min((hits?.length ?? 1) - 1, at + step)) });
  return (
    <section className="rd-sell-left" aria-label={t('sell.title')}>
      <ScanBox value={text} onChange={setText} onSubmit={submit} onMove={move} />
      <CategoryChips />
      <Tiles categoryId={categoryId} hits={hits} typed={hits ? text : ''} at={hits ? at : -1} onAdd={addOne} />
    </section>
  );
}

function addOne(product: CounterProduct): void {
  add(product, 1000);
  setText('');
  focusBox();
}

/** A pause in typing after which is searched: shorter than a person's, longer than a scanner's. */
const PAUSE_MS = 60;

/** Full-text results, each with the text it answers: Enter must not take a hit of an older text. Digits alone are a code: no search. */
function useSearch(typed: string): { text: string; hits: CounterProduct[] | undefined } {
  const [text, setSearched] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setSearched(typed), typed === '' ? 0 : PAUSE_MS);
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

function Dialogs({ ivaBasisPoints }: { ivaBasisPoints: number }) {
  const open = useSellView((view) => view.open);
  const unknownCode = useSellView((view) => view.unknownCode);
  const elsewhere = useSellView((view) => view.elsewhere);
  const sold = useCart((cart) => cart.sold);
  switch (open) {
    case 'pay':
      return <PayDialog ivaBasisPoints={ivaBasisPoints} onClose={closeDialog} />;
    case 'quantity':
      return <QuantityDialog onClose={closeDialog} />;
    case 'discount':
      return <DiscountDialog onClose={closeDialog} />;
    case 'parked':
      return <ParkedDialog onClose={closeDialog} />;
    case 'plate':
      return <PlateDialog onClose={closeDialog} onAdd={add} />;
    case 'void':
      return <VoidDialog ivaBasisPoints={ivaBasisPoints} onClose={closeDialog} />;
    case 'receipt':
      return sold && <ReceiptDialog documentKind="SALE" documentId={sold.saleId} onClose={closeDialog} />;
    case 'elsewhere':
      return elsewhere && <ElsewhereDialog product={elsewhere} onClose={closeDialog} />;
    case 'product':
      return (
        <ProductDialog
          barcode={unknownCode}
          onClose={closeDialog}
          onSaved={() => void (unknownCode !== '' && scan(unknownCode))}
        />
      );
    case undefined:
      return null;
  }
}
