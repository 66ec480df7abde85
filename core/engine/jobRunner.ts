/**
 * Runs jobs. node-schedule is only a tick: which slot is due, which has run and which was missed stands in the table `taskRun`, whose
 * unique index gives each slot to one run. So neither a clock change nor a night off nor a kill repeats or loses a slot.
 */
import { type Job as Tick, scheduleJob } from 'node-schedule';
import { addDays, localParts, localToMs } from '#core/shared/time.ts';
import { DomainError } from '#core/shared/errors.ts';
import type { TaskContext } from './context.ts';
import type { Job } from './jobs.ts';
import type { Clock, Ids, Log } from './ports.ts';
import { type Reader, sqlFor, type Writer } from './sql.ts';
import type { EngineTables } from './tables.ts';

const { db, select, insert, change } = sqlFor<EngineTables>();
const insertRun = insert('taskRun', ['id', 'job', 'slotAtMs', 'trigger', 'state', 'startedAtMs']);
const finishRun = change(
  (p: { id: string; state: 'DONE' | 'FAILED' | 'CANCELLED'; finishedAtMs: number; rowCount: number | null; error: string | null }) =>
    db
      .updateTable('taskRun')
      .set({ state: p.state, finishedAtMs: p.finishedAtMs, rowCount: p.rowCount, error: p.error })
      .where('id', '=', p.id),
);
const markLost = change((p: { nowMs: number }) =>
  db.updateTable('taskRun').set({ state: 'LOST', finishedAtMs: p.nowMs }).where('state', '=', 'RUNNING'),
);
const lastSlot = select((p: { job: string }) =>
  db
    .selectFrom('taskRun')
    .select('slotAtMs')
    .where('job', '=', p.job)
    .where('trigger', '<>', 'MANUAL')
    .orderBy('slotAtMs', 'desc')
    .limit(1),
);
const runs = select((p: { limit: number }) =>
  db
    .selectFrom('taskRun')
    .select(['id', 'job', 'slotAtMs', 'trigger', 'state', 'startedAtMs', 'finishedAtMs', 'rowCount', 'error'])
    .orderBy('id', 'desc')
    .limit(p.limit),
);

/** The newest runs of all jobs. */
export const listRuns = (reader: Reader, limit: number) => runs.all(reader, { limit });

/** The newest slot of a schedule that is not after `nowMs`. */
export function dueSlot(schedule: Job['schedule'], nowMs: number, timeZone: string): number {
  if ('everyMinutes' in schedule) {
    const lengthMs = schedule.everyMinutes * 60_000;
    return Math.floor(nowMs / lengthMs) * lengthMs;
  }
  const { hour, minute } = schedule.dailyAt;
  const { date } = localParts(nowMs, timeZone);
  const today = localToMs(date, hour, minute, timeZone);
  return today <= nowMs ? today : localToMs(addDays(date, -1), hour, minute, timeZone);
}

export interface RunnerPorts {
  jobs: readonly Job[];
  clock: Clock;
  ids: Ids;
  log: Log;
  reader: Reader;
  /** The branch's zone; undefined before the first run, when nothing is due. */
  timeZone(): string | undefined;
  local<T>(work: (writer: Writer) => T): T;
  taskContext(signal: AbortSignal): TaskContext;
}

export class JobRunner {
  readonly #ports: RunnerPorts;
  readonly #running = new Map<string, { abort: AbortController; done: Promise<unknown> }>();
  #tick: Tick | undefined;

  constructor(ports: RunnerPorts) {
    this.#ports = ports;
  }

  /** Marks what a crash left running as lost, then looks for due slots now and every half minute. */
  start(): void {
    this.#ports.local((writer) => markLost.run(writer, { nowMs: this.#ports.clock.nowMs() }));
    this.#tick = scheduleJob('*/30 * * * * *', () => void this.runDue());
    void this.runDue();
  }

  /** Cancels what runs and waits for it. */
  async stop(): Promise<void> {
    this.#tick?.cancel();
    for (const { abort } of this.#running.values()) abort.abort();
    await Promise.allSettled([...this.#running.values()].map(({ done }) => done));
  }

  /** Starts every job whose newest slot has not run. A job that is still running waits for the next tick. */
  async runDue(): Promise<void> {
    const zone = this.#ports.timeZone();
    if (zone === undefined) return;
    const nowMs = this.#ports.clock.nowMs();
    const started = this.#ports.jobs.flatMap((job) => {
      const slotAtMs = dueSlot(job.schedule, nowMs, zone);
      const last = lastSlot.first(this.#ports.reader, { job: job.name });
      if (this.#running.has(job.name) || (last !== undefined && last.slotAtMs >= slotAtMs)) return [];
      const isLate = 'dailyAt' in job.schedule && nowMs - slotAtMs > 5 * 60_000;
      return [this.#launch(job, slotAtMs, isLate ? 'CATCH_UP' : 'SCHEDULE')];
    });
    await Promise.allSettled(started);
  }

  /** Runs a job now, by hand. CONFLICT where it is running already. */
  async runNow(name: string): Promise<void> {
    const job = this.#ports.jobs.find((candidate) => candidate.name === name);
    if (!job) throw new DomainError('NOT_FOUND', { job: name });
    if (this.#running.has(name)) throw new DomainError('CONFLICT', { reason: 'JOB_RUNNING' });
    await this.#launch(job, this.#ports.clock.nowMs(), 'MANUAL');
  }

  cancel(name: string): boolean {
    const running = this.#running.get(name);
    running?.abort.abort();
    return running !== undefined;
  }

  #launch(job: Job, slotAtMs: number, trigger: 'SCHEDULE' | 'CATCH_UP' | 'MANUAL'): Promise<void> {
    const { clock, ids, local, log } = this.#ports;
    const startedAtMs = clock.nowMs();
    const id = ids.next(startedAtMs);
    local((writer) => insertRun.run(writer, { id, job: job.name, slotAtMs, trigger, state: 'RUNNING', startedAtMs }));
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), job.timeoutMs);
    const done = (async (): Promise<void> => {
      let outcome: { state: 'DONE' | 'FAILED' | 'CANCELLED'; rowCount: number | null; error: string | null };
      try {
        const rowCount = await job.run(this.#ports.taskContext(abort.signal));
        outcome = { state: abort.signal.aborted ? 'CANCELLED' : 'DONE', rowCount, error: null };
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        log.error({ job: job.name, message, stack: error instanceof Error ? error.stack : undefined }, 'a job failed');
        outcome = { state: abort.signal.aborted ? 'CANCELLED' : 'FAILED', rowCount: null, error: message.slice(0, 500) };
      }
      clearTimeout(timer);
      this.#running.delete(job.name);
      local((writer) => finishRun.run(writer, { id, finishedAtMs: clock.nowMs(), ...outcome }));
    })();
    this.#running.set(job.name, { abort, done });
    return done;
  }
}
