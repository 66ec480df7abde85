/** The tables of notifications; see migrations/sqlite/120_notifications.sql. */
import type { NotificationKind } from './contract.ts';

export interface NotificationTables {
  notification: {
    id: string;
    userId: string;
    kind: NotificationKind;
    cause: string;
    subjectId: string;
    details: string;
    createdAtMs: number;
    readAtMs: number | null;
  };
  notificationEpisode: { condition: string; startedAtMs: number };
}
