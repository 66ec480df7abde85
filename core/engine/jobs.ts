/** Work that the application does by itself. Jobs are data; jobRunner.ts runs them. */
import type { TaskContext } from './context.ts';

/** How far a job has come, for whoever watches it. */
export type Progress = (done: number, total: number) => void;

export interface Job {
  readonly name: string;
  /** Every so many minutes, or every day at a local time of the branch. */
  readonly schedule: { everyMinutes: number } | { dailyAt: { hour: number; minute: number } };
  readonly timeoutMs: number;
  /** Answers how many rows it dealt with. Stops early when `context.signal` aborts. */
  run(context: TaskContext, progress: Progress): Promise<number> | number;
}
