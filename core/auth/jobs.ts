/** Nightly tidying of what only matters while it is fresh. Its traces stay in the audit. */
import type { Job } from '#core/engine/jobs.ts';
import { forgetSessions } from '#core/engine/sessions.ts';
import { forgetGrants } from './override.ts';
import { forgetUnknownAccounts } from './throttle.ts';

const MONTH_MS = 30 * 86_400_000;

export const authJobs: Job[] = [
  {
    name: 'auth.tidy',
    schedule: { dailyAt: { hour: 4, minute: 20 } },
    timeoutMs: 10_000,
    run: (context) =>
      context.local((writer) => {
        const beforeMs = context.clock() - MONTH_MS;
        return (
          forgetSessions(writer, beforeMs) + forgetGrants(writer, beforeMs) + forgetUnknownAccounts(writer, beforeMs)
        );
      }),
  },
];
