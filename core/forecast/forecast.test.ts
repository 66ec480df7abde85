/** Goal: any series gives a forecast or a typed refusal, the same seed the same bytes, parts add up, and a thousand products are cheap. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isClosed, shopCalendar } from './calendar.ts';
import { dayOf } from './days.ts';
import { explainSeries } from './explain.ts';
import { ForecastRequestError, openShop, prepareAll, type ForecastRequest, type SeriesForecast } from './forecast.ts';
import { createRandom } from './random.ts';
import { forecastShop } from './shopForecast.ts';
import type { DemandSeries } from './types.ts';

const calendar = shopCalendar({ country: 'CL', fromYear: 2014, toYear: 2027, closedWeekdays: [6] });

function request(series: DemandSeries[], over: Partial<ForecastRequest> = {}): ForecastRequest {
  return { series, calendar, originDate: '2026-09-10', horizonDays: 28, seed: 1, ...over };
}

const one = (demand: ArrayLike<number>, firstDate: string, id = 'x', category: string | null = null): DemandSeries => ({
  id,
  category,
  firstDate,
  demand,
});

/** A lube shop in small: a weekday profile, winter and summer, slow and fast products. */
function shopPanel(products: number, days: number, seed: number): DemandSeries[] {
  const random = createRandom(seed);
  const start = dayOf('2026-09-10') - days + 1;
  return Array.from({ length: products }, (_, product) => {
    const rate = 0.03 + 3 * random.next() ** 3;
    const demand = Float64Array.from({ length: days }, (__, i) => {
      if (isClosed(calendar, start + i)) return 0;
      const season = 1 + 0.3 * Math.sin((2 * Math.PI * (start + i)) / 365.25 + product);
      return random.poisson(rate * season);
    });
    return {
      id: `p${product}`,
      category: `c${product % 7}`,
      firstDate: new Date(start * 864e5).toISOString().slice(0, 10),
      demand,
    };
  });
}

const total = (values: Float64Array, days = 28): number => values.slice(0, days).reduce((a, b) => a + b, 0);

describe('forecastShop', () => {
  it('answers the same bytes for the same request, without looking past the origin', () => {
    const series = shopPanel(12, 500, 4);
    const first = forecastShop(request(series));
    expect(forecastShop(request(series))).toEqual(first);
    const longer = series.map((each) => ({
      ...each,
      demand: Float64Array.from([...Array.from(each.demand), 999, 999]),
    }));
    expect(forecastShop(request(longer))).toEqual(first);
  });

  it('adds up from products to categories to the shop, day by day', () => {
    const { products, categories, shop } = forecastShop(request(shopPanel(20, 600, 5)));
    const forecasts = products.filter((each) => each.status === 'forecast');
    expect(forecasts).toHaveLength(20);
    for (let day = 0; day < 28; day += 1) {
      const sum = forecasts.reduce((all, each) => all + each.daily[day]!, 0);
      expect(categories.reduce((all, each) => all + each.daily[day]!, 0)).toBeCloseTo(sum, 6);
      expect(shop!.daily[day]).toBeCloseTo(sum, 6);
    }
    for (const each of [...forecasts, ...categories, shop!]) {
      const { mean, rush } = each.totals.find(({ days }) => days === 28)!;
      expect(mean / rush).toBeCloseTo(total(each.daily), 6);
      expect(rush).toBeGreaterThanOrEqual(1);
    }
  });

  it('forecasts 0 on closed days: Sundays, 18 and 19 September', () => {
    const { products } = forecastShop(request(shopPanel(3, 400, 6)));
    const daily = (products[0] as SeriesForecast).daily;
    const open = Array.from({ length: 28 }, (_, i) => !isClosed(calendar, dayOf('2026-09-11') + i));
    open.forEach((isOpen, i) => (isOpen ? expect(daily[i]).toBeGreaterThan(0) : expect(daily[i]).toBe(0)));
    expect(open.filter((isOpen) => !isOpen)).toHaveLength(6);
  });

  it('recovers a steady rate, and says nothing will sell of what no longer does', () => {
    const alive = Array.from({ length: 500 }, () => 3);
    const dead = Array.from({ length: 500 }, (_, i) => (i < 200 ? 2 : 0));
    const { products } = forecastShop(request([one(alive, '2025-04-29', 'alive'), one(dead, '2025-04-29', 'dead')]));
    const [living, still] = products as [SeriesForecast, SeriesForecast];
    const openDays = living.daily.filter((value) => value > 0).length;
    expect(total(living.daily) / openDays).toBeCloseTo(3, 0);
    expect(still.scheme).toBe('noRotation');
    expect(total(still.daily)).toBe(0);
  });

  it('lends a new product the start of its category, wide', () => {
    const series = [...shopPanel(20, 500, 8), one([0, 0, 0], '2026-09-08', 'new', 'c1')];
    const { products } = forecastShop(request(series));
    const fresh = products.at(-1) as SeriesForecast;
    expect(fresh.scheme).toBe('newProduct');
    const { quantiles, mean } = fresh.totals.find(({ days }) => days === 28)!;
    expect(mean).toBeGreaterThan(0);
    expect(quantiles[4]!).toBeGreaterThan(2 * mean);
    expect(forecastShop(request([one([0, 0, 0], '2026-09-08')])).products).toEqual([
      { status: 'refused', id: 'x', category: null, reason: 'NOT_ENOUGH_DATA' },
    ]);
  });

  it('treats days without stock as missing, not as a lack of interest', () => {
    const full = Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 4 : 2));
    const gaps = full.map((value, i) => (i >= 330 && i < 386 ? NaN : value));
    const zeros = full.map((value, i) => (i >= 330 && i < 386 ? 0 : value));
    const { products } = forecastShop(
      request([one(full, '2025-08-07', 'full'), one(gaps, '2025-08-07', 'gaps'), one(zeros, '2025-08-07', 'zeros')]),
    );
    const [a, b, c] = products.map((each) => total((each as SeriesForecast).daily)) as [number, number, number];
    expect(Math.abs(b - a)).toBeLessThan(0.15 * a);
    expect(c).toBeLessThan(0.8 * b);
  });

  it.each([
    [{ originDate: 'yesterday' }],
    [{ horizonDays: 0 }],
    [{ horizonDays: 1.5 }],
    [{ horizonDays: 400 }],
    [{ totalDays: [0] }],
  ])('refuses the request %j as a whole', (over) => {
    expect(() => forecastShop(request([one([1], '2026-09-10')], over))).toThrow(ForecastRequestError);
  });
});

describe('any series', () => {
  const value = fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 40 }) },
    { weight: 1, arbitrary: fc.constant(NaN) },
    { weight: 1, arbitrary: fc.double() },
  );
  const demand = fc.oneof(
    fc.array(value, { maxLength: 60 }),
    fc.array(fc.constantFrom(0, 0, 0, 1, 2), { minLength: 150, maxLength: 900 }),
    fc.integer({ min: 0, max: 3_700 }).map((length) => Array.from({ length }, (_, i) => (i % 13 === 0 ? 5 : 0))),
    fc
      .tuple(fc.integer({ min: 0, max: 800 }), fc.constantFrom(0, NaN, 1, 1e9, 0.001, -3))
      .map(([n, v]) => Array.from({ length: n }, () => v)),
  );
  const date = fc.oneof(
    fc.constantFrom('2016-09-12', '2024-09-11', '2026-09-10', '2026-12-01', '1900-01-01', 'soon', ''),
    fc
      .integer({ min: 0, max: 3_650 })
      .map((back) => new Date((dayOf('2026-09-10') - back) * 864e5).toISOString().slice(0, 10)),
  );
  const series = fc.array(fc.tuple(demand, date, fc.constantFrom(null, 'a', 'b')), { minLength: 1, maxLength: 4 });

  it('gives finite figures or a typed refusal, never a throw', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 60 }), (drawn, horizonDays) => {
        const panel = drawn.map(([values, first, category], i) => one(values, first, `s${i}`, category));
        const { products, categories, shop } = forecastShop(request(panel, { horizonDays, totalDays: [3] }));
        expect(products).toHaveLength(panel.length);
        for (const each of [...products, ...categories, ...(shop ? [shop] : [])]) {
          if (each.status === 'refused') {
            expect(['INVALID_DEMAND', 'INVALID_DATE', 'TOO_LONG', 'NOT_ENOUGH_DATA']).toContain(each.reason);
            continue;
          }
          for (const sold of each.daily) expect(Number.isFinite(sold) && sold >= 0).toBe(true);
          for (const { quantiles, mean, variance } of each.totals) {
            expect(Number.isFinite(mean) && Number.isFinite(variance)).toBe(true);
            quantiles.forEach((q, i) => expect(q).toBeGreaterThanOrEqual(i === 0 ? 0 : quantiles[i - 1]!));
          }
        }
      }),
      { numRuns: 80, seed: 20_260_910 },
    );
  });
});

describe('series that once failed', () => {
  it('takes a single day of a thousand million', () => {
    const panel = [one([1], '2026-09-09', 'a'), one([1e9], '2026-09-10', 'b'), one([], '2026-09-10', 'c')];
    const { products } = forecastShop(request(panel, { horizonDays: 1 }));
    expect(products.map(({ status }) => status)).toEqual(['forecast', 'forecast', 'refused']);
  });
});

describe('explainSeries', () => {
  it('gives components that add up and a band around the future, the same for the same seed', () => {
    const asked = request(shopPanel(5, 800, 9));
    const { prepared } = prepareAll(asked);
    const shop = openShop(asked, prepared);
    const busiest = prepared.toSorted((a, b) => total(b.clean, 800) - total(a.clean, 800))[0]!;
    const explained = explainSeries(shop, busiest, 3)!;
    expect(explainSeries(shop, busiest, 3)).toEqual(explained);
    expect(explainSeries(shop, busiest, 4)!.band).not.toEqual(explained.band);
    const { components, band, pastDays } = explained;
    expect(components.total).toHaveLength(pastDays + 28);
    components.total.forEach((value, i) =>
      expect(
        components.trend[i]! + components.yearly[i]! + components.weekly[i]! + components.holidays[i]!,
      ).toBeCloseTo(value, 9),
    );
    band.middle.forEach((middle, i) => {
      expect(band.low[i]!).toBeLessThanOrEqual(middle);
      expect(band.high[i]!).toBeGreaterThanOrEqual(middle);
    });
  });

  it('does not explain what is too short to fit', () => {
    const asked = request([one([1, 2, 3], '2026-09-08')]);
    const { prepared } = prepareAll(asked);
    expect(explainSeries(openShop(asked, prepared), prepared[0]!, 1)).toBeNull();
  });
});

describe('cost', () => {
  it('forecasts 250 products of two years within a quarter of 15 seconds', () => {
    const series = shopPanel(250, 731, 2);
    const before = process.cpuUsage();
    const { products } = forecastShop(request(series));
    const { user, system } = process.cpuUsage(before);
    expect(products.every(({ status }) => status === 'forecast')).toBe(true);
    expect((user + system) / 1e6).toBeLessThan(15 / 4);
  });
});
