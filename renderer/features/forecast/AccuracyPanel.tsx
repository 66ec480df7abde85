/** How good the forecasts were: over time and worst first, per product or category, and what sold far outside what was expected. */
import { useState } from 'react';
import type { OutputOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { LineChart } from '../../ui/Charts.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { formatDate, formatMonth, formatQuantity, formatShare } from '../../ui/format.ts';
import { Choices } from '../../ui/Page.tsx';
import { Empty, Loaded } from '../../ui/States.tsx';
import { Table } from '../../ui/Table.tsx';

const KINDS = ['PRODUCT', 'CATEGORY'] as const;
type Row = OutputOf<'forecast.accuracyRanking'>['rows'][number];

export default function AccuracyPanel() {
  const t = useText();
  const [kind, setKind] = useState<(typeof KINDS)[number]>('PRODUCT');
  const [chosen, setChosen] = useState<Row>();
  const ranking = useRead('forecast.accuracyRanking', { kind, limit: 100 }, { keepPrevious: true });
  const share = (id: keyof Row['figures'] & ('wape' | 'naiveWape' | 'bias' | 'coverage80'), title: string) => ({
    id,
    title,
    isNumber: true,
    cell: (row: Row) => formatShare(row.figures[id]),
  });
  return (
    <div className="rd-split">
      <div className="rd-stack" style={{ minHeight: 0 }}>
        <OverTime kind={kind} chosen={chosen} />
        <Anomalies />
      </div>
      <div className="rd-stack" style={{ minHeight: 0 }}>
        <Choices
          label={t('forecast.ACCURACY')}
          value={kind}
          onChange={(next) => (setKind(next), setChosen(undefined))}
          options={KINDS.map((value) => ({ value, label: t(`forecast.${value}`) }))}
        />
        <Loaded query={ranking}>
          {({ rows }) => (
            <DataTable
              label={t('forecast.ACCURACY')}
              rows={rows}
              rowKey={(row) => row.id}
              selected={chosen?.id}
              onOpen={(row) => setChosen(row.id === chosen?.id ? undefined : row)}
              empty={<Empty title={t('forecast.notYetScored')} />}
              columns={[
                {
                  id: 'name',
                  title: t(kind === 'PRODUCT' ? 'stock.product' : 'products.category'),
                  cell: (row) => row.name,
                },
                share('wape', t('forecast.wape')),
                share('naiveWape', t('forecast.naive')),
                share('bias', t('forecast.bias')),
                share('coverage80', t('forecast.cover')),
              ]}
            />
          )}
        </Loaded>
      </div>
    </div>
  );
}

/** Month by month, of the row that is chosen or of the whole shop: a line, and the same figures as a table. */
function OverTime({ kind, chosen }: { kind: (typeof KINDS)[number]; chosen: Row | undefined }) {
  const t = useText();
  const node = chosen ? { kind, id: chosen.id } : { kind: 'SHOP' as const };
  const months = useRead('forecast.accuracyOverTime', node, { keepPrevious: true });
  return (
    <Loaded query={months}>
      {(rows) =>
        rows.length === 0 ? (
          <Empty title={t('forecast.notYetScored')} />
        ) : (
          <div className="rd-panel pad rd-stack">
            <strong>{chosen?.name ?? t('forecast.SHOP')}</strong>
            <LineChart
              label={t('forecast.accuracyByMonth')}
              points={rows.map(({ month, figures }) => ({
                label: formatMonth(month),
                value: (figures.wape ?? 0) * 100,
              }))}
            />
            <Table
              label={t('forecast.accuracyByMonth')}
              maxHeight={140}
              rows={rows}
              rowKey={(row) => row.month}
              columns={[
                { id: 'month', title: t('forecast.month'), cell: (row) => formatMonth(row.month) },
                ...(
                  [
                    ['wape', 'wape'],
                    ['naiveWape', 'naive'],
                    ['bias', 'bias'],
                  ] as const
                ).map(([figure, title]) => ({
                  id: figure,
                  title: t(`forecast.${title}`),
                  isNumber: true,
                  cell: (row: (typeof rows)[number]) => formatShare(row.figures[figure]),
                })),
              ]}
            />
          </div>
        )
      }
    </Loaded>
  );
}

function Anomalies() {
  const t = useText();
  const anomalies = useRead('forecast.anomalies', {});
  return (
    <Loaded query={anomalies}>
      {(rows) => (
        <section
          className="rd-panel pad rd-stack"
          style={{ overflow: 'auto', minHeight: 120 }}
          tabIndex={0}
          aria-label={t('forecast.anomalies')}
        >
          <strong>{t('forecast.anomalies')}</strong>
          {rows.length === 0 && <span className="rd-muted">{t('forecast.noAnomalies')}</span>}
          {rows.map((row) => (
            <div key={row.productId} className="rd-between">
              <span>
                {row.name} <span className="rd-meta">{formatDate(row.originDate)}</span>
              </span>
              <span className={row.direction === 'ABOVE' ? 'rd-ok' : 'rd-warn'}>
                {t('forecast.soldOf', {
                  actual: formatQuantity(row.actualMilli, row.unit),
                  low: formatQuantity(row.lowMilli, ''),
                  high: formatQuantity(row.highMilli, ''),
                })}
              </span>
            </div>
          ))}
        </section>
      )}
    </Loaded>
  );
}
