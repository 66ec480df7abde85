/** What the dispatcher asks of auth: who a session's user is now, and whether a manager's leave covers an action. */
import type { Actor, CallerDevice } from '#core/engine/context.ts';
import type { Authority, Change } from '#core/engine/dispatch.ts';
import type { ShopDatabase } from '#core/engine/database.ts';
import { DomainError } from '#core/shared/errors.ts';
import type { Procedure } from '#core/shared/procedure.ts';
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
    admit: ({ origin, device }, path, procedure) => {
      if (origin === 'lan') admitOverLan(device, path, procedure);
    },
    actorOf: (reader, session, device) => {
      // Inside a transaction the tables may hold what is never committed.
      if (database.raw.inTransaction) return actorOf(reader, session, device);
      const kept = actors.get(session.id);
      if (kept) return kept;
      const actor = actorOf(reader, session, device);
      if (actors.size >= MOST_ACTORS) actors.clear();
      if (actor) actors.set(session.id, actor);
      return actor;
    },
    forget: ({ topics }) => {
      if (topics.some((topic) => ACTOR_TABLES.includes(topic))) actors.clear();
    },
  };
}

/** All that a device may ask before it is paired. */
const PAIRING = 'devices.pair';
/** What a screen may ask: reads of goods, prices and orders, and what signing in takes. Whatever is not named is refused. */
const SCREEN_READS = [
  'system',
  'auth',
  'settings',
  'branch',
  'categories',
  'products',
  'counter',
  'warehouses',
  'stock',
  'orders',
];
const SCREEN_TASKS = ['auth.login', 'auth.pinLogin', 'auth.logout', 'auth.refresh'];

/** Over the LAN only paired devices are answered, and a screen only what it may show. */
function admitOverLan(device: CallerDevice | undefined, path: string, procedure: Procedure): void {
  if (path === PAIRING) return;
  if (!device) throw new DomainError('DEVICE_NOT_PAIRED');
  if (device.kind === 'TILL') return;
  const [group = ''] = path.split('.');
  const isShown = procedure.kind === 'query' && SCREEN_READS.includes(group);
  if (!isShown && !SCREEN_TASKS.includes(path)) throw new DomainError('FORBIDDEN', { permission: 'screen' });
}
