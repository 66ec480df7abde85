/**
 * Goal: what a cart costs is what the domain page says, to the peso, and the parts always add up to the one total, whatever the
 * quantities, discounts and exempt lines.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basisPoints } from './numbers.ts';
import { price, type PricedInput } from './pricing.ts';

const IVA = basisPoints(1900);
const line = (
  unitPriceClp: number,
  quantityMilli = 1000,
  discountClp = 0,
  taxKind: 'TAXED' | 'EXEMPT' = 'TAXED',
): PricedInput => ({
  unitPriceClp,
  quantityMilli,
  discountClp,
  taxKind,
});

describe('golden values', () => {
  it.each([
    [680, 571, 109],
    [9_990, 8_395, 1_595],
    [19_990, 16_798, 3_192],
    [86_710, 72_866, 13_844],
    [10, 8, 2],
    [1, 1, 0],
  ])('splits %i into %i net and %i IVA', (totalClp, netClp, ivaClp) => {
    expect(price([line(totalClp)], 0, IVA).totals).toMatchObject({ totalClp, netClp, ivaClp, exemptClp: 0 });
  });

  it('derives the IVA once per document, not per line', () => {
    const { totals } = price([line(10), line(10), line(10)], 0, IVA);
    // Per line it would be 8 + 2 three times: 24 + 6.
    expect(totals).toMatchObject({ totalClp: 30, netClp: 25, ivaClp: 5 });
  });

  it('sells by the fraction: 3.75 L from a drum at 4.333 the litre, half up', () => {
    expect(price([line(4_333, 3_750)], 0, IVA).totals.totalClp).toBe(16_249);
    expect(price([line(1, 500)], 0, IVA).totals.totalClp).toBe(1);
    expect(price([line(1, 499)], 0, IVA).totals.totalClp).toBe(0);
  });

  it('shares a discount on the document by largest remainder', () => {
    const { lines, totals } = price([line(1_000), line(1_000), line(1_000)], 100, IVA);
    expect(lines.map((row) => row.orderDiscountClp)).toEqual([34, 33, 33]);
    expect(totals).toMatchObject({ subtotalClp: 3_000, discountClp: 100, totalClp: 2_900 });
  });

  it('keeps exempt lines out of the base', () => {
    const { totals } = price([line(11_900), line(5_000, 1000, 0, 'EXEMPT')], 0, IVA);
    expect(totals).toMatchObject({ totalClp: 16_900, exemptClp: 5_000, netClp: 10_000, ivaClp: 1_900 });
  });

  it('prices nothing at nothing', () => {
    expect(price([], 0, IVA).totals).toMatchObject({ subtotalClp: 0, totalClp: 0, netClp: 0, ivaClp: 0 });
    expect(price([line(0), line(500, 1000, 500)], 0, IVA).totals).toMatchObject({ discountClp: 500, totalClp: 0 });
  });
});

const anyLine = fc.record({
  unitPriceClp: fc.integer({ min: 0, max: 2_000_000 }),
  quantityMilli: fc.integer({ min: 1, max: 500_000 }),
  discountClp: fc.integer({ min: 0, max: 5_000_000 }),
  taxKind: fc.constantFrom('TAXED' as const, 'EXEMPT' as const),
});

describe('whatever is sold', () => {
  it('lines add up to the document, nothing is negative, and net + IVA + exempt is the total', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 12 }), fc.integer({ min: 0, max: 10_000_000 }), (lines, discount) => {
        const priced = price(lines, discount, IVA);
        const { totals } = priced;
        expect(priced.lines.reduce((sum, row) => sum + row.totalClp, 0)).toBe(totals.totalClp);
        expect(priced.lines.reduce((sum, row) => sum + row.grossClp, 0)).toBe(totals.subtotalClp);
        expect(totals.subtotalClp - totals.discountClp).toBe(totals.totalClp);
        expect(totals.netClp + totals.ivaClp + totals.exemptClp).toBe(totals.totalClp);
        for (const row of priced.lines) {
          expect(row.totalClp).toBe(row.grossClp - row.discountClp - row.orderDiscountClp);
          expect(
            Math.min(row.totalClp, row.discountClp, row.orderDiscountClp, totals.netClp, totals.ivaClp),
          ).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
