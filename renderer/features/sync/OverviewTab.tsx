/** One row per branch, the one in most trouble first; what its trouble is stands in words. */
import IconAlertTriangle from '@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs';
import IconCircleCheck from '@tabler/icons-react/dist/esm/icons/IconCircleCheck.mjs';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { call, type OutputOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { formatAge, formatClp, formatDayTime } from '../../ui/format.ts';
import { Push } from '../../ui/Page.tsx';
import { Empty, Loaded } from '../../ui/States.tsx';
import { toastError } from '../../ui/toast.ts';
import { useMay } from '../session/store.ts';

type Branch = OutputOf<'branches.overview'>['rows'][number];

export default function OverviewTab() {
  const t = useText();
  const manages = useMay('sync.manage');
  const overview = useRead('branches.overview', {}, { refetchMs: 60_000 });
  const [isBusy, setBusy] = useState(false);
  const refresh = (): void => {
    setBusy(true);
    void call('sync.retryNow', {})
      .catch(toastError)
      .finally(() => setBusy(false));
  };
  return (
    <Loaded query={overview}>
      {({ asOfMs, rows }) => (
        <>
          <div className="rd-row">
            <span className="rd-muted">
              {asOfMs !== null
                ? t('sync.asOf', { time: formatDayTime(asOfMs) })
                : rows.length > 0 && t('sync.neverHeard')}
            </span>
            <Push />
            {manages && rows.length > 0 && (
              <Button variant="default" loading={isBusy} onClick={refresh}>
                {t('sync.refresh')}
              </Button>
            )}
          </div>
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
                    <strong>{row.name}</strong>{' '}
                    <span className="rd-meta">{row.isThis === 'YES' ? t('sync.thisOne') : row.code}</span>
                  </>
                ),
              },
              { id: 'state', title: t('sync.state'), cell: (row) => <Condition row={row} asOfMs={asOfMs} /> },
              {
                id: 'contact',
                title: t('sync.lastContact'),
                cell: (row) =>
                  row.lastContactMs === null ? t('sync.never') : t('sync.ago', { age: silenceOf(row, asOfMs) }),
              },
              {
                id: 'pending',
                title: t('sync.pending'),
                isNumber: true,
                cell: (row) => (row.pending > 0 ? <span className="rd-warn">{row.pending}</span> : 0),
              },
              { id: 'sales', title: t('sync.salesToday'), isNumber: true, cell: (row) => row.salesToday },
              { id: 'total', title: t('sync.totalToday'), isNumber: true, cell: (row) => formatClp(row.salesTodayClp) },
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

/** Since its last word until what is shown here was asked for: both by the centre's clock. */
const silenceOf = (row: Branch, asOfMs: number | null): string =>
  formatAge(Math.max(0, (asOfMs ?? row.lastContactMs ?? 0) - (row.lastContactMs ?? 0)));

/** After so long without a word a branch is worth a look. */
const SILENT_MS = 3_600_000;

function Condition({ row, asOfMs }: { row: Branch; asOfMs: number | null }) {
  const t = useText();
  const isSilent = row.lastContactMs === null || (asOfMs ?? row.lastContactMs) - row.lastContactMs > SILENT_MS;
  const bad = row.quarantined > 0 || row.cashDifferenceClp < 0;
  const words = [
    ...(row.quarantined > 0 ? [t('sync.quarantinedCount', { count: row.quarantined })] : []),
    ...(row.deferred > 0 ? [t('sync.deferredCount', { count: row.deferred })] : []),
    ...(isSilent ? [t('sync.silent')] : []),
    ...(row.cashDifferenceClp === 0 ? [] : [t('sync.cashOff')]),
  ];
  const Icon = words.length > 0 ? IconAlertTriangle : IconCircleCheck;
  return (
    <span
      className={words.length === 0 ? 'rd-ok' : bad ? 'rd-bad' : 'rd-warn'}
      style={{ display: 'inline-flex', alignItems: 'center', gap: 6, verticalAlign: 'middle' }}
    >
      <Icon size={18} stroke={1.5} aria-hidden />
      {words.length === 0 ? t('sync.well') : words.join(' · ')}
    </span>
  );
}
