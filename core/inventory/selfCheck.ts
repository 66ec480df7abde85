/** The books against the shelf: recomputes what is derived from the ledger. Any difference is a bug or a damaged file. */
import { type RawBuilder, sql } from 'kysely';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { InventoryTables } from './tables.ts';

const { db, select } = sqlFor<InventoryTables>();

interface Difference {
  productId: string;
  placeId: string;
  stored: number;
  computed: number;
}

/** Where what is stored and what is computed differ; a row that is missing on either side counts as zero. */
const compare = (stored: RawBuilder<unknown>, computed: RawBuilder<unknown>) =>
  select(() => ({
    compile: () =>
      sql<Difference>`
        with stored (productId, placeId, amount) as (${stored}), computed (productId, placeId, amount) as (${computed})
        select productId, placeId, sum(stored) as stored, sum(computed) as computed from (
          select productId, placeId, amount as stored, 0 as computed from stored
          union all select productId, placeId, 0, amount from computed
        ) group by productId, placeId having sum(stored) <> sum(computed)`.compile(db),
  }));

const onHand = compare(
  sql`select productId, warehouseId, onHandMilli from stockLevel`,
  sql`select productId, warehouseId, quantityMilli from stockMovement`,
);
const reserved = compare(
  sql`select productId, warehouseId, reservedMilli from stockLevel where reservedMilli <> 0`,
  sql`select productId, warehouseId, quantityMilli from reservation where state = 'HELD'`,
);
const costQuantity = compare(
  sql`select productId, branchId, quantityMilli from productCost`,
  sql`select productId, branchId, quantityMilli from stockMovement join warehouse on warehouse.id = warehouseId`,
);
const costValue = compare(
  sql`select productId, branchId, valueMilliClp from productCost`,
  sql`select productId, branchId, valueMilliClp from stockMovement join warehouse on warehouse.id = warehouseId`,
);
const movements = select(() => db.selectFrom('stockMovement').select((eb) => eb.fn.countAll<number>().as('count')));

/** Compares every level, hold and cost with the ledger; the list must be empty. `checked` counts the ledger's movements. */
export function selfCheck(reader: Reader) {
  const checks = { ON_HAND: [onHand], RESERVED: [reserved], COST: [costQuantity, costValue] } as const;
  const differences = (Object.keys(checks) as (keyof typeof checks)[]).flatMap((what) =>
    checks[what].flatMap((check) => check.all(reader, {}).map((difference) => ({ what, ...difference }))),
  );
  return { checked: movements.one(reader, {}).count, differences };
}
