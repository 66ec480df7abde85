/** The child process of backup.ts: copies and checks databases, at the lowest priority, away from the counter. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackupWork, Manifest } from './backup.ts';
import { readManifest } from './backup.ts';
import { copyBeside, openReader } from './database.ts';
import { chainHead, verifyChain } from './events.ts';
import { schemaVersion } from './migrate.ts';
import type { Reader } from './sql.ts';
import { serveWork } from './workers.ts';

setPriority(constants.priority.PRIORITY_LOW);

serveWork<BackupWork, Manifest | number>((work, progress) =>
  work.ask === 'copy' ? copy(work, progress) : drill(work),
);

function copy(work: Extract<BackupWork, { ask: 'copy' }>, progress: (done: number, total: number) => void): Manifest {
  const part = join(work.folder, `${work.name}.part`);
  const target = join(work.folder, work.name);
  progress(0, 3);
  copyBeside(work.file, part);
  toDisk(part);
  progress(1, 3);
  const found = inspect(part, (reader) => assertSound(reader, 'quick_check'));
  progress(2, 3);
  const manifest: Manifest = {
    createdAtMs: work.createdAtMs,
    reason: work.reason,
    bytes: statSync(part).size,
    sha256: fileHash(part),
    ...found,
  };
  writeFileSync(`${target}.json`, JSON.stringify(manifest));
  toDisk(`${target}.json`);
  renameSync(part, target);
  folderToDisk(work.folder);
  progress(3, 3);
  return manifest;
}

/** Copies the backup once more, as a restore would, and checks everything that can be checked. */
function drill(work: Extract<BackupWork, { ask: 'drill' }>): number {
  const manifest = readManifest(work.folder, work.name);
  const source = join(work.folder, work.name);
  if (fileHash(source) !== manifest.sha256) throw new Error(`${work.name} is not the file that was written`);
  const folder = mkdtempSync(join(tmpdir(), 'rd-drill-'));
  try {
    const restored = join(folder, 'shop.db');
    copyBeside(source, restored);
    let checked = 0;
    const { sequence, hash } = inspect(restored, (reader) => {
      assertSound(reader, 'integrity_check');
      const orphans = reader.prepare('select count(*) from pragma_foreign_key_check').pluck().get();
      if (orphans !== 0) throw new Error(`${String(orphans)} broken references in ${work.name}`);
      const chain = verifyChain(reader);
      if (chain.broken.length > 0)
        throw new Error(`${String(chain.broken.length)} broken links in the audit of ${work.name}`);
      checked = chain.checked;
    });
    if (sequence !== manifest.sequence || hash !== manifest.hash)
      throw new Error(`${work.name} does not end where it should`);
    return checked;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function inspect(file: string, check: (reader: Reader) => void): Pick<Manifest, 'schemaVersion' | 'sequence' | 'hash'> {
  const { reader, close } = openReader(file);
  try {
    check(reader);
    const { sequence, hash } = chainHead(reader);
    return { schemaVersion: schemaVersion(reader), sequence, hash };
  } finally {
    close();
  }
}

function assertSound(reader: Reader, check: 'quick_check' | 'integrity_check'): void {
  const [first] = reader.prepare(`pragma ${check}(1)`).pluck().all() as string[];
  if (first !== 'ok') throw new Error(`${check}: ${first ?? 'no answer'}`);
}

function fileHash(file: string): string {
  const digest = createHash('sha256');
  const handle = openSync(file, 'r');
  const buffer = Buffer.allocUnsafe(1024 * 1024);
  try {
    for (;;) {
      const read = readSync(handle, buffer);
      if (read === 0) return digest.digest('hex');
      digest.update(buffer.subarray(0, read));
    }
  } finally {
    closeSync(handle);
  }
}

function toDisk(file: string): void {
  const handle = openSync(file, 'r+');
  fsyncSync(handle);
  closeSync(handle);
}

/** A renamed file is only there after a power cut if its folder was written too. Windows does it by itself and refuses to be asked. */
function folderToDisk(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
