/**
 * Guesses are counted per account on this machine. The failure is written before the secret is compared: a kill, a restart or a
 * changed clock forgets none. Only a success (or a manager) clears the count.
 */
import type { Writer } from '#core/engine/sql.ts';
import { sqlFor } from '#core/engine/sql.ts';
import type { TaskContext } from '#core/engine/context.ts';
import { DomainError } from '#core/shared/errors.ts';
import { throttleOf } from './queries.ts';
import { blockedUntil, throttleState } from './rules.ts';
import type { AuthTables } from './tables.ts';

const { db, change } = sqlFor<AuthTables>();
const record = change((p: { account: string; failures: number; blockedUntilMs: number; lastFailureAtMs: number }) =>
  db
    .insertInto('throttle')
    .values({ account: p.account, failures: p.failures, blockedUntilMs: p.blockedUntilMs, lastFailureAtMs: p.lastFailureAtMs })
    .onConflict((conflict) =>
      conflict
        .column('account')
        .doUpdateSet({ failures: p.failures, blockedUntilMs: p.blockedUntilMs, lastFailureAtMs: p.lastFailureAtMs }),
    ),
);
const clear = change((p: { account: string }) => db.deleteFrom('throttle').where('account', '=', p.account));

export const clearThrottle = (writer: Writer, account: string): void => void clear.run(writer, { account });

/**
 * Lets one guess at an account's secret through, or throws LOCKED_OUT (with the seconds left, or -1 where only a manager can lift
 * it) and BAD_CREDENTIALS. `verify` runs after the failure is on the disk.
 */
export async function guarded(context: TaskContext, account: string, verify: () => Promise<boolean>): Promise<void> {
  const nowMs = context.clock();
  const row = context.read((reader) => throttleOf.first(reader, { account }));
  const state = throttleState(row, nowMs);
  if (state.verdict !== 'GO') {
    context.audit('auth.throttled', { account });
    throw new DomainError('LOCKED_OUT', {
      retryInSeconds: state.verdict === 'WAIT' ? Math.ceil(state.retryInMs / 1000) : -1,
    });
  }
  const failures = (row?.failures ?? 0) + 1;
  context.local((writer) =>
    record.run(writer, { account, failures, blockedUntilMs: blockedUntil(failures, nowMs), lastFailureAtMs: nowMs }),
  );
  if (!(await verify())) {
    context.audit('auth.refused', { account, failures });
    throw new DomainError('BAD_CREDENTIALS');
  }
  context.local((writer) => clearThrottle(writer, account));
}
