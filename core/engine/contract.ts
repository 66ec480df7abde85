/** What may be asked of the machinery: how the shop's database is, its jobs and its backups. */
import { z } from 'zod';
import { query, task } from '#core/shared/procedure.ts';

const jobName = z.string().regex(/^[a-zA-Z.]{1,60}$/);
const trigger = z.enum(['SCHEDULE', 'CATCH_UP', 'MANUAL']);
const runState = z.enum(['RUNNING', 'DONE', 'FAILED', 'CANCELLED', 'LOST']);

/** A document that this machine once wrote and the database no longer holds. */
export const missingDocument = z.strictObject({
  sequence: z.int(),
  kind: z.string(),
  /** The visible number, or the id where it has none. */
  label: z.string(),
  atMs: z.int(),
});
export type MissingDocument = z.infer<typeof missingDocument>;

export const backupRow = z.strictObject({
  name: z.string(),
  createdAtMs: z.int(),
  bytes: z.int(),
  /** The last event it holds. */
  sequence: z.int(),
  reason: z.enum(['SCHEDULE', 'SHIFT_CLOSED', 'MANUAL']),
});
export type BackupRow = z.infer<typeof backupRow>;

const jobRun = z.strictObject({
  id: z.string(),
  slotAtMs: z.int(),
  trigger,
  state: runState,
  startedAtMs: z.int(),
  finishedAtMs: z.int().nullable(),
  rowCount: z.int().nullable(),
  error: z.string().nullable(),
});

export const health = z.strictObject({
  /** WARNING: selling goes on, but somebody should look. FAILED: nothing can be written. */
  state: z.enum(['OK', 'WARNING', 'FAILED']),
  /** What a person should look at. */
  problems: z.array(
    z.enum([
      'DATABASE_DAMAGED',
      'DISK_LOW',
      'DOCUMENTS_MISSING',
      'AUDIT_BROKEN',
      'BACKUP_OLD',
      'JOB_FAILED',
      'WAL_LARGE',
      'PRINT_FAILED',
    ]),
  ),
  database: z.strictObject({
    damage: z.string().nullable(),
    bytes: z.int(),
    walBytes: z.int(),
    schemaVersion: z.int(),
    lastSequence: z.int(),
    checkpointAtMs: z.int().nullable(),
  }),
  disk: z.strictObject({ freeBytes: z.int().nullable() }),
  anchor: z.strictObject({
    /** NONE: a database in memory. BEHIND: the file lost what it once held. DIFFERENT: it holds something else. */
    state: z.enum(['NONE', 'NEW', 'OK', 'BEHIND', 'DIFFERENT']),
    missing: z.array(missingDocument),
  }),
  audit: z.strictObject({ checked: z.int(), brokenSequences: z.array(z.int()) }),
  backups: z.strictObject({ count: z.int(), newestAtMs: z.int().nullable() }),
  jobs: z.array(
    z.strictObject({ name: z.string(), lastState: runState.nullable(), lastStartedAtMs: z.int().nullable() }),
  ),
  printQueue: z.strictObject({ waiting: z.int(), failed: z.int() }).nullable(),
});
export type Health = z.infer<typeof health>;

export const engineContract = {
  system: {
    health: query({
      summary: 'How the database, the disk, the backups, the jobs and the print queue are',
      access: 'session',
      input: {},
      output: health,
      topics: ['taskRun', 'event', 'printJob'],
    }),
  },
  jobs: {
    list: query({
      summary: 'The work that the application does by itself, with its latest runs',
      access: 'jobs.run',
      input: {},
      output: z.array(
        z.strictObject({
          name: z.string(),
          schedule: z.string(),
          /** Present while it runs: how far it has come, where it can tell. */
          running: z.strictObject({ done: z.int(), total: z.int() }).nullable(),
          runs: z.array(jobRun),
        }),
      ),
      topics: ['taskRun'],
    }),
    run: task({
      summary: 'Starts a job now; CONFLICT where it is running already',
      access: 'jobs.run',
      input: { name: jobName },
      output: z.strictObject({ runId: z.string() }),
    }),
    cancel: task({
      summary: 'Asks a running job to stop; NOT_FOUND where it is not running',
      access: 'jobs.run',
      input: { name: jobName },
      output: z.null(),
    }),
  },
  backups: {
    list: query({
      summary: 'The verified copies of the shop beside its database, newest first',
      access: 'jobs.run',
      input: {},
      output: z.array(backupRow),
      topics: ['taskRun'],
    }),
    create: task({
      summary: 'Copies the shop now and verifies the copy; the counter goes on selling',
      access: 'jobs.run',
      input: {},
      output: backupRow,
    }),
  },
};
