/** Where there is no network for good: the unsent events as a text that another machine or the centre takes in. */
import { hash } from 'node:crypto';
import { eventHash } from '#core/engine/events.ts';
import type { Reader } from '#core/engine/sql.ts';
import { DomainError } from '#core/shared/errors.ts';
import { z } from 'zod';
import { nextOperations } from './outbox.ts';
import { type Centre, pulledOperation, type WireOperation } from './protocol.ts';
import { ownHead, readState } from './state.ts';

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
export async function sendCarried(centre: Pick<Centre, 'push'>, epoch: string, content: string): Promise<number> {
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
