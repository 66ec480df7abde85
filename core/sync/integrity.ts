/**
 * Compares what this machine holds with the centre, stream by stream and day by day. Both sides hash what they hold, not what they once
 * noted of it: a row that somebody changed on either side shows.
 */
import { createHash } from 'node:crypto';
import { eventHash } from '#core/engine/events.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import { DomainError } from '#core/shared/errors.ts';
import { nextOperations } from './outbox.ts';
import { placeOf } from './placement.ts';
import { branchStream, type Centre, MASTER_STREAM } from './protocol.ts';
import { readState } from './state.ts';
import type { SyncTables } from './tables.ts';

export interface Difference {
  stream: string;
  businessDate: string;
}
export interface Comparison {
  /** Days that either side holds something of. */
  days: number;
  differences: Difference[];
}

const { db, select } = sqlFor<SyncTables>();
const receivedHashes = select((p: { stream: string; from: string; to: string }) =>
  db
    .selectFrom('syncLog')
    .select(['businessDate', 'hash'])
    .where('stream', '=', p.stream)
    .where('businessDate', '>=', p.from)
    .where('businessDate', '<=', p.to),
);
const refusedOwn = select(() => db.selectFrom('syncHeld').select('sequence').where('stream', '=', 'own'));

const PAGE = 500;

/**
 * Compares this branch's own stream and the master stream. The centre may be ahead of what this machine has read: whoever asks reads first,
 * and takes seriously what differs twice.
 */
export async function compareWithCentre(
  ports: { centre: Centre; reader: Reader; breathe: () => Promise<void> },
  window: { branchId: string; fromDate: string; toDate: string },
): Promise<Comparison> {
  const { centre, reader } = ports;
  const { branchId, fromDate, toDate } = window;
  const home = branchStream(branchId);
  const held = new Held();
  await addOwn(ports, held, { home, fromDate, toDate });
  const differences: Difference[] = [];
  const days = new Set<string>();
  for (const stream of [MASTER_STREAM, home]) {
    const answer = await centre.integrity({ stream, fromDate, toDate });
    if (answer.answer === 'refused') throw new DomainError('CONFLICT', { reason: answer.reason });
    for (const { businessDate, hash } of receivedHashes.all(reader, { stream, from: fromDate, to: toDate }))
      held.add(stream, businessDate, hash);
    const theirs = new Map(answer.days.map(({ businessDate, digest }) => [businessDate, digest]));
    for (const businessDate of new Set([...theirs.keys(), ...held.daysOf(stream)])) {
      days.add(businessDate);
      if (held.digest(stream, businessDate) !== theirs.get(businessDate)) differences.push({ stream, businessDate });
    }
  }
  return { days: days.size, differences };
}

/** Own events that the centre confirmed, newest first, until they are older than the window. */
async function addOwn(
  { reader, breathe }: { reader: Reader; breathe: () => Promise<void> },
  held: Held,
  { home, fromDate, toDate }: { home: string; fromDate: string; toDate: string },
): Promise<void> {
  const state = readState(reader);
  const refused = new Set(refusedOwn.all(reader, {}).map(({ sequence }) => sequence));
  for (let end = state?.acked ?? 0; end > 0; end -= PAGE) {
    const after = Math.max(0, end - PAGE);
    const events = ownBetween(reader, after, end);
    for (const event of events) {
      if (event.businessDate < fromDate || event.businessDate > toDate) continue;
      const isMaster = placeOf(event.kind, state?.scope ?? null) === 'MASTER' && !refused.has(event.sequence);
      held.add(isMaster ? MASTER_STREAM : home, event.businessDate, eventHash(event, event.prevHash));
    }
    if (events.every(({ businessDate }) => businessDate < fromDate)) return;
    await breathe();
  }
}

function ownBetween(reader: Reader, after: number, end: number) {
  const events: ReturnType<typeof nextOperations> = [];
  for (let from = after; from < end;) {
    const rows = nextOperations(reader, from, end - from);
    if (rows.length === 0) break;
    events.push(...rows);
    from = rows.at(-1)?.sequence ?? end;
  }
  return events;
}

class Held {
  readonly #hashes = new Map<string, string[]>();

  add(stream: string, businessDate: string, hash: string): void {
    const key = `${businessDate} ${stream}`;
    const known = this.#hashes.get(key);
    if (known) known.push(hash);
    else this.#hashes.set(key, [hash]);
  }

  daysOf(stream: string): string[] {
    return [...this.#hashes.keys()].filter((key) => key.slice(11) === stream).map((key) => key.slice(0, 10));
  }

  digest(stream: string, businessDate: string): string | undefined {
    const hashes = this.#hashes.get(`${businessDate} ${stream}`);
    return hashes && createHash('sha256').update(hashes.toSorted().join('')).digest('hex');
  }
}
