/**
 * Keeps the link alive: converses every so often, after a hint and when asked; after a failure it waits longer each time. It runs beside
 * the counter and never holds it up.
 */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Clock, Ids, Log, Random } from '#core/engine/ports.ts';
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import { type ClientPorts, LinkTrouble, SyncClient } from './client.ts';
import { fetchFigures } from './figures.ts';
import { branchStream, type Centre, CentreError, MASTER_STREAM } from './protocol.ts';
import { ensureState, patchState, readState } from './state.ts';
import type { SyncTables } from './tables.ts';

const { db, select, change } = sqlFor<SyncTables>();
const linkRow = select(() => db.selectFrom('syncLink').select('connection'));
const saveLink = change((p: { connection: string; nowMs: number }) =>
  db
    .insertInto('syncLink')
    .values({ singleton: 1, connection: p.connection, connectedAtMs: p.nowMs })
    .onConflict((conflict) => conflict.column('singleton').doUpdateSet({ connection: p.connection })),
);

export interface LinkPorts {
  reader: Reader;
  local: <T>(work: (writer: Writer) => T) => T;
  clock: Clock;
  ids: Ids;
  random: Random;
  log: Log;
  branchId: () => string | undefined;
  renew: ClientPorts['renew'];
  appVersion: string;
  connect: (connection: string) => Centre;
  /** Told after each conversation that came to its end. */
  onConversed?: () => void;
}

/** A moment in which more may come: a burst of sales is one push. */
const HASTE_MS = 50;
const POLL_MS = { least: 10_000, most: 30_000 };
const BACKOFF_MS = { least: 1_000, most: 300_000 };
const FIGURES_EVERY_MS = 60_000;
/** So long after its last command the counter counts as quiet. */
const QUIET_MS = 10_000;

/** Full jitter: anything up to twice as long with each failure, from a second to five minutes. `fraction` is in [0, 1). */
export function backoffMs(failures: number, fraction: number): number {
  const ceiling = Math.min(BACKOFF_MS.most, BACKOFF_MS.least * 2 ** Math.min(failures, 20));
  return Math.round(BACKOFF_MS.least + fraction * (ceiling - BACKOFF_MS.least));
}

export class SyncLink {
  readonly #ports: LinkPorts;
  #centre: Centre | undefined;
  #client: SyncClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> | undefined;
  #isRunning = false;
  #isFailing = false;
  /** So many wait for the conversation that is under way. */
  #asked = 0;
  /** Something moved since the conversation began. */
  #isHastened = false;
  #figuresAtMs = 0;
  #usedAtMs = 0;
  nextAttemptAtMs: number | null = null;

  constructor(ports: LinkPorts) {
    this.#ports = ports;
  }

  get isWorking(): boolean {
    return this.#underWay !== undefined;
  }

  /** Whether this file was linked to a centre. */
  get connection(): string | undefined {
    return linkRow.first(this.#ports.reader, {})?.connection;
  }

  get centre(): Centre | undefined {
    const { connection } = this;
    if (connection === undefined) return undefined;
    return (this.#centre ??= this.#open(connection));
  }

  /** A commit happened: somebody works at the counter where it recorded something or touched a basket. What was recorded is sent soon. */
  changed(topics: readonly string[]): void {
    if (topics.includes('event') || topics.includes('cart')) this.#usedAtMs = this.#ports.clock.nowMs();
    if (topics.includes('event') && !this.#isFailing) this.#hasten();
  }

  /** Begins to converse by itself. */
  start(): void {
    this.#isRunning = true;
    this.#replayAfterUpdate();
    if (this.connection !== undefined) this.#schedule(0);
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    clearTimeout(this.#timer);
    const open = this.#centre;
    this.#centre = undefined;
    this.#client = undefined;
    // A call under way ends with the connection.
    await open?.close();
    await this.#underWay;
  }

  /** Remembers where the centre is. */
  connectTo(connection: string, writer: Writer): void {
    saveLink.run(writer, { connection, nowMs: this.#ports.clock.nowMs() });
    const old = this.#centre;
    this.#centre = undefined;
    this.#client = undefined;
    void old?.close();
  }

  /** Converses now: the user asked, a hint came, the network is back. Answers when it is over, however it went. */
  async now(): Promise<void> {
    this.#ports.local((writer) => {
      if (readState(writer)) patchState(writer, { failures: 0 });
    });
    const isUnderWay = this.isWorking;
    this.#asked += 1;
    try {
      await this.#turn();
      // What was recorded while a conversation was under way goes with the next one.
      if (isUnderWay) await this.#turn();
    } finally {
      this.#asked -= 1;
    }
  }

  /** A network came back somewhere in the shop: nothing is gained by waiting out the last failure. Answers whether that was tried. */
  async networkBack(): Promise<boolean> {
    if (!this.#isFailing || !this.#isRunning || this.isWorking) return false;
    await this.now();
    return true;
  }

  /** Tries again what was put aside; answers how much of it could be applied. */
  retryHeld(): number {
    return this.#makeClient()?.applier.retryHeld() ?? 0;
  }

  #makeClient(): SyncClient | undefined {
    const { centre } = this;
    if (!centre) return undefined;
    const { clock, ids } = this.#ports;
    return (this.#client ??= new SyncClient({
      ...this.#ports,
      centre,
      nowMs: () => clock.nowMs(),
      newId: () => ids.next(clock.nowMs()),
      stopwatch: () => performance.now(),
      breathe: () => nextTurn(),
      // Who asked for it waits for it.
      rest: (ms) => (this.#asked > 0 ? Promise.resolve() : pause(ms)),
      isQuiet: () => clock.nowMs() - this.#usedAtMs > QUIET_MS,
    }));
  }

  #open(connection: string): Centre {
    const centre = this.#ports.connect(connection);
    // A hint is only a hint: where it cannot be had, polling does.
    if (this.#isRunning) centre.onHint((stream) => this.#hinted(stream)).catch(() => undefined);
    return centre;
  }

  /** A stream moved; whoever hears of it has the centre, so that there is nothing to wait out. */
  #hinted(stream: string): void {
    if (stream === MASTER_STREAM || stream === branchStream(this.#ports.branchId() ?? '')) this.#hasten();
  }

  /** Converses soon; where a conversation is under way, once more when it is over. */
  #hasten(): void {
    if (!this.#isRunning || !this.#centre) return;
    if (this.#underWay) this.#isHastened = true;
    else if ((this.nextAttemptAtMs ?? Infinity) > this.#ports.clock.nowMs() + HASTE_MS) this.#schedule(HASTE_MS);
  }

  #schedule(inMs: number): void {
    clearTimeout(this.#timer);
    if (!this.#isRunning) return;
    this.nextAttemptAtMs = this.#ports.clock.nowMs() + inMs;
    this.#timer = setTimeout(() => void this.#turn(), inMs);
    this.#timer.unref();
  }

  #turn(): Promise<void> {
    return (this.#underWay ??= this.#converse().finally(() => (this.#underWay = undefined)));
  }

  async #converse(): Promise<void> {
    const { local, clock, log } = this.#ports;
    const client = this.#makeClient();
    if (!client) return;
    this.#isHastened = false;
    try {
      const { pushed, applied } = await client.converse();
      this.#isFailing = false;
      local((writer) => patchState(writer, { failures: 0, reason: '', lastContactMs: clock.nowMs() }));
      if (pushed + applied > 0) log.debug({ pushed, applied }, 'the link moved');
      await this.#figures();
      this.#ports.onConversed?.();
      this.#schedule(this.#restMs());
    } catch (error) {
      this.#isFailing = true;
      this.#failed(error);
    }
  }

  #restMs(): number {
    return this.#isHastened ? HASTE_MS : this.#between(POLL_MS.least, POLL_MS.most);
  }

  async #figures(): Promise<void> {
    const { centre } = this;
    const nowMs = this.#ports.clock.nowMs();
    if (!centre || Math.abs(nowMs - this.#figuresAtMs) < FIGURES_EVERY_MS) return;
    await fetchFigures(centre, { ...this.#ports, breathe: () => nextTurn() });
    this.#figuresAtMs = nowMs;
  }

  #failed(error: unknown): void {
    const { local, clock, log } = this.#ports;
    const reason = reasonOf(error);
    log.warn({ reason, message: error instanceof Error ? error.message : String(error) }, 'the link failed');
    let failures = 1;
    try {
      local((writer) => {
        failures = ensureState(writer, clock.nowMs()).failures + 1;
        patchState(writer, { failures, reason, lastAttemptMs: clock.nowMs() });
      });
    } catch (again) {
      log.error({ message: String(again) }, 'the failure of the link could not be recorded');
    }
    const isTransient = error instanceof CentreError && error.transient;
    this.#schedule(isTransient ? backoffMs(failures, this.#fraction()) : BACKOFF_MS.most);
  }

  /** What an older version put aside may be understood now. */
  #replayAfterUpdate(): void {
    const { reader, local, appVersion } = this.#ports;
    const state = readState(reader);
    if (!state || state.appVersion === appVersion) return;
    this.retryHeld();
    local((writer) => patchState(writer, { appVersion }));
  }

  #fraction(): number {
    const [high = 0, low = 0] = this.#ports.random.bytes(2);
    return (high * 256 + low) / 65_536;
  }

  #between(least: number, most: number): number {
    return Math.round(least + this.#fraction() * (most - least));
  }
}

/** A code for the page's words: why the link is down. */
export function reasonOf(error: unknown): string {
  if (error instanceof LinkTrouble) return error.reason;
  if (error instanceof CentreError) {
    if (error.transient) return 'UNREACHABLE';
    if (error.sqlState === 'RD010') return 'INSECURE';
    if (error.sqlState === 'RD011') return 'CERTIFICATE';
    return /^28/.test(error.sqlState) || error.sqlState === '42501' ? 'ACCESS' : 'CENTRE_FAILED';
  }
  if ((error as { code?: unknown }).code === 'DISK_FULL') return 'DISK_FULL';
  return 'FAILED';
}
