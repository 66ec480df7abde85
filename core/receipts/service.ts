/** Printers and the queue of what they are to print. */
import type { CompiledQuery } from 'kysely';
import type { CommandContext } from '#core/engine/context.ts';
import { masterTable } from '#core/engine/master.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { DomainError } from '#core/shared/errors.ts';
import type { Transport } from './contract.ts';
import type { CodepageName } from './escpos.ts';
import { receiptEvents } from './events.ts';
import type { DocumentKind, PrintJobRow, ReceiptTables } from './tables.ts';

interface Documents {
  salesOrder: { id: string; saleTerminalId: string | null };
  saleReturn: { id: string; terminalId: string };
  shift: { id: string; terminalId: string };
}

const { db, select, insert, change } = sqlFor<ReceiptTables & EngineTables & Documents>();
const printers = masterTable(db, 'printer');
const printerColumns = [
  'id',
  'terminalId',
  'name',
  'transport',
  'columns',
  'codepage',
  'kicksDrawer',
  'isDefault',
  'archivedAtMs',
] as const;
const printersAt = select((p: { terminalId: string }) =>
  db
    .selectFrom('printer')
    .select(printerColumns)
    .where('terminalId', '=', p.terminalId)
    .where('archivedAtMs', 'is', null),
);
/** By name; ordered here, since every sale asks for its printer (docs/gotchas.md). */
const printersOf = (reader: Reader, terminalId: string) =>
  printersAt.all(reader, { terminalId }).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
const printerById = select((p: { id: string }) =>
  db.selectFrom('printer').select(printerColumns).where('id', '=', p.id),
);
const insertJob = insert('printJob', [
  'id',
  'terminalId',
  'printerId',
  'documentKind',
  'documentId',
  'copyNumber',
  'kick',
  'seesExpected',
  'mayRepeat',
  'state',
  'attempts',
  'nextAttemptAtMs',
  'lastError',
  'createdAtMs',
]);
const lastCopy = select((p: { documentId: string }) =>
  db
    .selectFrom('printJob')
    .select((eb) => eb.fn.max<number | null>('copyNumber').as('n'))
    .where('documentId', '=', p.documentId),
);
const requeue = change((p: { id: string; printerId: string; nowMs: number }) =>
  db
    .updateTable('printJob')
    .set({ state: 'QUEUED', printerId: p.printerId, attempts: 0, nextAttemptAtMs: p.nowMs })
    .where('id', '=', p.id)
    .where('state', 'in', ['QUEUED', 'FAILED']),
);
const giveUp = change((p: { id: string }) =>
  db
    .updateTable('printJob')
    .set({ state: 'DISCARDED', nextAttemptAtMs: null })
    .where('id', '=', p.id)
    .where('state', 'in', ['QUEUED', 'FAILED']),
);
const strand = change((p: { printerId: string }) =>
  db
    .updateTable('printJob')
    .set({ state: 'FAILED', nextAttemptAtMs: null, lastError: 'PRINTER_RETIRED' })
    .where('printerId', '=', p.printerId)
    .where('state', 'in', ['QUEUED', 'FAILED']),
);
const jobById = select((p: { id: string }) => db.selectFrom('printJob').select(['printerId']).where('id', '=', p.id));

export const listPrinters = (reader: Reader, terminalId: string) =>
  printersOf(reader, terminalId).map(({ terminalId: _, archivedAtMs: __, ...row }) => ({
    ...row,
    transport: transportOf(row),
  }));

export const transportOf = (row: { transport: string }): Transport => JSON.parse(row.transport) as Transport;

/** A printer that is in use. */
export const findPrinter = (reader: Reader, id: string) => {
  const found = printerById.first(reader, { id });
  return found?.archivedAtMs === null ? found : undefined;
};

export const defaultPrinter = (reader: Reader, terminalId: string) => {
  const all = printersOf(reader, terminalId);
  return all.find((row) => row.isDefault === 'YES') ?? all[0];
};

/** How often a document has been printed again: the highest COPIA, or -1 where it never was queued. */
export const copiesOf = (reader: Reader, documentId: string): number => lastCopy.one(reader, { documentId }).n ?? -1;

/** Queues a document's first print inside the transaction that makes the document. Without a printer nothing is queued. */
export function enqueueOriginal(
  context: CommandContext,
  documentKind: DocumentKind,
  documentId: string,
  isCash: boolean,
): void {
  const printer = defaultPrinter(context.writer, context.actor.terminalId);
  if (!printer || transportOf(printer).kind === 'NONE') return;
  const kick = isCash && printer.kicksDrawer === 'YES' ? 'YES' : 'NO';
  if (documentKind === 'DRAWER' && kick === 'NO') return;
  enqueue(context, { printerId: printer.id, documentKind, documentId, copyNumber: 0, kick, seesExpected: 'NO' });
}

export interface Again {
  documentKind: DocumentKind;
  documentId: string;
  printerId?: string | undefined;
  /** An X report: it says something new each time, so it is no copy. */
  isLive?: boolean;
  seesExpected?: boolean;
}

/** The till that numbered the document, for the kinds that travel with a branch to the machine that takes a dead one's place. */
const tillOf: Partial<Record<DocumentKind, ReturnType<typeof tillIn>>> = {
  SALE: tillIn((id) => db.selectFrom('salesOrder').select('saleTerminalId as terminalId').where('id', '=', id)),
  RETURN: tillIn((id) => db.selectFrom('saleReturn').select('terminalId').where('id', '=', id)),
  SHIFT: tillIn((id) => db.selectFrom('shift').select('terminalId').where('id', '=', id)),
};
function tillIn(build: (id: string) => { compile: () => CompiledQuery<{ terminalId: string | null }> }) {
  return select((p: { id: string }) => build(p.id));
}
const anyNumber = select((p: { terminalId: string }) =>
  db.selectFrom('documentCounter').select('kind').where('terminalId', '=', p.terminalId).limit(1),
);

/** Whether a till of another machine made it: its original came out there, whatever this machine's queue knows. */
function isFromElsewhere(reader: Reader, documentKind: DocumentKind, id: string): boolean {
  const terminalId = tillOf[documentKind]?.first(reader, { id })?.terminalId;
  return typeof terminalId === 'string' && !anyNumber.first(reader, { terminalId });
}

/** Queues a copy; the first print of a document of this machine that never had one is its original. The drawer stays shut, but for a test page. */
export function printAgain(context: CommandContext, input: Again): { id: string; copyNumber: number } {
  const { documentKind, documentId, printerId, isLive = false, seesExpected = false } = input;
  const printer =
    printerId === undefined
      ? defaultPrinter(context.writer, context.actor.terminalId)
      : findPrinter(context.writer, printerId);
  if (!printer && printerId !== undefined) throw new DomainError('NOT_FOUND', { printer: printerId });
  if (!printer || transportOf(printer).kind === 'NONE') throw new DomainError('PRINTER_NOT_SET');
  const isElsewhere = isFromElsewhere(context.writer, documentKind, documentId);
  const copyNumber = isLive ? 0 : Math.max(copiesOf(context.writer, documentId), isElsewhere ? 0 : -1) + 1;
  const id = enqueue(context, {
    printerId: printer.id,
    documentKind,
    documentId,
    copyNumber,
    kick: documentKind === 'TEST' ? printer.kicksDrawer : 'NO',
    seesExpected: seesExpected ? 'YES' : 'NO',
  });
  context.record(receiptEvents.printed, documentId, { jobId: id, documentKind, documentId, copyNumber });
  return { id, copyNumber };
}

/** Queues a failed or waiting job again, its attempts counted anew. The first printer may be the one that broke. */
export function retryJob(context: CommandContext, id: string, printerId?: string): { id: string } {
  const current = jobById.first(context.writer, { id });
  if (!current) throw new DomainError('NOT_FOUND', { job: id });
  const printer = findPrinter(context.writer, printerId ?? current.printerId);
  if (!printer)
    throw printerId === undefined
      ? new DomainError('PRINTER_NOT_SET')
      : new DomainError('NOT_FOUND', { printer: printerId });
  if (requeue.run(context.writer, { id, printerId: printer.id, nowMs: context.nowMs }) === 0)
    throw new DomainError('NOT_FOUND', { job: id });
  context.record(receiptEvents.retried, id, { jobId: id });
  return { id };
}

export function discardJob(context: CommandContext, id: string): { id: string } {
  if (giveUp.run(context.writer, { id }) === 0) throw new DomainError('NOT_FOUND', { job: id });
  context.record(receiptEvents.discarded, id, { jobId: id });
  return { id };
}

export interface PrinterInput {
  id?: string | undefined;
  name: string;
  transport: Transport;
  columns: 32 | 42 | 48;
  codepage: CodepageName;
  kicksDrawer: 'YES' | 'NO';
  isDefault: 'YES' | 'NO';
}

/** Adds or changes a printer. A terminal has one default at most. */
export function savePrinter(context: CommandContext, input: PrinterInput): { id: string } {
  const { writer, stamp, actor } = context;
  const { id: given, ...fields } = input;
  const id = given ?? context.newId();
  if (given !== undefined && !findPrinter(writer, given)) throw new DomainError('NOT_FOUND', { printer: given });
  if (fields.isDefault === 'YES') {
    for (const other of printersOf(writer, actor.terminalId)) {
      if (other.id !== id && other.isDefault === 'YES') printers.update(writer, stamp, other.id, { isDefault: 'NO' });
    }
  }
  const row = { ...fields, transport: JSON.stringify(fields.transport) };
  if (given === undefined)
    printers.insert(writer, stamp, { id, terminalId: actor.terminalId, ...row, archivedAtMs: null });
  else printers.update(writer, stamp, id, row);
  context.record(receiptEvents.printerSaved, id, { printer: { id, ...row } });
  return { id };
}

/** Retires a printer. What waited for it waits for somebody to choose another. */
export function archivePrinter(context: CommandContext, id: string): { id: string } {
  const patch = { archivedAtMs: context.nowMs };
  if (!printers.update(context.writer, context.stamp, id, patch)) throw new DomainError('NOT_FOUND', { printer: id });
  strand.run(context.writer, { printerId: id });
  context.record(receiptEvents.printerArchived, id, { id, ...patch });
  return { id };
}

function enqueue(
  context: CommandContext,
  job: Pick<PrintJobRow, 'printerId' | 'documentKind' | 'documentId' | 'copyNumber' | 'kick' | 'seesExpected'>,
): string {
  const id = context.newId();
  insertJob.run(context.writer, {
    id,
    terminalId: context.actor.terminalId,
    ...job,
    mayRepeat: 'NO',
    state: 'QUEUED',
    attempts: 0,
    nextAttemptAtMs: context.nowMs,
    lastError: '',
    createdAtMs: context.nowMs,
  });
  return id;
}
