/** Grants of a manager: one action, one entity, one amount, once, within 60 seconds, by somebody else. */
import type { Authority } from '#core/engine/dispatch.ts';
import { sqlFor, type Writer } from '#core/engine/sql.ts';
import type { AuthTables } from './tables.ts';

const { db, select, insert, change } = sqlFor<AuthTables>();

export const OVERRIDE_LIFE_MS = 60_000;

export const insertGrant = insert('overrideGrant', [
  'id',
  'permission',
  'entity',
  'amountClp',
  'requesterId',
  'approverId',
  'createdAtMs',
  'expiresAtMs',
]);
const grantById = select((p: { id: string }) =>
  db
    .selectFrom('overrideGrant')
    .select([
      'permission',
      'entity',
      'amountClp',
      'requesterId',
      'approverId',
      'createdAtMs',
      'expiresAtMs',
      'usedAtMs',
    ])
    .where('id', '=', p.id),
);
const use = change((p: { id: string; nowMs: number }) =>
  db.updateTable('overrideGrant').set({ usedAtMs: p.nowMs }).where('id', '=', p.id).where('usedAtMs', 'is', null),
);

/** Uses up the first of the command's grants that covers the action. Runs inside the command: a command that fails uses none. */
export const consumeOverride: Authority['consumeOverride'] = (writer, ask) => {
  for (const id of ask.overrideIds) {
    const grant = grantById.first(writer, { id });
    if (!grant || grant.usedAtMs !== null) continue;
    const covers =
      grant.permission === ask.permission &&
      grant.entity === ask.entity &&
      grant.amountClp === ask.amountClp &&
      grant.requesterId === ask.actor.userId;
    const live = ask.nowMs >= grant.createdAtMs && ask.nowMs < grant.expiresAtMs;
    if (covers && live && use.run(writer, { id, nowMs: ask.nowMs }) === 1) return grant.approverId;
  }
  return undefined;
};

const forget = change((p: { beforeMs: number }) =>
  db.deleteFrom('overrideGrant').where('expiresAtMs', '<', p.beforeMs),
);
/** Deletes grants that ended before an instant. */
export const forgetGrants = (writer: Writer, beforeMs: number): number => forget.run(writer, { beforeMs });
