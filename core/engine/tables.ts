/** The engine's tables as Kysely sees them; the schema itself is migrations/sqlite/010_engine.sql. */
export interface EngineTables {
  organisation: { id: string; name: string; rut: string; giro: string; createdAtMs: number };
  branch: {
    id: string;
    organisationId: string;
    code: string;
    name: string;
    address: string;
    comuna: string;
    timeZone: string;
    createdAtMs: number;
  };
  terminal: { id: string; branchId: string; code: string; name: string; createdAtMs: number };
  device: { singleton: 1; id: string; createdAtMs: number };
  machineMark: { singleton: 1; mark: string };
  installation: {
    singleton: 1;
    organisationId: string;
    branchId: string;
    terminalId: string;
    isDemo: 0 | 1;
    createdAtMs: number;
  };
  event: EventRow & { inputHash: string; reply: string };
  localEvent: {
    sequence: number;
    kind: string;
    actorId: string;
    occurredAtMs: number;
    payload: string;
    prevHash: string;
    hash: string;
  };
  masterStamp: { tableName: string; rowId: string; stamps: string };
  documentCounter: { terminalId: string; kind: string; lastNumber: number };
  session: {
    tokenHash: string;
    id: string;
    userId: string;
    terminalId: string;
    proof: 'PASSWORD' | 'PIN';
    createdAtMs: number;
    lastSeenAtMs: number;
    expiresAtMs: number;
    revokedAtMs: number | null;
    deviceId: string | null;
  };
  setting: { key: string; value: string };
  taskRun: {
    id: string;
    job: string;
    slotAtMs: number;
    trigger: 'SCHEDULE' | 'CATCH_UP' | 'MANUAL';
    state: 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELLED' | 'LOST';
    startedAtMs: number;
    finishedAtMs: number | null;
    rowCount: number | null;
    error: string | null;
  };
}

/** One operation: the complete fact, as it is audited, sent and folded. */
export interface EventRow {
  sequence: number;
  id: string;
  commandId: string;
  kind: string;
  version: number;
  /** The document or row that the event is about. */
  subjectId: string;
  hlc: string;
  actorId: string;
  approverId: string | null;
  terminalId: string;
  branchId: string;
  occurredAtMs: number;
  businessDate: string;
  payload: string;
  prevHash: string;
  hash: string;
}
