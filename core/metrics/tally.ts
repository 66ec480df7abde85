/**
 * Adds documents up into the rows of the metrics. The same sums serve the transaction of a sale and the night's rebuild, so the two
 * cannot count differently.
 */
import { sql } from 'kysely';
import { sqlFor, type Writer } from '#core/engine/sql.ts';
import { mulDivRound } from '#core/shared/numbers.ts';
import type { Tender } from '#core/shared/tender.ts';
import type { DailySalesRow, DailyTenderRow, MetricsTables, ProductDemandRow } from './tables.ts';

const { db, change } = sqlFor<MetricsTables>();

const SALES_SUMS = [
  'sales',
  'totalClp',
  'netClp',
  'ivaClp',
  'exemptClp',
  'discountClp',
  'costMilliClp',
  'returns',
  'returnedClp',
  'returnedNetClp',
  'returnedIvaClp',
  'returnedExemptClp',
  'returnedCostMilliClp',
] as const;
const TENDER_SUMS = ['payments', 'amountClp', 'roundingClp'] as const;
const DEMAND_SUMS = [
  'sales',
  'soldMilli',
  'totalClp',
  'netMilliClp',
  'discountClp',
  'costMilliClp',
  'returnedMilli',
  'returnedClp',
  'returnedNetMilliClp',
  'returnedCostMilliClp',
] as const;

/** `set a = a + excluded.a, ...` of an upsert. */
const added = <C extends string>(columns: readonly C[]) =>
  Object.fromEntries(columns.map((column) => [column, sql<number>`${sql.ref(column)} + excluded.${sql.ref(column)}`]));

const addSales = change((p: DailySalesRow) =>
  db
    .insertInto('dailySales')
    .values(p)
    .onConflict((conflict) =>
      conflict.columns(['branchId', 'date', 'hour', 'cashierId']).doUpdateSet(added(SALES_SUMS)),
    ),
);
const addTender = change((p: DailyTenderRow) =>
  db
    .insertInto('dailyTender')
    .values(p)
    .onConflict((conflict) => conflict.columns(['branchId', 'date', 'tender']).doUpdateSet(added(TENDER_SUMS))),
);
const addDemand = change((p: ProductDemandRow) =>
  db
    .insertInto('productDemand')
    .values(p)
    .onConflict((conflict) => conflict.columns(['branchId', 'date', 'productId']).doUpdateSet(added(DEMAND_SUMS))),
);

/** Where and when a document counts. */
export interface Place {
  branchId: string;
  date: string;
  hour: number;
  cashierId: string;
}

interface Money {
  totalClp: number;
  netClp: number;
  ivaClp: number;
  exemptClp: number;
  costMilliClp: number;
}

export interface CountedLine {
  productId: string;
  taxKind: 'TAXED' | 'EXEMPT';
  quantityMilli: number;
  totalClp: number;
  discountClp: number;
  costMilliClp: number;
}

export class Tally {
  readonly #sales = new Map<string, DailySalesRow>();
  readonly #tenders = new Map<string, DailyTenderRow>();
  readonly #demand = new Map<string, ProductDemandRow>();

  /** A sale with its lines; `discountClp` of a line is all that was taken off it. */
  sale(place: Place, sale: Money & { discountClp: number; ivaBasisPoints: number }, lines: readonly CountedLine[]): void {
    const row = this.#salesRow(place);
    row.sales += 1;
    row.totalClp += sale.totalClp;
    row.netClp += sale.netClp;
    row.ivaClp += sale.ivaClp;
    row.exemptClp += sale.exemptClp;
    row.discountClp += sale.discountClp;
    row.costMilliClp += sale.costMilliClp;
    const seen = new Set<string>();
    for (const line of lines) {
      const demand = this.#demandRow(place.branchId, place.date, line.productId);
      if (!seen.has(line.productId)) demand.sales += 1;
      seen.add(line.productId);
      demand.soldMilli += line.quantityMilli;
      demand.totalClp += line.totalClp;
      demand.netMilliClp += netMilliClp(line.totalClp, line.taxKind, sale.ivaBasisPoints);
      demand.discountClp += line.discountClp;
      demand.costMilliClp += line.costMilliClp;
    }
  }

  /** The money of a return, on the day and in the hands that paid it back. */
  refund(place: Place, back: Money): void {
    const row = this.#salesRow(place);
    row.returns += 1;
    row.returnedClp += back.totalClp;
    row.returnedNetClp += back.netClp;
    row.returnedIvaClp += back.ivaClp;
    row.returnedExemptClp += back.exemptClp;
    row.returnedCostMilliClp += back.costMilliClp;
  }

  /** A line that came back, on the day of its sale. */
  cameBack(
    branchId: string,
    saleDate: string,
    line: Omit<CountedLine, 'discountClp'> & { ivaBasisPoints: number },
  ): void {
    const demand = this.#demandRow(branchId, saleDate, line.productId);
    demand.returnedMilli += line.quantityMilli;
    demand.returnedClp += line.totalClp;
    demand.returnedNetMilliClp += netMilliClp(line.totalClp, line.taxKind, line.ivaBasisPoints);
    demand.returnedCostMilliClp += line.costMilliClp;
  }

  payment(branchId: string, date: string, payment: { tender: Tender; amountClp: number; roundingClp: number }): void {
    const key = `${branchId}/${date}/${payment.tender}`;
    const row = this.#tenders.get(key) ?? {
      branchId,
      date,
      tender: payment.tender,
      payments: 0,
      amountClp: 0,
      roundingClp: 0,
    };
    row.payments += 1;
    row.amountClp += payment.amountClp;
    row.roundingClp += payment.roundingClp;
    this.#tenders.set(key, row);
  }

  /** Adds the sums to the stored rows. Answers how many rows it wrote. */
  write(writer: Writer): number {
    for (const row of this.#sales.values()) addSales.run(writer, row);
    for (const row of this.#tenders.values()) addTender.run(writer, row);
    for (const row of this.#demand.values()) addDemand.run(writer, row);
    return this.#sales.size + this.#tenders.size + this.#demand.size;
  }

  #salesRow({ branchId, date, hour, cashierId }: Place): DailySalesRow {
    const key = `${branchId}/${date}/${String(hour)}/${cashierId}`;
    let row = this.#sales.get(key);
    if (!row) {
      row = { branchId, date, hour, cashierId, ...zeros(SALES_SUMS) };
      this.#sales.set(key, row);
    }
    return row;
  }

  #demandRow(branchId: string, date: string, productId: string): ProductDemandRow {
    const key = `${branchId}/${date}/${productId}`;
    let row = this.#demand.get(key);
    if (!row) {
      row = { branchId, date, productId, ...zeros(DEMAND_SUMS) };
      this.#demand.set(key, row);
    }
    return row;
  }
}

const zeros = <C extends string>(columns: readonly C[]): Record<C, number> =>
  Object.fromEntries(columns.map((column) => [column, 0])) as Record<C, number>;

/**
 * A line's share of the net in thousandths of a peso: documents round their net as a whole, so that lines need the finer measure to add
 * up to it within a peso a document.
 */
export const netMilliClp = (totalClp: number, taxKind: 'TAXED' | 'EXEMPT', ivaBasisPoints: number): number =>
  taxKind === 'EXEMPT' ? totalClp * 1000 : mulDivRound(totalClp * 1000, 10_000, 10_000 + ivaBasisPoints);
