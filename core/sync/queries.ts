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
  salesOrder: { id: string; createdAtMs: number; updatedAtMs: number; soldAtMs: number | null };
  saleReturn: { id: string; occurredAtMs: number };
  printJob: { documentId: string; state: string; doneAtMs: number | null };
  stockMovement: { sourceKind: string; sourceId: string; occurredAtMs: number };
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
  db.selectFrom('salesOrder').select(['createdAtMs', 'updatedAtMs', 'soldAtMs']).where('id', '=', p.id),
);
const returnTime = select((p: { id: string }) =>
  db.selectFrom('saleReturn').select('occurredAtMs').where('id', '=', p.id),
);
const printedAt = select((p: { id: string }) =>
  db
    .selectFrom('printJob')
    .select((eb) => eb.fn.min<number | null>('doneAtMs').as('atMs'))
    .where('documentId', '=', p.id)
    .where('state', '=', 'DONE'),
);
/** Named, because the ledger's key begins with it. */
const SOURCES = ['ORDER', 'RETURN', 'STOCK_DOCUMENT', 'TRANSFER_OUT', 'TRANSFER_IN', 'CANCEL'];
const stockedAt = select((p: { id: string }) =>
  db
    .selectFrom('stockMovement')
    .select((eb) => eb.fn.min<number | null>('occurredAtMs').as('atMs'))
    .where('sourceKind', 'in', SOURCES)
    .where('sourceId', '=', p.id),
);
// By the moment of the document's last change: the index of events begins with the time.
const eventOf = select((p: { subjectId: string; atMs: number }) =>
  db
    .selectFrom('event')
    .select(['sequence', 'occurredAtMs'])
    .where('occurredAtMs', '=', p.atMs)
    .where('subjectId', '=', p.subjectId)
    .orderBy('sequence', 'desc')
    .limit(1),
);
const eventAt = select((p: { sequence: number }) =>
  db.selectFrom('event').select(['sequence', 'occurredAtMs']).where('sequence', '=', p.sequence),
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

const fetched = select(() =>
  db
    .selectFrom('syncCursor')
    .select((eb) => [eb.fn.sum<number | null>('cursor').as('received'), eb.fn.sum<number | null>('head').as('total')]),
);
const installed = select(() => db.selectFrom('installation').select('branchId'));

/** How far an empty machine has come. Of an installed shop strangers learn nothing here. */
export function setupProgress(reader: Reader) {
  if (installed.first(reader, {})) return { received: 0, total: 0 };
  const { received, total } = fetched.one(reader, {});
  return { received: received ?? 0, total: total ?? 0 };
}

/** A document from its creation to the centre; `sequence` is its event's where the asker knows it. */
export function timeline(
  reader: Reader,
  link: SyncLink,
  { documentId: id, sequence }: { documentId: string; sequence?: number | undefined },
) {
  const order = orderTimes.first(reader, { id });
  const changedAtMs = order
    ? (order.soldAtMs ?? order.updatedAtMs)
    : (returnTime.first(reader, { id })?.occurredAtMs ?? null);
  const event =
    sequence === undefined
      ? changedAtMs === null
        ? undefined
        : eventOf.first(reader, { subjectId: id, atMs: changedAtMs })
      : eventAt.first(reader, { sequence });
  const state = readState(reader);
  const isLinked = link.connection !== undefined;
  const sentAtMs =
    isLinked && event !== undefined && event.sequence <= (state?.acked ?? 0)
      ? (pushOf.first(reader, { sequence: event.sequence })?.atMs ?? null)
      : null;
  return {
    // What no event of this file tells was told by another machine.
    origin: event === undefined && changedAtMs !== null ? ('CENTRE' as const) : ('HERE' as const),
    isLinked: isLinked ? ('YES' as const) : ('NO' as const),
    createdAtMs: order?.createdAtMs ?? event?.occurredAtMs ?? changedAtMs,
    printedAtMs: printedAt.first(reader, { id })?.atMs ?? null,
    stockedAtMs: stockedAt.first(reader, { id })?.atMs ?? null,
    sentAtMs,
    receivedAtMs: sentAtMs === null ? null : sentAtMs - (state?.skewMs ?? 0),
  };
}
