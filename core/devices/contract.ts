/** What may be asked of the tills and screens that reach this machine over the shop's LAN. */
import { z } from 'zod';
import { query, task } from '#core/shared/procedure.ts';
import { id, name } from '#core/shared/schemas.ts';

export const deviceKind = z.enum(['TILL', 'SCREEN']);
const nothing = z.null();

export const deviceRow = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind: deviceKind,
  terminalCode: z.string().nullable(),
  terminalName: z.string().nullable(),
  pairedAtMs: z.int(),
  lastSeenAtMs: z.int(),
  revokedAtMs: z.int().nullable(),
});

export const devicesContract = {
  devices: {
    network: query({
      summary: 'Whether the shop is open to its LAN, under which addresses, and whether an invitation is open',
      access: 'settings.manage',
      input: {},
      topics: ['lanAccess', 'devicePairing'],
      output: z.strictObject({
        state: z.enum(['OPEN', 'CLOSED', 'UNAVAILABLE']),
        urls: z.array(z.string()),
        /** Of the branch's certificate authority, SHA-256 in hexadecimal; empty before the first opening. */
        fingerprint: z.string(),
        /** The authority's certificate (PEM), for browsers to install; empty before the first opening. */
        certificate: z.string(),
        trouble: z.enum(['NO_ADDRESS', 'PORT_IN_USE']).nullable(),
        pairing: z.strictObject({ name: z.string(), kind: deviceKind, expiresAtMs: z.int() }).nullable(),
      }),
    }),
    open: task({
      summary: 'Opens the shop to its LAN, over TLS; on the machine itself only',
      access: 'settings.manage',
      input: {},
      output: nothing,
    }),
    close: task({
      summary: 'Closes the shop to its LAN; paired devices stay paired',
      access: 'settings.manage',
      input: {},
      output: nothing,
    }),
    list: query({
      summary: 'Tills and screens that were paired, also those revoked',
      access: 'settings.manage',
      input: {},
      topics: ['pairedDevice', 'terminal'],
      output: z.array(deviceRow),
    }),
    freeTills: query({
      summary: 'Terminals of this branch that no device holds: a new device may take one over',
      access: 'settings.manage',
      input: {},
      topics: ['pairedDevice', 'terminal', 'installation'],
      output: z.array(z.strictObject({ id: z.string(), code: z.string(), name: z.string() })),
    }),
    invite: task({
      summary: 'Makes a pairing code for one device: used once, within five minutes; on the machine itself only',
      access: 'settings.manage',
      input: { name: name(40), kind: deviceKind, terminalId: id.optional() },
      output: z.strictObject({
        pairingCode: z.string(),
        expiresAtMs: z.int(),
        urls: z.array(z.string()),
        fingerprint: z.string(),
      }),
    }),
    withdraw: task({
      summary: 'Gives the open invitation up',
      access: 'settings.manage',
      input: {},
      output: nothing,
    }),
    revoke: task({
      summary: 'Shuts a device out for good: its sessions and event streams end at once',
      access: 'settings.manage',
      input: { id },
      output: nothing,
    }),
    pair: task({
      summary: 'Exchanges a pairing code for this device’s credential; over the LAN only, which keeps it in a cookie',
      access: 'public',
      input: { pairingCode: z.string().trim().min(1).max(20) },
      output: z.strictObject({ credential: z.string(), name: z.string(), kind: deviceKind }),
    }),
  },
};
