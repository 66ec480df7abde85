/** Goal: the figures promised for the two panels hold on the code that the shop runs, and a panel's file is read strictly. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backtest, type MethodFigures } from './backtest.ts';
import { shopCalendar } from './calendar.ts';
import { readPanel } from './panel.ts';

const calendar = shopCalendar({ country: 'GB', fromYear: 2009, toYear: 2012 });
const panel = (name: string) => readPanel(readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8'));
const measure = (name: string) =>
  backtest(panel(name), {
    horizonDays: 28,
    origins: 6,
    seed: 1,
    calendar,
    cpuSeconds: () => process.cpuUsage().user / 1e6,
  });
const method = (methods: readonly MethodFigures[], name: string): MethodFigures =>
  methods.find((each) => each.method === name)!;

describe('figures', () => {
  it('reaches those of the design on order lines', () => {
    const { methods, origins } = measure('or2_lines_dev.csv');
    expect(origins).toEqual(['2011-06-24', '2011-07-22', '2011-08-19', '2011-09-16', '2011-10-14', '2011-11-11']);
    const ours = method(methods, 'ensemble');
    expect(ours.windows).toBe(600);
    expect(ours.wape28).toBeLessThanOrEqual(0.33);
    expect(ours.rmsse).toBeLessThanOrEqual(0.69);
    expect(ours.pinball).toBeLessThanOrEqual(0.235);
    expect(ours.coverage80).toBeGreaterThanOrEqual(0.76);
    expect(ours.coverage80).toBeLessThanOrEqual(0.92);
    // The design's own figure for repeating the last 28 days: the yardstick is the same.
    expect(method(methods, 'naive').wape28).toBeCloseTo(0.357, 3);
  });

  it('reaches those of the design on units', () => {
    const { methods } = measure('or2_units_dev.csv');
    const ours = method(methods, 'ensemble');
    expect(ours.wape28).toBeLessThanOrEqual(0.545);
    expect(ours.rmsse).toBeLessThanOrEqual(0.63);
    expect(ours.pinball).toBeLessThanOrEqual(0.44);
    expect(ours.coverage80).toBeGreaterThanOrEqual(0.75);
    expect(ours.coverage80).toBeLessThanOrEqual(0.92);
    expect(method(methods, 'naive').wape28).toBeCloseTo(0.624, 3);
  });
});

describe('readPanel', () => {
  it('reads quotes, gaps and skipped days', () => {
    const [a, b] = readPanel('"date","a","b"\r\n2026-01-01,1,\r\n2026-01-03,2.5,4\r\n');
    expect(a).toMatchObject({ id: 'a', firstDate: '2026-01-01' });
    expect([...Array.from(a!.demand)]).toEqual([1, NaN, 2.5]);
    expect([...Array.from(b!.demand)]).toEqual([NaN, NaN, 4]);
  });

  it.each([
    ['', 'not a panel'],
    ['date\n2026-01-01\n', 'not a panel'],
    ['date,a\n01/02/2026,1\n', 'line 2'],
    ['date,a\n2026-01-01,many\n', 'line 2, a'],
  ])('names what is wrong with %j', (text, message) => {
    expect(() => readPanel(text)).toThrow(message);
  });
});
