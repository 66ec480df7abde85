/** The tables of sync and of transfers between branches; see migrations/sqlite/130_sync.sql. */
import type { Scope } from './protocol.ts';

export interface SyncTables {
  syncState: SyncStateRow;
  syncLink: { singleton: 1; connection: string; connectedAtMs: number };
  syncIncarnation: { id: string; base: number; lastSequence: number | null; startedAtMs: number; reason: string };
  syncCursor: { stream: string; cursor: number; head: number; movedAtMs: number };
  syncLog: LogKey & { seq: number; businessDate: string; hash: string };
  syncPush: { acked: number; atMs: number };
  syncHeld: HeldRow;
  masterBase: { tableName: string; rowId: string; stamps: string; columnValues: string };
  branchStock: { productId: string; branchId: string; warehouseId: string; onHandMilli: number; changedAtMs: number };
  branchContact: { branchId: string; lastContactMs: number };
  branchOverview: OverviewRow;
  syncTask: {
    id: string;
    kind: string;
    subjectId: string;
    detail: string;
    createdAtMs: number;
    resolvedAtMs: number | null;
  };
  transfer: TransferRow;
  transferLine: TransferLineRow;
}

export interface LogKey {
  stream: string;
  deviceId: string;
  sequence: number;
}

export interface HeldRow extends LogKey {
  state: 'DEFERRED' | 'QUARANTINED';
  reason: string;
  detail: string;
  operation: string;
  heldAtMs: number;
}

export interface SyncStateRow {
  singleton: 1;
  incarnation: string;
  epoch: string;
  scope: Scope | null;
  acked: number;
  ackedAtMs: number | null;
  masterSeen: number;
  lastContactMs: number | null;
  lastAttemptMs: number | null;
  skewMs: number;
  failures: number;
  reason: string;
  appVersion: string;
  stockAsOfMs: number | null;
  overviewAsOfMs: number | null;
}

export interface OverviewRow {
  branchId: string;
  code: string;
  name: string;
  lastContactMs: number | null;
  pending: number;
  appVersion: string;
  salesToday: number;
  salesTodayClp: number;
  cashDifferenceClp: number;
  quarantined: number;
  deferred: number;
}

export interface TransferRow {
  id: string;
  number: string;
  fromBranchId: string;
  toBranchId: string;
  dispatchedById: string;
  dispatchedAtMs: number;
  receivedById: string | null;
  receivedAtMs: number | null;
}

export interface TransferLineRow {
  transferId: string;
  lineNumber: number;
  productId: string;
  quantityMilli: number;
  valueMilliClp: number;
  receivedMilli: number | null;
}
