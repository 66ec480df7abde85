/** What must hold of orders, of what they hold and of the money they bring in: against the log, and between the files of a branch. */
import type { PulledOperation } from '#core/sync/protocol.ts';
import type { World } from './run.ts';
import type { Replica } from './world.ts';

const rowsOf = <T>(replica: Replica, text: string, ...values: (string | number)[]): T[] =>
  replica.app.database.reader.prepare(text).all(...values) as T[];

/**
 * Two files of one branch sell from one shelf without knowing of each other: what they find out about it later is theirs to count. Each of
 * them alone still gives nothing away that it knows to be held.
 */
export const isContested = (world: World, replica: Replica): boolean =>
  world.replicas.filter(({ device }) => device === replica.device).length > 1;

interface Payment {
  shiftId: string;
  tender: string;
  amountClp: number;
  roundingClp: number;
  documentId: string;
}
const NO_PAYMENTS: Payment[] = [];

/** The money that an operation moved; of a sale, whose payments do not repeat what the event says, under its subject. */
export function paymentsOf({ kind, subjectId, payload }: PulledOperation): Payment[] {
  if (!['sales.checkedOut', 'orders.paid', 'orders.cancelled'].includes(kind)) return NO_PAYMENTS;
  const { payments, refunds } = JSON.parse(payload) as { payments?: Payment[]; refunds?: Payment[] };
  return (payments ?? refunds ?? []).map((row) => ({ ...row, documentId: subjectId }));
}

/** The number of each sale in the log, with the document that bears it. */
export function salesOf(log: readonly PulledOperation[], found: Set<string>): Map<string, string> {
  const numbers = new Map<string, string>();
  for (const { kind, subjectId, payload } of log) {
    if (kind !== 'sales.checkedOut' && kind !== 'orders.completed') continue;
    const body = JSON.parse(payload) as { order?: { saleNumber: string }; saleNumber?: string };
    const number = body.order?.saleNumber ?? body.saleNumber ?? '';
    if ((numbers.get(number) ?? subjectId) !== subjectId) found.add('2: a number is on two documents');
    numbers.set(number, subjectId);
  }
  return numbers;
}

/** Numbers of what is no sale: orders that wait, and transfers. */
export function numbersAreUnique(log: readonly PulledOperation[], found: Set<string>): void {
  const numbers = new Map<string, string>();
  for (const { kind, subjectId, payload } of log) {
    if (kind !== 'orders.created' && kind !== 'transfers.dispatched') continue;
    const { order, transfer } = JSON.parse(payload) as { order?: { number: string }; transfer?: { number: string } };
    const number = order?.number ?? transfer?.number ?? '';
    if ((numbers.get(number) ?? subjectId) !== subjectId) found.add('2: a number is on two documents');
    numbers.set(number, subjectId);
  }
}

/** What was paid for a sale is its total and the cash rounding, for those that one file alone made. */
export function salesArePaid(world: World, log: readonly PulledOperation[], found: Set<string>): void {
  const paid = new Map<string, number>();
  for (const row of log)
    for (const { documentId, amountClp, roundingClp } of paymentsOf(row))
      paid.set(documentId, (paid.get(documentId) ?? 0) + amountClp - roundingClp);
  const totals = new Map<string, number>();
  for (const { order, state } of ordersOf(world, log).values())
    if (state === 'COMPLETED') totals.set(order.id, order.totalClp);
  for (const { kind, payload } of log) {
    if (kind !== 'sales.checkedOut') continue;
    const { order } = JSON.parse(payload) as { order: { id: string; totalClp: number } };
    totals.set(order.id, order.totalClp);
  }
  for (const [id, totalClp] of totals) if (paid.get(id) !== totalClp) found.add('6: payments do not add up');
}

interface Known {
  branchId: string;
  order: { id: string; totalClp: number };
  state: string;
  held: Set<string>;
}

/** Every undisputed order as the log tells its story, in the order in which it happened. */
function ordersOf(world: World, log: readonly PulledOperation[]): Map<string, Known> {
  const byHash = new Map(log.map((row) => [row.hash, row]));
  const known = new Map<string, Known>();
  for (const [id, hashes] of world.orders.touched) {
    if (world.orders.disputed.has(id)) continue;
    for (const { kind, branchId, payload } of hashes.flatMap((hash) => byHash.get(hash) ?? [])) {
      const body = JSON.parse(payload) as {
        order: Known['order'];
        state?: string;
        reservations?: { id: string }[];
        released?: string[];
        ids?: string[];
      };
      const one = known.get(id) ?? { branchId, order: body.order, state: 'PENDING', held: new Set<string>() };
      known.set(id, one);
      if (kind === 'orders.created' || kind === 'orders.updated') one.order = body.order;
      if (kind === 'orders.advanced') one.state = body.state ?? '';
      if (kind === 'orders.completed') one.state = 'COMPLETED';
      if (kind === 'orders.cancelled') one.state = 'CANCELLED';
      for (const { id: reservation } of body.reservations ?? []) one.held.add(reservation);
      for (const gone of [...(body.released ?? []), ...(body.ids ?? [])]) one.held.delete(gone);
      if (one.state !== 'PENDING') one.held.clear();
    }
  }
  return known;
}

/** 3 and 5: every file of the branch knows each order as the log tells it, and holds for it what it holds. */
export function ordersAgree(world: World, replica: Replica, log: readonly PulledOperation[], found: Set<string>): void {
  for (const { branchId, order, state, held } of ordersOf(world, log).values()) {
    if (branchId !== replica.branchId) continue;
    const [row] = rowsOf<object>(replica, 'select state, totalClp from salesOrder where id = ?', order.id);
    if (JSON.stringify(row) !== JSON.stringify({ state, totalClp: order.totalClp }))
      found.add(`3: an order of ${replica.name} is not what was done to it`);
    const holds = rowsOf<{ id: string }>(
      replica,
      "select id from reservation where orderId = ? and state = 'HELD'",
      order.id,
    );
    if (holds.length !== held.size || holds.some(({ id }) => !held.has(id)))
      found.add(`5: ${replica.name} holds other goods for an order than the branch does`);
  }
}

/** Per shift and tender a file holds the money that the branch's sales and orders brought in, as the log tells of them. */
export function accountsAgree(
  world: World,
  replica: Replica,
  log: readonly PulledOperation[],
  found: Set<string>,
): void {
  const sums = (payments: readonly Payment[]): string => {
    const expected = new Map<string, number>();
    for (const { shiftId, tender, amountClp, documentId } of payments) {
      if (world.orders.disputed.has(documentId)) continue;
      const key = `${shiftId} ${tender}`;
      expected.set(key, (expected.get(key) ?? 0) + amountClp);
    }
    return JSON.stringify([...expected].sort());
  };
  const told = log.filter(({ branchId }) => branchId === replica.branchId).flatMap(paymentsOf);
  const there = rowsOf<Payment>(replica, 'select shiftId, tender, amountClp, documentId from payment');
  if (sums(told) !== sums(there)) found.add(`6: money of ${replica.name} is not what its sales brought in`);
}

const DOCUMENTS = [
  'select id as document, saleNumber, totalClp, state from salesOrder order by id',
  'select orderId as document, lineNumber, quantityMilli, totalClp from orderLine order by orderId, lineNumber',
  'select documentId as document, id, amountClp from payment order by id',
  'select sourceId as document, id, productId, warehouseId, quantityMilli, valueMilliClp from stockMovement order by id',
];
const LEVELS =
  'select productId, warehouseId, onHandMilli, reservedMilli from stockLevel order by productId, warehouseId';

/** A file and its copies hold one set of documents in the end, unless both took the same goods in. */
export function branchAgrees(
  world: World,
  replicas: readonly Replica[],
  log: readonly PulledOperation[],
  found: Set<string>,
): void {
  const { disputed } = world.orders;
  const twice = new Set(log.filter(isSecondReception).map(({ branchId }) => branchId));
  const isQuarrel = new Set(log.filter(({ subjectId }) => disputed.has(subjectId)).map(({ branchId }) => branchId));
  const first = new Map<string, string>();
  for (const replica of replicas) {
    if (twice.has(replica.branchId)) continue;
    const documents = DOCUMENTS.map((text) =>
      rowsOf<{ document: string }>(replica, text).filter(({ document }) => !disputed.has(document)),
    );
    // What was done twice to an order moved the levels: only what is not disputed can agree then.
    const held = JSON.stringify([documents, isQuarrel.has(replica.branchId) ? [] : rowsOf<object>(replica, LEVELS)]);
    const other = first.get(replica.branchId) ?? held;
    first.set(replica.branchId, other);
    if (other !== held) found.add(`3: ${replica.name} holds other documents than another file of its branch`);
  }
}

/** A file and its copy both took the goods in: the second time is put aside for somebody to look at. */
const isSecondReception = ({ kind, verdict }: PulledOperation): boolean =>
  kind === 'transfers.received' && verdict === 'PROJECTION';
