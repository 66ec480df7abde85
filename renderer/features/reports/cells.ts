/** How the cells of a report are written, by the kind of their column. */
import type { OutputOf } from '../../api/client.ts';
import { es } from '../../text/es.ts';
import type { useText } from '../../text/useText.ts';
import { formatClp, formatDate, formatDayTime, formatDecimal, formatMilli } from '../../ui/format.ts';

type Column = OutputOf<'reports.run'>['columns'][number];
type Cell = string | number | null;

const NUMBERS: ReadonlySet<Column['kind']> = new Set([
  'COUNT',
  'CLP',
  'MILLI',
  'MILLI_CLP',
  'BASIS_POINTS',
  'RATIO_MILLI',
  'DAYS_MILLI',
]);
const count = new Intl.NumberFormat('es-CL');

export const isFigure = (kind: Column['kind']): boolean => NUMBERS.has(kind);

/** A word of the reports: a column's title or a code; a key without words stands for itself. */
export const words = (t: ReturnType<typeof useText>, key: string): string =>
  key in es.reportWords ? t(`reportWords.${key as keyof typeof es.reportWords}`) : key;

export function cellText(t: ReturnType<typeof useText>, cell: Cell, column: Column | undefined): string {
  if (cell === null || !column) return '';
  if (typeof cell === 'string') {
    if (column.kind === 'CODE') return words(t, cell);
    return column.kind === 'DATE' && /^\d{4}-\d{2}-\d{2}$/.test(cell) ? formatDate(cell) : cell;
  }
  switch (column.kind) {
    case 'CLP':
      return formatClp(cell);
    case 'MILLI_CLP':
      return formatClp(Math.round(cell / 1000));
    case 'MILLI':
      return formatMilli(cell);
    case 'BASIS_POINTS':
      return `${formatDecimal(cell / 100)} %`;
    case 'RATIO_MILLI':
      return formatDecimal(cell / 1000);
    case 'DAYS_MILLI':
      return t('buying.days', { count: Math.round(cell / 1000) });
    case 'INSTANT':
      return formatDayTime(cell);
    default:
      return count.format(cell);
  }
}

/** What a figure is worth on an axis: pesos, units, percent. */
export const onAxis = (cell: Cell, kind: Column['kind']): number | null =>
  typeof cell !== 'number'
    ? null
    : kind === 'BASIS_POINTS'
      ? cell / 100
      : kind === 'MILLI' || kind === 'MILLI_CLP' || kind === 'RATIO_MILLI' || kind === 'DAYS_MILLI'
        ? cell / 1000
        : cell;
