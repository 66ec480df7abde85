import { Button } from '@mantine/core';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { Field } from '../../ui/Field.tsx';
import { formatDayTime } from '../../ui/format.ts';
import { Empty, Loaded } from '../../ui/States.tsx';
import { toastBad, toastDone, toastError } from '../../ui/toast.ts';

/** What was done, by whom, with whose leave; and whether anybody changed it since. */
export default function AuditTab() {
  const t = useText();
  const [stream, setStream] = useState<'EVENTS' | 'LOCAL'>('EVENTS');
  const [from, setFrom] = useState('');
  const [kind, setKind] = useState('');
  const audit = useRead(
    'audit.list',
    { stream, limit: 300, ...(from === '' ? {} : { from }), ...(kind.trim() === '' ? {} : { kind: kind.trim() }) },
    { keepPrevious: true },
  );
  const verify = async (): Promise<void> => {
    try {
      const { checked, broken } = await call('audit.verify', {});
      const [first] = broken;
      if (first)
        toastBad(
          t('admin.chainBad', {
            count: broken.length,
            first: `${first.stream} ${String(first.sequence)} ${first.reason}`,
          }),
          '',
        );
      else toastDone(t('admin.chainOk', { count: checked }));
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <>
      <div className="rd-row" style={{ alignItems: 'end' }}>
        <div className="rd-tenders" role="group" aria-label={t('admin.audit')} style={{ marginBottom: 4 }}>
          <button type="button" aria-pressed={stream === 'EVENTS'} onClick={() => setStream('EVENTS')}>
            {t('admin.events')}
          </button>
          <button type="button" aria-pressed={stream === 'LOCAL'} onClick={() => setStream('LOCAL')}>
            {t('admin.local')}
          </button>
        </div>
        <Field label={t('sales.date')} type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
        <Field
          label={t('admin.what')}
          placeholder="sales.checkedOut"
          maxLength={60}
          value={kind}
          onChange={(event) => setKind(event.target.value)}
        />
        <span style={{ flex: 1 }} />
        <Button style={{ marginBottom: 4 }} onClick={() => void verify()}>
          {t('admin.chain')}
        </Button>
      </div>
      <Loaded query={audit}>
        {({ rows }) => (
          <DataTable
            label={t('admin.audit')}
            rows={rows}
            rowKey={(row) => String(row.sequence)}
            empty={<Empty title={t('app.nothingFound')} />}
            columns={[
              { id: 'sequence', title: '#', width: 80, isNumber: true, cell: (row) => row.sequence },
              { id: 'when', title: t('admin.when'), cell: (row) => formatDayTime(row.occurredAtMs) },
              { id: 'who', title: t('admin.who'), cell: (row) => row.actorName },
              { id: 'what', title: t('admin.what'), cell: (row) => row.kind },
              { id: 'approved', title: t('admin.approvedBy'), cell: (row) => row.approverName ?? '' },
              { id: 'hash', title: 'SHA-256', cell: (row) => <span className="rd-meta">{row.hash.slice(0, 12)}</span> },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}
