/** Goods between branches: what left, what is on its way, what came and what was missing. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { OutputOf } from '../../api/client.ts';
import { command, newId, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { errorText } from '../../ui/errorText.ts';
import { SelectField } from '../../ui/Field.tsx';
import { formatAge, formatDayTime, formatMilli, parseQuantity, quantityText } from '../../ui/format.ts';
import { Problem, Push } from '../../ui/Page.tsx';
import { Empty, Loaded } from '../../ui/States.tsx';
import { toastDone } from '../../ui/toast.ts';
import { useMay } from '../session/store.ts';
import type { StockLine } from '../stock/draft.ts';
import { LineEntry } from '../stock/LineEntry.tsx';

type Transfer = OutputOf<'transfers.list'>['rows'][number];

const lostOf = (row: Transfer): number => row.lines.reduce((sum, line) => sum + (line.lostMilli ?? 0), 0);

export default function TransfersTab() {
  const t = useText();
  const mayMove = useMay('stock.transfer');
  const transfers = useRead('transfers.list', { limit: 200 });
  const branches = useRead('branches.list', {});
  const [shown, setShown] = useState<Transfer>();
  const [isSending, setSending] = useState(false);
  const here = branches.data?.find((row) => row.isThis === 'YES')?.branchId;
  const comesHere = (row: Transfer): boolean => mayMove && row.state === 'IN_TRANSIT' && row.toBranchId === here;
  return (
    <>
      <div className="rd-row">
        {transfers.data && (
          <span className="rd-muted">
            {t('sync.inTransitCount', { count: transfers.data.inTransit })}
            {transfers.data.late > 0 && (
              <span className="rd-bad"> · {t('sync.lateCount', { count: transfers.data.late })}</span>
            )}
          </span>
        )}
        <Push />
        {mayMove && (
          <Button disabled={(branches.data?.length ?? 0) < 2} onClick={() => setSending(true)}>
            {t('sync.dispatch')}
          </Button>
        )}
      </div>
      <Loaded query={transfers}>
        {({ rows }) => (
          <DataTable
            label={t('sync.transfers')}
            rows={rows}
            rowKey={(row) => row.id}
            onOpen={setShown}
            empty={<Empty title={t('sync.noTransfers')} hint={t('sync.noTransfersHint')} />}
            columns={[
              { id: 'number', title: t('orders.number'), cell: (row) => row.number },
              { id: 'from', title: t('sync.from'), cell: (row) => row.fromName },
              { id: 'to', title: t('sync.to'), cell: (row) => row.toName },
              { id: 'state', title: t('orders.state'), cell: (row) => <State row={row} /> },
              { id: 'sent', title: t('sync.dispatchedAt'), cell: (row) => formatDayTime(row.dispatchedAtMs) },
              {
                id: 'came',
                title: t('sync.receivedAt'),
                cell: (row) => (row.receivedAtMs === null ? '' : formatDayTime(row.receivedAtMs)),
              },
              { id: 'lines', title: t('buying.lines'), isNumber: true, cell: (row) => row.lines.length },
              {
                id: 'lost',
                title: t('sync.lost'),
                isNumber: true,
                cell: (row) =>
                  row.receivedAtMs === null ? (
                    ''
                  ) : (
                    <span className={lostOf(row) > 0 ? 'rd-bad' : undefined}>{formatMilli(lostOf(row))}</span>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {shown &&
        (comesHere(shown) ? (
          <ReceiveDialog transfer={shown} onClose={() => setShown(undefined)} />
        ) : (
          <TransferDialog transfer={shown} onClose={() => setShown(undefined)} />
        ))}
      {isSending && <DispatchDialog onClose={() => setSending(false)} />}
    </>
  );
}

/** Where it is; one that is on its way for too long is asked for. */
function State({ row }: { row: Transfer }) {
  const t = useText();
  if (row.state === 'RECEIVED')
    return lostOf(row) > 0 ? <span className="rd-bad">{t('sync.receivedWithLoss')}</span> : <>{t('sync.RECEIVED')}</>;
  const age = formatAge(Date.now() - row.dispatchedAtMs);
  return row.isLate === 'YES' ? (
    <span className="rd-bad">{t('sync.late', { age })}</span>
  ) : (
    <span className="rd-warn">
      {t('sync.IN_TRANSIT')} · {age}
    </span>
  );
}

/** What left, what came, what was lost: a transfer that is over, or that another branch has to receive. */
function TransferDialog({ transfer, onClose }: { transfer: Transfer; onClose: () => void }) {
  const t = useText();
  const figure = (milli: number | null): string => (milli === null ? '—' : formatMilli(milli));
  return (
    <Dialog title={`${t('sync.transfer')} ${transfer.number}`} size={640} onClose={onClose}>
      <div className="rd-stack">
        <span>
          {transfer.fromName} → {transfer.toName} · <State row={transfer} />
        </span>
        <div style={{ height: 280, display: 'flex' }}>
          <DataTable
            label={transfer.number}
            rows={transfer.lines}
            rowKey={(line) => String(line.lineNumber)}
            empty={<Empty title={t('sync.noTransfers')} />}
            columns={[
              { id: 'sku', title: t('products.sku'), cell: (line) => line.sku },
              { id: 'name', title: t('sell.product'), cell: (line) => line.name },
              { id: 'sent', title: t('sync.sentTitle'), isNumber: true, cell: (line) => figure(line.quantityMilli) },
              { id: 'came', title: t('sync.cameTitle'), isNumber: true, cell: (line) => figure(line.receivedMilli) },
              {
                id: 'lost',
                title: t('sync.lost'),
                isNumber: true,
                cell: (line) => (
                  <span className={(line.lostMilli ?? 0) > 0 ? 'rd-bad' : undefined}>{figure(line.lostMilli)}</span>
                ),
              },
            ]}
          />
        </div>
      </div>
    </Dialog>
  );
}

function useWarehouses() {
  const list = useRead('warehouses.list', {});
  const all = list.data ?? [];
  // The counter's own shelf first: that is where most of it goes to and comes from.
  return [...all.filter(({ purpose }) => purpose === 'SALES'), ...all.filter(({ purpose }) => purpose === 'STORE')];
}

function ReceiveDialog({ transfer, onClose }: { transfer: Transfer; onClose: () => void }) {
  const t = useText();
  const warehouses = useWarehouses();
  const [warehouseId, setWarehouseId] = useState('');
  const [came, setCame] = useState<Record<number, string>>({});
  const [commandId] = useState(newId);
  const [error, setError] = useState<string>();
  const textOf = (line: Transfer['lines'][number]): string => came[line.lineNumber] ?? quantityText(line.quantityMilli);
  const lines = transfer.lines.map((line) => ({
    lineNumber: line.lineNumber,
    receivedMilli: parseQuantity(textOf(line)) ?? -1,
  }));
  const isBad = lines.some(
    (line, index) => line.receivedMilli < 0 || line.receivedMilli > (transfer.lines[index]?.quantityMilli ?? 0),
  );
  const receive = async (): Promise<void> => {
    try {
      const target = warehouseId === '' ? (warehouses[0]?.id ?? '') : warehouseId;
      const { lostMilli } = await command(
        'transfers.receive',
        { id: transfer.id, warehouseId: target, lines },
        commandId,
      );
      toastDone(t(lostMilli > 0 ? 'sync.receivedShort' : 'sync.receivedWhole', { lost: formatMilli(lostMilli) }));
      onClose();
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  return (
    <Dialog title={`${t('sync.receive')} ${transfer.number}`} size={640} onClose={onClose}>
      <div className="rd-stack">
        <SelectField
          label={t('stock.warehouse')}
          value={warehouseId === '' ? (warehouses[0]?.id ?? '') : warehouseId}
          options={warehouses.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(event) => setWarehouseId(event.target.value)}
        />
        {transfer.lines.map((line) => (
          <div key={line.lineNumber} className="rd-between" style={{ alignItems: 'center' }}>
            <span>
              {line.name}{' '}
              <span className="rd-meta">{t('sync.sentQuantity', { quantity: formatMilli(line.quantityMilli) })}</span>
            </span>
            <input
              className="rd-cell"
              style={{ width: 110 }}
              inputMode="decimal"
              aria-label={`${t('buying.counted')}: ${line.name}`}
              value={textOf(line)}
              onFocus={(event) => event.target.select()}
              onChange={(event) => (setCame({ ...came, [line.lineNumber]: event.target.value }), setError(undefined))}
            />
          </div>
        ))}
        <p className="rd-muted" style={{ margin: 0 }}>
          {t('sync.shortageHint')}
        </p>
        <Problem>{error}</Problem>
        <Button disabled={isBad} onClick={() => void receive()}>
          {t('sync.receive')}
        </Button>
      </div>
    </Dialog>
  );
}

function DispatchDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const warehouses = useWarehouses();
  const branches = useRead('branches.list', {});
  const others = (branches.data ?? []).filter((row) => row.isThis === 'NO');
  const [toBranchId, setTo] = useState('');
  const [warehouseId, setWarehouseId] = useState('');
  const [lines, setLines] = useState<StockLine[]>([]);
  const [commandId] = useState(newId);
  const [error, setError] = useState<string>();
  const dispatch = async (): Promise<void> => {
    try {
      const { number } = await command(
        'transfers.dispatch',
        {
          toBranchId: toBranchId === '' ? (others[0]?.branchId ?? '') : toBranchId,
          warehouseId: warehouseId === '' ? (warehouses[0]?.id ?? '') : warehouseId,
          lines: lines.map(({ product, quantityMilli }) => ({ productId: product.id, quantityMilli })),
        },
        commandId,
      );
      toastDone(t('sync.dispatched', { number }));
      onClose();
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  return (
    <Dialog title={t('sync.dispatch')} size={760} onClose={onClose}>
      <div className="rd-stack">
        <div className="rd-two">
          <SelectField
            label={t('sync.to')}
            value={toBranchId}
            options={others.map((row) => ({ value: row.branchId, label: row.name }))}
            onChange={(event) => setTo(event.target.value)}
          />
          <SelectField
            label={t('stock.warehouse')}
            value={warehouseId}
            options={warehouses.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(event) => setWarehouseId(event.target.value)}
          />
        </div>
        <LineEntry work="transfer" onAdd={(line) => setLines((all) => [...all, line])} />
        {lines.map((line) => (
          <div key={line.key} className="rd-between">
            <span>{line.product.name}</span>
            <span>
              {formatMilli(line.quantityMilli)}{' '}
              <button
                type="button"
                className="rd-link"
                onClick={() => setLines(lines.filter(({ key }) => key !== line.key))}
              >
                {t('stock.remove')}
              </button>
            </span>
          </div>
        ))}
        <Problem>{error}</Problem>
        <Button disabled={lines.length === 0 || others.length === 0} onClick={() => void dispatch()}>
          {t('sync.dispatch')}
        </Button>
      </div>
    </Dialog>
  );
}
