/** What is wrong with the local model, and the one thing to do about it. */
import { Button, Progress } from '@mantine/core';
import { call } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useSession } from '../session/store.ts';
import { useText } from '../../text/useText.ts';
import { toastError } from '../../ui/toast.ts';
import type { Answer } from './AnswerCard.tsx';
import { formatDecimal } from '../../ui/format.ts';

const RETRY = ['STOPPED', 'PROTOCOL', 'TIMED_OUT', 'BUSY', 'RATE_LIMITED', 'CANCELLED'];

export function ModelState({ reason, onRetry }: { reason: Answer['reason']; onRetry: () => void }) {
  const t = useText();
  if (reason === 'MODEL_MISSING') return <Missing onRetry={onRetry} />;
  if (reason === null || !RETRY.includes(reason)) return null;
  return (
    <Button size="xs" variant="default" onClick={onRetry}>
      {t('app.retry')}
    </Button>
  );
}

function Missing({ onRetry }: { onRetry: () => void }) {
  const t = useText();
  const may = useSession((state) => state.user?.permissions.includes('jobs.run') ?? false);
  const { data } = useRead('assistant.downloadProgress', {});
  if (!may) return <span className="rd-muted">{t('assistant.askManager')}</span>;
  const start = (): void =>
    void call('assistant.models', {})
      .then((models) => models.find((model) => model.isDefault) ?? models[0])
      .then((model) => model && call('assistant.download', { model: model.name }))
      .catch(toastError);
  if (data?.state === 'DONE')
    return (
      <Button size="xs" onClick={onRetry}>
        {t('app.retry')}
      </Button>
    );
  if (data?.state !== 'RUNNING')
    return (
      <Button size="xs" onClick={start}>
        {data ? t('assistant.resume') : t('assistant.download')}
      </Button>
    );
  const share = data.totalBytes === 0 ? 0 : Math.round((data.completedBytes / data.totalBytes) * 100);
  return (
    <div role="status">
      {t('assistant.downloading', { share, size: formatDecimal(data.totalBytes / 1e9) })}
      <Progress value={share} size="sm" my={6} />
      <Button size="xs" variant="default" onClick={() => void call('assistant.cancelDownload', {}).catch(toastError)}>
        {t('app.cancel')}
      </Button>
    </div>
  );
}
