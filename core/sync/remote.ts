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

/** Its file, replaced in tests of a thread that dies. */
const PROGRAM = programFile(import.meta.dirname, 'centreWorker');
const CLOSE_MS = 1_000;

/** Starts the thread and tells it where the centre is. Nothing is awaited: the first call finds out. A thread that died is started again. */
export function remoteCentre(connection: string, program: string = PROGRAM): Centre {
  const hints = new Set<(stream: string) => void>();
  let thread: CentreThread | undefined;
  let isClosed = false;
  const running = (): CentreThread => {
    if (thread?.isGone === false) return thread;
    if (isClosed) throw new CentreError('the link is closed', '', true);
    thread = new CentreThread(program, (stream) => hints.forEach((listener) => listener(stream)));
    thread.ask('connect', connection).catch(() => undefined);
    if (hints.size > 0) thread.ask('onHint', null).catch(() => undefined);
    return thread;
  };
  const ask = async <T>(method: Asked['method'], value: unknown): Promise<T> => running().ask<T>(method, value);
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
      isClosed = true;
      await thread?.close();
    },
  };
}

/** The thread and who waits for its answers. */
class CentreThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  #last = 0;
  isGone = false;

  constructor(program: string, tell: (stream: string) => void) {
    this.#worker = new Worker(program);
    this.#worker.unref();
    this.#worker.on('message', ({ id, value, failure }: Answered) => {
      if (id === 0) return tell(value as string);
      const caller = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (failure) caller?.reject(new CentreError(failure.message, failure.sqlState, failure.transient));
      else caller?.resolve(value as never);
    });
    this.#worker.on('error', () => this.#end());
    this.#worker.on('exit', () => this.#end());
  }

  ask<T>(method: Asked['method'], value: unknown): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.isGone) return reject(ended());
      this.#last += 1;
      this.#waiting.set(this.#last, { resolve, reject });
      this.#worker.postMessage({ id: this.#last, method, ask: value } satisfies Asked);
    });
  }

  /** Ends the connection, and with it whatever is under way. */
  async close(): Promise<void> {
    const asked = this.ask('close', null).catch(() => undefined);
    await Promise.race([asked, new Promise((done) => setTimeout(done, CLOSE_MS).unref())]);
    await this.#worker.terminate();
  }

  #end(): void {
    this.isGone = true;
    for (const { reject } of this.#waiting.values()) reject(ended());
    this.#waiting.clear();
  }
}

const ended = (): CentreError => new CentreError('the thread of the link ended', '', true);
