/** The outbox is the event table itself: what lies behind `acked` waits. Nothing is written for it, nothing is removed from it. */
import { CHAINED_COLUMNS } from '#core/engine/events.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { OWNER_KINDS, type WireOperation } from './protocol.ts';

const { db, select } = sqlFor<EngineTables>();
const page = select((p: { after: number; limit: number }) =>
  db.selectFrom('event').select(CHAINED_COLUMNS).where('sequence', '>', p.after).orderBy('sequence').limit(p.limit),
);
const label = select((p: { after: number; limit: number; offset: number }) =>
  db
    .selectFrom('event')
    .select(['sequence', 'id', 'kind', 'subjectId', 'reply', 'occurredAtMs'])
    .where('sequence', '>', p.after)
    .orderBy('sequence')
    .limit(p.limit)
    .offset(p.offset),
);
const first = select((p: { after: number }) =>
  db.selectFrom('event').select('occurredAtMs').where('sequence', '>', p.after).orderBy('sequence').limit(1),
);

/** A push holds at most so many characters of payload, but always one operation. */
const PUSH_CHARACTERS = 1_000_000;

/** The next operations behind `after`. */
export function nextOperations(reader: Reader, after: number, limit: number): WireOperation[] {
  const rows = page.all(reader, { after, limit });
  let size = 0;
  const end = rows.findIndex((row) => (size += row.payload.length) > PUSH_CHARACTERS);
  return end < 0 ? rows : rows.slice(0, Math.max(1, end));
}

export const waiting = (reader: Reader, after: number, limit: number, offset: number) =>
  label.all(reader, { after, limit, offset });

/** When the oldest waiting event was recorded. */
export const oldestWaiting = (reader: Reader, after: number): number | undefined =>
  first.first(reader, { after })?.occurredAtMs;

const kindsOf = select((p: { after: number; through: number }) =>
  db
    .selectFrom('event')
    .select(['sequence', 'kind'])
    .where('sequence', '>', p.after)
    .where('sequence', '<=', p.through)
    .orderBy('sequence'),
);

/** Own events of a stretch that only the owner may record. */
export function ownersEvents(reader: Reader, after: number, through: number): WireOperation[] {
  return kindsOf
    .all(reader, { after, through })
    .filter(({ kind }) => OWNER_KINDS.includes(kind))
    .flatMap(({ sequence }) => nextOperations(reader, sequence - 1, 1));
}
