/** The branches whose figures this machine can read: its own, as of now; on an owner's machine the others too, each with its age. */
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import type { Site } from '#core/engine/site.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import type { MetricsTables } from './tables.ts';

const { db, select, change } = sqlFor<MetricsTables & EngineTables>();
const reachRows = select(() => db.selectFrom('branchReach').select(['branchId', 'asOfMs', 'heldCount']));
const save = change((p: MetricsTables['branchReach']) =>
  db
    .insertInto('branchReach')
    .values({ branchId: p.branchId, asOfMs: p.asOfMs, heldCount: p.heldCount })
    .onConflict((conflict) => conflict.column('branchId').doUpdateSet({ asOfMs: p.asOfMs, heldCount: p.heldCount })),
);
const clear = change(() => db.deleteFrom('branchReach'));
const branches = select(() => db.selectFrom('branch').select(['id', 'code', 'name']).orderBy('code'));

export type BranchReach = MetricsTables['branchReach'];

/** How far the company's copy reaches, branch by branch; empty where there is none. */
export const readReach = (reader: Reader): BranchReach[] => reachRows.all(reader, {});

/** Up to when the company's copy holds each branch, where the figures of a branch (null: of all) lie there and not in the shop's own file. */
export function reachElsewhere(
  reader: Reader,
  site: Site,
  branchId: string | null,
): Readonly<Record<string, number>> | undefined {
  if (branchId === site.branchId) return undefined;
  const rows = readReach(reader);
  return rows.length === 0 ? undefined : Object.fromEntries(rows.map((row) => [row.branchId, row.asOfMs]));
}

/** Notes how far the company's copy has come. */
export function saveReach(writer: Writer, rows: readonly BranchReach[]): void {
  for (const row of rows) save.run(writer, row);
}

/** There is no copy, or none that may be read any longer. */
export const forgetReach = (writer: Writer): void => void clear.run(writer, {});

/** This machine's branch first, then the others that the company's copy holds, by code. */
export function readableBranches(reader: Reader, branchId: string, nowMs: number) {
  const reach = new Map(readReach(reader).map((row) => [row.branchId, row]));
  return branches
    .all(reader, {})
    .filter(({ id }) => id === branchId || reach.has(id))
    .map(({ id, code, name }) => ({
      id,
      code,
      name,
      isThis: id === branchId ? ('YES' as const) : ('NO' as const),
      asOfMs: id === branchId ? nowMs : (reach.get(id)?.asOfMs ?? nowMs),
      heldCount: reach.get(id)?.heldCount ?? 0,
    }))
    .sort((a, b) => Number(b.isThis === 'YES') - Number(a.isThis === 'YES'));
}
