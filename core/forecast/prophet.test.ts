/** Goal: our fit is Prophet's: the published figures, and a posterior at least as good as that of Prophet's own Stan model. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { optimizer } from '@bsull/augurs-prophet-wasmstan';
import { describe, expect, it } from 'vitest';
import { holidayOf, inferClosures, shopCalendar } from './calendar.ts';
import { dayOf, dateOf } from './days.ts';
import { readPanel } from './panel.ts';
import { prepare } from './prepare.ts';
import {
  fitProphet,
  posteriorLoss,
  predictProphet,
  prophetDesign,
  PROPHET_DEFAULTS,
  samplePaths,
  type ProphetDesign,
} from './prophet.ts';
import { createRandom } from './random.ts';

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
const rows = (name: string): { day: number; value: number }[] =>
  fixture(name)
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.replaceAll('"', '').split(','))
    .map(([date, value]) => ({ day: dayOf(date!), value: Number(value) }));
const none = (): null => null;

/** Prophet's Stan model on the very same regressors; its answer in our order of coefficients. */
function stan(design: ProphetDesign, values: readonly number[]): { coefficients: Float64Array; sigma: number } {
  const scale = Math.max(...values.map(Math.abs));
  const changes = design.changeAt.length;
  const seasons = design.width - 2 - changes;
  const y = values.map((value) => value / scale);
  const at = (i: number, j: number): number => design.rows[i * design.width + j]!;
  const data = {
    T: design.count,
    y,
    t: y.map((_, i) => at(i, 0)),
    cap: y.map(() => 1),
    S: changes,
    t_change: [...design.changeAt],
    trend_indicator: 0,
    K: seasons,
    s_a: Array.from({ length: seasons }, () => 1),
    s_m: Array.from({ length: seasons }, () => 0),
    X: y.map((_, i) => Array.from({ length: seasons }, (__, j) => at(i, 2 + changes + j))),
    sigmas: Array.from({ length: seasons }, (_, j) =>
      j < 2 * (design.options.yearlyOrder + design.options.weeklyOrder)
        ? design.options.seasonalityPrior
        : design.options.holidaysPrior,
    ),
    tau: design.options.changepointPrior,
  };
  const init = {
    k: y.at(-1)! - y[0]!,
    m: y[0]!,
    delta: new Float64Array(changes),
    beta: new Float64Array(seasons),
    sigmaObs: 1,
  };
  const optimize = (optimizer as unknown as { optimize: (a: unknown, b: string, c: unknown) => { params: Params } })
    .optimize;
  const { params } = optimize(init, JSON.stringify(data), { jacobian: false, iter: 10_000 });
  return {
    coefficients: Float64Array.from([params.k, params.m, ...params.delta, ...params.beta]),
    sigma: params.sigmaObs,
  };
}
interface Params {
  k: number;
  m: number;
  delta: number[];
  beta: number[];
  sigmaObs: number;
}

describe('published figures', () => {
  it('forecasts Peyton Manning’s page on 2017-01-15 within 0.02 of 8.2126', () => {
    const data = rows('prophet_peyton_manning_log.csv');
    const design = prophetDesign(
      data.map(({ day }) => day),
      PROPHET_DEFAULTS,
      none,
    );
    const model = fitProphet(
      design,
      data.map(({ value }) => value),
    );
    const { total } = predictProphet(model, [dayOf('2017-01-15')], none);
    expect(Math.abs(total[0]! - 8.2126)).toBeLessThan(0.02);
  });

  it('misses the last 30 rows of prophet_test_data by an RMSE within 10 % of 10.64', () => {
    const data = rows('prophet_test_data.csv');
    const train = data.slice(0, -30);
    const test = data.slice(-30);
    const options = { ...PROPHET_DEFAULTS, yearlyOrder: 0 };
    const model = fitProphet(
      prophetDesign(
        train.map(({ day }) => day),
        options,
        none,
      ),
      train.map(({ value }) => value),
    );
    const { total } = predictProphet(
      model,
      test.map(({ day }) => day),
      none,
    );
    const rmse = Math.sqrt(test.reduce((sum, { value }, i) => sum + (value - total[i]!) ** 2, 0) / test.length);
    expect(rmse).toBeGreaterThan(10.64 * 0.9);
    expect(rmse).toBeLessThan(10.64 * 1.1);
  });
});

describe('beside Stan', () => {
  const panel = readPanel(fixture('or2_lines_dev.csv'));
  const origin = dayOf(panel[0]!.firstDate) + panel[0]!.demand.length - 1;
  const calendar = inferClosures(shopCalendar({ country: 'GB', fromYear: 2009, toYear: 2012 }), panel, origin);
  const holiday = (day: number): string | null => holidayOf(calendar, day);

  it.each([0, 3, 11, 29, 47, 71, 88])(
    'finds a posterior as good as Stan’s, and the same curve (series %i)',
    (index) => {
      const series = prepare(panel[index]!, calendar, origin);
      const days: number[] = [];
      const values: number[] = [];
      series.clean.forEach((value, i) => {
        if (series.open[i] !== 1) return;
        days.push(series.startDay + i);
        values.push(value);
      });
      const design = prophetDesign(days, { ...PROPHET_DEFAULTS, yearlyOrder: index % 2 === 0 ? 10 : 4 }, holiday);
      const ours = fitProphet(design, values);
      const theirs = stan(design, values);
      const theirLoss = posteriorLoss(design, values, theirs.coefficients, theirs.sigma);
      expect(posteriorLoss(design, values, ours.coefficients, ours.sigma)).toBeCloseTo(ours.loss, 4);
      expect(ours.loss).toBeLessThan(theirLoss + 1e-3);
      expect(theirLoss - ours.loss).toBeLessThan(2);
      const past = predictProphet(ours, days, holiday).total;
      const same = predictProphet({ ...ours, coefficients: theirs.coefficients }, days, holiday).total;
      const apart = Math.sqrt(past.reduce((sum, value, i) => sum + (value - same[i]!) ** 2, 0) / past.length);
      expect(apart).toBeLessThan(0.1 * ours.sigma * ours.scale);
    },
  );
});

describe('components and paths', () => {
  const data = rows('prophet_test_data.csv');
  const days = data.map(({ day }) => day);
  const model = fitProphet(
    prophetDesign(days, { ...PROPHET_DEFAULTS, yearlyOrder: 0 }, none),
    data.map(({ value }) => value),
  );
  const future = Array.from({ length: 28 }, (_, i) => days.at(-1)! + 1 + i);

  it('adds up to the whole', () => {
    const { trend, weekly, yearly, holidays, total } = predictProphet(model, future, none);
    total.forEach((value, i) => expect(trend[i]! + weekly[i]! + yearly[i]! + holidays[i]!).toBeCloseTo(value, 9));
  });

  it('draws the same paths for the same seed, and wider ones further away', () => {
    const draw = (seed: number): Float64Array[] => samplePaths(model, future, none, 400, createRandom(seed));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    const far = Array.from({ length: 28 }, (_, i) => days.at(-1)! + 300 + i);
    const spread = (paths: Float64Array[]): number => {
      const values = paths.map((path) => path[27]!);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
    };
    const near = spread(draw(1));
    expect(near).toBeGreaterThan(0.8 * model.sigma * model.scale);
    expect(spread(samplePaths(model, far, none, 400, createRandom(1)))).toBeGreaterThan(near);
  });

  it.each([
    ['nothing but zeros', () => 0],
    ['a constant', () => 5],
    ['one spike', (i: number) => (i === 100 ? 1e6 : 0)],
  ])('fits %s without ado', (_, value) => {
    const flat = Array.from({ length: 400 }, (__, i) => value(i));
    const start = dayOf('2024-01-01');
    const design = prophetDesign(
      flat.map((__, i) => start + i),
      PROPHET_DEFAULTS,
      none,
    );
    const { total } = predictProphet(fitProphet(design, flat), [start + 400, start + 420], none);
    expect([...total].every(Number.isFinite)).toBe(true);
    if (value(0) === 5) expect(total[0]).toBeCloseTo(5, 3);
    expect(dateOf(design.startDay)).toBe('2024-01-01');
  });
});
