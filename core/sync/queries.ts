/** Reads of the link's state for the pages. */
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { documentLabel } from '#core/engine/anchor.ts';
import type { SyncState } from './contract.ts';
import { SKEW_TOLERANCE_MS } from './client.ts';
import type { SyncLink } from './link.ts';
import { oldestWaiting, waiting } from './outbox.ts';
import { ownHead, readState } from './state.ts';
import type { SyncTables } from './tables.ts';

interface Others {
  salesOrder: { id: string; createdAtMs: number; soldAtMs: number | null };
  printJob: { documentId: string; state: string; doneAtMs: number | null };
  stockMovement: { sourceId: string; occurredAtMs: number };
}

const { db, select } = sqlFor<SyncTables & EngineTables & Others>();
const heldCount = select(() =>
  db
    .selectFrom('syncHeld')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .groupBy('state'),
);
const heldPage = select((p: { state: 'DEFERRED' | 'QUARANTINED'; limit: number; offset: number }) =>
  db
    .selectFrom('syncHeld')
    .select(['stream', 'deviceId', 'sequence', 'reason', 'detail', 'operation', 'heldAtMs'])
    .where('state', '=', p.state)
    .orderBy('heldAtMs')
    .limit(p.limit)
    .offset(p.offset),
);
const orderTimes = select((p: { id: string }) =>
  db.selectFrom('salesOrder').select(['createdAtMs', 'soldAtMs']).where('id', '=', p.id),
);
const printedAt = select((p: { id: string }) =>
  db
    .selectFrom('printJob')
    .select((eb) => eb.fn.min<number | null>('doneAtMs').as('atMs'))
    .where('documentId', '=', p.id)
    .where('state', '=', 'DONE'),
);
const stockedAt = select((p: { id: string }) =>
  db
    .selectFrom('stockMovement')
    .select((eb) => eb.fn.min<number | null>('occurredAtMs').as('atMs'))
    .where('sourceId', '=', p.id),
);
// By time: the table's index; a document's last event is what is asked for.
const eventOf = select((p: { subjectId: string; fromMs: number }) =>
  db
    .selectFrom('event')
    .select(['sequence', 'occurredAtMs'])
    .where('occurredAtMs', '>=', p.fromMs)
    .where('subjectId', '=', p.subjectId)
    .orderBy('occurredAtMs', 'desc')
    .limit(1),
);
const pushOf = select((p: { sequence: number }) =>
  db.selectFrom('syncPush').select('atMs').where('acked', '>=', p.sequence).orderBy('acked').limit(1),
);

/** What the header's pill shows. */
export function linkStatus(reader: Reader, link: SyncLink, nowMs: number) {
  const state = readState(reader);
  const counts = new Map(heldCount.all(reader, {}).map(({ state: name, count }) => [name, count]));
  const acked = state?.acked ?? 0;
  const isLinked = link.connection !== undefined;
  const pending = isLinked ? Math.max(0, ownHead(reader) - acked) : 0;
  const oldest = pending > 0 ? oldestWaiting(reader, acked) : undefined;
  const skewMs = state?.skewMs ?? 0;
  return {
    state: stateOf(isLinked, state, link, pending),
    pending,
    oldestPendingMs: oldest === undefined ? null : Math.max(0, nowMs - oldest),
    lastContactMs: state?.lastContactMs ?? null,
    deferred: counts.get('DEFERRED') ?? 0,
    quarantined: counts.get('QUARANTINED') ?? 0,
    skewMs,
    clockIsWrong: Math.abs(skewMs) > SKEW_TOLERANCE_MS ? ('YES' as const) : ('NO' as const),
    reason: state?.reason ?? '',
    nextAttemptAtMs: link.nextAttemptAtMs,
    scope: state?.scope ?? null,
  };
}

function stateOf(isLinked: boolean, state: ReturnType<typeof readState>, link: SyncLink, pending: number): SyncState {
  if (!isLinked) return 'OFF';
  if (state?.reason === 'UNREACHABLE') return 'OFFLINE';
  if (state && state.reason !== '') return 'TROUBLE';
  if (state?.lastContactMs === null || state === undefined) return 'OFFLINE';
  return link.isWorking || pending > 0 ? 'WORKING' : 'ONLINE';
}

/** The outbox: what waits to be sent. */
export function queue(reader: Reader, page: { limit: number; offset: number }) {
  const state = readState(reader);
  const acked = state?.acked ?? 0;
  const rows = waiting(reader, acked, page.limit, page.offset).map(({ reply, ...row }) => ({
    ...row,
    label: documentLabel(reply) ?? '',
  }));
  return { rows, total: ownHead(reader) - acked, reason: state?.reason ?? '' };
}

const REMEDIES: Readonly<Record<string, 'UPDATE_APP' | 'RETRY' | 'FIX_DATA' | 'CALL_SUPPORT'>> = {
  UNKNOWN_KIND: 'UPDATE_APP',
  NEWER_VERSION: 'UPDATE_APP',
  MISSING_REFERENCE: 'RETRY',
  FAILED: 'RETRY',
  AUTHORITY: 'FIX_DATA',
  FOREIGN_BRANCH: 'CALL_SUPPORT',
  ALTERED: 'CALL_SUPPORT',
};

/** What was put aside, oldest first. */
export function heldOperations(
  reader: Reader,
  { state, limit, offset }: { state: 'DEFERRED' | 'QUARANTINED'; limit: number; offset: number },
) {
  const rows = heldPage.all(reader, { state, limit, offset }).map(({ operation, ...row }) => {
    const { id, kind, version, subjectId, branchId, businessDate } = JSON.parse(operation) as Record<
      'id' | 'kind' | 'subjectId' | 'branchId' | 'businessDate',
      string
    > & { version: number };
    return {
      ...row,
      id,
      kind,
      version,
      subjectId,
      branchId,
      businessDate,
      remedy: REMEDIES[row.reason] ?? 'CALL_SUPPORT',
    };
  });
  const total = heldCount.all(reader, {}).find((row) => row.state === state)?.count ?? 0;
  return { rows, total };
}

/** A document from its creation to the centre. */
export function timeline(reader: Reader, documentId: string) {
  const times = orderTimes.first(reader, { id: documentId });
  const event = eventOf.first(reader, { subjectId: documentId, fromMs: times?.createdAtMs ?? 0 });
  const isSent = event !== undefined && event.sequence <= (readState(reader)?.acked ?? 0);
  const sentAtMs = isSent ? (pushOf.first(reader, { sequence: event.sequence })?.atMs ?? null) : null;
  return {
    createdAtMs: times?.createdAtMs ?? event?.occurredAtMs ?? null,
    printedAtMs: printedAt.first(reader, { id: documentId })?.atMs ?? null,
    stockedAtMs: stockedAt.first(reader, { id: documentId })?.atMs ?? null,
    sentAtMs,
    receivedAtMs: sentAtMs === null ? null : sentAtMs - (readState(reader)?.skewMs ?? 0),
  };
}
