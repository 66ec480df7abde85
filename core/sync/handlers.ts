/** Joins sync's parts to its contract. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Handlers } from '#core/engine/module.ts';
import { businessDate } from '#core/shared/time.ts';
import { DomainError } from '#core/shared/errors.ts';
import { listTasks, resolveTask } from './attention.ts';
import { exportPending, sendCarried } from './carried.ts';
import type { syncContract } from './contract.ts';
import { branchesOverview, fetchFigures, listBranches, otherStock } from './figures.ts';
import { checkIntegrity } from './integrityJob.ts';
import { heldOperations, linkStatus, queue, setupProgress, timeline } from './queries.ts';
import { reasonOf } from './link.ts';
import { CentreError } from './protocol.ts';
import { connectShop, joinCompany, type SetupPorts } from './setup.ts';
import { publishSnapshot } from './snapshot.ts';
import { ownHead, readState } from './state.ts';
import { dispatchTransfer, listTransfers, receiveTransfer } from './transfers.ts';

export type SyncPorts = SetupPorts;

export function syncHandlers(ports: SyncPorts): Handlers<typeof syncContract> {
  const { link, reader } = ports;
  const linked = () => {
    const { centre } = link;
    if (!centre) throw new DomainError('CONFLICT', { reason: 'NOT_LINKED' });
    return centre;
  };
  return {
    sync: {
      status: (context) => linkStatus(context.reader, link, context.nowMs),
      queue: (context, input) => queue(context.reader, input),
      held: (context, input) => heldOperations(context.reader, input),
      retryNow: async (context) => {
        await link.now();
        // Who asks now wants to see the other branches as they are now.
        if (link.centre && readState(reader)?.reason === '')
          await fetchFigures(link.centre, { reader, local: (work) => context.local(work), breathe: nextTurn }).catch(
            // The link tells of its own misfortunes; what was known before stays.
            () => undefined,
          );
        void ports.company?.refresh();
        return { released: link.retryHeld() };
      },
      networkBack: async () => ({ tried: (await link.networkBack()) ? 'YES' : 'NO' }),
      timeline: (context, input) => timeline(context.reader, link, input),
      setupProgress: (context) => setupProgress(context.reader),
      tasks: (context) => ({ rows: listTasks(context.reader) }),
      resolveTask: (context, input) =>
        Promise.resolve({ resolved: context.local((writer) => resolveTask(writer, input.id, context.clock())) }),
      connect: async (context, input) => {
        const { branchCode } = await connectShop(context, ports, input.connection);
        return { branchCode, pending: ownHead(reader) - (readState(reader)?.acked ?? 0) };
      },
      join: async (context, input) => {
        requireEmpty(reader);
        const { branchCode, applied } = await joinCompany(context, ports, input);
        return { branchCode, applied };
      },
      replace: (context, input) => {
        requireEmpty(reader);
        return joinCompany(context, ports, input);
      },
      publishSnapshot: (context) => asked(publishSnapshot(context, { ...ports, centre: linked() })),
      checkIntegrity: (context, input) => {
        linked();
        return asked(checkIntegrity(context, ports, input.days));
      },
      exportPending: (context) => {
        const { content, count } = exportPending(reader);
        const date = businessDate(context.clock(), context.site.timeZone);
        return Promise.resolve({ fileName: `pendientes-${context.site.branchCode}-${date}.json`, content, count });
      },
      importPending: async (_, input) => ({
        sent: await asked(sendCarried(linked(), readState(reader)?.epoch ?? '', input.content)),
      }),
    },
    branches: {
      list: (context) => listBranches(context.reader, context.site.branchId),
      overview: (context) => branchesOverview(context.reader, context.site.branchId),
      stock: (context, input) => otherStock(context.reader, input.productId),
    },
    transfers: {
      dispatch: (context, input) => dispatchTransfer(context, input),
      receive: (context, input) => receiveTransfer(context, input),
      list: (context, input) => listTransfers(context.reader, context.nowMs, input),
    },
  };
}

/** Only a machine that never was a shop can become another one. */
function requireEmpty(reader: SetupPorts['reader']): void {
  if (ownHead(reader) > 0) throw new DomainError('ALREADY_INSTALLED');
}

/** What the centre or the line to it refuses is said in words. */
async function asked<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof CentreError ? new DomainError('CONFLICT', { reason: reasonOf(error) }) : error;
  }
}
