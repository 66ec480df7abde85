/** The opening of the day: how it goes, what is short, what is open and what waits for somebody. */
import { sql } from 'kysely';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import type { CatalogTables } from '#core/catalog/index.ts';
import type { InventoryTables } from '#core/inventory/index.ts';
import type { OrderTables } from '#core/orders/index.ts';
import type { PurchasingTables } from '#core/purchasing/index.ts';
import { mulDivRound } from '#core/shared/numbers.ts';
import { addDays, type LocalDate, localParts } from '#core/shared/time.ts';
import type { ShiftTables } from '#core/shifts/index.ts';
import type { Home } from './contract.ts';
import { basisPointsOf } from './rules.ts';
import type { MetricsTables } from './tables.ts';

const { db, select } = sqlFor<
  MetricsTables & OrderTables & InventoryTables & CatalogTables & ShiftTables & PurchasingTables & EngineTables
>();

const LAST_DAYS = 14;
const ROWS = 8;

const days = select((p: { branchId: string; from: string; to: string; toHour: number }) =>
  db
    .selectFrom('dailySales')
    .select([
      'businessDate as date',
      sql<number>`sum("saleCount")`.as('saleCount'),
      sql<number>`sum("totalClp")`.as('salesClp'),
      sql<number>`sum("totalClp" - "returnTotalClp")`.as('totalClp'),
      sql<number>`sum("netClp" + "exemptClp" - "returnNetClp" - "returnExemptClp")`.as('netClp'),
      sql<number>`sum("costMilliClp" - "returnCostMilliClp")`.as('costMilliClp'),
    ])
    .where('branchId', '=', p.branchId)
    .where('businessDate', '>=', p.from)
    .where('businessDate', '<=', p.to)
    .where('hour', '<=', p.toHour)
    .groupBy('businessDate'),
);
const short = select((p: { branchId: string }) =>
  db
    .selectFrom('stockMinimum')
    .innerJoin('warehouse', 'warehouse.id', 'stockMinimum.warehouseId')
    .innerJoin('product', 'product.id', 'stockMinimum.productId')
    .leftJoin('stockLevel', (join) =>
      join
        .onRef('stockLevel.productId', '=', 'stockMinimum.productId')
        .onRef('stockLevel.warehouseId', '=', 'stockMinimum.warehouseId'),
    )
    .select([
      'product.id as productId',
      'product.sku',
      'product.name',
      'product.unit',
      'warehouse.name as warehouseName',
    ])
    .select([
      'stockMinimum.minimumMilli',
      sql<number>`coalesce("onHandMilli" - "reservedMilli", 0)`.as('availableMilli'),
    ])
    .where('warehouse.branchId', '=', p.branchId)
    .where('product.state', '=', 'ACTIVE')
    .where(sql<boolean>`coalesce("onHandMilli" - "reservedMilli", 0) < "minimumMilli"`)
    .orderBy(sql`coalesce("onHandMilli" - "reservedMilli", 0) * 1000 / "minimumMilli"`)
    .orderBy('product.sku'),
);
const open = select((p: { branchId: string }) =>
  db
    .selectFrom('salesOrder')
    .select(['id', 'number', 'customerName', 'plate', 'state', 'totalClp', 'createdAtMs'])
    .where(sql<boolean>`"state" not in ('COMPLETED', 'CANCELLED')`)
    .where('branchId', '=', p.branchId)
    .orderBy('createdAtMs'),
);
const newest = select((p: { branchId: string; date: string }) =>
  db
    .selectFrom('salesOrder')
    .select([
      'id',
      sql<string>`"saleNumber"`.as('number'),
      'totalClp',
      sql<number>`"soldAtMs"`.as('occurredAtMs'),
      'plate',
    ])
    .where('saleDate', '=', p.date)
    .where('branchId', '=', p.branchId)
    .orderBy('soldAtMs', 'desc')
    .limit(6),
);
const toDo = select((p: { branchId: string; today: string }) => ({
  compile: () =>
    sql<{ kind: Home['toDo'][number]['kind']; count: number }>`
      select 'STOCK_TASKS' as "kind", count(*) as "count" from "stockTask" where "resolvedAtMs" is null
      union all select 'TRANSFERS_TO_VERIFY', count(*) from "payment" where "tender" = 'TRANSFER' and "verifiedAtMs" is null
      union all select 'SHIFTS_OPEN_SINCE_YESTERDAY', count(*) from "shift"
        where "state" = 'OPEN' and "branchId" = ${p.branchId} and "businessDate" < ${p.today}
      union all select 'PURCHASES_TO_RECEIVE', count(*) from "purchase"
        where "state" in ('SENT', 'PARTIAL') and "branchId" = ${p.branchId}
      union all select 'REQUESTS_TO_APPROVE', count(*) from "reorderRequest"
        where "state" = 'OPEN' and "branchId" = ${p.branchId}`.compile(db),
}));

/** Who looks, where and when. */
export interface HomeReader {
  branchId: string;
  branchName: string;
  timeZone: string;
  nowMs: number;
  seesCost: boolean;
}

/** The figures of the branch's day; margins only for whoever may see costs. */
export function home(reader: Reader, who: HomeReader): Home {
  const { branchId, branchName, timeZone, nowMs, seesCost } = who;
  const { date: today, hour } = localParts(nowMs, timeZone);
  const read = (from: LocalDate, to: LocalDate, toHour = 23) =>
    new Map(days.all(reader, { branchId, from, to, toHour }).map((row) => [row.date, row]));
  const first = addDays(today, 1 - LAST_DAYS);
  const all = read(first, today);
  const weekAgo = addDays(today, -7);
  const dayOf = (date: LocalDate, rows: typeof all): Home['today'] => {
    const { saleCount = 0, salesClp = 0, totalClp = 0, netClp = 0, costMilliClp = 0 } = rows.get(date) ?? {};
    const marginMilliClp = netClp * 1000 - costMilliClp;
    return {
      date,
      saleCount,
      totalClp,
      averageTicketClp: saleCount === 0 ? 0 : mulDivRound(salesClp, 1, saleCount),
      marginMilliClp: seesCost ? marginMilliClp : null,
      marginBasisPoints: seesCost ? basisPointsOf(marginMilliClp, netClp * 1000) : null,
    };
  };
  const shortage = short.all(reader, { branchId });
  const orders = open.all(reader, { branchId });
  return {
    branch: { id: branchId, name: branchName },
    today: dayOf(today, all),
    sameWeekday: dayOf(weekAgo, read(weekAgo, weekAgo, hour)),
    lastDays: Array.from({ length: LAST_DAYS }, (_, index) => dayOf(addDays(first, index), all)),
    criticalStock: { count: shortage.length, rows: shortage.slice(0, ROWS) },
    openOrders: {
      count: orders.length,
      totalClp: orders.reduce((sum, { totalClp }) => sum + totalClp, 0),
      rows: orders.slice(0, ROWS),
    },
    toDo: toDo.all(reader, { branchId, today }).filter(({ count }) => count > 0),
    lastSales: newest.all(reader, { branchId, date: today }),
  };
}
