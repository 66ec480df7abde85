/** What the sign-in page and the settings page show of the shop itself. */
import type { CallerDevice } from '#core/engine/context.ts';
import { readSite, type Site } from '#core/engine/site.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import type { AuthDependencies } from './handlers.ts';
import { readSetting } from './settings.ts';

const { db, select } = sqlFor<EngineTables>();
const organisationById = select((p: { id: string }) =>
  db.selectFrom('organisation').select(['name', 'rut', 'giro']).where('id', '=', p.id),
);
const branchById = select((p: { id: string }) =>
  db.selectFrom('branch').select(['name', 'code', 'address', 'comuna', 'timeZone']).where('id', '=', p.id),
);
const terminalsOf = select((p: { branchId: string }) =>
  db.selectFrom('terminal').select(['id', 'code', 'name']).where('branchId', '=', p.branchId).orderBy('code'),
);

/** State of the installation; the demonstration users are told only where the database is a demonstration. */
export function systemStatus(
  reader: Reader,
  { demoUsers, version }: Pick<AuthDependencies, 'demoUsers' | 'version'>,
  device: CallerDevice | undefined,
) {
  const site = readSite(reader);
  const deviceKind = device?.kind ?? null;
  const shown = {
    deviceKind,
    language: readSetting(reader, 'language'),
    pinDigits: readSetting(reader, 'pinDigits'),
    version,
  };
  if (!site)
    return {
      state: 'NEW' as const,
      shopName: '',
      branchName: '',
      terminalName: '',
      timeZone: 'America/Santiago',
      isDemo: 'NO' as const,
      demoUsers: [],
      ...shown,
    };
  const terminal = terminalsOf
    .all(reader, { branchId: site.branchId })
    .find((row) => row.id === (device ?? site).terminalId);
  return {
    state: 'READY' as const,
    shopName: organisationById.one(reader, { id: site.organisationId }).name,
    branchName: site.branchName,
    terminalName: device?.name ?? terminal?.name ?? '',
    timeZone: site.timeZone,
    isDemo: site.isDemo ? ('YES' as const) : ('NO' as const),
    demoUsers: site.isDemo ? demoUsers() : [],
    ...shown,
  };
}

/** The shop's legal data, as receipts and settings show it. */
export function branchCard(reader: Reader, site: Site) {
  const organisation = organisationById.one(reader, { id: site.organisationId });
  const branch = branchById.one(reader, { id: site.branchId });
  return {
    organisationName: organisation.name,
    rut: organisation.rut,
    giro: organisation.giro,
    ...branch,
    terminals: terminalsOf.all(reader, { branchId: site.branchId }),
  };
}
