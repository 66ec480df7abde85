/** What the forecast would buy, most urgent first, with the reason in one sentence; edited quantities become requests. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { OutputOf } from '../../api/client.ts';
import { command, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { formatClp, formatDate, formatExpected, formatQuantity, parseQuantity, quantityText } from '../../ui/format.ts';
import { Push } from '../../ui/Page.tsx';
import { Empty, Loaded } from '../../ui/States.tsx';
import { Tick } from '../../ui/Tick.tsx';
import { toastDone, toastError } from '../../ui/toast.ts';
import { usePicked } from '../../ui/usePicked.ts';
import { ForecastRun } from '../forecast/ForecastRun.tsx';
import { useMay } from '../session/store.ts';

type Row = OutputOf<'recommendations.list'>['rows'][number];

export default function SuggestedTab() {
  const t = useText();
  const mayBuy = useMay('purchasing.write');
  const list = useRead('recommendations.list', { limit: 200 }, { keepPrevious: true });
  const picked = usePicked();
  const [typed, setTyped] = useState<Record<string, string>>({});
  const quantityOf = (row: Row): number | undefined =>
    typed[row.id] === undefined ? row.quantityMilli : parseQuantity(typed[row.id] ?? '');
  const rows = list.data?.rows ?? [];
  const open = rows.filter((row) => row.requestId === null);
  const chosen = open.filter((row) => picked.has(row.id));
  const isBad = chosen.some((row) => !quantityOf(row));
  const request = async (): Promise<void> => {
    try {
      const lines = chosen.map((row) => ({ id: row.id, quantityMilli: quantityOf(row) ?? row.quantityMilli }));
      const { requestIds } = await command('recommendations.request', { lines });
      const sent = lines.map(({ id }) => id);
      picked.drop(sent);
      setTyped((all) => Object.fromEntries(Object.entries(all).filter(([id]) => !sent.includes(id))));
      toastDone(t('buying.requested', { count: requestIds.length }));
    } catch (error) {
      toastError(error);
    }
  };
  const sumClp = chosen.reduce(
    (sum, row) => sum + Math.round(((quantityOf(row) ?? 0) / 1000) * ((row.unitCostMilliClp ?? 0) / 1000)),
    0,
  );
  return (
    <>
      <div className="rd-row">
        <ForecastRun />
        <Push />
        {chosen.length > 0 && sumClp > 0 && <span>{t('buying.costOf', { total: formatClp(sumClp) })}</span>}
        {mayBuy && open.length > 0 && (
          <>
            <Button variant="default" onClick={() => picked.set(chosen.length > 0 ? [] : open.map((row) => row.id))}>
              {t(chosen.length > 0 ? 'buying.pickNone' : 'buying.pickAll')}
            </Button>
            <Button disabled={chosen.length === 0 || isBad} onClick={() => void request()}>
              {t('buying.request', { count: chosen.length })}
            </Button>
          </>
        )}
      </div>
      <Loaded query={list}>
        {({ rows: all }) => (
          <DataTable
            label={t('buying.suggested')}
            rows={all}
            rowKey={(row) => row.id}
            empty={<Empty title={t('buying.nothingSuggested')} hint={t('buying.nothingSuggestedHint')} />}
            columns={[
              {
                id: 'pick',
                title: '',
                width: 44,
                cell: (row) =>
                  row.requestId === null && mayBuy ? (
                    <Tick label={row.name} isOn={picked.has(row.id)} onChange={() => picked.toggle(row.id)} />
                  ) : null,
              },
              {
                id: 'product',
                title: t('stock.product'),
                width: '24%',
                cell: (row) => (
                  <>
                    {row.name}
                    <div className="rd-meta">
                      {row.sku} · {row.supplierName ?? t('buying.noSupplier')}
                    </div>
                  </>
                ),
              },
              { id: 'why', title: t('buying.why'), cell: (row) => <div className="rd-meta">{reason(t, row)}</div> },
              {
                id: 'stock',
                title: t('buying.position'),
                isNumber: true,
                cell: (row) => formatQuantity(row.positionMilli, row.unit),
              },
              {
                id: 'expected',
                title: t('buying.expected28'),
                isNumber: true,
                cell: (row) => (
                  <>
                    {formatExpected(row.expected28Milli, row.unit)}
                    <div className="rd-meta">
                      {formatExpected(row.low28Milli, '')}–{formatExpected(row.high28Milli, '')}
                    </div>
                  </>
                ),
              },
              {
                id: 'quantity',
                title: t('buying.suggestion'),
                isNumber: true,
                width: 120,
                cell: (row) =>
                  row.requestId !== null ? (
                    <span className="rd-ok">{t('buying.inRequest')}</span>
                  ) : (
                    <input
                      className="rd-cell"
                      inputMode="decimal"
                      aria-label={`${t('buying.suggestion')}: ${row.name}`}
                      aria-invalid={!quantityOf(row)}
                      value={typed[row.id] ?? quantityText(row.quantityMilli)}
                      readOnly={!mayBuy}
                      onFocus={(event) => event.target.select()}
                      onChange={(event) => {
                        setTyped({ ...typed, [row.id]: event.target.value });
                        if (!picked.has(row.id)) picked.toggle(row.id);
                      }}
                    />
                  ),
              },
              {
                id: 'cost',
                title: t('buying.cost'),
                isNumber: true,
                cell: (row) => (row.costClp === null ? '—' : formatClp(row.costClp)),
              },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}

/** One sentence: rate, lead time, what is needed at which certainty, what there is; and what moves it. */
function reason(t: ReturnType<typeof useText>, row: Row): string {
  if (row.reason === 'NO_ROTATION') return t('buying.whyNoRotation');
  const { unit } = row;
  const parts = [
    t('buying.whyOrder', {
      rate: formatExpected(row.ratePerDayMilli, unit),
      supplier: row.supplierName ?? t('buying.noSupplier'),
      days: String(Math.round(row.leadDays * 10) / 10).replace('.', ','),
      level: Math.round(row.serviceLevelBasisPoints / 100),
      needed: formatQuantity(row.reorderPointMilli, unit),
      there: formatQuantity(row.positionMilli, unit),
    }),
  ];
  if (row.runsOutOn !== null) parts.push(t('buying.whyRunsOut', { day: formatDate(row.runsOutOn) }));
  const change = row.changeBasisPoints === null ? 0 : Math.round((row.changeBasisPoints - 10_000) / 100);
  if (Math.abs(change) >= 10)
    parts.push(t(change > 0 ? 'buying.whyRises' : 'buying.whyFalls', { percent: Math.abs(change) }));
  if (row.stockoutDays > 0) parts.push(t('buying.whyStockouts', { count: row.stockoutDays }));
  // One line of several: a point before the next dot between them says nothing.
  return parts.map((part, index) => (index === 0 ? part : part.replace(/\.$/, ''))).join(' · ');
}
