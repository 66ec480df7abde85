/** What may be asked of the link between this branch, the centre and the other branches. */
import { z } from 'zod';
import { command, query, task } from '#core/shared/procedure.ts';
import { email, id, name, page, quantity, text } from '#core/shared/schemas.ts';

/**
 * OFF: no centre was joined. ONLINE: everything is sent and fetched. WORKING: something is on its way. OFFLINE: the centre is not
 * reached; selling goes on. TROUBLE: somebody has to look (refused, damaged, another copy of this file).
 */
export const syncState = z.enum(['OFF', 'ONLINE', 'WORKING', 'OFFLINE', 'TROUBLE']);
export type SyncState = z.infer<typeof syncState>;

export const heldState = z.enum(['DEFERRED', 'QUARANTINED']);

/** What the reader can do: wait for the update, try again, correct the data, or call for help. */
export const remedy = z.enum(['UPDATE_APP', 'RETRY', 'FIX_DATA', 'CALL_SUPPORT']);

export const heldOperation = z.strictObject({
  id: z.string(),
  stream: z.string(),
  deviceId: z.string(),
  sequence: z.int(),
  kind: z.string(),
  version: z.int(),
  subjectId: z.string(),
  branchId: z.string(),
  businessDate: z.string(),
  /** A code for the page's words, e.g. UNKNOWN_KIND, NEWER_VERSION, ALTERED, AUTHORITY, MISSING_REFERENCE, FAILED. */
  reason: z.string(),
  detail: z.string(),
  remedy,
  heldAtMs: z.int(),
});

export const branchRow = z.strictObject({
  branchId: z.string(),
  code: z.string(),
  name: z.string(),
  isThis: z.enum(['YES', 'NO']),
  lastContactMs: z.int().nullable(),
  pending: z.int(),
  appVersion: z.string(),
  salesToday: z.int(),
  salesTodayClp: z.int(),
  cashDifferenceClp: z.int(),
  quarantined: z.int(),
  deferred: z.int(),
  /** 0 is well; the page sorts by it. */
  trouble: z.int(),
});

export const transferState = z.enum(['IN_TRANSIT', 'RECEIVED']);
export const transferRow = z.strictObject({
  id: z.string(),
  number: z.string(),
  fromBranchId: z.string(),
  toBranchId: z.string(),
  fromName: z.string(),
  toName: z.string(),
  state: transferState,
  /** On its way for longer than a trip between branches takes. */
  isLate: z.enum(['YES', 'NO']),
  dispatchedAtMs: z.int(),
  receivedAtMs: z.int().nullable(),
  lines: z.array(
    z.strictObject({
      lineNumber: z.int(),
      productId: z.string(),
      sku: z.string(),
      name: z.string(),
      quantityMilli: z.int(),
      receivedMilli: z.int().nullable(),
      lostMilli: z.int().nullable(),
    }),
  ),
});

const connection = z
  .string()
  .trim()
  .max(1_000)
  .regex(/^postgres(ql)?:\/\/[^\s/]+\//);

export const syncContract = {
  sync: {
    status: query({
      summary: "State of the link, for the header's pill",
      access: 'session',
      input: {},
      output: z.strictObject({
        state: syncState,
        pending: z.int(),
        /** Age of the oldest unsent document in milliseconds; null where nothing waits. */
        oldestPendingMs: z.int().nullable(),
        lastContactMs: z.int().nullable(),
        deferred: z.int(),
        quarantined: z.int(),
        /** This clock less the centre's. */
        skewMs: z.int(),
        clockIsWrong: z.enum(['YES', 'NO']),
        /** A code for the page's words: why it waits; empty where nothing is wrong. */
        reason: z.string(),
        nextAttemptAtMs: z.int().nullable(),
        scope: z.enum(['OWNER', 'BRANCH']).nullable(),
      }),
      topics: ['event', 'syncState', 'syncHeld', 'syncCursor'],
    }),
    queue: query({
      summary: 'Documents that wait to be sent, oldest first, and why they wait',
      access: 'sync.manage',
      input: { ...page },
      output: z.strictObject({
        rows: z.array(
          z.strictObject({
            sequence: z.int(),
            id: z.string(),
            kind: z.string(),
            subjectId: z.string(),
            label: z.string(),
            occurredAtMs: z.int(),
          }),
        ),
        total: z.int(),
        reason: z.string(),
      }),
      topics: ['event', 'syncState'],
    }),
    held: query({
      summary: 'Operations that were received and are not applied, with reason and remedy',
      access: 'sync.manage',
      input: { state: heldState, ...page },
      output: z.strictObject({ rows: z.array(heldOperation), total: z.int() }),
      topics: ['syncHeld'],
    }),
    retryNow: task({
      summary: 'Tries again now: the link, and everything held back',
      access: 'sync.manage',
      input: {},
      output: z.strictObject({ released: z.int() }),
    }),
    networkBack: task({
      summary: 'The network of this machine or of a till came back: a link that waits after a failure tries at once',
      access: 'session',
      input: {},
      output: z.strictObject({ tried: z.enum(['YES', 'NO']) }),
    }),
    timeline: query({
      summary: 'A document from its creation to the centre: created, printed, stocked, sent, received',
      access: 'sales.read',
      /** `sequence`: of its event, where the asker has it from the queue. */
      input: { documentId: text(200, 1), sequence: z.int().min(1).optional() },
      output: z.strictObject({
        /** CENTRE: another machine of the branch made it, and it came back from the centre. */
        origin: z.enum(['HERE', 'CENTRE']),
        isLinked: z.enum(['YES', 'NO']),
        createdAtMs: z.int().nullable(),
        printedAtMs: z.int().nullable(),
        stockedAtMs: z.int().nullable(),
        sentAtMs: z.int().nullable(),
        /** Known where the centre confirmed it; by its clock. */
        receivedAtMs: z.int().nullable(),
      }),
      topics: ['event', 'syncState', 'printJob'],
    }),
    tasks: query({
      summary:
        'What somebody should look at: clashing SKUs and barcodes, copies of a file, differences with the centre',
      access: 'sync.manage',
      input: {},
      output: z.strictObject({
        rows: z.array(
          z.strictObject({
            id: z.string(),
            kind: z.string(),
            subjectId: z.string(),
            detail: z.string(),
            createdAtMs: z.int(),
          }),
        ),
      }),
      topics: ['syncTask'],
    }),
    resolveTask: task({
      summary: 'Marks such a task as seen to',
      access: 'sync.manage',
      input: { id: z.string().min(1).max(200) },
      output: z.strictObject({ resolved: z.int() }),
    }),
    connect: task({
      summary: 'Links this shop to a centre for the first time',
      access: 'sync.manage',
      input: { connection },
      output: z.strictObject({ branchCode: z.string(), pending: z.int() }),
    }),
    join: task({
      summary: 'Sets this empty machine up as a new branch of a company that the centre knows',
      access: 'public',
      input: {
        connection,
        branch: z.strictObject({ name: name(), address: text(), comuna: text(60) }),
        terminalName: name(40),
        email,
        password: z.string().min(1).max(200),
      },
      output: z.strictObject({ branchCode: z.string(), applied: z.int() }),
    }),
    replace: task({
      summary: 'Sets this empty machine up in the place of a dead one of its branch',
      access: 'public',
      input: { connection, email, password: z.string().min(1).max(200) },
      output: z.strictObject({ branchCode: z.string(), terminalCode: z.string(), applied: z.int() }),
    }),
    setupProgress: query({
      summary: 'How much an empty machine has fetched of its branch so far; zeros once it is set up',
      access: 'public',
      input: {},
      output: z.strictObject({ received: z.int(), total: z.int() }),
      topics: ['syncCursor'],
    }),
    publishSnapshot: task({
      summary: 'Uploads a packed copy of this shop, from which a new machine is set up quickly',
      access: 'sync.manage',
      input: {},
      output: z.strictObject({ bytes: z.int(), chunks: z.int() }),
    }),
    checkIntegrity: task({
      summary: 'Compares what this machine holds of each stream and day with the centre',
      access: 'sync.manage',
      input: { days: z.int().min(1).max(400).default(35) },
      output: z.strictObject({
        days: z.int(),
        differences: z.array(z.strictObject({ stream: z.string(), businessDate: z.string() })),
      }),
    }),
    exportPending: task({
      summary: 'The unsent documents as text, to be carried to the centre by hand',
      access: 'sync.manage',
      input: {},
      output: z.strictObject({ fileName: z.string(), content: z.string(), count: z.int() }),
    }),
    importPending: task({
      summary: "Sends another machine's exported documents to the centre through this one",
      access: 'sync.manage',
      input: { content: z.string().min(2).max(200_000_000) },
      output: z.strictObject({ sent: z.int() }),
    }),
  },
  branches: {
    list: query({
      summary: 'The branches of the company that this machine knows',
      access: 'stock.read',
      input: {},
      output: z.array(
        z.strictObject({
          branchId: z.string(),
          code: z.string(),
          name: z.string(),
          isThis: z.enum(['YES', 'NO']),
        }),
      ),
      topics: ['branch'],
    }),
    overview: query({
      summary: 'Every branch: last contact, pending, sales today, cash difference, version; trouble first',
      access: 'reports.read',
      input: {},
      output: z.strictObject({ asOfMs: z.int().nullable(), rows: z.array(branchRow) }),
      topics: ['branchOverview', 'branch'],
    }),
    stock: query({
      summary: 'Stock of a product in the other branches, with the age of the figure',
      access: 'stock.read',
      input: { productId: id },
      output: z.strictObject({
        asOfMs: z.int().nullable(),
        rows: z.array(
          z.strictObject({
            branchId: z.string(),
            code: z.string(),
            name: z.string(),
            onHandMilli: z.int(),
            changedAtMs: z.int(),
            /** Nothing later is known of that branch. */
            knownAtMs: z.int(),
          }),
        ),
      }),
      topics: ['branchStock', 'branchContact', 'branch'],
    }),
  },
  transfers: {
    dispatch: command({
      summary: 'Sends goods to another branch: they leave the shelf and are in transit',
      access: 'stock.transfer',
      input: {
        toBranchId: id,
        warehouseId: id,
        lines: z
          .array(z.strictObject({ productId: id, quantityMilli: quantity }))
          .min(1)
          .max(200),
      },
      output: z.strictObject({ id: z.string(), number: z.string() }),
    }),
    receive: command({
      summary: 'Receives a transfer once: what came goes on the shelf, what is missing is recorded as lost',
      access: 'stock.transfer',
      input: {
        id,
        warehouseId: id,
        lines: z
          .array(z.strictObject({ lineNumber: z.int().min(1).max(200), receivedMilli: quantity.or(z.literal(0)) }))
          .max(200),
      },
      output: z.strictObject({ id: z.string(), lostMilli: z.int() }),
    }),
    list: query({
      summary: 'Transfers from and to this branch, newest first',
      access: 'stock.read',
      input: { ...page },
      output: z.strictObject({
        rows: z.array(transferRow),
        total: z.int(),
        /** Of all, not of this page. */
        inTransit: z.int(),
        late: z.int(),
      }),
      topics: ['transfer', 'transferLine'],
    }),
  },
};
