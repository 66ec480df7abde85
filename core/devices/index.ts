/** Tills and screens over the shop's LAN: whether it is open, who is paired, who is shut out. docs/decisions/0012 says why so. */
import type { SecretHasher } from '#core/auth/index.ts';
import { defineModule, type Module } from '#core/engine/module.ts';
import { devicesContract } from './contract.ts';
import type { LanDoor } from './door.ts';
import { freeTills, listDevices, networkState } from './queries.ts';
import { deviceTasks } from './tasks.ts';

export const devicesModule = (dependencies: { door: LanDoor; hasher: SecretHasher }): Module =>
  defineModule({
    contract: devicesContract,
    handlers: {
      devices: {
        ...deviceTasks(dependencies.door, dependencies.hasher),
        network: ({ reader, nowMs }) => networkState(reader, dependencies.door.host?.report(), nowMs),
        list: ({ reader }) => listDevices(reader),
        freeTills: ({ reader, site }) => freeTills(reader, site),
      },
    },
  });

export { LanDoor, type LanHost, type LanReport, shutLan } from './door.ts';
export type { DevicesTables } from './tables.ts';
