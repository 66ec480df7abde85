/** Sincronización: what waits and why, what was received and cannot be applied yet, and what can be done about either. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { call, type OutputOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { es } from '../../text/es.ts';
import { useText } from '../../text/useText.ts';
import { errorText } from '../../ui/errorText.ts';
import { Field } from '../../ui/Field.tsx';
import { formatAge, formatDayTime } from '../../ui/format.ts';
import { Figure } from '../../ui/Page.tsx';
import { saveFile, toBase64 } from '../../ui/saveFile.ts';
import { Empty, Loaded } from '../../ui/States.tsx';
import { toastDone, toastError } from '../../ui/toast.ts';

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

/** Why it waits, in words; a reason without words stands for itself. */
const reasonText = (t: ReturnType<typeof useText>, reason: string): string =>
  reason in es.syncReasons ? t(`syncReasons.${reason as keyof typeof es.syncReasons}`) : reason;

function State({ status }: { status: Status }) {
  const t = useText();
  const attempt = (work: () => Promise<unknown>): void => void work().then(() => toastDone(t('app.done')), toastError);
  const exportPending = async (): Promise<void> => {
    const { fileName, content } = await call('sync.exportPending', {});
    saveFile(fileName, 'application/json', toBase64(content));
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
          {status.clockIsWrong === 'YES' && (
            <p role="alert" className="rd-warn">
              {t('sync.clockIsWrong', { age: formatAge(Math.abs(status.skewMs)) })}
            </p>
          )}
        </div>
        <div className="rd-row" style={{ flexWrap: 'wrap', justifyContent: 'flex-end', alignItems: 'start' }}>
          <Button onClick={() => attempt(() => call('sync.retryNow', {}))}>{t('sync.retryNow')}</Button>
          <Button variant="default" onClick={() => attempt(() => call('sync.checkIntegrity', {}))}>
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

function Queue() {
  const t = useText();
  const queue = useRead('sync.queue', { limit: 100 });
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
                {total} · {reasonText(t, reason)}
              </span>
              {rows.map((row) => (
                <div key={row.id} className="rd-between">
                  <span>{row.label === '' ? row.kind : row.label}</span>
                  <span className="rd-meta">{formatDayTime(row.occurredAtMs)}</span>
                </div>
              ))}
            </>
          )
        }
      </Loaded>
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
            <span>{row.kind}</span>
            <span className="rd-meta">{formatDayTime(row.heldAtMs)}</span>
          </div>
          <div className="rd-meta">
            {reasonText(t, row.reason)} {row.detail} · {t(`sync.${row.remedy}`)}
          </div>
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
            {reasonText(t, task.kind)} <span className="rd-meta">{task.detail}</span>
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
      setError(errorText(failure));
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
