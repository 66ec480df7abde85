/** The comparison with the centre, as the owner asks for it and as it runs by itself: what differs becomes a task that somebody sees. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TaskContext } from '#core/engine/context.ts';
import type { Job } from '#core/engine/jobs.ts';
import type { Reader } from '#core/engine/sql.ts';
import { addDays, businessDate } from '#core/shared/time.ts';
import { raiseTask } from './attention.ts';
import { type Comparison, compareWithCentre } from './integrity.ts';
import type { SyncLink } from './link.ts';

/** Other machines write while we compare: what is seen in every round is a difference. */
const ROUNDS = 3;
const NIGHTLY_DAYS = 35;

export interface IntegrityPorts {
  link: SyncLink;
  reader: Reader;
}

/** Compares the last days with the centre and raises a task for each that differs. Nothing where this shop is not linked. */
export async function checkIntegrity(context: TaskContext, ports: IntegrityPorts, days: number): Promise<Comparison> {
  const { link, reader } = ports;
  const { branchId, timeZone } = context.site;
  const toDate = businessDate(context.clock(), timeZone);
  const window = { branchId, fromDate: addDays(toDate, -days), toDate };
  let found: Comparison = { days: 0, differences: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    await link.now();
    const { centre } = link;
    if (!centre) return found;
    const before = new Set(found.differences.map((row) => JSON.stringify(row)));
    found = await compareWithCentre({ centre, reader, breathe: () => nextTurn() }, window);
    if (round > 0) found.differences = found.differences.filter((row) => before.has(JSON.stringify(row)));
    if (found.differences.length === 0) return found;
  }
  context.local((writer) => {
    for (const { stream, businessDate: day } of found.differences)
      raiseTask(writer, 'DIFFERENCE', stream, day, context.clock());
  });
  return found;
}

export const integrityJob = (ports: IntegrityPorts): Job => ({
  name: 'sync.integrity',
  schedule: { dailyAt: { hour: 5, minute: 0 } },
  timeoutMs: 10 * 60_000,
  run: async (context) =>
    ports.link.connection === undefined ? 0 : (await checkIntegrity(context, ports, NIGHTLY_DAYS)).days,
});
