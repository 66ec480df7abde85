/** Goal: the scheme table is the design's, and a record moves the weights without ever crowning one model. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classOf, type Traits } from './classify.ts';
import {
  learnExperience,
  schemeOf,
  tableWeights,
  weightsFor,
  type ClosedForecast,
  type MemberName,
  type Scheme,
} from './ensemble.ts';

const traits = (over: Partial<Traits>): Traits => ({
  demandClass: 'intermittent',
  adi: 4,
  cv2: 0.2,
  openDays: 600,
  sellingDays: 150,
  ageDays: 731,
  idleDays: 2,
  ...over,
});

describe('classes', () => {
  it('cuts at ADI 1.32 and CV2 0.49', () => {
    expect(classOf(1.31, 0.48)).toBe('smooth');
    expect(classOf(1.31, 0.49)).toBe('erratic');
    expect(classOf(1.32, 0.48)).toBe('intermittent');
    expect(classOf(1.32, 0.49)).toBe('lumpy');
  });
});

describe('scheme', () => {
  it.each<[Scheme, Partial<Traits>]>([
    ['newProduct', { sellingDays: 0, ageDays: 10, openDays: 9, adi: Infinity, idleDays: Infinity }],
    ['shortHistory', { ageDays: 60, openDays: 51 }],
    ['shortHistory', { ageDays: 100, openDays: 86, sellingDays: 5, adi: 17 }],
    ['youngHistory', { ageDays: 181, openDays: 155 }],
    ['intermittentDemand', { ageDays: 182, openDays: 156 }],
    ['steadyDemand', { demandClass: 'erratic', adi: 1.1 }],
    ['noRotation', { idleDays: 180, adi: 10 }],
    ['noRotation', { sellingDays: 0, adi: Infinity, idleDays: Infinity }],
  ])('%s', (scheme, over) => {
    expect(schemeOf(traits(over))).toBe(scheme);
  });

  it('waits six usual gaps before a slow product counts as dead', () => {
    expect(schemeOf(traits({ idleDays: 200, adi: 40, sellingDays: 15 }))).toBe('intermittentDemand');
    expect(schemeOf(traits({ idleDays: 240, adi: 40, sellingDays: 15 }))).toBe('noRotation');
  });

  it('gives weights that sum to one, but for the dead', () => {
    for (const scheme of [
      'newProduct',
      'shortHistory',
      'youngHistory',
      'intermittentDemand',
      'steadyDemand',
    ] as const) {
      expect(Object.values(tableWeights(scheme)).reduce((a, b) => a + b, 0)).toBeCloseTo(1);
    }
    expect(tableWeights('noRotation')).toEqual({});
  });
});

describe('weights by record', () => {
  const closed = (id: string, errors: Partial<Record<MemberName, number>>, originDay: number): ClosedForecast => ({
    id,
    originDay,
    adi: 4,
    cv2: 0.2,
    members: Object.fromEntries(Object.entries(errors).map(([name, error]) => [name, 20 + error])),
    actual: 20,
  });
  const table = tableWeights('intermittentDemand');

  it('keeps the table until four origins have closed, then prefers who erred less', () => {
    const run = (originDay: number) => closed('a', { weekly: 2, tsb: 2, season: 2, prophet: 8 }, originDay);
    const few = learnExperience([run(1), run(2), run(3), run(3)]);
    expect(weightsFor('a', traits({}), table, few)).toEqual(table);
    expect(weightsFor('a', traits({}), table, null)).toEqual(table);
    const record = learnExperience([run(1), run(2), run(3), run(4)]);
    const enough = weightsFor('a', traits({}), table, record);
    // A product without a record of its own goes by its class's.
    expect(weightsFor('b', traits({}), table, record).prophet!).toBeCloseTo(enough.prophet!);
    expect(enough.prophet!).toBeLessThan(0.1);
    expect(enough.weekly!).toBeCloseTo(enough.tsb!);
  });

  it('always sums to one and leaves nobody out', () => {
    const error = fc.double({ min: -20, max: 500, noNaN: true });
    const one = fc.record({ weekly: error, tsb: error, season: error, prophet: error });
    fc.assert(
      fc.property(fc.array(one, { minLength: 4, maxLength: 8 }), (errors) => {
        const weights = weightsFor(
          'a',
          traits({}),
          table,
          learnExperience(errors.map((each, day) => closed('a', each, day))),
        );
        expect(Object.values(weights).reduce((a, b) => a + b, 0)).toBeCloseTo(1);
        for (const weight of Object.values(weights)) expect(weight).toBeGreaterThan(0);
      }),
    );
  });
});
