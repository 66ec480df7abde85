/**
 * Applies what was pulled. Page and cursor move in one transaction; an operation is applied whole or not at all; one that cannot be is
 * put aside with its reason and the next one goes on.
 */
import { eventHash } from '#core/engine/events.ts';
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { applyFact, BRANCH_KINDS } from './branchFacts.ts';
import { MASTER_KINDS, masterPatches } from './masterFacts.ts';
import { applyPatch, readBase, show } from './masterStore.ts';
import { PendingColumns } from './pending.ts';
import {
  BINDING_VERDICTS,
  MASTER_STREAM,
  OWNER_KINDS,
  type PulledOperation,
  pulledOperation,
  TRANSFER_KINDS,
} from './protocol.ts';
import { dropHeld, heldRows, insertLog, refusedOwn, saveHeld } from './received.ts';
import { moveCursor, ownHash, ownHead, ownNames, patchState, readCursor, readState } from './state.ts';
import type { HeldRow } from './tables.ts';
import { Tally } from './tally.ts';

const { db, select } = sqlFor<EngineTables>();
const organisation = select(() => db.selectFrom('organisation').select('id').orderBy('createdAtMs').limit(1));

const OWNER_TABLES: ReadonlySet<string> = new Set(['organisation', 'user', 'role']);

/** Newest version of each kind that this application understands. */
const KNOWN_VERSION = 1;

export interface ApplyPorts {
  reader: Reader;
  local: <T>(work: (writer: Writer) => T) => T;
  nowMs: () => number;
  /** Milliseconds for the budget of a transaction; constant where time must not matter. */
  stopwatch: () => number;
  /** Lets the counter go first, between two transactions. */
  breathe: () => Promise<void>;
  /** Whether nobody has used the counter for a while: then a transaction may be longer than a key press would wait. */
  isQuiet?: () => boolean;
  /** The branch whose facts a stream brings into this file: on a branch's machine its own, whatever the stream. */
  branchOf: (stream: string) => string | undefined;
}

export interface Page {
  stream: string;
  through: number;
  head: number;
  rows: readonly PulledOperation[];
}

/**
 * A transaction works for at most so long, its commit coming on top, and takes at most so many rows. Long ones log a page once that short
 * ones log each time, which is worth half the speed; while somebody sells, the whole of it stays under ten milliseconds.
 */
const BUDGET_MS = { busy: 5, quiet: 40 };
const STEP_ROWS = 1_000;

/** How far a transaction came in its page, and how many operations were new. */
interface Step {
  next: number;
  fresh: number;
}

type Outcome = 'APPLIED' | { state: HeldRow['state']; reason: string; detail: string };

/** One operation of a step could not be applied: the step begins again, each of its operations on its own. */
class Spoilt extends Error {}

export class Applier {
  readonly #ports: ApplyPorts;
  #pending: PendingColumns | undefined;
  #masterSeen = 0;

  constructor(ports: ApplyPorts) {
    this.#ports = ports;
  }

  /** Applies a page in short transactions, each with its part of the cursor. Answers how many operations were new. */
  async applyPage(page: Page): Promise<number> {
    let from = 0;
    let fresh = 0;
    do {
      const done = this.#step(page, from);
      from = done.next;
      fresh += done.fresh;
      if (from < page.rows.length) await this.#ports.breathe();
    } while (from < page.rows.length);
    return fresh;
  }

  /** Operations are applied together, and one by one where one of them cannot be. */
  #step(page: Page, from: number): Step {
    const { local } = this.#ports;
    try {
      return local((writer) => {
        const tally = new Tally();
        const step = this.#applyStep(writer, page, from, tally);
        whole(() => tally.count(writer));
        return step;
      });
    } catch (error) {
      if (!(error instanceof Spoilt)) throw error;
      return local((writer) => this.#applyStep(writer, page, from, undefined));
    }
  }

  #applyStep(writer: Writer, page: Page, from: number, tally: Tally | undefined): Step {
    const startedAt = this.#ports.stopwatch();
    const budgetMs = this.#ports.isQuiet?.() === true ? BUDGET_MS.quiet : BUDGET_MS.busy;
    // A page that was asked for twice may come late: the cursor never goes back.
    const { cursor } = readCursor(writer, page.stream);
    this.#begin(writer);
    const names = ownNames(writer);
    const head = ownHead(writer);
    let next = from;
    let fresh = 0;
    while (next < page.rows.length && next - from < STEP_ROWS) {
      const row = page.rows[next] as PulledOperation;
      next += 1;
      if (row.seq <= cursor) continue;
      const isOwn = row.sequence <= (names.get(row.deviceId) ?? -1) || (row.sequence <= head && isOurs(writer, row));
      if (isOwn) this.#own(writer, page.stream, row, tally);
      else if (this.#receive(writer, page.stream, row, tally)) fresh += 1;
      if (this.#ports.stopwatch() - startedAt > budgetMs) break;
    }
    const reached = next < page.rows.length ? (page.rows[next - 1]?.seq ?? cursor) : page.through;
    const movedAtMs = this.#ports.nowMs();
    if (reached >= cursor) moveCursor(writer, { stream: page.stream, cursor: reached, head: page.head, movedAtMs });
    return { next, fresh };
  }

  /** Tries everything again that was put aside; or only what waited for another row. What one pass brings may be what another waits for. */
  retryHeld(only?: 'MISSING_REFERENCE'): number {
    for (let released = 0; ;) {
      const more = this.#retryOnce(only);
      released += more;
      if (more === 0) return released;
    }
  }

  #retryOnce(only?: 'MISSING_REFERENCE'): number {
    const rows = heldRows.all(this.#ports.reader, {}).filter((row) => only === undefined || row.reason === only);
    if (rows.length === 0) return 0;
    return this.#ports.local((writer) => {
      this.#begin(writer);
      const names = ownNames(writer);
      let released = 0;
      for (const row of rows) {
        if (names.has(row.deviceId) && row.sequence <= (names.get(row.deviceId) ?? 0)) continue;
        const operation = pulledOperation.parse(JSON.parse(row.operation));
        if (!this.#settle(writer, row.stream, operation, undefined)) continue;
        dropHeld.run(writer, row);
        released += 1;
      }
      return released;
    });
  }

  /** One of our own was refused for good: what it set is not shown any longer. */
  refuse(writer: Writer, event: Pick<PulledOperation, 'sequence' | 'kind' | 'subjectId'>): void {
    const pending = this.#begin(writer);
    for (const patch of pending.patchesOf(writer, event, () => organisationId(writer))) {
      const context = { ...this.#context(writer, this.#ports.branchOf(MASTER_STREAM)), isPending: () => false };
      show(context, patch, readBase(writer, patch.table, patch.id));
    }
    this.#pending = undefined;
  }

  /** Forgets what it remembers of the file: after a failed transaction, or a change of name. */
  forget(): void {
    this.#pending = undefined;
  }

  #begin(writer: Writer): PendingColumns {
    const state = readState(writer);
    this.#masterSeen = state?.masterSeen ?? 0;
    const pending = (this.#pending ??= new PendingColumns(this.#masterSeen));
    const refused = new Set(refusedOwn.all(writer, {}).map(({ sequence }) => sequence));
    pending.scan(writer, () => organisationId(writer), refused);
    return pending;
  }

  /** Our own, back from the centre: now it has its place in the order. Only master data can change by that. */
  #own(writer: Writer, stream: string, row: PulledOperation, tally: Tally | undefined): void {
    if (stream !== 'master') return;
    if (row.sequence > this.#masterSeen) {
      this.#masterSeen = row.sequence;
      patchState(writer, { masterSeen: row.sequence });
    }
    if (isRefused(row)) return;
    const outcome = this.#attempt(writer, stream, row, tally);
    if (outcome !== 'APPLIED') this.#hold(writer, stream, row, outcome);
  }

  #receive(writer: Writer, stream: string, row: PulledOperation, tally: Tally | undefined): boolean {
    const { deviceId, sequence, seq, businessDate, hash } = row;
    const isNew = insertLog.run(writer, { stream, deviceId, sequence, seq, businessDate, hash }) > 0;
    // A restored centre ranks what it takes again by when it came back: the columns follow.
    if (isNew || MASTER_KINDS.has(row.kind)) this.#settle(writer, stream, row, tally);
    return isNew;
  }

  #settle(writer: Writer, stream: string, row: PulledOperation, tally: Tally | undefined): boolean {
    const outcome =
      isRefused(row) || this.#isForeign(stream, row) ? 'APPLIED' : this.#attempt(writer, stream, row, tally);
    if (outcome !== 'APPLIED') this.#hold(writer, stream, row, outcome);
    return outcome === 'APPLIED';
  }

  #hold(writer: Writer, stream: string, row: PulledOperation, outcome: Exclude<Outcome, 'APPLIED'>): void {
    const { deviceId, sequence } = row;
    const operation = JSON.stringify(row);
    saveHeld.run(writer, { stream, deviceId, sequence, operation, heldAtMs: this.#ports.nowMs(), ...outcome });
  }

  /** Facts of other branches are the centre's to add up; only transfers reach further than their branch. */
  #isForeign(stream: string, row: PulledOperation): boolean {
    if (MASTER_KINDS.has(row.kind) || (TRANSFER_KINDS as readonly string[]).includes(row.kind)) return false;
    return BRANCH_KINDS.has(row.kind) && row.branchId !== this.#ports.branchOf(stream);
  }

  #attempt(writer: Writer, stream: string, row: PulledOperation, tally: Tally | undefined): Outcome {
    const isKnown = MASTER_KINDS.has(row.kind) || BRANCH_KINDS.has(row.kind);
    if (!isKnown) return { state: 'DEFERRED', reason: 'UNKNOWN_KIND', detail: row.kind };
    if (row.version > KNOWN_VERSION)
      return { state: 'DEFERRED', reason: 'NEWER_VERSION', detail: `${row.kind} ${String(row.version)}` };
    if (row.isIntact !== true && eventHash(row, row.prevHash) !== row.hash)
      return { state: 'QUARANTINED', reason: 'ALTERED', detail: '' };
    if (tally) {
      whole(() => this.#apply(writer, stream, row, tally));
      return 'APPLIED';
    }
    const own = new Tally();
    writer.prepare('savepoint operation').run();
    try {
      this.#apply(writer, stream, row, own);
      own.count(writer);
      writer.prepare('release operation').run();
      return 'APPLIED';
    } catch (error) {
      if (isOurTrouble(error)) throw error;
      writer.prepare('rollback to operation').run();
      writer.prepare('release operation').run();
      const message = error instanceof Error ? error.message : String(error);
      return { state: 'QUARANTINED', reason: reasonOf(message), detail: message.slice(0, 300) };
    }
  }

  #apply(writer: Writer, stream: string, row: PulledOperation, tally: Tally): void {
    const branchId = this.#ports.branchOf(stream);
    const payload = JSON.parse(row.payload) as object;
    if (!MASTER_KINDS.has(row.kind)) return applyFact(writer, row, payload, { ownBranchId: branchId ?? '', tally });
    const patches = masterPatches(row, payload, () => organisationId(writer)).filter(
      // A branch brings no users, roles or legal data into the company.
      ({ table }) => row.scope === 'OWNER' || !OWNER_TABLES.has(table),
    );
    for (const patch of patches)
      applyPatch(this.#context(writer, branchId), patch, [row.effective, row.deviceId, row.sequence]);
  }

  #context(writer: Writer, branchId: string | undefined) {
    return {
      writer,
      nowMs: this.#ports.nowMs(),
      branchId,
      isPending: (table: string, id: string, column: string) =>
        this.#pending?.isPending(table, id, column, this.#masterSeen) ?? false,
    };
  }
}

/** Does what must be done as a whole, together with the rest of its transaction. */
function whole(work: () => void): void {
  try {
    work();
  } catch (error) {
    throw isOurTrouble(error) ? error : new Spoilt();
  }
}

/** One of our own events that a copy of this file was first to send, under the copy's name. Its hash covers all that came before it. */
const isOurs = (reader: Reader, row: PulledOperation): boolean => ownHash(reader, row.sequence) === row.hash;

/** Refused by the centre for everyone, or by what every reader must see for itself. */
function isRefused(row: PulledOperation): boolean {
  if (row.verdict !== null && BINDING_VERDICTS.includes(row.verdict)) return true;
  return OWNER_KINDS.includes(row.kind) && row.scope !== 'OWNER';
}

/** A movement on a shelf that is not known yet fails in the trigger that keeps the day's stock, before its foreign key does. */
const reasonOf = (message: string): string =>
  /FOREIGN KEY|NOT NULL constraint failed: stockDay\.branchId/.test(message) ? 'MISSING_REFERENCE' : 'FAILED';

/** The disk is full or the file damaged: that is no fault of the operation's, and the whole page waits. */
function isOurTrouble(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^SQLITE_(FULL|IOERR|CORRUPT|NOTADB|READONLY|BUSY|NOMEM)/.test(code);
}

const organisationId = (reader: Reader): string => organisation.one(reader, {}).id;
