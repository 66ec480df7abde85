/** The assistant: understands a question, runs one read-only tool, and writes the sentence from its figures. See docs/guides. */
import type { z } from 'zod';
import type { TaskContext } from '#core/engine/context.ts';
import { defineModule, type Module } from '#core/engine/module.ts';
import { DomainError } from '#core/shared/errors.ts';
import { assistantContract, modelState } from './contract.ts';
import { Downloads, fitOf, listModels } from './models.ts';
import { OllamaProblem } from './ollama.ts';
import { Assistant, type AssistantDependencies } from './pipeline.ts';
import { suggestionsFor } from './quick.ts';
import * as store from './store.ts';

const DAY_MS = 86_400_000;

export function assistantModule(dependencies: AssistantDependencies): Module {
  const assistant = new Assistant(dependencies);
  const downloads = new Downloads();
  const status = async (context: TaskContext) => {
    const setup = context.read(store.readSetup);
    const model = assistant.model.nameOf(context);
    const kept = context.read(store.readDownload);
    // A download of before the start of this process waits to be resumed.
    const download = kept?.state === 'RUNNING' && !downloads.isRunning ? { ...kept, state: 'PAUSED' as const } : kept;
    const state =
      setup.enabled === 'NO'
        ? 'OFF'
        : download?.state === 'RUNNING'
          ? 'DOWNLOADING'
          : stateOf(await assistant.model.state(context));
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
        models: async (context) => listModels(assistant.model.host(context), await assistant.model.machine()),
        download: async (context, { model }) => {
          const host = assistant.model.host(context);
          if (host instanceof OllamaProblem) throw new DomainError('CONFLICT', { reason: host.reason });
          const fit = fitOf(model, await assistant.model.machine());
          if (fit !== 'YES')
            throw new DomainError('CONFLICT', { reason: fit === 'DISK' ? 'NO_DISK' : 'MODEL_TOO_BIG' });
          return downloads.start(context, host, model);
        },
        downloadProgress: ({ reader }) => store.readDownload(reader),
        cancelDownload: async () => ({ cancelled: await downloads.cancel() }),
        setup: ({ reader }) => store.readSetup(reader),
        setSetup: (context, setup) => {
          context.local((writer) => store.writeSetup(writer, setup));
          context.audit('assistant.setup', setup);
          return Promise.resolve(setup);
        },
        usage: ({ reader, nowMs, site }, { days }) => store.usage(reader, nowMs - days * DAY_MS, site.timeZone),
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

/** The states that a panel tells apart; whatever else goes wrong is one of not understanding each other. */
const stateOf = (told: string): z.output<typeof modelState> => modelState.safeParse(told).data ?? 'PROTOCOL';

export type { AssistantDependencies } from './pipeline.ts';
export type { AssistantTables } from './tables.ts';
export { understand } from './router.ts';
export { checkedArguments, mayRun } from './tools.ts';
