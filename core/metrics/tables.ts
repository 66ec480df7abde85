/** The stored figures; see migrations/sqlite/100_metrics.sql, 160_months.sql for their sums by month and 190_company.sql. */
import type { Tender } from '#core/shared/tender.ts';

export interface MetricsTables {
  dailySales: DailySalesRow;
  dailyTender: DailyTenderRow;
  productDay: ProductDayRow;
  stockDay: { branchId: string; businessDate: string; productId: string; changeMilli: number; changeMilliClp: number };
  productStanding: StandingRow;
  voidedDocument: {
    id: string;
    kind: 'CART' | 'ORDER';
    branchId: string;
    actorId: string;
    occurredAtMs: number;
    businessDate: string;
    totalClp: number;
  };
  branchReach: { branchId: string; asOfMs: number; heldCount: number };
}

export interface DailySalesRow {
  branchId: string;
  businessDate: string;
  hour: number;
  cashierId: string;
  saleCount: number;
  totalClp: number;
  netClp: number;
  ivaClp: number;
  exemptClp: number;
  discountClp: number;
  costMilliClp: number;
  overrideCount: number;
  overrideClp: number;
  returnCount: number;
  returnTotalClp: number;
  returnNetClp: number;
  returnIvaClp: number;
  returnExemptClp: number;
  returnCostMilliClp: number;
  lastAtMs: number;
}

export interface DailyTenderRow {
  branchId: string;
  businessDate: string;
  tender: Tender;
  documentKind: 'ORDER' | 'RETURN' | 'ACCOUNT';
  cashierId: string;
  paymentCount: number;
  amountClp: number;
  roundingClp: number;
}

export interface ProductDayRow {
  branchId: string;
  businessDate: string;
  productId: string;
  soldMilli: number;
  totalClp: number;
  netClp: number;
  discountClp: number;
  costMilliClp: number;
  returnedMilli: number;
  returnTotalClp: number;
  returnNetClp: number;
  returnCostMilliClp: number;
  demandMilli: number;
}

export interface StandingRow {
  branchId: string;
  productId: string;
  asOf: string;
  abc: 'A' | 'B' | 'C';
  revenueClp: number;
  demandMilli: number;
  onHandMilli: number;
  valueMilliClp: number;
  turnoverMilli: number | null;
  coverDaysMilli: number | null;
  lastSoldOn: string | null;
  idleDays: number | null;
}
