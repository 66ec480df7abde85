// Goal: demand has the shape of a Chilean year, and a story adds up to the number of sales it was asked for.
import { expect, test } from 'vitest';
import { addDays } from '#core/shared/time.ts';
import { demandShape, easter } from './calendar.ts';

const shape = demandShape({ first: '2024-11-24', days: 730 });
const days = Array.from({ length: 730 }, (_, index) => addDays('2024-11-24', index));
const sum = (values: number[]): number => values.reduce((all, value) => all + value, 0);
const meanOf = (dates: string[]): number => sum(dates.map(shape.ticketsOn)) / dates.length;

test('two years are 60,000 tickets, or what is asked for', () => {
  expect(sum(days.map(shape.ticketsOn))).toBeCloseTo(60_000, 3);
  const short = demandShape({ first: '2025-03-03', days: 10, totalTickets: 700 });
  expect(sum(Array.from({ length: 10 }, (_, index) => short.ticketsOn(addDays('2025-03-03', index))))).toBeCloseTo(
    700,
    6,
  );
});

test('closed on Sundays and irrenunciable holidays, and then nobody comes', () => {
  for (const date of ['2025-01-01', '2025-05-01', '2025-09-18', '2025-09-19', '2025-12-25', '2025-06-15']) {
    expect(shape.isOpen(date), date).toBe(false);
    expect(shape.ticketsOn(date)).toBe(0);
    expect(shape.ticketsAt(date, 11)).toBe(0);
    expect(shape.hoursOn(date)).toBeUndefined();
  }
  expect(shape.isOpen('2025-07-16')).toBe(true);
});

test('Easter by the almanac', () => {
  expect([2024, 2025, 2026, 2027].map(easter)).toEqual(['2024-03-31', '2025-04-20', '2026-04-05', '2027-03-28']);
});

test('Saturday is the strongest day, a holiday on which one may open is quiet', () => {
  expect(shape.ticketsOn('2025-06-14')).toBeGreaterThan(
    1.3 * meanOf(['2025-06-09', '2025-06-10', '2025-06-11', '2025-06-12']),
  );
  expect(shape.ticketsOn('2025-04-18')).toBeLessThan(shape.ticketsOn('2025-04-11'));
});

test('peaks before Fiestas Patrias; summer above autumn; the second year above the first', () => {
  const ordinary = meanOf(['2025-09-02', '2025-09-03', '2025-09-04']);
  expect(shape.ticketsOn('2025-09-17') / ordinary).toBeGreaterThan(1.25);
  const month = (name: string): number => meanOf(days.filter((date) => date.startsWith(name) && shape.isOpen(date)));
  expect(month('2025-01')).toBeGreaterThan(month('2025-05') * 1.1);
  expect(month('2026-06')).toBeGreaterThan(month('2025-06') * 1.03);
});

test('the hours of a day add up to it, and lie within its opening', () => {
  for (const date of ['2025-06-11', '2025-06-14']) {
    const hours = Array.from({ length: 24 }, (_, hour) => shape.ticketsAt(date, hour));
    expect(sum(hours)).toBeCloseTo(shape.ticketsOn(date), 6);
    const { opens = 0, closes = 0 } = shape.hoursOn(date) ?? {};
    expect(hours.every((tickets, hour) => tickets > 0 === (hour >= opens && hour < closes))).toBe(true);
  }
});
