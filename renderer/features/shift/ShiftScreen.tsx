/** Caja: open the shift, cash in and out, X, close with Z. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { OutputOf } from '../../api/client.ts';
import { command, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { formatClp, formatDayTime, formatTime } from '../../ui/format.ts';
import { Empty, Loaded } from '../../ui/States.tsx';
import { toastDone, toastError } from '../../ui/toast.ts';
import ReceiptDialog from '../receipt/ReceiptDialog.tsx';
import { useMay } from '../session/store.ts';
import { CashCounter, type Count, countTotal } from './CashCounter.tsx';
import { CashMoveDialog } from './CashMoveDialog.tsx';
import { CloseDialog } from './CloseDialog.tsx';

type Current = OutputOf<'shifts.current'>;
type Report = NonNullable<Current['shift']>;

export default function ShiftScreen() {
  const t = useText();
  const current = useRead('shifts.current', {});
  const mayReadPast = useMay('shifts.read');
  // The Z report outlives the open shift that it closes.
  const [closedId, setClosedId] = useState<string>();
  return (
    <div className="rd-page">
      <header>
        <h2>{t('shift.title')}</h2>
      </header>
      <Loaded query={current}>
        {(data) =>
          data.shift ? <OpenShift report={data.shift} onClosed={setClosedId} /> : <OpenForm current={data} />
        }
      </Loaded>
      {mayReadPast && <Past />}
      {closedId !== undefined && (
        <ReceiptDialog documentKind="SHIFT" documentId={closedId} onClose={() => setClosedId(undefined)} />
      )}
    </div>
  );
}

function OpenForm({ current }: { current: Current }) {
  const t = useText();
  const [count, setCount] = useState<Count>({});
  const total = countTotal(count);
  const open = async (): Promise<void> => {
    try {
      await command('shifts.open', { count });
      toastDone(t('shift.opened'));
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <section className="rd-panel pad rd-stack" style={{ maxWidth: 560 }} aria-label={t('shift.openTitle')}>
      <strong style={{ fontSize: 17 }}>{t('shift.openTitle')}</strong>
      <span className="rd-muted">
        {t('shift.openHint')}{' '}
        {current.suggestedFloatClp > 0 && t('shift.lastFloat', { amount: formatClp(current.suggestedFloatClp) })}
      </span>
      {Object.keys(current.suggestedCount).length > 0 && (
        <Button variant="default" onClick={() => setCount(current.suggestedCount as Count)}>
          {t('shift.useLast')}
        </Button>
      )}
      <CashCounter count={count} onChange={setCount} />
      <Button size="md" onClick={() => void open()}>
        {t('shift.open', { amount: formatClp(total) })}
      </Button>
    </section>
  );
}

function OpenShift({ report, onClosed }: { report: Report; onClosed: (id: string) => void }) {
  const t = useText();
  const sales = useRead('sales.ofShift', { shiftId: report.id });
  const [dialog, setDialog] = useState<'IN' | 'OUT' | 'NO_SALE' | 'x' | 'close'>();
  return (
    <>
      <div className="rd-row" style={{ flexWrap: 'wrap' }}>
        <span className="rd-muted">
          {t('shift.since', { time: formatTime(report.openedAtMs), name: report.cashierName })}
        </span>
        <span style={{ flex: 1 }} />
        <Button variant="default" onClick={() => setDialog('IN')}>
          {t('shift.cashIn')}
        </Button>
        <Button variant="default" onClick={() => setDialog('OUT')}>
          {t('shift.cashOut')}
        </Button>
        <Button variant="default" onClick={() => setDialog('NO_SALE')}>
          {t('shift.noSale')}
        </Button>
        <Button variant="default" onClick={() => setDialog('x')}>
          {t('shift.x')}
        </Button>
        <Button onClick={() => setDialog('close')}>{t('shift.closeTitle')}</Button>
      </div>
      <div className="rd-two" style={{ alignItems: 'start' }}>
        <Figures
          title={t('shift.sales')}
          rows={[
            [t('shift.sales'), sales.data?.totalClp],
            [t('sell.net'), sales.data?.netClp],
            ['IVA', sales.data?.ivaClp],
            [t('shift.returns'), sales.data && -sales.data.returnTotalClp],
            [t('shift.averageTicket'), sales.data?.averageTicketClp],
          ]}
          extra={[t('shift.documents'), String(sales.data?.count ?? 0)]}
        />
        <Figures
          title={t('pay.cash')}
          rows={[
            [t('shift.float'), report.floatClp],
            [t('shift.cashIn'), report.cashInClp],
            [t('shift.cashOut'), -report.cashOutClp],
            ...(report.expectedCashClp === null
              ? []
              : ([[t('shift.expected'), report.expectedCashClp]] as [string, number][])),
          ]}
          {...(report.expectedCashClp === null
            ? { extra: [t('shift.expected'), t('shift.blind')] as [string, string] }
            : {})}
        />
      </div>
      <section className="rd-panel pad" aria-label={t('shift.movements')}>
        <strong>{t('shift.movements')}</strong>
        {report.movements.length === 0 && <p className="rd-muted">{t('shift.noMovements')}</p>}
        {report.movements.map((row) => (
          <div key={row.id} className="rd-between" style={{ padding: '6px 0' }}>
            <span>
              {formatTime(row.occurredAtMs)} · {row.number} · {row.reason}{' '}
              <span className="rd-muted">{row.actorName}</span>
            </span>
            <span>
              {row.kind === 'NO_SALE'
                ? t('shift.noSale')
                : formatClp(row.kind === 'OUT' ? -row.amountClp : row.amountClp)}
            </span>
          </div>
        ))}
      </section>
      {(dialog === 'IN' || dialog === 'OUT' || dialog === 'NO_SALE') && (
        <CashMoveDialog kind={dialog} onClose={() => setDialog(undefined)} />
      )}
      {dialog === 'x' && (
        <ReceiptDialog documentKind="SHIFT" documentId={report.id} onClose={() => setDialog(undefined)} />
      )}
      {dialog === 'close' && <CloseDialog report={report} onClose={() => setDialog(undefined)} onClosed={onClosed} />}
    </>
  );
}

function Figures({
  title,
  rows,
  extra,
}: {
  title: string;
  rows: [string, number | undefined][];
  extra?: [string, string];
}) {
  return (
    <section className="rd-panel pad" aria-label={title}>
      <strong>{title}</strong>
      {rows.map(([label, amount]) => (
        <div key={label} className="rd-between" style={{ padding: '4px 0' }}>
          <span className="rd-muted">{label}</span>
          <span>{amount === undefined ? '…' : formatClp(amount)}</span>
        </div>
      ))}
      {extra && (
        <div className="rd-between" style={{ padding: '4px 0' }}>
          <span className="rd-muted">{extra[0]}</span>
          <span>{extra[1]}</span>
        </div>
      )}
    </section>
  );
}

function Past() {
  const t = useText();
  const shifts = useRead('shifts.list', { limit: 100 });
  const [shown, setShown] = useState<string>();
  return (
    <>
      <strong>{t('shift.past')}</strong>
      <Loaded query={shifts}>
        {({ rows }) => (
          <DataTable
            label={t('shift.past')}
            rows={rows}
            rowKey={(row) => row.id}
            onOpen={(row) => setShown(row.id)}
            empty={<Empty title={t('shift.noneOpen')} />}
            columns={[
              { id: 'number', title: t('sales.number'), cell: (row) => row.number ?? '—' },
              {
                id: 'state',
                title: t('shift.state'),
                cell: (row) => (row.state === 'OPEN' ? t('shift.openState') : t('shift.closedState')),
              },
              { id: 'cashier', title: t('shift.cashier'), cell: (row) => row.cashierName },
              { id: 'opened', title: t('sales.date'), cell: (row) => formatDayTime(row.openedAtMs) },
              {
                id: 'counted',
                title: t('shift.counted'),
                isNumber: true,
                cell: (row) => (row.countedCashClp === null ? '—' : formatClp(row.countedCashClp)),
              },
              {
                id: 'difference',
                title: t('shift.difference'),
                isNumber: true,
                cell: (row) =>
                  row.countedCashClp === null || row.expectedCashClp === null
                    ? '—'
                    : formatClp(row.countedCashClp - row.expectedCashClp),
              },
            ]}
          />
        )}
      </Loaded>
      {shown !== undefined && (
        <ReceiptDialog documentKind="SHIFT" documentId={shown} onClose={() => setShown(undefined)} />
      )}
    </>
  );
}
