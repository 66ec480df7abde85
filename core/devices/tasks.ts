/**
 * Opening, inviting, pairing, revoking. These are tasks: codes and credentials are secrets, and what they change is this machine's own. It
 * leaves its traces in the machine's own audit; the terminal of a new till alone is a fact of the shop, and travels as one.
 */
import { addTerminal, clearThrottle, guarded, type SecretHasher } from '#core/auth/index.ts';
import type { Actor, TaskContext } from '#core/engine/context.ts';
import { appendLocalEvent } from '#core/engine/events.ts';
import type { Handlers } from '#core/engine/module.ts';
import { revokeSessionsOfDevice } from '#core/engine/sessions.ts';
import { readTerminal } from '#core/engine/site.ts';
import { sqlFor, type Writer } from '#core/engine/sql.ts';
import { DomainError } from '#core/shared/errors.ts';
import type { devicesContract } from './contract.ts';
import { credentialHash, type LanDoor, type LanHost, shutLan } from './door.ts';
import { accessRow, freeTills, liveDeviceById, pairingRow, terminalCodes } from './queries.ts';
import { furtherTillCode, makePairingCode, PAIRING_LIFE_MS, readPairingCode } from './rules.ts';
import type { DevicesTables } from './tables.ts';

const { db, insert, change } = sqlFor<DevicesTables>();
const insertAccess = insert('lanAccess', ['singleton', 'fingerprint', 'openedById', 'openedAtMs']);
const clearPairing = change(() => db.deleteFrom('devicePairing'));
const usePairing = change((p: { id: string }) => db.deleteFrom('devicePairing').where('id', '=', p.id));
const insertPairing = insert('devicePairing', [
  'singleton',
  'id',
  'codeHash',
  'name',
  'kind',
  'terminalId',
  'invitedById',
  'expiresAtMs',
]);
const insertDevice = insert('pairedDevice', [
  'id',
  'name',
  'kind',
  'terminalId',
  'credentialHash',
  'pairedById',
  'pairedAtMs',
  'lastSeenAtMs',
]);
const revokeOne = change((p: { id: string; nowMs: number }) =>
  db.updateTable('pairedDevice').set({ revokedAtMs: p.nowMs }).where('id', '=', p.id).where('revokedAtMs', 'is', null),
);

/** Guesses at the code are counted as those at a person's secret are. */
const ACCOUNT = 'pairing';

type Tasks = Pick<
  Handlers<typeof devicesContract>['devices'],
  'open' | 'close' | 'invite' | 'withdraw' | 'revoke' | 'pair'
>;

export function deviceTasks(door: LanDoor, hasher: SecretHasher): Tasks {
  return {
    open: async (context) => {
      requireHere(context);
      const host = requireHost(door);
      await host.open();
      const { fingerprint } = host.report();
      context.local((writer) => {
        const openedAtMs = context.clock();
        shutLan(writer);
        insertAccess.run(writer, { singleton: 1, fingerprint, openedById: context.actor.userId, openedAtMs });
        appendLocalEvent(writer, 'devices.opened', context.actor.userId, openedAtMs, {});
      });
      return null;
    },

    close: async (context) => {
      context.local((writer) => {
        if (shutLan(writer)) appendLocalEvent(writer, 'devices.closed', context.actor.userId, context.clock(), {});
      });
      await door.host?.close();
      return null;
    },

    invite: async (context, { name, kind, terminalId = null }) => {
      requireHere(context);
      const { urls, fingerprint } = requireHost(door).report();
      if (context.read((reader) => accessRow.first(reader, {}))?.fingerprint !== fingerprint || urls.length === 0)
        throw new DomainError('NETWORK_CLOSED');
      requireFree(context, kind, terminalId);
      const pairingCode = makePairingCode(context.ports.random);
      const codeHash = await hasher.hashPin(pairingCode);
      const nowMs = context.clock();
      const expiresAtMs = nowMs + PAIRING_LIFE_MS;
      const invitedById = context.actor.userId;
      context.local((writer) => {
        clearPairing.run(writer, {});
        clearThrottle(writer, ACCOUNT);
        const id = context.ports.ids.next(nowMs);
        insertPairing.run(writer, { singleton: 1, id, codeHash, name, kind, terminalId, invitedById, expiresAtMs });
        appendLocalEvent(writer, 'devices.invited', invitedById, nowMs, { device: name, kind });
      });
      return { pairingCode, expiresAtMs, urls, fingerprint };
    },

    withdraw: (context) => {
      context.local((writer) => clearPairing.run(writer, {}));
      return Promise.resolve(null);
    },

    revoke: (context, { id }) => {
      context.local((writer) => {
        const device = liveDeviceById.first(writer, { id });
        if (!device) throw new DomainError('NOT_FOUND', { device: id });
        const nowMs = context.clock();
        revokeOne.run(writer, { id, nowMs });
        revokeSessionsOfDevice(writer, id, nowMs);
        appendLocalEvent(writer, 'devices.revoked', context.actor.userId, nowMs, {
          device: device.name,
          kind: device.kind,
          deviceId: id,
        });
      });
      return Promise.resolve(null);
    },

    pair: async (context, input) => {
      // On this machine there is nothing to pair: it is the shop.
      if (context.origin !== 'lan') throw new DomainError('FORBIDDEN', { permission: 'lan' });
      const pairing = context.read((reader) => pairingRow.first(reader, {}));
      if (!pairing || pairing.expiresAtMs <= context.clock()) throw new DomainError('PAIRING_CODE_INVALID');
      const verify = () => hasher.verifyPin(pairing.codeHash, readPairingCode(input.pairingCode));
      await guarded(context, ACCOUNT, verify, () => null).catch((error: unknown) => {
        const isWrong = error instanceof DomainError && error.code === 'BAD_CREDENTIALS';
        throw isWrong ? new DomainError('PAIRING_CODE_INVALID') : error;
      });
      const credential = Buffer.from(context.ports.random.bytes(32)).toString('base64url');
      admit(context, pairing, credentialHash(credential));
      return { credential, name: pairing.name, kind: pairing.kind };
    },
  };
}

type Pairing = NonNullable<ReturnType<typeof pairingRow.first>>;

/** Uses the invitation up and writes the device down, with a new terminal where it needs one: together or not at all. */
function admit(context: TaskContext, pairing: Pairing, credential: string): void {
  const { kind, name, invitedById } = pairing;
  const nowMs = context.clock();
  const write = (writer: Writer, terminalId: string | null): void => {
    // Checked again inside the transaction: of two who typed the same code one comes first.
    if (usePairing.run(writer, { id: pairing.id }) === 0) throw new DomainError('PAIRING_CODE_INVALID');
    const id = context.ports.ids.next(nowMs);
    insertDevice.run(writer, {
      id,
      name,
      kind,
      terminalId,
      credentialHash: credential,
      pairedById: invitedById,
      pairedAtMs: nowMs,
      lastSeenAtMs: nowMs,
    });
    appendLocalEvent(writer, 'devices.paired', invitedById, nowMs, { device: name, kind, deviceId: id, terminalId });
  };
  if (kind === 'SCREEN' || pairing.terminalId !== null) {
    requireFree(context, kind, pairing.terminalId);
    context.local((writer) => write(writer, pairing.terminalId));
    return;
  }
  // Whoever made the code lets the device in.
  const actor: Actor = { ...context.actor, userId: invitedById, terminalId: context.site.terminalId };
  context.command(
    'devices.pair',
    (command) => {
      const { branchId, terminalId } = command.site;
      const own = readTerminal(command.reader, terminalId).code;
      const code = furtherTillCode(own, terminalCodes(command.reader, branchId), context.ports.random);
      write(command.writer, addTerminal(command, { code, name }).id);
    },
    { actor },
  );
}

/** The network is opened, and devices are let in, by somebody who stands at the machine and sees what it shows. */
function requireHere(context: TaskContext): void {
  if (context.origin === 'lan') throw new DomainError('FORBIDDEN', { permission: 'loopback' });
}

function requireHost(door: LanDoor): LanHost {
  if (!door.host) throw new DomainError('NETWORK_UNAVAILABLE', { reason: 'NO_HOST' });
  return door.host;
}

function requireFree(context: TaskContext, kind: 'TILL' | 'SCREEN', terminalId: string | null): void {
  if (terminalId === null) return;
  const isFree = context.read((reader) => freeTills(reader, context.site)).some(({ id }) => id === terminalId);
  if (kind !== 'TILL' || !isFree) throw new DomainError('NOT_FOUND', { terminal: terminalId });
}
