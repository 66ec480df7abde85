/** What reports are made of: rows of sums, columns that read them, and periods. */
import type { Reader } from '#core/engine/sql.ts';
import { addDays, type LocalDate } from '#core/shared/time.ts';
import type { ColumnKind, Grouping, Report, ReportName } from './contract.ts';

export type Cell = string | number | null;
type Sums = Readonly<Record<string, number>>;

/** `labels` say what a row is, `sums` add up over rows. */
export interface Line {
  key: string;
  labels: Readonly<Record<string, Cell>>;
  sums: Sums;
  document?: Report['rows'][number]['document'];
}

export interface Column {
  key: string;
  kind: ColumnKind;
  /** Shown only to whoever may see costs. */
  cost?: true;
  of(line: Line, whole: Sums): Cell;
  /** A label says nothing of the total. */
  label?: true;
}

/** A report before it is compared and cut. `whole` where the lines are only a part of what there is. */
export interface Table {
  columns: readonly Column[];
  lines: readonly Line[];
  whole?: { sums: Sums; rowCount: number };
  /** Compared line by line in their order instead of by what they are about. */
  byOrder?: true;
}

export interface Span {
  from: LocalDate;
  to: LocalDate;
  /** Null for all branches. */
  branchId: string | null;
}

export interface Wish extends Span {
  report: ReportName;
  groupBy: Grouping;
  direction: 'TOP' | 'BOTTOM';
  limit: number;
  today: LocalDate;
}

export type Build = (reader: Reader, wish: Wish) => Table;

export const label = (key: string, kind: ColumnKind = 'TEXT'): Column => ({
  key,
  kind,
  label: true,
  of: ({ labels }) => labels[key] ?? null,
});
export const sum = (key: string, kind: ColumnKind, more: { cost?: true } = {}): Column => ({
  key,
  kind,
  ...more,
  of: ({ sums }) => sums[key] ?? 0,
});
export const derived = (
  key: string,
  kind: ColumnKind,
  of: (sums: Sums, whole: Sums) => Cell,
  more: { cost?: true } = {},
): Column => ({ key, kind, ...more, of: ({ sums }, whole) => of(sums, whole) });

/** The sums of all lines. */
export function addUp(lines: readonly Line[]): Record<string, number> {
  const whole: Record<string, number> = {};
  for (const { sums } of lines) for (const [key, value] of Object.entries(sums)) whole[key] = (whole[key] ?? 0) + value;
  return whole;
}

/** The period that a comparison is with: as many days just before, or the same dates a year earlier. */
export function comparedPeriod(
  { from, to }: { from: LocalDate; to: LocalDate },
  compare: 'PREVIOUS' | 'LAST_YEAR' | 'NONE',
): { from: LocalDate; to: LocalDate } | null {
  if (compare === 'NONE') return null;
  if (compare === 'LAST_YEAR') return { from: yearBefore(from), to: yearBefore(to) };
  const days = Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000) + 1;
  return { from: addDays(from, -days), to: addDays(from, -1) };
}

function yearBefore(date: LocalDate): LocalDate {
  const before = `${String(Number(date.slice(0, 4)) - 1).padStart(4, '0')}${date.slice(4)}`;
  return before.endsWith('-02-29') ? before.replace('-29', '-28') : before;
}

/** The Monday of a date's week. */
export function weekOf(date: LocalDate): LocalDate {
  return addDays(date, -((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7));
}

/** Every date of a period, its ends included. */
export function datesOf({ from, to }: { from: LocalDate; to: LocalDate }): LocalDate[] {
  const dates: LocalDate[] = [];
  for (let date = from; date <= to; date = addDays(date, 1)) dates.push(date);
  return dates;
}
