/** Seeds on all cores: each is a world of its own, so that threads share nothing but the template they begin with. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Template } from './world.ts';

export interface Ask {
  from: number;
  count: number;
  /** The name of a planted fault; the seeds end with the first that notices it. */
  fault?: string;
}

export interface Answer {
  seeds: number;
  sales: number;
  operations: number;
  /** Seeds in which an operation was lost with machine and backup, so that replicas could not be compared with the log. */
  exempt: number;
  violations: { seed: number; violations: string[] }[];
}

/** Runs every ask, as many at a time as there are cores; `onAnswer` is told of each as it ends. */
export async function farm(
  template: Template,
  asks: readonly Ask[],
  onAnswer: (answer: Answer, ask: Ask) => void,
): Promise<void> {
  const waiting = [...asks];
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: template });
    try {
      for (let ask = waiting.shift(); ask; ask = waiting.shift()) onAnswer(await askOf(worker, ask), ask);
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), asks.length) }, work));
}

function askOf(worker: Worker, ask: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (answer: Answer) => {
      worker.off('error', reject);
      resolve(answer);
    });
    worker.postMessage(ask);
  });
}
