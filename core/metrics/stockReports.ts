/** Reports of what is on the shelves and of what was bought. */
import { sql } from 'kysely';
import { sqlFor } from '#core/engine/sql.ts';
import type { CatalogTables } from '#core/catalog/index.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import type { InventoryTables } from '#core/inventory/index.ts';
import type { PeopleTables } from '#core/people/index.ts';
import { mulDivRound } from '#core/shared/numbers.ts';
import { type Build, derived, label, type Line, type Span, sum } from './reportParts.ts';
import { coverDaysMilli } from './rules.ts';
import { inBranches, shelvesUntil, until, type Until } from './months.ts';
import { span } from './salesReports.ts';
import { arrivalsOf, daysBetween, standingsOf, YEAR_DAYS } from './standings.ts';
import type { MetricsTables } from './tables.ts';

const { db, select } = sqlFor<MetricsTables & CatalogTables & InventoryTables & PeopleTables & EngineTables>();

const stockAt = select((p: Until) =>
  db
    .selectFrom(
      db
        .selectFrom(shelvesUntil(p).as('part'))
        .select('productId')
        .select([
          sql<number>`sum("changeMilli")`.as('onHandMilli'),
          sql<number>`sum("changeMilliClp")`.as('valueMilliClp'),
        ])
        .groupBy('productId')
        .having(sql<boolean>`sum("changeMilli") <> 0 or sum("changeMilliClp") <> 0`)
        .as('shelf'),
    )
    .innerJoin('product', 'product.id', 'shelf.productId')
    .innerJoin('category', 'category.id', 'product.categoryId')
    .select(['productId', 'product.sku', 'product.name', 'product.unit', 'category.name as category'])
    .select(['onHandMilli', 'valueMilliClp']),
);

const unitCost = derived(
  'unitCostMilliClp',
  'MILLI_CLP',
  (s) => (s['onHandMilli'] ? mulDivRound(s['valueMilliClp'] ?? 0, 1000, s['onHandMilli']) : null),
  { cost: true },
);

/** What was on the shelves at the end of the period's last day, and what it was worth. */
export const inventory: Build = (reader, { to, branchId }) => ({
  columns: [
    label('sku'),
    label('name'),
    label('category'),
    sum('onHandMilli', 'MILLI'),
    label('unit', 'CODE'),
    unitCost,
    sum('valueMilliClp', 'MILLI_CLP', { cost: true }),
  ],
  lines: stockAt
    .all(reader, until(to, branchId))
    .map(({ productId, onHandMilli, valueMilliClp, ...labels }): Line => ({
      key: productId,
      labels,
      sums: { onHandMilli, valueMilliClp },
    }))
    .sort((a, b) => (b.sums['valueMilliClp'] ?? 0) - (a.sums['valueMilliClp'] ?? 0) || (a.key < b.key ? -1 : 1)),
});

const branches = select((p: { branchId: string | null }) =>
  db
    .selectFrom('branch')
    .select(['id', 'code'])
    .where(sql<boolean>`${p.branchId} is null or "id" = ${p.branchId}`)
    .orderBy('code'),
);
const names = select(() => db.selectFrom('product').select(['id', 'sku', 'name', 'unit']));

/**
 * Turnover, cover, age and idleness over the year that ended with the period. The age is that of the newest arrivals that make up what is
 * on hand (first in, first out), weighed by quantity.
 */
export const stockHealth: Build = (reader, { to, branchId }) => {
  const product = new Map(names.all(reader, {}).map((row) => [row.id, row]));
  const lines = branches.all(reader, { branchId }).flatMap(({ id, code }) => {
    const arrivals = arrivalsOf(reader, id, to);
    return standingsOf(reader, id, to)
      .filter(({ onHandMilli, demandMilli }) => onHandMilli !== 0 || demandMilli !== 0)
      .map((row): Line => {
        const { sku = '', name = '', unit = '' } = product.get(row.productId) ?? {};
        const { abc, lastSoldOn, idleDays, turnoverMilli, coverDaysMilli: cover } = row;
        const ageDaysMilli = ageOf(row.onHandMilli, arrivals.get(row.productId) ?? [], to);
        return {
          key: `${id}/${row.productId}`,
          labels: { branch: code, sku, name, unit, abc, lastSoldOn, idleDays, turnoverMilli, ageDaysMilli, cover },
          sums: { onHandMilli: row.onHandMilli, demandMilli: row.demandMilli, valueMilliClp: row.valueMilliClp },
        };
      });
  });
  return {
    columns: [
      label('branch'),
      label('sku'),
      label('name'),
      label('abc', 'CODE'),
      sum('onHandMilli', 'MILLI'),
      label('unit', 'CODE'),
      sum('demandMilli', 'MILLI'),
      derived('coverDaysMilli', 'DAYS_MILLI', (s) =>
        coverDaysMilli(s['onHandMilli'] ?? 0, s['demandMilli'] ?? 0, YEAR_DAYS),
      ),
      label('turnoverMilli', 'RATIO_MILLI'),
      label('ageDaysMilli', 'DAYS_MILLI'),
      label('lastSoldOn', 'DATE'),
      label('idleDays', 'COUNT'),
      sum('valueMilliClp', 'MILLI_CLP', { cost: true }),
    ],
    lines: lines.sort(
      (a, b) => (b.sums['valueMilliClp'] ?? 0) - (a.sums['valueMilliClp'] ?? 0) || (a.key < b.key ? -1 : 1),
    ),
  };
};

function ageOf(
  onHandMilli: number,
  arrivals: readonly { businessDate: string; changeMilli: number }[],
  to: string,
): number | null {
  if (onHandMilli <= 0) return null;
  let left = onHandMilli;
  let weighed = 0;
  for (const { businessDate, changeMilli } of arrivals) {
    const part = Math.min(left, changeMilli);
    weighed += part * daysBetween(businessDate, to);
    left -= part;
    if (left === 0) break;
  }
  return mulDivRound(weighed, 1_000, onHandMilli);
}

const bought = select((p: Span) =>
  db
    .selectFrom('stockDocument')
    .innerJoin('warehouse', 'warehouse.id', 'stockDocument.warehouseId')
    .leftJoin('supplier', 'supplier.id', 'stockDocument.supplierId')
    .select([
      'stockDocument.id',
      'warehouse.branchId',
      'stockDocument.number',
      'stockDocument.kind',
      'stockDocument.businessDate as date',
      'stockDocument.reference',
      'supplier.name as supplier',
    ])
    .select([
      sql<number>`(select count(*) from "stockMovement" m where m."sourceId" = "stockDocument"."id" and m."sourceKind" = 'STOCK_DOCUMENT')`.as(
        'lineCount',
      ),
      sql<number>`(select coalesce(sum(m."valueMilliClp"), 0) from "stockMovement" m where m."sourceId" = "stockDocument"."id" and m."sourceKind" = 'STOCK_DOCUMENT')`.as(
        'valueMilliClp',
      ),
    ])
    .where('stockDocument.kind', 'in', ['ENTRY', 'SUPPLIER_RETURN'])
    .where('stockDocument.businessDate', '>=', p.from)
    .where('stockDocument.businessDate', '<=', p.to)
    .where(inBranches(p.branchId))
    .orderBy('stockDocument.id', 'desc'),
);

/** Receptions, ordered or not, and returns to suppliers, at their cost net of IVA; a return is negative. */
export const purchases: Build = (reader, wish) => ({
  columns: [
    label('date', 'DATE'),
    label('number'),
    label('kind', 'CODE'),
    label('supplier'),
    label('reference'),
    sum('lineCount', 'COUNT'),
    sum('valueMilliClp', 'MILLI_CLP', { cost: true }),
  ],
  lines: bought.all(reader, span(wish)).map(({ id, branchId, lineCount, valueMilliClp, ...labels }): Line => ({
    key: id,
    labels,
    sums: { lineCount, valueMilliClp },
    document: { kind: 'STOCK', id, branchId },
  })),
});
