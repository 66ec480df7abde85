/** What somebody wants to be bought: approve, turn down, and make orders of it, one per supplier. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { OutputOf } from '../../api/client.ts';
import { command, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { ProductName } from '../../ui/ProductName.tsx';
import { formatClp, formatDayTime, formatQuantity } from '../../ui/format.ts';
import { Choices, Push } from '../../ui/Page.tsx';
import { Empty, Loaded } from '../../ui/States.tsx';
import { Tick } from '../../ui/Tick.tsx';
import { toastDone, toastError } from '../../ui/toast.ts';
import { usePicked } from '../../ui/usePicked.ts';
import { useMay } from '../session/store.ts';
import { AskDialog } from './ByHandDialogs.tsx';

const STATES = ['OPEN', 'APPROVED', 'ORDERED', 'REJECTED'] as const;

export default function RequestsTab() {
  const t = useText();
  const mayBuy = useMay('purchasing.write');
  const [state, setState] = useState<(typeof STATES)[number]>('OPEN');
  const [isRejecting, setRejecting] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const list = useRead('requests.list', { state, limit: 200 }, { keepPrevious: true });
  const low = useRead('requests.lowStock', {});
  const picked = usePicked();
  const ids = (list.data?.rows ?? []).filter((row) => picked.has(row.id)).map((row) => row.id);
  const attempt = async (work: () => Promise<string>): Promise<void> => {
    try {
      toastDone(await work());
      picked.drop(ids);
    } catch (error) {
      toastError(error);
    }
  };
  const order = (): Promise<void> =>
    attempt(async () => {
      const { ids: made } = await command('purchases.fromRequests', { ids });
      return t('buying.ordersMade', { count: made.length });
    });
  const askForLow = (): Promise<void> =>
    attempt(async () => {
      const lines = (low.data ?? []).map(({ productId, suggestedMilli, supplierId }) => ({
        productId,
        quantityMilli: suggestedMilli,
        supplierId,
      }));
      const made = await command('requests.create', { source: 'LOW_STOCK', lines });
      return t('buying.requested', { count: made.ids.length });
    });
  return (
    <>
      <div className="rd-row">
        <Choices
          label={t('orders.state')}
          value={state}
          onChange={(next) => (setState(next), picked.set([]))}
          options={STATES.map((value) => ({ value, label: t(`buying.${value}`) }))}
        />
        <Push />
        {state === 'OPEN' && (
          <Button variant="default" onClick={() => setAsking(true)}>
            {t('buying.askByHand')}
          </Button>
        )}
        {state === 'OPEN' && (low.data?.length ?? 0) > 0 && (
          <Button variant="default" onClick={() => void askForLow()}>
            {t('buying.askForLow', { count: low.data?.length ?? 0 })}
          </Button>
        )}
        {mayBuy && (state === 'OPEN' || state === 'APPROVED') && (
          <>
            <Button variant="default" disabled={ids.length === 0} onClick={() => setRejecting(true)}>
              {t('buying.reject')}
            </Button>
            {state === 'OPEN' && (
              <Button
                variant="default"
                disabled={ids.length === 0}
                onClick={() =>
                  void attempt(async () => {
                    const { approved } = await command('requests.approve', { ids });
                    return t('buying.approved', { count: approved });
                  })
                }
              >
                {t('buying.approve')}
              </Button>
            )}
            <Button disabled={ids.length === 0} onClick={() => void order()}>
              {t('buying.makeOrders')}
            </Button>
          </>
        )}
      </div>
      <Loaded query={list}>
        {({ rows }) => (
          <DataTable
            label={t('buying.requests')}
            rows={rows}
            rowKey={(row) => row.id}
            empty={<Empty title={t('buying.noRequests')} hint={t('buying.noRequestsHint')} />}
            columns={[
              {
                id: 'pick',
                title: '',
                width: 44,
                cell: (row) => (
                  <Tick label={row.name} isOn={picked.has(row.id)} onChange={() => picked.toggle(row.id)} />
                ),
              },
              {
                id: 'product',
                title: t('stock.product'),
                cell: (row) => <ProductName name={row.name} sku={row.sku} />,
              },
              {
                id: 'supplier',
                title: t('buying.supplier'),
                cell: (row) =>
                  mayBuy && (row.state === 'OPEN' || row.state === 'APPROVED') ? (
                    <SupplierChoice row={row} />
                  ) : (
                    (row.supplierName ?? <span className="rd-warn">{t('buying.noSupplier')}</span>)
                  ),
              },
              {
                id: 'asked',
                title: t('buying.asked'),
                isNumber: true,
                cell: (row) => formatQuantity(row.quantityMilli, row.unit),
              },
              {
                id: 'order',
                title: t('buying.rounded'),
                isNumber: true,
                cell: (row) => formatQuantity(row.orderMilli, row.unit),
              },
              {
                id: 'cost',
                title: t('buying.cost'),
                isNumber: true,
                cell: (row) =>
                  row.unitCostMilliClp === null
                    ? '—'
                    : formatClp(Math.round((row.unitCostMilliClp / 1000) * (row.orderMilli / 1000))),
              },
              { id: 'source', title: t('buying.source'), cell: (row) => t(`buying.${row.source}`) },
              {
                id: 'by',
                title: t('buying.by'),
                cell: (row) => `${row.createdByName} · ${formatDayTime(row.createdAtMs)}`,
              },
            ]}
          />
        )}
      </Loaded>
      {isAsking && <AskDialog onClose={() => setAsking(false)} />}
      {isRejecting && (
        <ReasonDialog
          title={t('buying.reject')}
          onClose={() => setRejecting(false)}
          onReason={async (reason) => {
            await command('requests.reject', { ids, reason });
            picked.set([]);
          }}
        />
      )}
    </>
  );
}

/** Who delivers it: a request without a supplier cannot be ordered. */
function SupplierChoice({ row }: { row: OutputOf<'requests.list'>['rows'][number] }) {
  const t = useText();
  const suppliers = useRead('supply.terms', {});
  return (
    <select
      className="rd-cell"
      style={{ textAlign: 'left' }}
      aria-label={`${t('buying.supplier')}: ${row.name}`}
      aria-invalid={row.supplierId === null}
      value={row.supplierId ?? ''}
      onChange={(event) =>
        void command('requests.update', { id: row.id, supplierId: event.target.value }).catch(toastError)
      }
    >
      {row.supplierId === null && <option value="">{t('buying.noSupplier')}</option>}
      {(suppliers.data ?? []).map(({ supplierId, supplierName }) => (
        <option key={supplierId} value={supplierId}>
          {supplierName}
        </option>
      ))}
    </select>
  );
}

/** Asks why, for what is not undone easily. */
export function ReasonDialog({
  title,
  onClose,
  onReason,
}: {
  title: string;
  onClose: () => void;
  onReason: (reason: string) => Promise<unknown>;
}) {
  const t = useText();
  const [reason, setReason] = useState('');
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="rd-stack"
        onSubmit={(event) => {
          event.preventDefault();
          onReason(reason).then(onClose, toastError);
        }}
      >
        <Field
          label={t('buying.reason')}
          data-autofocus
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <Button type="submit" disabled={reason.trim().length < 3}>
          {title}
        </Button>
      </form>
    </Dialog>
  );
}
