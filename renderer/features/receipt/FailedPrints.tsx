/** Says when a paper did not come out, wherever the user is: the document is safe, and here is what can be done. */
import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import { lazily } from '../../app/lazily.ts';
import type { OutputOf } from '../../api/client.ts';
import { command, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { toastBad, toastError } from '../../ui/toast.ts';
import { printProblem } from './printProblem.ts';

const ReceiptDialog = lazily(() => import('./ReceiptDialog.tsx'));

type Job = OutputOf<'receipts.queue'>[number];
type Viewed = { documentKind: 'SALE' | 'RETURN' | 'SHIFT'; documentId: string };

const toastId = (job: Job): string => `print-${job.id}`;

export default function FailedPrints() {
  const t = useText();
  const queue = useRead('receipts.queue', {});
  const printers = useRead('printers.list', {});
  const [viewed, setViewed] = useState<Viewed>();
  // The attempts that each job had made when it was told: one toast for each failure, none for each look.
  const told = useRef(new Map<string, number>());
  useEffect(() => {
    const failed = (queue.data ?? []).filter((job) => job.state === 'FAILED');
    for (const id of told.current.keys()) {
      if (failed.some((job) => job.id === id)) continue;
      told.current.delete(id);
      notifications.hide(`print-${id}`);
    }
    for (const job of failed) {
      if (told.current.has(job.id)) continue;
      told.current.set(job.id, job.attempts);
      const act = (work: () => Promise<unknown>) => (): void => {
        notifications.hide(toastId(job));
        work().catch(toastError);
      };
      const others = (printers.data ?? []).filter(({ id }) => id !== job.printerId);
      const { documentKind, documentId } = job;
      toastBad(
        t('receipt.failed'),
        <>
          {t('receipt.safe', { problem: printProblem(t, job.lastError) })}
          <br />
          <button type="button" className="rd-link" onClick={act(() => command('receipts.retry', { id: job.id }))}>
            {t('app.retry')}
          </button>
          {others.map(({ id, name }) => (
            <button
              key={id}
              type="button"
              className="rd-link"
              onClick={act(() => command('receipts.retry', { id: job.id, printerId: id }))}
            >
              {t('receipt.printOn', { name })}
            </button>
          ))}
          {(documentKind === 'SALE' || documentKind === 'RETURN' || documentKind === 'SHIFT') && (
            <button type="button" className="rd-link" onClick={() => setViewed({ documentKind, documentId })}>
              {t('receipt.view')}
            </button>
          )}
        </>,
        toastId(job),
      );
    }
  }, [queue.data, printers.data, t]);
  return viewed ? <ReceiptDialog {...viewed} onClose={() => setViewed(undefined)} /> : null;
}
