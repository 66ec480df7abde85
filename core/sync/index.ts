/** Branches: the link to the centre, what comes from it, and goods that travel between branches. */
import { defineModule, type Module } from '#core/engine/module.ts';
import { syncContract } from './contract.ts';
import { syncHandlers, type SyncPorts } from './handlers.ts';
import { integrityJob } from './integrityJob.ts';
import { snapshotJob } from './snapshot.ts';

export const syncModule = (ports: SyncPorts): Module =>
  defineModule({
    contract: syncContract,
    handlers: syncHandlers(ports),
    jobs: [snapshotJob(ports), integrityJob(ports)],
  });

export { companyFile, CompanyKeeper } from './company.ts';
export { SyncLink } from './link.ts';
export { remoteCentre } from './remote.ts';
export { markOwn, settleName } from './opening.ts';
export { renew, renewHere } from './renewal.ts';
export type { Centre } from './protocol.ts';
