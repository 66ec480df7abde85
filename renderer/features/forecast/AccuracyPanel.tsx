/** How good the forecasts were: month by month, worst products first, and what sold far outside what was expected. */
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { LineChart } from '../../ui/Charts.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { formatDate, formatQuantity, formatShare } from '../../ui/format.ts';
import { Empty, Loaded } from '../../ui/States.tsx';

export default function AccuracyPanel() {
  const t = useText();
  const months = useRead('forecast.accuracyOverTime', { kind: 'SHOP' });
  const ranking = useRead('forecast.accuracyRanking', { limit: 100 });
  const anomalies = useRead('forecast.anomalies', {});
  return (
    <div className="rd-split">
      <div className="rd-stack" style={{ minHeight: 0 }}>
        <Loaded query={months}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty title={t('forecast.notYetScored')} />
            ) : (
              <div className="rd-panel pad">
                <LineChart
                  label={t('forecast.accuracyByMonth')}
                  points={rows.map(({ month, figures }) => ({ label: month, value: (figures.wape ?? 0) * 100 }))}
                />
              </div>
            )
          }
        </Loaded>
        <Loaded query={anomalies}>
          {(rows) => (
            <section
              className="rd-panel pad rd-stack"
              style={{ overflow: 'auto' }}
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
      </div>
      <Loaded query={ranking}>
        {({ rows }) => (
          <DataTable
            label={t('forecast.ACCURACY')}
            rows={rows}
            rowKey={(row) => row.id}
            empty={<Empty title={t('forecast.notYetScored')} />}
            columns={[
              { id: 'name', title: t('stock.product'), cell: (row) => row.name },
              { id: 'wape', title: t('forecast.wape'), isNumber: true, cell: (row) => formatShare(row.figures.wape) },
              {
                id: 'naive',
                title: t('forecast.naive'),
                isNumber: true,
                cell: (row) => formatShare(row.figures.naiveWape),
              },
              { id: 'bias', title: t('forecast.bias'), isNumber: true, cell: (row) => formatShare(row.figures.bias) },
              {
                id: 'cover',
                title: t('forecast.cover'),
                isNumber: true,
                cell: (row) => formatShare(row.figures.coverage80),
              },
            ]}
          />
        )}
      </Loaded>
    </div>
  );
}
