/**
 * Prophet's model (Taylor & Letham 2018) with a fit of our own: piecewise-linear trend with Laplace changepoints, Fourier seasons,
 * holidays, normal noise; the joint maximum of the posterior, as Stan's optimiser seeks it. For a given noise the posterior is a
 * lasso over the changepoints alone, since everything else can be eliminated; noise and coefficients are found in turn.
 */
import { cholesky, choleskySolve, lasso } from './linear.ts';
import type { Random } from './random.ts';

export interface ProphetOptions {
  /** Candidate changepoints, evenly spread over the first `changepointRange` of the history. */
  changepoints: number;
  changepointPrior: number;
  changepointRange: number;
  /** Fourier orders; 0 leaves the season out. */
  yearlyOrder: number;
  weeklyOrder: number;
  seasonalityPrior: number;
  holidaysPrior: number;
}

export const PROPHET_DEFAULTS: ProphetOptions = {
  changepoints: 25,
  changepointPrior: 0.05,
  changepointRange: 0.8,
  yearlyOrder: 10,
  weeklyOrder: 3,
  seasonalityPrior: 10,
  holidaysPrior: 10,
};

/** Which holiday a day (days since 1970-01-01) is, if any. */
export type HolidayOf = (day: number) => string | null;

/** What all series that were observed on the same days share: the regressors and their Gram matrix. */
export interface ProphetDesign {
  readonly options: ProphetOptions;
  readonly startDay: number;
  /** Days from the first to the last observation. */
  readonly spanDays: number;
  readonly count: number;
  readonly changeAt: Float64Array;
  readonly holidays: readonly string[];
  readonly width: number;
  readonly rows: Float64Array;
  readonly gram: Float64Array;
}

export interface ProphetModel {
  readonly design: Pick<ProphetDesign, 'options' | 'startDay' | 'spanDays' | 'changeAt' | 'holidays' | 'width'>;
  /** Largest absolute observation; everything below is in this unit. */
  readonly scale: number;
  /** Slope, offset, slope changes, then season and holiday coefficients. */
  readonly coefficients: Float64Array;
  readonly sigma: number;
  /** Negative log posterior at the maximum, without constants. */
  readonly loss: number;
}

export interface Components {
  trend: Float64Array;
  yearly: Float64Array;
  weekly: Float64Array;
  holidays: Float64Array;
  /** Their sum. */
  total: Float64Array;
}

/** Builds the regressors for these observed days (ascending). Only holidays that occur among them get a coefficient. */
export function prophetDesign(days: ArrayLike<number>, options: ProphetOptions, holidayOf: HolidayOf): ProphetDesign {
  const count = days.length;
  const startDay = days[0] ?? 0;
  const spanDays = Math.max(1, (days[count - 1] ?? startDay) - startDay);
  const changeAt = changepointTimes(days, options, startDay, spanDays);
  const seen = new Set<string>();
  for (let i = 0; i < count; i += 1) {
    const name = holidayOf(days[i]!);
    if (name !== null) seen.add(name);
  }
  const holidays = [...seen].sort();
  const width = 2 + changeAt.length + 2 * (options.yearlyOrder + options.weeklyOrder) + holidays.length;
  const frame = { options, startDay, spanDays, changeAt, holidays, width };
  const rows = new Float64Array(count * width);
  const slots = holidaySlots(holidays);
  for (let i = 0; i < count; i += 1) {
    fillRow(frame, slots, days[i]!, holidayOf, rows.subarray(i * width, (i + 1) * width));
  }
  return { ...frame, count, rows, gram: gramOf(rows, count, width) };
}

/** Fits one series on a design; `values` belong to the design's days, one by one. */
export function fitProphet(design: ProphetDesign, values: ArrayLike<number>): ProphetModel {
  const { count, width, rows, gram, options } = design;
  let scale = 0;
  for (let i = 0; i < count; i += 1) scale = Math.max(scale, Math.abs(values[i]!));
  if (!(scale > 0)) scale = 1;
  const moment = new Float64Array(width);
  let square = 0;
  for (let i = 0; i < count; i += 1) {
    const y = values[i]! / scale;
    if (y === 0) continue;
    square += y * y;
    for (let j = 0, at = i * width; j < width; j += 1) moment[j]! += y * rows[at + j]!;
  }
  const problem = split(design);
  const coefficients = new Float64Array(width);
  const delta = new Float64Array(problem.changes);
  let variance = Math.max(square / Math.max(count, 1), 1e-10);
  for (let round = 0; round < 60; round += 1) {
    solve(problem, gram, moment, variance, 1 / options.changepointPrior, delta, coefficients);
    const next = bestVariance(count, residual(gram, moment, square, coefficients, width));
    const moved = Math.abs(next - variance) / variance;
    variance = next;
    if (moved < 1e-7) break;
  }
  const rest = residual(gram, moment, square, coefficients, width);
  const { startDay, spanDays, changeAt, holidays } = design;
  return {
    design: { options, startDay, spanDays, changeAt, holidays, width },
    scale,
    coefficients,
    sigma: Math.sqrt(variance),
    loss: negativeLogPosterior(problem, coefficients, variance, rest, count, options.changepointPrior),
  };
}

/** The model's components on any days, in the unit of the observations. */
export function predictProphet(model: ProphetModel, days: ArrayLike<number>, holidayOf: HolidayOf): Components {
  const { design, coefficients, scale } = model;
  const { width, options } = design;
  const row = new Float64Array(width);
  const slots = holidaySlots(design.holidays);
  const trendEnd = 2 + design.changeAt.length;
  const yearlyEnd = trendEnd + 2 * options.yearlyOrder;
  const weeklyEnd = yearlyEnd + 2 * options.weeklyOrder;
  const part = (from: number, to: number): number => {
    let sum = 0;
    for (let j = from; j < to; j += 1) sum += row[j]! * coefficients[j]!;
    return sum * scale;
  };
  const count = days.length;
  const empty = (): Float64Array => new Float64Array(count);
  const components = { trend: empty(), yearly: empty(), weekly: empty(), holidays: empty(), total: empty() };
  for (let i = 0; i < count; i += 1) {
    fillRow(design, slots, days[i]!, holidayOf, row);
    const trend = (components.trend[i] = part(0, trendEnd));
    const yearly = (components.yearly[i] = part(trendEnd, yearlyEnd));
    const weekly = (components.weekly[i] = part(yearlyEnd, weeklyEnd));
    const holidays = (components.holidays[i] = part(weeklyEnd, width));
    components.total[i] = trend + yearly + weekly + holidays;
  }
  return components;
}

/**
 * Paths through the future as Prophet draws them: the trend may change as often and as much as it did, plus noise a day. Days are
 * ascending and after the history. One row a path.
 */
export function samplePaths(
  model: ProphetModel,
  days: ArrayLike<number>,
  holidayOf: HolidayOf,
  paths: number,
  random: Random,
): Float64Array[] {
  const { design, coefficients, scale, sigma } = model;
  const mean = predictProphet(model, days, holidayOf).total;
  const changes = design.changeAt.length;
  let size = 1e-8;
  for (let j = 0; j < changes; j += 1) size += Math.abs(coefficients[2 + j]!) / changes;
  const end = ((days[days.length - 1] ?? design.startDay) - design.startDay) / design.spanDays;
  return Array.from({ length: paths }, () => {
    const count = end > 1 ? random.poisson(changes * (end - 1)) : 0;
    const at = Array.from({ length: count }, () => 1 + random.next() * (end - 1));
    const by = at.map(() => random.laplace(size));
    return Float64Array.from(mean, (value, i) => {
      const t = (days[i]! - design.startDay) / design.spanDays;
      let drift = 0;
      for (let j = 0; j < count; j += 1) if (t > at[j]!) drift += by[j]! * (t - at[j]!);
      return value + scale * (drift + sigma * random.normal());
    });
  });
}

/** Negative log posterior, without constants, of any coefficients and noise (both in units of the scale): what the fit makes least. */
export function posteriorLoss(
  design: ProphetDesign,
  values: ArrayLike<number>,
  coefficients: Float64Array,
  sigma: number,
): number {
  let scale = 0;
  for (let i = 0; i < design.count; i += 1) scale = Math.max(scale, Math.abs(values[i]!));
  let rest = 0;
  for (let i = 0; i < design.count; i += 1) {
    let error = values[i]! / (scale || 1);
    for (let j = 0; j < design.width; j += 1) error -= design.rows[i * design.width + j]! * coefficients[j]!;
    rest += error * error;
  }
  const { changepointPrior } = design.options;
  return negativeLogPosterior(split(design), coefficients, sigma * sigma, rest, design.count, changepointPrior);
}

function changepointTimes(
  days: ArrayLike<number>,
  options: ProphetOptions,
  startDay: number,
  spanDays: number,
): Float64Array {
  const candidates = Math.floor(days.length * options.changepointRange);
  const wanted = Math.max(0, Math.min(options.changepoints, candidates - 1));
  return Float64Array.from({ length: wanted }, (_, index) => {
    const position = ((index + 1) * (candidates - 1)) / wanted;
    return (days[roundHalfEven(position)]! - startDay) / spanDays;
  });
}

/** As numpy rounds, so that the changepoints are Prophet's. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

const holidaySlots = (holidays: readonly string[]): ReadonlyMap<string, number> =>
  new Map(holidays.map((name, index) => [name, index]));

const YEAR_DAYS = 365.25;

function fillRow(
  frame: Pick<ProphetDesign, 'options' | 'startDay' | 'spanDays' | 'changeAt' | 'holidays' | 'width'>,
  slots: ReadonlyMap<string, number>,
  day: number,
  holidayOf: HolidayOf,
  row: Float64Array,
): void {
  const t = (day - frame.startDay) / frame.spanDays;
  row[0] = t;
  row[1] = 1;
  let at = 2;
  for (const change of frame.changeAt) row[at++] = t > change ? t - change : 0;
  at = fourier(row, at, day, YEAR_DAYS, frame.options.yearlyOrder);
  at = fourier(row, at, day, 7, frame.options.weeklyOrder);
  row.fill(0, at, frame.width);
  if (slots.size === 0) return;
  const name = holidayOf(day);
  const slot = name === null ? undefined : slots.get(name);
  if (slot !== undefined) row[at + slot] = 1;
}

function fourier(row: Float64Array, at: number, day: number, period: number, order: number): number {
  for (let n = 1; n <= order; n += 1) {
    const angle = (2 * Math.PI * n * day) / period;
    row[at++] = Math.sin(angle);
    row[at++] = Math.cos(angle);
  }
  return at;
}

function gramOf(rows: Float64Array, count: number, width: number): Float64Array {
  const gram = new Float64Array(width * width);
  for (let i = 0; i < count; i += 1) {
    const at = i * width;
    for (let a = 0; a < width; a += 1) {
      const left = rows[at + a]!;
      if (left === 0) continue;
      const target = a * width;
      for (let b = a; b < width; b += 1) gram[target + b]! += left * rows[at + b]!;
    }
  }
  for (let a = 0; a < width; a += 1) for (let b = 0; b < a; b += 1) gram[a * width + b] = gram[b * width + a]!;
  return gram;
}

/** The coefficients without the slope changes (`others`, with their normal priors) and the slope changes (2 .. 2 + changes). */
interface Problem {
  width: number;
  changes: number;
  others: readonly number[];
  precision: Float64Array;
}

function split(design: ProphetDesign): Problem {
  const { options, width } = design;
  const changes = design.changeAt.length;
  const seasonsEnd = 2 + changes + 2 * (options.yearlyOrder + options.weeklyOrder);
  const others: number[] = [];
  for (let j = 0; j < width; j += 1) if (j < 2 || j >= 2 + changes) others.push(j);
  const precision = Float64Array.from(others, (j) => {
    const prior = j < 2 ? 5 : j < seasonsEnd ? options.seasonalityPrior : options.holidaysPrior;
    return 1 / (prior * prior);
  });
  return { width, changes, others, precision };
}

/** Best coefficients for this noise: eliminates the others, solves the lasso over the slope changes, puts the others back. */
function solve(
  problem: Problem,
  gram: Float64Array,
  moment: Float64Array,
  variance: number,
  rate: number,
  delta: Float64Array,
  coefficients: Float64Array,
): void {
  const { width, changes, others, precision } = problem;
  const size = others.length;
  const factor = new Float64Array(size * size);
  const base = new Float64Array(size);
  others.forEach((i, row) => {
    base[row] = moment[i]!;
    for (let column = 0; column <= row; column += 1) factor[row * size + column] = gram[i * width + others[column]!]!;
    factor[row * size + row]! += variance * precision[row]!;
  });
  cholesky(factor, size);
  choleskySolve(factor, size, base);
  const eliminated: Float64Array[] = [];
  for (let change = 0; change < changes; change += 1) {
    const column = Float64Array.from(others, (i) => gram[i * width + 2 + change]!);
    choleskySolve(factor, size, column);
    eliminated.push(column);
  }
  const hessian = new Float64Array(changes * changes);
  const linear = new Float64Array(changes);
  for (let a = 0; a < changes; a += 1) {
    const at = (2 + a) * width;
    linear[a] = moment[2 + a]! - alongOthers(gram, at, others, base);
    for (let b = 0; b <= a; b += 1) {
      const value = gram[at + 2 + b]! - alongOthers(gram, at, others, eliminated[b]!);
      hessian[a * changes + b] = value;
      hessian[b * changes + a] = value;
    }
  }
  lasso(hessian, linear, variance * rate, changes, delta);
  others.forEach((j, row) => {
    let value = base[row]!;
    for (let change = 0; change < changes; change += 1) value -= eliminated[change]![row]! * delta[change]!;
    coefficients[j] = value;
  });
  coefficients.set(delta, 2);
}

function alongOthers(gram: Float64Array, at: number, others: readonly number[], column: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < others.length; row += 1) sum += gram[at + others[row]!]! * column[row]!;
  return sum;
}

/** Sum of squared residuals, from the Gram matrix alone. */
function residual(
  gram: Float64Array,
  moment: Float64Array,
  square: number,
  coefficients: Float64Array,
  width: number,
): number {
  let sum = square;
  for (let a = 0; a < width; a += 1) {
    const value = coefficients[a]!;
    if (value === 0) continue;
    let along = 0;
    for (let b = 0; b < width; b += 1) along += gram[a * width + b]! * coefficients[b]!;
    sum += value * (along - 2 * moment[a]!);
  }
  return Math.max(sum, 0);
}

/** Maximises the posterior over the noise, whose prior is half normal with deviation 0.5 of the scale. */
function bestVariance(count: number, rest: number): number {
  return Math.max((Math.sqrt(count * count + 16 * rest) - count) / 8, 1e-10);
}

function negativeLogPosterior(
  problem: Problem,
  coefficients: Float64Array,
  variance: number,
  rest: number,
  count: number,
  changepointPrior: number,
): number {
  let loss = (count / 2) * Math.log(variance) + rest / (2 * variance) + 2 * variance;
  problem.others.forEach((j, row) => (loss += (problem.precision[row]! * coefficients[j]! ** 2) / 2));
  for (let j = 0; j < problem.changes; j += 1) loss += Math.abs(coefficients[2 + j]!) / changepointPrior;
  return loss;
}
