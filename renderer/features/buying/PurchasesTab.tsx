/** Orders to suppliers, from the draft to the last box. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { formatClp, formatDate, formatDay } from '../../ui/format.ts';
import { Choices, Push } from '../../ui/Page.tsx';
import { Empty, Loaded } from '../../ui/States.tsx';
import { useMay } from '../session/store.ts';
import { OrderDialog } from './ByHandDialogs.tsx';
import { PurchaseDialog } from './PurchaseDialog.tsx';

const SHOWN = ['ALL', 'DRAFT', 'OPEN', 'LATE', 'FINISHED'] as const;

export default function PurchasesTab() {
  const t = useText();
  const [show, setShow] = useState<(typeof SHOWN)[number]>('ALL');
  const [opened, setOpened] = useState<string>();
  const mayBuy = useMay('purchasing.write');
  const [isOrdering, setOrdering] = useState(false);
  const list = useRead('purchases.list', { show, limit: 200 }, { keepPrevious: true });
  return (
    <>
      <div className="rd-row">
        <Choices
          label={t('orders.state')}
          value={show}
          onChange={setShow}
          options={SHOWN.map((value) => ({ value, label: t(`buying.show${value}`) }))}
        />
        <Push />
        {mayBuy && <Button onClick={() => setOrdering(true)}>{t('buying.orderByHand')}</Button>}
      </div>
      <Loaded query={list}>
        {({ rows }) => (
          <DataTable
            label={t('buying.orders')}
            rows={rows}
            rowKey={(row) => row.id}
            onOpen={(row) => setOpened(row.id)}
            empty={<Empty title={t('buying.noOrders')} hint={t('buying.noOrdersHint')} />}
            columns={[
              { id: 'number', title: t('orders.number'), cell: (row) => row.number ?? t('buying.DRAFT') },
              { id: 'supplier', title: t('buying.supplier'), cell: (row) => row.supplierName },
              {
                id: 'state',
                title: t('orders.state'),
                cell: (row) => (
                  <>
                    {t(`buying.${row.state}`)}
                    {row.isLate && <span className="rd-warn"> · {t('buying.late')}</span>}
                  </>
                ),
              },
              { id: 'made', title: t('orders.created'), cell: (row) => formatDay(row.createdAtMs) },
              {
                id: 'expected',
                title: t('buying.expectedOn'),
                cell: (row) => (row.expectedOn === null ? '—' : formatDate(row.expectedOn)),
              },
              { id: 'lines', title: t('buying.lines'), isNumber: true, cell: (row) => row.lineCount },
              {
                id: 'received',
                title: t('buying.received'),
                isNumber: true,
                cell: (row) => `${String(Math.round(row.receivedBasisPoints / 100))} %`,
              },
              {
                id: 'total',
                title: t('buying.netTotal'),
                isNumber: true,
                cell: (row) => (row.totalMilliClp === null ? '—' : formatClp(Math.round(row.totalMilliClp / 1000))),
              },
            ]}
          />
        )}
      </Loaded>
      {isOrdering && (
        <OrderDialog
          onClose={() => setOrdering(false)}
          onMade={(id) => {
            setOrdering(false);
            setOpened(id);
          }}
        />
      )}
      {opened !== undefined && <PurchaseDialog id={opened} onClose={() => setOpened(undefined)} />}
    </>
  );
}
