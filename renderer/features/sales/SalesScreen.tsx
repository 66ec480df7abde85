/** Ventas: of the shift or of today, found by number, customer or plate. Scanning a receipt opens its sale. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { call, type OutputOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { Field } from '../../ui/Field.tsx';
import { formatClp, formatDayTime } from '../../ui/format.ts';
import { Empty, Loaded } from '../../ui/States.tsx';
import { toastBad, toastError } from '../../ui/toast.ts';
import ReceiptDialog from '../receipt/ReceiptDialog.tsx';
import { useMay } from '../session/store.ts';
import { Timeline } from '../sync/Timeline.tsx';
import { ReturnDialog } from './ReturnDialog.tsx';

type Sale = OutputOf<'sales.get'>;

export default function SalesScreen() {
  const t = useText();
  const [text, setText] = useState('');
  const [scope, setScope] = useState<'shift' | 'all'>('shift');
  const mayOperate = useMay('shifts.operate');
  const current = useRead('shifts.current', {}, { enabled: mayOperate });
  const shiftId = current.data?.shift?.id;
  const ofShift = scope === 'shift' && text.trim() === '' && shiftId !== undefined;
  const sales = useRead(
    'sales.list',
    { text: text.trim(), limit: 200, ...(ofShift ? { shiftId } : {}) },
    { keepPrevious: true },
  );
  const [shown, setShown] = useState<string>();
  const [returning, setReturning] = useState<Sale>();
  const [receipt, setReceipt] = useState<{ kind: 'SALE' | 'RETURN'; id: string }>();
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.focus(), []);
  const find = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      const sale = await call('sales.byNumber', { number: text.trim() });
      if (sale?.sale) setShown(sale.sale.id);
      else if ((sales.data?.rows.length ?? 0) === 0) toastBad(t('sales.notFound', { number: text }), '', 'no-sale');
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <div className="rd-page">
      <header>
        <h2>{t('sales.title')}</h2>
        <div className="rd-tenders" role="group" aria-label={t('sales.title')}>
          <button type="button" aria-pressed={scope === 'shift'} onClick={() => setScope('shift')}>
            {t('sales.ofShift')}
          </button>
          <button type="button" aria-pressed={scope === 'all'} onClick={() => setScope('all')}>
            {t('app.all')}
          </button>
        </div>
        <form style={{ flex: 1, maxWidth: 460 }} onSubmit={(event) => void find(event)}>
          <Field
            label={t('sales.byText')}
            value={text}
            inputRef={box}
            maxLength={60}
            onChange={(event) => setText(event.target.value)}
          />
        </form>
      </header>
      <Loaded query={sales}>
        {({ rows }) => (
          <DataTable
            label={t('sales.title')}
            rows={rows}
            rowKey={(row) => row.id}
            onOpen={(row) => setShown(row.id)}
            empty={<Empty title={t('sales.empty')} hint={t('sales.emptyHint')} />}
            columns={[
              { id: 'number', title: t('sales.number'), cell: (row) => row.number },
              { id: 'time', title: t('sales.date'), cell: (row) => formatDayTime(row.occurredAtMs) },
              { id: 'cashier', title: t('sales.cashier'), cell: (row) => row.cashierName },
              {
                id: 'customer',
                title: t('sales.customer'),
                cell: (row) => [row.customerName, row.plate].filter((part) => part !== '').join(' · '),
              },
              {
                id: 'tender',
                title: t('sales.tender'),
                cell: (row) => row.tenders.map((name) => t(`pay.${name.toLowerCase()}` as 'pay.cash')).join(', '),
              },
              { id: 'items', title: t('sales.items'), isNumber: true, cell: (row) => row.itemCount },
              {
                id: 'returned',
                title: t('sales.returned'),
                isNumber: true,
                cell: (row) => (row.returnedClp > 0 ? formatClp(-row.returnedClp) : ''),
              },
              {
                id: 'total',
                title: t('sales.total'),
                isNumber: true,
                cell: (row) => <strong>{formatClp(row.totalClp)}</strong>,
              },
            ]}
          />
        )}
      </Loaded>
      {shown !== undefined && (
        <SaleDialogs
          saleId={shown}
          onClose={() => setShown(undefined)}
          onReturn={(sale) => {
            setShown(undefined);
            setReturning(sale);
          }}
        />
      )}
      {returning && (
        <ReturnDialog
          sale={returning}
          onClose={() => setReturning(undefined)}
          onDone={(id) => {
            setReturning(undefined);
            setReceipt({ kind: 'RETURN', id });
          }}
        />
      )}
      {receipt && (
        <ReceiptDialog documentKind={receipt.kind} documentId={receipt.id} onClose={() => setReceipt(undefined)} />
      )}
    </div>
  );
}

/** The receipt of a sale with the way to its return beside it. */
function SaleDialogs({
  saleId,
  onClose,
  onReturn,
}: {
  saleId: string;
  onClose: () => void;
  onReturn: (sale: Sale) => void;
}) {
  const t = useText();
  const sale = useRead('sales.get', { id: saleId });
  const canReturn = sale.data?.lines.some((line) => line.returnedMilli < line.quantityMilli) ?? false;
  return (
    <ReceiptDialog
      documentKind="SALE"
      documentId={saleId}
      onClose={onClose}
      notes={<Timeline documentId={saleId} />}
      actions={
        <Button variant="default" disabled={!canReturn} onClick={() => sale.data && onReturn(sale.data)}>
          {t('sales.return')}
        </Button>
      }
    />
  );
}
