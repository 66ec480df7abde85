/** What is kept of conversations: turns, runs, caches, ratings. Local to the machine, in no event, deleted for good. */
import { sql } from 'kysely';
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import { DomainError } from '#core/shared/errors.ts';
import { businessDate } from '#core/shared/time.ts';
import { type Answer, answer as answerSchema, type Download, type Intent, type Turn } from './contract.ts';
import type { AssistantTables, SetupRow } from './tables.ts';

const { db, select, change, insert } = sqlFor<AssistantTables>();

export const insertConversation = insert('assistantConversation', ['id', 'userId', 'title', 'startedAtMs']);
export const insertMessage = insert('assistantMessage', [
  'id',
  'conversationId',
  'question',
  'askedAtMs',
  'state',
  'answer',
]);
export const insertRun = insert('assistantToolRun', [
  'id',
  'messageId',
  'userId',
  'tool',
  'arguments',
  'via',
  'model',
  'promptTokens',
  'outputTokens',
  'tookMs',
  'outcome',
  'reason',
  'dataVersions',
  'atMs',
]);
export const setState = change((p: { id: string; state: Turn['state'] }) =>
  db.updateTable('assistantMessage').set({ state: p.state }).where('id', '=', p.id).where('state', '!=', 'DONE'),
);
export const finish = change((p: { id: string; answer: string }) =>
  db.updateTable('assistantMessage').set({ state: 'DONE', answer: p.answer }).where('id', '=', p.id),
);

const conversationById = select((p: { id: string; userId: string }) =>
  db.selectFrom('assistantConversation').select('id').where('id', '=', p.id).where('userId', '=', p.userId),
);
/** NOT_FOUND for another person's, too. */
export function requireConversation(reader: Reader, id: string, userId: string): void {
  if (!conversationById.first(reader, { id, userId })) throw new DomainError('NOT_FOUND', { conversation: id });
}

const turnRows = select((p: { conversationId: string }) =>
  db
    .selectFrom('assistantMessage')
    .leftJoin('assistantFeedback', 'assistantFeedback.messageId', 'assistantMessage.id')
    .select(['id', 'conversationId', 'question', 'askedAtMs', 'state', 'answer', 'rating'])
    .where('conversationId', '=', p.conversationId)
    .orderBy('id'),
);
const toTurn = ({ answer, ...row }: ReturnType<typeof turnRows.all>[number]): Turn => ({
  ...row,
  answer: answer === null ? null : (JSON.parse(answer) as Answer),
});
export const turnsOf = (reader: Reader, conversationId: string): Turn[] =>
  turnRows.all(reader, { conversationId }).map(toTurn);

/** What the newest run turn of a conversation meant: what a follow-up follows. */
export function lastIntent(reader: Reader, conversationId: string): Intent | undefined {
  const last = turnsOf(reader, conversationId).findLast(({ answer }) => answer?.tool && answer.outcome !== 'REFUSED');
  const tool = last?.answer?.tool;
  return last?.answer && tool ? { tool, args: last.answer.args } : undefined;
}

const owner = select((p: { id: string }) =>
  db
    .selectFrom('assistantMessage')
    .innerJoin('assistantConversation', 'assistantConversation.id', 'assistantMessage.conversationId')
    .select('userId')
    .where('assistantMessage.id', '=', p.id),
);
export function requireTurn(reader: Reader, id: string, userId: string): void {
  if (owner.first(reader, { id })?.userId !== userId) throw new DomainError('NOT_FOUND', { turn: id });
}

export function listConversations(reader: Reader, userId: string, page: { limit: number; offset: number }) {
  const mine = db.selectFrom('assistantConversation').where('userId', '=', userId);
  const total = reader.first(mine.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const rows = reader.all(
    mine
      .select(['id', 'title', 'startedAtMs'])
      .select((eb) =>
        eb
          .selectFrom('assistantMessage')
          .whereRef('conversationId', '=', 'assistantConversation.id')
          .select((inner) => inner.fn.countAll<number>().as('n'))
          .as('turnCount'),
      )
      .orderBy('id', 'desc')
      .limit(page.limit)
      .offset(page.offset),
  );
  return { rows: rows.map((row) => ({ ...row, turnCount: row.turnCount ?? 0 })), total };
}

/** Deletes conversations with their turns and ratings; the counts of use stay, without the words. */
export function clear(writer: Writer, userId: string, conversationId: string | undefined): number {
  let mine = db.deleteFrom('assistantConversation').where('userId', '=', userId);
  if (conversationId !== undefined) mine = mine.where('id', '=', conversationId);
  const deleted = writer.change(mine);
  writer.touch('assistantMessage');
  return deleted;
}

export const rate = change((p: { messageId: string; rating: 'GOOD' | 'BAD'; note: string; atMs: number }) =>
  db
    .insertInto('assistantFeedback')
    .values({ messageId: p.messageId, rating: p.rating, note: p.note, atMs: p.atMs })
    .onConflict((conflict) =>
      conflict.column('messageId').doUpdateSet({ rating: p.rating, note: p.note, atMs: p.atMs }),
    ),
);

const cachedAnswer = select((p: { key: string }) =>
  db.selectFrom('assistantAnswerCache').select(['answer', 'dataVersions']).where('key', '=', p.key),
);
/** The kept answer while nothing that it was read from has changed since. */
export function recall(reader: Reader, key: string, versions: string): Answer | undefined {
  const found = cachedAnswer.first(reader, { key });
  if (found?.dataVersions !== versions) return undefined;
  return answerSchema.safeParse(JSON.parse(found.answer)).data;
}
export const remember = change((p: { key: string; answer: string; dataVersions: string; storedAtMs: number }) =>
  db
    .insertInto('assistantAnswerCache')
    .values({ key: p.key, answer: p.answer, dataVersions: p.dataVersions, storedAtMs: p.storedAtMs })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({ answer: p.answer, dataVersions: p.dataVersions, storedAtMs: p.storedAtMs }),
    ),
);

const cachedIntent = select((p: { key: string }) =>
  db.selectFrom('assistantIntentCache').select('intent').where('key', '=', p.key),
);
export const recallIntent = (reader: Reader, key: string): unknown => {
  const found = cachedIntent.first(reader, { key });
  return found && JSON.parse(found.intent);
};
export const rememberIntent = change((p: { key: string; intent: string; storedAtMs: number }) =>
  db
    .insertInto('assistantIntentCache')
    .values({ key: p.key, intent: p.intent, storedAtMs: p.storedAtMs })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ intent: p.intent, storedAtMs: p.storedAtMs })),
);

const setupRow = select(() =>
  db.selectFrom('assistantSetup').select(['enabled', 'model', 'host', 'allowRemote', 'comment', 'retentionDays']),
);
export const DEFAULT_SETUP: SetupRow = {
  enabled: 'YES',
  model: '',
  host: '',
  allowRemote: 'NO',
  comment: 'NO',
  retentionDays: 180,
};
export const readSetup = (reader: Reader): SetupRow => setupRow.first(reader, {}) ?? DEFAULT_SETUP;
export function writeSetup(writer: Writer, row: SetupRow): void {
  writer.change(
    db
      .insertInto('assistantSetup')
      .values({ singleton: 1, ...row })
      .onConflict((conflict) => conflict.column('singleton').doUpdateSet(row)),
  );
}

const downloadRow = select(() =>
  db
    .selectFrom('assistantDownload')
    .select(['model', 'state', 'completedBytes', 'totalBytes', 'problem'])
    .orderBy('changedAtMs', 'desc')
    .limit(1),
);
export const readDownload = (reader: Reader): Download | null => downloadRow.first(reader, {}) ?? null;
export function writeDownload(writer: Writer, row: Download, changedAtMs: number): void {
  const values = { ...row, changedAtMs };
  writer.change(
    db
      .insertInto('assistantDownload')
      .values(values)
      .onConflict((conflict) => conflict.column('model').doUpdateSet(values)),
  );
}
/** Takes away what is older than the shop keeps. */
export function forget(writer: Writer, beforeMs: number): number {
  const old = writer.change(db.deleteFrom('assistantConversation').where('startedAtMs', '<', beforeMs));
  writer.change(db.deleteFrom('assistantToolRun').where('atMs', '<', beforeMs));
  writer.change(db.deleteFrom('assistantAnswerCache').where('storedAtMs', '<', beforeMs));
  writer.change(db.deleteFrom('assistantIntentCache').where('storedAtMs', '<', beforeMs));
  return old;
}

const HOUR_MS = 3_600_000;

/** How the assistant was used since then; days are those of the shop. */
export function usage(reader: Reader, sinceMs: number, timeZone: string) {
  const since = db.selectFrom('assistantToolRun').where('atMs', '>=', sinceMs);
  const rows = reader.all(
    since
      .select(['via', 'tool', 'outcome'])
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .select(sql<number>`cast(avg("tookMs") as integer)`.as('meanMs'))
      .groupBy(['via', 'tool', 'outcome'])
      .orderBy('count', 'desc'),
  );
  const count = (outcomes: readonly string[]): number =>
    rows.filter(({ outcome }) => outcomes.includes(outcome)).reduce((sum, row) => sum + row.count, 0);
  const questions = rows.reduce((sum, row) => sum + row.count, 0);
  // Hour by hour, because a shop's day begins on the hour and SQLite knows no time zones.
  const hours = reader.all(
    since
      .select(sql<number>`"atMs" / ${HOUR_MS}`.as('hour'))
      .select((eb) => eb.fn.countAll<number>().as('questions'))
      .select(sql<number>`sum("outcome" in ('ANSWER', 'NO_DATA'))`.as('answered'))
      .groupBy('hour')
      .orderBy('hour'),
  );
  const days = new Map<string, { date: string; questions: number; answered: number }>();
  for (const row of hours) {
    const date = businessDate(row.hour * HOUR_MS, timeZone);
    const day = days.get(date) ?? { date, questions: 0, answered: 0 };
    days.set(date, { date, questions: day.questions + row.questions, answered: day.answered + row.answered });
  }
  const slow = reader.first(
    since
      .select('tookMs')
      .orderBy('tookMs', 'desc')
      .limit(1)
      .offset(Math.floor(questions * 0.05)),
  );
  const ratings = reader.all(
    db
      .selectFrom('assistantFeedback')
      .where('atMs', '>=', sinceMs)
      .select('rating')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .groupBy('rating'),
  );
  const rated = (rating: 'GOOD' | 'BAD'): number => ratings.find((row) => row.rating === rating)?.count ?? 0;
  return {
    questions,
    answered: count(['ANSWER', 'NO_DATA']),
    abstained: count(['SUGGEST', 'CLARIFY']),
    failed: count(['FAILED']),
    p95Ms: slow?.tookMs ?? null,
    good: rated('GOOD'),
    bad: rated('BAD'),
    days: [...days.values()],
    rows,
  };
}

/** The procedures that a kept answer was read from. */
export function sourcesOf(reader: Reader, key: string): string[] | undefined {
  const found = cachedAnswer.first(reader, { key });
  return found && (JSON.parse(found.answer) as Answer).sources;
}
