/** What the figures do by themselves. */
import type { Job } from '#core/engine/jobs.ts';
import { rebuild } from './rebuild.ts';

/** The job that counts everything anew; people start and stop it with jobs.run and jobs.cancel. */
export const METRICS_NIGHTLY = 'metrics.nightly';

export const metricsJobs: readonly Job[] = [
  { name: METRICS_NIGHTLY, schedule: { dailyAt: { hour: 2, minute: 0 } }, timeoutMs: 30 * 60_000, run: rebuild },
];
