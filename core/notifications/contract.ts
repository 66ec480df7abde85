/** What people are told without having asked: each once per cause, to those who can do something about it. */
import { z } from 'zod';
import { command, query } from '#core/shared/procedure.ts';
import { id, page } from '#core/shared/schemas.ts';

export const notificationKind = z.enum([
  'LOW_STOCK',
  'RESERVATION_EXPIRED',
  'JOB_FAILED',
  'FORECAST_OFF_TRACK',
  'TRANSFER_LATE',
  'PURCHASE_LATE',
]);
export type NotificationKind = z.infer<typeof notificationKind>;

export const notificationRow = z.strictObject({
  id: z.string(),
  kind: notificationKind,
  /** What it is about: the product, order, job or document; the page links to it. */
  subjectId: z.string(),
  /** The words and numbers of its sentence: names as text, quantities in thousandths, instants in milliseconds. */
  details: z.record(z.string(), z.union([z.string(), z.number()])),
  createdAtMs: z.int(),
  readAtMs: z.int().nullable(),
});
export type NotificationRow = z.infer<typeof notificationRow>;

export const notificationsContract = {
  notifications: {
    list: query({
      summary: 'My notifications, newest first',
      access: 'session',
      input: { unreadOnly: z.enum(['YES', 'NO']).default('NO'), ...page },
      output: z.strictObject({ rows: z.array(notificationRow), total: z.int(), unread: z.int() }),
      topics: ['notification'],
    }),
    unreadCount: query({
      summary: 'How many of my notifications are unread',
      access: 'session',
      input: {},
      output: z.strictObject({ unread: z.int() }),
      topics: ['notification'],
    }),
    markRead: command({
      summary: 'Marks some of my notifications as read',
      access: 'session',
      input: { ids: z.array(id).min(1).max(500) },
      output: z.strictObject({ marked: z.int() }),
    }),
    markAllRead: command({
      summary: 'Marks all my notifications as read',
      access: 'session',
      input: {},
      output: z.strictObject({ marked: z.int() }),
    }),
  },
};
