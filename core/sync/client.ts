/**
 * One conversation with the centre at a time: greet, push, pull. Whatever breaks in between, the next conversation finds in the file how
 * far the last one came. It asks through a `Centre` and writes through the process that owns the file; it holds no state of its own that
 * matters.
 */
import type { Reader, Writer } from '#core/engine/sql.ts';
import { Applier, type Page } from './apply.ts';
import { raiseTask } from './attention.ts';
import { nextOperations, ownersEvents } from './outbox.ts';
import {
  branchStream,
  BINDING_VERDICTS,
  type Centre,
  CentreError,
  type Hello,
  type HelloAnswer,
  MASTER_STREAM,
  PROTOCOL,
  type PullAnswer,
  type PushAnswer,
  type WireOperation,
} from './protocol.ts';
import { holdRefused } from './refused.ts';
import {
  baseOf,
  earlierNames,
  ensureState,
  fallBack,
  noteAcked,
  ownHash,
  ownHead,
  ownNames,
  ownTills,
  patchState,
  readCursor,
  readState,
  rebase,
} from './state.ts';
import type { SyncStateRow } from './tables.ts';

export interface ClientPorts {
  centre: Centre;
  reader: Reader;
  local: <T>(work: (writer: Writer) => T) => T;
  nowMs: () => number;
  stopwatch: () => number;
  breathe: () => Promise<void>;
  /** Does nothing for so long. */
  rest?: (ms: number) => Promise<unknown>;
  isQuiet?: () => boolean;
  branchId: () => string | undefined;
  appVersion: string;
  /** The file goes on as somebody else: new terminals, recorded as a fact, together with the new name. */
  renew: (change: { from: string; id: string; base: number; terminalCode: string; reason: string }) => void;
  newId: () => string;
  pushSize?: number;
  pullSize?: number;
}

type Welcome = Extract<HelloAnswer, { answer: 'welcome' }>;

/** Somebody has to look: trying again changes nothing by itself. */
export class LinkTrouble extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(`the centre refuses: ${reason}`);
    this.reason = reason;
  }
}

/** The epoch or the own name changed in the middle: the conversation starts again. */
class EpochChanged extends Error {}

/** Handing a page over to the thread of the link copies it, which the counter must not feel. */
const PUSH_SIZE = { busy: 100, quiet: 500 };
/** While somebody sells, a backlog is sent in a tenth of the time: what sending takes of disk and processor would show in every sale. */
const REST = { times: 9, mostMs: 500 };
const PULL_SIZE = 1_000;
/** A clock further off than this is told. */
export const SKEW_TOLERANCE_MS = 120_000;

export class SyncClient {
  readonly #ports: ClientPorts;
  readonly #applier: Applier;

  constructor(ports: ClientPorts) {
    this.#ports = ports;
    this.#applier = new Applier({ ...ports, branchOf: () => ports.branchId() });
  }

  get applier(): Applier {
    return this.#applier;
  }

  /** A whole conversation. Answers what moved. Throws CentreError or LinkTrouble; what was done until then stays done. */
  async converse(): Promise<{ pushed: number; applied: number }> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const welcome = await this.#greet();
        const pushed = await this.#push();
        const applied = await this.#pull(welcome);
        return { pushed, applied };
      } catch (error) {
        this.#applier.forget();
        if (error instanceof EpochChanged && attempt < 3) continue;
        throw error;
      }
    }
  }

  #state(): SyncStateRow {
    return readState(this.#ports.reader) ?? this.#ports.local((writer) => ensureState(writer, this.#ports.nowMs()));
  }

  /** Says who we are, takes over what the centre knows of us, and finds out whether we are a copy. */
  async #greet(): Promise<Welcome> {
    const welcome = await this.#hello();
    const { local, nowMs, reader } = this.#ports;
    local((writer) => {
      const state = ensureState(writer, nowMs());
      const at = nowMs();
      patchState(writer, {
        epoch: welcome.epoch,
        scope: welcome.scope,
        lastContactMs: at,
        skewMs: at - welcome.nowMs,
      });
      if (welcome.epoch === state.epoch) return;
      if (state.epoch !== '') raiseTask(writer, 'CENTRE_RESTORED', welcome.epoch, '', at);
      // Belief goes with the epoch in which it was told: what a restored centre lost is pending again.
      patchState(writer, { acked: Math.min(state.acked, welcome.acked ?? 0) });
      fallBack(writer, welcome.streams, at);
    });
    if (welcome.acked === null && (await this.#comeBack())) return this.#greet();
    const state = this.#state();
    const acked = welcome.acked ?? 0;
    const isCopy =
      acked > ownHead(reader) || (welcome.ackedHash !== null && ownHash(reader, acked) !== welcome.ackedHash);
    if (isCopy) {
      await this.#becomeSomebodyElse(acked, 'COPY');
      return this.#hello();
    }
    if (acked !== state.acked) local((writer) => this.#acknowledged(writer, acked));
    return welcome;
  }

  /**
   * The centre holds our events up to `acked`. What only the owner may do and this machine did is refused then, everywhere: known here
   * even where the answer that said so was lost.
   */
  #acknowledged(writer: Writer, acked: number): void {
    const state = ensureState(writer, this.#ports.nowMs());
    noteAcked(writer, acked, this.#ports.nowMs());
    if (state.scope !== 'BRANCH') return;
    for (const operation of ownersEvents(writer, state.acked, acked)) {
      const { incarnation } = state;
      const nowMs = this.#ports.nowMs();
      holdRefused(writer, operation, { incarnation, verdict: 'AUTHORITY', detail: operation.kind, nowMs });
      this.#applier.refuse(writer, operation);
    }
  }

  async #hello(probe?: number[], name?: string): Promise<Welcome> {
    const state = this.#state();
    const { reader, appVersion } = this.#ports;
    const ask: Hello = {
      ...greetingOf(reader, state, { branchId: this.#ports.branchId() ?? '', appVersion }),
      ...(name === undefined ? {} : { incarnation: name }),
      epoch: state.epoch,
      ...(probe ? { probe } : {}),
    };
    const answer = await this.#ports.centre.hello(ask);
    if (answer.answer === 'refused') throw new LinkTrouble(answer.reason);
    return answer;
  }

  /** Finds the last event that both the centre and this file hold under the old name, and starts a new one behind it. */
  async #becomeSomebodyElse(acked: number, reason: string): Promise<void> {
    const { newId } = this.#ports;
    const { incarnation } = this.#state();
    const common = await this.#commonWith(incarnation, acked);
    const id = newId();
    const { acked: base, terminalCode } = await this.#incarnate(id, incarnation, common);
    this.#ports.local((writer) => this.#acknowledged(writer, base));
    this.#ports.renew({ from: incarnation, id, base, terminalCode, reason });
    this.#applier.forget();
  }

  /**
   * Makes a name in the centre behind `common`. A file that was put back may remember of an earlier name what has changed since; then everything
   * goes again under the new one, and the centre knows by its id what it has.
   */
  async #incarnate(id: string, from: string, common: number) {
    const { reader, centre } = this.#ports;
    for (const base of new Set([common, 0])) {
      const baseHash = ownHash(reader, base) ?? '';
      const answer = await centre.incarnate({ incarnation: id, from, base, baseHash });
      if (answer.answer === 'incarnated') return answer;
      if (base === 0) throw new LinkTrouble(answer.reason);
    }
    throw new Error('a name can always be made behind nothing');
  }

  /** The last own event that the centre holds as `name` does. */
  async #commonWith(name: string, acked: number): Promise<number> {
    const { reader } = this.#ports;
    let common = baseOf(reader, name);
    let above = Math.min(acked, ownHead(reader)) + 1;
    while (above - common > 1) {
      const probe = between(common, above);
      const { probed } = await this.#hello(probe, name);
      const shared = new Set(
        probed.filter(({ sequence, hash }) => ownHash(reader, sequence) === hash).map(({ sequence }) => sequence),
      );
      for (const sequence of probe) {
        if (shared.has(sequence)) common = sequence;
        else {
          above = sequence;
          break;
        }
      }
    }
    return common;
  }

  /**
   * The centre does not know this name: it was restored to before that was made, or this file took it while nobody could be asked. The name
   * is made behind what the centre holds of the name before. Where it holds nothing of any of them, everything is pushed under the present one.
   */
  async #comeBack(): Promise<boolean> {
    const { reader, local } = this.#ports;
    const { incarnation } = this.#state();
    for (const earlier of earlierNames(reader, incarnation)) {
      const { acked } = await this.#hello([], earlier);
      if (acked === null) continue;
      const common = await this.#commonWith(earlier, acked);
      const answer = await this.#incarnate(incarnation, earlier, common);
      local((writer) => {
        rebase(writer, incarnation, answer.acked);
        this.#acknowledged(writer, answer.acked);
      });
      return true;
    }
    if (baseOf(reader, incarnation) > 0) local((writer) => rebase(writer, incarnation, 0));
    return false;
  }

  async #push(): Promise<number> {
    const { reader, centre } = this.#ports;
    let pushed = 0;
    // What is sold while we push goes with the next conversation: this one ends.
    for (const end = ownHead(reader); ;) {
      const { acked, incarnation, epoch } = this.#state();
      if (acked >= end) return pushed;
      const isQuiet = this.#ports.isQuiet?.() === true;
      const startedAt = this.#ports.stopwatch();
      const pushSize = isQuiet ? PUSH_SIZE.quiet : PUSH_SIZE.busy;
      const operations = nextOperations(reader, acked, this.#ports.pushSize ?? pushSize);
      const answer = await centre.push({ incarnation, epoch, base: acked, operations });
      const reached = await this.#pushed(answer, acked, operations);
      // The centre cannot be behind what it has just told us and ahead at once: no endless dispute.
      if (reached <= acked && answer.answer !== 'gap') return pushed;
      pushed += Math.max(0, reached - acked);
      await this.#ports.breathe();
      const tookMs = this.#ports.stopwatch() - startedAt;
      if (!isQuiet && reached < end) await this.#ports.rest?.(Math.min(REST.times * tookMs, REST.mostMs));
    }
  }

  async #pushed(answer: PushAnswer, acked: number, operations: readonly WireOperation[]): Promise<number> {
    const { local, nowMs, reader } = this.#ports;
    switch (answer.answer) {
      case 'acked':
        local((writer) => {
          this.#acknowledged(writer, Math.min(answer.acked, ownHead(writer)));
          for (const { sequence, verdict, detail } of answer.verdicts) {
            const operation = operations.find((row) => row.sequence === sequence);
            if (!operation || !BINDING_VERDICTS.includes(verdict)) continue;
            holdRefused(writer, operation, { incarnation: this.#state().incarnation, verdict, detail, nowMs: nowMs() });
            this.#applier.refuse(writer, operation);
          }
        });
        return answer.acked;
      case 'dup':
      case 'gap':
        if (answer.acked > ownHead(reader)) {
          await this.#becomeSomebodyElse(answer.acked, 'COPY');
          throw new EpochChanged();
        }
        local((writer) => this.#acknowledged(writer, answer.acked));
        return answer.answer === 'gap' ? acked : answer.acked;
      case 'diverged':
        await this.#becomeSomebodyElse(answer.acked, 'COPY');
        throw new EpochChanged();
      case 'epoch':
        throw new EpochChanged();
      case 'refused':
        throw new LinkTrouble(answer.reason);
    }
  }

  /**
   * A page of the branch is asked for before the master data and applied after it: whatever it refers to was in the centre before it. The
   * centre packs the page after it while this one is applied.
   */
  async #pull(welcome: Welcome): Promise<number> {
    const branchId = this.#ports.branchId();
    const own = branchId === undefined ? undefined : branchStream(branchId);
    const isOffered = welcome.streams.some(({ stream }) => stream === own);
    if (own === undefined || !isOffered) return this.#finishPull(await this.#pullMaster());
    let applied = 0;
    const ask = (after?: number): Promise<Page> => {
      const page = this.#page(own, after);
      // It may fail while the page before it is applied: whoever awaits it hears of that, the process must not.
      page.catch(() => undefined);
      return page;
    };
    let asked = ask();
    for (;;) {
      applied += await this.#pullMaster();
      const page = await asked;
      const isLast = page.through >= page.head;
      if (!isLast) asked = ask(page.through);
      applied += await this.#apply(page);
      if (isLast) return this.#finishPull(applied);
    }
  }

  /**
   * Somebody else wrote at a till of this machine: another picture of its disk goes on too, and knows numbers that this file would give again.
   * Before the page is applied, so that a power cut in between changes nothing: the next conversation meets the same page.
   */
  async #apply(page: Page): Promise<number> {
    const { reader } = this.#ports;
    const tills = ownTills(reader);
    const names = ownNames(reader);
    const isTwin = page.rows.some(
      ({ terminalId, kind, deviceId, sequence, hash }) =>
        tills.has(terminalId) &&
        // A copy takes its new till at the old one.
        kind !== 'sync.renewed' &&
        sequence > (names.get(deviceId) ?? -1) &&
        ownHash(reader, sequence) !== hash,
    );
    if (!isTwin) return this.#applier.applyPage(page);
    await this.#becomeSomebodyElse(this.#state().acked, 'COPY');
    throw new EpochChanged();
  }

  #finishPull(applied: number): number {
    if (applied > 0) this.#applier.retryHeld('MISSING_REFERENCE');
    return applied;
  }

  async #pullMaster(): Promise<number> {
    let applied = 0;
    for (;;) {
      const page = await this.#page(MASTER_STREAM);
      applied += await this.#apply(page);
      if (page.through >= page.head) return applied;
    }
  }

  async #page(stream: string, cursor = readCursor(this.#ports.reader, stream).cursor): Promise<Page> {
    const { centre, pullSize = PULL_SIZE } = this.#ports;
    const { epoch, incarnation } = this.#state();
    // Our own master data must come back: the centre may rank it earlier than we stamped it.
    const except = stream === MASTER_STREAM ? {} : { except: incarnation };
    const answer: PullAnswer = await centre.pull({ stream, epoch, after: cursor, limit: pullSize, ...except });
    if (answer.answer === 'epoch') throw new EpochChanged();
    if (answer.answer === 'refused') throw new LinkTrouble(answer.reason);
    return { stream, through: answer.through, head: answer.head, rows: answer.rows };
  }
}

/** Who this file is and how far its own chain has come, as the centre is greeted. */
export function greetingOf(
  reader: Reader,
  { incarnation, acked }: SyncStateRow,
  { branchId, appVersion }: { branchId: string; appVersion: string },
): Omit<Hello, 'epoch'> {
  const sequence = ownHead(reader);
  return {
    protocol: PROTOCOL,
    incarnation,
    branchId,
    sequence,
    hash: ownHash(reader, sequence) ?? '',
    appVersion,
    pending: sequence - acked,
  };
}

/** Up to sixteen sequences strictly between two others, spread evenly. */
function between(low: number, high: number): number[] {
  const gap = high - low;
  const count = Math.min(16, gap - 1);
  return Array.from(
    { length: count },
    (_, index) => low + Math.max(1, Math.floor((gap * (index + 1)) / (count + 1))),
  ).filter((value, index, all) => value > (all[index - 1] ?? low) && value < high);
}

/** Whether trying again later may help. */
export const isTransient = (error: unknown): boolean => error instanceof CentreError && error.transient;
