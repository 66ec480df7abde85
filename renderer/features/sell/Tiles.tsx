/** Products as tiles, best sellers first, or what was found. Only the tiles that are seen are in the page. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useMemo, useRef } from 'react';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { formatClp, formatQuantity, formatWeekday } from '../../ui/format.ts';
import { Empty, Loaded } from '../../ui/States.tsx';
import { ElsewhereLine } from '../sync/ElsewhereLine.tsx';
import type { CounterProduct } from './cart.ts';

const COLUMNS = 5;
const ROW_HEIGHT = 96;

interface Props {
  categoryId: string | undefined;
  hits: CounterProduct[] | undefined;
  typed: string;
  at: number;
  onAdd: (product: CounterProduct) => void;
}

export const Tiles = memo(function Tiles({ categoryId, hits, typed, at, onAdd }: Props) {
  const t = useText();
  const tiles = useRead('counter.tiles', categoryId === undefined ? {} : { categoryId });
  const runOuts = useRunOuts(tiles.data);
  if (hits) {
    return hits.length > 0 ? (
      <Grid products={hits} at={at} onAdd={onAdd} />
    ) : (
      <div className="rd-tiles">
        <Empty title={t('sell.noResults', { text: typed })} />
      </div>
    );
  }
  return (
    <Loaded query={tiles}>
      {(products) =>
        products.length > 0 ? (
          <Grid products={products} at={-1} onAdd={onAdd} runOuts={runOuts} />
        ) : (
          <div className="rd-tiles">
            <Empty title={categoryId === undefined ? t('sell.noProducts') : t('sell.noTiles')} />
          </div>
        )
      }
    </Loaded>
  );
});

type RunOuts = ReadonlyMap<string, string>;
const NONE: RunOuts = new Map();

/** On which day the forecast sees the shelf empty, for the tiles that run out within a week. */
function useRunOuts(products: readonly CounterProduct[] | undefined): RunOuts {
  // The same products in another order, or with less stock, are the same question: a sale asks nothing anew.
  const productIds = useMemo(() => (products ?? []).map(({ id }) => id).sort(), [products]);
  const found = useRead('forecast.runOut', { productIds }, { enabled: productIds.length > 0, keepPrevious: true });
  return useMemo(
    () => (found.data ? new Map(found.data.map(({ productId, runsOutOn }) => [productId, runsOutOn])) : NONE),
    [found.data],
  );
}

const Grid = memo(function Grid({
  products,
  at,
  onAdd,
  runOuts = NONE,
}: {
  products: CounterProduct[];
  at: number;
  onAdd: (product: CounterProduct) => void;
  runOuts?: RunOuts;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const rows = Math.ceil(products.length / COLUMNS);
  const virtual = useVirtualizer({
    count: rows,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 3,
  });
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(Math.floor(at / COLUMNS));
  }, [at, virtual]);
  return (
    <div className="rd-tiles" ref={frame} data-tiles>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((row) => (
          <div
            key={row.key}
            style={{
              position: 'absolute',
              insetInline: 0,
              top: row.start,
              display: 'grid',
              gridTemplateColumns: `repeat(${String(COLUMNS)}, minmax(0, 1fr))`,
              gap: 8,
            }}
          >
            {products.slice(row.index * COLUMNS, row.index * COLUMNS + COLUMNS).map((product, column) => (
              <Tile
                key={product.id}
                product={product}
                isMarked={row.index * COLUMNS + column === at}
                onAdd={onAdd}
                runsOutOn={runOuts.get(product.id)}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
});

const Tile = memo(function Tile({
  product,
  isMarked,
  onAdd,
  runsOutOn,
}: {
  product: CounterProduct;
  isMarked: boolean;
  onAdd: (product: CounterProduct) => void;
  runsOutOn: string | undefined;
}) {
  const t = useText();
  const { availableMilli, unit } = product;
  const isOut = availableMilli !== null && availableMilli <= 0;
  return (
    <button type="button" className="rd-tile" data-active={isMarked} tabIndex={-1} onClick={() => onAdd(product)}>
      <span className="name">
        {product.name}
        {product.brand !== '' && ` · ${product.brand}`}
      </span>
      <span className="foot">
        <span className="price">{formatClp(product.priceClp)}</span>
        <span className={isOut ? 'stock rd-bad' : 'stock'}>
          {availableMilli === null
            ? t('sell.service')
            : isOut
              ? t('sell.noStock')
              : formatQuantity(availableMilli, unit)}
          {runsOutOn !== undefined && !isOut && (
            <span className="rd-warn" style={{ display: 'block' }}>
              {t('sell.runsOut', { day: formatWeekday(runsOutOn) })}
            </span>
          )}
        </span>
      </span>
      {isOut && <ElsewhereLine productId={product.id} />}
    </button>
  );
});
