/**
 * A packed copy of the shop in the centre, from which a machine is set up without replaying years of log. The owner's machine also makes
 * one of the company's master data alone, for branches that begin. Fetching it is snapshotFetch.ts.
 */
import { hash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TaskContext } from '#core/engine/context.ts';
import type { Job } from '#core/engine/jobs.ts';
import { programFile, runInChild } from '#core/engine/workers.ts';
import { DomainError } from '#core/shared/errors.ts';
import type { SyncLink } from './link.ts';
import { type Centre, CentreError, type SnapshotFacts } from './protocol.ts';
import type { SnapshotKind } from './snapshotTables.ts';
import { readState } from './state.ts';

export interface PackWork {
  file: string;
  folder: string;
  branchId: string;
  kinds: readonly SnapshotKind[];
}
export type Packed = Pick<SnapshotFacts, 'epoch' | 'positions' | 'schemaVersion' | 'bytes' | 'sha256'> & {
  kind: SnapshotKind;
  packedFile: string;
};

export interface SnapshotPorts {
  /** The shop's file, or `:memory:`. */
  file: string;
  link: SyncLink;
}

export const CHUNK_BYTES = 1024 * 1024;
const PACK_LIMIT_MS = 600_000;
/** A shop that sells is at rest for moments. */
const PACK_TRIES = 5;
/** An upload that broke off goes on with what was packed then; later it begins anew, as the centre drops what was never finished. */
const UPLOAD_LIVES_MS = 20 * 3_600_000;
const REFRESH_AFTER_MS = 7 * 86_400_000;
/** The company's own copy belongs to no branch. */
export const COMPANY = '';

/** Packs this shop in a child process and uploads it piece by piece. An upload that was broken off goes on where it stopped. */
export async function publishSnapshot(
  context: TaskContext,
  ports: SnapshotPorts & { centre: Centre },
): Promise<{ bytes: number; chunks: number }> {
  const { file, centre } = ports;
  if (file === ':memory:') throw new DomainError('CONFLICT', { reason: 'IN_MEMORY' });
  const folder = join(dirname(file), 'snapshot-out');
  const uploads = resumable(folder, context.clock()) ?? (await prepare(context, ports, folder));
  let bytes = 0;
  let chunks = 0;
  for (const upload of uploads) {
    chunks += await send(centre, upload, () => save(folder, uploads), context.signal);
    bytes += upload.facts.bytes;
  }
  rmSync(folder, { recursive: true, force: true });
  return { bytes, chunks };
}

interface Upload {
  packedFile: string;
  facts: SnapshotFacts;
  packedAtMs: number;
  /** Empty until the centre gave one. */
  id: string;
  /** Pieces that the centre has. */
  sent: number;
  isFinished: boolean;
}

const noteFile = (folder: string): string => join(folder, 'uploads.json');
const save = (folder: string, uploads: readonly Upload[]): void =>
  writeFileSync(noteFile(folder), JSON.stringify(uploads));

function resumable(folder: string, nowMs: number): Upload[] | undefined {
  if (!existsSync(noteFile(folder))) return undefined;
  try {
    const uploads = JSON.parse(readFileSync(noteFile(folder), 'utf8')) as Upload[];
    const isUsable = uploads.every(
      ({ packedFile, packedAtMs }) => existsSync(packedFile) && nowMs - packedAtMs < UPLOAD_LIVES_MS,
    );
    return isUsable && uploads.length > 0 ? uploads : undefined;
  } catch {
    return undefined;
  }
}

/** Sends what waits, so that the file stands for the log, and packs it before the next sale. */
async function prepare(context: TaskContext, { file, link }: SnapshotPorts, folder: string): Promise<Upload[]> {
  const { branchId } = context.site;
  const entry = programFile(import.meta.dirname, 'snapshotProgram');
  for (let attempt = 0; attempt < PACK_TRIES; attempt += 1) {
    await link.now();
    const state = context.read(readState);
    if (state && state.reason !== '') throw new DomainError('CONFLICT', { reason: state.reason });
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const kinds = state?.scope === 'OWNER' ? (['BRANCH', 'COMPANY'] as const) : (['BRANCH'] as const);
    const input: PackWork = { file, folder, branchId, kinds };
    const packed = await runInChild<Packed[]>({ entry, input, signal: context.signal, timeoutMs: PACK_LIMIT_MS });
    if (packed.length === 0) continue;
    const uploads = packed.map(({ kind, packedFile, ...facts }): Upload => {
      const chunkCount = Math.max(1, Math.ceil(facts.bytes / CHUNK_BYTES));
      return {
        packedFile,
        facts: { ...facts, branchId: kind === 'BRANCH' ? branchId : COMPANY, chunkCount },
        packedAtMs: context.clock(),
        id: '',
        sent: 0,
        isFinished: false,
      };
    });
    save(folder, uploads);
    return uploads;
  }
  throw new DomainError('CONFLICT', { reason: 'NOT_AT_REST' });
}

/** Sends the pieces that the centre has not; answers how many there are in all. */
async function send(centre: Centre, upload: Upload, note: () => void, signal: AbortSignal): Promise<number> {
  const { facts, packedFile } = upload;
  if (upload.isFinished) return facts.chunkCount;
  const begin = async (): Promise<void> => {
    const begun = await insisting(() => centre.snapshotBegin(facts));
    if (begun.answer === 'refused') throw new DomainError('CONFLICT', { reason: begun.reason });
    Object.assign(upload, { id: begun.id, sent: 0 });
    note();
  };
  if (upload.id === '') await begin();
  const handle = openSync(packedFile, 'r');
  try {
    while (upload.sent < facts.chunkCount) {
      signal.throwIfAborted();
      const index = upload.sent;
      const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, facts.bytes - index * CHUNK_BYTES));
      readSync(handle, buffer, 0, buffer.length, index * CHUNK_BYTES);
      const sha256 = hash('sha256', buffer, 'hex');
      const chunk = { id: upload.id, index, sha256, bytes: buffer.toString('base64') };
      const put = await insisting(() => centre.snapshotPut(chunk));
      // The centre forgot what was begun (it was restored, or a day went by): from the first piece then.
      if (put.answer === 'refused' && index > 0) await begin();
      else if (put.answer === 'refused') throw new DomainError('CONFLICT', { reason: put.reason });
      else upload.sent += 1;
      note();
    }
  } finally {
    closeSync(handle);
  }
  const done = await insisting(() => centre.snapshotFinish({ id: upload.id }));
  if (done.answer === 'refused') throw new DomainError('CONFLICT', { reason: done.reason });
  upload.isFinished = true;
  note();
  return facts.chunkCount;
}

const TRIES = 5;
const FIRST_PAUSE_MS = 200;

/** A long transfer outlives a short break of the line. */
export async function insisting<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CentreError) || !error.transient || attempt >= TRIES) throw error;
      await pause(FIRST_PAUSE_MS * 2 ** attempt);
    }
  }
}

/** Keeps the centre's copy of this shop young, so that setting a machine up has little left to read. */
export const snapshotJob = (ports: SnapshotPorts): Job => ({
  name: 'sync.snapshot',
  schedule: { dailyAt: { hour: 4, minute: 30 } },
  timeoutMs: 60 * 60_000,
  run: async (context) => {
    const { centre } = ports.link;
    if (!centre || ports.file === ':memory:') return 0;
    const { branchId } = context.site;
    const newest = await centre.snapshot({ branchId, schemaVersion: Number.MAX_SAFE_INTEGER });
    if (newest.answer === 'snapshot' && context.clock() - newest.createdAtMs < REFRESH_AFTER_MS) return 0;
    return (await publishSnapshot(context, { ...ports, centre })).chunks;
  },
});
