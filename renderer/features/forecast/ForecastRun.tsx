/** How fresh the forecast is, and a new one by hand with its progress; the counter goes on selling meanwhile. */
import { Button, Progress } from '@mantine/core';
import { call } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { formatDate, formatDayTime } from '../../ui/format.ts';
import { toastError } from '../../ui/toast.ts';
import { useMay } from '../session/store.ts';

export function ForecastRun() {
  const t = useText();
  const status = useRead('forecast.status', {});
  const mayRun = useMay('jobs.run');
  if (!status.data) return null;
  const { job, run, ageDays, runningSinceMs } = status.data;
  return (
    <div className="rd-row" style={{ alignItems: 'center' }}>
      <span className={ageDays !== null && ageDays > 2 ? 'rd-warn' : 'rd-muted'}>
        {run
          ? t('forecast.madeOf', { day: formatDate(run.originDate), time: formatDayTime(run.madeAtMs) })
          : t('forecast.never')}
      </span>
      {mayRun &&
        (runningSinceMs === null ? (
          <Button variant="default" onClick={() => void call('jobs.run', { name: job }).catch(toastError)}>
            {t('forecast.runNow')}
          </Button>
        ) : (
          <Running job={job} />
        ))}
    </div>
  );
}

function Running({ job }: { job: string }) {
  const t = useText();
  const jobs = useRead('jobs.list', {}, { refetchMs: 500 });
  const running = jobs.data?.find(({ name }) => name === job)?.running;
  const percent = running && running.total > 0 ? Math.round((running.done / running.total) * 100) : 0;
  return (
    <div className="rd-row" role="status" style={{ alignItems: 'center' }}>
      <Progress value={percent} w={120} aria-label={t('forecast.running')} />
      <span className="rd-muted">
        {t('forecast.running')} {percent} %
      </span>
      <Button variant="default" onClick={() => void call('jobs.cancel', { name: job }).catch(toastError)}>
        {t('app.cancel')}
      </Button>
    </div>
  );
}
