/**
 * The door between the core and the host that listens on the LAN: the host tells where it listens, the core says whether it should and who
 * a credential belongs to. Without a host (tests, scripts) the shop cannot be opened.
 */
import { hash } from 'node:crypto';
import type { CallerDevice } from '#core/engine/context.ts';
import type { Clock } from '#core/engine/ports.ts';
import type { Site } from '#core/engine/site.ts';
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import { accessRow, findDevice } from './queries.ts';
import type { DevicesTables } from './tables.ts';

export interface LanReport {
  /** Where further tills find the shop, e.g. `https://192.168.1.20:4790`. Empty while it is closed. */
  urls: string[];
  fingerprint: string;
  certificate: string;
  /** Why nothing listens although it should. */
  trouble: 'NO_ADDRESS' | 'PORT_IN_USE' | null;
}

/** What the host that listens offers. */
export interface LanHost {
  /** Makes the certificate authority if there is none yet, and listens. */
  open(): Promise<void>;
  close(): Promise<void>;
  report(): LanReport;
}

export interface DoorPorts {
  reader: Reader;
  clock: Clock;
  site: () => Site | undefined;
  local: <T>(work: (writer: Writer) => T) => T;
}

/** How stale `lastSeenAtMs` may be: it is not worth an fsync per call. */
const TOUCH_MS = 60_000;

const { db, change } = sqlFor<DevicesTables>();
const touch = change((p: { id: string; nowMs: number }) =>
  db.updateTable('pairedDevice').set({ lastSeenAtMs: p.nowMs }).where('id', '=', p.id),
);

const clearAccess = change(() => db.deleteFrom('lanAccess'));
const clearPairing = change(() => db.deleteFrom('devicePairing'));

/** Closes the shop to its LAN and gives the open invitation up; whoever listens follows. Answers whether it was open. */
export function shutLan(writer: Writer): boolean {
  clearPairing.run(writer, {});
  return clearAccess.run(writer, {}) > 0;
}

export const credentialHash = (credential: string): string => hash('sha256', credential, 'hex');

export class LanDoor {
  host: LanHost | undefined;
  readonly #ports: DoorPorts;

  constructor(ports: DoorPorts) {
    this.#ports = ports;
  }

  /** Whether the shop was left open with this certificate authority: after a restart it opens again by itself. */
  isLeftOpen(fingerprint: string): boolean {
    return accessRow.first(this.#ports.reader, {})?.fingerprint === fingerprint;
  }

  /** The paired device that shows this credential, or undefined where it is unknown or revoked. */
  deviceOf(credential: string | undefined): CallerDevice | undefined {
    const { reader, clock, site, local } = this.#ports;
    const ownTerminalId = site()?.terminalId;
    if (credential === undefined || ownTerminalId === undefined) return undefined;
    const found = findDevice(reader, credentialHash(credential), ownTerminalId);
    if (!found) return undefined;
    const nowMs = clock.nowMs();
    if (Math.abs(nowMs - found.lastSeenAtMs) >= TOUCH_MS)
      local((writer) => touch.run(writer, { id: found.device.id, nowMs }));
    return found.device;
  }
}
