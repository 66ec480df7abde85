-- Conversations with the assistant: local to the machine, deleted for good when cleared or old. No table of the shop refers to them.

create table assistantConversation (
  id text primary key,
  userId text not null,
  title text not null,
  startedAtMs integer not null
) strict, without rowid;
create index assistantConversationByUser on assistantConversation (userId, id);

-- One turn: what was asked, and the finished answer.
create table assistantMessage (
  id text primary key,
  conversationId text not null references assistantConversation (id) on delete cascade,
  question text not null,
  askedAtMs integer not null,
  state text not null check (state in ('CHOOSING', 'LOADING', 'SLOW', 'DONE')),
  answer text check (answer is null or json_valid(answer))
) strict, without rowid;
create index assistantMessageByConversation on assistantMessage (conversationId, id);

-- What was run for a turn; the question itself is not here, so that it may outlive the conversation as a count.
create table assistantToolRun (
  id text primary key,
  messageId text,
  userId text not null,
  tool text,
  arguments text not null check (json_valid(arguments)),
  via text not null check (via in ('CHIP', 'QUICK', 'FOLLOW_UP', 'ROUTER', 'CACHE', 'MODEL', 'NONE')),
  model text,
  promptTokens integer,
  outputTokens integer,
  tookMs integer not null,
  outcome text not null check (
    outcome in ('ANSWER', 'NO_DATA', 'CLARIFY', 'REFUSED', 'SUGGEST', 'FAILED', 'CANCELLED')
  ),
  reason text,
  dataVersions text not null check (json_valid(dataVersions)),
  atMs integer not null
) strict, without rowid;
create index assistantToolRunByTime on assistantToolRun (atMs);

-- Answers that stay true until a table they were read from changes. The key holds the day, the language and what the role may see.
create table assistantAnswerCache (
  key text primary key,
  answer text not null check (json_valid(answer)),
  dataVersions text not null check (json_valid(dataVersions)),
  storedAtMs integer not null
) strict, without rowid;
create index assistantAnswerCacheByTime on assistantAnswerCache (storedAtMs);

-- What the model chose for a question in the same words.
create table assistantIntentCache (
  key text primary key,
  intent text not null check (json_valid(intent)),
  storedAtMs integer not null
) strict, without rowid;
create index assistantIntentCacheByTime on assistantIntentCache (storedAtMs);

create table assistantFeedback (
  messageId text primary key references assistantMessage (id) on delete cascade,
  rating text not null check (rating in ('GOOD', 'BAD')),
  note text not null,
  atMs integer not null
) strict, without rowid;

create table assistantDownload (
  model text primary key,
  state text not null check (state in ('RUNNING', 'PAUSED', 'DONE', 'FAILED')),
  completedBytes integer not null,
  totalBytes integer not null,
  problem text check (problem in ('STALLED', 'DISK_FULL', 'STOPPED', 'PROTOCOL', 'CANCELLED')),
  changedAtMs integer not null
) strict, without rowid;

create table assistantSetup (
  singleton integer primary key check (singleton = 1),
  enabled text not null check (enabled in ('YES', 'NO')),
  model text not null,
  host text not null,
  allowRemote text not null check (allowRemote in ('YES', 'NO')),
  comment text not null check (comment in ('YES', 'NO')),
  retentionDays integer not null check (retentionDays between 1 and 3650)
) strict, without rowid;
