/** The assistant's tables; see migrations/sqlite/140_assistant.sql. */
import type { Download, Outcome, ToolName, Turn, Via } from './contract.ts';

export interface AssistantTables {
  assistantConversation: { id: string; userId: string; title: string; startedAtMs: number };
  assistantMessage: {
    id: string;
    conversationId: string;
    question: string;
    askedAtMs: number;
    state: Turn['state'];
    answer: string | null;
  };
  assistantToolRun: {
    id: string;
    messageId: string | null;
    userId: string;
    tool: ToolName | null;
    arguments: string;
    via: Via;
    model: string | null;
    promptTokens: number | null;
    outputTokens: number | null;
    tookMs: number;
    outcome: Outcome;
    reason: string | null;
    dataVersions: string;
    atMs: number;
  };
  assistantAnswerCache: { key: string; answer: string; dataVersions: string; storedAtMs: number };
  assistantIntentCache: { key: string; intent: string; storedAtMs: number };
  assistantFeedback: { messageId: string; rating: 'GOOD' | 'BAD'; note: string; atMs: number };
  assistantDownload: Download & { changedAtMs: number };
  assistantSetup: SetupRow & { singleton: number };
}

export interface SetupRow {
  enabled: 'YES' | 'NO';
  model: string;
  host: string;
  allowRemote: 'YES' | 'NO';
  comment: 'YES' | 'NO';
  retentionDays: number;
}
