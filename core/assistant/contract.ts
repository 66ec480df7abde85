/** What may be asked of the assistant. Any session may ask; each tool checks its own permission, twice. */
import { z } from 'zod';
import { query, task } from '#core/shared/procedure.ts';
import { id, page, text } from '#core/shared/schemas.ts';

export const TOOL_NAMES = [
  'sales_summary',
  'top_products',
  'stock_rotation',
  'stock_status',
  'reorder_suggestions',
  'forecast',
  'forecast_accuracy',
  'product_lookup',
  'customer_history',
  'margin_summary',
  'cash_status',
  'help',
] as const;
export const toolName = z.enum(TOOL_NAMES);
export type ToolName = z.infer<typeof toolName>;

export const language = z.enum(['es', 'en']);
export type Language = z.infer<typeof language>;

/** Arguments of a tool as they were understood, before names are looked up. */
export const toolArguments = z.record(z.string().max(40), z.union([text(120), z.int().min(0).max(1_000_000_000)]));
export type ToolArguments = z.infer<typeof toolArguments>;

/** How a question became an answer. */
export const via = z.enum(['CHIP', 'QUICK', 'FOLLOW_UP', 'ROUTER', 'CACHE', 'MODEL', 'NONE']);
export type Via = z.infer<typeof via>;

export const unit = z.enum(['CLP', 'MILLI', 'COUNT', 'BASIS_POINTS', 'DATE', 'INSTANT', 'DAYS', 'TEXT']);
export type Unit = z.infer<typeof unit>;

/** Whatever an answer shows besides its fixed words: a number, a day, a name. Nothing is shown that has no figure. */
export const figure = z.strictObject({ id: z.string(), value: z.union([z.string(), z.number()]).nullable(), unit });
export type Figure = z.infer<typeof figure>;

/** A sentence: fixed words of a template, and the ids of the figures between them. */
export const part = z.union([z.strictObject({ text: z.string() }), z.strictObject({ figure: z.string() })]);
export type Part = z.infer<typeof part>;

export const intent = z.strictObject({ tool: toolName, args: toolArguments });
export type Intent = z.infer<typeof intent>;

/** A button: presses send its question again with the meaning already known, or just the question. */
export const choice = z.strictObject({ label: z.string(), question: z.string(), intent: intent.nullable() });
export type Choice = z.infer<typeof choice>;

/** "Entendí: ...": what an argument was taken for, and what else it may be. */
export const chip = z.strictObject({
  arg: z.string(),
  value: z.string(),
  label: z.string(),
  options: z.array(z.strictObject({ value: z.string(), label: z.string() })),
});
export type Chip = z.infer<typeof chip>;

export const outcome = z.enum(['ANSWER', 'NO_DATA', 'CLARIFY', 'REFUSED', 'SUGGEST', 'FAILED', 'CANCELLED']);
export type Outcome = z.infer<typeof outcome>;

export const reason = z.enum([
  'FORBIDDEN',
  'OUT_OF_SCOPE',
  'WRITE_ACTION',
  'INJECTION',
  'TOO_LONG',
  'EMPTY',
  'WHICH_PRODUCT',
  'WHICH_PERSON',
  'WHICH_SUPPLIER',
  'WHICH_CATEGORY',
  'WHICH_MEASURE',
  'NOT_FOUND',
  'NO_ANTECEDENT',
  'NOT_UNDERSTOOD',
  'NO_ROWS',
  'NOT_INSTALLED',
  'STOPPED',
  'MODEL_MISSING',
  'MODEL_TOO_BIG',
  'NO_DISK',
  'CLOUD_MODEL',
  'REMOTE_HOST',
  'PROTOCOL',
  'TIMED_OUT',
  'BUSY',
  'RATE_LIMITED',
  'CANCELLED',
]);
export type Reason = z.infer<typeof reason>;

export const answer = z.strictObject({
  outcome,
  reason: reason.nullable(),
  via,
  tool: toolName.nullable(),
  args: toolArguments,
  chips: z.array(chip),
  parts: z.array(part),
  figures: z.array(figure),
  table: z
    .strictObject({
      columns: z.array(z.strictObject({ key: z.string(), label: z.string(), unit })),
      rows: z.array(z.array(figure)),
      /** Which column names the points of a chart and which is drawn; null where a chart says nothing. */
      chart: z.strictObject({ kind: z.enum(['BAR', 'LINE']), label: z.string(), value: z.string() }).nullable(),
    })
    .nullable(),
  choices: z.array(choice),
  /** The screen that shows the same. */
  report: z.string().nullable(),
  /** The procedures that were asked, for "¿de dónde sale?". */
  sources: z.array(z.string()),
  period: z.strictObject({ from: z.string(), to: z.string() }).nullable(),
  /** What the local model adds where the shop wants it: its words, and ids of figures. It comes after the answer. */
  comment: z.array(part).nullable().default(null),
  asOfMs: z.int(),
});
export type Answer = z.infer<typeof answer>;

export const turn = z.strictObject({
  id: z.string(),
  conversationId: z.string(),
  question: z.string(),
  askedAtMs: z.int(),
  /** LOADING: the model is read into memory. SLOW: it takes longer than people like to wait. */
  state: z.enum(['CHOOSING', 'LOADING', 'SLOW', 'DONE']),
  answer: answer.nullable(),
  rating: z.enum(['GOOD', 'BAD']).nullable(),
});
export type Turn = z.infer<typeof turn>;

export const download = z.strictObject({
  model: z.string(),
  state: z.enum(['RUNNING', 'PAUSED', 'DONE', 'FAILED']),
  completedBytes: z.int(),
  totalBytes: z.int(),
  problem: z.enum(['STALLED', 'DISK_FULL', 'STOPPED', 'PROTOCOL', 'CANCELLED']).nullable(),
});
export type Download = z.infer<typeof download>;

export const modelRow = z.strictObject({
  name: z.string(),
  sizeBytes: z.int(),
  memoryBytes: z.int(),
  isInstalled: z.boolean(),
  isDefault: z.boolean(),
  /** Whether this machine has the memory and the disk for it. */
  fits: z.enum(['YES', 'MEMORY', 'DISK']),
});

export const modelState = z.enum([
  'OFF',
  'READY',
  'NOT_INSTALLED',
  'STOPPED',
  'MODEL_MISSING',
  'MODEL_TOO_BIG',
  'NO_DISK',
  'CLOUD_MODEL',
  'REMOTE_HOST',
  'DOWNLOADING',
  'BUSY',
  'TIMED_OUT',
  'PROTOCOL',
]);

const setup = {
  enabled: z.enum(['YES', 'NO']),
  model: text(80),
  host: text(200),
  allowRemote: z.enum(['YES', 'NO']),
  comment: z.enum(['YES', 'NO']),
  retentionDays: z.int().min(1).max(3_650),
};

export const assistantContract = {
  assistant: {
    ask: task({
      summary: 'Asks the shop; the answer is the finished turn, and assistant.turns shows it while it is made',
      access: 'session',
      input: {
        conversationId: id.optional(),
        question: text(2_000),
        language: language.default('es'),
        intent: intent.optional(),
      },
      output: turn,
    }),
    cancel: task({
      summary: 'Stops the question that is being answered',
      access: 'session',
      input: { turnId: id },
      output: z.strictObject({ cancelled: z.boolean() }),
    }),
    suggestions: query({
      summary: 'Quick questions that my role may ask',
      access: 'session',
      input: { language: language.default('es') },
      output: z.array(choice),
      topics: ['userRole', 'role'],
    }),
    conversations: query({
      summary: 'My conversations, newest first',
      access: 'session',
      input: { ...page },
      output: z.strictObject({
        rows: z.array(z.strictObject({ id: z.string(), title: z.string(), startedAtMs: z.int(), turnCount: z.int() })),
        total: z.int(),
      }),
      topics: ['assistantConversation', 'assistantMessage'],
    }),
    turns: query({
      summary: 'The turns of one of my conversations, oldest first',
      access: 'session',
      input: { conversationId: id },
      output: z.array(turn),
      topics: ['assistantMessage', 'assistantFeedback'],
    }),
    clear: task({
      summary: 'Deletes one of my conversations, or all of them, for good',
      access: 'session',
      input: { conversationId: id.optional() },
      output: z.strictObject({ deleted: z.int() }),
    }),
    rate: task({
      summary: 'Says whether an answer helped',
      access: 'session',
      input: { turnId: id, rating: z.enum(['GOOD', 'BAD']), note: text(500).default('') },
      output: z.strictObject({ id: z.string() }),
    }),
    status: task({
      summary: 'Whether the local model is there, and its download',
      access: 'session',
      input: {},
      output: z.strictObject({ state: modelState, model: z.string(), download: download.nullable() }),
    }),
    models: task({
      summary: 'The models that may be used, with what they need of this machine',
      access: 'jobs.run',
      input: {},
      output: z.array(modelRow),
    }),
    download: task({
      summary: 'Starts or resumes the download of a model of the list',
      access: 'jobs.run',
      input: { model: text(80, 1) },
      output: download,
    }),
    downloadProgress: query({
      summary: 'How far the newest download is',
      access: 'session',
      input: {},
      output: download.nullable(),
      topics: ['assistantDownload'],
    }),
    cancelDownload: task({
      summary: 'Stops the download; what has come is kept',
      access: 'jobs.run',
      input: {},
      output: z.strictObject({ cancelled: z.boolean() }),
    }),
    setup: query({
      summary: 'How the assistant is set up on this machine',
      access: 'settings.manage',
      input: {},
      output: z.strictObject(setup),
      topics: ['assistantSetup'],
    }),
    setSetup: task({
      summary: 'Changes how the assistant is set up on this machine',
      access: 'settings.manage',
      input: setup,
      output: z.strictObject(setup),
    }),
    usage: query({
      summary: 'How the assistant is used and how it fares: by way, tool and outcome, over the last days',
      access: 'settings.manage',
      input: { days: z.int().min(1).max(366).default(30) },
      output: z.strictObject({
        questions: z.int(),
        answered: z.int(),
        abstained: z.int(),
        failed: z.int(),
        p95Ms: z.int().nullable(),
        good: z.int(),
        bad: z.int(),
        /** Oldest first; days without a question are left out. */
        days: z.array(z.strictObject({ date: z.string(), questions: z.int(), answered: z.int() })),
        rows: z.array(z.strictObject({ via, tool: toolName.nullable(), outcome, count: z.int(), meanMs: z.int() })),
      }),
      topics: ['assistantToolRun', 'assistantFeedback'],
    }),
  },
};
