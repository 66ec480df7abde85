/** Looking for news. */
import type { Job } from '#core/engine/jobs.ts';
import { watch } from './watch.ts';

export const notificationJobs: readonly Job[] = [
  { name: 'notifications.watch', schedule: { everyMinutes: 5 }, timeoutMs: 30_000, run: (context) => watch(context) },
];
