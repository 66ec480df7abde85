/**
 * The company's copy: a file with the documents of every branch, for the reports of an owner's machine. It lies beside the shop's own file
 * and never in it, so that nothing at the counter has to tell its branch's rows from another's. It takes the same operations by the same
 * code as a branch takes its own, sends nothing, and can be made anew at any time. See docs/decisions/0013-company-copy.md.
 */
import type { ShopDatabase } from '#core/engine/database.ts';
import type { BranchReach } from '#core/metrics/index.ts';
import { Applier, type Page } from './apply.ts';
import { LinkTrouble } from './client.ts';
import { branchOfStream, branchStream, type Centre, type Hello, type HelloAnswer, MASTER_STREAM } from './protocol.ts';
import { beginState, fallBack, heldIn, patchState, readCursor, readState } from './state.ts';

export interface Refreshed {
  /** There is more: ask again. */
  isMore: boolean;
  /** Only branches of which everything is here, as of the centre's clock. */
  reached: BranchReach[];
}

type Welcome = Extract<HelloAnswer, { answer: 'welcome' }>;
const PULL_SIZE = 1_000;

export class CompanyCopy {
  readonly #database: ShopDatabase;
  readonly #centre: Centre;
  readonly #nowMs: () => number;
  readonly #applier: Applier;

  /** `database`: the copy's, of the newest schema. */
  constructor(database: ShopDatabase, centre: Centre, nowMs: () => number) {
    this.#database = database;
    this.#centre = centre;
    this.#nowMs = nowMs;
    this.#applier = new Applier({
      reader: database.reader,
      local: (work) => database.write(work),
      nowMs,
      // Nobody waits for this file: a page is one transaction.
      stopwatch: () => 0,
      breathe: () => Promise.resolve(),
      branchOf: branchOfStream,
    });
  }

  /** Takes about `rows` operations of what is new in any branch. `greeting`: the owner's machine, as it greets for itself. */
  async refresh(greeting: Omit<Hello, 'epoch'>, rows: number): Promise<Refreshed> {
    try {
      return await this.#refresh(greeting, rows);
    } catch (error) {
      this.#applier.forget();
      throw error;
    }
  }

  async #refresh(greeting: Omit<Hello, 'epoch'>, rows: number): Promise<Refreshed> {
    const welcome = await this.#greet(greeting);
    const drained: string[] = [];
    let applied = 0;
    let left = rows;
    for (const { stream } of welcome.streams) {
      const branchId = branchOfStream(stream);
      if (branchId === undefined) continue;
      for (let isLast = false; !isLast && left > 0;) {
        // Asked for before the master data and applied after it: whatever the page refers to was in the centre before it.
        const page = await this.#page(stream, welcome.epoch);
        applied += await this.#pullMaster(welcome.epoch);
        applied += await this.#applier.applyPage(page);
        left -= page.rows.length;
        isLast = page.through >= page.head;
        if (isLast) drained.push(branchId);
      }
    }
    if (applied > 0) this.#applier.retryHeld('MISSING_REFERENCE');
    const { reader } = this.#database;
    return {
      isMore: left <= 0,
      reached: drained.map((branchId) => ({
        branchId,
        asOfMs: welcome.nowMs,
        heldCount: heldIn(reader, branchStream(branchId)),
      })),
    };
  }

  /** A centre that was put back falls behind what is here: the cursors follow, and what comes again is recognised. */
  async #greet(greeting: Omit<Hello, 'epoch'>): Promise<Welcome> {
    const epoch = readState(this.#database.reader)?.epoch ?? '';
    const welcome = await this.#centre.hello({ ...greeting, epoch });
    if (welcome.answer === 'refused') throw new LinkTrouble(welcome.reason);
    if (welcome.epoch === epoch) return welcome;
    this.#database.write((writer) => {
      beginState(writer, greeting.incarnation);
      patchState(writer, { epoch: welcome.epoch });
      fallBack(writer, welcome.streams, this.#nowMs());
    });
    return welcome;
  }

  async #pullMaster(epoch: string): Promise<number> {
    for (let applied = 0; ;) {
      const page = await this.#page(MASTER_STREAM, epoch);
      applied += await this.#applier.applyPage(page);
      if (page.through >= page.head) return applied;
    }
  }

  async #page(stream: string, epoch: string): Promise<Page> {
    const { cursor } = readCursor(this.#database.reader, stream);
    const answer = await this.#centre.pull({ stream, epoch, after: cursor, limit: PULL_SIZE });
    if (answer.answer !== 'page') throw new LinkTrouble(answer.answer === 'epoch' ? 'EPOCH' : answer.reason);
    return { stream, through: answer.through, head: answer.head, rows: answer.rows };
  }
}
