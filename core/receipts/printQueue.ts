/**
 * The worker of the queue: takes one job at a time, prints it, and tries a failed one again later and later. It runs beside the counter; a
 * dead printer costs nobody a sale.
 */
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import type { Clock, Log } from '#core/engine/ports.ts';
import type { Site } from '#core/engine/site.ts';
import type { Transport } from './contract.ts';
import { toEscPos } from './escpos.ts';
import { renderReceipt } from './render.ts';
import { findPrinter } from './service.ts';
import type { PrintJobRow, ReceiptTables } from './tables.ts';
import { sendToPrinter } from './transports.ts';

const { db, select, change } = sqlFor<ReceiptTables>();
const due = select((p: { nowMs: number }) =>
  db
    .selectFrom('printJob')
    .select(['id', 'printerId', 'documentKind', 'documentId', 'copyNumber', 'kick', 'attempts'])
    .where('state', 'in', ['QUEUED', 'FAILED'])
    .where('nextAttemptAtMs', '<=', p.nowMs)
    .orderBy('nextAttemptAtMs')
    .limit(1),
);
const setState = change((p: Pick<PrintJobRow, 'id' | 'state' | 'attempts' | 'nextAttemptAtMs' | 'lastError'> & { doneAtMs: number | null }) =>
  db
    .updateTable('printJob')
    .set({ state: p.state, attempts: p.attempts, nextAttemptAtMs: p.nextAttemptAtMs, lastError: p.lastError, doneAtMs: p.doneAtMs })
    .where('id', '=', p.id),
);
const recover = change((p: { nowMs: number }) =>
  db.updateTable('printJob').set({ state: 'QUEUED', nextAttemptAtMs: p.nowMs }).where('state', '=', 'PRINTING'),
);

/** After so many failures a job waits for somebody to retry it. */
const GIVE_UP_AFTER = 8;
const backoffMs = (attempts: number): number => Math.min(5 * 60_000, 2_000 * 2 ** attempts);
const NEVER_MS = 8_640_000_000_000_000;
const LOOK_EVERY_MS = 1_000;

export interface QueuePorts {
  reader: Reader;
  clock: Clock;
  log: Log;
  site(): Site | undefined;
  local<T>(work: (writer: Writer) => T): T;
  onChange(listener: (change: { topics: readonly string[] }) => void): () => void;
}

/** Prints until stopped. A job that a crash cut off is printed again: paper twice is better than paper never. */
export function startPrintQueue(ports: QueuePorts): () => Promise<void> {
  let isStopped = false;
  let working: Promise<void> | undefined;
  ports.local((writer) => recover.run(writer, { nowMs: ports.clock.nowMs() }));
  const wake = (): void => {
    if (isStopped || working) return;
    working = drain(ports, () => isStopped).finally(() => (working = undefined));
  };
  const unsubscribe = ports.onChange(({ topics }) => topics.includes('printJob') && wake());
  const timer = setInterval(wake, LOOK_EVERY_MS);
  wake();
  return async () => {
    isStopped = true;
    clearInterval(timer);
    unsubscribe();
    await working;
  };
}

async function drain(ports: QueuePorts, isStopped: () => boolean): Promise<void> {
  while (!isStopped()) {
    const site = ports.site();
    const job = site && due.first(ports.reader, { nowMs: ports.clock.nowMs() });
    if (!site || !job) return;
    await printOne(ports, site, job);
  }
}

async function printOne(
  ports: QueuePorts,
  site: Site,
  job: Pick<PrintJobRow, 'id' | 'printerId' | 'documentKind' | 'documentId' | 'copyNumber' | 'kick' | 'attempts'>,
): Promise<void> {
  const attempts = job.attempts + 1;
  const mark = (state: PrintJobRow['state'], more: Partial<PrintJobRow> = {}): void => {
    const row = { id: job.id, state, attempts, nextAttemptAtMs: ports.clock.nowMs(), lastError: '', doneAtMs: null, ...more };
    ports.local((writer) => setState.run(writer, row));
  };
  mark('PRINTING');
  try {
    const printer = findPrinter(ports.reader, job.printerId);
    if (!printer) throw new Error('the printer is gone');
    const wanted = { ...job, kick: job.kick === 'YES', columns: printer.columns, seesExpected: false };
    const rows = renderReceipt(ports.reader, site, wanted, ports.clock.nowMs());
    await sendToPrinter(JSON.parse(printer.transport) as Transport, toEscPos(rows, printer.columns), job.id);
    mark('DONE', { doneAtMs: ports.clock.nowMs() });
  } catch (error) {
    const reason = (error as { details?: { reason?: string } }).details?.reason ?? (error as Error).message;
    const isHopeless = attempts >= GIVE_UP_AFTER;
    mark('FAILED', {
      lastError: reason.slice(0, 200),
      nextAttemptAtMs: isHopeless ? NEVER_MS : ports.clock.nowMs() + backoffMs(attempts),
    });
    ports.log.warn({ jobId: job.id, attempts, reason }, 'a print job failed');
  }
}
