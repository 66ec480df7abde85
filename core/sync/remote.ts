/** The centre as the owning process sees it: every call goes to a thread of its own and comes back as a promise. */
import { Worker } from 'node:worker_threads';
import { programFile } from '#core/engine/workers.ts';
import { type Centre, CentreError } from './protocol.ts';

export interface Asked {
  id: number;
  method: keyof Centre | 'connect';
  ask: unknown;
}
export interface Answered {
  /** 0: no answer, a hint. */
  id: number;
  value?: unknown;
  failure?: { message: string; sqlState: string; transient: boolean };
}

/** Starts the thread and tells it where the centre is. Nothing is awaited: the first call finds out. */
export function remoteCentre(connection: string): Centre {
  const worker = new Worker(programFile(import.meta.dirname, 'centreWorker'));
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  const hints = new Set<(stream: string) => void>();
  let last = 0;
  let isGone = false;
  const ask = <T>(method: Asked['method'], value: unknown): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (isGone) return reject(new CentreError('the thread of the link ended', '', true));
      last += 1;
      waiting.set(last, { resolve, reject });
      worker.postMessage({ id: last, method, ask: value } satisfies Asked);
    });
  worker.unref();
  worker.on('message', ({ id, value, failure }: Answered) => {
    if (id === 0) return hints.forEach((listener) => listener(value as string));
    const caller = waiting.get(id);
    waiting.delete(id);
    if (failure) caller?.reject(new CentreError(failure.message, failure.sqlState, failure.transient));
    else caller?.resolve(value as never);
  });
  const end = (): void => {
    isGone = true;
    for (const { reject } of waiting.values()) reject(new CentreError('the thread of the link ended', '', true));
    waiting.clear();
  };
  worker.on('error', end);
  worker.on('exit', end);
  ask('connect', connection).catch(() => undefined);
  return {
    hello: (value) => ask('hello', value),
    incarnate: (value) => ask('incarnate', value),
    push: (value) => ask('push', value),
    pull: (value) => ask('pull', value),
    integrity: (value) => ask('integrity', value),
    stock: (value) => ask('stock', value),
    overview: () => ask('overview', null),
    snapshotBegin: (value) => ask('snapshotBegin', value),
    snapshotPut: (value) => ask('snapshotPut', value),
    snapshotFinish: (value) => ask('snapshotFinish', value),
    snapshot: (value) => ask('snapshot', value),
    snapshotChunk: (value) => ask('snapshotChunk', value),
    onHint: async (listener) => {
      hints.add(listener);
      await ask('onHint', null);
      return () => void hints.delete(listener);
    },
    close: async () => {
      if (!isGone)
        await Promise.race([
          ask('close', null).catch(() => undefined),
          new Promise((done) => setTimeout(done, 1_000).unref()),
        ]);
      await worker.terminate();
    },
  };
}
