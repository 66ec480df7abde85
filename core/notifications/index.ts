/** What people are told without having asked. */
import { defineModule } from '#core/engine/module.ts';
import { notificationsContract } from './contract.ts';
import { notificationHandlers } from './handlers.ts';
import { notificationJobs } from './jobs.ts';

export const notificationsModule = defineModule({
  contract: notificationsContract,
  handlers: notificationHandlers,
  jobs: notificationJobs,
});

export { notificationEvents } from './events.ts';
export type { NotificationTables } from './tables.ts';
