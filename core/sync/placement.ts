/** Into which stream the centre puts an own event (table `sync.kind` of the centre, as a machine needs it). */
import { MASTER_KINDS } from './masterFacts.ts';
import { OWNER_KINDS, type Scope } from './protocol.ts';

/** Master data that stays in its branch. */
const HOME_MASTER: ReadonlySet<string> = new Set([
  ...['inventory.minimumSet', 'forecast.planSet', 'forecast.specialDaySet', 'forecast.specialDayRemoved'],
]);

/** MASTER: for everyone; HOME: the branch's own. What only the owner may do and another did stays at home. */
export function placeOf(kind: string, scope: Scope | null): 'MASTER' | 'HOME' {
  if (!MASTER_KINDS.has(kind) || HOME_MASTER.has(kind)) return 'HOME';
  return scope !== 'OWNER' && (OWNER_KINDS.includes(kind) || kind === 'auth.settingsChanged') ? 'HOME' : 'MASTER';
}
