/** An answer in the making: every number, day and name it shows becomes a figure with an id; words around them come from templates. */
import type { Answer, Figure, Part, Unit } from './contract.ts';

export type Cell = string | number | null;
export interface Column {
  key: string;
  label: string;
  unit: Unit;
}

export class Sheet {
  readonly figures: Figure[] = [];
  parts: Part[] = [];
  table: Answer['table'] = null;
  report: string | null = null;
  readonly sources = new Set<string>();
  period: Answer['period'] = null;
  isEmpty = false;

  /** Adds a figure and answers its place in a sentence. */
  figure(id: string, value: Cell, unit: Unit): Part {
    this.figures.push({ id, value, unit });
    return { figure: id };
  }

  /** A sentence: words and figures in turn. */
  say(...parts: (string | Part)[]): void {
    this.parts.push(...parts.map((part) => (typeof part === 'string' ? { text: part } : part)));
  }

  /** The rows as figures; ids tell row and column. */
  rows(columns: readonly Column[], rows: readonly (readonly Cell[])[], chart: 'BAR' | 'LINE' | null = null): void {
    const [first] = columns;
    const drawn =
      columns.find(({ unit }) => unit === 'CLP') ?? columns.find(({ unit }) => unit === 'MILLI' || unit === 'COUNT');
    this.table = {
      columns: [...columns],
      rows: rows.map((cells, row) =>
        columns.map(({ key, unit }, at) => ({ id: `row${String(row)}.${key}`, value: cells[at] ?? null, unit })),
      ),
      chart: chart && first && drawn && rows.length > 1 ? { kind: chart, label: first.key, value: drawn.key } : null,
    };
  }
}
