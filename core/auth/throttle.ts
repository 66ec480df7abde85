/**
 * Guesses are counted per account and place on this machine. The failure is written before the secret is compared: a kill, a restart
 * or a changed clock forgets none. Only a success (or somebody who may unlock) clears the count.
 */
import { hash } from 'node:crypto';
import type { Origin, TaskContext } from '#core/engine/context.ts';
import { appendLocalEvent } from '#core/engine/events.ts';
import { sqlFor, type Writer } from '#core/engine/sql.ts';
import { DomainError } from '#core/shared/errors.ts';
import { throttleOf } from './queries.ts';
import { blockedUntil, LOCK_AFTER, throttleState } from './rules.ts';
import type { AuthTables } from './tables.ts';

const { db, change } = sqlFor<AuthTables>();
const record = change((p: AuthTables['throttle']) =>
  db
    .insertInto('throttle')
    .values({
      account: p.account,
      place: p.place,
      failures: p.failures,
      blockedUntilMs: p.blockedUntilMs,
      lastFailureAtMs: p.lastFailureAtMs,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['account', 'place'])
        .doUpdateSet({ failures: p.failures, blockedUntilMs: p.blockedUntilMs, lastFailureAtMs: p.lastFailureAtMs }),
    ),
);
const clearHere = change((p: { account: string; place: 'LOCAL' | 'LAN' }) =>
  db.deleteFrom('throttle').where('account', '=', p.account).where('place', '=', p.place),
);
const clearAll = change((p: { account: string }) => db.deleteFrom('throttle').where('account', '=', p.account));
const forgetUnknown = change((p: { beforeMs: number }) =>
  db.deleteFrom('throttle').where('account', 'like', 'unknown:%').where('lastFailureAtMs', '<', p.beforeMs),
);

/** Lifts an account's lock everywhere. */
export const clearThrottle = (writer: Writer, account: string): void => void clearAll.run(writer, { account });
/** Drops the counts of e-mails that nobody has. Answers how many. */
export const forgetUnknownAccounts = (writer: Writer, beforeMs: number): number =>
  forgetUnknown.run(writer, { beforeMs });

/** The account of an e-mail that nobody has. What was typed there may be a password, so only its hash is kept. */
export const unknownAccount = (typed: string): string => `unknown:${hash('sha256', typed, 'hex').slice(0, 32)}`;

const placeOf = (origin: Origin): 'LOCAL' | 'LAN' => (origin === 'lan' ? 'LAN' : 'LOCAL');

/**
 * Lets one guess at an account's secret through, or throws LOCKED_OUT (with the seconds left, or -1 where somebody must lift it) and
 * BAD_CREDENTIALS. `verify` runs after the failure is on the disk; `succeed` in the transaction that clears the count.
 * `locks: false` only slows down: for the recovery key, which nobody could unlock.
 */
export async function guarded<T>(
  context: TaskContext,
  account: string,
  verify: () => Promise<boolean>,
  succeed: (writer: Writer) => T,
  options: { locks?: boolean } = {},
): Promise<T> {
  const place = placeOf(context.origin);
  const failures = countGuess(context, account, place, options.locks === false ? Infinity : LOCK_AFTER);
  if (!(await verify())) {
    context.audit('auth.refused', { account, place, failures });
    throw new DomainError('BAD_CREDENTIALS');
  }
  return context.local((writer) => {
    clearHere.run(writer, { account, place });
    return succeed(writer);
  });
}

/** Counts the guess as a failure beforehand; all in one step, so that guesses at the same time are counted one by one. */
function countGuess(context: TaskContext, account: string, place: 'LOCAL' | 'LAN', lockAfter: number): number {
  const nowMs = context.clock();
  const row = context.read((reader) => throttleOf.first(reader, { account, place }));
  const state = throttleState(row, nowMs, lockAfter);
  if (state.verdict === 'GO') {
    const failures = (row?.failures ?? 0) + 1;
    const next = { account, place, failures, blockedUntilMs: blockedUntil(failures, nowMs), lastFailureAtMs: nowMs };
    context.local((writer) => record.run(writer, next));
    return failures;
  }
  context.local((writer) =>
    appendLocalEvent(writer, 'auth.throttled', context.actor.userId, nowMs, { account, place }),
  );
  throw new DomainError('LOCKED_OUT', {
    retryInSeconds: state.verdict === 'WAIT' ? Math.ceil(state.retryInMs / 1000) : -1,
  });
}
