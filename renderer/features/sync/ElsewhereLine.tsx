/** Under a tile without stock: which other branch has the product, and how old that is. Read from this machine: nothing waits for a network. */
import { memo } from 'react';
import type { OutputOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { formatAge, formatMilli } from '../../ui/format.ts';
import { useMay } from '../session/store.ts';

type Row = OutputOf<'branches.stock'>['rows'][number];

/** The page's clock is the machine's own, like the core's. */
export const ageOf = ({ knownAtMs }: Row): string => formatAge(Date.now() - knownAtMs);

export function useElsewhere(productId: string) {
  const maySee = useMay('stock.read');
  return useRead('branches.stock', { productId }, { enabled: maySee });
}

/** The branch that has the most. Nothing where no other branch is known to have it. */
export const ElsewhereLine = memo(function ElsewhereLine({ productId }: { productId: string }) {
  const t = useText();
  const { data } = useElsewhere(productId);
  const [most] = (data?.rows ?? [])
    .filter(({ onHandMilli }) => onHandMilli > 0)
    .sort((a, b) => b.onHandMilli - a.onHandMilli);
  if (!most) return null;
  return (
    <span className="rd-meta elsewhere" title={most.name} data-elsewhere>
      {t('sync.elsewhereShort', { branch: most.code, quantity: formatMilli(most.onHandMilli), age: ageOf(most) })}
    </span>
  );
});
