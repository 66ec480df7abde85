/** What every tool's answer is made of: who asks, the days meant, and a report read as columns and rows. */
import type { Permission } from '#core/shared/permissions.ts';
import type { LocalDate } from '#core/shared/time.ts';
import type { Ask, MetricsReport } from '../asks.ts';
import type { Intent, Language, Reason, ToolArguments, Unit } from '../contract.ts';
import { labelOf, valueOf } from '../labels.ts';
import { daysOf } from '../period.ts';
import type { Cell, Column, Sheet } from '../sheet.ts';

export interface Run {
  ask: Ask;
  today: LocalDate;
  language: Language;
  permissions: ReadonlySet<Permission>;
}

/** Where a name means nothing, or several: the person is asked back. */
export class AskBack extends Error {
  readonly reason: Reason;
  readonly options: readonly { label: string; intent: Intent }[];
  constructor(reason: Reason, options: readonly { label: string; intent: Intent }[] = []) {
    super(reason);
    this.reason = reason;
    this.options = options;
  }
}

export type Tool = (run: Run, sheet: Sheet, intent: Intent) => void;

export const es = (run: Run, spanish: string, english: string): string => (run.language === 'es' ? spanish : english);

export const said = (args: ToolArguments, name: string): string | undefined =>
  args[name] === undefined ? undefined : String(args[name]);

/** Every row of a list that answers in pages: a sum over one page of them would be a wrong figure. Answers the last page too, for what else it says. */
export function everyRow<R, P extends { rows: R[]; total: number } = { rows: R[]; total: number }>(
  run: Run,
  path: string,
  filter: object,
): { rows: R[]; last: P } {
  const rows: R[] = [];
  for (;;) {
    const last = run.ask(path, { ...filter, limit: 500, offset: rows.length }) as P;
    rows.push(...last.rows);
    if (rows.length >= last.total || last.rows.length === 0) return { rows, last };
  }
}

export function periodOf(run: Run, sheet: Sheet, args: ToolArguments): { from: LocalDate; to: LocalDate } {
  const from = said(args, 'from');
  const to = said(args, 'to');
  const days = daysOf(
    {
      period: said(args, 'period') ?? 'today',
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    },
    run.today,
  );
  if (!days) throw new AskBack('NOT_UNDERSTOOD');
  sheet.period = days;
  return days;
}

export const span = (run: Run, sheet: Sheet, days: { from: LocalDate; to: LocalDate }): Parameters<Sheet['say']> =>
  days.from === days.to
    ? [es(run, 'el ', 'on '), sheet.figure('period.from', days.from, 'DATE')]
    : [
        es(run, 'del ', 'from '),
        sheet.figure('period.from', days.from, 'DATE'),
        es(run, ' al ', ' to '),
        sheet.figure('period.to', days.to, 'DATE'),
      ];

const UNITS: Readonly<Record<string, Unit>> = {
  TEXT: 'TEXT',
  CODE: 'TEXT',
  DATE: 'DATE',
  INSTANT: 'INSTANT',
  COUNT: 'COUNT',
  CLP: 'CLP',
  MILLI: 'MILLI',
  MILLI_CLP: 'CLP',
  BASIS_POINTS: 'BASIS_POINTS',
  RATIO_MILLI: 'MILLI',
  DAYS_MILLI: 'DAYS',
};
const DIVIDED = new Set(['MILLI_CLP', 'DAYS_MILLI']);

/** A report's columns as an answer's: only those asked for, in that order, and only those that the reader got. */
export function view(run: Run, report: MetricsReport, keys: readonly string[]) {
  const places = keys.flatMap((key) => {
    const at = report.columns.findIndex((column) => column.key === key);
    return at < 0 ? [] : [{ key, at, kind: report.columns[at]?.kind ?? 'TEXT' }];
  });
  const read = (cell: Cell, kind: string): Cell =>
    typeof cell === 'number' && DIVIDED.has(kind)
      ? Math.round(cell / 1_000)
      : kind === 'CODE'
        ? valueOf(String(cell), run.language)
        : cell;
  return {
    columns: places.map(({ key, kind }): Column => ({
      key,
      label: labelOf(key, run.language),
      unit: UNITS[kind] ?? 'TEXT',
    })),
    cells: (cells: readonly Cell[]): Cell[] => places.map(({ at, kind }) => read(cells[at] ?? null, kind)),
    total: (key: string): Cell => {
      const place = report.columns.findIndex((column) => column.key === key);
      return place < 0 ? null : read(report.totals[place] ?? null, report.columns[place]?.kind ?? 'TEXT');
    },
    before: (key: string): Cell => {
      const place = report.columns.findIndex((column) => column.key === key);
      return place < 0 ? null : read(report.totalsBefore?.[place] ?? null, report.columns[place]?.kind ?? 'TEXT');
    },
  };
}

export const cellOf = (report: MetricsReport, cells: readonly Cell[], key: string): Cell =>
  cells[report.columns.findIndex((column) => column.key === key)] ?? null;

export function reportOf(run: Run, sheet: Sheet, input: object): MetricsReport {
  sheet.sources.add('reports.run');
  return run.ask('reports.run', { limit: 5_000, ...input }) as MetricsReport;
}

/** A column under its name in the reader's language. */
export const column = (run: Run, key: string, unit: Unit): Column => ({ key, label: labelOf(key, run.language), unit });

export const compare = (args: ToolArguments): string =>
  args['compare_to'] === 'last_year' ? 'LAST_YEAR' : args['compare_to'] === 'previous' ? 'PREVIOUS' : 'NONE';
