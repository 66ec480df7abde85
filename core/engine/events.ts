/** The event log: appended inside the command's transaction, chained by hashes, verified on demand. */
import { hash } from 'node:crypto';
import { nextHlc } from './hlc.ts';
import { type Reader, sqlFor, type Writer } from './sql.ts';
import type { EngineTables, EventRow } from './tables.ts';

const { db, select, insert } = sqlFor<EngineTables>();

/** A kind of event with the type of its payload: the complete fact, enough to rebuild its rows on another machine. */
export interface EventKind<P> {
  readonly kind: string;
  readonly version: number;
  readonly payload?: P;
}

/** Declares a kind of event: `eventKind<{ product: ProductRow }>('catalog.productCreated', 1)`. */
export function eventKind<P extends object>(kind: string, version: number): EventKind<P> {
  return { kind, version };
}

/** The columns that an event's hash covers, and the hash: what of it leaves the machine. */
export const CHAINED_COLUMNS = [
  'sequence',
  'id',
  'commandId',
  'kind',
  'version',
  'subjectId',
  'hlc',
  'actorId',
  'approverId',
  'terminalId',
  'branchId',
  'occurredAtMs',
  'businessDate',
  'payload',
  'prevHash',
  'hash',
] as const;

export const GENESIS = '0'.repeat(64);

const lastEvent = select(() =>
  db.selectFrom('event').select(['sequence', 'hash', 'hlc']).orderBy('sequence', 'desc').limit(1),
);
const lastLocalEvent = select(() =>
  db.selectFrom('localEvent').select(['sequence', 'hash']).orderBy('sequence', 'desc').limit(1),
);
const insertEvent = insert('event', [...CHAINED_COLUMNS, 'inputHash', 'reply']);
const insertLocalEvent = insert('localEvent', [
  'sequence',
  'kind',
  'actorId',
  'occurredAtMs',
  'payload',
  'prevHash',
  'hash',
]);

/** Where the chain ends: the next event's sequence, predecessor and clock. */
export interface ChainHead {
  sequence: number;
  hash: string;
  hlc: string | undefined;
}

/** The last event's position; sequence 0 where there is none. */
export function chainHead(reader: Reader): ChainHead {
  const last = lastEvent.first(reader, {});
  return last ?? { sequence: 0, hash: GENESIS, hlc: undefined };
}

/** The stamp that the next event will carry. Known before the command runs, since master data is stamped with it. */
export function nextStamp(head: ChainHead, nowMs: number): { sequence: number; hlc: string } {
  return { sequence: head.sequence + 1, hlc: nextHlc(head.hlc, nowMs) };
}

export type NewEvent = Omit<EventRow, 'prevHash' | 'hash'>;

/** Appends an event behind `head`; the caller has taken its sequence and hlc from `nextStamp`. */
export function appendEvent(
  writer: Writer,
  head: ChainHead,
  event: NewEvent,
  replay: { inputHash: string; reply: string },
): EventRow {
  const row: EventRow = { ...event, prevHash: head.hash, hash: eventHash(event, head.hash) };
  insertEvent.run(writer, { ...row, ...replay });
  return row;
}

/** SHA-256 over the predecessor's hash and every field that is sent; the payload counts as its text. */
export function eventHash(event: NewEvent, prevHash: string): string {
  const fields = [
    prevHash,
    event.sequence,
    event.id,
    event.commandId,
    event.kind,
    event.version,
    event.subjectId,
    event.hlc,
    event.actorId,
    event.approverId,
    event.terminalId,
    event.branchId,
    event.occurredAtMs,
    event.businessDate,
    event.payload,
  ];
  return hash('sha256', JSON.stringify(fields), 'hex');
}

/** Appends to the machine's own audit stream: refused logins, reads of salaries, grants of overrides. */
export function appendLocalEvent(
  writer: Writer,
  kind: string,
  actorId: string,
  occurredAtMs: number,
  payload: object,
): void {
  const last = lastLocalEvent.first(writer, {}) ?? { sequence: 0, hash: GENESIS };
  const body = JSON.stringify(payload);
  const sequence = last.sequence + 1;
  insertLocalEvent.run(writer, {
    sequence,
    kind,
    actorId,
    occurredAtMs,
    payload: body,
    prevHash: last.hash,
    hash: localEventHash(sequence, kind, actorId, occurredAtMs, body, last.hash),
  });
}

function localEventHash(
  sequence: number,
  kind: string,
  actorId: string,
  occurredAtMs: number,
  payload: string,
  prevHash: string,
): string {
  return hash('sha256', JSON.stringify([prevHash, sequence, kind, actorId, occurredAtMs, payload]), 'hex');
}

const STEP = 250;

export interface BrokenLink {
  stream: 'event' | 'localEvent';
  sequence: number;
  reason: 'MISSING' | 'ALTERED' | 'UNCHAINED';
}

/**
 * Walks both chains and names every link that does not hold: a missing sequence, a row whose content no longer gives its hash,
 * a row that does not name its predecessor. `fromSequence` checks only the tail of the event stream.
 */
export function verifyChain(reader: Reader, fromSequence = 1): { checked: number; broken: BrokenLink[] } {
  const steps = verifySteps(reader, fromSequence);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same walk in steps of a few milliseconds, for those who must not hold up the counter. */
export function* verifySteps(
  reader: Reader,
  fromSequence = 1,
): Generator<number, { checked: number; broken: BrokenLink[] }> {
  const broken: BrokenLink[] = [];
  let checked = 0;
  let previous = fromSequence > 1 ? eventAt(reader, fromSequence - 1) : undefined;
  for (const row of pages(reader, fromSequence)) {
    checked += 1;
    const expected = (previous?.sequence ?? fromSequence - 1) + 1;
    if (row.sequence !== expected) broken.push({ stream: 'event', sequence: expected, reason: 'MISSING' });
    else if (row.prevHash !== (previous?.hash ?? GENESIS))
      broken.push({ stream: 'event', sequence: row.sequence, reason: 'UNCHAINED' });
    if (eventHash(row, row.prevHash) !== row.hash)
      broken.push({ stream: 'event', sequence: row.sequence, reason: 'ALTERED' });
    previous = row;
    if (checked % STEP === 0) yield checked;
  }
  checked += yield* verifyLocal(reader, broken);
  return { checked, broken };
}

function* verifyLocal(reader: Reader, broken: BrokenLink[]): Generator<number, number> {
  let previous: { sequence: number; hash: string } = { sequence: 0, hash: GENESIS };
  let checked = 0;
  for (;;) {
    const rows = localEventPage.all(reader, { after: previous.sequence });
    if (rows.length === 0) return checked;
    for (const row of rows) {
      if (row.sequence !== previous.sequence + 1)
        broken.push({ stream: 'localEvent', sequence: previous.sequence + 1, reason: 'MISSING' });
      else if (row.prevHash !== previous.hash)
        broken.push({ stream: 'localEvent', sequence: row.sequence, reason: 'UNCHAINED' });
      const expected = localEventHash(row.sequence, row.kind, row.actorId, row.occurredAtMs, row.payload, row.prevHash);
      if (expected !== row.hash) broken.push({ stream: 'localEvent', sequence: row.sequence, reason: 'ALTERED' });
      previous = row;
    }
    checked += rows.length;
    yield checked;
  }
}

const localEventPage = select((p: { after: number }) =>
  db
    .selectFrom('localEvent')
    .select(['sequence', 'kind', 'actorId', 'occurredAtMs', 'payload', 'prevHash', 'hash'])
    .where('sequence', '>', p.after)
    .orderBy('sequence')
    .limit(STEP),
);
const eventPage = select((p: { after: number }) =>
  db.selectFrom('event').select(CHAINED_COLUMNS).where('sequence', '>', p.after).orderBy('sequence').limit(STEP),
);

function* pages(reader: Reader, fromSequence: number): Generator<EventRow> {
  let after = fromSequence - 1;
  for (;;) {
    const rows = eventPage.all(reader, { after });
    if (rows.length === 0) return;
    yield* rows;
    after = rows.at(-1)?.sequence ?? after;
  }
}

function eventAt(reader: Reader, sequence: number): EventRow | undefined {
  return eventPage.first(reader, { after: sequence - 1 });
}
