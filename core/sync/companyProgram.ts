/** The process that keeps the company's copy. It owns that file, speaks to the centre for itself, and gives way to the counter. */
import { constants, setPriority } from 'node:os';
import { openDatabase } from '#core/engine/database.ts';
import { migrate } from '#core/engine/migrate.ts';
import { systemClock } from '#core/engine/system.ts';
import { serveWork } from '#core/engine/workers.ts';
import { CompanyCopy, type Refreshed } from './companyCopy.ts';
import type { CompanyWork } from './company.ts';
import { connectCentre } from './postgres.ts';
import type { Centre } from './protocol.ts';

let kept: { connection: string; centre: Centre; copy: CompanyCopy } | undefined;
let database: ReturnType<typeof openDatabase> | undefined;

setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
serveWork<CompanyWork, Refreshed>(async ({ file, connection, greeting, rows }) => {
  if (!database) {
    database = openDatabase(file);
    migrate(database);
  }
  if (kept?.connection !== connection) {
    await kept?.centre.close();
    const centre = connectCentre(connection);
    kept = { connection, centre, copy: new CompanyCopy(database, centre, () => systemClock.nowMs()) };
  }
  return kept.copy.refresh(greeting, rows);
});
