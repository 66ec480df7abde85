/** What somebody should look at: raised once per cause, kept until a person says it is seen to. */
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import type { SyncTables } from './tables.ts';

const { db, select, change } = sqlFor<SyncTables>();
const insertTask = change((p: Omit<SyncTables['syncTask'], 'resolvedAtMs'>) =>
  db
    .insertInto('syncTask')
    .values({ id: p.id, kind: p.kind, subjectId: p.subjectId, detail: p.detail, createdAtMs: p.createdAtMs })
    .onConflict((conflict) => conflict.doNothing()),
);
const openTasks = select(() =>
  db
    .selectFrom('syncTask')
    .select(['id', 'kind', 'subjectId', 'detail', 'createdAtMs'])
    .where('resolvedAtMs', 'is', null)
    .orderBy('createdAtMs'),
);
const resolve = change((p: { id: string; nowMs: number }) =>
  db.updateTable('syncTask').set({ resolvedAtMs: p.nowMs }).where('id', '=', p.id).where('resolvedAtMs', 'is', null),
);

/** Raises a task; the same cause raises no second one. */
export function raiseTask(writer: Writer, kind: string, subjectId: string, detail: string, nowMs: number): void {
  insertTask.run(writer, {
    id: `${kind} ${subjectId} ${detail}`.slice(0, 200),
    kind,
    subjectId,
    detail,
    createdAtMs: nowMs,
  });
}

export const listTasks = (reader: Reader) => openTasks.all(reader, {});

export const resolveTask = (writer: Writer, id: string, nowMs: number): number => resolve.run(writer, { id, nowMs });
