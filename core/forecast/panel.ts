/** Reads a panel of demand from a wide CSV: first column `date`, one column a series; 0 = no sale, empty = not yet launched or unknown. */
import { dateOf, dayOf } from './days.ts';
import type { DemandSeries } from './types.ts';

/** The series of a panel, one per column; days that the file skips are missing. Errors name the line. */
export function readPanel(text: string): DemandSeries[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const [head, ...rows] = lines.map((line) => line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')));
  if (!head || head.length < 2 || rows.length === 0)
    throw new Error('not a panel: a date column, a column a series, a row a day');
  const days = rows.map(([date], index) => {
    const day = /^\d{4}-\d\d-\d\d$/.test(date ?? '') ? dayOf(date!) : NaN;
    if (Number.isNaN(day)) throw new Error(`line ${index + 2}: ${date ?? ''} is no date (YYYY-MM-DD)`);
    return day;
  });
  const first = Math.min(...days);
  const span = Math.max(...days) - first + 1;
  if (span > 11_000) throw new Error('a panel has at most thirty years');
  return head.slice(1).map((id, column) => {
    const demand = new Float64Array(span).fill(NaN);
    rows.forEach((row, index) => {
      const cell = row[column + 1] ?? '';
      const value = cell === '' || cell === 'NA' || cell === 'NaN' ? NaN : Number(cell);
      if (cell !== '' && cell !== 'NA' && cell !== 'NaN' && !Number.isFinite(value)) {
        throw new Error(`line ${index + 2}, ${id}: ${cell} is no number`);
      }
      demand[days[index]! - first] = value;
    });
    return { id, category: null, firstDate: dateOf(first), demand };
  });
}
