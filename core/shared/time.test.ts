/** Goal: a sale belongs to the right day in Santiago, also at midnight and on the days the clock changes. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addDays, businessDate, localParts, localToMs } from './time.ts';

const ZONE = 'America/Santiago';

it('knows summer and winter time', () => {
  expect(businessDate(Date.parse('2026-01-15T02:59:59Z'), ZONE)).toBe('2026-01-14');
  expect(businessDate(Date.parse('2026-01-15T03:00:00Z'), ZONE)).toBe('2026-01-15');
  expect(businessDate(Date.parse('2026-07-15T03:59:59Z'), ZONE)).toBe('2026-07-14');
  expect(businessDate(Date.parse('2026-07-15T04:00:00Z'), ZONE)).toBe('2026-07-15');
});

it('agrees with the uncached calendar at every instant, over clock changes too', () => {
  const years = { min: Date.parse('2024-01-01T00:00:00Z'), max: Date.parse('2028-01-01T00:00:00Z') };
  fc.assert(
    fc.property(fc.integer(years), (atMs) => {
      expect(businessDate(atMs, ZONE)).toBe(localParts(atMs, ZONE).date);
    }),
  );
});

it('turns a wall clock into its instant and back; in the hour that does not exist it moves on', () => {
  expect(localToMs('2026-07-01', 9, 30, ZONE)).toBe(Date.parse('2026-07-01T13:30:00Z'));
  // 2026-09-06 00:00 jumps to 01:00 in Santiago.
  expect(localParts(localToMs('2026-09-06', 0, 30, ZONE), ZONE)).toMatchObject({
    date: '2026-09-06',
    hour: 1,
    minute: 30,
  });
  // 2026-04-04 23:30 happens twice: the first is summer time.
  expect(localToMs('2026-04-04', 23, 30, ZONE)).toBe(Date.parse('2026-04-05T02:30:00Z'));
});

it('counts days over months, leap years and clock changes', () => {
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
  expect(addDays('2026-09-05', 1)).toBe('2026-09-06');
  expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
});
