/** Stock of a product in the other branches, asked for at the counter: what is known of it, and how old that is. */
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { formatQuantity } from '../../ui/format.ts';
import { Empty, Loaded } from '../../ui/States.tsx';
import { ageOf, useElsewhere } from './ElsewhereLine.tsx';

interface Shown {
  id: string;
  name: string;
  unit: string;
  availableMilli: number | null;
}

export default function ElsewhereDialog({ product, onClose }: { product: Shown; onClose: () => void }) {
  const t = useText();
  const stock = useElsewhere(product.id);
  return (
    <Dialog title={t('sync.elsewhere')} size={560} onClose={onClose}>
      <div className="rd-stack">
        <div className="rd-between">
          <strong>{product.name}</strong>
          <span className={product.availableMilli !== null && product.availableMilli <= 0 ? 'rd-bad' : 'rd-muted'}>
            {t('sync.here')}{' '}
            {product.availableMilli === null ? t('sell.service') : formatQuantity(product.availableMilli, product.unit)}
          </span>
        </div>
        <Loaded query={stock}>
          {({ rows, asOfMs }) => (
            <div style={{ height: 240, display: 'flex' }}>
              <DataTable
                label={t('sync.elsewhere')}
                rows={rows}
                rowKey={(row) => row.branchId}
                empty={
                  <Empty
                    title={t(asOfMs === null ? 'sync.alone' : 'sync.nowhere')}
                    hint={t(asOfMs === null ? 'sync.aloneHint' : 'sync.nowhereHint')}
                  />
                }
                columns={[
                  { id: 'branch', title: t('sync.branch'), cell: (row) => row.name },
                  {
                    id: 'quantity',
                    title: t('stock.onHand'),
                    isNumber: true,
                    cell: (row) => (
                      <span className={row.onHandMilli > 0 ? 'rd-ok' : 'rd-muted'}>
                        {formatQuantity(row.onHandMilli, product.unit)}
                      </span>
                    ),
                  },
                  {
                    id: 'age',
                    title: t('sync.knownSince'),
                    isNumber: true,
                    cell: (row) => t('sync.ago', { age: ageOf(row) }),
                  },
                ]}
              />
            </div>
          )}
        </Loaded>
      </div>
    </Dialog>
  );
}
