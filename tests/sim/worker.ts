/** A thread of the simulator: runs the seeds it is given, one after the other, and answers what it found. */
import { parentPort, workerData } from 'node:worker_threads';
import { FAULTS } from './faults.ts';
import { runSeed } from './run.ts';
import type { Answer, Ask } from './farm.ts';
import type { Template } from './world.ts';

const given = workerData as Template;
// Buffers arrive as plain bytes.
const template: Template = { ...given, images: given.images.map((image) => Buffer.from(image)) };

parentPort?.on('message', (ask: Ask) => {
  void answer(ask).then((found) => parentPort?.postMessage(found));
});

async function answer({ from, count, fault: name }: Ask): Promise<Answer> {
  const fault = FAULTS.find((one) => one.name === name);
  const total: Answer = { seeds: 0, sales: 0, operations: 0, exempt: 0, violations: [] };
  for (let seed = from; seed < from + count; seed += 1) {
    const { sales, operations, violations, isExempt } = await runSeed(template, seed, fault);
    // What the sound code does too says nothing about the fault.
    if (fault && violations.length > 0 && !(await isSound(seed))) continue;
    total.seeds += 1;
    total.sales += sales;
    total.operations += operations;
    if (isExempt) total.exempt += 1;
    if (violations.length > 0) total.violations.push({ seed, violations });
    // A planted fault is looked for until it is found.
    if (fault && violations.length > 0) break;
  }
  return total;
}

const sound = new Map<number, boolean>();
/** Whether the code without a fault is clean at a seed. */
async function isSound(seed: number): Promise<boolean> {
  const known = sound.get(seed) ?? (await runSeed(template, seed)).violations.length === 0;
  sound.set(seed, known);
  return known;
}
