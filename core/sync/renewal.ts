/**
 * A copied or restored file goes on as somebody else. Its terminals get new codes by being new terminals, so that no number is printed
 * twice; what is open on the old ones (shift, cart, session, printer) moves along.
 */
import type { CommandContext } from '#core/engine/context.ts';
import { masterTable } from '#core/engine/master.ts';
import { sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { syncEvents } from './events.ts';
import { noteIncarnation } from './state.ts';

const { db, select, change } = sqlFor<EngineTables>();
const terminals = masterTable(db, 'terminal');
const numbered = select((p: { branchId: string }) =>
  db
    .selectFrom('terminal')
    .select(['id', 'name', 'code'])
    .where('branchId', '=', p.branchId)
    .where((eb) =>
      eb.or([
        eb('id', 'in', eb.selectFrom('documentCounter').select('terminalId')),
        eb('id', 'in', eb.selectFrom('installation').select('terminalId')),
      ]),
    )
    .orderBy('id'),
);
const codes = select((p: { branchId: string }) =>
  db.selectFrom('terminal').select('code').where('branchId', '=', p.branchId),
);
const sellAt = change((p: { from: string; to: string }) =>
  db.updateTable('installation').set({ terminalId: p.to }).where('terminalId', '=', p.from),
);
const untyped = sqlFor<Record<string, Record<string, string>>>();
/** What belongs to a till and goes on at the new one. Closed shifts and finished documents keep the till they were made at. */
const FOLLOW = [
  { table: 'shift', where: { state: 'OPEN' } },
  { table: 'session', where: {} },
  { table: 'cart', where: {} },
  { table: 'printer', where: {} },
  { table: 'pairedDevice', where: {} },
  { table: 'printJob', where: { state: 'QUEUED' } },
] as const;

const ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ';

/** Replaces every till that this file has numbered documents at. `terminalCode` was given by the centre, which gives it to nobody else. */
export function renew(
  context: CommandContext,
  renewal: { from: string; id: string; base: number; terminalCode: string; reason: string },
): void {
  const { writer, stamp, site, nowMs } = context;
  const taken = new Set(codes.all(writer, { branchId: site.branchId }).map(({ code }) => code));
  const replaced: Record<string, string> = {};
  const made = numbered.all(writer, { branchId: site.branchId }).map((old, index) => {
    const code = freeCode(renewal.terminalCode, index, taken);
    const terminal = { id: context.newId(), branchId: site.branchId, code, name: old.name, createdAtMs: nowMs };
    terminals.insert(writer, stamp, terminal);
    replaced[old.id] = terminal.id;
    sellAt.run(writer, { from: old.id, to: terminal.id });
    for (const { table, where } of FOLLOW) {
      let query = untyped.db
        .updateTable(table as string)
        .set({ terminalId: terminal.id })
        .where('terminalId', '=', old.id);
      for (const [column, value] of Object.entries(where)) query = query.where(column, '=', value);
      writer.change(query);
    }
    return terminal;
  });
  noteIncarnation(writer, { ...renewal, atMs: nowMs });
  const { id: incarnation, reason } = renewal;
  context.record(syncEvents.renewed, incarnation, { incarnation, reason, terminals: made, replaced });
}

function freeCode(given: string, index: number, taken: Set<string>): string {
  const candidates = [given, ...[...ALPHABET].map((letter) => `${given}${letter}`.slice(-4))].slice(index > 0 ? 1 : 0);
  const code = candidates.find((candidate) => !taken.has(candidate));
  if (code === undefined) throw new Error('no code is left for a terminal');
  taken.add(code);
  return code;
}
