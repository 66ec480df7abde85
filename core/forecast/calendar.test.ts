/** Goal: the Chilean calendar says what the laws say, year by year; closures are read off the sales and never off the future. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holidayOf, inferClosures, isClosed, publicHolidays, shopCalendar } from './calendar.ts';
import { dateOf, dayOf, weekdayOf } from './days.ts';

const dateNamed = (year: number, name: string): string[] =>
  publicHolidays('CL', year)
    .filter((day) => day.name === name)
    .map(({ date }) => date);

describe('Chilean holidays', () => {
  it('lists 2024 and 2025 as they were published', () => {
    const without = (year: number): string[] =>
      publicHolidays('CL', year)
        .filter(({ name }) => name !== 'Elecciones')
        .map(({ date, closed }) => `${date.slice(5)}${closed ? ' irrenunciable' : ''}`);
    expect(without(2024)).toEqual([
      '01-01 irrenunciable',
      '03-29',
      '03-30',
      '05-01 irrenunciable',
      '05-21',
      '06-20',
      '06-29',
      '07-16',
      '08-15',
      '09-18 irrenunciable',
      '09-19 irrenunciable',
      '09-20',
      '10-12',
      '10-31',
      '11-01',
      '12-08',
      '12-25 irrenunciable',
    ]);
    expect(without(2025)).toEqual([
      '01-01 irrenunciable',
      '04-18',
      '04-19',
      '05-01 irrenunciable',
      '05-21',
      '06-20',
      '06-29',
      '07-16',
      '08-15',
      '09-18 irrenunciable',
      '09-19 irrenunciable',
      '10-12',
      '10-31',
      '11-01',
      '12-08',
      '12-25 irrenunciable',
    ]);
  });

  it.each([
    [2018, '2018-07-02'],
    [2021, '2021-06-28'],
    [2022, '2022-06-27'],
    [2023, '2023-06-26'],
    [2024, '2024-06-29'],
    [2026, '2026-06-29'],
    [2029, '2029-07-02'],
  ])('moves San Pedro y San Pablo %i to %s', (year, date) => {
    expect(dateNamed(year, 'San Pedro y San Pablo')).toEqual([date]);
  });

  it.each([
    [2018, '2018-10-15'],
    [2021, '2021-10-11'],
    [2022, '2022-10-10'],
    [2023, '2023-10-09'],
    [2024, '2024-10-12'],
    [2026, '2026-10-12'],
  ])('moves the Encuentro de Dos Mundos %i to %s', (year, date) => {
    expect(dateNamed(year, 'Encuentro de Dos Mundos')).toEqual([date]);
  });

  it.each([
    [2012, '2012-11-02'],
    [2017, '2017-10-27'],
    [2018, '2018-11-02'],
    [2023, '2023-10-27'],
    [2024, '2024-10-31'],
    [2028, '2028-10-27'],
  ])('moves the day of the Protestant churches %i to %s', (year, date) => {
    expect(dateNamed(year, 'Día de las Iglesias Evangélicas y Protestantes')).toEqual([date]);
  });

  it.each([
    [2012, ['2012-09-17']],
    [2013, ['2013-09-20']],
    [2010, []],
    [2018, ['2018-09-17']],
    [2019, ['2019-09-20']],
    [2021, ['2021-09-17']],
    [2022, ['2022-09-16']],
    [2023, []],
    [2024, ['2024-09-20']],
    [2025, []],
    [2027, ['2027-09-17']],
    [2029, ['2029-09-17']],
  ])('bridges the Fiestas Patrias of %i by %j', (year, dates) => {
    expect(dateNamed(year, 'Feriado de Fiestas Patrias')).toEqual(dates);
  });

  it.each([
    [2021, '2021-06-21'],
    [2022, '2022-06-21'],
    [2023, '2023-06-21'],
    [2024, '2024-06-20'],
    [2025, '2025-06-20'],
    [2026, '2026-06-21'],
    [2027, '2027-06-21'],
    [2028, '2028-06-20'],
  ])('puts the day of the indigenous peoples of %i on the solstice, %s', (year, date) => {
    expect(dateNamed(year, 'Día Nacional de los Pueblos Indígenas')).toEqual([date]);
  });

  it('knows Sábado Santo, a Monday 2 January, and what came only later', () => {
    expect(dateNamed(2023, 'Sábado Santo')).toEqual(['2023-04-08']);
    expect(dateNamed(2026, 'Viernes Santo')).toEqual(['2026-04-03']);
    expect(dateNamed(2023, 'Feriado de Año Nuevo')).toEqual(['2023-01-02']);
    expect(dateNamed(2012, 'Feriado de Año Nuevo')).toEqual([]);
    expect(dateNamed(2020, 'Día Nacional de los Pueblos Indígenas')).toEqual([]);
  });

  it('has the five irrenunciables in every year, closed even for a shop that opens on Sundays', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2010, max: 2060 }), (year) => {
        const calendar = shopCalendar({ country: 'CL', fromYear: year, toYear: year });
        for (const date of ['01-01', '05-01', '09-18', '09-19', '12-25']) {
          expect(isClosed(calendar, dayOf(`${year}-${date}`))).toBe(true);
          expect(holidayOf(calendar, dayOf(`${year}-${date}`))).toBeNull();
        }
        expect(holidayOf(calendar, dayOf(`${year}-05-21`))).toBe('Día de las Glorias Navales');
      }),
    );
  });
});

describe('the shop’s own table', () => {
  it('replaces the law’s days and closes weekdays', () => {
    const calendar = shopCalendar({
      country: 'CL',
      fromYear: 2026,
      toYear: 2026,
      extra: [
        { date: '2026-02-10', name: 'Inventario', closed: true },
        { date: '2026-10-12', name: 'Encuentro de Dos Mundos', closed: true },
      ],
      closedWeekdays: [6],
    });
    expect(isClosed(calendar, dayOf('2026-02-10'))).toBe(true);
    expect(isClosed(calendar, dayOf('2026-10-12'))).toBe(true);
    expect(isClosed(calendar, dayOf('2026-11-22'))).toBe(true);
    expect(isClosed(calendar, dayOf('2026-11-23'))).toBe(false);
  });
});

describe('British holidays', () => {
  it('lists 2011 and moves Christmas past the weekend', () => {
    expect(publicHolidays('GB', 2011).map(({ date }) => date)).toEqual([
      '2011-01-03',
      '2011-04-22',
      '2011-04-25',
      '2011-04-29',
      '2011-05-02',
      '2011-05-30',
      '2011-08-29',
      '2011-12-26',
      '2011-12-27',
    ]);
  });
});

describe('closures read off the sales', () => {
  const first = dayOf('2024-01-01');
  const panel = (days: number, openOn: (day: number) => boolean) =>
    Array.from({ length: 12 }, (_, product) => ({
      id: String(product),
      category: null,
      firstDate: dateOf(first),
      demand: Float64Array.from({ length: days }, (__, i) => (openOn(first + i) ? 1 + ((i * 7 + product) % 3) : 0)),
    }));
  const none = shopCalendar({ country: 'none', fromYear: 2024, toYear: 2026 });

  it('finds the closed weekday, the odd closed day, and the return of a long closure', () => {
    const holiday = (day: number): boolean => day >= dayOf('2024-02-05') && day <= dayOf('2024-02-17');
    const series = panel(366, (day) => weekdayOf(day) !== 6 && !holiday(day) && day !== dayOf('2024-06-12'));
    const calendar = inferClosures(none, series, first + 365);
    expect(calendar.closedWeekdays).toEqual([false, false, false, false, false, false, true]);
    expect(isClosed(calendar, dayOf('2024-06-12'))).toBe(true);
    expect(isClosed(calendar, dayOf('2025-06-12'))).toBe(false);
    expect(isClosed(calendar, dayOf('2025-02-10'))).toBe(true);
    expect(isClosed(calendar, dayOf('2025-02-20'))).toBe(false);
  });

  it('closes the next occurrence of a holiday that was always closed', () => {
    const chile = shopCalendar({ country: 'CL', fromYear: 2024, toYear: 2026 });
    const series = panel(366, (day) => day !== dayOf('2024-03-29') && !isClosed(chile, day));
    const calendar = inferClosures(chile, series, first + 365);
    expect(isClosed(calendar, dayOf('2025-04-18'))).toBe(true);
    expect(isClosed(calendar, dayOf('2025-05-21'))).toBe(false);
  });

  it('does not look past the origin, and concludes nothing from a handful of slow products', () => {
    const series = panel(366, (day) => weekdayOf(day) !== 6);
    const cut = series.map((one) => ({ ...one, demand: one.demand.slice(0, 200) }));
    expect(inferClosures(none, series, first + 199)).toEqual(inferClosures(none, cut, first + 199));
    const slow = panel(366, (day) => day % 9 === 0).slice(0, 3);
    expect(inferClosures(none, slow, first + 365).special.size).toBe(0);
  });
});
