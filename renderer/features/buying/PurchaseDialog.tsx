/** One order to a supplier: its lines, what came of it, and its next step. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { call, type OutputOf } from '../../api/client.ts';
import { command, useRead } from '../../api/hooks.ts';
import { useLook } from '../../app/look.ts';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { ProductName } from '../../ui/ProductName.tsx';
import { errorText } from '../../ui/errorText.ts';
import { formatClp, formatDate, formatDayTime, formatQuantity } from '../../ui/format.ts';
import { Problem } from '../../ui/Page.tsx';
import { saveFile } from '../../ui/saveFile.ts';
import { Loaded } from '../../ui/States.tsx';
import { Table } from '../../ui/Table.tsx';
import { toastDone } from '../../ui/toast.ts';
import { useMay } from '../session/store.ts';
import { ReceptionForm } from './ReceptionForm.tsx';
import { ReasonDialog } from './RequestsTab.tsx';
import { leftOf, ReturnForm } from './ReturnForm.tsx';

type Purchase = OutputOf<'purchases.get'>;

export function PurchaseDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useText();
  const purchase = useRead('purchases.get', { id });
  const [step, setStep] = useState<'card' | 'receive' | 'return'>('card');
  return (
    <Dialog
      title={`${t('buying.order')} ${purchase.data?.number ?? t('buying.DRAFT')}`}
      size={step === 'receive' ? 980 : 860}
      onClose={onClose}
    >
      <Loaded query={purchase}>
        {(data) =>
          step === 'receive' ? (
            <ReceptionForm purchase={data} onDone={() => setStep('card')} />
          ) : step === 'return' ? (
            <ReturnForm purchase={data} onDone={() => setStep('card')} />
          ) : (
            <Card purchase={data} onReceive={() => setStep('receive')} onReturn={() => setStep('return')} />
          )
        }
      </Loaded>
    </Dialog>
  );
}

interface CardProps {
  purchase: Purchase;
  onReceive: () => void;
  onReturn: () => void;
}

function Card({ purchase, onReceive, onReturn }: CardProps) {
  const t = useText();
  const language = useLook((look) => look.language);
  const [mayBuy, mayReceive] = [useMay('purchasing.write'), useMay('stock.receive')];
  const [asks, setAsks] = useState<'cancel' | 'close'>();
  const [error, setError] = useState<string>();
  const { id, state } = purchase;
  const isOpen = state === 'SENT' || state === 'PARTIAL';
  const attempt = (work: () => Promise<unknown>): void => {
    setError(undefined);
    work().catch((failure: unknown) => setError(errorText(failure)));
  };
  const pdf = async (): Promise<void> => {
    const { fileName, base64 } = await call('purchases.pdf', { id, language });
    saveFile(fileName, 'application/pdf', base64);
  };
  const send = async (): Promise<void> => {
    const { number, expectedOn } = await command('purchases.send', { id });
    toastDone(t('buying.sent', { number, day: formatDate(expectedOn) }));
  };
  return (
    <div className="rd-stack">
      <div className="rd-between">
        <strong>
          {purchase.supplierName} · {t(`buying.${state}`)}
        </strong>
        <span className="rd-muted">
          {purchase.expectedOn !== null && `${t('buying.expectedOn')} ${formatDate(purchase.expectedOn)}`}
        </span>
      </div>
      <Lines purchase={purchase} />
      {purchase.receptions.map((reception) => (
        <div key={reception.id}>
          <div className="rd-between">
            <strong>
              {t('buying.reception')} {reception.stockNumber}
            </strong>
            <span className="rd-muted">
              {reception.reference} · {reception.actorName} · {formatDayTime(reception.receivedAtMs)} ·{' '}
              {t('buying.leadDays', { count: reception.leadDays })}
            </span>
          </div>
          {reception.lines.map((line) => (
            <div key={line.productId} className="rd-between rd-meta">
              <span>
                {line.name} · {formatQuantity(line.quantityMilli, '')}
              </span>
              {line.averageAfterMilliClp !== null && (
                <span>
                  {t('buying.average', {
                    before: formatClp(Math.round((line.averageBeforeMilliClp ?? 0) / 1000)),
                    after: formatClp(Math.round(line.averageAfterMilliClp / 1000)),
                  })}
                </span>
              )}
            </div>
          ))}
        </div>
      ))}
      <Problem>{error}</Problem>
      <div className="rd-row" style={{ justifyContent: 'flex-end', flexWrap: 'wrap' }}>
        {mayBuy && (state === 'DRAFT' || state === 'SENT') && (
          <Button variant="default" onClick={() => setAsks('cancel')}>
            {t('buying.cancel')}
          </Button>
        )}
        {mayBuy && state === 'PARTIAL' && (
          <Button variant="default" onClick={() => setAsks('close')}>
            {t('buying.close')}
          </Button>
        )}
        {mayReceive && purchase.lines.some((line) => leftOf(line) > 0) && (
          <Button variant="default" onClick={onReturn}>
            {t('buying.returnGoods')}
          </Button>
        )}
        <Button variant="default" onClick={() => attempt(pdf)}>
          PDF
        </Button>
        {mayBuy && state === 'DRAFT' && <Button onClick={() => attempt(send)}>{t('buying.send')}</Button>}
        {mayReceive && isOpen && <Button onClick={onReceive}>{t('buying.receive')}</Button>}
      </div>
      {asks && (
        <ReasonDialog
          title={t(`buying.${asks}`)}
          onClose={() => setAsks(undefined)}
          onReason={(reason) => command(`purchases.${asks}`, { id, reason })}
        />
      )}
    </div>
  );
}

function Lines({ purchase }: { purchase: Purchase }) {
  const t = useText();
  return (
    <Table
      label={t('buying.lines')}
      maxHeight={320}
      rows={purchase.lines}
      rowKey={(line) => line.lineNumber}
      columns={[
        {
          id: 'product',
          title: t('stock.product'),
          cell: (line) => <ProductName name={line.name} sku={line.sku} />,
        },
        { id: 'code', title: t('buying.supplierCode'), cell: (line) => line.supplierCode },
        {
          id: 'ordered',
          title: t('buying.ordered'),
          isNumber: true,
          cell: (line) => formatQuantity(line.quantityMilli, line.unit),
        },
        { id: 'received', title: t('buying.received'), isNumber: true, cell: (line) => <Received line={line} /> },
        {
          id: 'cost',
          title: t('stock.unitCost'),
          isNumber: true,
          cell: (line) => (line.unitCostMilliClp === null ? '—' : formatClp(Math.round(line.unitCostMilliClp / 1000))),
        },
      ]}
    />
  );
}

function Received({ line }: { line: Purchase['lines'][number] }) {
  const t = useText();
  return (
    <>
      {formatQuantity(line.receivedMilli, line.unit)}
      {line.returnedMilli > 0 && (
        <div className="rd-meta">
          {t('buying.wentBack', { quantity: formatQuantity(line.returnedMilli, line.unit) })}
        </div>
      )}
    </>
  );
}
