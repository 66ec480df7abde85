/** Reads of devices, invitations and the LAN's door. */
import type { CallerDevice } from '#core/engine/context.ts';
import type { Site } from '#core/engine/site.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import type { LanReport } from './door.ts';
import type { DevicesTables } from './tables.ts';

const { db, select } = sqlFor<DevicesTables & EngineTables>();

export const accessRow = select(() => db.selectFrom('lanAccess').select('fingerprint'));
export const pairingRow = select(() =>
  db
    .selectFrom('devicePairing')
    .select(['id', 'codeHash', 'name', 'kind', 'terminalId', 'invitedById', 'expiresAtMs'])
    .where('singleton', '=', 1),
);
export const liveDeviceById = select((p: { id: string }) =>
  db
    .selectFrom('pairedDevice')
    .select(['id', 'name', 'kind', 'terminalId'])
    .where('id', '=', p.id)
    .where('revokedAtMs', 'is', null),
);
const liveDevice = select((p: { credentialHash: string }) =>
  db
    .selectFrom('pairedDevice')
    .select(['id', 'name', 'kind', 'terminalId', 'lastSeenAtMs'])
    .where('credentialHash', '=', p.credentialHash)
    .where('revokedAtMs', 'is', null),
);
const allDevices = select(() =>
  db
    .selectFrom('pairedDevice')
    .leftJoin('terminal', 'terminal.id', 'pairedDevice.terminalId')
    .select([
      'pairedDevice.id',
      'pairedDevice.name',
      'pairedDevice.kind',
      'terminal.code as terminalCode',
      'terminal.name as terminalName',
      'pairedDevice.pairedAtMs',
      'pairedDevice.lastSeenAtMs',
      'pairedDevice.revokedAtMs',
    ]),
);
const terminalsWithoutDevice = select((p: { branchId: string; ownId: string }) =>
  db
    .selectFrom('terminal')
    .select(['id', 'code', 'name'])
    .where('branchId', '=', p.branchId)
    .where('id', '<>', p.ownId)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('pairedDevice')
            .select('pairedDevice.id')
            .whereRef('pairedDevice.terminalId', '=', 'terminal.id')
            .where('pairedDevice.revokedAtMs', 'is', null)
            .where('pairedDevice.terminalId', 'is not', null),
        ),
      ),
    )
    .orderBy('code'),
);
const codesOf = select((p: { branchId: string }) =>
  db.selectFrom('terminal').select('code').where('branchId', '=', p.branchId),
);

/** The device of a credential's hash and when it was last seen, or undefined: unknown and revoked look alike. */
export function findDevice(
  reader: Reader,
  credentialHash: string,
  ownTerminalId: string,
): { device: CallerDevice; lastSeenAtMs: number } | undefined {
  const row = liveDevice.first(reader, { credentialHash });
  if (!row) return undefined;
  const { lastSeenAtMs, terminalId, ...rest } = row;
  return { device: { ...rest, terminalId: terminalId ?? ownTerminalId }, lastSeenAtMs };
}

/** Live devices first, each lot by name. A shop has few: they are sorted here. */
export const listDevices = (reader: Reader) =>
  allDevices
    .all(reader, {})
    .sort(
      (a, b) => Number(a.revokedAtMs !== null) - Number(b.revokedAtMs !== null) || a.name.localeCompare(b.name, 'es'),
    );

/** Terminals of the branch that a device may be given: neither the machine's own nor another live device's. */
export const freeTills = (reader: Reader, { branchId, terminalId }: Site) =>
  terminalsWithoutDevice.all(reader, { branchId, ownId: terminalId });

export const terminalCodes = (reader: Reader, branchId: string): Set<string> =>
  new Set(codesOf.all(reader, { branchId }).map(({ code }) => code));

const CLOSED = { urls: [], fingerprint: '', certificate: '', trouble: null };

/** The state of the door, as Equipos shows it. */
export function networkState(reader: Reader, report: LanReport | undefined, nowMs: number) {
  const pending = pairingRow.first(reader, {});
  const pairing =
    pending && pending.expiresAtMs > nowMs
      ? { name: pending.name, kind: pending.kind, expiresAtMs: pending.expiresAtMs }
      : null;
  if (!report) return { state: 'UNAVAILABLE' as const, ...CLOSED, pairing };
  const isOpen = accessRow.first(reader, {})?.fingerprint === report.fingerprint && report.fingerprint !== '';
  return { state: isOpen ? ('OPEN' as const) : ('CLOSED' as const), ...report, pairing };
}
