/** The thread of the link, which dies of its first question for the overview. */
import { existsSync, writeFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { Asked } from '#core/sync/remote.ts';
import '#core/sync/centreWorker.ts';

const mark = process.env['RD_FRAGILE_MARK'] ?? '';
parentPort?.on('message', ({ method }: Asked) => {
  if (method !== 'overview' || existsSync(mark)) return;
  writeFileSync(mark, '');
  throw new Error('the thread is torn');
});
