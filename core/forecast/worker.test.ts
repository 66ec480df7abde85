/** Goal: the batch runs in a thread of its own, tells how far it is, gives the same answer as here, and can be cancelled. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shopCalendar } from './calendar.ts';
import type { ForecastRequest } from './forecast.ts';
import { readPanel } from './panel.ts';
import { forecastShop } from './shopForecast.ts';
import { explainInThread, forecastInThread } from './work.ts';

const series = readPanel(readFileSync(join(import.meta.dirname, 'fixtures', 'or2_lines_dev.csv'), 'utf8'));
const request: ForecastRequest = {
  series,
  calendar: shopCalendar({ country: 'GB', fromYear: 2009, toYear: 2012 }),
  originDate: '2011-12-09',
  horizonDays: 28,
  seed: 1,
};

describe('the forecaster’s thread', () => {
  it('answers what the same request answers here, with progress', async () => {
    const seen: number[] = [];
    const signal = new AbortController().signal;
    const answer = await forecastInThread(request, {
      signal,
      timeoutMs: 20_000,
      onProgress: (done) => seen.push(done),
    });
    expect(answer).toEqual(forecastShop(request));
    expect(seen).toEqual([25, 50, 75, 100]);
    const explanation = await explainInThread(request, series[0]!.id, { signal, timeoutMs: 20_000 });
    expect(explanation?.components.total.length).toBe(explanation!.pastDays + 28);
  });

  it('stops when cancelled', async () => {
    const stop = new AbortController();
    const many = { ...request, series: Array.from({ length: 10 }, () => series).flat() };
    const run = forecastInThread(many, { signal: stop.signal, timeoutMs: 20_000, onProgress: () => stop.abort() });
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
