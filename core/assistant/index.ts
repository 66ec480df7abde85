/** The assistant: understands a question, runs one read-only tool, and writes the sentence from its figures. See docs/guides. */
import type { TaskContext } from '#core/engine/context.ts';
import { defineModule, type Module } from '#core/engine/module.ts';
import { DomainError } from '#core/shared/errors.ts';
import { assistantContract } from './contract.ts';
import { defaultModel, Downloads, listModels } from './models.ts';
import { installedModels, OllamaProblem } from './ollama.ts';
import { Assistant, type AssistantDependencies } from './pipeline.ts';
import { suggestionsFor } from './quick.ts';
import * as store from './store.ts';

const DAY_MS = 86_400_000;

export function assistantModule(dependencies: AssistantDependencies): Module {
  const assistant = new Assistant(dependencies);
  const downloads = new Downloads();
  const status = async (context: TaskContext) => {
    const setup = context.read(store.readSetup);
    const model = setup.model || defaultModel();
    const kept = context.read(store.readDownload);
    // A download of before the start of this process waits to be resumed.
    const download = kept?.state === 'RUNNING' && !downloads.isRunning ? { ...kept, state: 'PAUSED' as const } : kept;
    const state =
      setup.enabled === 'NO'
        ? 'OFF'
        : download?.state === 'RUNNING'
          ? 'DOWNLOADING'
          : await modelState(context, assistant, model);
    return { state, model, download } as const;
  };
  return defineModule({
    contract: assistantContract,
    handlers: {
      assistant: {
        ask: (context, input) => assistant.ask(context, input),
        cancel: (context, { turnId }) => Promise.resolve({ cancelled: assistant.cancel(turnId, context.actor.userId) }),
        suggestions: ({ actor }, { language }) => suggestionsFor(actor.permissions, language),
        conversations: ({ reader, actor }, page) => store.listConversations(reader, actor.userId, page),
        turns: ({ reader, actor }, { conversationId }) => {
          store.requireConversation(reader, conversationId, actor.userId);
          return store.turnsOf(reader, conversationId);
        },
        clear: (context, { conversationId }) =>
          Promise.resolve({
            deleted: context.local((writer) => store.clear(writer, context.actor.userId, conversationId)),
          }),
        rate: (context, { turnId, rating, note }) => {
          context.read((reader) => store.requireTurn(reader, turnId, context.actor.userId));
          context.local((writer) => store.rate.run(writer, { messageId: turnId, rating, note, atMs: context.clock() }));
          return Promise.resolve({ id: turnId });
        },
        status,
        models: (context) => listModels(assistant.host(context), dependencies.folder),
        download: (context, { model }) => {
          const host = assistant.host(context);
          if (host instanceof OllamaProblem)
            return Promise.reject(new DomainError('CONFLICT', { reason: host.reason }));
          return Promise.resolve(downloads.start(context, host, model));
        },
        downloadProgress: ({ reader }) => store.readDownload(reader),
        cancelDownload: async () => ({ cancelled: await downloads.cancel() }),
        setup: ({ reader }) => store.readSetup(reader),
        setSetup: (context, setup) => {
          context.local((writer) => store.writeSetup(writer, setup));
          context.audit('assistant.setup', setup);
          return Promise.resolve(setup);
        },
        usage: ({ reader, nowMs }, { days }) => store.usage(reader, nowMs - days * DAY_MS),
      },
    },
    jobs: [
      {
        name: 'assistant.forget',
        schedule: { dailyAt: { hour: 4, minute: 10 } },
        timeoutMs: 60_000,
        run: (context) => {
          const { retentionDays } = context.read(store.readSetup);
          return context.local((writer) => store.forget(writer, context.clock() - retentionDays * DAY_MS));
        },
      },
    ],
  });
}

async function modelState(context: TaskContext, assistant: Assistant, model: string) {
  const host = assistant.host(context);
  if (host instanceof OllamaProblem) return 'REMOTE_HOST' as const;
  try {
    const found = (await installedModels(host, context.signal)).find(
      ({ name }) => name === model || name === `${model}:latest`,
    );
    return !found ? 'MODEL_MISSING' : found.isCloud ? 'CLOUD_MODEL' : 'READY';
  } catch (error) {
    return error instanceof OllamaProblem && error.reason === 'STOPPED' ? 'STOPPED' : 'PROTOCOL';
  }
}

export type { AssistantDependencies } from './pipeline.ts';
export type { AssistantTables } from './tables.ts';
export { understand } from './router.ts';
export { checkedArguments, mayRun } from './tools.ts';
