/** What a question was heard to hold, and what was understood by it. Pure. */
import type { Intent, Reason, ToolArguments, ToolName } from './contract.ts';
import type { Cue } from './cues.ts';
import type { NamedPerson } from './slots.ts';

export type Understanding =
  | { kind: 'RUN'; intent: Intent; via: 'ROUTER' | 'FOLLOW_UP' }
  | { kind: 'CLARIFY'; reason: Reason; options: readonly string[]; intent: Intent | null }
  | { kind: 'REFUSE'; reason: Reason }
  | { kind: 'ABSTAIN' };

export const ABSTAIN: Understanding = { kind: 'ABSTAIN' };
export const run = (tool: ToolName, args: ToolArguments): Understanding => ({
  kind: 'RUN',
  intent: { tool, args },
  via: 'ROUTER',
});
export const clarify = (
  reason: Reason,
  options: readonly string[] = [],
  intent: Intent | null = null,
): Understanding => ({
  kind: 'CLARIFY',
  reason,
  options,
  intent,
});

/** What was taken out of the question, and which cues it holds. */
export interface Heard {
  cues: ReadonlySet<Cue>;
  args: ToolArguments;
  period: ToolArguments;
  seller: NamedPerson | undefined;
  /** Words that nothing accounts for. */
  left: string[];
  isSingular: boolean;
  text: string;
  product: string | undefined;
}
