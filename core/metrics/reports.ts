/** Runs a report: builds it, compares it, takes out what its reader may not see, and cuts it to a page. */
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { DomainError } from '#core/shared/errors.ts';
import type { LocalDate } from '#core/shared/time.ts';
import { cashiers, customers, shifts, taxes, tenders } from './cashReports.ts';
import type { Grouping, Report, ReportName } from './contract.ts';
import { addUp, type Build, type Cell, type Column, comparedPeriod, type Line, type Table } from './reportParts.ts';
import { categories, products, profitability, sales } from './salesReports.ts';
import { inventory, purchases, stockHealth } from './stockReports.ts';
import type { MetricsTables } from './tables.ts';

const { db, select } = sqlFor<MetricsTables & EngineTables>();

const BUILD: Readonly<Record<ReportName, Build>> = {
  SALES: sales,
  PRODUCTS: products,
  PROFITABILITY: profitability,
  INVENTORY: inventory,
  STOCK_HEALTH: stockHealth,
  CATEGORIES: categories,
  CASHIERS: cashiers,
  TENDERS: tenders,
  SHIFTS: shifts,
  TAXES: taxes,
  CUSTOMERS: customers,
  PURCHASES: purchases,
};
/** Nothing is left of these without their costs. */
const ALL_COST: readonly ReportName[] = ['PROFITABILITY'];
/** Figures of a moment, or documents: a comparison says nothing. */
const NOT_COMPARED: readonly ReportName[] = ['SHIFTS', 'TAXES', 'PURCHASES'];
/** Ten years: beyond any period that a shop looks at, and bounded. */
const MAX_DAYS = 3_660;

export interface ReportInput {
  report: ReportName;
  from: LocalDate;
  to: LocalDate;
  branchId: string | null;
  compare: 'PREVIOUS' | 'LAST_YEAR' | 'NONE';
  groupBy: Grouping;
  direction: 'TOP' | 'BOTTOM';
  limit: number;
}

/** Who reads, where and when. */
export interface ReportReader {
  branchId: string;
  nowMs: number;
  today: LocalDate;
  seesCost: boolean;
  /** For the company's copy: up to when it holds each branch's documents. */
  reach?: Readonly<Record<string, number>>;
}

/**
 * A report over local days. INVALID_INPUT for a period that ends before it begins or is longer than ten years; FORBIDDEN for one that is
 * all costs without `cost.read`; NOT_FOUND for an unknown branch.
 */
export function runReport(reader: Reader, input: ReportInput, who: ReportReader): Report {
  const { report, from, to, branchId, compare, ...rest } = input;
  const days = spanDays(input);
  if (days < 0 || days > MAX_DAYS) throw new DomainError('INVALID_INPUT', { issues: ['to: period'] });
  if (ALL_COST.includes(report) && !who.seesCost) throw new DomainError('FORBIDDEN', { permission: 'cost.read' });
  const branches = branchAges(reader, branchId, who);
  if (branches.length === 0) throw new DomainError('NOT_FOUND', { branch: branchId ?? '' });
  const build = (period: { from: LocalDate; to: LocalDate }): Table =>
    BUILD[report](reader, { report, branchId, ...rest, ...period, today: who.today });
  const table = build({ from, to });
  const comparedWith = NOT_COMPARED.includes(report) ? null : comparedPeriod({ from, to }, compare);
  const before = comparedWith && build(comparedWith);
  const columns = table.columns.filter(({ cost }) => cost !== true || who.seesCost);
  const whole = table.whole?.sums ?? addUp(table.lines);
  const wholeBefore = before && (before.whole?.sums ?? addUp(before.lines));
  const earlier = before && new Map(before.lines.map((line) => [line.key, line]));
  return {
    report,
    period: { from, to },
    comparedWith,
    branchId,
    branches,
    columns: columns.map(({ key, kind }) => ({ key, kind })),
    rows: table.lines.slice(0, input.limit).map((line, index) => {
      const was = table.byOrder ? before?.lines[index] : earlier?.get(line.key);
      return {
        key: line.key,
        cells: cellsOf(columns, line, whole),
        before: was && wholeBefore ? cellsOf(columns, was, wholeBefore) : null,
        document: line.document ?? null,
      };
    }),
    rowCount: table.whole?.rowCount ?? table.lines.length,
    totals: totalsOf(columns, whole),
    totalsBefore: wholeBefore && totalsOf(columns, wholeBefore),
  };
}

/** Days from the first to the last of a period. */
export const spanDays = ({ from, to }: Pick<ReportInput, 'from' | 'to'>): number =>
  (Date.parse(to) - Date.parse(from)) / 86_400_000;

/** A report on a handle of its own, beside the owner of the file: all of it as of one moment. */
export function readReport(reader: Reader, input: ReportInput, who: ReportReader): Report {
  reader.prepare('begin').run();
  try {
    return runReport(reader, input, who);
  } finally {
    reader.prepare('rollback').run();
  }
}

const cellsOf = (columns: readonly Column[], line: Line, whole: Readonly<Record<string, number>>): Cell[] =>
  columns.map((column) => column.of(line, whole));

const totalsOf = (columns: readonly Column[], whole: Readonly<Record<string, number>>): Cell[] =>
  columns.map((column) => (column.label ? null : column.of({ key: '', labels: {}, sums: whole }, whole)));

const branchRows = select(() =>
  db
    .selectFrom('branch')
    .select((eb) => [
      'id',
      'code',
      'name',
      eb
        .selectFrom('dailySales')
        .select((days) => days.fn.max('lastAtMs').as('at'))
        .whereRef('dailySales.branchId', '=', 'branch.id')
        .where(
          'businessDate',
          '=',
          eb
            .selectFrom('dailySales as newest')
            .select((days) => days.fn.max('businessDate').as('date'))
            .whereRef('newest.branchId', '=', 'branch.id'),
        )
        .as('lastAtMs'),
    ])
    .orderBy('code'),
);

/** The branches that a file knows anything of: its own up to now, another up to when it is known to reach, or to its newest document. */
function branchAges(reader: Reader, branchId: string | null, who: ReportReader): Report['branches'] {
  return branchRows
    .all(reader, {})
    .filter(({ id }) => branchId === null || id === branchId)
    .map(({ id, code, name, lastAtMs }) => ({
      id,
      code,
      name,
      asOfMs: who.reach ? (who.reach[id] ?? lastAtMs) : id === who.branchId ? who.nowMs : lastAtMs,
    }))
    .filter(({ id, asOfMs }) => asOfMs !== null || id === branchId);
}
