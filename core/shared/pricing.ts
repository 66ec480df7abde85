/**
 * What a document costs. The cart on the screen and the core call the same function, so the customer is charged what was shown.
 * Prices are gross; IVA is derived once per document.
 */
import { allocate, lineTotal, splitIva } from './money.ts';
import { type BasisPoints, clp, milli } from './numbers.ts';

export interface PricedInput {
  unitPriceClp: number;
  quantityMilli: number;
  /** Pesos off this line. */
  discountClp: number;
  taxKind: 'TAXED' | 'EXEMPT';
}

export interface PricedLine {
  grossClp: number;
  discountClp: number;
  /** This line's share of the discount on the whole document. */
  orderDiscountClp: number;
  totalClp: number;
}

export interface Totals {
  /** Before any discount. */
  subtotalClp: number;
  /** All discounts, of lines and document. */
  discountClp: number;
  totalClp: number;
  exemptClp: number;
  netClp: number;
  ivaClp: number;
}

/**
 * Prices lines and document. A discount larger than what it is taken from is cut to it: the caller refuses it before, where a
 * person should be told. The lines' totals always add up to the document's.
 */
export function price(
  lines: readonly PricedInput[],
  orderDiscountClp: number,
  rate: BasisPoints,
): { lines: PricedLine[]; totals: Totals } {
  const own = lines.map((line) => {
    const grossClp = lineTotal(clp(line.unitPriceClp), milli(line.quantityMilli));
    const discountClp = Math.min(line.discountClp, grossClp);
    return { grossClp, discountClp, afterClp: grossClp - discountClp };
  });
  const afterClp = own.reduce((sum, line) => sum + line.afterClp, 0);
  const shared = allocate(
    clp(Math.min(orderDiscountClp, afterClp)),
    own.map((line) => line.afterClp),
  );
  const priced = own.map((line, index) => {
    const share = shared[index] ?? 0;
    return {
      grossClp: line.grossClp,
      discountClp: line.discountClp,
      orderDiscountClp: share,
      totalClp: line.afterClp - share,
    };
  });
  return { lines: priced, totals: totalsOf(lines, priced, rate) };
}

function totalsOf(inputs: readonly PricedInput[], priced: readonly PricedLine[], rate: BasisPoints): Totals {
  let subtotalClp = 0;
  let totalClp = 0;
  let exemptClp = 0;
  for (const [index, line] of priced.entries()) {
    subtotalClp += line.grossClp;
    totalClp += line.totalClp;
    if (inputs[index]?.taxKind === 'EXEMPT') exemptClp += line.totalClp;
  }
  return {
    subtotalClp,
    discountClp: subtotalClp - totalClp,
    totalClp,
    exemptClp,
    ...splitIva(clp(totalClp - exemptClp), rate),
  };
}
