/** The facts about people and cars. A salary is in none of them. */
import { eventKind } from '#core/engine/events.ts';
import type { PeopleTables } from './tables.ts';

type Kind = 'employee' | 'customer' | 'supplier' | 'vehicle';
const created = <N extends Kind>(name: N) => eventKind<{ row: PeopleTables[N] }>(`people.${name}Created`, 1);
const changed = <N extends Kind>(name: N) =>
  eventKind<{ id: string; patch: Partial<PeopleTables[N]> }>(`people.${name}Changed`, 1);

export const peopleEvents = {
  employeeCreated: created('employee'),
  employeeChanged: changed('employee'),
  customerCreated: created('customer'),
  customerChanged: changed('customer'),
  supplierCreated: created('supplier'),
  supplierChanged: changed('supplier'),
  vehicleCreated: created('vehicle'),
  vehicleChanged: changed('vehicle'),
};
