/**
 * Work away from the counter. Pure computation goes to a thread; whatever runs SQL for long goes to a child process, since a running
 * query can only be stopped from outside. Both report progress, can be cancelled, and have a time limit.
 */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, Worker } from 'node:worker_threads';
import { DomainError, type ErrorCode, type ErrorDetails } from '#core/shared/errors.ts';

export interface Work {
  /** Path of the program; it calls `serveWork`. */
  entry: string;
  /** Structured data. */
  input: unknown;
  signal: AbortSignal;
  timeoutMs: number;
  onProgress?: (done: number, total: number) => void;
}

/** A started program, whatever started it. */
export interface Child {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Told once when it ended, with a word on how. */
  onEnd(listener: (how: string) => void): void;
  kill(): void;
}

/** How a host starts a child process: Node forks, Electron uses its utility process. */
export type Launch = (entry: string) => Child;

type Message =
  | { kind: 'progress'; done: number; total: number }
  | { kind: 'answer'; answer: unknown }
  | { kind: 'failure'; message: string; code?: ErrorCode; details?: ErrorDetails };

/** The program `name` beside `folder`'s modules: TypeScript in the sources, JavaScript where it was bundled. */
export function programFile(folder: string, name: string): string {
  const source = join(folder, `${name}.ts`);
  return existsSync(source) ? source : join(folder, `${name}.js`);
}

/** Runs work in a child process. ABORTED when cancelled, TIMED_OUT after its limit; it is killed in both cases. */
export const runInChild = <T>(work: Work, launch: Launch = forkChild): Promise<T> => follow(work, launch(work.entry));

/** Runs pure computation in a worker thread. */
export const runInThread = <T>(work: Work): Promise<T> => follow(work, startThread(work.entry));

function follow<T>(work: Work, child: Child): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined = undefined;
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      work.signal.removeEventListener('abort', abort);
      child.kill();
      settle();
    };
    const abort = (): void => finish(() => reject(new DomainError('ABORTED')));
    timer = setTimeout(() => finish(() => reject(new DomainError('TIMED_OUT'))), work.timeoutMs);
    child.onMessage((raw) => {
      const message = raw as Message;
      if (message.kind === 'progress') work.onProgress?.(message.done, message.total);
      else if (message.kind === 'answer') finish(() => resolve(message.answer as T));
      else
        finish(() =>
          reject(message.code ? new DomainError(message.code, message.details) : new Error(message.message)),
        );
    });
    child.onEnd((how) => finish(() => reject(new Error(`the work ended without an answer: ${how}`))));
    if (work.signal.aborted) return abort();
    work.signal.addEventListener('abort', abort);
    child.send(work.input);
  });
}

const forkChild: Launch = (entry) => {
  const child = fork(entry, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  return {
    send: (message) => void child.send(message as object),
    onMessage: (listener) => void child.on('message', listener),
    onEnd: (listener) => {
      child.on('exit', (code, signal) => listener(signal ?? `exit ${String(code)}`));
      child.on('error', (error) => listener(error.message));
    },
    kill: () => void child.kill('SIGKILL'),
  };
};

function startThread(entry: string): Child {
  const worker = new Worker(entry);
  return {
    send: (message) => worker.postMessage(message),
    onMessage: (listener) => void worker.on('message', listener),
    onEnd: (listener) => {
      worker.on('error', (error) => listener(error instanceof Error ? error.message : String(error)));
      worker.on('exit', (code) => listener(`exit ${String(code)}`));
    },
    kill: () => void worker.terminate(),
  };
}

/** The other end: answers the one piece of work that this program was started for. */
export function serveWork<I, O>(
  work: (input: I, progress: (done: number, total: number) => void) => O | Promise<O>,
): void {
  const port = parentEnd();
  const say = (message: Message): void => port.send(message);
  port.onMessage((input) => {
    void (async () => {
      try {
        say({
          kind: 'answer',
          answer: await work(input as I, (done, total) => say({ kind: 'progress', done, total })),
        });
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        say(
          error instanceof DomainError
            ? { kind: 'failure', message, code: error.code, details: error.details }
            : { kind: 'failure', message },
        );
      }
    })();
  });
}

interface ElectronPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

/** How a thread, a forked process and Electron's utility process each reach who started them. */
function parentEnd(): { send: (message: unknown) => void; onMessage: (listener: (message: unknown) => void) => void } {
  const utility = (process as unknown as { parentPort?: ElectronPort }).parentPort;
  if (utility) {
    return {
      send: (message) => utility.postMessage(message),
      onMessage: (listener) => utility.on('message', ({ data }) => listener(data)),
    };
  }
  const port = parentPort;
  if (port)
    return { send: (message) => port.postMessage(message), onMessage: (listener) => void port.on('message', listener) };
  // Nobody is left to answer to once the process that asked is gone.
  process.once('disconnect', () => process.exit(1));
  return {
    send: (message) => void process.send?.(message, undefined, undefined, (error) => error && process.exit(1)),
    onMessage: (listener) => void process.on('message', listener),
  };
}
