/** Reports of what was sold, from the stored figures. Net is net of IVA, exempt sales included; returns are taken off on their own day. */
import { sql } from 'kysely';
import { sqlFor } from '#core/engine/sql.ts';
import type { CatalogTables } from '#core/catalog/index.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { mulDivRound } from '#core/shared/numbers.ts';
import { inBranches, inPieces, type Pieces, productsIn } from './months.ts';
import { basisPointsOf } from './rules.ts';
import {
  type Build,
  type Column,
  datesOf,
  derived,
  label,
  type Line,
  type Span,
  sum,
  weekOf,
  type Wish,
} from './reportParts.ts';
import type { MetricsTables } from './tables.ts';

const { db, select } = sqlFor<MetricsTables & CatalogTables & EngineTables>();

const net = (s: Readonly<Record<string, number>>): number => s['netClp'] ?? 0;
const marginMilli = (s: Readonly<Record<string, number>>): number => net(s) * 1000 - (s['costMilliClp'] ?? 0);
/** What is left of the net after cost, exact and in hundredths of a percent. */
const MARGIN: readonly Column[] = [
  sum('costMilliClp', 'MILLI_CLP', { cost: true }),
  derived('marginMilliClp', 'MILLI_CLP', marginMilli, { cost: true }),
  derived('marginBasisPoints', 'BASIS_POINTS', (s) => basisPointsOf(marginMilli(s), net(s) * 1000), { cost: true }),
];
const SHARE = derived('shareBasisPoints', 'BASIS_POINTS', (s, whole) =>
  basisPointsOf(s['totalClp'] ?? 0, whole['totalClp'] ?? 0),
);

export const salesSums = {
  saleCount: sql<number>`coalesce(sum("saleCount"), 0)`,
  salesClp: sql<number>`coalesce(sum("totalClp"), 0)`,
  returnCount: sql<number>`coalesce(sum("returnCount"), 0)`,
  returnsClp: sql<number>`coalesce(sum("returnTotalClp"), 0)`,
  totalClp: sql<number>`coalesce(sum("totalClp" - "returnTotalClp"), 0)`,
  netClp: sql<number>`coalesce(sum("netClp" + "exemptClp" - "returnNetClp" - "returnExemptClp"), 0)`,
  ivaClp: sql<number>`coalesce(sum("ivaClp" - "returnIvaClp"), 0)`,
  discountClp: sql<number>`coalesce(sum("discountClp"), 0)`,
  costMilliClp: sql<number>`coalesce(sum("costMilliClp" - "returnCostMilliClp"), 0)`,
};
export const selectSums = <S extends Record<string, ReturnType<typeof sql<number>>>>(sums: S) =>
  Object.entries(sums).map(([key, expression]) => expression.as(key));

const byDay = select((p: Span) =>
  db
    .selectFrom('dailySales')
    .select('businessDate')
    .select(selectSums(salesSums))
    .where(inBranches(p.branchId))
    .where('businessDate', '>=', p.from)
    .where('businessDate', '<=', p.to)
    .groupBy('businessDate')
    .orderBy('businessDate'),
);
const byHour = select((p: Span) =>
  db
    .selectFrom('dailySales')
    .select('hour')
    .select(selectSums(salesSums))
    .where(inBranches(p.branchId))
    .where('businessDate', '>=', p.from)
    .where('businessDate', '<=', p.to)
    .groupBy('hour')
    .orderBy('hour'),
);

type SumRow = Record<string, number> & { businessDate?: string; hour?: number };

export const sales: Build = (reader, wish) => {
  const columns = [
    wish.groupBy === 'HOUR' ? label('hour', 'COUNT') : label('date', 'DATE'),
    sum('saleCount', 'COUNT'),
    sum('salesClp', 'CLP'),
    sum('returnsClp', 'CLP'),
    sum('totalClp', 'CLP'),
    sum('netClp', 'CLP'),
    sum('ivaClp', 'CLP'),
    sum('discountClp', 'CLP'),
    averageTicket,
    ...MARGIN,
  ];
  if (wish.groupBy === 'HOUR') {
    const lines = (byHour.all(reader, span(wish)) as SumRow[]).map(({ hour, ...sums }): Line => {
      return { key: String(hour), labels: { hour: hour ?? null }, sums };
    });
    return { columns, lines };
  }
  const lines = new Map<string, { labels: { date: string }; sums: Record<string, number> }>();
  const keyOf = PERIOD[wish.groupBy];
  for (const date of datesOf(wish)) {
    const key = keyOf(date);
    if (!lines.has(key)) lines.set(key, { labels: { date: key }, sums: { ...NOTHING } });
  }
  for (const { businessDate = '', ...sums } of byDay.all(reader, span(wish)) as SumRow[]) {
    const line = lines.get(keyOf(businessDate));
    if (line) for (const [key, value] of Object.entries(sums)) line.sums[key] = (line.sums[key] ?? 0) + value;
  }
  return { columns, lines: [...lines].map(([key, line]) => ({ key, ...line })), byOrder: true };
};

export const averageTicket = derived('averageTicketClp', 'CLP', (s) =>
  s['saleCount'] ? mulDivRound(s['salesClp'] ?? 0, 1, s['saleCount']) : 0,
);
const NOTHING: Record<string, number> = Object.fromEntries(Object.keys(salesSums).map((key) => [key, 0]));
const PERIOD = {
  DAY: (date: string) => date,
  WEEK: weekOf,
  MONTH: (date: string) => `${date.slice(0, 7)}-01`,
};
export const span = ({ from, to, branchId }: Wish): Span => ({ from, to, branchId });

// Added up first and named after: a lookup of the names for each day of each product would cost more than the sums.
const soldProducts = select((p: Pieces) =>
  db
    .selectFrom(
      db
        .selectFrom(productsIn(p).as('part'))
        .select('productId')
        .select([
          sql<number>`sum("soldMilli" - "returnedMilli")`.as('soldMilli'),
          sql<number>`sum("totalClp" - "returnTotalClp")`.as('totalClp'),
          sql<number>`sum("netClp" - "returnNetClp")`.as('netClp'),
          sql<number>`sum("discountClp")`.as('discountClp'),
          sql<number>`sum("returnTotalClp")`.as('returnsClp'),
          sql<number>`sum("costMilliClp" - "returnCostMilliClp")`.as('costMilliClp'),
        ])
        .groupBy('productId')
        // A part that only went out in kits has demand, no sale of its own.
        .having(sql<boolean>`sum("soldMilli") > 0 or sum("returnedMilli") > 0`)
        .as('sold'),
    )
    .innerJoin('product', 'product.id', 'sold.productId')
    .innerJoin('category', 'category.id', 'product.categoryId')
    .select(['productId', 'product.sku', 'product.name', 'product.unit', 'product.categoryId'])
    .select([
      'category.name as category',
      'soldMilli',
      'totalClp',
      'netClp',
      'discountClp',
      'returnsClp',
      'costMilliClp',
    ]),
);

function productLines(reader: Parameters<Build>[0], wish: Wish): Line[] {
  return soldProducts
    .all(reader, inPieces(wish))
    .map(({ productId, sku, name, unit, category, categoryId: _, ...sums }) => ({
      key: productId,
      labels: { sku, name, category, unit },
      sums,
    }));
}

const by = (key: string, sign: 1 | -1) => (a: Line, b: Line) =>
  sign * ((a.sums[key] ?? 0) - (b.sums[key] ?? 0)) || (a.key < b.key ? -1 : 1);

const PRODUCT = [label('sku'), label('name'), label('category')];

/** The best or the worst sellers by what they brought in. */
export const products: Build = (reader, wish) => ({
  columns: [
    ...PRODUCT,
    sum('soldMilli', 'MILLI'),
    label('unit', 'CODE'),
    sum('totalClp', 'CLP'),
    sum('netClp', 'CLP'),
    sum('discountClp', 'CLP'),
    sum('returnsClp', 'CLP'),
    SHARE,
    ...MARGIN,
  ],
  lines: productLines(reader, wish).sort(by('totalClp', wish.direction === 'TOP' ? -1 : 1)),
});

/** What each product left, by the cost frozen when it was sold. */
export const profitability: Build = (reader, wish) => ({
  columns: [...PRODUCT, sum('soldMilli', 'MILLI'), label('unit', 'CODE'), sum('netClp', 'CLP'), ...MARGIN],
  lines: productLines(reader, wish).sort(
    (a, b) => marginMilli(b.sums) - marginMilli(a.sums) || (a.key < b.key ? -1 : 1),
  ),
});

export const categories: Build = (reader, wish) => {
  const lines = new Map<string, { labels: { category: string }; sums: Record<string, number> }>();
  for (const { productId: _, sku: __, name: ___, unit: ____, category, categoryId, ...sums } of soldProducts.all(
    reader,
    inPieces(wish),
  )) {
    const line = lines.get(categoryId) ?? { labels: { category }, sums: { productCount: 0 } };
    for (const [key, value] of Object.entries({ productCount: 1, ...sums }))
      line.sums[key] = (line.sums[key] ?? 0) + value;
    lines.set(categoryId, line);
  }
  return {
    columns: [
      label('category'),
      sum('productCount', 'COUNT'),
      sum('totalClp', 'CLP'),
      sum('netClp', 'CLP'),
      sum('discountClp', 'CLP'),
      sum('returnsClp', 'CLP'),
      SHARE,
      ...MARGIN,
    ],
    lines: [...lines].map(([key, line]) => ({ key, ...line })).sort(by('totalClp', -1)),
  };
};
