/**
 * The facts of this branch that another file of it wrote: an earlier machine, or a copy. Each event holds its rows whole, so applying it
 * is writing them; whatever is there already stays. Levels and the day's figures move with what is new.
 */
import { type SqlValue, sqlFor, type Writer } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import type { InventoryTables, MovementRow, ReservationRow } from '#core/inventory/index.ts';
import { countReturn, countVoidedCart, countVoidedOrder } from '#core/metrics/index.ts';
import type { IssueFact, LineFact, OrderTables, PaymentFact } from '#core/orders/index.ts';
import type { PaymentRow, ShiftTables } from '#core/shifts/index.ts';
import type { PulledOperation } from './protocol.ts';
import { insertOnce, level, writeMovements } from './rows.ts';
import { type Tally, zoneOf } from './tally.ts';
import { applyTransfer } from './transferFacts.ts';

type Row = Record<string, SqlValue>;
type Body = Record<string, unknown>;
/** The event's own columns that a thrifty payload leaves out. */
type Frame = Pick<PulledOperation, 'subjectId' | 'actorId' | 'occurredAtMs' | 'businessDate' | 'branchId'>;
/** Where it is applied, and what is counted when the transaction ends. */
interface Scene {
  ownBranchId: string;
  tally: Tally;
}
type Applier = (writer: Writer, body: Body, frame: Frame, scene: Scene) => void;

const { db, select, change } = sqlFor<InventoryTables & OrderTables & ShiftTables & EngineTables>();
const reservationsOf = select((p: { orderId: string }) =>
  db
    .selectFrom('reservation')
    .select(['id', 'productId', 'warehouseId', 'quantityMilli'])
    .where('orderId', '=', p.orderId)
    .where('state', '=', 'HELD'),
);
const endReservation = change((p: { id: string; state: ReservationRow['state']; nowMs: number }) =>
  db
    .updateTable('reservation')
    .set({ state: p.state, endedAtMs: p.nowMs })
    .where('id', '=', p.id)
    .where('state', '=', 'HELD'),
);
const reservation = select((p: { id: string }) =>
  db
    .selectFrom('reservation')
    .select(['id', 'productId', 'warehouseId', 'quantityMilli', 'state'])
    .where('id', '=', p.id),
);

const untyped = sqlFor<Record<string, Row>>();

const set = (writer: Writer, table: string, id: string, columns: object): void =>
  void writer.change(
    untyped.db
      .updateTable(table)
      .set(columns as Row)
      .where('id', '=', id),
  );

/** What changes an order waits for it: a centre that was restored may be told what followed before it is told what began. */
function setOrder(writer: Writer, id: string, columns: object): void {
  if (!orderState.first(writer, { id })) throw new Error(`FOREIGN KEY: order ${id} is not here yet`);
  set(writer, 'salesOrder', id, columns);
}

const list = <T>(value: unknown): readonly T[] => (value ?? []) as readonly T[];

function reserve(writer: Writer, reservations: readonly ReservationRow[]): void {
  for (const row of reservations)
    if (insertOnce(writer, 'reservation', row) && row.state === 'HELD')
      level(writer, row, { reservedMilli: row.quantityMilli });
}

function release(writer: Writer, ids: readonly string[], state: ReservationRow['state'], nowMs: number): void {
  for (const id of ids) {
    const row = reservation.first(writer, { id });
    if (row && endReservation.run(writer, { id, state, nowMs }) > 0)
      level(writer, row, { reservedMilli: -row.quantityMilli });
  }
}

const orderState = select((p: { id: string }) => db.selectFrom('salesOrder').select('state').where('id', '=', p.id));

/** Payments of a document, counted where they are new. */
function payments(writer: Writer, documentId: string, rows: readonly PaymentRow[], tally: Tally): void {
  for (const row of rows) if (insertOnce(writer, 'payment', row)) tally.payment({ id: row.id, documentId });
}

function writeLines(writer: Writer, body: Body): void {
  for (const row of list<object>(body['lines'])) insertOnce(writer, 'orderLine', row);
  for (const row of list<object>(body['components'])) insertOnce(writer, 'orderLineComponent', row);
}

function checkedOut(writer: Writer, body: Body, frame: Frame, { tally }: Scene): void {
  const order = body['order'] as OrderTables['salesOrder'];
  const isNew = insertOnce(writer, 'salesOrder', order);
  const lines = list<LineFact>(body['lines']).map((line) => ({ orderId: order.id, ...line }));
  writeLines(writer, { lines, components: body['components'] });
  const { actorId, occurredAtMs, businessDate } = frame;
  const common = {
    kind: 'EXIT' as const,
    sourceKind: 'ORDER',
    sourceId: order.id,
    undoesId: null,
    reason: '',
    actorId,
    occurredAtMs,
    businessDate,
  };
  writeMovements(
    writer,
    list<IssueFact>(body['movements']).map((row) => ({ ...row, ...common })),
  );
  payments(
    writer,
    order.id,
    list<PaymentFact>(body['payments']).map((row) => ({
      ...row,
      documentKind: 'ORDER' as const,
      documentId: order.id,
      customerId: order.customerId,
      verifiedAtMs: null,
      occurredAtMs,
      businessDate,
    })),
    tally,
  );
  if (body['visit']) insertOnce(writer, 'vehicleVisit', body['visit']);
  const hasParts = list(body['components']).length > 0;
  if (isNew) tally.sale({ id: order.id, branchId: frame.branchId, atMs: occurredAtMs, hasParts });
}

function updated(writer: Writer, body: Body, { occurredAtMs }: Frame): void {
  const { id, ...order } = body['order'] as OrderTables['salesOrder'];
  // Its goods have left by what another file of this branch did: somebody must look, rather than that it waits again.
  const known = orderState.first(writer, { id });
  if (known && known.state !== 'PENDING') throw new Error(`order ${id} is ${known.state} already`);
  release(writer, list<string>(body['released']), 'RELEASED', occurredAtMs);
  setOrder(writer, id, order);
  for (const table of ['orderLineComponent', 'orderLine'])
    writer.change(untyped.db.deleteFrom(table).where('orderId', '=', id));
  writeLines(writer, body);
  reserve(writer, list(body['reservations']));
}

function advanced(writer: Writer, body: Body, { subjectId, occurredAtMs }: Frame): void {
  const movements = list<MovementRow>(body['movements']);
  if (body['state'] === 'CONFIRMED') {
    const held = reservationsOf.all(writer, { orderId: subjectId }).map(({ id }) => id);
    release(writer, held, 'COMMITTED', occurredAtMs);
  }
  writeMovements(writer, movements);
  const costs = new Map<number, number>();
  for (const { sourceLine, valueMilliClp } of movements)
    costs.set(sourceLine, (costs.get(sourceLine) ?? 0) - valueMilliClp);
  for (const [lineNumber, costMilliClp] of costs)
    writer.change(
      untyped.db
        .updateTable('orderLine')
        .set({ costMilliClp })
        .where('orderId', '=', subjectId)
        .where('lineNumber', '=', lineNumber),
    );
  setOrder(writer, subjectId, { state: body['state'], updatedAtMs: occurredAtMs });
}

function cancelled(writer: Writer, body: Body, frame: Frame, { tally }: Scene): void {
  const { subjectId, occurredAtMs } = frame;
  release(writer, list<string>(body['released']), 'RELEASED', occurredAtMs);
  writeMovements(writer, list(body['movements']));
  payments(writer, subjectId, list(body['refunds']), tally);
  setOrder(writer, subjectId, { state: 'CANCELLED', cancelReason: body['reason'], updatedAtMs: occurredAtMs });
  countVoidedOrder(writer, { ...frame, id: subjectId });
}

function completed(writer: Writer, body: Body, { subjectId, branchId, occurredAtMs }: Frame, { tally }: Scene): void {
  if (orderState.first(writer, { id: subjectId })?.state === 'COMPLETED') return;
  const { id: _, ...stamp } = body as { id: string; soldAtMs: number };
  setOrder(writer, subjectId, { ...stamp, state: 'COMPLETED', updatedAtMs: stamp.soldAtMs });
  tally.sale({ id: subjectId, branchId, atMs: occurredAtMs, hasParts: true });
}

function returned(writer: Writer, body: Body, frame: Frame, { tally }: Scene): void {
  const { subjectId, branchId, occurredAtMs } = frame;
  const isNew = insertOnce(writer, 'saleReturn', body['saleReturn'] as object);
  for (const line of list<object>(body['lines'])) insertOnce(writer, 'saleReturnLine', line);
  writeMovements(writer, list(body['movements']));
  payments(writer, subjectId, list(body['refunds']), tally);
  if (isNew) countReturn(writer, { id: subjectId, atMs: occurredAtMs, timeZone: zoneOf(writer, branchId) });
}

function posted(writer: Writer, body: Body): void {
  insertOnce(writer, 'stockDocument', body['document'] as object);
  writeMovements(writer, list(body['movements']));
}

/** A purchase comes whole each time: the newer rows take the place of the older ones. */
function purchase(
  writer: Writer,
  { purchase: head, lines }: { purchase: Row & { id: string }; lines: readonly object[] },
): void {
  if (!insertOnce(writer, 'purchase', head)) set(writer, 'purchase', head.id, head);
  writer.change(untyped.db.deleteFrom('purchaseLine').where('purchaseId', '=', head.id));
  for (const line of lines) insertOnce(writer, 'purchaseLine', line);
}

function received(writer: Writer, body: Body): void {
  posted(writer, body);
  insertOnce(writer, 'purchaseReception', body['reception'] as object);
  const purchaseId = body['purchaseId'] as string;
  for (const line of list<Row & { lineNumber: number; productId: string; quantityMilli: number }>(body['lines'])) {
    if (!insertOnce(writer, 'purchaseReceptionLine', line)) continue;
    bought(writer, purchaseId, line.productId, 'receivedMilli', line.quantityMilli);
  }
  set(writer, 'purchase', purchaseId, { state: body['state'], finishedAtMs: body['finishedAtMs'] });
}

function goodsReturned(writer: Writer, body: Body): void {
  const isNew = insertOnce(writer, 'stockDocument', body['document'] as object);
  writeMovements(writer, list(body['movements']));
  if (!isNew) return;
  for (const { productId, quantityMilli } of list<MovementRow>(body['movements']))
    bought(writer, body['purchaseId'] as string, productId, 'returnedMilli', -quantityMilli);
}

function bought(writer: Writer, purchaseId: string, productId: string, column: string, by: number): void {
  writer.change(
    untyped.db
      .updateTable('purchaseLine')
      .set((eb) => ({ [column]: eb(eb.ref(column), '+', by) }))
      .where('purchaseId', '=', purchaseId)
      .where('productId', '=', productId),
  );
}

function requests(writer: Writer, rows: readonly (Row & { id: string })[]): void {
  for (const row of rows) if (!insertOnce(writer, 'reorderRequest', row)) set(writer, 'reorderRequest', row.id, row);
}

const nothing: Applier = () => undefined;

const APPLIERS: Readonly<Record<string, Applier>> = {
  'inventory.documentPosted': posted,
  'inventory.reservationsExpired': (writer, body, { occurredAtMs }) =>
    release(writer, list(body['ids']), 'EXPIRED', occurredAtMs),
  'inventory.taskResolved': nothing,
  'shifts.opened': (writer, { shift }) => void insertOnce(writer, 'shift', shift as object),
  'shifts.cashMoved': (writer, { movement }) => void insertOnce(writer, 'cashMovement', movement as object),
  'shifts.closed': (writer, { shift, tenders }) => {
    const { id, ...row } = shift as { id: string };
    set(writer, 'shift', id, row);
    for (const tender of list<object>(tenders)) insertOnce(writer, 'shiftTender', tender);
  },
  'shifts.accountPaid': (writer, body, _, { tally }) =>
    payments(writer, body['id'] as string, list(body['payments']), tally),
  'shifts.transferVerified': (writer, { id, verifiedAtMs }) => set(writer, 'payment', id as string, { verifiedAtMs }),
  'orders.created': (writer, body) => {
    insertOnce(writer, 'salesOrder', body['order'] as object);
    writeLines(writer, body);
    reserve(writer, list(body['reservations']));
  },
  'orders.updated': updated,
  'orders.advanced': advanced,
  'orders.paid': (writer, body, { subjectId }, { tally }) => payments(writer, subjectId, list(body['payments']), tally),
  'orders.cancelled': cancelled,
  'carts.voided': (writer, { totalClp }, frame) =>
    countVoidedCart(writer, { ...frame, id: frame.subjectId, totalClp: totalClp as number }),
  'orders.inspected': (writer, body) => writeMovements(writer, list(body['movements'])),
  'orders.completed': completed,
  'sales.checkedOut': checkedOut,
  'sales.returned': returned,
  'purchasing.requestsCreated': (writer, body) => requests(writer, list(body['requests'])),
  'purchasing.requestsChanged': (writer, body) => requests(writer, list(body['requests'])),
  'purchasing.purchasesDrafted': (writer, body) => {
    for (const drafted of list<Parameters<typeof purchase>[1]>(body['purchases'])) purchase(writer, drafted);
    requests(writer, list(body['requests']));
  },
  'purchasing.purchaseChanged': (writer, body) => purchase(writer, body as Parameters<typeof purchase>[1]),
  'purchasing.purchaseSent': (writer, body) => purchase(writer, body as Parameters<typeof purchase>[1]),
  'purchasing.purchaseFinished': (writer, { id, state, reason, finishedAtMs }) =>
    set(writer, 'purchase', id as string, { state, reason, finishedAtMs }),
  'purchasing.received': received,
  'purchasing.goodsReturned': goodsReturned,
  'transfers.dispatched': (writer, body, _, { ownBranchId }) => applyTransfer(writer, body, ownBranchId),
  'transfers.received': (writer, body, _, { ownBranchId }) => applyTransfer(writer, body, ownBranchId),
  // A machine's own business, or a trace that the log itself keeps.
  'auth.passwordChanged': nothing,
  'auth.recoveryKeyMade': nothing,
  'auth.pinChanged': nothing,
  'auth.unlocked': nothing,
  'carts.parked': nothing,
  'carts.resumed': nothing,
  'receipts.printed': nothing,
  'receipts.retried': nothing,
  'receipts.discarded': nothing,
  'receipts.printerSaved': nothing,
  'receipts.printerArchived': nothing,
  'notifications.read': nothing,
};

export const BRANCH_KINDS: ReadonlySet<string> = new Set(Object.keys(APPLIERS));

/** Applies a fact of this branch (or a transfer that concerns it); its figures wait in the tally. Throws where its rows cannot be written. */
export function applyFact(writer: Writer, operation: PulledOperation, body: object, scene: Scene): void {
  APPLIERS[operation.kind]?.(writer, body as Body, operation, scene);
}
