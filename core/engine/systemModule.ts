/** The machinery as a module: health, jobs and backups for whoever looks after the shop, and the jobs that keep its file. */
import { DomainError } from '#core/shared/errors.ts';
import type { AnchorReport } from './anchor.ts';
import type { Backups } from './backup.ts';
import type { Subscription } from './context.ts';
import { engineContract, type Health } from './contract.ts';
import type { ShopDatabase } from './database.ts';
import { chainHead } from './events.ts';
import { forgetRuns, type JobRunner, runsOf } from './jobRunner.ts';
import type { Job } from './jobs.ts';
import { type DatabaseKeeper, LARGE_WAL_BYTES, LOW_DISK_BYTES, sizeOf } from './keeper.ts';
import { defineModule, type Module } from './module.ts';
import type { Log } from './ports.ts';
import { schemaVersion } from './migrate.ts';
import type { Reader } from './sql.ts';

export interface SystemDependencies {
  database: ShopDatabase;
  keeper: DatabaseKeeper;
  /** Undefined where the database is in memory. */
  backups: Backups | undefined;
  anchor: AnchorReport | undefined;
  /** The running jobs of this process; undefined until a host starts them. */
  runner: () => JobRunner | undefined;
  /** How the paper is, once there is a print queue. */
  printQueue: (reader: Reader) => Health['printQueue'];
  log: Log;
}

const HOUR_MS = 3_600_000;
/** Copies are made hourly while there is something new. */
const OLD_BACKUP_MS = 26 * HOUR_MS;

export function systemModule(dependencies: SystemDependencies): Module {
  const runner = (): JobRunner => {
    const running = dependencies.runner();
    if (!running) throw new DomainError('CONFLICT', { reason: 'JOBS_NOT_RUNNING' });
    return running;
  };
  return defineModule({
    contract: engineContract,
    handlers: {
      system: { health: (context) => readHealth(dependencies, context.reader, context.nowMs) },
      jobs: {
        list: (context) =>
          (dependencies.runner()?.jobs ?? []).map((job) => ({
            name: job.name,
            schedule: scheduleText(job),
            running: dependencies.runner()?.progressOf(job.name) ?? null,
            runs: runsOf(context.reader, job.name, 5),
          })),
        run: async (_context, { name }) => Promise.resolve({ runId: runner().launchNow(name).id }),
        cancel: async (_context, { name }) => {
          if (!runner().cancel(name)) throw new DomainError('NOT_FOUND', { job: name });
          return Promise.resolve(null);
        },
      },
      backups: {
        list: () => dependencies.backups?.list() ?? [],
        create: async (context) => {
          const { backups } = dependencies;
          if (!backups) throw new DomainError('CONFLICT', { reason: 'DATABASE_IN_MEMORY' });
          return backups.create({ reason: 'MANUAL', nowMs: context.clock(), signal: context.signal });
        },
      },
    },
    jobs: systemJobs(dependencies),
    subscriptions: [backupAtShiftClose(dependencies)],
  });
}

function systemJobs({ backups, database }: SystemDependencies): Job[] {
  return [
    {
      name: 'system.backup',
      schedule: { everyMinutes: 60 },
      timeoutMs: HOUR_MS,
      run: async (context, progress) => {
        const last = backups?.list()[0];
        // A night without a sale needs no further copy of the same shop.
        if (!backups || last?.sequence === context.read(chainHead).sequence) return 0;
        await backups.create({
          reason: 'SCHEDULE',
          nowMs: context.clock(),
          signal: context.signal,
          onProgress: progress,
        });
        return 1;
      },
    },
    {
      name: 'system.restoreDrill',
      schedule: { dailyAt: { hour: 3, minute: 40 } },
      timeoutMs: HOUR_MS,
      run: async (context) => (await backups?.drill(context.signal)) ?? 0,
    },
    {
      name: 'system.tidy',
      schedule: { dailyAt: { hour: 4, minute: 40 } },
      timeoutMs: 60_000,
      run: (context) => {
        database.raw.pragma('optimize');
        return context.local((writer) => forgetRuns(writer, context.clock()));
      },
    },
  ];
}

/** A closed shift is copied at once; after its transaction, and never in the way of it. */
function backupAtShiftClose({ backups, log }: SystemDependencies): Subscription {
  return {
    kind: 'shifts.closed',
    run: (context) => {
      if (!backups) return;
      const { nowMs } = context;
      setImmediate(() => {
        backups
          .create({ reason: 'SHIFT_CLOSED', nowMs, signal: new AbortController().signal })
          .catch((error: unknown) => log.error({ message: String(error) }, 'the copy at the shift’s close failed'));
      });
    },
  };
}

function readHealth(dependencies: SystemDependencies, reader: Reader, nowMs: number): Health {
  const { database, keeper, backups, anchor } = dependencies;
  const { checkpointAtMs, walBytes, freeBytes, audit } = keeper.state();
  const copies = backups?.list() ?? [];
  const jobs = (dependencies.runner()?.jobs ?? []).map(({ name }) => {
    const [last] = runsOf(reader, name, 1);
    return { name, lastState: last?.state ?? null, lastStartedAtMs: last?.startedAtMs ?? null };
  });
  const printQueue = dependencies.printQueue(reader);
  const newestAtMs = copies[0]?.createdAtMs ?? null;
  const lastSequence = chainHead(reader).sequence;
  const isCopyOld =
    newestAtMs === null
      ? lastSequence > 100
      : nowMs - newestAtMs > OLD_BACKUP_MS && copies[0]?.sequence !== lastSequence;
  const checks: [Health['problems'][number], boolean][] = [
    ['DATABASE_DAMAGED', database.damage !== undefined],
    ['DISK_LOW', freeBytes !== null && freeBytes < LOW_DISK_BYTES],
    ['DOCUMENTS_MISSING', (anchor?.missing.length ?? 0) > 0],
    ['AUDIT_BROKEN', audit.broken.length > 0],
    ['BACKUP_OLD', backups !== undefined && isCopyOld],
    ['JOB_FAILED', jobs.some(({ lastState }) => lastState === 'FAILED')],
    ['WAL_LARGE', walBytes > LARGE_WAL_BYTES],
    ['PRINT_FAILED', (printQueue?.failed ?? 0) > 0],
  ];
  const problems = checks.flatMap(([problem, holds]) => (holds ? [problem] : []));
  return {
    state: database.damage !== undefined ? 'FAILED' : problems.length > 0 ? 'WARNING' : 'OK',
    problems,
    database: {
      damage: database.damage ?? null,
      bytes: sizeOf(database.file),
      walBytes,
      schemaVersion: schemaVersion(reader),
      lastSequence,
      checkpointAtMs,
    },
    disk: { freeBytes },
    anchor: anchor ?? { state: 'NONE', missing: [] },
    audit: { checked: audit.checked, brokenSequences: audit.broken.slice(0, 100).map(({ sequence }) => sequence) },
    backups: { count: copies.length, newestAtMs },
    jobs,
    printQueue,
  };
}

function scheduleText({ schedule }: Job): string {
  if ('everyMinutes' in schedule) return `every ${String(schedule.everyMinutes)} min`;
  const { hour, minute } = schedule.dailyAt;
  return `daily at ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
