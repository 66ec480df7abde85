/** Which shop, branch and terminal this machine is. Read once and kept until the installation changes. */
import { type Reader, sqlFor } from './sql.ts';
import type { EngineTables } from './tables.ts';

const { db, select } = sqlFor<EngineTables>();

export interface Site {
  organisationId: string;
  branchId: string;
  branchCode: string;
  branchName: string;
  timeZone: string;
  /** The machine's own terminal; a session may sell at another one of the branch. */
  terminalId: string;
  isDemo: boolean;
}

const siteRow = select(() =>
  db
    .selectFrom('installation')
    .innerJoin('branch', 'branch.id', 'installation.branchId')
    .select([
      'installation.organisationId',
      'installation.branchId',
      'branch.code as branchCode',
      'branch.name as branchName',
      'branch.timeZone',
      'installation.terminalId',
      'installation.isDemo',
    ]),
);

/** The installation, or undefined before the first run. */
export function readSite(reader: Reader): Site | undefined {
  const row = siteRow.first(reader, {});
  return row && { ...row, isDemo: row.isDemo === 1 };
}

const branchRow = select((p: { branchId: string }) =>
  db
    .selectFrom('branch')
    .select(['id as branchId', 'code as branchCode', 'name as branchName', 'timeZone'])
    .where('id', '=', p.branchId),
);

/** This installation as it would stand in another branch of the company: for reading what belongs there. */
export const siteIn = (reader: Reader, site: Site, branchId: string): Site => ({
  ...site,
  ...branchRow.one(reader, { branchId }),
});

const terminalCode = select((p: { terminalId: string }) =>
  db.selectFrom('terminal').select(['code', 'name']).where('id', '=', p.terminalId),
);

/** Code and name of a terminal of this branch. */
export const readTerminal = (reader: Reader, terminalId: string): { code: string; name: string } =>
  terminalCode.one(reader, { terminalId });
