/** Asks a live Ollama for what the router left alone. */
import { availableParallelism } from 'node:os';
import { choiceFormat, readChoice, systemPrompt, userPrompt } from '#core/assistant/choose.ts';
import type { Intent } from '#core/assistant/contract.ts';
import { chat, DEADLINES } from '#core/assistant/ollama.ts';
import type { Permission } from '#core/shared/permissions.ts';

export interface LiveChooser {
  url: string;
  model: string;
}

export async function checkedChoice(
  { url, model }: LiveChooser,
  question: string,
  permissions: ReadonlySet<Permission>,
  today: string,
): Promise<{ intent: Intent | undefined; state: string }> {
  const request = {
    model,
    system: systemPrompt(permissions),
    user: userPrompt(question, today),
    format: choiceFormat(permissions),
    threads: Math.max(1, availableParallelism() - 1),
  };
  const chosen = await chat({ url, deadlines: DEADLINES }, request, new AbortController().signal, () => undefined);
  const choice = readChoice(chosen.content, question, permissions);
  if (choice.kind === 'INTENT') return { intent: choice.intent, state: '' };
  return { intent: undefined, state: choice.kind === 'CLARIFY' ? 'clarify' : choice.kind === 'NONE' ? 'refuse' : '' };
}
