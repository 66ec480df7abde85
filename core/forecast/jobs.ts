/** What the forecast does by itself. */
import type { Job } from '#core/engine/jobs.ts';
import { runNight } from './batch.ts';

/** The job that makes the forecast; people start and stop it with jobs.run and jobs.cancel. */
export const NIGHTLY = 'forecast.nightly';

export const forecastJobs: readonly Job[] = [
  { name: NIGHTLY, schedule: { dailyAt: { hour: 3, minute: 0 } }, timeoutMs: 30 * 60_000, run: runNight },
];
