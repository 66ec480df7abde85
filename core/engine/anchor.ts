/**
 * The head anchor: the last events' sequence and hash in a text file outside the database. A damaged or missing WAL drops the latest
 * sales silently and yesterday's file put back looks healthy; compared at every open, the anchor tells, and names what is missing.
 * A line is appended after each commit, never before: the file may lag behind the database, never run ahead of it.
 */
import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import type { MissingDocument } from './contract.ts';
import { chainHead } from './events.ts';
import { type Reader, sqlFor } from './sql.ts';
import type { EngineTables } from './tables.ts';

/** What the anchor keeps of an event. */
export interface Anchored {
  sequence: number;
  hash: string;
  atMs: number;
  kind: string;
  /** The document's visible number, or the id of what the event is about. */
  label: string;
}

export interface AnchorReport {
  state: 'NEW' | 'OK' | 'BEHIND' | 'DIFFERENT';
  missing: MissingDocument[];
}

/** The file is cut to its last `KEEP` lines when it holds `LIMIT`: far more than lie between two checkpoints. */
const KEEP = 2_000;
const LIMIT = 10_000;

const { db, select } = sqlFor<EngineTables>();
const hashAt = select((p: { sequence: number }) =>
  db.selectFrom('event').select(['hash']).where('sequence', '=', p.sequence),
);

export const anchorFile = (databaseFile: string): string => `${databaseFile}-anchor`;

/** The visible number in an answer or a payload (`"number":"MA1-000123"`), or undefined. */
export const documentLabel = (json: string): string | undefined => /"number":"([^"\\]{1,40})"/.exec(json)?.[1];

export class HeadAnchor {
  readonly #file: string;
  #handle: number | undefined;
  #lines: number;

  constructor(file: string) {
    this.#file = file;
    this.#lines = readAnchor(file).length;
  }

  /**
   * Compares the database with what this machine last knew of it. Where something is missing, the old anchor is kept aside as
   * `...-anchor.lost-<time>` and a new one begins, so that the shop can go on selling and the loss is told once.
   */
  compare(reader: Reader, nowMs: number): AnchorReport {
    const known = readAnchor(this.#file);
    const report = judge(reader, known);
    if (report.state === 'BEHIND' || report.state === 'DIFFERENT') {
      this.#close();
      renameSync(this.#file, `${this.#file}.lost-${String(nowMs)}`);
      this.#lines = 0;
    }
    const head = chainHead(reader);
    const isKnown = report.state === 'OK' && known.at(-1)?.sequence === head.sequence;
    if (head.sequence > 0 && !isKnown) this.append([{ ...head, atMs: nowMs, kind: 'anchor', label: '' }]);
    return report;
  }

  /** Notes committed events. About ten microseconds; it reaches the disk with `sync`. */
  append(events: readonly Anchored[]): void {
    this.#handle ??= openSync(this.#file, 'a', 0o600);
    writeSync(this.#handle, events.map(lineOf).join(''));
    this.#lines += events.length;
    if (this.#lines > LIMIT) this.#shorten();
  }

  /** Sends what was appended to the disk, without holding anybody up. */
  sync(): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) return Promise.resolve();
    return new Promise((resolve, reject) => fdatasync(handle, (error) => (error ? reject(error) : resolve())));
  }

  close(): void {
    if (this.#handle !== undefined) fdatasyncSync(this.#handle);
    this.#close();
  }

  #close(): void {
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
  }

  #shorten(): void {
    const kept = readAnchor(this.#file).slice(-KEEP);
    writeAnchor(this.#file, kept);
    this.#close();
    this.#lines = kept.length;
  }
}

/** Replaces an anchor by a new one, durably: written beside it, then renamed. */
export function writeAnchor(file: string, events: readonly Anchored[]): void {
  const handle = openSync(`${file}.new`, 'w', 0o600);
  try {
    writeSync(handle, events.map(lineOf).join(''));
    fdatasyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(`${file}.new`, file);
}

/** The events an anchor names, oldest first. A line that a power cut tore is left out. */
export function readAnchor(file: string): Anchored[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const match = /^(\d+) ([0-9a-f]{64}) (\d+) (\S+) ?(.*)$/.exec(line);
      if (!match) return [];
      const [, sequence = '', hash = '', atMs = '', kind = '', label = ''] = match;
      return [{ sequence: Number(sequence), hash, atMs: Number(atMs), kind, label }];
    });
}

const lineOf = ({ sequence, hash, atMs, kind, label }: Anchored): string =>
  `${String(sequence)} ${hash} ${String(atMs)} ${kind} ${label.replaceAll('\n', ' ')}\n`;

function judge(reader: Reader, known: readonly Anchored[]): AnchorReport {
  const last = known.at(-1);
  if (!last) return { state: 'NEW', missing: [] };
  const holds = ({ sequence, hash }: Anchored): boolean => hashAt.first(reader, { sequence })?.hash === hash;
  if (holds(last)) return { state: 'OK', missing: [] };
  const missing = known
    .filter((event) => !holds(event))
    .map(({ sequence, kind, label, atMs }) => ({ sequence, kind, label, atMs }));
  return { state: chainHead(reader).sequence < last.sequence ? 'BEHIND' : 'DIFFERENT', missing };
}
