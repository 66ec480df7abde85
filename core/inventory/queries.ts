/** Reads of stock: levels, history, value, what waits for a manager. */
import { sql } from 'kysely';
import { userName } from '#core/auth/index.ts';
import { type CatalogTables, listCost, matchesText, underCategory } from '#core/catalog/index.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import { firstIdAt } from '#core/shared/ids.ts';
import { addDays, localToMs } from '#core/shared/time.ts';
import { averageCost } from './rules.ts';
import type { InventoryTables, MovementKind } from './tables.ts';
import { listWarehouses } from './warehouses.ts';

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

const FEW = 2_000;

/** A page of levels of this branch, by product. LOW: available at or under the minimum that somebody set. */
export function listLevels(reader: Reader, branchId: string, filter: LevelFilter) {
  // Conditions on the level alone, so that counting joins nothing.
  const warehouses =
    filter.warehouseId === undefined ? listWarehouses(reader, branchId).map((row) => row.id) : [filter.warehouseId];
  let levels = db.selectFrom('stockLevel').where('stockLevel.warehouseId', 'in', warehouses);
  if (filter.productId !== undefined) levels = levels.where('stockLevel.productId', '=', filter.productId);
  if (filter.categoryId !== undefined || filter.text !== '') {
    let products = db.selectFrom('product').select('product.id');
    if (filter.categoryId !== undefined) products = products.where(underCategory(filter.categoryId));
    if (filter.text !== '') products = products.where(matchesText(filter.text));
    levels = levels.where('stockLevel.productId', 'in', products);
  }
  if (filter.show === 'NONE') levels = levels.where(sql<boolean>`${available} <= 0`);
  if (filter.show === 'NEGATIVE') levels = levels.where('stockLevel.onHandMilli', '<', 0);
  if (filter.show === 'LOW') {
    levels = levels.where(
      sql<boolean>`("stockLevel"."productId", "stockLevel"."warehouseId") in (
        select "low"."productId", "low"."warehouseId" from "stockMinimum" as "low"
        join "stockLevel" as "at" on "at"."productId" = "low"."productId" and "at"."warehouseId" = "low"."warehouseId"
        where "low"."minimumMilli" > 0 and "at"."onHandMilli" - "at"."reservedMilli" <= "low"."minimumMilli")`,
    );
  }
  const total = reader.first(levels.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  // Few rows are sorted, many are read in the order of the names' index; the plus keeps SQLite from walking that index for a few.
  const name = total < FEW ? sql`+"product"."nameFolded"` : sql`"product"."nameFolded"`;
  const rows = reader.all(
    levels
      .innerJoin('product', 'product.id', 'stockLevel.productId')
      .innerJoin('warehouse', 'warehouse.id', 'stockLevel.warehouseId')
      .leftJoin('stockMinimum', (join) =>
        join
          .onRef('stockMinimum.productId', '=', 'stockLevel.productId')
          .onRef('stockMinimum.warehouseId', '=', 'stockLevel.warehouseId'),
      )
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
      .orderBy(name)
      .orderBy('product.searchId')
      .orderBy('stockLevel.warehouseId')
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

/** Counting stops here: nobody pages further, and a ledger may hold millions. */
const COUNTED = 10_000;

/** The ledger, newest first; `total` counts to 10,000 at most. Values are null for those who may not see costs. */
export function listMovements(
  reader: Reader,
  site: { branchId: string; timeZone: string },
  filter: MovementFilter,
  seesCost: boolean,
) {
  const warehouses =
    filter.warehouseId === undefined
      ? listWarehouses(reader, site.branchId).map((row) => row.id)
      : [filter.warehouseId];
  let ledger = db.selectFrom('stockMovement').where('stockMovement.warehouseId', 'in', warehouses);
  if (filter.productId !== undefined) ledger = ledger.where('stockMovement.productId', '=', filter.productId);
  if (filter.kind !== undefined) ledger = ledger.where('stockMovement.kind', '=', filter.kind);
  if (filter.from !== undefined) {
    ledger = ledger
      .where('stockMovement.businessDate', '>=', filter.from)
      .where('stockMovement.id', '>=', firstIdAt(localToMs(filter.from, 0, 0, site.timeZone)));
  }
  if (filter.to !== undefined) ledger = ledger.where('stockMovement.businessDate', '<=', filter.to);
  const counted = ledger.select('stockMovement.id').limit(COUNTED);
  const total =
    reader.first(db.selectFrom(counted.as('counted')).select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const rows = reader.all(
    ledger
      .innerJoin('product', 'product.id', 'stockMovement.productId')
      .innerJoin('warehouse', 'warehouse.id', 'stockMovement.warehouseId')
      .leftJoin('stockDocument', 'stockDocument.id', 'stockMovement.sourceId')
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
        'stockDocument.number as documentNumber',
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
  const known = costRow.first(reader, { productId, branchId });
  const state = known ?? { quantityMilli: 0, valueMilliClp: 0, lastUnitCostMilliClp: listCost(reader, productId) };
  return {
    quantityMilli: state.quantityMilli,
    valueMilliClp: state.valueMilliClp,
    averageMilliClp: averageCost(state),
  };
}

const valueBefore = select((p: { branchId: string; date: string; firstId: string }) =>
  db
    .selectFrom(
      // The view `productCost` without its last costs and in the order of the levels' key: four times as fast over 100,000 products.
      db
        .selectFrom('stockLevel')
        .select((eb) => [
          'productId',
          eb.fn.sum<number>('onHandMilli').as('quantityMilli'),
          eb.fn.sum<number>('valueMilliClp').as('valueMilliClp'),
        ])
        .where((eb) =>
          eb(
            eb.selectFrom('warehouse').select('branchId').whereRef('warehouse.id', '=', 'stockLevel.warehouseId'),
            '=',
            p.branchId,
          ),
        )
        .groupBy('productId')
        .as('today'),
    )
    .leftJoin(
      db
        .selectFrom('stockMovement')
        .innerJoin('warehouse', 'warehouse.id', 'stockMovement.warehouseId')
        .select((eb) => [
          'productId',
          eb.fn.sum<number>('stockMovement.quantityMilli').as('quantityMilli'),
          eb.fn.sum<number>('stockMovement.valueMilliClp').as('valueMilliClp'),
        ])
        .where('stockMovement.id', '>=', p.firstId)
        .where('businessDate', '>', p.date)
        .where('warehouse.branchId', '=', p.branchId)
        .groupBy('productId')
        .as('later'),
      'later.productId',
      'today.productId',
    )
    .select([
      sql<number>`coalesce(sum("today"."valueMilliClp" - coalesce("later"."valueMilliClp", 0)), 0)`.as('valueMilliClp'),
      sql<number>`coalesce(sum("today"."quantityMilli" <> coalesce("later"."quantityMilli", 0)), 0)`.as('productCount'),
    ]),
);

/**
 * What the stock of a branch was worth at the end of a local day, and how many products it held: today's figures less all that
 * moved later, which is the sum of the ledger up to that day.
 */
export function valuation(reader: Reader, site: { branchId: string; timeZone: string }, date: string) {
  const firstId = firstIdAt(localToMs(addDays(date, 1), 0, 0, site.timeZone));
  return valueBefore.one(reader, { branchId: site.branchId, date, firstId });
}

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
