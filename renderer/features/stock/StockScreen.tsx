/** Inventario: what there is, how it moved, what somebody should look at. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { call, type OutputOf } from '../../api/client.ts';
import { command, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { Field, SelectField } from '../../ui/Field.tsx';
import { formatCount, formatDayTime, formatMilli } from '../../ui/format.ts';
import { Push } from '../../ui/Page.tsx';
import { Empty, Loaded } from '../../ui/States.tsx';
import { toastBad, toastDone, toastError } from '../../ui/toast.ts';
import { useMay } from '../session/store.ts';
import type { StockWork } from './draft.ts';
import { MinimumDialog, type MinimumOf } from './MinimumDialog.tsx';
import { StockDocumentDialog } from './StockDocumentDialog.tsx';

type Kind = OutputOf<'stock.movements'>['rows'][number]['kind'];
type Tab = 'levels' | 'movements' | 'tasks';

export default function StockScreen() {
  const t = useText();
  const [tab, setTab] = useState<Tab>('levels');
  const [work, setWork] = useState<StockWork>();
  const mayReceive = useMay('stock.receive');
  const mayAdjust = useMay('stock.adjust');
  const mayTransfer = useMay('stock.transfer');
  const tabs: [Tab, string][] = [
    ['levels', t('stock.levels')],
    ['movements', t('stock.movements')],
    ...(mayAdjust ? ([['tasks', t('stock.tasks')]] as [Tab, string][]) : []),
  ];
  return (
    <div className="rd-page">
      <header>
        <h2>{t('stock.title')}</h2>
        <div className="rd-tenders" role="group" aria-label={t('stock.title')}>
          {tabs.map(([id, label]) => (
            <button key={id} type="button" aria-pressed={tab === id} onClick={() => setTab(id)}>
              {label}
            </button>
          ))}
        </div>
        <span style={{ flex: 1 }} />
        {mayTransfer && (
          <Button variant="default" onClick={() => setWork('transfer')}>
            {t('stock.transfer')}
          </Button>
        )}
        {mayAdjust && (
          <>
            <Button variant="default" onClick={() => setWork('issue')}>
              {t('stock.issue')}
            </Button>
            <Button variant="default" onClick={() => setWork('adjust')}>
              {t('stock.adjust')}
            </Button>
          </>
        )}
        {mayReceive && (
          <>
            <Button variant="default" onClick={() => setWork('toSupplier')}>
              {t('stock.toSupplier')}
            </Button>
            <Button onClick={() => setWork('receive')}>{t('stock.receive')}</Button>
          </>
        )}
      </header>
      {tab === 'levels' && <Levels />}
      {tab === 'movements' && <Movements />}
      {tab === 'tasks' && <Tasks />}
      {work && <StockDocumentDialog work={work} onClose={() => setWork(undefined)} />}
    </div>
  );
}

function Levels() {
  const t = useText();
  const [text, setText] = useState('');
  const [show, setShow] = useState<'ALL' | 'LOW' | 'NONE'>('ALL');
  const maySet = useMay('catalog.write');
  const [open, setOpen] = useState<MinimumOf>();
  const levels = useRead('stock.levels', { text, show, limit: 500 }, { keepPrevious: true });
  return (
    <>
      <div className="rd-row" style={{ alignItems: 'end' }}>
        <div style={{ flex: 1, maxWidth: 360 }}>
          <Field
            label={t('products.filter')}
            value={text}
            maxLength={80}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <div className="rd-tenders" role="group" aria-label={t('stock.levels')}>
          {(
            [
              ['ALL', t('stock.everything')],
              ['LOW', t('stock.low')],
              ['NONE', t('stock.none')],
            ] as const
          ).map(([id, label]) => (
            <button key={id} type="button" aria-pressed={show === id} onClick={() => setShow(id)}>
              {label}
            </button>
          ))}
        </div>
        <span className="rd-muted" style={{ lineHeight: '40px' }}>
          {t('app.rows', { count: formatCount(levels.data?.total ?? 0) })}
        </span>
      </div>
      <Loaded query={levels}>
        {({ rows }) => (
          <DataTable
            label={t('stock.levels')}
            rows={rows}
            rowKey={(row) => `${row.productId}/${row.warehouseId}`}
            {...(maySet ? { onOpen: (row: MinimumOf) => setOpen(row) } : {})}
            empty={<Empty title={t('stock.empty')} hint={t('stock.emptyHint')} />}
            columns={[
              { id: 'sku', title: t('products.sku'), width: 130, cell: (row) => row.sku },
              {
                id: 'name',
                title: t('stock.product'),
                cell: (row) => `${row.name}${row.brand === '' ? '' : ` · ${row.brand}`}`,
              },
              { id: 'warehouse', title: t('stock.warehouse'), cell: (row) => row.warehouseName },
              { id: 'location', title: t('stock.location'), cell: (row) => row.location },
              { id: 'onHand', title: t('stock.onHand'), isNumber: true, cell: (row) => formatMilli(row.onHandMilli) },
              {
                id: 'reserved',
                title: t('stock.reserved'),
                isNumber: true,
                cell: (row) => (row.reservedMilli === 0 ? '' : formatMilli(row.reservedMilli)),
              },
              {
                id: 'available',
                title: t('stock.available'),
                isNumber: true,
                cell: (row) => (
                  <strong
                    className={
                      row.availableMilli <= 0
                        ? 'rd-bad'
                        : row.minimumMilli > 0 && row.availableMilli <= row.minimumMilli
                          ? 'rd-warn'
                          : undefined
                    }
                  >
                    {formatMilli(row.availableMilli)}
                  </strong>
                ),
              },
              {
                id: 'minimum',
                title: t('stock.minimum'),
                isNumber: true,
                cell: (row) => (row.minimumMilli === 0 ? '' : formatMilli(row.minimumMilli)),
              },
            ]}
          />
        )}
      </Loaded>
      {open && <MinimumDialog of={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function Movements() {
  const t = useText();
  const [kind, setKind] = useState<Kind | ''>('');
  const [from, setFrom] = useState('');
  const movements = useRead(
    'stock.movements',
    { limit: 500, ...(kind === '' ? {} : { kind }), ...(from === '' ? {} : { from }) },
    { keepPrevious: true },
  );
  const kinds: Record<Kind, string> = {
    ENTRY: t('stock.kindEntry'),
    EXIT: t('stock.kindExit'),
    ADJUSTMENT: t('stock.kindAdjustment'),
    TRANSFER: t('stock.kindTransfer'),
    RETURN: t('stock.kindReturn'),
  };
  return (
    <>
      <div className="rd-row" style={{ alignItems: 'end' }}>
        <SelectField
          label={t('stock.kind')}
          value={kind}
          options={[
            { value: '', label: t('app.all') },
            ...Object.entries(kinds).map(([value, label]) => ({ value, label })),
          ]}
          onChange={(event) => setKind(event.target.value as Kind | '')}
        />
        <Field label={t('stock.from')} type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
        <Push />
        <SelfCheck />
      </div>
      <Loaded query={movements}>
        {({ rows }) => (
          <DataTable
            label={t('stock.movements')}
            rows={rows}
            rowKey={(row) => row.id}
            empty={<Empty title={t('stock.noMovements')} />}
            columns={[
              { id: 'when', title: t('stock.when'), cell: (row) => formatDayTime(row.occurredAtMs) },
              { id: 'kind', title: t('stock.kind'), cell: (row) => kinds[row.kind] },
              { id: 'product', title: t('stock.product'), cell: (row) => `${row.sku} · ${row.name}` },
              { id: 'warehouse', title: t('stock.warehouse'), cell: (row) => row.warehouseName },
              { id: 'reason', title: t('app.reason'), cell: (row) => row.reason },
              { id: 'who', title: t('stock.who'), cell: (row) => row.actorName },
              {
                id: 'quantity',
                title: t('stock.quantity'),
                isNumber: true,
                cell: (row) => <strong>{formatMilli(row.quantityMilli)}</strong>,
              },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}

/** Recomputes every level, reservation and cost from the ledger. */
function SelfCheck() {
  const t = useText();
  const mayCheck = useMay('audit.read');
  const check = async (): Promise<void> => {
    try {
      const { checked, differences } = await call('stock.selfCheck', {});
      if (differences.length === 0) toastDone(t('stock.selfCheckOk', { count: checked }));
      else toastBad(t('stock.selfCheckBad', { count: differences.length }), '');
    } catch (error) {
      toastError(error);
    }
  };
  return mayCheck ? (
    <Button variant="default" onClick={() => void check()}>
      {t('stock.selfCheck')}
    </Button>
  ) : null;
}

function Tasks() {
  const t = useText();
  const tasks = useRead('stock.tasks', {});
  return (
    <Loaded query={tasks}>
      {(rows) => (
        <DataTable
          label={t('stock.tasks')}
          rows={rows}
          rowKey={(row) => row.id}
          empty={<Empty title={t('stock.noTasks')} />}
          columns={[
            { id: 'when', title: t('stock.when'), cell: (row) => formatDayTime(row.createdAtMs) },
            {
              id: 'kind',
              title: t('stock.kind'),
              cell: (row) => (row.kind === 'NEGATIVE' ? t('stock.negative') : t('stock.costJump')),
            },
            { id: 'product', title: t('stock.product'), cell: (row) => row.name },
            { id: 'warehouse', title: t('stock.warehouse'), cell: (row) => row.warehouseName },
            {
              id: 'act',
              title: t('app.actions'),
              cell: (row) => (
                <button
                  type="button"
                  className="rd-link"
                  onClick={() => void command('stock.resolveTask', { id: row.id }).catch(toastError)}
                >
                  {t('stock.resolve')}
                </button>
              ),
            },
          ]}
        />
      )}
    </Loaded>
  );
}
