/** Visible document numbers: branch code, terminal code and a counter without gaps per terminal and kind. */
import { readTerminal } from './site.ts';
import { sqlFor } from './sql.ts';
import type { EngineTables } from './tables.ts';
import type { CommandContext } from './context.ts';

const { db, select, change } = sqlFor<EngineTables>();

export type DocumentKind = 'ORDER' | 'SALE' | 'RETURN' | 'SHIFT' | 'CASH' | 'STOCK' | 'TRANSFER' | 'PURCHASE' | 'COUNT';

const PREFIX: Readonly<Record<DocumentKind, string>> = {
  SALE: '',
  ORDER: 'P',
  RETURN: 'D',
  SHIFT: 'Z',
  CASH: 'C',
  STOCK: 'M',
  TRANSFER: 'T',
  PURCHASE: 'OC',
  COUNT: 'I',
};

const advance = change((p: { terminalId: string; kind: string }) =>
  db
    .insertInto('documentCounter')
    .values({ terminalId: p.terminalId, kind: p.kind, lastNumber: 1 })
    .onConflict((conflict) =>
      conflict.columns(['terminalId', 'kind']).doUpdateSet((eb) => ({
        lastNumber: eb('documentCounter.lastNumber', '+', 1),
      })),
    ),
);
const current = select((p: { terminalId: string; kind: string }) =>
  db
    .selectFrom('documentCounter')
    .select('lastNumber')
    .where('terminalId', '=', p.terminalId)
    .where('kind', '=', p.kind),
);

/**
 * Takes the next number of a kind at the actor's terminal, e.g. `MA1-000123`, `MA1-Z000004`. Inside the command's transaction:
 * a command that fails takes none.
 */
export function takeNumber(context: CommandContext, kind: DocumentKind): string {
  const { terminalId } = context.actor;
  advance.run(context.writer, { terminalId, kind });
  const { lastNumber } = current.one(context.writer, { terminalId, kind });
  const { code } = readTerminal(context.writer, terminalId);
  return `${context.site.branchCode}${code}-${PREFIX[kind]}${String(lastNumber).padStart(6, '0')}`;
}
