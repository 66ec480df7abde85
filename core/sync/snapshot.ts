/** A packed copy of the shop in the centre, from which a machine of the branch is set up without replaying years of log. */
import { hash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import type { TaskContext } from '#core/engine/context.ts';
import { programFile, runInChild } from '#core/engine/workers.ts';
import { DomainError } from '#core/shared/errors.ts';
import type { Centre, SnapshotFacts } from './protocol.ts';
import { readState } from './state.ts';

export interface PackWork {
  file: string;
  folder: string;
}
export type Packed = Pick<SnapshotFacts, 'positions' | 'schemaVersion' | 'bytes' | 'sha256'>;

export const CHUNK_BYTES = 1024 * 1024;
const PACK_LIMIT_MS = 600_000;

/** Packs this shop in a child process and uploads it piece by piece; a piece that was put already is no harm. */
export async function publishSnapshot(
  context: TaskContext,
  ports: { file: string; centre: Centre },
): Promise<{ bytes: number; chunks: number }> {
  const { file, centre } = ports;
  if (file === ':memory:') throw new DomainError('CONFLICT', { reason: 'IN_MEMORY' });
  const folder = mkdtempSync(join(dirname(file), 'snapshot-'));
  try {
    const input: PackWork = { file, folder };
    const entry = programFile(import.meta.dirname, 'snapshotProgram');
    const packed = await runInChild<Packed>({ entry, input, signal: context.signal, timeoutMs: PACK_LIMIT_MS });
    const chunkCount = Math.max(1, Math.ceil(packed.bytes / CHUNK_BYTES));
    const epoch = context.read(readState)?.epoch ?? '';
    const begun = await centre.snapshotBegin({ ...packed, branchId: context.site.branchId, epoch, chunkCount });
    if (begun.answer === 'refused') throw new DomainError('CONFLICT', { reason: begun.reason });
    const handle = openSync(join(folder, 'packed.zst'), 'r');
    try {
      for (let index = 0; index < chunkCount; index += 1) {
        const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, packed.bytes - index * CHUNK_BYTES));
        readSync(handle, buffer, 0, buffer.length, index * CHUNK_BYTES);
        const chunk = { id: begun.id, index, sha256: hash('sha256', buffer, 'hex'), bytes: buffer.toString('base64') };
        const put = await centre.snapshotPut(chunk);
        if (put.answer === 'refused') throw new DomainError('CONFLICT', { reason: put.reason });
      }
    } finally {
      closeSync(handle);
    }
    const done = await centre.snapshotFinish({ id: begun.id });
    if (done.answer === 'refused') throw new DomainError('CONFLICT', { reason: done.reason });
    return { bytes: packed.bytes, chunks: chunkCount };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Downloads the branch's newest snapshot into `folder` and unpacks it into `target`. Pieces that are there already are checked and kept, so
 * a broken download goes on where it stopped. Answers what it is, or undefined where there is none.
 */
export async function fetchSnapshot(
  centre: Centre,
  ask: { branchId: string; schemaVersion: number; folder: string; target: string },
): Promise<SnapshotFacts | undefined> {
  const found = await centre.snapshot({ branchId: ask.branchId, schemaVersion: ask.schemaVersion });
  if (found.answer === 'none') return undefined;
  mkdirSync(ask.folder, { recursive: true });
  const pieces: Buffer[] = [];
  for (let index = 0; index < found.facts.chunkCount; index += 1) {
    const part = join(ask.folder, `${found.id}-${String(index)}.part`);
    pieces.push(existsSync(part) ? readFileSync(part) : await fetchPiece(centre, found.id, index, part));
  }
  const packed = Buffer.concat(pieces);
  if (hash('sha256', packed, 'hex') !== found.facts.sha256) {
    rmSync(ask.folder, { recursive: true, force: true });
    throw new DomainError('CONFLICT', { reason: 'SNAPSHOT_ALTERED' });
  }
  writeFileSync(ask.target, zstdDecompressSync(packed), { mode: 0o600 });
  rmSync(ask.folder, { recursive: true, force: true });
  return found.facts;
}

async function fetchPiece(centre: Centre, id: string, index: number, part: string): Promise<Buffer> {
  const answer = await centre.snapshotChunk({ id, index });
  if (answer.answer === 'refused') throw new DomainError('CONFLICT', { reason: answer.reason });
  const bytes = Buffer.from(answer.bytes, 'base64');
  if (hash('sha256', bytes, 'hex') !== answer.sha256) throw new DomainError('CONFLICT', { reason: 'SNAPSHOT_ALTERED' });
  writeFileSync(part, bytes, { mode: 0o600 });
  return bytes;
}
