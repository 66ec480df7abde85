/** Takes in what a branch without a network for good sent by hand: the file that `sync.exportPending` wrote. */
import { DomainError } from '#core/shared/errors.ts';
import { readCarried, sendCarried } from '../carried.ts';
import type { Sql } from '../postgres.ts';
import { type Centre, helloAnswer, PROTOCOL, pushAnswer } from '../protocol.ts';

/**
 * Pushes a file's operations in its machine's name, each once however often the file is taken in and whatever the machine sends itself.
 * The operator must be a superuser: only he may speak for a device. `role` names the device where the machine never spoke to the centre.
 */
export async function importCarried(sql: Sql, content: string, role?: string): Promise<{ role: string; sent: number }> {
  const { incarnation, operations } = readCarried(content);
  const known = await sql.query<{ role: string }>('select role from sync.incarnation where id = $1', [incarnation]);
  const device = known[0]?.role ?? role;
  if (device === undefined) throw new DomainError('NOT_FOUND', { incarnation });
  const act = async (name: string, ask: object): Promise<unknown> => {
    const [row] = await sql.query<{ answer: unknown }>('select sync.act($1, $2, $3::jsonb) as answer', [
      ...[device, name, JSON.stringify(ask)],
    ]);
    return row?.answer;
  };
  const hello = helloAnswer.parse(
    await act('hello', {
      ...{ protocol: PROTOCOL, incarnation, branchId: operations[0]?.branchId ?? '', sequence: 0, hash: '', epoch: '' },
      ...{ appVersion: '', pending: operations.length },
    }),
  );
  if (hello.answer === 'refused') throw new DomainError('CONFLICT', { reason: hello.reason });
  const push: Centre['push'] = async (ask) => pushAnswer.parse(await act('push', ask));
  return { role: device, sent: await sendCarried({ push }, hello.epoch, content) };
}
