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
      else finish(() => reject(failureOf(message)));
    });
    child.onEnd((how) => finish(() => reject(new Error(`the work ended without an answer: ${how}`))));
    if (work.signal.aborted) return abort();
    work.signal.addEventListener('abort', abort);
    child.send(work.input);
  });
}

const failureOf = ({ code, message, details }: Message & { kind: 'failure' }): Error =>
  code ? new DomainError(code, details) : new Error(message);

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

/** How long a helper that nothing asks keeps its process. */
const IDLE_MS = 120_000;

/**
 * A child process that is kept between pieces of work, started by the first. It does them one after the other; one that takes longer than
 * the limit is killed with its process, and TIMED_OUT. The next one starts another.
 */
export class Helper {
  readonly #options: { entry: string; timeoutMs: number; launch: Launch | undefined };
  #child: Child | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  /** Whoever waits for an answer now. */
  #hear: ((message: Message) => void) | undefined;

  constructor(options: { entry: string; timeoutMs: number; launch: Launch | undefined }) {
    this.#options = options;
  }

  /** Does a piece of work after those that were asked for before it. */
  ask<T>(input: unknown): Promise<T> {
    const answer = this.#last.then(() => this.#one<T>(input));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  close(): void {
    clearTimeout(this.#idle);
    const child = this.#child;
    this.#child = undefined;
    child?.kill();
  }

  #one<T>(input: unknown): Promise<T> {
    clearTimeout(this.#idle);
    const child = (this.#child ??= this.#start());
    return new Promise<T>((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.#hear = undefined;
        this.#idle = setTimeout(() => this.close(), IDLE_MS).unref();
        settle();
      };
      const timer = setTimeout(() => {
        this.close();
        finish(() => reject(new DomainError('TIMED_OUT')));
      }, this.#options.timeoutMs);
      this.#hear = (message) => {
        if (message.kind === 'answer') finish(() => resolve(message.answer as T));
        else if (message.kind === 'failure') finish(() => reject(failureOf(message)));
      };
      child.send(input);
    });
  }

  #start(): Child {
    const child = (this.#options.launch ?? forkChild)(this.#options.entry);
    child.onMessage((message) => this.#hear?.(message as Message));
    child.onEnd((how) => {
      if (this.#child === child) this.#child = undefined;
      this.#hear?.({ kind: 'failure', message: `the work ended without an answer: ${how}` });
    });
    return child;
  }
}

/** The other end: answers the work that this program was started for, one piece or several. */
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
