/** The tables of the metrics; see migrations/sqlite/100_metrics.sql. */
import type { Tender } from '#core/shared/tender.ts';

export interface MetricsTables {
  dailySales: DailySalesRow;
  dailyTender: DailyTenderRow;
  productDemand: ProductDemandRow;
  productStanding: ProductStandingRow;
}

export interface DailySalesRow {
  branchId: string;
  date: string;
  hour: number;
  cashierId: string;
  sales: number;
  totalClp: number;
  netClp: number;
  ivaClp: number;
  exemptClp: number;
  discountClp: number;
  costMilliClp: number;
  returns: number;
  returnedClp: number;
  returnedNetClp: number;
  returnedIvaClp: number;
  returnedExemptClp: number;
  returnedCostMilliClp: number;
}

export interface DailyTenderRow {
  branchId: string;
  date: string;
  tender: Tender;
  payments: number;
  amountClp: number;
  roundingClp: number;
}

export interface ProductDemandRow {
  branchId: string;
  date: string;
  productId: string;
  sales: number;
  soldMilli: number;
  totalClp: number;
  netMilliClp: number;
  discountClp: number;
  costMilliClp: number;
  returnedMilli: number;
  returnedClp: number;
  returnedNetMilliClp: number;
  returnedCostMilliClp: number;
}

export interface ProductStandingRow {
  branchId: string;
  productId: string;
  rank: 'A' | 'B' | 'C' | 'NONE';
  sold365Milli: number;
  net365MilliClp: number;
  cost365MilliClp: number;
  onHandMilli: number;
  valueMilliClp: number;
  lastSoldOn: string | null;
  lastReceivedOn: string | null;
  computedOn: string;
}
