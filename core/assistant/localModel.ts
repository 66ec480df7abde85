/** The local model as the assistant uses it: whether it may be asked, what it chooses, and what it adds where a shop wants its comment. */
import { hash } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import type { TaskContext } from '#core/engine/context.ts';
import type { Permission } from '#core/shared/permissions.ts';
import type { LocalDate } from '#core/shared/time.ts';
import { choiceFormat, type ModelChoice, readChoice, systemPrompt, userPrompt } from './choose.ts';
import { COMMENT_FORMAT, commentPrompt, type CommentSubject, readComment } from './comment.ts';
import type { Part, Reason, Turn } from './contract.ts';
import { RateLimit } from './guards.ts';
import { defaultModel, fitOf, type Machine } from './models.ts';
import {
  chat,
  type Chosen,
  type Deadlines,
  DEADLINES,
  type Host,
  hostOf,
  installedModels,
  isOllamaInstalled,
  OllamaProblem,
} from './ollama.ts';
import * as store from './store.ts';

export interface ModelDependencies {
  /** OLLAMA_HOST, as the environment has it. */
  ollamaHost: string | undefined;
  /** Where the shop's file is: the disk whose room counts. */
  folder: string;
  deadlines?: Deadlines;
  /** Memory and free disk, measured unless a test says otherwise. */
  machine?: () => Promise<Machine>;
  /** Whether Ollama is on this machine at all, looked for unless a test says otherwise. */
  isInstalled?: () => boolean;
}

const SLOW_AFTER_MS = 8_000;
/** A comment is an extra: nobody waits long for it. */
const COMMENT_TOTAL_MS = 45_000;
const THREADS = Math.max(1, availableParallelism() - 1);

export class LocalModel {
  readonly #dependencies: ModelDependencies;
  readonly #limit = new RateLimit();

  constructor(dependencies: ModelDependencies) {
    this.#dependencies = dependencies;
  }

  /** Takes one of a person's questions to the model; answers the seconds to wait where there is none left. */
  take = (userId: string, nowMs: number): number => this.#limit.take(userId, nowMs);

  nameOf = (context: TaskContext): string => context.read(store.readSetup).model || defaultModel();

  host(context: TaskContext): Host | OllamaProblem {
    const { host, allowRemote } = context.read(store.readSetup);
    const url = hostOf(host, allowRemote === 'YES', this.#dependencies.ollamaHost);
    return url instanceof OllamaProblem ? url : { url, deadlines: this.#dependencies.deadlines ?? DEADLINES };
  }

  /** Memory of the machine and room beside the shop's file. */
  async machine(): Promise<Machine> {
    if (this.#dependencies.machine) return this.#dependencies.machine();
    const disk = await statfs(this.#dependencies.folder).catch(() => undefined);
    return { memoryBytes: totalmem(), freeBytes: disk ? disk.bavail * disk.bsize : Infinity };
  }

  /** The host of a model that is there and stays on this machine. Throws the OllamaProblem that forbids it. */
  async ready(context: TaskContext, model: string, signal: AbortSignal): Promise<Host> {
    const host = this.host(context);
    if (host instanceof OllamaProblem) throw host;
    const installed = await installedModels(host, signal).catch((error: unknown) => {
      if (error instanceof OllamaProblem && error.reason === 'STOPPED') throw this.#stopped();
      throw error;
    });
    const found = installed.find(({ name }) => name === model || name === `${model}:latest`);
    if (found?.isCloud === true) throw new OllamaProblem('CLOUD_MODEL', model);
    if (!found) throw new OllamaProblem(MISSING[fitOf(model, await this.machine())], model);
    return host;
  }

  #stopped(): OllamaProblem {
    const isInstalled = (this.#dependencies.isInstalled ?? isOllamaInstalled)();
    return new OllamaProblem(isInstalled ? 'STOPPED' : 'NOT_INSTALLED');
  }

  /** READY, or why the model cannot be asked. */
  async state(context: TaskContext): Promise<Reason | 'READY'> {
    try {
      await this.ready(context, this.nameOf(context), context.signal);
      return 'READY';
    } catch (error) {
      if (error instanceof OllamaProblem) return error.reason;
      throw error;
    }
  }

  /** Lets the model choose a tool. Only the shape of an answer is repaired, and once; INVALID after that. */
  async choose(
    context: TaskContext,
    asked: { question: string; today: LocalDate; permissions: ReadonlySet<Permission> },
    signal: AbortSignal,
    onState: (state: Turn['state']) => void,
  ): Promise<{ choice: ModelChoice; said: Chosen & { model: string } }> {
    const { question, today, permissions } = asked;
    const model = this.nameOf(context);
    const host = await this.ready(context, model, signal);
    const request = {
      model,
      system: systemPrompt(permissions),
      user: userPrompt(question, today),
      format: choiceFormat(permissions),
      threads: THREADS,
    };
    onState('LOADING');
    const slow = setTimeout(() => onState('SLOW'), SLOW_AFTER_MS);
    let isChoosing = false;
    const onByte = (): void => {
      if (!isChoosing) onState('CHOOSING');
      isChoosing = true;
    };
    try {
      for (let attempt = 1; ; attempt += 1) {
        const said = { ...(await chat(host, request, signal, onByte)), model };
        const choice = readChoice(said.content, question, permissions);
        if (choice.kind !== 'INVALID' || attempt === 2) return { choice, said };
      }
    } finally {
      clearTimeout(slow);
    }
  }

  /** A comment made of placeholders. It depends on ids, labels and period alone, so the same question to the model is asked once. */
  async comment(context: TaskContext, subject: CommentSubject, signal: AbortSignal): Promise<Part[] | undefined> {
    const model = this.nameOf(context);
    const { system, user } = commentPrompt(subject);
    const key = hash('sha256', JSON.stringify(['comment', model, system, user]), 'hex');
    const ids = new Set(subject.figures.map(({ id }) => id));
    const kept = context.read((reader) => store.recallIntent(reader, key));
    if (kept !== undefined) return readComment(JSON.stringify(kept), ids);
    if (this.take(context.actor.userId, context.clock()) > 0) return undefined;
    const host = await this.ready(context, model, signal);
    const limits = { ...host.deadlines, totalMs: Math.min(COMMENT_TOTAL_MS, host.deadlines.totalMs) };
    const request = { model, system, user, format: COMMENT_FORMAT, threads: THREADS };
    const { content } = await chat({ ...host, deadlines: limits }, request, signal, () => undefined);
    const parts = readComment(content, ids);
    if (parts)
      context.local((writer) =>
        store.rememberIntent.run(writer, { key, intent: content.trim(), storedAtMs: context.clock() }),
      );
    return parts;
  }
}

const MISSING = { YES: 'MODEL_MISSING', MEMORY: 'MODEL_TOO_BIG', DISK: 'NO_DISK' } as const;
