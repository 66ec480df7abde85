/** Sincronización: what waits and why, what was received and cannot be applied yet, and what can be done about either. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { call, type OutputOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Field } from '../../ui/Field.tsx';
import { formatAge, formatDate, formatDayTime, formatTime } from '../../ui/format.ts';
import { Figure } from '../../ui/Page.tsx';
import { saveFile, toBase64 } from '../../ui/saveFile.ts';
import { Empty, Loaded } from '../../ui/States.tsx';
import { toastBad, toastDone, toastError } from '../../ui/toast.ts';
import { TimelineDialog } from './Timeline.tsx';
import { kindText, linkProblem, reasonText } from './words.ts';

type Status = OutputOf<'sync.status'>;

export default function SyncTab() {
  const status = useRead('sync.status', {}, { refetchMs: 10_000 });
  return (
    <Loaded query={status}>
      {(data) => (
        <div className="rd-stack" style={{ overflow: 'auto', flex: 1 }}>
          {data.state === 'OFF' ? <Connect /> : <State status={data} />}
          {data.state !== 'OFF' && (
            <div className="rd-two" style={{ alignItems: 'start' }}>
              <Queue />
              <div className="rd-stack">
                <Held state="QUARANTINED" />
                <Held state="DEFERRED" />
                <Tasks />
              </div>
            </div>
          )}
        </div>
      )}
    </Loaded>
  );
}

function State({ status }: { status: Status }) {
  const t = useText();
  const attempt = (work: () => Promise<unknown>): void => void work().then(() => toastDone(t('app.done')), toastError);
  const exportPending = async (): Promise<void> => {
    const { fileName, content } = await call('sync.exportPending', {});
    saveFile(fileName, 'application/json', toBase64(content));
  };
  const compare = async (): Promise<void> => {
    const { days, differences } = await call('sync.checkIntegrity', {});
    if (differences.length === 0) toastDone(t('sync.compared', { count: days }));
    else {
      const dates = [...new Set(differences.map(({ businessDate }) => businessDate))];
      toastBad(t('sync.comparedDifferent'), dates.map(formatDate).join(', '), 'compared');
    }
  };
  const importPending = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    const { sent } = await call('sync.importPending', { content: await file.text() });
    toastDone(t('sync.imported', { count: sent }));
  };
  return (
    <section className="rd-panel pad" aria-label={t('sync.sync')}>
      <div className="rd-two">
        <div>
          <Figure label={t('sync.state')}>
            <strong className={status.state === 'TROUBLE' ? 'rd-bad' : undefined}>{t(`sync.${status.state}`)}</strong>
            {status.reason !== '' && ` · ${reasonText(t, status.reason)}`}
          </Figure>
          <Figure label={t('sync.pending')}>
            {status.pending}
            {status.oldestPendingMs !== null && ` · ${t('sync.since', { age: formatAge(status.oldestPendingMs) })}`}
          </Figure>
          <Figure label={t('sync.lastContact')}>
            {status.lastContactMs === null ? t('sync.never') : formatDayTime(status.lastContactMs)}
          </Figure>
          {status.nextAttemptAtMs !== null && status.state !== 'ONLINE' && (
            <Figure label={t('sync.nextAttempt')}>{formatTime(status.nextAttemptAtMs)}</Figure>
          )}
          <p className="rd-muted" style={{ margin: '4px 0 0' }}>
            {t('sync.calm')}
          </p>
          {status.clockIsWrong === 'YES' && (
            <p role="alert" className="rd-warn">
              {t('sync.clockIsWrong', { age: formatAge(Math.abs(status.skewMs)) })}
            </p>
          )}
        </div>
        <div className="rd-row" style={{ flexWrap: 'wrap', justifyContent: 'flex-end', alignContent: 'start' }}>
          <Button onClick={() => attempt(() => call('sync.retryNow', {}))}>{t('sync.retryNow')}</Button>
          <Button variant="default" onClick={() => void compare().catch(toastError)}>
            {t('sync.compare')}
          </Button>
          <Button variant="default" onClick={() => attempt(() => call('sync.publishSnapshot', {}))}>
            {t('sync.publishSnapshot')}
          </Button>
          <Button variant="default" onClick={() => void exportPending().catch(toastError)}>
            {t('sync.exportPending')}
          </Button>
          <label className="rd-link">
            {t('sync.importPending')}
            <input
              type="file"
              accept="application/json"
              className="rd-hidden"
              onChange={(event) => void importPending(event.target.files?.[0]).catch(toastError)}
            />
          </label>
        </div>
      </div>
    </section>
  );
}

type Waiting = OutputOf<'sync.queue'>['rows'][number];

/** What waits, oldest first, and why. Each opens its own way. */
function Queue() {
  const t = useText();
  const queue = useRead('sync.queue', { limit: 100 });
  const [shown, setShown] = useState<Waiting>();
  const nameOf = (row: Waiting): string => [kindText(t, row.kind), row.label].filter((part) => part !== '').join(' ');
  return (
    <section className="rd-panel pad rd-stack" aria-label={t('sync.queue')} style={{ gap: 4 }}>
      <strong>{t('sync.queue')}</strong>
      <Loaded query={queue}>
        {({ rows, total, reason }) =>
          total === 0 ? (
            <Empty title={t('sync.queueEmpty')} />
          ) : (
            <>
              <span className="rd-muted">
                {t('sync.queueCount', { count: total })} ·{' '}
                {reason === '' ? t('sync.nextContact') : reasonText(t, reason)}
              </span>
              {rows.map((row) => (
                <button
                  key={row.id}
                  type="button"
                  className="rd-link rd-between"
                  style={{ width: '100%', textDecoration: 'none' }}
                  onClick={() => setShown(row)}
                >
                  <span>{nameOf(row)}</span>
                  <span className="rd-meta">{formatDayTime(row.occurredAtMs)}</span>
                </button>
              ))}
              {total > rows.length && (
                <span className="rd-meta">{t('app.firstRows', { shown: rows.length, count: total })}</span>
              )}
            </>
          )
        }
      </Loaded>
      {shown && (
        <TimelineDialog
          title={nameOf(shown)}
          documentId={shown.subjectId}
          sequence={shown.sequence}
          onClose={() => setShown(undefined)}
        />
      )}
    </section>
  );
}

function Held({ state }: { state: 'DEFERRED' | 'QUARANTINED' }) {
  const t = useText();
  const held = useRead('sync.held', { state, limit: 50 });
  if (!held.data || held.data.total === 0) return null;
  return (
    <section className="rd-panel pad rd-stack" aria-label={t(`sync.${state}`)} style={{ gap: 4 }}>
      <strong className={state === 'QUARANTINED' ? 'rd-bad' : 'rd-warn'}>
        {t(`sync.${state}`)} · {held.data.total}
      </strong>
      {held.data.rows.map((row) => (
        <div key={row.id}>
          <div className="rd-between">
            <span>{kindText(t, row.kind)}</span>
            <span className="rd-meta">{formatDayTime(row.heldAtMs)}</span>
          </div>
          <div>
            {reasonText(t, row.reason)} · <strong>{t(`sync.${row.remedy}`)}</strong>
          </div>
          {row.detail !== '' && <div className="rd-meta">{row.detail}</div>}
        </div>
      ))}
    </section>
  );
}

function Tasks() {
  const t = useText();
  const tasks = useRead('sync.tasks', {});
  if (!tasks.data || tasks.data.rows.length === 0) return null;
  return (
    <section className="rd-panel pad rd-stack" aria-label={t('sync.tasks')} style={{ gap: 4 }}>
      <strong className="rd-warn">{t('sync.tasks')}</strong>
      {tasks.data.rows.map((task) => (
        <div key={task.id} className="rd-between">
          <span>
            {reasonText(t, task.kind)} <span className="rd-meta">{task.detail.split(' ')[0]}</span>
          </span>
          <button
            type="button"
            className="rd-link"
            onClick={() => void call('sync.resolveTask', { id: task.id }).catch(toastError)}
          >
            {t('sync.resolve')}
          </button>
        </div>
      ))}
    </section>
  );
}

/** Links the shop to its centre for the first time. */
function Connect() {
  const t = useText();
  const [connection, setConnection] = useState('');
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const connect = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      const { branchCode, pending } = await call('sync.connect', { connection });
      toastDone(t('sync.connected', { branch: branchCode, count: pending }));
    } catch (failure) {
      setError(linkProblem(t, failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="rd-panel pad rd-stack" style={{ maxWidth: 720 }} onSubmit={(event) => void connect(event)}>
      <strong>{t('sync.connectTitle')}</strong>
      <p className="rd-muted" style={{ margin: 0 }}>
        {t('sync.connectHint')}
      </p>
      <Field
        label={t('sync.connection')}
        required
        autoComplete="off"
        value={connection}
        error={error}
        onChange={(event) => (setConnection(event.target.value), setError(undefined))}
      />
      <Button type="submit" loading={isBusy} disabled={connection.trim().length < 10}>
        {t('sync.connect')}
      </Button>
    </form>
  );
}
