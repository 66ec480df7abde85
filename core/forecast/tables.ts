/** The tables of the forecast; see migrations/sqlite/110_forecast.sql. */
import type { Bucket } from './accuracy.ts';
import type { DemandClass } from './classify.ts';
import type { MemberName, Scheme } from './ensemble.ts';
import type { Refusal } from './prepare.ts';

export type NodeKind = 'PRODUCT' | 'CATEGORY' | 'SHOP';

export interface ForecastTables {
  specialDay: { date: string; name: string; closed: 'YES' | 'NO' };
  productPlan: PlanRow;
  forecastRun: RunRow;
  forecastNode: NodeRow;
  demandHistory: HistoryRow;
  forecastScore: ScoreRow;
  forecastAnomaly: AnomalyTableRow;
  reorderRecommendation: RecommendationTableRow;
}

export interface PlanRow {
  productId: string;
  criticality: 'LOW' | 'NORMAL' | 'CRITICAL';
  serviceLevelBasisPoints: number | null;
}

export interface RunRow {
  id: string;
  branchId: string;
  originDate: string;
  purpose: 'NIGHT' | 'REHEARSAL';
  state: 'BUILDING' | 'READY';
  seed: number;
  horizonDays: number;
  calendar: string;
  startedAtMs: number;
  finishedAtMs: number | null;
  productCount: number;
  refusedCount: number;
  scoredAtMs: number | null;
}

export interface NodeRow {
  runId: string;
  kind: NodeKind;
  nodeId: string;
  refusal: Refusal | null;
  scheme: Scheme | null;
  demandClass: DemandClass | null;
  expected7Milli: number;
  expected28Milli: number;
  low28Milli: number;
  high28Milli: number;
  days: string | null;
  body: string | null;
  actual28Milli: number | null;
  scoredAtMs: number | null;
}

export interface NodeDays {
  expected: number[];
  low: number[];
  high: number[];
  naive: number[];
}

/** Quantities in thousandths; `quantiles` at the forecaster's LEVELS. Dispersions in millionths. */
export interface NodeBody {
  adiMilli: number | null;
  cv2Milli: number;
  openDays: number;
  sellingDays: number;
  idleDays: number | null;
  weights: Partial<Record<MemberName, number>>;
  /** What each member said of the whole horizon. */
  members: Partial<Record<MemberName, number>>;
  rushMilli: number;
  totals: { days: number; meanMilli: number; dispersionPpm: number; quantiles: number[] }[];
}

export interface HistoryRow {
  branchId: string;
  kind: NodeKind;
  nodeId: string;
  firstDate: string;
  demandMilli: string;
  last28Milli: number;
  stockoutDays: number;
}

export interface ScoreRow {
  branchId: string;
  kind: NodeKind;
  nodeId: string;
  bucket: Bucket;
  originDate: string;
  n: number;
  absErrorMilli: number;
  errorMilli: number;
  actualMilli: number;
  squaredErrorMilli: number;
  naiveAbsErrorMilli: number;
  pinballMilli: number;
  nPinball: number;
  hits80: number;
  hits95: number;
  nInterval: number;
  apeBasisPoints: number;
  nApe: number;
}

export interface AnomalyTableRow {
  branchId: string;
  productId: string;
  originDate: string;
  days: number;
  direction: 'ABOVE' | 'BELOW';
  expectedMilli: number;
  lowMilli: number;
  highMilli: number;
  actualMilli: number;
  detectedAtMs: number;
}

export interface RecommendationTableRow {
  id: string;
  branchId: string;
  originDate: string;
  productId: string;
  supplierId: string | null;
  reason: 'ORDER' | 'ENOUGH' | 'NO_ROTATION';
  quantityMilli: number;
  unitCostMilliClp: number;
  onHandMilli: number;
  onOrderMilli: number;
  reservedMilli: number;
  reorderPointMilli: number;
  orderUpToMilli: number;
  packMilli: number;
  minimumMilli: number;
  ratePerDayMilli: number;
  leadDaysMilli: number;
  protectionDaysMilli: number;
  serviceLevelBasisPoints: number;
  runsOutInDays: number | null;
  changeBasisPoints: number | null;
  requestId: string | null;
  requestedMilli: number | null;
  soldMilli: number | null;
  stockoutDays: number | null;
  verdict: 'GOOD' | 'SHORT' | 'TOO_MUCH' | null;
}
