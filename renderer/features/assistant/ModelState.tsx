/** What is wrong with the local model, and the one thing to do about it. */
import { Button, Progress } from '@mantine/core';
import { call } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useMay } from '../session/store.ts';
import { useText } from '../../text/useText.ts';
import { formatDecimal } from '../../ui/format.ts';
import { toastError } from '../../ui/toast.ts';
import type { Answer } from './AnswerCard.tsx';

type Reason = NonNullable<Answer['reason']>;
/** States that pass: asking again is what helps. */
const RETRY: readonly Reason[] = ['STOPPED', 'NO_DISK', 'PROTOCOL', 'TIMED_OUT', 'BUSY', 'RATE_LIMITED', 'CANCELLED'];
/** States that somebody has to change. */
const CONFIGURE: readonly Reason[] = ['NOT_INSTALLED', 'MODEL_TOO_BIG', 'CLOUD_MODEL', 'REMOTE_HOST'];

interface Props {
  reason: Answer['reason'];
  onRetry: () => void;
  onConfigure: () => void;
  onQuick: () => void;
}

export function ModelState({ reason, onRetry, onConfigure, onQuick }: Props) {
  const t = useText();
  const mayConfigure = useMay('jobs.run');
  if (reason === null) return null;
  if (reason === 'MODEL_MISSING') return <Missing onRetry={onRetry} />;
  const isForSomebody = CONFIGURE.includes(reason);
  if (isForSomebody && mayConfigure) return <Act text={t('assistant.configure')} onClick={onConfigure} />;
  if (isForSomebody || reason === 'NO_ROWS') return <Act text={t('assistant.quick')} onClick={onQuick} />;
  return RETRY.includes(reason) ? <Act text={t('app.retry')} onClick={onRetry} /> : null;
}

const Act = ({ text, onClick }: { text: string; onClick: () => void }) => (
  <Button size="xs" variant="default" onClick={onClick}>
    {text}
  </Button>
);

function Missing({ onRetry }: { onRetry: () => void }) {
  const t = useText();
  const may = useMay('jobs.run');
  const { data, refetch } = useRead('assistant.downloadProgress', {});
  if (!may) return <span className="rd-muted">{t('assistant.askManager')}</span>;
  const start = (): void =>
    void call('assistant.status', {})
      .then(({ model }) => call('assistant.download', { model }))
      .then(() => refetch())
      .catch(toastError);
  if (data?.state === 'DONE') return <Act text={t('app.retry')} onClick={onRetry} />;
  if (data?.state !== 'RUNNING')
    return (
      <Button size="xs" onClick={start}>
        {data ? t('assistant.resume') : t('assistant.download')}
      </Button>
    );
  const share = data.totalBytes === 0 ? 0 : Math.round((data.completedBytes / data.totalBytes) * 100);
  return (
    <div>
      <span role="status">{t('assistant.downloading', { share, size: formatDecimal(data.totalBytes / 1e9) })}</span>
      <Progress value={share} size="sm" my={6} aria-label={t('assistant.model')} />
      <Button size="xs" variant="default" onClick={() => void call('assistant.cancelDownload', {}).catch(toastError)}>
        {t('app.cancel')}
      </Button>
    </div>
  );
}
