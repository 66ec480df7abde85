/**
 * Looks after the open database: moves the WAL into the file each minute and completely when the counter is quiet, brings the anchor to
 * the disk, watches the space left, and walks the newest part of the audit once after the start, in steps that nobody notices.
 */
import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HeadAnchor } from './anchor.ts';
import type { ShopDatabase } from './database.ts';
import type { MachineNotes } from './machine.ts';
import { type BrokenLink, chainHead, verifySteps } from './events.ts';
import type { Clock, Log } from './ports.ts';

const MINUTE_MS = 60_000;
/** Quiet for so long, the counter does not notice a checkpoint that waits for readers. */
const IDLE_MS = 5 * MINUTE_MS;
/** Below this the log and the health page warn: a day's sales and a backup should still fit. */
export const LOW_DISK_BYTES = 500 * 1024 * 1024;
export const LARGE_WAL_BYTES = 64 * 1024 * 1024;
/** How much of the audit is walked after the start; `audit.verify` walks all of it. */
const TAIL = 10_000;

export interface KeeperState {
  checkpointAtMs: number | null;
  walBytes: number;
  freeBytes: number | null;
  audit: { checked: number; broken: BrokenLink[] };
}

export interface KeeperPorts {
  database: ShopDatabase;
  anchor: HeadAnchor | undefined;
  notes?: MachineNotes | undefined;
  clock: Clock;
  log: Log;
}

export class DatabaseKeeper {
  readonly #ports: KeeperPorts;
  readonly #timers = new Set<NodeJS.Timeout>();
  #checkpointAtMs: number | null = null;
  #audit: KeeperState['audit'] = { checked: 0, broken: [] };
  #lastChangeAtMs = 0;
  #isDirty = true;
  #wasLow = false;

  constructor(ports: KeeperPorts) {
    this.#ports = ports;
  }

  /** Each minute a checkpoint; at once, in the background, the audit's tail. */
  start(): void {
    this.#timers.add(setInterval(() => this.tick(), MINUTE_MS));
    this.#walkTail();
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
  }

  /** A commit happened: there is something to move. The counter is busy when it recorded an event; jobs come and go at all hours. */
  changed(topics: readonly string[]): void {
    this.#isDirty = true;
    if (topics.includes('event')) this.#lastChangeAtMs = this.#ports.clock.nowMs();
  }

  tick(): void {
    const { database, clock, log, anchor } = this.#ports;
    if (database.damage !== undefined) return;
    const isIdle = clock.nowMs() - this.#lastChangeAtMs > IDLE_MS;
    try {
      if (this.#isDirty && database.checkpoint(isIdle ? 'TRUNCATE' : 'PASSIVE')) {
        this.#checkpointAtMs = clock.nowMs();
        if (isIdle) this.#isDirty = false;
      }
    } catch (error) {
      log.error({ message: String(error) }, 'the checkpoint failed');
    }
    anchor
      ?.sync()
      .catch((error: unknown) => log.error({ message: String(error) }, 'the anchor did not reach the disk'));
    this.note();
    this.#warnOfSpace();
  }

  /** Brings what this machine knows of the file up to date: each minute, and before the file is closed. */
  note(): void {
    const { database, notes, log } = this.#ports;
    try {
      if (database.raw.open) notes?.note(database.reader);
    } catch (error) {
      log.error({ message: String(error) }, 'this machine’s note of the file cannot be written');
    }
  }

  state(): KeeperState {
    const { file } = this.#ports.database;
    return {
      checkpointAtMs: this.#checkpointAtMs,
      walBytes: sizeOf(`${file}-wal`),
      freeBytes: freeBytes(file),
      audit: this.#audit,
    };
  }

  #warnOfSpace(): void {
    const { walBytes, freeBytes: free } = this.state();
    const isLow = free !== null && free < LOW_DISK_BYTES;
    if (isLow && !this.#wasLow) this.#ports.log.warn({ freeBytes: free }, 'the disk is almost full');
    if (walBytes > LARGE_WAL_BYTES) this.#ports.log.warn({ walBytes }, 'the WAL is large: a reader was left open');
    this.#wasLow = isLow;
  }

  #walkTail(): void {
    const { reader } = this.#ports.database;
    const steps = verifySteps(reader, Math.max(1, chainHead(reader).sequence - TAIL));
    const step = (): void => {
      if (!this.#ports.database.raw.open) return;
      const next = steps.next();
      if (!next.done) {
        const timer = setTimeout(() => {
          this.#timers.delete(timer);
          step();
        }, 20);
        this.#timers.add(timer);
        return;
      }
      this.#audit = next.value;
      const { checked, broken } = next.value;
      if (broken.length > 0)
        this.#ports.log.error({ checked, broken: broken.slice(0, 20) }, 'the audit chain does not hold');
    };
    step();
  }
}

/** Looks at the size only: opening the file here would drop SQLite's locks (docs/gotchas.md). */
export const sizeOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

function freeBytes(file: string): number | null {
  if (file === ':memory:') return null;
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize;
  } catch {
    return null;
  }
}
