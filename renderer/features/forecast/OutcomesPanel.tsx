/** What was advised to buy, beside what then happened: whether the advice can be trusted. */
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { formatDate, formatQuantity } from '../../ui/format.ts';
import { Figure } from '../../ui/Page.tsx';
import { Empty, Loaded } from '../../ui/States.tsx';

const LOOK = { GOOD: 'rd-ok', SHORT: 'rd-bad', TOO_MUCH: 'rd-warn' } as const;

export default function OutcomesPanel() {
  const t = useText();
  const outcomes = useRead('recommendations.outcomes', { limit: 200 });
  return (
    <Loaded query={outcomes}>
      {({ rows, good, short, tooMuch }) => (
        <div className="rd-stack rd-grow">
          <div className="rd-row" style={{ gap: 24 }}>
            <Figure label={t('forecast.GOOD')}>{good}</Figure>
            <Figure label={t('forecast.SHORT')}>{short}</Figure>
            <Figure label={t('forecast.TOO_MUCH')}>{tooMuch}</Figure>
          </div>
          <DataTable
            label={t('forecast.OUTCOMES')}
            rows={rows}
            rowKey={(row) => row.id}
            empty={<Empty title={t('forecast.noOutcomes')} hint={t('forecast.noOutcomesHint')} />}
            columns={[
              { id: 'day', title: t('forecast.day'), width: 120, cell: (row) => formatDate(row.originDate) },
              { id: 'name', title: t('stock.product'), cell: (row) => row.name },
              {
                id: 'advised',
                title: t('forecast.advised'),
                isNumber: true,
                cell: (row) => formatQuantity(row.quantityMilli, row.unit),
              },
              {
                id: 'asked',
                title: t('buying.asked'),
                isNumber: true,
                cell: (row) => (row.requestedMilli === null ? '—' : formatQuantity(row.requestedMilli, row.unit)),
              },
              {
                id: 'sold',
                title: t('forecast.soldIn'),
                isNumber: true,
                cell: (row) => (
                  <>
                    {formatQuantity(row.soldMilli, row.unit)}{' '}
                    <span className="rd-meta">{t('forecast.inDays', { count: Math.ceil(row.protectionDays) })}</span>
                  </>
                ),
              },
              { id: 'out', title: t('forecast.stockouts'), isNumber: true, cell: (row) => row.stockoutDays },
              {
                id: 'verdict',
                title: t('forecast.verdict'),
                width: 120,
                cell: (row) => <span className={LOOK[row.verdict]}>{t(`forecast.${row.verdict}`)}</span>,
              },
            ]}
          />
        </div>
      )}
    </Loaded>
  );
}
