/** What orders ask of stock: issue, reserve, commit, release, take back. Lines are goods in their base unit, kits already exploded. */
import type { CommandContext } from '#core/engine/context.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import { DomainError } from '#core/shared/errors.ts';
import { hold, letGo, put, take, takeHeld } from './ledger.ts';
import type { InventoryTables, MovementRow, ReservationRow } from './tables.ts';

const { db, select, insert, change } = sqlFor<InventoryTables>();

export interface StockLine {
  sourceLine: number;
  productId: string;
  quantityMilli: number;
}

const insertReservation = insert('reservation', [
  'id',
  'orderId',
  'orderLine',
  'productId',
  'warehouseId',
  'quantityMilli',
  'state',
  'createdAtMs',
  'expiresAtMs',
  'endedAtMs',
]);
const reservationsOf = select((p: { orderId: string }) =>
  db
    .selectFrom('reservation')
    .select([
      'id',
      'orderId',
      'orderLine',
      'productId',
      'warehouseId',
      'quantityMilli',
      'state',
      'createdAtMs',
      'expiresAtMs',
      'endedAtMs',
    ])
    .where('orderId', '=', p.orderId)
    .orderBy('id'),
);
const expired = select((p: { nowMs: number; limit: number }) =>
  db
    .selectFrom('reservation')
    .select(['id', 'productId', 'warehouseId', 'quantityMilli'])
    .where('state', '=', 'HELD')
    .where('expiresAtMs', '<=', p.nowMs)
    .orderBy('expiresAtMs')
    .limit(p.limit),
);
const end = change((p: { id: string; state: 'COMMITTED' | 'RELEASED' | 'EXPIRED'; nowMs: number }) =>
  db
    .updateTable('reservation')
    .set({ state: p.state, endedAtMs: p.nowMs })
    .where('id', '=', p.id)
    .where('state', '=', 'HELD'),
);
const notUndone = select((p: { sourceId: string }) =>
  db
    .selectFrom('stockMovement as moved')
    .leftJoin('stockMovement as undone', 'undone.undoesId', 'moved.id')
    .select([
      'moved.id',
      'moved.productId',
      'moved.warehouseId',
      'moved.quantityMilli',
      'moved.valueMilliClp',
      'moved.sourceLine',
    ])
    .where('moved.sourceId', '=', p.sourceId)
    .where('moved.kind', '=', 'EXIT')
    .where('undone.id', 'is', null),
);

const issuedBy = select((p: { sourceId: string }) =>
  db
    .selectFrom('stockMovement')
    .select(['productId', 'sourceLine', 'quantityMilli', 'valueMilliClp'])
    .where('sourceId', '=', p.sourceId)
    .where('kind', '=', 'EXIT')
    .where('sourceKind', '=', 'ORDER'),
);

/** What an order took out, per line and product; quantity and value positive. */
export function issuedStock(reader: Reader, orderId: string): (StockLine & { valueMilliClp: number })[] {
  return issuedBy.all(reader, { sourceId: orderId }).map((row) => ({
    sourceLine: row.sourceLine,
    productId: row.productId,
    quantityMilli: -row.quantityMilli,
    valueMilliClp: -row.valueMilliClp,
  }));
}

/** Takes sold goods out at once (a counter sale). Answers the movements; their value is the cost of what was sold. */
export function issueStock(
  context: CommandContext,
  issue: { sourceId: string; warehouseId: string; lines: readonly StockLine[] },
): MovementRow[] {
  const { sourceId, warehouseId } = issue;
  return issue.lines.map((line) =>
    take(context, { ...line, kind: 'EXIT', sourceKind: 'ORDER', sourceId, warehouseId }),
  );
}

/** Holds goods for an order that waits; all lines or none. */
export function reserveStock(
  context: CommandContext,
  order: { orderId: string; warehouseId: string; lines: readonly StockLine[]; expiresAtMs: number },
): ReservationRow[] {
  return order.lines.map((line) => {
    const row: ReservationRow = {
      id: context.newId(),
      orderId: order.orderId,
      orderLine: line.sourceLine,
      productId: line.productId,
      warehouseId: order.warehouseId,
      quantityMilli: line.quantityMilli,
      state: 'HELD',
      createdAtMs: context.nowMs,
      expiresAtMs: order.expiresAtMs,
      endedAtMs: null,
    };
    hold(context, row);
    insertReservation.run(context.writer, row);
    return row;
  });
}

/**
 * Turns an order's holds into goods that left, once: a second commit is an error, not a second effect. Holds that expired while the
 * order waited are taken again first, if there still is stock.
 */
export function commitReservations(context: CommandContext, orderId: string): MovementRow[] {
  const rows = reservationsOf.all(context.writer, { orderId });
  if (rows.some((row) => row.state === 'COMMITTED')) throw new DomainError('RESERVATION_CLOSED', { orderId });
  // Holds that expired before the order was changed belong to lines that are no more.
  const current = rows.at(-1)?.createdAtMs;
  const lapsed = rows.filter((row) => row.state === 'EXPIRED' && row.createdAtMs === current);
  const again = lapsed.flatMap((row) => {
    const lines = [{ sourceLine: row.orderLine, productId: row.productId, quantityMilli: row.quantityMilli }];
    return reserveStock(context, { orderId, warehouseId: row.warehouseId, lines, expiresAtMs: context.nowMs });
  });
  return [...rows.filter((row) => row.state === 'HELD'), ...again].map((row) => {
    finish(context, row.id, 'COMMITTED');
    return takeHeld(context, {
      productId: row.productId,
      warehouseId: row.warehouseId,
      quantityMilli: row.quantityMilli,
      kind: 'EXIT',
      sourceKind: 'ORDER',
      sourceId: orderId,
      sourceLine: row.orderLine,
    });
  });
}

/** Gives back what an order holds; nothing where its holds have expired. After a commit it is an error. */
export function releaseReservations(context: CommandContext, orderId: string): string[] {
  const rows = reservationsOf.all(context.writer, { orderId });
  if (rows.some((row) => row.state === 'COMMITTED')) throw new DomainError('RESERVATION_CLOSED', { orderId });
  const held = rows.filter((row) => row.state === 'HELD');
  for (const row of held) {
    finish(context, row.id, 'RELEASED');
    letGo(context.writer, row);
  }
  return held.map((row) => row.id);
}

/** Whether any hold's time is over. */
export const hasExpired = (reader: Reader, nowMs: number): boolean =>
  expired.first(reader, { nowMs, limit: 1 }) !== undefined;

/** Lets go of up to `limit` holds whose time is over. Answers their ids. */
export function expireReservations(context: CommandContext, limit = 500): string[] {
  const rows = expired.all(context.writer, { nowMs: context.nowMs, limit });
  for (const row of rows) {
    finish(context, row.id, 'EXPIRED');
    letGo(context.writer, row);
  }
  return rows.map((row) => row.id);
}

/**
 * Brings back, at the value with which it left, everything that an order took and that has not come back yet: to where it came
 * from, or to another warehouse of the branch.
 */
export function undoIssue(
  context: CommandContext,
  orderId: string,
  reason: string,
  warehouseId?: string,
): MovementRow[] {
  return notUndone.all(context.writer, { sourceId: orderId }).flatMap((moved) =>
    put(context, {
      productId: moved.productId,
      warehouseId: warehouseId ?? moved.warehouseId,
      quantityMilli: -moved.quantityMilli,
      valueMilliClp: -moved.valueMilliClp,
      kind: 'RETURN',
      sourceKind: 'CANCEL',
      sourceId: orderId,
      sourceLine: moved.sourceLine,
      undoesId: moved.id,
      reason,
    }),
  );
}

/** Takes returned goods back at the given value, each line into the warehouse that its condition decides. */
export function returnStock(
  context: CommandContext,
  returned: {
    sourceId: string;
    reason: string;
    lines: readonly (StockLine & { valueMilliClp: number; warehouseId: string })[];
  },
): MovementRow[] {
  const { sourceId, reason } = returned;
  return returned.lines.flatMap((line) =>
    put(context, { ...line, kind: 'RETURN', sourceKind: 'RETURN', sourceId, reason }),
  );
}

function finish(context: CommandContext, id: string, state: 'COMMITTED' | 'RELEASED' | 'EXPIRED'): void {
  if (end.run(context.writer, { id, state, nowMs: context.nowMs }) === 0) {
    throw new DomainError('RESERVATION_CLOSED', { reservation: id });
  }
}
