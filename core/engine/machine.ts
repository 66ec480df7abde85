/**
 * What a machine knows of the shops that it opened, kept outside their folders: a note per file with where it lies and the last event it
 * held. A file that was carried to another machine, that lies beside the one it was copied from, or that was put back from an older copy
 * (even together with its folder) does not fit its note.
 */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { AnchorReport } from './anchor.ts';
import { chainHead } from './events.ts';
import { type Reader, sqlFor, type Writer } from './sql.ts';
import type { EngineTables } from './tables.ts';

interface Note {
  file: string;
  sequence: number;
  hash: string;
}

/** Why a file must not go on under its name; OK where it may. */
export type Standing = 'OK' | 'COPY' | 'RESTORED';

const { db, select, change } = sqlFor<EngineTables>();
const markRow = select(() => db.selectFrom('machineMark').select('mark'));
const saveMark = change((p: { mark: string }) =>
  db
    .insertInto('machineMark')
    .values({ singleton: 1, mark: p.mark })
    .onConflict((conflict) => conflict.column('singleton').doUpdateSet({ mark: p.mark })),
);
const hashAt = select((p: { sequence: number }) =>
  db.selectFrom('event').select(['hash']).where('sequence', '=', p.sequence),
);

/** Left beside the database by a restore; gone once the file has gone on as somebody else. */
export const restoredMark = (databaseFile: string): string => `${databaseFile}-restored`;

export class MachineNotes {
  readonly #folder: string;
  readonly #file: string;
  #noted: Note | undefined;

  private constructor(folder: string, databaseFile: string) {
    this.#folder = folder;
    this.#file = realpathSync(databaseFile);
  }

  /** The notes in `folder`, which is this machine's; undefined where nothing can be kept there: then only the anchor tells. */
  static open(folder: string, databaseFile: string): MachineNotes | undefined {
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
      return new MachineNotes(folder, databaseFile);
    } catch {
      return undefined;
    }
  }

  /** Whether the file is the one that this machine last wrote. A file without a mark is new here and nobody's copy. */
  judge(reader: Reader): Standing {
    const mark = markRow.first(reader, {})?.mark;
    if (mark === undefined) return 'OK';
    const note = this.#read(mark);
    if (!note) return 'COPY';
    // Moved, unless what it was moved from is still there.
    if (note.file !== this.#file && existsSync(note.file)) return 'COPY';
    const isHeld = note.sequence === 0 || hashAt.first(reader, { sequence: note.sequence })?.hash === note.hash;
    return isHeld ? 'OK' : 'RESTORED';
  }

  /** Notes the last event of the file under its mark; nothing where it has none yet or nothing changed. */
  note(reader: Reader): void {
    const mark = markRow.first(reader, {})?.mark;
    if (mark !== undefined) this.#write(mark, reader);
  }

  /** Gives the file a mark that this machine knows. Inside the transaction by which the file becomes somebody else, or its first. */
  mark(writer: Writer, mark: string): void {
    // The note comes first: a power cut between the two leaves a note that nothing asks for.
    this.#write(mark, writer);
    saveMark.run(writer, { mark });
  }

  isMarked(reader: Reader): boolean {
    return markRow.first(reader, {}) !== undefined;
  }

  #path(mark: string): string {
    return join(this.#folder, `${mark}.json`);
  }

  #read(mark: string): Note | undefined {
    try {
      return JSON.parse(readFileSync(this.#path(mark), 'utf8')) as Note;
    } catch {
      // Not there, or torn by a power cut: this machine cannot vouch for the file, which costs it a new number and nothing else.
      return undefined;
    }
  }

  #write(mark: string, reader: Reader): void {
    const { sequence, hash } = chainHead(reader);
    if (this.#noted?.sequence === sequence && this.#noted.hash === hash && existsSync(this.#path(mark))) return;
    this.#noted = { file: this.#file, sequence, hash };
    const fresh = `${this.#path(mark)}.new`;
    const handle = openSync(fresh, 'w', 0o600);
    try {
      writeSync(handle, JSON.stringify(this.#noted));
      fdatasyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(fresh, this.#path(mark));
  }
}

/** What the file itself, its anchor and this machine together say of it at the opening. */
export function standing(
  databaseFile: string,
  reader: Reader,
  anchor: AnchorReport | undefined,
  notes: MachineNotes | undefined,
): Standing {
  if (existsSync(restoredMark(databaseFile))) return 'RESTORED';
  // Numbers that were printed and are not in the file any more would be given again.
  if (anchor?.state === 'BEHIND' || anchor?.state === 'DIFFERENT') return 'RESTORED';
  return notes?.judge(reader) ?? 'OK';
}
