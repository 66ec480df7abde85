/** Tells people: looks at what holds and what happened, and writes to each who should know, once per cause. */
import type { AuthTables } from '#core/auth/index.ts';
import type { TaskContext } from '#core/engine/context.ts';
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import type { Permission } from '#core/shared/permissions.ts';
import { businessDate } from '#core/shared/time.ts';
import { AUDIENCE, currentConditions, type Notice, recentFacts } from './conditions.ts';
import type { NotificationTables } from './tables.ts';

const { db, select, insert, change } = sqlFor<NotificationTables & AuthTables>();

const usersWithRoles = select(() =>
  db
    .selectFrom('user')
    .innerJoin('userRole', 'userRole.userId', 'user.id')
    .innerJoin('role', 'role.id', 'userRole.roleId')
    .select(['user.id', 'role.permissions'])
    .where('user.state', '=', 'ACTIVE')
    .where('role.archivedAtMs', 'is', null),
);
const episodes = select(() => db.selectFrom('notificationEpisode').select(['condition', 'startedAtMs']));
const openEpisode = insert('notificationEpisode', ['condition', 'startedAtMs']);
const endEpisode = change((p: { condition: string }) =>
  db.deleteFrom('notificationEpisode').where('condition', '=', p.condition),
);
const tell = change((p: NotificationTables['notification']) =>
  db
    .insertInto('notification')
    .values({
      id: p.id,
      userId: p.userId,
      kind: p.kind,
      cause: p.cause,
      subjectId: p.subjectId,
      details: p.details,
      createdAtMs: p.createdAtMs,
      readAtMs: p.readAtMs,
    })
    .onConflict((conflict) => conflict.columns(['userId', 'cause']).doNothing()),
);
const toldOf = select((p: { userId: string; cause: string }) =>
  db.selectFrom('notification').select('id').where('userId', '=', p.userId).where('cause', '=', p.cause),
);
const forget = change((p: { beforeMs: number }) => db.deleteFrom('notification').where('createdAtMs', '<', p.beforeMs));

/** Notifications are kept for a quarter of a year. */
const KEPT_MS = 91 * 86_400_000;

/**
 * Looks and tells. A condition that lasts is told once; one that ended and came back is told again; a fact is told once. Answers how
 * many notifications were written.
 */
export function watch(context: TaskContext): number {
  const nowMs = context.clock();
  const { site } = context;
  const seen = context.read((reader) => ({
    conditions: currentConditions(reader, site.branchId, businessDate(nowMs, site.timeZone), nowMs),
    open: new Map(episodes.all(reader, {}).map(({ condition, startedAtMs }) => [condition, startedAtMs])),
    facts: recentFacts(reader, nowMs),
    audience: audienceOf(reader),
  }));
  const holding = new Set(seen.conditions.map(({ key }) => key));
  const ended = [...seen.open.keys()].filter((condition) => !holding.has(condition));
  const begun = seen.conditions.filter(({ key }) => !seen.open.has(key));
  const news = context.read((reader) => seen.facts.filter((fact) => isNews(reader, fact, seen.audience)));
  if (ended.length + begun.length + news.length === 0) return 0;
  return context.local((writer) => {
    for (const condition of ended) endEpisode.run(writer, { condition });
    let written = 0;
    const write = (notice: Notice, cause: string): void => {
      for (const userId of seen.audience(AUDIENCE[notice.kind])) {
        written += tellOne(writer, context, userId, notice, cause, nowMs);
      }
    };
    for (const notice of begun) {
      openEpisode.run(writer, { condition: notice.key, startedAtMs: nowMs });
      write(notice, `${notice.key}@${String(nowMs)}`);
    }
    for (const notice of news) write(notice, notice.key);
    forget.run(writer, { beforeMs: nowMs - KEPT_MS });
    return written;
  });
}

function tellOne(
  writer: Writer,
  context: TaskContext,
  userId: string,
  { kind, subjectId, details }: Notice,
  cause: string,
  nowMs: number,
): number {
  const id = context.ports.ids.next(nowMs);
  const text = JSON.stringify(details);
  return tell.run(writer, { id, userId, kind, cause, subjectId, details: text, createdAtMs: nowMs, readAtMs: null });
}

type Audience = (permission: Permission) => readonly string[];

function audienceOf(reader: Reader): Audience {
  const rows = usersWithRoles.all(reader, {}).map(({ id, permissions }) => ({
    id,
    permissions: new Set(JSON.parse(permissions) as Permission[]),
  }));
  return (permission) => [...new Set(rows.filter((row) => row.permissions.has(permission)).map(({ id }) => id))];
}

const isNews = (reader: Reader, { kind, key }: Notice, audience: Audience): boolean =>
  audience(AUDIENCE[kind]).some((userId) => !toldOf.first(reader, { userId, cause: key }));
