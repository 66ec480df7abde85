/** Pedidos: what waits, and its next step. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { cashDue } from '#core/shared/tender.ts';
import type { OutputOf, Path } from '../../api/client.ts';
import { command, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field } from '../../ui/Field.tsx';
import { formatClp, formatDayTime, formatQuantity } from '../../ui/format.ts';
import { Empty, Loaded } from '../../ui/States.tsx';
import { toastDone } from '../../ui/toast.ts';
import { useMay } from '../session/store.ts';

type Order = OutputOf<'orders.get'>;
type Step = 'confirm' | 'process' | 'ship' | 'deliver' | 'complete';

/** The steps that a state offers; from CONFIRMED on any later one may be next. */
const STEPS: Readonly<Record<Order['state'], readonly Step[]>> = {
  PENDING: ['confirm'],
  CONFIRMED: ['process', 'ship', 'deliver', 'complete'],
  PROCESSING: ['ship', 'deliver', 'complete'],
  SHIPPED: ['deliver', 'complete'],
  DELIVERED: ['complete'],
  COMPLETED: [],
  CANCELLED: [],
};

export default function OrdersScreen() {
  const t = useText();
  const [open, setOpen] = useState<'YES' | 'NO'>('YES');
  const [shown, setShown] = useState<string>();
  const orders = useRead('orders.list', { open, limit: 200 }, { keepPrevious: true });
  return (
    <div className="rd-page">
      <header>
        <h2>{t('orders.title')}</h2>
        <div className="rd-tenders" role="group" aria-label={t('orders.state')}>
          <button type="button" aria-pressed={open === 'YES'} onClick={() => setOpen('YES')}>
            {t('orders.open')}
          </button>
          <button type="button" aria-pressed={open === 'NO'} onClick={() => setOpen('NO')}>
            {t('orders.everything')}
          </button>
        </div>
      </header>
      <Loaded query={orders}>
        {({ rows }) => (
          <DataTable
            label={t('orders.title')}
            rows={rows}
            rowKey={(row) => row.id}
            onOpen={(row) => setShown(row.id)}
            empty={<Empty title={t('orders.empty')} hint={t('orders.emptyHint')} />}
            columns={[
              { id: 'number', title: t('orders.number'), cell: (row) => row.number ?? '—' },
              { id: 'state', title: t('orders.state'), cell: (row) => t(`orders.${row.state}`) },
              {
                id: 'customer',
                title: t('orders.customer'),
                cell: (row) => [row.customerName, row.plate].filter((part) => part !== '').join(' · '),
              },
              { id: 'created', title: t('orders.created'), cell: (row) => formatDayTime(row.createdAtMs) },
              { id: 'total', title: t('orders.total'), isNumber: true, cell: (row) => formatClp(row.totalClp) },
            ]}
          />
        )}
      </Loaded>
      {shown !== undefined && <OrderDialog id={shown} onClose={() => setShown(undefined)} />}
    </div>
  );
}

function OrderDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useText();
  const order = useRead('orders.get', { id });
  const mayManage = useMay('orders.manage');
  const [error, setError] = useState<string>();
  const [reason, setReason] = useState<string>();
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      setError(undefined);
      await work();
      const { data } = await order.refetch();
      if (data) toastDone(t('orders.advanced', { state: t(`orders.${data.state}`) }));
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  return (
    <Dialog title={`${t('orders.title')} ${order.data?.number ?? ''}`} size={640} onClose={onClose}>
      <Loaded query={order}>
        {(data) => (
          <div className="rd-stack">
            <div className="rd-between">
              <strong>{t(`orders.${data.state}`)}</strong>
              <span>{[data.customerName, data.plate].filter((part) => part !== '').join(' · ')}</span>
            </div>
            {data.lines.map((line) => (
              <div key={line.lineNumber} className="rd-between">
                <span>
                  {line.name} <span className="rd-muted">{formatQuantity(line.quantityMilli, line.unit)}</span>
                </span>
                <span>{formatClp(line.totalClp)}</span>
              </div>
            ))}
            <div className="rd-between">
              <span>
                {t('orders.total')} <strong>{formatClp(data.totalClp)}</strong>
              </span>
              <span>
                {t('orders.paid')} <strong>{formatClp(data.paidClp)}</strong>
              </span>
            </div>
            {error !== undefined && (
              <p role="alert" className="rd-bad" style={{ margin: 0 }}>
                {error}
              </p>
            )}
            {mayManage && (
              <div className="rd-row" style={{ flexWrap: 'wrap' }}>
                {data.paidClp < data.totalClp && STEPS[data.state].length > 0 && (
                  <Button
                    variant="default"
                    onClick={() =>
                      void attempt(() =>
                        command('orders.pay', {
                          id,
                          payments: [{ tender: 'CASH', amountClp: cashDue(data.totalClp - data.paidClp, []).dueClp }],
                        }),
                      )
                    }
                  >
                    {t('orders.pay')} · {t('pay.cash')}
                  </Button>
                )}
                {STEPS[data.state].map((step) => (
                  <Button key={step} onClick={() => void attempt(() => command(`orders.${step}` as Path, { id }))}>
                    {t(`orders.${step}`)}
                  </Button>
                ))}
                {STEPS[data.state].length > 0 && (
                  <Button
                    variant="default"
                    color="red"
                    onClick={() => setReason(reason === undefined ? '' : undefined)}
                  >
                    {t('orders.cancel')}
                  </Button>
                )}
              </div>
            )}
            {reason !== undefined && (
              <form
                className="rd-stack"
                onSubmit={(event) => {
                  event.preventDefault();
                  void attempt(() => command('orders.cancel', { id, reason, refundTender: 'CASH' }));
                }}
              >
                <Field
                  label={t('orders.cancelReason')}
                  value={reason}
                  maxLength={200}
                  onChange={(event) => setReason(event.target.value)}
                />
                <Button type="submit" color="red" disabled={reason.trim().length < 3}>
                  {t('orders.cancel')}
                </Button>
              </form>
            )}
          </div>
        )}
      </Loaded>
    </Dialog>
  );
}
