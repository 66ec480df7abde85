/**
 * The worker of the queue. Each printer has a lane of its own: its papers come out in order, and a dead printer holds up no other. It runs
 * beside the counter and costs nobody a sale.
 */
import { sql } from 'kysely';
import type { Clock, Log } from '#core/engine/ports.ts';
import type { Site } from '#core/engine/site.ts';
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import { DomainError } from '#core/shared/errors.ts';
import { toEscPos } from './escpos.ts';
import { renderReceipt } from './render.ts';
import { findPrinter, transportOf } from './service.ts';
import type { PrinterRow, PrintJobRow, ReceiptTables } from './tables.ts';
import { DEADLINES, type Deadlines, sendToPrinter } from './transports.ts';

/** After so many failures (a quarter of an hour) a job waits for somebody to retry it. */
export const GIVE_UP_AFTER = 20;
const LOOK_EVERY_MS = 1_000;
/** A drawer opens for the sale that is at the counter. A job that waited longer prints, but opens nothing behind the cashier's back. */
const KICK_WITHIN_MS = 60_000;

/** How long a printer is left alone after so many failures. */
export const backoffMs = (attempts: number): number => Math.min(60_000, 1_000 * 2 ** attempts);

export interface QueuePorts {
  reader: Reader;
  clock: Clock;
  log: Log;
  site(): Site | undefined;
  local<T>(work: (writer: Writer) => T): T;
  onChange(listener: (change: { topics: readonly string[] }) => void): () => void;
  deadlines?: Deadlines;
}

/**
 * Prints until the answered function is called (it waits for the paper that is running). A job that a crash cut off is printed again once,
 * marked as a possible duplicate: paper twice is better than paper never.
 */
export function startPrintQueue(ports: QueuePorts): () => Promise<void> {
  const lanes = new Map<string, Promise<void>>();
  let isStopped = false;
  const look = (): void => {
    const site = isStopped ? undefined : ports.site();
    if (!site) return;
    for (const { printerId } of printersDue.all(ports.reader, { nowMs: ports.clock.nowMs() })) {
      if (lanes.has(printerId)) continue;
      const lane = printLane(ports, site, printerId, () => isStopped)
        .catch((error: unknown) => ports.log.error({ printerId, message: String(error) }, 'the print queue stumbled'))
        .finally(() => lanes.delete(printerId));
      lanes.set(printerId, lane);
    }
  };
  // After the answer to the counter, never inside its transaction.
  let isWoken = false;
  const wake = (): void => {
    if (isWoken || isStopped) return;
    isWoken = true;
    setImmediate(() => {
      isWoken = false;
      guarded(ports, look);
    });
  };
  guarded(ports, () => recoverInterrupted(ports));
  const unsubscribe = ports.onChange(({ topics }) => topics.includes('printJob') && wake());
  const timer = setInterval(() => guarded(ports, look), LOOK_EVERY_MS);
  wake();
  return async () => {
    isStopped = true;
    clearInterval(timer);
    unsubscribe();
    await Promise.all(lanes.values());
  };
}

const { db, select, change } = sqlFor<ReceiptTables>();
// Literally the condition of the partial index.
const isOpen = sql<boolean>`state in ('QUEUED', 'PRINTING', 'FAILED')`;
const printersDue = select((p: { nowMs: number }) =>
  db
    .selectFrom('printJob')
    .select('printerId')
    .distinct()
    .where(isOpen)
    .where('state', '<>', 'PRINTING')
    .where('nextAttemptAtMs', '<=', p.nowMs),
);
const nextOf = select((p: { printerId: string }) =>
  db
    .selectFrom('printJob')
    .select([
      'id',
      'printerId',
      'documentKind',
      'documentId',
      'copyNumber',
      'kick',
      'seesExpected',
      'mayRepeat',
      'attempts',
      'createdAtMs',
    ])
    .where(isOpen)
    .where('printerId', '=', p.printerId)
    .where('state', '<>', 'PRINTING')
    .where('nextAttemptAtMs', 'is not', null)
    .orderBy('id')
    .limit(1),
);
type Job = Pick<
  PrintJobRow,
  | 'id'
  | 'printerId'
  | 'documentKind'
  | 'documentId'
  | 'copyNumber'
  | 'kick'
  | 'seesExpected'
  | 'mayRepeat'
  | 'attempts'
  | 'createdAtMs'
>;
type Mark = Pick<PrintJobRow, 'id' | 'state' | 'attempts' | 'nextAttemptAtMs' | 'lastError' | 'mayRepeat' | 'doneAtMs'>;
const setState = change((p: Mark) =>
  db
    .updateTable('printJob')
    .set({
      state: p.state,
      attempts: p.attempts,
      nextAttemptAtMs: p.nextAttemptAtMs,
      lastError: p.lastError,
      mayRepeat: p.mayRepeat,
      doneAtMs: p.doneAtMs,
    })
    .where('id', '=', p.id),
);
const postpone = change((p: { printerId: string; untilMs: number }) =>
  db
    .updateTable('printJob')
    .set({ nextAttemptAtMs: p.untilMs })
    .where(isOpen)
    .where('printerId', '=', p.printerId)
    .where('nextAttemptAtMs', '<', p.untilMs),
);
const interrupted = select(() =>
  db.selectFrom('printJob').select(['id', 'mayRepeat', 'attempts']).where(isOpen).where('state', '=', 'PRINTING'),
);

/** What was running when the application died. The second time it waits for somebody, so that one paper never comes out thrice. */
function recoverInterrupted(ports: QueuePorts): void {
  for (const { id, mayRepeat, attempts } of interrupted.all(ports.reader, {})) {
    const common = { id, attempts, mayRepeat: 'YES' as const, lastError: 'INTERRUPTED', doneAtMs: null };
    const again: Mark = { ...common, state: 'QUEUED', nextAttemptAtMs: ports.clock.nowMs() };
    const waiting: Mark = { ...common, state: 'FAILED', nextAttemptAtMs: null };
    ports.local((writer) => setState.run(writer, mayRepeat === 'YES' ? waiting : again));
  }
}

/** Prints a printer's jobs one by one, oldest first, until nothing is left or the printer fails. */
async function printLane(ports: QueuePorts, site: Site, printerId: string, isStopped: () => boolean): Promise<void> {
  for (;;) {
    const job = isStopped() ? undefined : nextOf.first(ports.reader, { printerId });
    if (!job || !(await printOne(ports, site, job))) return;
  }
}

/** Answers whether the printer is fit for the next job. */
async function printOne(ports: QueuePorts, site: Site, job: Job): Promise<boolean> {
  const attempts = job.attempts + 1;
  const mark = (state: PrintJobRow['state'], more: Partial<Mark> = {}): void => {
    const row = {
      id: job.id,
      state,
      attempts,
      nextAttemptAtMs: null,
      lastError: '',
      mayRepeat: job.mayRepeat,
      doneAtMs: null,
      ...more,
    };
    ports.local((writer) => setState.run(writer, row));
  };
  let prepared: { printer: PrinterRow; bytes: Uint8Array } | undefined;
  try {
    prepared = prepare(ports, site, job);
  } catch (error) {
    // No printer can mend this one; the next job may be well.
    mark('FAILED', { lastError: error instanceof DomainError ? error.code : 'INTERNAL' });
    ports.log.error(
      { jobId: job.id, documentKind: job.documentKind, message: String(error) },
      'a document cannot be printed',
    );
    return true;
  }
  if (!prepared) {
    mark('DISCARDED', { lastError: 'TOO_LATE' });
    return true;
  }
  mark('PRINTING');
  try {
    await sendToPrinter(transportOf(prepared.printer), prepared.bytes, job.id, ports.deadlines ?? DEADLINES);
    mark('DONE', { doneAtMs: ports.clock.nowMs() });
    return true;
  } catch (error) {
    fail(ports, { ...job, attempts }, error, mark);
    return false;
  }
}

/** The bytes of a job; undefined for a drawer that should have opened long ago. */
function prepare(ports: QueuePorts, site: Site, job: Job): { printer: PrinterRow; bytes: Uint8Array } | undefined {
  const printer = findPrinter(ports.reader, job.printerId);
  if (!printer) throw new DomainError('PRINTER_NOT_SET');
  const nowMs = ports.clock.nowMs();
  const isFresh = nowMs - job.createdAtMs <= KICK_WITHIN_MS && job.mayRepeat === 'NO';
  if (job.documentKind === 'DRAWER' && !isFresh) return undefined;
  const wanted = {
    documentKind: job.documentKind,
    documentId: job.documentId,
    copyNumber: job.copyNumber,
    kick: job.kick === 'YES' && isFresh,
    mayRepeat: job.mayRepeat === 'YES',
    seesExpected: job.seesExpected === 'YES',
    columns: printer.columns,
  };
  return {
    printer,
    bytes: toEscPos(renderReceipt(ports.reader, site, wanted, nowMs), printer.columns, printer.codepage),
  };
}

/** Tries again later; but what may be on paper already is repeated once at most, and nothing is tried for ever. */
function fail(
  ports: QueuePorts,
  job: Job,
  error: unknown,
  mark: (state: PrintJobRow['state'], more: Partial<Mark>) => void,
): void {
  const { reason, mayHavePrinted } =
    error instanceof DomainError ? error.details : { reason: (error as Error).message, mayHavePrinted: true };
  const isRepeat = mayHavePrinted === true && job.mayRepeat === 'YES';
  const waits = isRepeat || job.attempts >= GIVE_UP_AFTER;
  const untilMs = ports.clock.nowMs() + backoffMs(job.attempts);
  mark('FAILED', {
    lastError: String(reason).slice(0, 200),
    mayRepeat: mayHavePrinted === true ? 'YES' : job.mayRepeat,
    nextAttemptAtMs: waits ? null : untilMs,
  });
  ports.local((writer) => postpone.run(writer, { printerId: job.printerId, untilMs }));
  ports.log.warn(
    { jobId: job.id, printerId: job.printerId, attempts: job.attempts, reason, waits },
    'a print job failed',
  );
}

/** A queue that cannot read or write its table (a full disk, say) waits for its next look; it takes nothing down with it. */
function guarded(ports: QueuePorts, work: () => void): void {
  try {
    work();
  } catch (error) {
    ports.log.error({ message: String(error) }, 'the print queue cannot work');
  }
}
