/**
 * Puts a verified copy in the database's place. The old file is never deleted: it is set aside with its WAL, and what the copy does
 * not hold is named from the head anchor.
 */
import { copyFileSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '#core/shared/errors.ts';
import { anchorFile, readAnchor, writeAnchor } from './anchor.ts';
import { readManifest } from './backup.ts';
import type { MissingDocument } from './contract.ts';
import { holdOwnerLock, openReader } from './database.ts';
import { chainHead, verifyChain } from './events.ts';
import { restoredMark } from './machine.ts';

export interface Restored {
  /** The last event of the restored database. */
  sequence: number;
  /** What this machine wrote after the copy was made, as far as the anchor knows. */
  missing: MissingDocument[];
  /** Where the replaced file is now, or null where there was none. */
  setAside: string | null;
}

/**
 * Restores copy `name` of `folder` over `file`. DATABASE_IN_USE while a process has the shop open, DATABASE_DAMAGED where the copy does
 * not hold; nothing is changed then.
 */
export function restoreBackup(file: string, folder: string, name: string, nowMs: number): Restored {
  const { sequence, hash } = readManifest(folder, name);
  const lock = holdOwnerLock(file);
  try {
    const fresh = `${file}.restoring`;
    copyFileSync(join(folder, name), fresh);
    try {
      check(fresh, { sequence, hash });
    } catch (error) {
      rmSync(fresh);
      throw error;
    }
    const anchor = anchorFile(file);
    const missing = readAnchor(anchor)
      .filter((event) => event.sequence > sequence)
      .map(({ sequence: lost, kind, label, atMs }) => ({ sequence: lost, kind, label, atMs }));
    // What was printed since the copy must not be numbered again: the file goes on under other tills (core/sync/renewal.ts).
    const last = readAnchor(anchor).at(-1);
    if (last?.sequence !== sequence || last.hash !== hash) writeFileSync(restoredMark(file), name);
    const setAside = `${file}.before-restore-${String(nowMs)}`;
    const hadFile = existsSync(file);
    // The WAL belongs to the file it was written for: left behind, SQLite would play it into the restored one.
    for (const suffix of ['', '-wal', '-shm'])
      if (existsSync(file + suffix)) renameSync(file + suffix, setAside + suffix);
    if (existsSync(anchor)) renameSync(anchor, anchorFile(setAside));
    renameSync(fresh, file);
    writeAnchor(anchor, [{ sequence, hash, atMs: nowMs, kind: 'anchor', label: '' }]);
    return { sequence, missing, setAside: hadFile ? setAside : null };
  } finally {
    lock.release();
  }
}

function check(file: string, expected: { sequence: number; hash: string }): void {
  const { reader, close } = openReader(file);
  try {
    const sound = reader.prepare('pragma quick_check(1)').pluck().get();
    if (sound !== 'ok') throw new DomainError('DATABASE_DAMAGED', { reason: String(sound) });
    const head = chainHead(reader);
    const isExpected = head.sequence === expected.sequence && (head.sequence === 0 || head.hash === expected.hash);
    const { broken } = verifyChain(reader, Math.max(1, head.sequence - 10_000));
    if (!isExpected || broken.length > 0)
      throw new DomainError('DATABASE_DAMAGED', { reason: 'the copy is not what its manifest says' });
  } finally {
    close();
  }
}
