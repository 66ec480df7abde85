/**
 * A copied or restored file goes on as somebody else. Its terminals get new codes by being new terminals, so that no number is printed
 * twice; what is open on the old ones (shift, cart, session, printer) moves along. Where this machine notices it by itself, that happens
 * at the opening, before anything is sold; what only the centre can notice, with the first contact (docs/decisions/0011).
 */
import { shutLan } from '#core/devices/index.ts';
import type { CommandContext } from '#core/engine/context.ts';
import { masterTable } from '#core/engine/master.ts';
import type { Random } from '#core/engine/ports.ts';
import { sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { raiseTask } from './attention.ts';
import { syncEvents } from './events.ts';
import { ensureState, noteIncarnation, ownHead } from './state.ts';

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

export interface Renewal {
  from: string;
  id: string;
  base: number;
  /** Given by the centre, which gives it to nobody else. */
  terminalCode: string;
  reason: string;
}

/** The centre says that this file is a copy: it goes on behind what both hold. */
export function renew(context: CommandContext, renewal: Renewal): void {
  replaceTills(context, renewal, (index, taken) => freeCode(renewal.terminalCode, index, taken));
  noteIncarnation(context.writer, { ...renewal, acked: renewal.base, atMs: context.nowMs });
}

/**
 * This machine itself says that the file was copied or put back: everything in it stays, what follows has another name. The codes are drawn,
 * since nobody can be asked: letters alone, which the centre (numbers) and a branch's further tills (a number and a letter) never give.
 */
export function renewHere(context: CommandContext, reason: 'COPY' | 'RESTORED', random: Random): void {
  const { incarnation: from, acked } = ensureState(context.writer, context.nowMs);
  const renewal = { from, id: context.newId(), base: ownHead(context.writer), reason };
  replaceTills(context, renewal, (_, taken) => drawnCode(random, taken));
  noteIncarnation(context.writer, { ...renewal, acked, atMs: context.nowMs });
}

/** Replaces every till that this file has numbered documents at, and tells the user. */
function replaceTills(
  context: CommandContext,
  renewal: { id: string; reason: string },
  codeOf: (index: number, taken: Set<string>) => string,
): void {
  const { writer, stamp, site, nowMs } = context;
  const taken = new Set(codes.all(writer, { branchId: site.branchId }).map(({ code }) => code));
  const replaced: Record<string, string> = {};
  const made = numbered.all(writer, { branchId: site.branchId }).map((old, index) => {
    const code = codeOf(index, taken);
    taken.add(code);
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
  // A copy may not know yet which devices were shut out since: somebody looks at the list before it lets them in.
  shutLan(writer);
  const { id: incarnation, reason } = renewal;
  const codesNow = made.map(({ code }) => code).join(', ');
  raiseTask(writer, `RENEWED_${reason}`, incarnation, codesNow, nowMs);
  context.record(syncEvents.renewed, incarnation, { incarnation, reason, terminals: made, replaced });
}

/** The code that the centre gave; a till behind the first, or one whose code this file knows already, gets a letter behind it. */
export function freeCode(given: string, index: number, taken: Set<string>): string {
  const candidates = [given, ...[...ALPHABET].map((letter) => `${given}${letter}`.slice(-4))].slice(index > 0 ? 1 : 0);
  const code = candidates.find((candidate) => !taken.has(candidate));
  if (code === undefined) throw new Error('no code is left for a terminal');
  return code;
}

function drawnCode(random: Random, taken: ReadonlySet<string>): string {
  for (;;) {
    // 256 is no multiple of 20: the first letters come a little more often, which matters to nobody.
    const code = [...random.bytes(4)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
    if (!taken.has(code)) return code;
  }
}
