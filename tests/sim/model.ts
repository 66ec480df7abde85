/**
 * The centre as a model: what migrations/postgres does to streams, incarnations and epochs, in memory, so that hundreds of seeds run in a
 * minute. Its tables are plain data, so that a backup is a copy. `flaws` are the planted faults of the centre's side.
 */
import { eventHash } from '#core/engine/events.ts';
import {
  BINDING_VERDICTS,
  branchStream,
  type Centre,
  CentreError,
  MASTER_STREAM,
  OWNER_KINDS,
  type PulledOperation,
  type Scope,
  type Verdict,
  type WireOperation,
} from '#core/sync/protocol.ts';
import { MASTER_KINDS, masterPatches } from '#core/sync/masterFacts.ts';
import { BRANCH_KINDS } from '#core/sync/branchFacts.ts';

interface Incarnation {
  role: string;
  base: number;
  acked: number;
  ackedHash: string;
  /** Operations that were here under an earlier name already: acknowledged and not logged again. */
  known: number;
}
interface Tables {
  /** `hundred`: where terminal codes come from. The centre draws it; here the next one is as good, no two restores ever having the same. */
  epochs: { id: string; heads: Record<string, number>; hundred: number }[];
  incarnations: Record<string, Incarnation>;
  streams: Record<string, PulledOperation[]>;
  codes: Record<string, string[]>;
}

export interface Device {
  role: string;
  branchId: string;
  branchCode: string;
  scope: Scope;
}

/** One call as it reached the centre, and what the model answered. */
export interface CentreCall {
  device: Device;
  method: 'hello' | 'incarnate' | 'push' | 'pull';
  ask: unknown;
  answer: unknown;
  nowMs: number;
}

export type CentreFlaw =
  | 'ackEarly'
  | 'skipTrim'
  | 'noClamp'
  | 'sparse'
  | 'keepEpoch'
  | 'keepCursor'
  | 'poisonBlocks'
  | 'noAuthority'
  | 'noRelay'
  | 'sameCode'
  | 'codesAgain'
  | 'naiveCursor'
  | 'forgetBase'
  | 'byArrival'
  | 'dropUnknown'
  | 'takeTwice'
  | 'anyReception'
  | 'halfPush';

const NONE = '0'.repeat(64);
const TILL_KINDS: ReadonlySet<string> = new Set([
  'auth.installed',
  'auth.terminalAdded',
  'sync.joined',
  'sync.renewed',
]);

/** An operation of the simulator that nobody can read. */
export const isPoisoned = ({ payload }: { payload: string }): boolean => payload.startsWith('{"poison":true');

export class CentreModel {
  tables: Tables = {
    epochs: [{ id: 'epoch-1', heads: {}, hundred: 0 }],
    incarnations: {},
    streams: { [MASTER_STREAM]: [] },
    codes: {},
  };
  flaws = new Set<CentreFlaw>();
  /** Everything that was ever in the log, whatever a restore has taken from it. */
  readonly everLogged = new Set<string>();
  nowMs: () => number;
  #epochs = 1;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  backup(): Tables {
    return structuredClone(this.tables);
  }

  /** An older copy takes the place of the log; the operator starts a new epoch. */
  restore(copy: Tables): void {
    this.tables = structuredClone(copy);
    if (this.flaws.has('keepEpoch')) return;
    this.#epochs += 1;
    const heads = Object.fromEntries(Object.entries(this.tables.streams).map(([name, rows]) => [name, rows.length]));
    this.tables.epochs.push({ id: `epoch-${String(this.#epochs)}`, heads, hundred: this.#epochs - 1 });
  }

  get epoch(): string {
    return this.tables.epochs.at(-1)?.id ?? '';
  }

  /** Every operation as its home stream holds it; what another stream carries too is not counted again. */
  everything(): PulledOperation[] {
    return Object.entries(this.tables.streams).flatMap(([name, rows]) =>
      rows.filter(({ branchId }) => name === MASTER_STREAM || name === branchStream(branchId)),
    );
  }

  /** Is told of every call that reaches the centre. */
  onCall: ((call: CentreCall) => void) | undefined;

  connect(device: Device): Centre {
    const told =
      <A, R>(method: CentreCall['method'], work: (ask: A) => R) =>
      (ask: A): Promise<R> => {
        const copy = this.onCall && structuredClone(ask);
        const answer = work(ask);
        this.onCall?.({ device, method, ask: copy, answer: structuredClone(answer), nowMs: this.nowMs() });
        return Promise.resolve(answer);
      };
    const refuse = (): never => {
      throw new CentreError('not in the model', '0A000', false);
    };
    return {
      hello: told('hello', (ask: Parameters<Centre['hello']>[0]) => this.#hello(device, ask)),
      incarnate: told('incarnate', (ask: Parameters<Centre['incarnate']>[0]) => this.#incarnate(device, ask)),
      push: told('push', (ask: Parameters<Centre['push']>[0]) => this.#push(device, ask)),
      pull: told('pull', (ask: Parameters<Centre['pull']>[0]) => this.#pull(ask)),
      integrity: () => Promise.resolve({ answer: 'days' as const, days: [] }),
      stock: () => Promise.resolve({ answer: 'stock' as const, asOfMs: this.nowMs(), levels: [] }),
      overview: () => Promise.resolve({ answer: 'overview' as const, nowMs: this.nowMs(), branches: [], tasks: [] }),
      snapshotBegin: refuse,
      snapshotPut: refuse,
      snapshotFinish: refuse,
      snapshot: () => Promise.resolve({ answer: 'none' as const }),
      snapshotChunk: refuse,
      onHint: () => Promise.resolve(() => undefined),
      close: () => Promise.resolve(),
    };
  }

  #hello(device: Device, ask: Parameters<Centre['hello']>[0]): Awaited<ReturnType<Centre['hello']>> {
    const { epochs, incarnations, streams } = this.tables;
    if (ask.branchId !== '' && ask.branchId !== device.branchId) return { answer: 'refused', reason: 'BRANCH' };
    const own = branchStream(device.branchId);
    streams[own] ??= [];
    const incarnation = incarnations[ask.incarnation];
    const asked = epochs.findIndex(({ id }) => id === ask.epoch);
    const resume = (stream: string, head: number): number => {
      if (this.flaws.has('keepCursor')) return head;
      if (asked < 0) return 0;
      return Math.min(head, ...epochs.slice(asked + 1).map(({ heads }) => heads[stream] ?? 0));
    };
    const log = this.everything();
    return {
      answer: 'welcome',
      epoch: this.epoch,
      scope: device.scope,
      branch: { id: device.branchId, code: device.branchCode },
      acked: incarnation?.acked ?? null,
      ackedHash: incarnation?.ackedHash ?? null,
      streams: [MASTER_STREAM, own].map((stream) => {
        const head = streams[stream]?.length ?? 0;
        return { stream, head, resume: resume(stream, head) };
      }),
      probed: (ask.probe ?? []).flatMap((sequence) => {
        const row = log.find((one) => one.deviceId === ask.incarnation && one.sequence === sequence);
        return row ? [{ sequence, hash: row.hash }] : [];
      }),
      nowMs: this.nowMs(),
    };
  }

  #incarnate(device: Device, ask: Parameters<Centre['incarnate']>[0]): Awaited<ReturnType<Centre['incarnate']>> {
    const { incarnations, codes } = this.tables;
    const parent = incarnations[ask.from];
    if (incarnations[ask.incarnation] || (ask.base > 0 && (!parent || ask.base > parent.acked)))
      return { answer: 'refused', reason: 'UNKNOWN_INCARNATION' };
    const base = this.flaws.has('forgetBase') ? (parent?.acked ?? 0) : ask.base;
    const ackedHash = base === 0 ? NONE : this.flaws.has('forgetBase') ? (parent?.ackedHash ?? NONE) : ask.baseHash;
    incarnations[ask.incarnation] = { role: device.role, base, acked: base, ackedHash, known: 0 };
    // A restored centre has forgotten which codes it gave: each epoch has a hundred of its own.
    const given = (codes[device.branchId] ??= []);
    const hundred = this.flaws.has('codesAgain') ? 0 : (this.tables.epochs.at(-1)?.hundred ?? 0);
    const used = [...given, ...this.#tillsOf(device.branchId)]
      .filter((code) => /^\d{1,9}$/.test(code))
      .map(Number)
      .filter((code) => Math.floor(code / 100) === hundred);
    const number = this.flaws.has('sameCode') ? 2 : Math.max(hundred * 100, ...used) + 1;
    given.push(String(number));
    return { answer: 'incarnated', acked: base, terminalCode: String(number) };
  }

  /** The codes of a branch's tills, as the log tells them. */
  #tillsOf(branchId: string): string[] {
    return (this.tables.streams[MASTER_STREAM] ?? []).flatMap((row) =>
      !TILL_KINDS.has(row.kind) || row.branchId !== branchId || row.verdict !== null || isPoisoned(row)
        ? []
        : masterPatches(row, JSON.parse(row.payload) as object, () => '')
            .filter(({ table }) => table === 'terminal')
            .flatMap(({ columns }) => (typeof columns['code'] === 'string' ? [columns['code']] : [])),
    );
  }

  #push(device: Device, ask: Parameters<Centre['push']>[0]): Awaited<ReturnType<Centre['push']>> {
    const { incarnations } = this.tables;
    if (ask.epoch !== this.epoch) return { answer: 'epoch', epoch: this.epoch };
    const mine = (incarnations[ask.incarnation] ??= {
      role: device.role,
      base: 0,
      acked: 0,
      ackedHash: NONE,
      known: 0,
    });
    if (mine.role !== device.role) return { answer: 'refused', reason: 'UNKNOWN_INCARNATION' };
    if (ask.base > mine.acked) return { answer: 'gap', acked: mine.acked };
    const fresh = ask.operations.filter((row) => row.sequence > mine.acked || this.flaws.has('skipTrim'));
    const first = fresh[0];
    const known = ask.operations.find((row) => row.sequence === mine.acked);
    const isTorn =
      (known && known.hash !== mine.ackedHash) ||
      (first && first.sequence === mine.acked + 1 && first.prevHash !== mine.ackedHash);
    if (isTorn) return { answer: 'diverged', acked: mine.acked };
    if (!first) return { answer: 'dup', acked: mine.acked };
    const logged = this.flaws.has('ackEarly') ? fresh.slice(0, -1) : fresh;
    const verdicts: { sequence: number; verdict: Verdict; detail: string }[] = [];
    const ids = new Set(this.everything().map(({ id }) => id));
    for (const row of logged) {
      if (ids.has(row.id) && !this.flaws.has('takeTwice') && !this.flaws.has('skipTrim')) {
        mine.known += 1;
        continue;
      }
      const verdict = this.#judge(device, row);
      if (verdict === 'DEFERRED' && this.flaws.has('dropUnknown')) continue;
      if (verdict === 'PROJECTION' && this.flaws.has('poisonBlocks'))
        return { answer: 'acked', acked: mine.acked, verdicts };
      this.#log(device, ask.incarnation, row, verdict);
      if (verdict) verdicts.push({ sequence: row.sequence, verdict, detail: '' });
      // The log is written and what was acknowledged is not: two transactions instead of one.
      if (this.flaws.has('halfPush') && row.kind === 'catalog.pricesChanged')
        return { answer: 'gap', acked: mine.acked };
    }
    const last = fresh.at(-1);
    mine.acked = Math.max(mine.acked, last?.sequence ?? 0);
    mine.ackedHash = last?.hash ?? mine.ackedHash;
    return { answer: 'acked', acked: mine.acked, verdicts };
  }

  #judge(device: Device, row: WireOperation): Verdict | null {
    if (eventHash(row, row.prevHash) !== row.hash) return 'ALTERED';
    if (row.branchId !== device.branchId) return 'FOREIGN_BRANCH';
    if (row.version > 1 || (!MASTER_KINDS.has(row.kind) && !BRANCH_KINDS.has(row.kind))) return 'DEFERRED';
    if (OWNER_KINDS.includes(row.kind) && device.scope !== 'OWNER' && !this.flaws.has('noAuthority'))
      return 'AUTHORITY';
    if (row.kind === 'transfers.received' && !this.flaws.has('anyReception')) {
      const isSecond = this.everything().some(
        ({ kind, subjectId, verdict }) => kind === row.kind && subjectId === row.subjectId && verdict === null,
      );
      if (isSecond) return 'PROJECTION';
    }
    // The centre's tables take what only a shop finds unreadable half way.
    return row.payload === '{"poison":true}' ? 'PROJECTION' : null;
  }

  #log(device: Device, deviceId: string, row: WireOperation, verdict: Verdict | null): void {
    const receivedAtMs = this.nowMs();
    const latest = `${String(receivedAtMs + 10_000).padStart(15, '0')}-00000`;
    const now = `${String(receivedAtMs).padStart(15, '0')}-00000`;
    const clamped = row.hlc < latest || this.flaws.has('noClamp') ? row.hlc : latest;
    const effective = this.flaws.has('byArrival') ? now : clamped;
    const isRefused = verdict !== null && BINDING_VERDICTS.includes(verdict);
    const isMaster = MASTER_KINDS.has(row.kind) && row.kind !== 'inventory.minimumSet' && !isRefused;
    const isHome = row.kind === 'auth.settingsChanged' && device.scope !== 'OWNER';
    const own = branchStream(row.branchId);
    const scope = this.flaws.has('noAuthority') ? 'OWNER' : device.scope;
    const fields = { ...row, deviceId, scope, effective, receivedAtMs, verdict };
    this.#append(isMaster && !isHome ? MASTER_STREAM : own, fields);
    if (!row.kind.startsWith('transfers.') || verdict !== null || this.flaws.has('noRelay')) return;
    const { transfer } = JSON.parse(row.payload) as { transfer: { fromBranchId: string; toBranchId: string } };
    const other = row.kind === 'transfers.dispatched' ? transfer.toBranchId : transfer.fromBranchId;
    this.#append(branchStream(other), fields);
  }

  #append(stream: string, fields: Omit<PulledOperation, 'seq'>): void {
    this.everLogged.add(fields.id);
    const rows = (this.tables.streams[stream] ??= []);
    const seq = rows.length + 1 + (this.flaws.has('sparse') && rows.length % 7 === 6 ? 1 : 0);
    rows.push({ ...fields, seq });
  }

  #pull(ask: Parameters<Centre['pull']>[0]): Awaited<ReturnType<Centre['pull']>> {
    if (ask.epoch !== this.epoch) return { answer: 'epoch', epoch: this.epoch };
    const all = this.tables.streams[ask.stream] ?? [];
    const head = all.length;
    let rows = all.filter(({ seq }) => seq > ask.after && seq <= ask.after + ask.limit);
    // A sequence as a cursor: what a slower writer commits later is never looked at again.
    if (this.flaws.has('naiveCursor') && rows.length > 2) rows = rows.filter((_, index) => index !== 1);
    const through = Math.min(head, ask.after + ask.limit);
    return {
      answer: 'page',
      through: Math.max(through, ask.after),
      head,
      rows: structuredClone(rows.filter((row) => row.deviceId !== ask.except)),
    };
  }
}
