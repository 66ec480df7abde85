/** The models that may be used: small enough for a shop's machine, downloaded only when somebody confirms it. */
import { totalmem } from 'node:os';
import type { TaskContext } from '#core/engine/context.ts';
import { DomainError } from '#core/shared/errors.ts';
import type { Download } from './contract.ts';
import { type Host, installedModels, OllamaProblem, pull } from './ollama.ts';
import { readDownload, writeDownload } from './store.ts';

const GB = 1_000_000_000;
export const MODELS = [
  { name: 'qwen3.5:4b', sizeBytes: 3.4 * GB, memoryBytes: 6 * GB },
  { name: 'qwen3.5:2b', sizeBytes: 1.9 * GB, memoryBytes: 4 * GB },
] as const;

/** The larger one where the machine has twice its memory. */
export const defaultModel = (memoryBytes = totalmem()): string =>
  (memoryBytes >= 2 * MODELS[0].memoryBytes ? MODELS[0] : MODELS[1]).name;

/** What a machine has for a model. */
export interface Machine {
  memoryBytes: number;
  freeBytes: number;
}

/** Whether a model that is not there yet would fit; one that is not of the list is the shop's own affair. */
export function fitOf(name: string, { memoryBytes, freeBytes }: Machine): 'YES' | 'MEMORY' | 'DISK' {
  const model = MODELS.find((row) => row.name === name);
  if (!model) return 'YES';
  return memoryBytes < model.memoryBytes ? 'MEMORY' : freeBytes < model.sizeBytes * 1.1 ? 'DISK' : 'YES';
}

export async function listModels(host: Host | OllamaProblem, machine: Machine) {
  const installed = host instanceof OllamaProblem ? [] : await installedModels(host).catch(() => []);
  const chosen = defaultModel(machine.memoryBytes);
  return MODELS.map((model) => {
    const isInstalled = installed.some(({ name }) => name === model.name);
    const room = isInstalled ? { ...machine, freeBytes: Infinity } : machine;
    return { ...model, isInstalled, isDefault: model.name === chosen, fits: fitOf(model.name, room) };
  });
}

const PROGRESS_MS = 500;

/** One download at a time; it goes on after the answer, and what it does stands in its row. */
export class Downloads {
  #running: { model: string; controller: AbortController; done: Promise<void> } | undefined;

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  start(context: TaskContext, host: Host, model: string): Download {
    if (!MODELS.some(({ name }) => name === model)) throw new DomainError('NOT_FOUND', { model });
    const before = context.read(readDownload);
    if (this.#running)
      return (
        before ?? { model: this.#running.model, state: 'RUNNING', completedBytes: 0, totalBytes: 0, problem: null }
      );
    const kept = before?.model === model ? before : { completedBytes: 0, totalBytes: 0 };
    const first: Download = {
      model,
      state: 'RUNNING',
      completedBytes: kept.completedBytes,
      totalBytes: kept.totalBytes,
      problem: null,
    };
    const save = (row: Download): void => context.local((writer) => writeDownload(writer, row, context.clock()));
    save(first);
    const controller = new AbortController();
    this.#running = { model, controller, done: this.#run(host, first, controller.signal, save, () => context.clock()) };
    return first;
  }

  async #run(
    host: Host,
    first: Download,
    signal: AbortSignal,
    save: (row: Download) => void,
    clock: () => number,
  ): Promise<void> {
    let row = first;
    let savedAtMs = clock();
    try {
      await pull(host, first.model, signal, (progress) => {
        row = { ...row, ...progress };
        if (clock() - savedAtMs < PROGRESS_MS) return;
        savedAtMs = clock();
        save(row);
      });
      row = { ...row, completedBytes: row.totalBytes, state: 'DONE' };
    } catch (error) {
      const problem = error instanceof OllamaProblem ? error : new OllamaProblem('PROTOCOL');
      const told =
        problem.detail === 'DISK_FULL'
          ? 'DISK_FULL'
          : problem.reason === 'CANCELLED'
            ? 'CANCELLED'
            : problem.reason === 'TIMED_OUT'
              ? 'STALLED'
              : problem.reason === 'STOPPED'
                ? 'STOPPED'
                : 'PROTOCOL';
      row = { ...row, state: told === 'PROTOCOL' || told === 'DISK_FULL' ? 'FAILED' : 'PAUSED', problem: told };
    } finally {
      this.#running = undefined;
    }
    try {
      save(row);
    } catch {
      // The shop's file was closed meanwhile; at its next opening the download is paused anyway.
    }
  }

  /** Stops it; what has come stays at Ollama. */
  async cancel(): Promise<boolean> {
    const running = this.#running;
    running?.controller.abort();
    await running?.done;
    return running !== undefined;
  }
}
