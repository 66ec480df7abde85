/** What inventory does by itself. */
import type { Job } from '#core/engine/jobs.ts';
import { inventoryEvents } from './events.ts';
import { expireReservations, hasExpired } from './service.ts';

export const inventoryJobs: readonly Job[] = [
  {
    name: 'inventory.expireReservations',
    schedule: { everyMinutes: 1 },
    timeoutMs: 30_000,
    run: (context) => {
      // Without this look a quiet shop would record an empty event every minute.
      if (!context.read((reader) => hasExpired(reader, context.clock()))) return 0;
      return context.command('inventory.expireReservations', (command) => {
        const ids = expireReservations(command);
        command.record(inventoryEvents.reservationsExpired, ids[0] ?? '', { ids });
        return ids.length;
      });
    },
  },
];
