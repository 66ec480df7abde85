/** Work that the application does by itself. Jobs are data; one file runs them. */
import type { TaskContext } from './context.ts';

export interface Job {
  readonly name: string;
  /** Cron expression in the branch's time zone. */
  readonly schedule: string;
  readonly timeoutMs: number;
  /** Answers how many rows it dealt with. */
  run(context: TaskContext): Promise<number> | number;
}
