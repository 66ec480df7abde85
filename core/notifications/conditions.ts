/** What is worth telling right now: conditions that hold, and facts that happened. Each names who should know of it. */
import { sql } from 'kysely';
import type { CatalogTables } from '#core/catalog/index.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import { listAnomalies } from '#core/forecast/index.ts';
import type { InventoryTables } from '#core/inventory/index.ts';
import type { OrderTables } from '#core/orders/index.ts';
import { latePurchases } from '#core/purchasing/index.ts';
import type { Permission } from '#core/shared/permissions.ts';
import type { NotificationKind } from './contract.ts';

const { db, select } = sqlFor<CatalogTables & EngineTables & InventoryTables & OrderTables>();

/** Something to tell. `key` names it: the same key is the same condition or fact. */
export interface Notice {
  kind: NotificationKind;
  key: string;
  subjectId: string;
  details: Record<string, string | number>;
}

/** Who is told: those whose role lets them do something about it. */
export const AUDIENCE: Readonly<Record<NotificationKind, Permission>> = {
  LOW_STOCK: 'purchasing.read',
  RESERVATION_EXPIRED: 'orders.manage',
  JOB_FAILED: 'jobs.run',
  FORECAST_OFF_TRACK: 'forecast.read',
  TRANSFER_LATE: 'stock.transfer',
  PURCHASE_LATE: 'purchasing.read',
};

/** A transfer that is under way for longer is late. */
const TRANSFER_DAYS = 3;
/** Only the costliest deviations are told; the list of all is on the forecast's screen. */
const OFF_TRACK_TOLD = 5;
/** Facts older than this are no news. */
export const NEWS_MS = 7 * 86_400_000;

const lowStock = select((p: { branchId: string }) =>
  db
    .selectFrom('stockMinimum')
    .innerJoin('stockLevel', (join) =>
      join
        .onRef('stockLevel.productId', '=', 'stockMinimum.productId')
        .onRef('stockLevel.warehouseId', '=', 'stockMinimum.warehouseId'),
    )
    .innerJoin('warehouse', 'warehouse.id', 'stockMinimum.warehouseId')
    .innerJoin('product', 'product.id', 'stockMinimum.productId')
    .select([
      'stockMinimum.productId',
      'stockMinimum.warehouseId',
      'product.name',
      'warehouse.name as warehouse',
      'stockMinimum.minimumMilli',
    ])
    .select(sql<number>`"stockLevel"."onHandMilli" - "stockLevel"."reservedMilli"`.as('availableMilli'))
    .where('warehouse.branchId', '=', p.branchId)
    .where('product.state', '=', 'ACTIVE')
    .where('stockMinimum.minimumMilli', '>', 0)
    .where(sql<boolean>`"stockLevel"."onHandMilli" - "stockLevel"."reservedMilli" <= "stockMinimum"."minimumMilli"`),
);
const inTransit = select((p: { branchId: string }) =>
  db
    .selectFrom('stockLevel')
    .innerJoin('warehouse', 'warehouse.id', 'stockLevel.warehouseId')
    .innerJoin('product', 'product.id', 'stockLevel.productId')
    .select(['stockLevel.productId', 'stockLevel.warehouseId', 'product.name', 'warehouse.name as warehouse'])
    .select((eb) =>
      eb
        .selectFrom('stockMovement')
        .select((inner) => inner.fn.max('occurredAtMs').as('at'))
        .whereRef('stockMovement.productId', '=', 'stockLevel.productId')
        .whereRef('stockMovement.warehouseId', '=', 'stockLevel.warehouseId')
        .where('stockMovement.quantityMilli', '>', 0)
        .as('sinceMs'),
    )
    .select('stockLevel.onHandMilli')
    .where('warehouse.branchId', '=', p.branchId)
    .where('warehouse.purpose', '=', 'TRANSIT')
    .where('stockLevel.onHandMilli', '>', 0),
);
const failedJobs = select((p: { sinceMs: number }) =>
  db
    .selectFrom('taskRun')
    .select(['id', 'job', 'state', 'startedAtMs', 'error'])
    .where('startedAtMs', '>=', p.sinceMs)
    .where('state', 'in', ['FAILED', 'LOST']),
);
const expired = select((p: { sinceMs: number }) =>
  db
    .selectFrom('reservation')
    .innerJoin('salesOrder', 'salesOrder.id', 'reservation.orderId')
    .select(['reservation.orderId', 'salesOrder.number', 'salesOrder.customerName'])
    .select((eb) => [eb.fn.max('reservation.endedAtMs').as('endedAtMs'), eb.fn.countAll<number>().as('lines')])
    .where('salesOrder.state', '=', 'PENDING')
    // As in the partial index that finds the open ones.
    .where('salesOrder.state', 'not in', ['COMPLETED', 'CANCELLED'])
    .where('reservation.state', '=', 'EXPIRED')
    .where('reservation.endedAtMs', '>=', p.sinceMs)
    .groupBy('reservation.orderId'),
);

/** What holds at the moment. */
export function currentConditions(reader: Reader, branchId: string, today: string, nowMs: number): Notice[] {
  return [
    ...lowStock.all(reader, { branchId }).map(({ productId, warehouseId, ...details }): Notice => ({
      kind: 'LOW_STOCK',
      key: `LOW_STOCK/${productId}/${warehouseId}`,
      subjectId: productId,
      details,
    })),
    ...latePurchases(reader, branchId, today).map(({ id, number, supplierName, expectedOn }): Notice => ({
      kind: 'PURCHASE_LATE',
      key: `PURCHASE_LATE/${id}`,
      subjectId: id,
      details: { number: number ?? '', supplier: supplierName, expectedOn: expectedOn ?? '' },
    })),
    ...inTransit
      .all(reader, { branchId })
      .filter(({ sinceMs }) => sinceMs !== null && sinceMs < nowMs - TRANSFER_DAYS * 86_400_000)
      .map(({ productId, warehouseId, name, warehouse, sinceMs, onHandMilli }): Notice => ({
        kind: 'TRANSFER_LATE',
        key: `TRANSFER_LATE/${productId}/${warehouseId}`,
        subjectId: productId,
        details: { name, warehouse, quantityMilli: onHandMilli, sinceMs: sinceMs ?? 0 },
      })),
    ...listAnomalies(reader, branchId, OFF_TRACK_TOLD).map(
      ({ productId, name, direction, days, expectedMilli, actualMilli }): Notice => ({
        kind: 'FORECAST_OFF_TRACK',
        key: `FORECAST_OFF_TRACK/${productId}/${direction}`,
        subjectId: productId,
        details: { name, direction, days, expectedMilli, actualMilli },
      }),
    ),
  ];
}

/** What happened lately. */
export function recentFacts(reader: Reader, nowMs: number): Notice[] {
  const sinceMs = nowMs - NEWS_MS;
  return [
    ...failedJobs.all(reader, { sinceMs }).map(({ id, job, startedAtMs, error }): Notice => ({
      kind: 'JOB_FAILED',
      key: `JOB_FAILED/${id}`,
      subjectId: job,
      details: { job, startedAtMs, error: error ?? '' },
    })),
    ...expired.all(reader, { sinceMs }).map(({ orderId, number, customerName, endedAtMs, lines }): Notice => ({
      kind: 'RESERVATION_EXPIRED',
      key: `RESERVATION_EXPIRED/${orderId}/${String(endedAtMs ?? 0)}`,
      subjectId: orderId,
      details: { number: number ?? '', customer: customerName, lines },
    })),
  ];
}
