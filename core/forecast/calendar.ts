/**
 * The days on which the shop sells otherwise or not at all: public holidays of Chile (ours) and of the United Kingdom (for panels of
 * that country), an editable table for elections and the shop's own closures, and closures read off the sales themselves.
 */
import type { LocalDate } from '#core/shared/time.ts';
import { chileanHolidays } from './chile.ts';
import { britishHolidays } from './britain.ts';
import { dateOf, dayOf, weekdayOf } from './days.ts';
import type { DemandSeries } from './types.ts';

export type Country = 'CL' | 'GB' | 'none';

/** A day out of the ordinary. `closed` means that the shop does not sell at all (in Chile by law: irrenunciable). */
export interface SpecialDay {
  date: LocalDate;
  name: string;
  closed: boolean;
}

/** Plain data, so that it travels to a worker thread as it is. */
export interface ShopCalendar {
  /** By day number (days since 1970-01-01). */
  special: ReadonlyMap<number, { name: string; closed: boolean }>;
  /** Monday first. */
  closedWeekdays: readonly boolean[];
}

export interface CalendarOptions {
  country: Country;
  fromYear: number;
  toYear: number;
  /** Elections, the shop's own closures, a holiday made for once; a later row for a date replaces an earlier one and the law's. */
  extra?: readonly SpecialDay[];
  /** Weekdays on which the shop never opens, 0 = Monday. */
  closedWeekdays?: readonly number[];
}

/** The calendar of a shop for these years. */
export function shopCalendar(options: CalendarOptions): ShopCalendar {
  const special = new Map<number, { name: string; closed: boolean }>();
  for (let year = options.fromYear; year <= options.toYear; year += 1) {
    for (const { date, name, closed } of publicHolidays(options.country, year)) {
      const day = dayOf(date);
      const before = special.get(day);
      // Two holidays on one day (21 May and a solstice never meet, a shifted one may): the one that closes the shop counts.
      if (!before?.closed) special.set(day, { name, closed });
    }
  }
  for (const { date, name, closed } of options.extra ?? []) special.set(dayOf(date), { name, closed });
  const closedWeekdays = Array.from({ length: 7 }, (_, weekday) => options.closedWeekdays?.includes(weekday) ?? false);
  return { special, closedWeekdays };
}

export function publicHolidays(country: Country, year: number): SpecialDay[] {
  if (country === 'CL') return chileanHolidays(year);
  return country === 'GB' ? britishHolidays(year) : [];
}

export const isClosed = (calendar: ShopCalendar, day: number): boolean =>
  calendar.closedWeekdays[weekdayOf(day)] === true || calendar.special.get(day)?.closed === true;

/** The name of the holiday on an open day; null on ordinary and closed days. */
export function holidayOf(calendar: ShopCalendar, day: number): string | null {
  const found = calendar.special.get(day);
  return found === undefined || found.closed ? null : found.name;
}

/** Below this many products sold on a usual day, a day without any sale proves nothing. */
const PROVING_SALES = 5;

/**
 * Adds the closures that the sales up to `originDay` show: weekdays without sales over half a year, days on which nothing at all was
 * sold where dozens of products usually are, and their return in the year to come (the same holiday, or the same date of a closure
 * of several days). Looks at nothing after `originDay`.
 */
export function inferClosures(
  calendar: ShopCalendar,
  series: readonly DemandSeries[],
  originDay: number,
): ShopCalendar {
  const sold = productsSold(series, originDay);
  if (sold.size === 0) return calendar;
  const first = Math.min(...sold.keys());
  const closedWeekdays = closedByHabit(calendar, sold, Math.max(first, originDay - 181), originDay);
  const special = new Map(calendar.special);
  const usual = usualSales(sold, closedWeekdays, first, originDay);
  if (usual < PROVING_SALES) return { special, closedWeekdays };
  const closures: number[] = [];
  for (let day = first; day <= originDay; day += 1) {
    if (closedWeekdays[weekdayOf(day)] !== true && (sold.get(day) ?? 0) === 0) closures.push(day);
  }
  markReturning(special, closures, originDay, first);
  for (const day of closures) {
    special.set(day, { name: calendar.special.get(day)?.name ?? 'closure', closed: true });
  }
  return { special, closedWeekdays };
}

/** How many products sold on each day since the first that any was followed. */
function productsSold(series: readonly DemandSeries[], originDay: number): Map<number, number> {
  const sold = new Map<number, number>();
  for (const { firstDate, demand } of series) {
    const start = dayOf(firstDate);
    const end = Math.min(demand.length, originDay - start + 1);
    for (let i = 0; i < end; i += 1) {
      const value = demand[i]!;
      if (!Number.isNaN(value)) sold.set(start + i, (sold.get(start + i) ?? 0) + (value > 0 ? 1 : 0));
    }
  }
  return sold;
}

function closedByHabit(calendar: ShopCalendar, sold: Map<number, number>, from: number, to: number): boolean[] {
  const sums = new Float64Array(7);
  const days = new Float64Array(7);
  for (let day = from; day <= to; day += 1) {
    sums[weekdayOf(day)]! += sold.get(day) ?? 0;
    days[weekdayOf(day)]! += 1;
  }
  const usual = [...sums].map((sum, weekday) => sum / Math.max(1, days[weekday]!)).sort((a, b) => b - a)[2] ?? 0;
  return calendar.closedWeekdays.map(
    (closed, weekday) =>
      closed || (days[weekday]! >= 8 && usual >= 1 && sums[weekday]! / days[weekday]! < 0.02 * usual),
  );
}

function usualSales(sold: Map<number, number>, closedWeekdays: readonly boolean[], from: number, to: number): number {
  const counts: number[] = [];
  for (let day = from; day <= to; day += 1) if (!closedWeekdays[weekdayOf(day)]) counts.push(sold.get(day) ?? 0);
  counts.sort((a, b) => a - b);
  return counts[Math.floor(counts.length / 4)] ?? 0;
}

/** Closes, after the origin, the holidays that were closed whenever they came, and the dates of last year's longer closures. */
function markReturning(
  special: Map<number, { name: string; closed: boolean }>,
  closures: readonly number[],
  originDay: number,
  first: number,
): void {
  const closedDays = new Set(closures);
  const kept = new Map<string, { closed: number; open: number }>();
  for (const [day, { name }] of special) {
    if (day < first || day > originDay) continue;
    const seen = kept.get(name) ?? { closed: 0, open: 0 };
    if (closedDays.has(day)) seen.closed += 1;
    else seen.open += 1;
    kept.set(name, seen);
  }
  for (const [day, { name }] of special) {
    const seen = day > originDay ? kept.get(name) : undefined;
    if (seen !== undefined && seen.closed > 0 && seen.open === 0) special.set(day, { name, closed: true });
  }
  // A closure of its own, such as the days between Christmas and New Year; what a movable holiday closes does not keep its date.
  const own = new Set(closures.filter((day) => !special.has(day)));
  const long = [...own].filter((day) => longClosure(own, day));
  for (const day of long) {
    const returns = dayOf(`${Number(dateOf(day).slice(0, 4)) + 1}${dateOf(day).slice(4).replace('02-29', '02-28')}`);
    if (returns > originDay && !special.get(returns)?.closed) {
      special.set(returns, { name: special.get(returns)?.name ?? 'closure', closed: true });
    }
  }
}

/** Part of a week in which at least three days in a row (weekends aside) were closed. */
function longClosure(closed: ReadonlySet<number>, day: number): boolean {
  let run = 1;
  for (const step of [-1, 1]) {
    let gap = 0;
    for (let next = day + step; gap <= 2; next += step) {
      if (closed.has(next)) {
        run += 1;
        gap = 0;
      } else gap += 1;
    }
  }
  return run >= 3;
}
