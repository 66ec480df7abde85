/**
 * Public holidays of Chile, computed from the laws that make them. `closed` = feriado irrenunciable: shops must not open (Ley 19.973,
 * Ley 20.215). Elections are irrenunciables only for shops inside malls, so they are ordinary holidays here; the shop's
 * own table may say otherwise.
 */
import type { SpecialDay } from './calendar.ts';
import { dateOf, dayIn, easter, weekdayOf } from './days.ts';

const MONDAY = 0;
const TUESDAY = 1;
const WEDNESDAY = 2;
const THURSDAY = 3;
const FRIDAY = 4;
const SATURDAY = 5;
const SUNDAY = 6;

/** The holidays of a year by date, elections and one-off holidays of the table below included. */
export function chileanHolidays(year: number): SpecialDay[] {
  const days: SpecialDay[] = [];
  const add = (day: number, name: string, closed = false): void => {
    days.push({ date: dateOf(day), name, closed });
  };
  const newYear = dayIn(year, 1, 1);
  add(newYear, 'Año Nuevo', true);
  // Ley 20.983: a 2 January that is a Monday, since 2017.
  if (year >= 2017 && weekdayOf(newYear) === SUNDAY) add(newYear + 1, 'Feriado de Año Nuevo');
  add(easter(year) - 2, 'Viernes Santo');
  add(easter(year) - 1, 'Sábado Santo');
  add(dayIn(year, 5, 1), 'Día del Trabajo', true);
  add(dayIn(year, 5, 21), 'Día de las Glorias Navales');
  if (year >= 2021) add(indigenousPeoplesDay(year), 'Día Nacional de los Pueblos Indígenas');
  add(mondayShift(dayIn(year, 6, 29)), 'San Pedro y San Pablo');
  if (year >= 2007) add(dayIn(year, 7, 16), 'Virgen del Carmen');
  add(dayIn(year, 8, 15), 'Asunción de la Virgen');
  independenceDays(year, add);
  add(mondayShift(dayIn(year, 10, 12)), 'Encuentro de Dos Mundos');
  if (year >= 2008) add(reformationShift(dayIn(year, 10, 31)), 'Día de las Iglesias Evangélicas y Protestantes');
  add(dayIn(year, 11, 1), 'Día de Todos los Santos');
  add(dayIn(year, 12, 8), 'Inmaculada Concepción');
  add(dayIn(year, 12, 25), 'Navidad', true);
  days.push(...ONCE.filter(({ date }) => date.startsWith(`${year}-`)));
  return days.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
}

/** Ley 19.668: Tuesday to Thursday moves to the Monday before, Friday to the Monday after. */
function mondayShift(day: number): number {
  const weekday = weekdayOf(day);
  if (weekday >= TUESDAY && weekday <= THURSDAY) return day - weekday;
  return weekday === FRIDAY ? day + 3 : day;
}

/** Ley 20.299: a Tuesday moves to the Friday before, a Wednesday to the Friday after. */
function reformationShift(day: number): number {
  if (weekdayOf(day) === TUESDAY) return day - 4;
  return weekdayOf(day) === WEDNESDAY ? day + 2 : day;
}

/**
 * 18 and 19 September, and the bridges: Monday 17 or Friday 20 when the two days leave one working day to the weekend (Ley 20.215,
 * since 2007), Friday 17 when they fall on Saturday and Sunday (Ley 20.983, since 2017).
 */
function independenceDays(year: number, add: (day: number, name: string, closed?: boolean) => void): void {
  const independence = dayIn(year, 9, 18);
  const weekday = weekdayOf(independence);
  if (year >= 2007 && weekday - 1 === MONDAY) add(independence - 1, 'Feriado de Fiestas Patrias');
  if (year >= 2017 && weekday === SATURDAY) add(independence - 1, 'Feriado de Fiestas Patrias');
  add(independence, 'Independencia Nacional', true);
  add(independence + 1, 'Glorias del Ejército', true);
  if (year >= 2007 && weekday + 1 === THURSDAY) add(independence + 2, 'Feriado de Fiestas Patrias');
}

/** Ley 21.357: the day of the winter solstice in Chile; the law itself set 21 June for 2021. */
function indigenousPeoplesDay(year: number): number {
  if (year === 2021) return dayIn(2021, 6, 21);
  const CHILE_WINTER_OFFSET_DAYS = 4 / 24;
  return Math.floor(juneSolstice(year) - CHILE_WINTER_OFFSET_DAYS);
}

/** The terms of Meeus, Astronomical Algorithms, table 27.C: amplitude, phase and rate in degrees. */
const SOLSTICE_TERMS: readonly (readonly [number, number, number])[] = [
  [485, 324.96, 1934.136],
  [203, 337.23, 32964.467],
  [199, 342.08, 20.186],
  [182, 27.85, 445267.112],
  [156, 73.14, 45036.886],
  [136, 171.52, 22518.443],
  [77, 222.54, 65928.934],
  [74, 296.72, 3034.906],
  [70, 243.58, 9037.513],
  [58, 119.81, 33718.147],
  [52, 297.17, 150.678],
  [50, 21.02, 2281.226],
  [45, 247.54, 29929.562],
  [44, 325.15, 31555.956],
  [29, 60.93, 4443.417],
  [18, 155.12, 67555.328],
  [17, 288.79, 4562.452],
  [16, 198.04, 62894.029],
  [14, 199.76, 31436.921],
  [12, 95.39, 14577.848],
  [12, 287.11, 31931.756],
  [12, 320.81, 34777.259],
  [9, 227.73, 1222.114],
  [8, 15.45, 16859.074],
];

/** The instant of the June solstice in days since 1970-01-01 UTC, within a minute or two for years near 2000. */
function juneSolstice(year: number): number {
  const y = (year - 2000) / 1000;
  const mean = 2451716.56767 + 365241.62603 * y + 0.00325 * y ** 2 + 0.00888 * y ** 3 - 0.0003 * y ** 4;
  const centuries = (mean - 2451545) / 36525;
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const w = 35999.373 * centuries - 2.47;
  const speed = 1 + 0.0334 * Math.cos(radians(w)) + 0.0007 * Math.cos(radians(2 * w));
  let sum = 0;
  for (const [size, phase, rate] of SOLSTICE_TERMS) sum += size * Math.cos(radians(phase + rate * centuries));
  const EPOCH_JULIAN_DAY = 2440587.5;
  const DYNAMICAL_MINUS_UNIVERSAL_DAYS = 70 / 86_400;
  return mean + (0.00001 * sum) / speed - EPOCH_JULIAN_DAY - DYNAMICAL_MINUS_UNIVERSAL_DAYS;
}

/** What no rule makes: holidays by a law of their own, and the days of elections. */
const ONCE: readonly SpecialDay[] = [
  { date: '2017-04-19', name: 'Censo', closed: true },
  { date: '2022-09-16', name: 'Feriado de Fiestas Patrias', closed: false },
  ...[
    '2016-10-23',
    '2017-07-02',
    '2017-11-19',
    '2017-12-17',
    '2020-10-25',
    '2021-05-15',
    '2021-05-16',
    '2021-06-13',
    '2021-07-18',
    '2021-11-21',
    '2021-12-19',
    '2022-09-04',
    '2023-05-07',
    '2023-12-17',
    '2024-10-26',
    '2024-10-27',
    '2024-11-24',
    '2025-06-29',
    '2025-11-16',
    '2025-12-14',
  ].map((date) => ({ date, name: 'Elecciones', closed: false })),
];
