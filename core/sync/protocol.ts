/**
 * What a branch and the centre say to each other: one JSON value per call of a function of schema `sync`, one JSON value back (a page of
 * the log as rows). Shared by both halves; docs/decisions/0011-sync-protocol.md says why it is so. The client parses every answer: the centre may be newer than it.
 */
import { z } from 'zod';
import type { EventRow } from '#core/engine/tables.ts';

/** The version of this protocol; the centre refuses a greater one than its own with `OUTDATED_CENTRE`. */
export const PROTOCOL = 1;
/** The stream of the company's master data; every device reads it. */
export const MASTER_STREAM = 'master';
/** The stream of one branch's facts and documents: that branch's devices and the owner's read it. */
export const branchStream = (branchId: string): string => `branch:${branchId}`;

/** The branch whose stream it is; undefined for the company's. */
export const branchOfStream = (stream: string): string | undefined =>
  stream.startsWith('branch:') ? stream.slice('branch:'.length) : undefined;

/** An event as it travels: all its fields, `sequence` being the device's dense `dseq`; the payload stays the text that was hashed. */
export type WireOperation = EventRow;

const count = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** OWNER: may write the company's users, roles and prices, and reads every branch. */
const scope = z.enum(['OWNER', 'BRANCH']);
export type Scope = z.infer<typeof scope>;

/**
 * Why the centre kept an operation in the log without projecting it. ALTERED, AUTHORITY and FOREIGN_BRANCH bind every reader: such an
 * operation is applied nowhere. PROJECTION is the centre's own trouble: a reader tries for itself.
 */
export const VERDICTS = ['ALTERED', 'AUTHORITY', 'FOREIGN_BRANCH', 'PROJECTION', 'DEFERRED'] as const;
const verdict = z.enum(VERDICTS);
export type Verdict = z.infer<typeof verdict>;
export const BINDING_VERDICTS: readonly Verdict[] = ['ALTERED', 'AUTHORITY', 'FOREIGN_BRANCH'];

/** `sync.hello`: who asks, and how far its own chain has come. Also the heartbeat that the owner's page shows. */
export interface Hello {
  protocol: number;
  /** The machine's device id, or the id of a later incarnation of it. */
  incarnation: string;
  branchId: string;
  /** The last own event; 0 and 64 zeros before the first. */
  sequence: number;
  hash: string;
  /** The epoch in which the cursors were taken; empty before the first hello. */
  epoch: string;
  appVersion: string;
  pending: number;
  /** Sequences of the own chain whose hashes the centre shall tell, to find where two copies of one file parted. */
  probe?: number[];
}

const answerTo = <A extends string, S extends z.ZodRawShape>(answer: A, shape: S) =>
  z.object({ answer: z.literal(answer), ...shape });

const refused = answerTo('refused', {
  reason: z.enum(['BRANCH', 'OUTDATED_CENTRE', 'UNKNOWN_INCARNATION', 'STREAM', 'SNAPSHOT', 'SCOPE']),
});
/** The centre was restored since: say hello again, fall back to its `acked` and to `resume` of every stream. */
const epochChanged = answerTo('epoch', { epoch: z.string() });

export const helloAnswer = z.discriminatedUnion('answer', [
  answerTo('welcome', {
    epoch: z.string(),
    scope,
    branch: z.object({ id: z.string(), code: z.string() }),
    /** Null: this incarnation has not pushed yet; it starts at 0 (or by `sync.incarnate`). */
    acked: count.nullable(),
    ackedHash: sha256.nullable(),
    /** Head of each readable stream, and the greatest cursor of the asker's epoch that still holds. */
    streams: z.array(z.object({ stream: z.string(), head: count, resume: count })),
    probed: z.array(z.object({ sequence: count, hash: sha256 })),
    /** The centre's clock: the asker's differing by more than two minutes is worth a banner. */
    nowMs: count,
  }),
  refused,
]);
export type HelloAnswer = z.infer<typeof helloAnswer>;

/**
 * `sync.incarnate`: a cloned or restored file goes on as somebody else. `base` and `baseHash` name the last own event that the centre
 * holds of `from`; everything behind it is pushed again under the new name.
 */
export interface Incarnate {
  incarnation: string;
  from: string;
  base: number;
  baseHash: string;
}
export const incarnateAnswer = z.discriminatedUnion('answer', [
  /** `terminalCode` is free in the branch and now taken: no printed number can be issued twice. */
  answerTo('incarnated', { acked: count, terminalCode: z.string() }),
  refused,
]);
export type IncarnateAnswer = z.infer<typeof incarnateAnswer>;

/** `sync.push`: operations base + 1, base + 2, ... of one incarnation. */
export interface Push {
  incarnation: string;
  epoch: string;
  base: number;
  operations: readonly WireOperation[];
}
export const pushAnswer = z.discriminatedUnion('answer', [
  /** Everything up to `acked` is durable, whatever became of its projection. */
  answerTo('acked', {
    acked: count,
    verdicts: z.array(z.object({ sequence: count, verdict, detail: z.string() })),
  }),
  /** Nothing new; also the answer to a push whose answer was lost. */
  answerTo('dup', { acked: count }),
  /** `base` is beyond what the centre holds: push from `acked`. */
  answerTo('gap', { acked: count }),
  /** The centre holds another operation under such a sequence: this file is a copy. Probe, then `sync.incarnate`. */
  answerTo('diverged', { acked: count }),
  epochChanged,
  refused,
]);
export type PushAnswer = z.infer<typeof pushAnswer>;

/** `sync.pull`: seq in (after, after + limit]. `except` leaves out what that incarnation wrote; the cursor moves past it all the same. */
export interface Pull {
  stream: string;
  epoch: string;
  after: number;
  limit: number;
  except?: string;
}
export const pulledOperation = z.object({
  seq: count,
  /** The incarnation that wrote it. */
  deviceId: z.string(),
  scope,
  /** min(hlc, received + 10 s), written like an hlc: what everyone folds by. */
  effective: z.string(),
  receivedAtMs: count,
  verdict: verdict.nullable(),
  sequence: count,
  id: z.string(),
  commandId: z.string(),
  kind: z.string(),
  version: count,
  subjectId: z.string(),
  hlc: z.string(),
  actorId: z.string(),
  approverId: z.string().nullable(),
  terminalId: z.string(),
  branchId: z.string(),
  occurredAtMs: z.number().int(),
  businessDate: z.string(),
  payload: z.string(),
  prevHash: sha256,
  hash: sha256,
});
export type PulledOperation = z.infer<typeof pulledOperation> & {
  /** Its hash was recomputed already, in the thread that received it. Never part of an answer. */
  isIntact?: boolean;
};
export const pullAnswer = z.discriminatedUnion('answer', [
  /** `through` is the new cursor: it belongs into the transaction that applies the rows. */
  answerTo('page', { through: count, head: count, rows: z.array(pulledOperation) }),
  epochChanged,
  refused,
]);
export type PullAnswer =
  | Exclude<z.infer<typeof pullAnswer>, { answer: 'page' }>
  | { answer: 'page'; through: number; head: number; rows: PulledOperation[] };

/** `sync.integrity`: what a replica of a stream should hold per business day. */
export interface Integrity {
  stream: string;
  fromDate: string;
  toDate: string;
}
export const integrityAnswer = z.discriminatedUnion('answer', [
  answerTo('days', {
    /** `digest`: SHA-256 over the day's event hashes, sorted and joined. */
    days: z.array(z.object({ businessDate: z.string(), count, digest: sha256 })),
  }),
  refused,
]);
export type IntegrityAnswer = z.infer<typeof integrityAnswer>;

/** `sync.stock`: levels of the other branches that changed since; ask again with the answer's `asOfMs` less a minute. */
export interface Stock {
  sinceMs: number;
}
export const stockAnswer = answerTo('stock', {
  asOfMs: count,
  levels: z.array(
    z.object({
      branchId: z.string(),
      warehouseId: z.string(),
      productId: z.string(),
      onHandMilli: z.number().int(),
      changedAtMs: count,
    }),
  ),
  /** When each other branch was last heard of; a centre of an earlier version does not tell. */
  contacts: z.array(z.object({ branchId: z.string(), lastContactMs: count })).optional(),
});
export type StockAnswer = z.infer<typeof stockAnswer>;

/** `sync.overview`: every branch for the owner, the own one for a branch. */
export const overviewAnswer = answerTo('overview', {
  nowMs: count,
  branches: z.array(
    z.object({
      branchId: z.string(),
      code: z.string(),
      name: z.string(),
      lastContactMs: count.nullable(),
      pending: count,
      appVersion: z.string(),
      salesToday: count,
      salesTodayClp: z.number().int(),
      /** Counted less expected cash over the shifts closed today. */
      cashDifferenceClp: z.number().int(),
      quarantined: count,
      deferred: count,
    }),
  ),
  /** What somebody should look at: clashing SKUs and barcodes, numbers given twice, operations in quarantine. */
  tasks: z.array(
    z.object({ id: z.string(), kind: z.string(), branchId: z.string(), detail: z.string(), createdAtMs: count }),
  ),
});
export type OverviewAnswer = z.infer<typeof overviewAnswer>;

/**
 * A packed copy of a branch's file. Made by `sync.snapshot_begin` (answers its id), `sync.snapshot_put` per chunk and
 * `sync.snapshot_finish`, which refuses one with a missing or altered chunk; found by `sync.snapshot`, read by `sync.snapshot_chunk`.
 */
export const snapshotFacts = z.object({
  branchId: z.string(),
  epoch: z.string(),
  /** Cursor per stream at which the copy was taken. */
  positions: z.record(z.string(), count),
  /** Highest migration of the file; an older application cannot use it. */
  schemaVersion: count,
  bytes: count,
  chunkCount: z.number().int().positive(),
  sha256,
});
export type SnapshotFacts = z.infer<typeof snapshotFacts>;
export const snapshotBegun = z.discriminatedUnion('answer', [answerTo('begun', { id: z.string() }), refused]);
/** Bytes are base64, at most 1 MiB before it; `sha256` is over the bytes. Putting a chunk again is no harm. */
export interface SnapshotPut {
  id: string;
  index: number;
  sha256: string;
  bytes: string;
}
export const snapshotDone = z.discriminatedUnion('answer', [answerTo('done', {}), refused]);
export const snapshotAnswer = z.discriminatedUnion('answer', [
  answerTo('snapshot', { id: z.string(), facts: snapshotFacts, createdAtMs: count }),
  answerTo('none', {}),
]);
export type SnapshotAnswer = z.infer<typeof snapshotAnswer>;
export const snapshotChunkAnswer = z.discriminatedUnion('answer', [
  answerTo('chunk', { index: count, sha256, bytes: z.string() }),
  refused,
]);

/** The centre as the client sees it: `core/sync/postgres.ts` over the wire, a model in the simulator. Answers are parsed already. */
export interface Centre {
  hello(ask: Hello): Promise<HelloAnswer>;
  incarnate(ask: Incarnate): Promise<IncarnateAnswer>;
  push(ask: Push): Promise<PushAnswer>;
  pull(ask: Pull): Promise<PullAnswer>;
  integrity(ask: Integrity): Promise<IntegrityAnswer>;
  stock(ask: Stock): Promise<StockAnswer>;
  overview(): Promise<OverviewAnswer>;
  snapshotBegin(facts: SnapshotFacts): Promise<z.infer<typeof snapshotBegun>>;
  snapshotPut(chunk: SnapshotPut): Promise<z.infer<typeof snapshotDone>>;
  snapshotFinish(ask: { id: string }): Promise<z.infer<typeof snapshotDone>>;
  snapshot(ask: { branchId: string; schemaVersion: number }): Promise<SnapshotAnswer>;
  snapshotChunk(ask: { id: string; index: number }): Promise<z.infer<typeof snapshotChunkAnswer>>;
  /** Is told of a hint that a stream moved; polling is the path that must work. Answers how to stop. */
  onHint(listener: (stream: string) => void): Promise<() => void>;
  close(): Promise<void>;
}

/** A call failed. `transient`: trying again later may help (connection, serialisation, resources); otherwise somebody must look. */
export class CentreError extends Error {
  readonly sqlState: string;
  readonly transient: boolean;
  constructor(message: string, sqlState: string, transient: boolean, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CentreError';
    this.sqlState = sqlState;
    this.transient = transient;
  }
}

/**
 * Kinds that only the centre's rules of authority single out; everything else follows its module: `branch:` for what a branch does.
 * The table `sync.kind` of the centre holds the whole list; this is the part that readers must enforce too.
 */
export const OWNER_KINDS: readonly string[] = [
  'auth.userRegistered',
  'auth.userChanged',
  'auth.roleSaved',
  'auth.roleArchived',
  'catalog.pricesChanged',
];

/** Between branches: each is also delivered to the other branch's stream. Payload: `{ transfer: { id, fromBranchId, toBranchId, .. }, .. }`. */
export const TRANSFER_KINDS = ['transfers.dispatched', 'transfers.received'] as const;
