/**
 * From a question to its answer: guards, quick questions, follow-up, router, what the model said before, the model; then permission, tool,
 * sentence. Each step may only end the way or hand on.
 */
import { hash } from 'node:crypto';
import type { Actor, TaskContext } from '#core/engine/context.ts';
import type { Reader } from '#core/engine/sql.ts';
import { DomainError } from '#core/shared/errors.ts';
import { businessDate, type LocalDate } from '#core/shared/time.ts';
import {
  type Answer,
  type Choice,
  type Intent,
  intent as intentSchema,
  type Language,
  type Outcome,
  type Reason,
  type Turn,
  type Via,
} from './contract.ts';
import { chipsOf } from './chips.ts';
import { contextFigures, subjectOf } from './comment.ts';
import { QUESTION_MAX } from './guards.ts';
import { LocalModel, type ModelDependencies } from './localModel.ts';
import { type Chosen, OllamaProblem } from './ollama.ts';
import { closest, quickIntent, suggestionsFor } from './quick.ts';
import { type Understanding, understand, type Vocabulary } from './router.ts';
import { AskBack, completed, runTool } from './run.ts';
import type { Run } from './answers/parts.ts';
import type { Sheet } from './sheet.ts';
import * as store from './store.ts';
import { checkedArguments, mayRun } from './tools.ts';
import { readVocabulary, VOCABULARY_TOPICS } from './vocabulary.ts';
import { plain } from './words.ts';

export interface AssistantDependencies extends ModelDependencies {
  /** Asks a query of the contract as this person; nothing can be written meanwhile. */
  ask: (path: string, input: object, actor: Actor) => unknown;
  /** The tables that a query reads. */
  topicsOf: (path: string) => readonly string[];
  /** Counts the changes of each table since the start. */
  versionOf: (topic: string) => number;
  /** Tells this start from others. */
  epoch: string;
}

export interface AskInput {
  conversationId?: string | undefined;
  question: string;
  language: Language;
  intent?: Intent | undefined;
}

interface Found {
  outcome: Outcome;
  reason?: Reason;
  intent?: Intent;
  sheet?: Sheet;
  choices?: Choice[];
  via: Via;
  chosen?: Chosen & { model: string };
  cached?: Answer;
  waitSeconds?: number;
}

export class Assistant {
  readonly dependencies: AssistantDependencies;
  readonly model: LocalModel;
  readonly #running = new Map<string, { userId: string; controller: AbortController }>();
  #commenting: { controller: AbortController; done: Promise<void> } | undefined;
  #vocabulary: { version: string; value: Vocabulary } | undefined;

  constructor(dependencies: AssistantDependencies) {
    this.dependencies = dependencies;
    this.model = new LocalModel(dependencies);
  }

  /** Answers a question and keeps the turn. */
  async ask(context: TaskContext, input: AskInput): Promise<Turn> {
    const startedMs = performance.now();
    // A question goes before the comment on the one before.
    this.#commenting?.controller.abort();
    const { actor } = context;
    const askedAtMs = context.clock();
    const conversationId = input.conversationId ?? context.ports.ids.next(askedAtMs);
    const id = context.ports.ids.next(askedAtMs);
    const question = input.question.slice(0, QUESTION_MAX);
    const last =
      input.conversationId === undefined
        ? undefined
        : context.read(
            (reader) => (
              store.requireConversation(reader, conversationId, actor.userId),
              store.lastIntent(reader, conversationId)
            ),
          );
    context.local((writer) => {
      if (input.conversationId === undefined)
        store.insertConversation.run(writer, {
          id: conversationId,
          userId: actor.userId,
          title: question.slice(0, 80),
          startedAtMs: askedAtMs,
        });
      store.insertMessage.run(writer, { id, conversationId, question, askedAtMs, state: 'CHOOSING', answer: null });
    });
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    context.signal.addEventListener('abort', stop, { once: true });
    this.#running.set(id, { userId: actor.userId, controller });
    let found: Found;
    try {
      found = await this.#find(context, input, last, id, controller.signal);
    } catch (error) {
      context.ports.log.error({ message: String(error), requestId: context.requestId }, 'the assistant failed');
      found = {
        outcome: 'FAILED',
        reason: error instanceof DomainError && error.code === 'FORBIDDEN' ? 'FORBIDDEN' : 'PROTOCOL',
        via: 'NONE',
      };
    } finally {
      this.#running.delete(id);
      context.signal.removeEventListener('abort', stop);
    }
    const answer = found.cached ?? this.#write(context, input, found);
    context.local((writer) => {
      store.finish.run(writer, { id, answer: JSON.stringify(answer) });
      store.insertRun.run(writer, {
        id: context.ports.ids.next(context.clock()),
        messageId: id,
        userId: actor.userId,
        tool: answer.tool,
        arguments: JSON.stringify(answer.args),
        via: found.via,
        model: found.chosen?.model ?? null,
        promptTokens: found.chosen?.promptTokens ?? null,
        outputTokens: found.chosen?.outputTokens ?? null,
        tookMs: Math.round(performance.now() - startedMs),
        outcome: answer.outcome,
        reason: answer.reason,
        dataVersions: this.#versions(answer.sources),
        atMs: askedAtMs,
      });
    });
    const done = this.#comment(context, input, id, answer);
    if (this.#commenting) this.#commenting.done = done;
    return { id, conversationId, question, askedAtMs, state: 'DONE', answer, rating: null };
  }

  /** Stops the question of that turn if it is this person's and still under way. */
  cancel(turnId: string, userId: string): boolean {
    const running = this.#running.get(turnId);
    if (running?.userId !== userId) return false;
    running.controller.abort();
    return true;
  }

  async #find(
    context: TaskContext,
    input: AskInput,
    last: Intent | undefined,
    turnId: string,
    signal: AbortSignal,
  ): Promise<Found> {
    const { permissions } = context.actor;
    if (input.intent) {
      const args = checkedArguments(input.intent.tool, input.intent.args);
      return args
        ? this.#run(context, input, { tool: input.intent.tool, args }, 'CHIP')
        : this.#suggest(context, input, 'NOT_UNDERSTOOD');
    }
    if (input.question.trim() === '') return this.#suggest(context, input, 'EMPTY');
    if (input.question.length > QUESTION_MAX) return { outcome: 'REFUSED', reason: 'TOO_LONG', via: 'NONE' };
    const quick = quickIntent(input.question);
    if (quick) return this.#run(context, input, quick, 'QUICK');
    const today = businessDate(context.clock(), context.site.timeZone);
    const heard = understand(input.question, {
      today,
      last,
      vocabulary: context.read((reader) => this.vocabulary(reader)),
    });
    if (heard.kind !== 'ABSTAIN') return this.#heard(context, input, heard);
    const key = hash(
      'sha256',
      JSON.stringify([today, plain(input.question), last ?? null, [...permissions].sort()]),
      'hex',
    );
    const before = intentSchema.safeParse(context.read((reader) => store.recallIntent(reader, key)));
    const known = before.success ? checkedArguments(before.data.tool, before.data.args) : undefined;
    if (before.success && known) return this.#run(context, input, { tool: before.data.tool, args: known }, 'CACHE');
    return this.#askModel(context, input, today, key, turnId, signal);
  }

  #heard(context: TaskContext, input: AskInput, heard: Exclude<Understanding, { kind: 'ABSTAIN' }>): Found {
    switch (heard.kind) {
      case 'RUN': {
        const args = checkedArguments(heard.intent.tool, heard.intent.args);
        return args
          ? this.#run(context, input, { tool: heard.intent.tool, args }, heard.via)
          : this.#suggest(context, input, 'NOT_UNDERSTOOD');
      }
      case 'REFUSE':
        return {
          outcome: 'REFUSED',
          reason: heard.reason,
          via: 'ROUTER',
          choices: suggestionsFor(context.actor.permissions, input.language).slice(0, 3),
        };
      case 'CLARIFY': {
        const { intent, reason } = heard;
        const choices =
          intent && reason === 'WHICH_PERSON' && mayRun(intent.tool, intent.args, context.actor.permissions)
            ? heard.options.map((label): Choice => ({
                label,
                question: label,
                intent: { tool: intent.tool, args: { ...intent.args, seller: label } },
              }))
            : closest(input.question, context.actor.permissions, input.language);
        return { outcome: 'CLARIFY', reason, via: 'ROUTER', choices };
      }
    }
  }

  /** The permission again, then the kept answer, then the tool. */
  #run(context: TaskContext, input: AskInput, intent: Intent, via: Via): Found {
    const { actor } = context;
    if (!mayRun(intent.tool, intent.args, actor.permissions)) {
      return {
        outcome: 'REFUSED',
        reason: 'FORBIDDEN',
        via,
        choices: suggestionsFor(actor.permissions, input.language).slice(0, 3),
      };
    }
    const run = this.#runOf(context, input);
    const { today } = run;
    const key = hash(
      'sha256',
      JSON.stringify([intent, input.language, today, actor.userId, actor.terminalId, [...actor.permissions].sort()]),
      'hex',
    );
    const cached = context.read((reader) => {
      const sources = store.sourcesOf(reader, key);
      return sources && store.recall(reader, key, this.#versions(sources));
    });
    if (cached) return { outcome: cached.outcome, intent, via, cached: { ...cached, via } };
    try {
      const sheet = runTool(run, intent);
      const found: Found = { outcome: sheet.isEmpty ? 'NO_DATA' : 'ANSWER', intent, sheet, via };
      if (sheet.isEmpty) found.reason = 'NO_ROWS';
      if (intent.tool === 'help') found.choices = suggestionsFor(actor.permissions, input.language);
      else this.#keep(context, key, this.#write(context, input, found));
      return found;
    } catch (error) {
      if (error instanceof AskBack) {
        const choices = error.options.map(({ label, intent: meant }): Choice => ({
          label,
          question: label,
          intent: meant,
        }));
        return { outcome: 'CLARIFY', reason: error.reason, via, choices };
      }
      if (error instanceof DomainError && error.code === 'FORBIDDEN')
        return { outcome: 'REFUSED', reason: 'FORBIDDEN', via };
      throw error;
    }
  }

  #runOf(context: TaskContext, { language }: AskInput): Run {
    const { actor, site } = context;
    return {
      ask: (path: string, asked: object) => this.dependencies.ask(path, asked, actor),
      today: businessDate(context.clock(), site.timeZone),
      language,
      permissions: actor.permissions,
    };
  }

  #keep(context: TaskContext, key: string, answer: Answer): void {
    const row = {
      key,
      answer: JSON.stringify(answer),
      dataVersions: this.#versions(answer.sources),
      storedAtMs: context.clock(),
    };
    context.local((writer) => store.remember.run(writer, row));
  }

  /** The state of every table behind an answer: equal means unchanged. */
  #versions(sources: readonly string[]): string {
    const topics = [...new Set(sources.flatMap((path) => [...this.dependencies.topicsOf(path)]))].sort();
    return JSON.stringify([
      this.dependencies.epoch,
      topics.map((topic) => [topic, this.dependencies.versionOf(topic)]),
    ]);
  }

  #suggest(context: TaskContext, input: AskInput, reason: Reason): Found {
    return {
      outcome: 'SUGGEST',
      reason,
      via: 'NONE',
      choices: closest(input.question, context.actor.permissions, input.language),
    };
  }

  async #askModel(
    context: TaskContext,
    input: AskInput,
    today: LocalDate,
    key: string,
    turnId: string,
    signal: AbortSignal,
  ): Promise<Found> {
    if (context.read(store.readSetup).enabled === 'NO') return this.#suggest(context, input, 'NOT_UNDERSTOOD');
    const wait = this.model.take(context.actor.userId, context.clock());
    if (wait > 0) return { ...this.#suggest(context, input, 'RATE_LIMITED'), outcome: 'FAILED', waitSeconds: wait };
    const { permissions } = context.actor;
    const onState = (value: Turn['state']): void =>
      void context.local((writer) => store.setState.run(writer, { id: turnId, state: value }));
    try {
      const asked = { question: input.question, today, permissions };
      const { choice, said } = await this.model.choose(context, asked, signal, onState);
      if (choice.kind !== 'INTENT')
        return { ...this.#suggest(context, input, 'NOT_UNDERSTOOD'), via: 'MODEL', chosen: said };
      context.local((writer) =>
        store.rememberIntent.run(writer, { key, intent: JSON.stringify(choice.intent), storedAtMs: context.clock() }),
      );
      return { ...this.#run(context, input, choice.intent, 'MODEL'), chosen: said };
    } catch (error) {
      if (!(error instanceof OllamaProblem)) throw error;
      if (error.reason === 'CANCELLED') return { outcome: 'CANCELLED', reason: 'CANCELLED', via: 'MODEL' };
      context.ports.log.warn({ reason: error.reason, detail: error.detail }, 'the model did not answer');
      return { ...this.#suggest(context, input, error.reason), outcome: 'FAILED', via: 'MODEL' };
    }
  }

  /** Adds the model's comment to a finished turn, where the shop wants one. Nothing waits for it, and without it nothing lacks. */
  async #comment(context: TaskContext, input: AskInput, turnId: string, answer: Answer): Promise<void> {
    const { tool } = answer;
    const setup = context.read(store.readSetup);
    if (setup.enabled === 'NO' || setup.comment === 'NO') return;
    if (answer.outcome !== 'ANSWER' || tool === null || tool === 'help') return;
    const controller = new AbortController();
    this.#commenting = { controller, done: Promise.resolve() };
    try {
      const around = contextFigures(this.#runOf(context, input));
      const figures = [...answer.figures, ...around.figures];
      const subject = subjectOf(tool, input.language, answer.period, figures);
      const comment = await this.model.comment(context, subject, controller.signal);
      if (!comment) return;
      const sources = [...new Set([...answer.sources, ...around.sources])];
      const whole: Answer = { ...answer, figures, sources, comment };
      context.local((writer) => store.finish.run(writer, { id: turnId, answer: JSON.stringify(whole) }));
    } catch (error) {
      context.ports.log.warn({ message: String(error) }, 'no comment of the model');
    }
  }

  /** When the comment under way, if any, has ended. */
  settled = (): Promise<void> => this.#commenting?.done ?? Promise.resolve();

  vocabulary(reader: Reader): Vocabulary {
    const version = VOCABULARY_TOPICS.map((topic) => this.dependencies.versionOf(topic)).join('/');
    if (this.#vocabulary?.version !== version) this.#vocabulary = { version, value: readVocabulary(reader) };
    return this.#vocabulary.value;
  }

  #write(context: TaskContext, input: AskInput, found: Found): Answer {
    const { intent, sheet } = found;
    const args = intent ? completed(intent) : {};
    const wait = found.waitSeconds;
    return {
      outcome: found.outcome,
      reason: found.reason ?? null,
      via: found.via,
      tool: intent?.tool ?? null,
      args,
      chips: intent ? chipsOf(intent.tool, args, input.language, context.actor.permissions) : [],
      parts: sheet?.parts ?? (wait === undefined ? [] : [{ figure: 'wait' }]),
      figures: sheet?.figures ?? (wait === undefined ? [] : [{ id: 'wait', value: wait, unit: 'COUNT' }]),
      table: sheet?.table ?? null,
      choices: found.choices ?? [],
      report: sheet?.report ?? null,
      sources: [...(sheet?.sources ?? [])],
      period: sheet?.period ?? null,
      comment: null,
      asOfMs: context.clock(),
    };
  }
}
