/** Goal: whatever the order in which operations arrive, and however often, every replica keeps the same value of every column. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Base, compareMarks, EMPTY_BASE, fold, type Mark } from './merge.ts';

const mark = fc.tuple(
  fc.integer({ min: 0, max: 5 }).map((ms) => `${String(ms).padStart(15, '0')}-00000`),
  fc.constantFrom('device-a', 'device-b'),
  fc.integer({ min: 1, max: 9 }),
);
const columns = fc.dictionary(fc.constantFrom('name', 'priceClp', 'brand'), fc.integer());
const operations = fc.uniqueArray(fc.record({ mark, columns }), { maxLength: 12, selector: (one) => one.mark.join() });
type Operation = { mark: Mark; columns: Record<string, number> };

const foldAll = (all: readonly Operation[]): Base =>
  all.reduce((base, one) => fold(base, one.columns, one.mark), EMPTY_BASE);

describe('the fold of master data', () => {
  it('does not depend on the order of arrival', () => {
    const inAnyOrder = operations.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
    fc.assert(
      fc.property(inAnyOrder, ([all, shuffled]) => {
        expect(foldAll(shuffled)).toEqual(foldAll(all));
      }),
    );
  });

  it('takes an operation twice like once', () => {
    fc.assert(
      fc.property(operations, (all) => {
        expect(foldAll([...all, ...all])).toEqual(foldAll(all));
      }),
    );
  });

  it('gives each column the value with the greatest mark', () => {
    fc.assert(
      fc.property(operations, (all) => {
        const { values } = foldAll(all);
        for (const name of ['name', 'priceClp', 'brand']) {
          const last = all
            .filter((one) => name in one.columns)
            .toSorted((a, b) => compareMarks(a.mark, b.mark))
            .at(-1);
          expect(values[name]).toBe(last?.columns[name]);
        }
      }),
    );
  });
});
