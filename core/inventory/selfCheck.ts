/** The books against the shelf: recomputes what is derived from the ledger. Any difference is a bug or a damaged file. */
import { sql } from 'kysely';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { InventoryTables } from './tables.ts';

const { db, select } = sqlFor<InventoryTables>();

interface Figure {
  productId: string;
  placeId: string;
  stored: number;
  computed: number;
}

const onHand = select(() =>
  db
    .selectFrom('stockLevel')
    .fullJoin(
      db
        .selectFrom('stockMovement')
        .select((eb) => ['productId', 'warehouseId', eb.fn.sum<number>('quantityMilli').as('total')])
        .groupBy(['productId', 'warehouseId'])
        .as('ledger'),
      (join) =>
        join
          .onRef('ledger.productId', '=', 'stockLevel.productId')
          .onRef('ledger.warehouseId', '=', 'stockLevel.warehouseId'),
    )
    .select([
      sql<string>`coalesce("stockLevel"."productId", "ledger"."productId")`.as('productId'),
      sql<string>`coalesce("stockLevel"."warehouseId", "ledger"."warehouseId")`.as('placeId'),
      sql<number>`coalesce("onHandMilli", 0)`.as('stored'),
      sql<number>`coalesce("total", 0)`.as('computed'),
    ]),
);
const reserved = select(() =>
  db
    .selectFrom('stockLevel')
    .select((eb) => [
      'productId',
      'warehouseId as placeId',
      'reservedMilli as stored',
      eb.fn
        .coalesce(
          eb
            .selectFrom('reservation')
            .select((inner) => inner.fn.sum<number>('quantityMilli').as('held'))
            .where('state', '=', 'HELD')
            .whereRef('reservation.productId', '=', 'stockLevel.productId')
            .whereRef('reservation.warehouseId', '=', 'stockLevel.warehouseId'),
          sql<number>`0`,
        )
        .as('computed'),
    ])
    .where((eb) =>
      eb.or([
        eb('reservedMilli', '<>', 0),
        eb.exists(
          eb
            .selectFrom('reservation')
            .select('id')
            .where('state', '=', 'HELD')
            .whereRef('reservation.productId', '=', 'stockLevel.productId'),
        ),
      ]),
    ),
);
const cost = (column: 'quantityMilli' | 'valueMilliClp') =>
  select(() =>
    db
      .selectFrom('productCost')
      .leftJoin(
        db
          .selectFrom('stockMovement')
          .innerJoin('warehouse', 'warehouse.id', 'stockMovement.warehouseId')
          .select((eb) => ['productId', 'branchId', eb.fn.sum<number>(`stockMovement.${column}`).as('total')])
          .groupBy(['productId', 'branchId'])
          .as('ledger'),
        (join) =>
          join
            .onRef('ledger.productId', '=', 'productCost.productId')
            .onRef('ledger.branchId', '=', 'productCost.branchId'),
      )
      .select([
        'productCost.productId',
        'productCost.branchId as placeId',
        `productCost.${column} as stored`,
        sql<number>`coalesce("ledger"."total", 0)`.as('computed'),
      ]),
  );
const costQuantity = cost('quantityMilli');
const costValue = cost('valueMilliClp');

/** Compares every level, hold and cost with the ledger; the list must be empty. */
export function selfCheck(reader: Reader) {
  const checks: readonly (readonly ['ON_HAND' | 'RESERVED' | 'COST', Figure[]])[] = [
    ['ON_HAND', onHand.all(reader, {})],
    ['RESERVED', reserved.all(reader, {})],
    ['COST', costQuantity.all(reader, {})],
    ['COST', costValue.all(reader, {})],
  ];
  const differences = checks.flatMap(([what, figures]) =>
    figures.filter((figure) => figure.stored !== figure.computed).map((figure) => ({ what, ...figure })),
  );
  return { checked: checks.reduce((sum, [, figures]) => sum + figures.length, 0), differences };
}
