/** A person's notifications: read and marked as read. */
import type { CommandContext } from '#core/engine/context.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { NotificationRow } from './contract.ts';
import { notificationEvents } from './events.ts';
import type { NotificationTables } from './tables.ts';

const { db, select, change } = sqlFor<NotificationTables>();

const COLUMNS = ['id', 'kind', 'subjectId', 'details', 'createdAtMs', 'readAtMs'] as const;
const page = select((p: { userId: string; limit: number; offset: number }) =>
  db
    .selectFrom('notification')
    .select(COLUMNS)
    .where('userId', '=', p.userId)
    .orderBy('id', 'desc')
    .limit(p.limit)
    .offset(p.offset),
);
const unreadPage = select((p: { userId: string; limit: number; offset: number }) =>
  db
    .selectFrom('notification')
    .select(COLUMNS)
    .where('userId', '=', p.userId)
    .where('readAtMs', 'is', null)
    .orderBy('id', 'desc')
    .limit(p.limit)
    .offset(p.offset),
);
const count = select((p: { userId: string }) =>
  db
    .selectFrom('notification')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('userId', '=', p.userId),
);
const unread = select((p: { userId: string }) =>
  db.selectFrom('notification').select('id').where('userId', '=', p.userId).where('readAtMs', 'is', null),
);
const unreadTotal = select((p: { userId: string }) =>
  db
    .selectFrom('notification')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('userId', '=', p.userId)
    .where('readAtMs', 'is', null),
);
const mark = change((p: { id: string; userId: string; readAtMs: number }) =>
  db
    .updateTable('notification')
    .set({ readAtMs: p.readAtMs })
    .where('id', '=', p.id)
    .where('userId', '=', p.userId)
    .where('readAtMs', 'is', null),
);

export const unreadCount = (reader: Reader, userId: string): number => unreadTotal.one(reader, { userId }).n;

export function listNotifications(
  reader: Reader,
  userId: string,
  filter: { unreadOnly: 'YES' | 'NO'; limit: number; offset: number },
): { rows: NotificationRow[]; total: number; unread: number } {
  const statement = filter.unreadOnly === 'YES' ? unreadPage : page;
  const waiting = unreadCount(reader, userId);
  return {
    rows: statement
      .all(reader, { userId, ...filter })
      .map(({ details, ...row }) => ({ ...row, details: JSON.parse(details) as NotificationRow['details'] })),
    total: filter.unreadOnly === 'YES' ? waiting : count.one(reader, { userId }).n,
    unread: waiting,
  };
}

/** Marks some of the actor's own notifications; others' are not his to mark. Answers how many were unread. */
export function markRead(context: CommandContext, ids: readonly string[]): number {
  const { userId } = context.actor;
  const marked = ids.filter((id) => mark.run(context.writer, { id, userId, readAtMs: context.nowMs }) > 0);
  context.record(notificationEvents.read, userId, { ids: marked, readAtMs: context.nowMs });
  return marked.length;
}

export const markAllRead = (context: CommandContext): number =>
  markRead(
    context,
    unread.all(context.writer, { userId: context.actor.userId }).map(({ id }) => id),
  );
