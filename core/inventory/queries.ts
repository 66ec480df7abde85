/** Reads of stock: levels, history, value, what waits for a manager. */
import { sql } from 'kysely';
import { userName } from '#core/auth/index.ts';
import type { CatalogTables } from '#core/catalog/index.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import { words } from '#core/shared/text.ts';
import { averageCost, type CostState, EMPTY_COST } from './rules.ts';
import type { InventoryTables, MovementKind } from './tables.ts';

const { db, select } = sqlFor<InventoryTables & CatalogTables>();

export interface LevelFilter {
  text: string;
  productId?: string | undefined;
  warehouseId?: string | undefined;
  categoryId?: string | undefined;
  show: 'ALL' | 'LOW' | 'NONE' | 'NEGATIVE';
  limit: number;
  offset: number;
}

const available = sql<number>`"stockLevel"."onHandMilli" - "stockLevel"."reservedMilli"`;
const minimum = sql<number>`coalesce("stockMinimum"."minimumMilli", 0)`;

/** A page of levels of this branch. LOW: available at or under the minimum that somebody set. */
export function listLevels(reader: Reader, branchId: string, filter: LevelFilter) {
  let base = db
    .selectFrom('stockLevel')
    .innerJoin('product', 'product.id', 'stockLevel.productId')
    .innerJoin('warehouse', 'warehouse.id', 'stockLevel.warehouseId')
    .leftJoin('stockMinimum', (join) =>
      join
        .onRef('stockMinimum.productId', '=', 'stockLevel.productId')
        .onRef('stockMinimum.warehouseId', '=', 'stockLevel.warehouseId'),
    )
    .where('warehouse.branchId', '=', branchId);
  if (filter.productId !== undefined) base = base.where('stockLevel.productId', '=', filter.productId);
  if (filter.warehouseId !== undefined) base = base.where('stockLevel.warehouseId', '=', filter.warehouseId);
  if (filter.categoryId !== undefined) base = base.where('product.categoryId', '=', filter.categoryId);
  if (filter.show === 'LOW') base = base.where(sql<boolean>`${minimum} > 0 and ${available} <= ${minimum}`);
  if (filter.show === 'NONE') base = base.where(sql<boolean>`${available} <= 0`);
  if (filter.show === 'NEGATIVE') base = base.where('stockLevel.onHandMilli', '<', 0);
  const tokens = words(filter.text);
  if (tokens.length > 0) {
    const match = tokens.map((token) => `"${token}"*`).join(' AND ');
    base = base.where(
      sql<boolean>`"product"."searchId" in (select "rowid" from "productSearch" where "productSearch" match ${match})`,
    );
  }
  const total = reader.first(base.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const rows = reader.all(
    base
      .select([
        'stockLevel.productId',
        'product.sku',
        'product.name',
        'product.brand',
        'product.unit',
        'product.location',
        'stockLevel.warehouseId',
        'warehouse.name as warehouseName',
        'stockLevel.onHandMilli',
        'stockLevel.reservedMilli',
        available.as('availableMilli'),
        minimum.as('minimumMilli'),
      ])
      .orderBy('product.nameFolded')
      .orderBy('warehouse.code')
      .limit(filter.limit)
      .offset(filter.offset),
  );
  return { rows, total };
}

export interface MovementFilter {
  productId?: string | undefined;
  warehouseId?: string | undefined;
  kind?: MovementKind | undefined;
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
  offset: number;
}

/** The ledger, newest first. Values are null for those who may not see costs. */
export function listMovements(reader: Reader, filter: MovementFilter, seesCost: boolean) {
  let base = db
    .selectFrom('stockMovement')
    .innerJoin('product', 'product.id', 'stockMovement.productId')
    .innerJoin('warehouse', 'warehouse.id', 'stockMovement.warehouseId');
  if (filter.productId !== undefined) base = base.where('stockMovement.productId', '=', filter.productId);
  if (filter.warehouseId !== undefined) base = base.where('stockMovement.warehouseId', '=', filter.warehouseId);
  if (filter.kind !== undefined) base = base.where('stockMovement.kind', '=', filter.kind);
  if (filter.from !== undefined) base = base.where('stockMovement.businessDate', '>=', filter.from);
  if (filter.to !== undefined) base = base.where('stockMovement.businessDate', '<=', filter.to);
  const total = reader.first(base.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const rows = reader.all(
    base
      .select([
        'stockMovement.id',
        'stockMovement.productId',
        'product.sku',
        'product.name',
        'warehouse.name as warehouseName',
        'stockMovement.kind',
        'stockMovement.quantityMilli',
        'stockMovement.valueMilliClp',
        'stockMovement.sourceKind',
        'stockMovement.sourceId',
        'stockMovement.reason',
        'stockMovement.actorId',
        'stockMovement.occurredAtMs',
      ])
      .orderBy('stockMovement.id', 'desc')
      .limit(filter.limit)
      .offset(filter.offset),
  );
  return {
    total,
    rows: rows.map(({ actorId, valueMilliClp, ...row }) => ({
      ...row,
      valueMilliClp: seesCost ? valueMilliClp : null,
      actorName: userName(reader, actorId),
    })),
  };
}

const costRow = select((p: { productId: string; branchId: string }) =>
  db
    .selectFrom('productCost')
    .select(['quantityMilli', 'valueMilliClp', 'lastUnitCostMilliClp'])
    .where('productId', '=', p.productId)
    .where('branchId', '=', p.branchId),
);

/** Quantity, exact value and weighted average cost of a product over a branch. */
export function productCost(reader: Reader, productId: string, branchId: string) {
  const state: CostState = costRow.first(reader, { productId, branchId }) ?? EMPTY_COST;
  return { quantityMilli: state.quantityMilli, valueMilliClp: state.valueMilliClp, averageMilliClp: averageCost(state) };
}

const valueAt = select((p: { branchId: string; date: string }) =>
  db
    .selectFrom('stockMovement')
    .innerJoin('warehouse', 'warehouse.id', 'stockMovement.warehouseId')
    .select((eb) => [
      eb.fn.coalesce(eb.fn.sum<number>('valueMilliClp'), sql<number>`0`).as('valueMilliClp'),
      eb.fn.count<number>('productId').distinct().as('productCount'),
    ])
    .where('warehouse.branchId', '=', p.branchId)
    .where('businessDate', '<=', p.date),
);

/** What the stock of a branch was worth at the end of a local day: the sum of the ledger up to it. */
export const valuation = (reader: Reader, branchId: string, date: string) => valueAt.one(reader, { branchId, date });

const heldReservations = select(() =>
  db
    .selectFrom('reservation')
    .innerJoin('product', 'product.id', 'reservation.productId')
    .select([
      'reservation.id',
      'reservation.orderId',
      'reservation.productId',
      'product.name',
      'reservation.quantityMilli',
      'reservation.createdAtMs',
      'reservation.expiresAtMs',
    ])
    .where('reservation.state', '=', 'HELD')
    .orderBy('reservation.expiresAtMs'),
);

export const listReservations = (reader: Reader, productId?: string) =>
  heldReservations.all(reader, {}).filter((row) => productId === undefined || row.productId === productId);

const openTasks = select(() =>
  db
    .selectFrom('stockTask')
    .innerJoin('product', 'product.id', 'stockTask.productId')
    .innerJoin('warehouse', 'warehouse.id', 'stockTask.warehouseId')
    .select([
      'stockTask.id',
      'stockTask.kind',
      'stockTask.productId',
      'product.name',
      'warehouse.name as warehouseName',
      'stockTask.detail',
      'stockTask.createdAtMs',
    ])
    .where('stockTask.resolvedAtMs', 'is', null)
    .orderBy('stockTask.createdAtMs', 'desc')
    .limit(500),
);

export const listTasks = (reader: Reader) => openTasks.all(reader, {});
