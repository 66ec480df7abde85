/** Reading is a fact of the person's; what there is to read is derived. */
import { eventKind } from '#core/engine/events.ts';

export const notificationEvents = {
  read: eventKind<{ ids: string[]; readAtMs: number }>('notifications.read', 1),
};
