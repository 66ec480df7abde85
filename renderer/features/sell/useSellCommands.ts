/** The keys of the sell screen. */
import { useEffect, useMemo, useRef } from 'react';
import { useLocation } from 'wouter';
import { useRead } from '../../api/hooks.ts';
import { type AppCommand, useCommands } from '../../app/commands.ts';
import { useLook } from '../../app/look.ts';
import { useMay } from '../session/store.ts';
import { useCart } from './cart.ts';
import { keepAsOrder, lookElsewhere, parkOrResume, pay } from './entries.tsx';
import { focusBox, openDialog, setText, useSellView } from './view.ts';

export function useSellCommands(): void {
  const [, navigate] = useLocation();
  const mayCreate = useMay('catalog.write');
  const mayOrder = useMay('orders.manage');
  const maySeeStock = useMay('stock.read');
  const parked = useRead('carts.parked', {});
  const parkedCount = parked.data?.length ?? 0;
  const back = useBack();
  const commands = useMemo((): AppCommand[] => {
    const ifLines = (run: () => void) => () => void (useCart.getState().lines.length > 0 && run());
    const find = (): void => {
      setText('');
      focusBox();
    };
    return [
      { id: 'find', key: 'F2', text: 'app.search', bar: 'app.search', run: find },
      { id: 'plate', key: 'F3', text: 'plate.title', bar: 'sell.plateShort', run: () => openDialog('plate') },
      {
        id: 'quantity',
        key: 'F4',
        text: 'sell.changeQuantityShort',
        bar: 'sell.quantityLong',
        run: ifLines(() => openDialog('quantity')),
      },
      {
        id: 'discount',
        key: 'F6',
        text: 'sell.discount',
        bar: 'sell.discount',
        run: ifLines(() => openDialog('discount')),
      },
      {
        id: 'parked',
        key: 'F7',
        text: 'sell.parkOrResume',
        bar: 'bar.park',
        ...(parkedCount > 0 ? { badge: parkedCount } : {}),
        run: parkOrResume,
      },
      { id: 'sales', key: 'F8', text: 'sales.ofShift', bar: 'sell.reprint', run: () => navigate('/sales') },
      { id: 'pay', key: 'F9', text: 'pay.title', bar: 'pay.title', run: pay },
      { id: 'undo', key: 'Control+z', text: 'sell.undo', run: () => (useCart.getState().undo(), focusBox()) },
      { id: 'remove', key: 'Delete', text: 'sell.remove', run: remove },
      { id: 'back', key: 'Escape', text: 'app.back', run: back },
      ...(maySeeStock
        ? [{ id: 'elsewhere', key: 'Control+b', text: 'sync.elsewhere' as const, run: lookElsewhere }]
        : []),
      { id: 'void', text: 'sell.voidTitle', run: ifLines(() => openDialog('void')) },
      ...(mayCreate
        ? [
            {
              id: 'create',
              key: 'Insert',
              text: 'sell.createProduct' as const,
              run: () => openDialog('product'),
            },
          ]
        : []),
      ...(mayOrder ? [{ id: 'order', text: 'orders.fromCart' as const, run: ifLines(keepAsOrder) }] : []),
    ];
  }, [navigate, mayCreate, mayOrder, maySeeStock, parkedCount, back]);
  useCommands('sell', commands);
}

function remove(): void {
  const { selected, remove: removeLine } = useCart.getState();
  if (selected !== undefined) removeLine(selected);
  focusBox();
}

const TWICE_MS = 600;

/** Escape goes one level back: what was typed first; twice on an empty box, the rail comes or goes. */
function useBack(): () => void {
  const lastAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => () => setText(''), []);
  return useMemo(
    () => () => {
      const now = performance.now();
      const isSecond = now - lastAt.current < TWICE_MS && useSellView.getState().text === '';
      lastAt.current = isSecond ? Number.NEGATIVE_INFINITY : now;
      if (isSecond) useLook.getState().set({ rail: !useLook.getState().rail });
      setText('');
      focusBox();
    },
    [],
  );
}
