import { Button } from '@mantine/core';
import { call } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { es } from '../../text/es.ts';
import { useText } from '../../text/useText.ts';
import { formatCount, formatDayTime, formatDecimal } from '../../ui/format.ts';
import { Loaded } from '../../ui/States.tsx';
import { toastDone, toastError } from '../../ui/toast.ts';

type Text = ReturnType<typeof useText>;

const megabytes = (bytes: number): string =>
  bytes >= 1_073_741_824 ? `${formatDecimal(bytes / 1_073_741_824)} GB` : `${formatDecimal(bytes / 1_048_576)} MB`;

/** Whether the shop is well: database, disk, backups, jobs, printers. */
export default function HealthTab() {
  const t = useText();
  const health = useRead('system.health', {});
  const jobs = useRead('jobs.list', {});
  const backups = useRead('backups.list', {});
  const attempt = (work: Promise<unknown>): void => void work.then(() => toastDone(t('app.done'))).catch(toastError);
  return (
    <div className="rd-two" style={{ alignItems: 'start' }}>
      <Loaded query={health}>
        {(data) => (
          <section className="rd-panel pad rd-stack" aria-label={t('admin.health')}>
            <strong className={data.state === 'OK' ? 'rd-ok' : 'rd-bad'}>
              {data.state === 'OK' ? t('admin.ok') : t('admin.problem')}
            </strong>
            {data.problems.map((problem) => (
              <span key={problem} className="rd-warn">
                {t(`health.${problem}`)}
              </span>
            ))}
            <Figure
              label={t('admin.database')}
              value={`${megabytes(data.database.bytes)} · WAL ${megabytes(data.database.walBytes)}`}
            />
            <Figure
              label={t('admin.disk')}
              value={data.disk.freeBytes === null ? '—' : `${t('admin.free')} ${megabytes(data.disk.freeBytes)}`}
            />
            <Figure label={t('admin.audit')} value={formatCount(data.database.lastSequence)} />
            <Figure
              label={t('admin.printQueue')}
              value={data.printQueue ? `${String(data.printQueue.waiting)} / ${String(data.printQueue.failed)}` : '—'}
            />
            <Figure
              label={t('admin.backups')}
              value={data.backups.newestAtMs === null ? t('admin.noBackups') : formatDayTime(data.backups.newestAtMs)}
            />
            <Button variant="default" onClick={() => attempt(call('backups.create', {}).then(() => backups.refetch()))}>
              {t('admin.backup')}
            </Button>
            {backups.data?.slice(0, 6).map((row) => (
              <Figure key={row.name} label={row.name} value={megabytes(row.bytes)} />
            ))}
          </section>
        )}
      </Loaded>
      <section className="rd-panel pad rd-stack" aria-label={t('admin.jobs')}>
        <strong>{t('admin.jobs')}</strong>
        {jobs.data?.map((job) => {
          const [last] = job.runs;
          return (
            <div key={job.name} className="rd-between" style={{ alignItems: 'center' }}>
              <span>
                {nameOf(t, job.name)}
                <div className={last?.state === 'FAILED' ? 'rd-bad' : 'rd-meta'}>
                  {scheduleOf(t, job.schedule)}
                  {last && ` · ${t('admin.lastRun')} ${formatDayTime(last.startedAtMs)} · ${t(`health.${last.state}`)}`}
                  {last?.state === 'FAILED' && ` · ${last.error ?? ''}`}
                </div>
              </span>
              <button type="button" className="rd-link" onClick={() => attempt(call('jobs.run', { name: job.name }))}>
                {t('admin.run')}
              </button>
            </div>
          );
        })}
      </section>
    </div>
  );
}

/** What a job does, in words; one without words stands for itself. */
function nameOf(t: Text, name: string): string {
  const key = name.replace('.', '_');
  return key in es.jobs ? t(`jobs.${key as keyof typeof es.jobs}`) : name;
}

/** `every 60 min` and `daily at 03:40`, in the language of the screen. */
function scheduleOf(t: Text, schedule: string): string {
  const [, minutes] = /^every (\d+) min$/.exec(schedule) ?? [];
  const [, time] = /^daily at (\S+)$/.exec(schedule) ?? [];
  if (minutes !== undefined) return t('jobs.every', { minutes });
  return time === undefined ? schedule : t('jobs.daily', { time });
}

const Figure = ({ label, value }: { label: string; value: string }) => (
  <div className="rd-between">
    <span className="rd-muted">{label}</span>
    <span>{value}</span>
  </div>
);
