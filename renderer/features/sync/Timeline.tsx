/** The way of a document: created, printed, stocked, sent, received. What has not happened yet is said as such. */
import IconCircleCheck from '@tabler/icons-react/dist/esm/icons/IconCircleCheck.mjs';
import IconCircleDashed from '@tabler/icons-react/dist/esm/icons/IconCircleDashed.mjs';
import type { OutputOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import type { TextKey } from '../../text/index.ts';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { formatDay, formatTime } from '../../ui/format.ts';
import { Loaded } from '../../ui/States.tsx';

type Way = OutputOf<'sync.timeline'>;

interface Step {
  title: TextKey;
  atMs: number | null;
  /** Said in place of a time. */
  instead: TextKey;
  isDone?: boolean;
}

function stepsOf(way: Way): Step[] {
  const isElsewhere = way.origin === 'CENTRE';
  const waiting: TextKey = way.isLinked === 'YES' ? 'sync.waiting' : 'sync.OFF';
  const there: TextKey = isElsewhere ? 'sync.otherMachine' : waiting;
  return [
    { title: 'sync.created', atMs: way.createdAtMs, instead: 'sync.waiting' },
    { title: 'sync.printed', atMs: way.printedAtMs, instead: isElsewhere ? 'sync.otherMachine' : 'sync.notPrinted' },
    { title: 'sync.stocked', atMs: way.stockedAtMs, instead: 'sync.notStocked' },
    { title: 'sync.sent', atMs: way.sentAtMs, instead: there, isDone: isElsewhere },
    { title: 'sync.received', atMs: way.receivedAtMs, instead: there, isDone: isElsewhere },
  ];
}

interface Props {
  documentId: string;
  /** Of its event, where it is known. */
  sequence?: number;
}

export function Timeline({ documentId, sequence }: Props) {
  const t = useText();
  const way = useRead('sync.timeline', { documentId, ...(sequence === undefined ? {} : { sequence }) });
  return (
    <Loaded query={way}>
      {(data) => (
        <ol className="rd-way" aria-label={t('sync.way')}>
          {stepsOf(data).map(({ title, atMs, instead, isDone }) => {
            const done = atMs !== null || isDone === true;
            const Icon = done ? IconCircleCheck : IconCircleDashed;
            return (
              <li key={title} className={done ? 'rd-ok' : 'rd-muted'} data-way={done ? 'done' : 'open'}>
                <Icon size={20} stroke={1.5} aria-hidden />
                <strong>{t(title)}</strong>
                <span className="rd-meta">
                  {atMs === null ? (
                    t(instead)
                  ) : (
                    <>
                      {formatDay(atMs)}
                      <br />
                      {formatTime(atMs)}
                    </>
                  )}
                </span>
              </li>
            );
          })}
        </ol>
      )}
    </Loaded>
  );
}

export function TimelineDialog({ title, onClose, ...document }: Props & { title: string; onClose: () => void }) {
  return (
    <Dialog title={title} size={620} onClose={onClose}>
      <Timeline {...document} />
    </Dialog>
  );
}
