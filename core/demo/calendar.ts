/** When people come: weekday, season, holidays, payday, the growth of the shop, the hour. Every function is pure in the local date. */
import { addDays, type LocalDate } from '#core/shared/time.ts';

export interface DemandOptions {
  /** First day of the story. */
  first: LocalDate;
  days: number;
  /** Tickets expected over the whole story. */
  totalTickets?: number;
  /** Growth in a year, 0.08 is 8 %. */
  yearlyGrowth?: number;
}

export interface DemandShape {
  isOpen(date: LocalDate): boolean;
  /** Expected tickets of a day; 0 where the shop is closed. The days of the story add up to `totalTickets`. */
  ticketsOn(date: LocalDate): number;
  /** Expected tickets between `hour` and the next. */
  ticketsAt(date: LocalDate, hour: number): number;
  /** The opening hours of a day: its first hour and the hour at which the door closes; undefined where it stays closed. */
  hoursOn(date: LocalDate): { opens: number; closes: number } | undefined;
}

/** The demand of a story, scaled so that its days add up to the wanted total (60,000 over two years). */
export function demandShape(options: DemandOptions): DemandShape {
  const { first, days, totalTickets = 60_000, yearlyGrowth = 0.08 } = options;
  const start = dayNumber(first);
  const level = (date: LocalDate): number => busyness(date) * (1 + (yearlyGrowth * (dayNumber(date) - start)) / 365);
  let sum = 0;
  for (let day = 0; day < days; day += 1) sum += level(addDays(first, day));
  const scale = sum > 0 ? totalTickets / sum : 0;
  const ticketsOn = (date: LocalDate): number => level(date) * scale;
  return {
    isOpen,
    ticketsOn,
    ticketsAt: (date, hour) => ticketsOn(date) * (profileOf(date)[hour - OPENS] ?? 0),
    hoursOn: (date) => (isOpen(date) ? { opens: OPENS, closes: OPENS + profileOf(date).length } : undefined),
  };
}

/** Closed on Sundays and on the irrenunciable holidays (Ley 19.973 and its like), when shops must close. */
export const isOpen = (date: LocalDate): boolean => weekday(date) !== 0 && !IRRENUNCIABLE.has(date.slice(5));

const IRRENUNCIABLE = new Set(['01-01', '05-01', '09-18', '09-19', '12-25']);
/** Public holidays on which a shop may open; the town is quiet. Those that the law moves to a Monday stay on their date here. */
const QUIET = new Set(['05-21', '06-29', '07-16', '08-15', '10-12', '10-31', '11-01', '12-08']);

/** Sunday first. */
const WEEKDAY = [0, 0.94, 0.88, 0.92, 0.98, 1.2, 1.5] as const;
/** January first: before and in the summer holidays, the slack of autumn, spring, December. */
const MONTH = [1.14, 1.08, 0.98, 0.93, 0.91, 0.93, 0.96, 0.98, 1.06, 1, 1.03, 1.14] as const;

/** How busy a day is against an ordinary one, growth apart. */
function busyness(date: LocalDate): number {
  if (!isOpen(date)) return 0;
  const base = (WEEKDAY[weekday(date)] ?? 0) * (MONTH[Number(date.slice(5, 7)) - 1] ?? 1);
  return base * beforeHolidays(date) * payday(date) * (isQuiet(date) ? 0.6 : 1);
}

/** Cars are made ready for the road: ten days before Fiestas Patrias, before Christmas, Holy Week and February. */
function beforeHolidays(date: LocalDate): number {
  const year = date.slice(0, 4);
  const until = (day: LocalDate): number => dayNumber(day) - dayNumber(date);
  const near = (day: LocalDate, days: number, peak: number): number => {
    const left = until(day);
    return left >= 1 && left <= days ? 1 + (peak - 1) * (1 - (left - 1) / days) : 1;
  };
  return (
    near(`${year}-09-18`, 10, 1.5) *
    near(`${year}-12-25`, 7, 1.25) *
    near(addDays(easter(Number(year)), -2), 4, 1.3) *
    near(`${year}-02-01`, 6, 1.2)
  );
}

/** Wages come at the end of the month, advances in its middle; the week before is thin. */
function payday(date: LocalDate): number {
  const day = Number(date.slice(8));
  return day >= 30 || day <= 5 ? 1.08 : day === 15 || day === 16 ? 1.04 : day >= 21 && day <= 27 ? 0.94 : 1;
}

function isQuiet(date: LocalDate): boolean {
  const sunday = easter(Number(date.slice(0, 4)));
  return QUIET.has(date.slice(5)) || date === addDays(sunday, -2) || date === addDays(sunday, -1);
}

/** Easter Sunday (the anonymous Gregorian computus). */
export function easter(year: number): LocalDate {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114;
  return `${year}-${String(Math.floor(f / 31)).padStart(2, '0')}-${String((f % 31) + 1).padStart(2, '0')}`;
}

const OPENS = 9;
/** Shares of a day by the hour from nine: before lunch and after work. They add up to one. */
const WEEKDAY_HOURS = [0.07, 0.1, 0.13, 0.13, 0.08, 0.07, 0.1, 0.11, 0.12, 0.09] as const;
/** Saturday ends at five, and its morning is full. */
const SATURDAY_HOURS = [0.11, 0.17, 0.19, 0.17, 0.13, 0.1, 0.08, 0.05] as const;

const profileOf = (date: LocalDate): readonly number[] => (weekday(date) === 6 ? SATURDAY_HOURS : WEEKDAY_HOURS);

const dayNumber = (date: LocalDate): number => Date.parse(`${date}T00:00:00Z`) / 86_400_000;
/** 0 is Sunday; 1 January 1970 was a Thursday. */
const weekday = (date: LocalDate): number => (((dayNumber(date) + 4) % 7) + 7) % 7;
