/** Where there is no network for good: the unsent events as a text that another machine or the centre takes in. Also the comparison with the centre. */
import { createHash, hash } from 'node:crypto';
import { eventHash } from '#core/engine/events.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { DomainError } from '#core/shared/errors.ts';
import { z } from 'zod';
import { nextOperations } from './outbox.ts';
import { branchStream, type Centre, MASTER_STREAM, pulledOperation, type WireOperation } from './protocol.ts';
import { ownHead, readState } from './state.ts';
import type { SyncTables } from './tables.ts';

const { db, select } = sqlFor<SyncTables & EngineTables>();
const FORMAT = 'rep-drill-outbox-1';
const operation = pulledOperation.omit({
  seq: true,
  deviceId: true,
  scope: true,
  effective: true,
  receivedAtMs: true,
  verdict: true,
});
const carried = z.object({
  format: z.literal(FORMAT),
  incarnation: z.string(),
  base: z.number().int().nonnegative(),
  digest: z.string(),
  operations: z.array(operation),
});

/** What waits, complete and checked by a digest. */
export function exportPending(reader: Reader): { content: string; count: number } {
  const state = readState(reader);
  const operations: WireOperation[] = [];
  const base = state?.acked ?? 0;
  for (let after = base; after < ownHead(reader);) {
    const rows = nextOperations(reader, after, 1_000);
    operations.push(...rows);
    after = rows.at(-1)?.sequence ?? ownHead(reader);
  }
  const digest = hash('sha256', JSON.stringify(operations), 'hex');
  const content = JSON.stringify({ format: FORMAT, incarnation: state?.incarnation ?? '', base, digest, operations });
  return { content, count: operations.length };
}

/** Reads such a text; INVALID_INPUT where it was cut, changed or is something else. */
export function readCarried(content: string): z.infer<typeof carried> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch {
    throw new DomainError('INVALID_INPUT', { issues: ['content: not JSON'] });
  }
  const result = carried.safeParse(parsed);
  if (!result.success) throw new DomainError('INVALID_INPUT', { issues: ['content: not an outbox'] });
  const { digest, operations } = result.data;
  const isWhole =
    hash('sha256', JSON.stringify(operations), 'hex') === digest &&
    operations.every((row) => eventHash(row, row.prevHash) === row.hash);
  if (!isWhole) throw new DomainError('INVALID_INPUT', { issues: ['content: altered'] });
  return result.data;
}

/** Sends another file's events under that file's name. The centre lets a device speak for its own incarnations alone. */
export async function sendCarried(centre: Centre, epoch: string, content: string): Promise<number> {
  const { incarnation, base, operations } = readCarried(content);
  let sent = 0;
  while (sent < operations.length) {
    const slice = operations.slice(sent, sent + 500);
    const answer = await centre.push({ incarnation, epoch, base: base + sent, operations: slice });
    if (answer.answer !== 'acked' && answer.answer !== 'dup')
      throw new DomainError('CONFLICT', { reason: answer.answer });
    const reached = answer.acked - base;
    if (reached <= sent) throw new DomainError('CONFLICT', { reason: 'gap' });
    sent = reached;
  }
  return operations.length;
}

const receivedHashes = select((p: { stream: string; from: string; to: string }) =>
  db
    .selectFrom('syncLog')
    .select(['businessDate', 'hash'])
    .where('stream', '=', p.stream)
    .where('businessDate', '>=', p.from)
    .where('businessDate', '<=', p.to),
);
const ownHashes = select((p: { from: string; to: string; acked: number }) =>
  db
    .selectFrom('event')
    .select(['businessDate', 'hash', 'kind'])
    .where('businessDate', '>=', p.from)
    .where('businessDate', '<=', p.to)
    .where('sequence', '<=', p.acked),
);

/**
 * Compares this branch's own stream and the master stream with the centre, day by day, over both together: which of the two an own event
 * travels in is the centre's to say.
 */
export async function compareWithCentre(
  centre: Centre,
  reader: Reader,
  window: { branchId: string; fromDate: string; toDate: string },
): Promise<{ days: number; differences: { stream: string; businessDate: string }[] }> {
  const { branchId, fromDate, toDate } = window;
  const acked = readState(reader)?.acked ?? 0;
  const differences: { stream: string; businessDate: string }[] = [];
  const own = groupByDay(ownHashes.all(reader, { from: fromDate, to: toDate, acked }));
  const theirs = new Map<string, { count: number }>();
  const mine = new Map<string, number>();
  for (const stream of [MASTER_STREAM, branchStream(branchId)]) {
    const answer = await centre.integrity({ stream, fromDate, toDate });
    if (answer.answer === 'refused') throw new DomainError('CONFLICT', { reason: answer.reason });
    const received = groupByDay(receivedHashes.all(reader, { stream, from: fromDate, to: toDate }));
    for (const { businessDate, count, digest } of answer.days) {
      const hashes = received.get(businessDate) ?? [];
      theirs.set(businessDate, { count: (theirs.get(businessDate)?.count ?? 0) + count });
      mine.set(businessDate, (mine.get(businessDate) ?? 0) + hashes.length);
      // A day of which none is our own must agree to the letter.
      if (!own.has(businessDate) && digestOf(hashes) !== digest) differences.push({ stream, businessDate });
    }
  }
  for (const [businessDate, { count }] of theirs) {
    const held = (mine.get(businessDate) ?? 0) + (own.get(businessDate)?.length ?? 0);
    if (own.has(businessDate) && held !== count) differences.push({ stream: branchStream(branchId), businessDate });
  }
  return { days: theirs.size, differences };
}

function groupByDay(rows: readonly { businessDate: string; hash: string }[]): Map<string, string[]> {
  const days = new Map<string, string[]>();
  for (const { businessDate, hash: value } of rows) days.set(businessDate, [...(days.get(businessDate) ?? []), value]);
  return days;
}

const digestOf = (hashes: readonly string[]): string =>
  createHash('sha256').update(hashes.toSorted().join('')).digest('hex');
