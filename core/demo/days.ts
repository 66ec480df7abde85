/** When people come: the weekday, the season, the holidays, the growth of the shop. */
import { addDays, type LocalDate } from '#core/shared/time.ts';

/** Sunday first. */
const WEEKDAY = [0, 0.95, 0.9, 0.95, 1, 1.25, 1.45] as const;
/** January first: summer holidays, the weeks before Fiestas Patrias, December. */
const MONTH = [1.15, 1.1, 1.05, 0.95, 0.9, 0.92, 0.95, 0.98, 1.1, 1, 1.05, 1.2] as const;
/** Irrenunciable holidays: shops are closed by law. */
const CLOSED = new Set(['01-01', '05-01', '09-18', '09-19', '12-25']);

export const isOpen = (date: LocalDate): boolean => weekday(date) !== 0 && !CLOSED.has(date.slice(5));

const weekday = (date: LocalDate): number => new Date(`${date}T12:00:00Z`).getUTCDay();

/** How busy a day is against an average one; `age` is the share of the story that has passed. */
export function busyness(date: LocalDate, age: number): number {
  if (!isOpen(date)) return 0;
  const eve = [1, 2, 3].some((days) => CLOSED.has(addDays(date, days).slice(5))) ? 1.2 : 1;
  return (WEEKDAY[weekday(date)] ?? 1) * (MONTH[Number(date.slice(5, 7)) - 1] ?? 1) * eve * (0.9 + 0.2 * age);
}

/** Share of the day's visitors by the hour, from nine: a peak before lunch and one after work. */
export const HOURS = [0.06, 0.1, 0.13, 0.14, 0.08, 0.07, 0.1, 0.12, 0.12, 0.08] as const;
