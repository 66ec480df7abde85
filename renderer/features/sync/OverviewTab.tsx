/** One row per branch, the one in most trouble first. */
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { formatAge, formatClp, formatDayTime } from '../../ui/format.ts';
import { Empty, Loaded } from '../../ui/States.tsx';

export default function OverviewTab() {
  const t = useText();
  const overview = useRead('branches.overview', {}, { refetchMs: 60_000 });
  return (
    <Loaded query={overview}>
      {({ asOfMs, rows }) => (
        <>
          <span className="rd-muted">
            {asOfMs === null ? t('sync.neverHeard') : t('sync.asOf', { time: formatDayTime(asOfMs) })}
          </span>
          <DataTable
            label={t('sync.overview')}
            rows={rows}
            rowKey={(row) => row.branchId}
            empty={<Empty title={t('sync.alone')} hint={t('sync.aloneHint')} />}
            columns={[
              {
                id: 'name',
                title: t('sync.branch'),
                cell: (row) => (
                  <>
                    {row.name} <span className="rd-meta">{row.isThis === 'YES' ? t('sync.thisOne') : row.code}</span>
                  </>
                ),
              },
              {
                id: 'contact',
                title: t('sync.lastContact'),
                cell: (row) =>
                  row.lastContactMs === null ? (
                    <span className="rd-warn">{t('sync.never')}</span>
                  ) : (
                    t('sync.ago', { age: formatAge(Math.max(0, (asOfMs ?? row.lastContactMs) - row.lastContactMs)) })
                  ),
              },
              {
                id: 'pending',
                title: t('sync.pending'),
                isNumber: true,
                cell: (row) => (row.pending > 0 ? <span className="rd-warn">{row.pending}</span> : 0),
              },
              {
                id: 'held',
                title: t('sync.held'),
                isNumber: true,
                cell: (row) =>
                  row.quarantined + row.deferred > 0 ? (
                    <span className="rd-bad">{row.quarantined + row.deferred}</span>
                  ) : (
                    0
                  ),
              },
              { id: 'sales', title: t('sync.salesToday'), isNumber: true, cell: (row) => row.salesToday },
              {
                id: 'total',
                title: t('sync.totalToday'),
                isNumber: true,
                cell: (row) => formatClp(row.salesTodayClp),
              },
              {
                id: 'cash',
                title: t('sync.cashDifference'),
                isNumber: true,
                cell: (row) => (
                  <span className={row.cashDifferenceClp < 0 ? 'rd-bad' : undefined}>
                    {formatClp(row.cashDifferenceClp)}
                  </span>
                ),
              },
              { id: 'version', title: t('sync.version'), cell: (row) => row.appVersion },
            ]}
          />
        </>
      )}
    </Loaded>
  );
}
