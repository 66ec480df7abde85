/**
 * Runs jobs. node-schedule is only a tick: which slot is due, which has run and which was missed stands in the table `taskRun`, whose
 * unique index gives each slot to one run. So neither a clock change nor a night off nor a kill repeats or loses a slot.
 */
import { sql } from 'kysely';
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
  (p: {
    id: string;
    state: 'DONE' | 'FAILED' | 'CANCELLED' | 'LOST';
    finishedAtMs: number;
    rowCount: number | null;
    error: string | null;
  }) =>
    db
      .updateTable('taskRun')
      .set({ state: p.state, finishedAtMs: p.finishedAtMs, rowCount: p.rowCount, error: p.error })
      .where('id', '=', p.id),
);
/** What an earlier run of the slot left in its record when it is taken up again: once, so that a job that kills the process cannot for ever. */
const AGAIN = 'TAKEN_UP_AGAIN';
const takeUp = change((p: { id: string; startedAtMs: number }) =>
  db
    .updateTable('taskRun')
    .set({ state: 'RUNNING', startedAtMs: p.startedAtMs, finishedAtMs: null, trigger: 'CATCH_UP', error: AGAIN })
    .where('id', '=', p.id),
);
const markLost = change((p: { nowMs: number }) =>
  db.updateTable('taskRun').set({ state: 'LOST', finishedAtMs: p.nowMs }).where('state', '=', 'RUNNING'),
);
const slotRun = select((p: { job: string; slotAtMs: number }) =>
  db
    .selectFrom('taskRun')
    .select(['id', 'state', 'error'])
    .where('job', '=', p.job)
    .where('slotAtMs', '=', p.slotAtMs)
    // A literal, as in the partial index that finds it.
    .where('trigger', '<>', sql.lit('MANUAL')),
);
const runs = select((p: { limit: number }) =>
  db
    .selectFrom('taskRun')
    .select(['id', 'job', 'slotAtMs', 'trigger', 'state', 'startedAtMs', 'finishedAtMs', 'rowCount', 'error'])
    .orderBy('id', 'desc')
    .limit(p.limit),
);

const runsOfJob = select((p: { job: string; limit: number }) =>
  db
    .selectFrom('taskRun')
    .select(['id', 'slotAtMs', 'trigger', 'state', 'startedAtMs', 'finishedAtMs', 'rowCount', 'error'])
    .where('job', '=', p.job)
    .orderBy('startedAtMs', 'desc')
    .limit(p.limit),
);
const forgetBefore = change((p: { idleBeforeMs: number; beforeMs: number }) =>
  db
    .deleteFrom('taskRun')
    .where('state', '<>', 'RUNNING')
    .where((eb) =>
      eb.or([
        eb('startedAtMs', '<', p.beforeMs),
        eb.and([eb('startedAtMs', '<', p.idleBeforeMs), eb('state', '=', 'DONE'), eb('rowCount', '=', 0)]),
      ]),
    ),
);

/** The newest runs of one job. */
export const runsOf = (reader: Reader, job: string, limit: number) => runsOfJob.all(reader, { job, limit });
/** Forgets runs after two months, those that found nothing to do after a week: too far back for any clock to return to. */
export const forgetRuns = (writer: Writer, nowMs: number): number =>
  forgetBefore.run(writer, { idleBeforeMs: nowMs - 7 * 86_400_000, beforeMs: nowMs - 60 * 86_400_000 });

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

interface Running {
  abort: AbortController;
  done: Promise<void>;
  progress: { done: number; total: number };
}

type Outcome = { state: 'DONE' | 'FAILED' | 'CANCELLED' | 'LOST'; rowCount: number | null; error: string | null };

export class JobRunner {
  readonly #ports: RunnerPorts;
  readonly #running = new Map<string, Running>();
  #tick: Tick | undefined;
  #isStopping = false;

  constructor(ports: RunnerPorts) {
    this.#ports = ports;
  }

  get jobs(): readonly Job[] {
    return this.#ports.jobs;
  }

  /** Marks what a crash left running as lost, then looks for due slots now and every half minute. */
  start(): void {
    this.#ports.local((writer) => markLost.run(writer, { nowMs: this.#ports.clock.nowMs() }));
    this.#tick = scheduleJob('*/30 * * * * *', () => void this.runDue());
    void this.runDue();
  }

  /** Breaks off what runs and waits for it; the next start takes it up again. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#tick?.cancel();
    for (const { abort } of this.#running.values()) abort.abort();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  /**
   * Runs every job whose newest slot has not run yet. A slot is its own instant, whatever the clock did in between: one that ran is
   * not run again when the clock goes back, nor does one that ran in a false future keep the true ones from running. A daily one that
   * was cut off, by a kill or by the shop's closing, is run again under its own record. A job that is still running waits for the next tick.
   */
  async runDue(): Promise<void> {
    const zone = this.#ports.timeZone();
    if (zone === undefined) return;
    const nowMs = this.#ports.clock.nowMs();
    const started = this.#ports.jobs.flatMap((job) => {
      const slotAtMs = dueSlot(job.schedule, nowMs, zone);
      if (this.#running.has(job.name)) return [];
      const earlier = slotRun.first(this.#ports.reader, { job: job.name, slotAtMs });
      if (earlier && (earlier.state !== 'LOST' || earlier.error === AGAIN || !('dailyAt' in job.schedule))) return [];
      const isLate = 'dailyAt' in job.schedule && nowMs - slotAtMs > 5 * 60_000;
      try {
        return [this.#launch(job, slotAtMs, isLate ? 'CATCH_UP' : 'SCHEDULE', earlier?.id).done];
      } catch (error) {
        // A full disk, say: the slot was not taken, so the next tick tries again.
        this.#ports.log.error({ job: job.name, message: messageOf(error) }, 'a job could not be started');
        return [];
      }
    });
    await Promise.all(started);
  }

  /** Starts a job now, by hand. CONFLICT where it is running already. */
  launchNow(name: string): { id: string; done: Promise<void> } {
    const job = this.#ports.jobs.find((candidate) => candidate.name === name);
    if (!job) throw new DomainError('NOT_FOUND', { job: name });
    if (this.#running.has(name)) throw new DomainError('CONFLICT', { reason: 'JOB_RUNNING' });
    return this.#launch(job, this.#ports.clock.nowMs(), 'MANUAL');
  }

  /** Runs a job now and waits for its end. */
  runNow = async (name: string): Promise<void> => this.launchNow(name).done;

  cancel(name: string): boolean {
    const running = this.#running.get(name);
    running?.abort.abort();
    return running !== undefined;
  }

  /** How far a job has come, or undefined where it is not running. */
  progressOf(name: string): { done: number; total: number } | undefined {
    return this.#running.get(name)?.progress;
  }

  #launch(
    job: Job,
    slotAtMs: number,
    trigger: 'SCHEDULE' | 'CATCH_UP' | 'MANUAL',
    cutOff?: string,
  ): { id: string; done: Promise<void> } {
    const { clock, ids, log } = this.#ports;
    const startedAtMs = clock.nowMs();
    const id = cutOff ?? ids.next(startedAtMs);
    this.#ports.local((writer) =>
      cutOff === undefined
        ? insertRun.run(writer, { id, job: job.name, slotAtMs, trigger, state: 'RUNNING', startedAtMs })
        : takeUp.run(writer, { id, startedAtMs }),
    );
    const abort = new AbortController();
    const progress = { done: 0, total: 0 };
    const done = (async (): Promise<void> => {
      const outcome = await this.#attempt(job, abort, progress);
      if (this.#isStopping && outcome.state === 'CANCELLED') outcome.state = 'LOST';
      this.#running.delete(job.name);
      try {
        this.#ports.local((writer) => finishRun.run(writer, { id, finishedAtMs: clock.nowMs(), ...outcome }));
      } catch (error) {
        log.error({ job: job.name, message: messageOf(error) }, 'the end of a job could not be recorded');
      }
    })();
    this.#running.set(job.name, { abort, done, progress });
    return { id, done };
  }

  async #attempt(job: Job, abort: AbortController, progress: Running['progress']): Promise<Outcome> {
    const timer = setTimeout(() => abort.abort(new DomainError('TIMED_OUT')), job.timeoutMs);
    const isTimedOut = (): boolean => abort.signal.reason instanceof DomainError;
    try {
      // On a later turn, so that starting a job never runs it inside somebody's transaction.
      await Promise.resolve();
      const rowCount = await job.run(this.#ports.taskContext(abort.signal), (done, total) =>
        Object.assign(progress, { done, total }),
      );
      if (isTimedOut()) return { state: 'FAILED', rowCount, error: 'TIMED_OUT' };
      return { state: abort.signal.aborted ? 'CANCELLED' : 'DONE', rowCount, error: null };
    } catch (error) {
      const message = isTimedOut() ? 'TIMED_OUT' : messageOf(error);
      const isCancelled = abort.signal.aborted && !isTimedOut();
      if (!isCancelled) {
        const stack = error instanceof Error ? error.stack : undefined;
        this.#ports.log.error({ job: job.name, message, stack }, 'a job failed');
      }
      return { state: isCancelled ? 'CANCELLED' : 'FAILED', rowCount: null, error: message.slice(0, 500) };
    } finally {
      clearTimeout(timer);
    }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
