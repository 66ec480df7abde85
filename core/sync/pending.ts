/** Which columns of master data this machine has set and the centre has not ranked yet: they stay on top of what arrives. */
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { MASTER_KINDS, type MasterPatch, masterPatches } from './masterFacts.ts';

const { db, select } = sqlFor<EngineTables>();
const STEP = 1_000;
const ownEvents = select((p: { after: number; limit: number }) =>
  db
    .selectFrom('event')
    .select(['sequence', 'kind', 'subjectId'])
    .where('sequence', '>', p.after)
    .orderBy('sequence')
    .limit(p.limit),
);
const payloadOf = select((p: { sequence: number }) =>
  db.selectFrom('event').select('payload').where('sequence', '=', p.sequence),
);

/** Grows with the event table; remembers the last own sequence that set each column. */
export class PendingColumns {
  readonly #last = new Map<string, number>();
  #scanned: number;

  constructor(masterSeen: number) {
    this.#scanned = masterSeen;
  }

  /** Takes in what was recorded since. `refused` are own events that nobody will ever rank. */
  scan(reader: Reader, organisationId: () => string, refused: ReadonlySet<number>): void {
    for (;;) {
      const rows = ownEvents.all(reader, { after: this.#scanned, limit: STEP });
      for (const row of rows) {
        if (MASTER_KINDS.has(row.kind) && !refused.has(row.sequence))
          for (const patch of this.patchesOf(reader, row, organisationId)) this.#note(patch, row.sequence);
        this.#scanned = row.sequence;
      }
      if (rows.length < STEP) return;
    }
  }

  patchesOf(
    reader: Reader,
    row: { sequence: number; kind: string; subjectId: string },
    organisationId: () => string,
  ): MasterPatch[] {
    try {
      const payload = JSON.parse(payloadOf.one(reader, { sequence: row.sequence }).payload) as object;
      return masterPatches(row, payload, organisationId);
    } catch {
      // One of ours that nobody can read sets nothing, here as anywhere.
      return [];
    }
  }

  /** Whether a column waits: set by us behind `masterSeen`. */
  isPending(table: string, id: string, column: string, masterSeen: number): boolean {
    return (this.#last.get(`${table} ${id} ${column}`) ?? 0) > masterSeen;
  }

  #note(patch: MasterPatch, sequence: number): void {
    for (const column of Object.keys(patch.columns)) this.#last.set(`${patch.table} ${patch.id} ${column}`, sequence);
  }
}
