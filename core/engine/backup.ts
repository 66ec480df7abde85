/**
 * Verified copies of the shop. A child process of low priority copies through its own read-only handle, brings the copy to the disk,
 * checks it, and only then gives it its name: a copy that has a name can be trusted, and the counter goes on selling meanwhile.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '#core/shared/errors.ts';
import type { BackupRow } from './contract.ts';
import { type Launch, programFile, runInChild } from './workers.ts';

export type BackupReason = BackupRow['reason'];

/** What stands beside each copy, in `<name>.json`. */
export interface Manifest {
  createdAtMs: number;
  reason: BackupReason;
  bytes: number;
  /** SHA-256 of the copy's file. */
  sha256: string;
  schemaVersion: number;
  /** The last event it holds. */
  sequence: number;
  hash: string;
}

/** What the child process is asked for. */
export type BackupWork =
  | { ask: 'copy'; file: string; folder: string; name: string; createdAtMs: number; reason: BackupReason }
  | { ask: 'drill'; folder: string; name: string };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface BackupOptions {
  /** The shop's database file. */
  file: string;
  folder: string;
  launch?: Launch | undefined;
}

export class Backups {
  readonly #options: BackupOptions;
  readonly #stop = new AbortController();
  #underWay: Promise<BackupRow> | undefined;

  constructor(options: BackupOptions) {
    this.#options = options;
  }

  /** The copies, newest first. */
  list(): BackupRow[] {
    return listBackups(this.#options.folder);
  }

  /** Makes a copy and thins out old ones. Whoever asks while one is being made gets that one. */
  create(ask: {
    reason: BackupReason;
    nowMs: number;
    signal: AbortSignal;
    onProgress?: (done: number, total: number) => void;
  }): Promise<BackupRow> {
    this.#underWay ??= this.#create(ask).finally(() => (this.#underWay = undefined));
    return this.#underWay;
  }

  /** Proves that the newest copy can be restored: all pages, all references, the whole audit chain. Answers the events checked. */
  async drill(signal: AbortSignal): Promise<number> {
    const newest = this.list()[0];
    if (!newest) return 0;
    const input: BackupWork = { ask: 'drill', folder: this.#options.folder, name: newest.name };
    return this.#run<number>(input, signal, HOUR_MS);
  }

  /** Waits for a copy that is being made, as after the day's last shift, then gives it up. Before the database is closed. */
  async finish(graceMs: number): Promise<void> {
    const settled = this.#underWay?.catch(() => undefined);
    if (settled) await Promise.race([settled, delay(graceMs, undefined, { ref: false })]);
    this.#stop.abort();
    await settled;
  }

  async #create(ask: Parameters<Backups['create']>[0]): Promise<BackupRow> {
    const { file, folder } = this.#options;
    mkdirSync(folder, { recursive: true });
    for (const left of readdirSync(folder)) if (left.endsWith('.part')) rmSync(join(folder, left), { force: true });
    const { reason, nowMs: createdAtMs } = ask;
    const name = freeName(folder, createdAtMs);
    const input: BackupWork = { ask: 'copy', file, folder, name, createdAtMs, reason };
    const manifest = await this.#run<Manifest>(input, ask.signal, HOUR_MS, ask.onProgress);
    const copies = this.list();
    for (const copy of copies) if (!keepers(copies, createdAtMs).has(copy.name)) this.#remove(copy.name);
    return rowOf(name, manifest);
  }

  #run<T>(
    input: BackupWork,
    signal: AbortSignal,
    timeoutMs: number,
    onProgress?: (done: number, total: number) => void,
  ): Promise<T> {
    const entry = programFile(import.meta.dirname, 'backupProgram');
    const either = AbortSignal.any([signal, this.#stop.signal]);
    return runInChild<T>(
      { entry, input, signal: either, timeoutMs, ...(onProgress ? { onProgress } : {}) },
      this.#options.launch,
    );
  }

  #remove(name: string): void {
    rmSync(join(this.#options.folder, `${name}.json`), { force: true });
    rmSync(join(this.#options.folder, name), { force: true });
  }
}

/** The copies of a folder, newest first. A file without its manifest is no copy of ours. */
export function listBackups(folder: string): BackupRow[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((entry) => /^shop-.*\.db$/.test(entry) && existsSync(join(folder, `${entry}.json`)))
    .map((name) => rowOf(name, readManifest(folder, name)))
    .sort((a, b) => b.createdAtMs - a.createdAtMs || b.sequence - a.sequence);
}

/** NOT_FOUND where there is none of that name. */
export function readManifest(folder: string, name: string): Manifest {
  const file = join(folder, `${name}.json`);
  if (!existsSync(file)) throw new DomainError('NOT_FOUND', { backup: name });
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
}

/** What is kept: the last 24 copies, and of each of the last 14 days and 8 weeks the newest. The newest of all is always kept. */
export function keepers(copies: readonly Pick<BackupRow, 'name' | 'createdAtMs'>[], nowMs: number): Set<string> {
  const newestFirst = [...copies].sort((a, b) => b.createdAtMs - a.createdAtMs);
  const kept = new Set(newestFirst.slice(0, 24).map(({ name }) => name));
  const periods = new Set<string>();
  for (const { name, createdAtMs } of newestFirst) {
    const ageMs = nowMs - createdAtMs;
    const day = `day ${String(Math.floor(createdAtMs / DAY_MS))}`;
    const week = `week ${String(Math.floor(createdAtMs / (7 * DAY_MS)))}`;
    const isFirstOfDay = ageMs < 14 * DAY_MS && !periods.has(day);
    const isFirstOfWeek = ageMs < 56 * DAY_MS && !periods.has(week);
    if (isFirstOfDay || isFirstOfWeek) kept.add(name);
    periods.add(day).add(week);
  }
  return kept;
}

function rowOf(name: string, { createdAtMs, bytes, sequence, reason }: Manifest): BackupRow {
  return { name, createdAtMs, bytes, sequence, reason };
}

function freeName(folder: string, atMs: number): string {
  const stamp = new Date(atMs).toISOString().slice(0, 19).replaceAll(':', '-');
  for (let attempt = 1; ; attempt += 1) {
    const name = `shop-${stamp}${attempt === 1 ? '' : `-${String(attempt)}`}.db`;
    if (!existsSync(join(folder, name))) return name;
  }
}
