/** What the dispatcher asks of auth: who a session's user is now, and whether a manager's leave covers an action. */
import type { Actor } from '#core/engine/context.ts';
import type { Authority, Change } from '#core/engine/dispatch.ts';
import type { ShopDatabase } from '#core/engine/database.ts';
import { consumeOverride } from './override.ts';
import { actorOf } from './queries.ts';

const ACTOR_TABLES = ['user', 'role', 'userRole', 'session'];
const MOST_ACTORS = 200;

/**
 * An authority that keeps the actors of live sessions until one of the tables they come from changes. Pass every change to `forget`.
 * (Whether a session is still alive is read anew at every call.)
 */
export function keepingAuthority(database: ShopDatabase): Authority & { forget: (change: Change) => void } {
  const actors = new Map<string, Actor>();
  return {
    consumeOverride,
    actorOf: (reader, session) => {
      // Inside a transaction the tables may hold what is never committed.
      if (database.raw.inTransaction) return actorOf(reader, session);
      const kept = actors.get(session.id);
      if (kept) return kept;
      const actor = actorOf(reader, session);
      if (actors.size >= MOST_ACTORS) actors.clear();
      if (actor) actors.set(session.id, actor);
      return actor;
    },
    forget: ({ topics }) => {
      if (topics.some((topic) => ACTOR_TABLES.includes(topic))) actors.clear();
    },
  };
}
