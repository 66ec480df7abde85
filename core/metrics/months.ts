/** Long periods read whole months from the months' sums, and only the days at their ends one by one. */
import { type RawBuilder, sql } from 'kysely';
import { addDays, type LocalDate } from '#core/shared/time.ts';
import type { Span } from './reportParts.ts';
import type { ProductDayRow } from './tables.ts';

/** A period with the whole months in it, the days before them and those after; what there is none of ends before it begins. */
export interface Pieces extends Span {
  firstMonth: string;
  lastMonth: string;
  headTo: LocalDate;
  tailFrom: LocalDate;
}

export function inPieces({ from, to, branchId }: Span): Pieces {
  const firstMonth = from.endsWith('-01') ? monthOf(from) : monthOf(addDays(`${monthOf(from)}-01`, 31));
  const tailFrom = `${monthOf(addDays(to, 1))}-01`;
  const lastMonth = monthOf(addDays(tailFrom, -1));
  const pieces = { from, to, branchId, firstMonth, lastMonth };
  if (firstMonth > lastMonth) return { ...pieces, headTo: to, tailFrom: addDays(to, 1) };
  return { ...pieces, headTo: addDays(`${firstMonth}-01`, -1), tailFrom };
}

const monthOf = (date: LocalDate): string => date.slice(0, 7);

type ProductSums = Omit<ProductDayRow, 'businessDate'>;
const SUMS = sql.raw(
  `"branchId", "productId", "soldMilli", "totalClp", "netClp", "discountClp", "costMilliClp", "returnedMilli", "returnTotalClp",
   "returnNetClp", "returnCostMilliClp", "demandMilli"`,
);

/** Finds the rows of a branch, or of all, on the primary key of the figures. */
export const inBranches = (branchId: string | null) =>
  sql<boolean>`"branchId" in (select "id" from "branch" where ${branchId} is null or "id" = ${branchId})`;

/** What products sold in a period, in as few rows as there are: to be added up by product. */
export const productsIn = (p: Pieces): RawBuilder<ProductSums> => sql`(
  select ${SUMS} from "productMonth" where ${inBranches(p.branchId)} and "month" >= ${p.firstMonth} and "month" <= ${p.lastMonth}
  union all
  select ${SUMS} from "productDay" where ${inBranches(p.branchId)} and "businessDate" >= ${p.from} and "businessDate" <= ${p.headTo}
  union all
  select ${SUMS} from "productDay" where ${inBranches(p.branchId)} and "businessDate" >= ${p.tailFrom} and "businessDate" <= ${p.to})`;

export interface Until {
  /** The last day counted, and the month that it lies in. */
  to: LocalDate;
  month: string;
  branchId: string | null;
}

export const until = (to: LocalDate, branchId: string | null): Until => ({ to, month: monthOf(to), branchId });

/** What moved on the shelves from the beginning to the end of a day. */
export const shelvesUntil = (
  p: Until,
): RawBuilder<{ productId: string; changeMilli: number; changeMilliClp: number }> => sql`(
  select "productId", "changeMilli", "changeMilliClp" from "stockMonth"
  where ${inBranches(p.branchId)} and "month" < ${p.month}
  union all
  select "productId", "changeMilli", "changeMilliClp" from "stockDay"
  where ${inBranches(p.branchId)} and "businessDate" >= ${p.month} and "businessDate" <= ${p.to})`;
