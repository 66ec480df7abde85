/** The sales and returns behind a figure, down to the ticket. */
import { useState } from 'react';
import type { InputOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { formatClp, formatDayTime } from '../../ui/format.ts';
import { Empty, Loaded } from '../../ui/States.tsx';
import ReceiptDialog from '../receipt/ReceiptDialog.tsx';

interface Props {
  title: string;
  query: InputOf<'reports.documents'>;
  /** This machine's branch. */
  here: string | undefined;
  onClose: () => void;
}

export function Documents({ title, query, here, onClose }: Props) {
  const t = useText();
  const documents = useRead('reports.documents', { ...query, limit: 200 });
  const [shown, setShown] = useState<{ kind: 'SALE' | 'RETURN'; id: string; branchId: string }>();
  if (shown)
    return (
      <ReceiptDialog
        documentKind={shown.kind}
        documentId={shown.id}
        elsewhere={shown.branchId === here ? undefined : shown.branchId}
        onClose={() => setShown(undefined)}
      />
    );
  return (
    <Dialog title={title} size={820} onClose={onClose}>
      <div style={{ height: 460, display: 'flex' }}>
        <Loaded query={documents}>
          {({ rows }) => (
            <DataTable
              label={t('reports.documents')}
              rows={rows}
              rowKey={(row) => row.id}
              onOpen={setShown}
              empty={<Empty title={t('reports.empty')} />}
              columns={[
                { id: 'number', title: t('orders.number'), cell: (row) => row.number },
                { id: 'at', title: t('reports.when'), cell: (row) => formatDayTime(row.occurredAtMs) },
                { id: 'cashier', title: t('reports.cashier'), cell: (row) => row.cashierName },
                {
                  id: 'customer',
                  title: t('orders.customer'),
                  cell: (row) => [row.customerName, row.plate].filter((part) => part !== '').join(' · '),
                },
                { id: 'total', title: t('orders.total'), isNumber: true, cell: (row) => formatClp(row.totalClp) },
              ]}
            />
          )}
        </Loaded>
      </div>
    </Dialog>
  );
}
