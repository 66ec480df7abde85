/** Joins notifications to their contract. */
import type { Handlers } from '#core/engine/module.ts';
import type { notificationsContract } from './contract.ts';
import { listNotifications, markAllRead, markRead, unreadCount } from './inbox.ts';

export const notificationHandlers: Handlers<typeof notificationsContract> = {
  notifications: {
    list: ({ reader, actor }, filter) => listNotifications(reader, actor.userId, filter),
    unreadCount: ({ reader, actor }) => ({ unread: unreadCount(reader, actor.userId) }),
    markRead: (context, { ids }) => ({ marked: markRead(context, ids) }),
    markAllRead: (context) => ({ marked: markAllRead(context) }),
  },
};
