/** Bank holidays of England and Wales since 1978: for demand data of that country, which the forecaster is measured on. */
import type { SpecialDay } from './calendar.ts';
import { dateOf, dayIn, easter, weekdayOf } from './days.ts';

const SATURDAY = 5;

/** Holidays of a year moved, added or made for once (royal weddings, jubilees, anniversaries of the war's end). */
const ONCE: readonly (readonly [date: string, name: string])[] = [
  ['1999-12-31', 'Millennium'],
  ['2002-06-03', 'Jubilee'],
  ['2011-04-29', 'Royal Wedding'],
  ['2012-06-05', 'Jubilee'],
  ['2022-06-03', 'Jubilee'],
  ['2022-09-19', 'State Funeral'],
  ['2023-05-08', 'Coronation'],
];
const EARLY_MAY_MOVED: Readonly<Record<number, string>> = { 1995: '1995-05-08', 2020: '2020-05-08' };
const SPRING_MOVED: Readonly<Record<number, string>> = { 2002: '2002-06-04', 2012: '2012-06-04', 2022: '2022-06-02' };

export function britishHolidays(year: number): SpecialDay[] {
  const days: SpecialDay[] = [];
  const add = (date: string, name: string): void => void days.push({ date, name, closed: false });
  add(dateOf(pastWeekend(dayIn(year, 1, 1))), "New Year's Day");
  add(dateOf(easter(year) - 2), 'Good Friday');
  add(dateOf(easter(year) + 1), 'Easter Monday');
  add(EARLY_MAY_MOVED[year] ?? dateOf(mondayFrom(dayIn(year, 5, 1))), 'Early May');
  add(SPRING_MOVED[year] ?? dateOf(mondayFrom(dayIn(year, 5, 25))), 'Spring');
  add(dateOf(mondayFrom(dayIn(year, 8, 25))), 'Summer');
  const christmas = dayIn(year, 12, 25);
  const weekday = weekdayOf(christmas);
  // Christmas on a weekend moves to the first working day after Boxing Day's own.
  add(dateOf(weekday >= SATURDAY ? christmas + 2 : christmas), 'Christmas Day');
  add(dateOf(weekday === 4 ? christmas + 3 : weekday === SATURDAY ? christmas + 3 : christmas + 1), 'Boxing Day');
  for (const [date, name] of ONCE) if (date.startsWith(`${year}-`)) add(date, name);
  return days.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
}

const mondayFrom = (day: number): number => day + ((7 - weekdayOf(day)) % 7);

const pastWeekend = (day: number): number => (weekdayOf(day) >= SATURDAY ? mondayFrom(day) : day);
