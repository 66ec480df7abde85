-- Identity, events, sessions, jobs and settings: what every module stands on.
-- Ids are UUIDv7 text. Tables keyed by an id are WITHOUT ROWID: one B-tree, appended at its right edge.

create table organisation (
  id text primary key,
  name text not null,
  rut text not null,
  giro text not null default '',
  createdAtMs integer not null
) strict, without rowid;

create table branch (
  id text primary key,
  organisationId text not null references organisation (id),
  code text not null unique check (length(code) between 1 and 4),
  name text not null,
  address text not null default '',
  comuna text not null default '',
  timeZone text not null,
  createdAtMs integer not null
) strict, without rowid;

create table terminal (
  id text primary key,
  branchId text not null references branch (id),
  code text not null check (length(code) between 1 and 4),
  name text not null,
  createdAtMs integer not null,
  unique (branchId, code)
) strict, without rowid;

-- One row, made when the file is: the machine that writes it. Events and stamps carry its id.
create table device (
  singleton integer primary key check (singleton = 1),
  id text not null,
  createdAtMs integer not null
) strict;

-- One row, made by the first run: whose shop this is. Its branch may have further terminals.
create table installation (
  singleton integer primary key check (singleton = 1),
  organisationId text not null references organisation (id),
  branchId text not null references branch (id),
  terminalId text not null references terminal (id),
  isDemo integer not null default 0 check (isDemo in (0, 1)),
  createdAtMs integer not null
) strict;

-- One event per command: audit trail, outbox and source of the page's invalidations.
create table event (
  sequence integer primary key,
  id text not null,
  commandId text not null unique,
  kind text not null,
  version integer not null,
  subjectId text not null,
  hlc text not null,
  actorId text not null,
  approverId text,
  terminalId text not null,
  branchId text not null,
  occurredAtMs integer not null,
  businessDate text not null,
  payload text not null,
  prevHash text not null,
  hash text not null,
  -- Local to this machine, outside the hash: what was asked and what was answered, for the replay.
  inputHash text not null,
  reply text not null
) strict;
-- The audit is read by day, person and kind; with the payloads in its rows the table itself is far too wide to scan.
create index eventByTime on event (occurredAtMs, actorId, kind, subjectId);
create trigger eventNoUpdate before update on event begin select raise(abort, 'event is append-only'); end;
create trigger eventNoDelete before delete on event begin select raise(abort, 'event is append-only'); end;

-- What must be audited but is no command: refused logins, reads of salaries. Never sent; its own chain.
create table localEvent (
  sequence integer primary key,
  kind text not null,
  actorId text not null,
  occurredAtMs integer not null,
  payload text not null,
  prevHash text not null,
  hash text not null
) strict;
create trigger localEventNoUpdate before update on localEvent begin select raise(abort, 'localEvent is append-only'); end;
create trigger localEventNoDelete before delete on localEvent begin select raise(abort, 'localEvent is append-only'); end;

-- When each column of a row of master data was last set: {"column": ["hlc", "deviceId", sequence]}.
create table masterStamp (
  tableName text not null,
  rowId text not null,
  stamps text not null,
  primary key (tableName, rowId)
) strict, without rowid;

-- Visible numbers: without gaps per terminal and kind of document.
create table documentCounter (
  terminalId text not null references terminal (id),
  kind text not null,
  lastNumber integer not null check (lastNumber > 0),
  primary key (terminalId, kind)
) strict, without rowid;

create table session (
  tokenHash text primary key,
  id text not null unique,
  userId text not null,
  terminalId text not null references terminal (id),
  proof text not null check (proof in ('PASSWORD', 'PIN')),
  createdAtMs integer not null,
  lastSeenAtMs integer not null,
  expiresAtMs integer not null,
  revokedAtMs integer
) strict, without rowid;
create index sessionByUser on session (userId);

create table setting (
  key text primary key,
  value text not null
) strict, without rowid;

-- Each slot of a job runs once, whatever the clock does.
create table taskRun (
  id text primary key,
  job text not null,
  slotAtMs integer not null,
  trigger text not null check (trigger in ('SCHEDULE', 'CATCH_UP', 'MANUAL')),
  state text not null check (state in ('RUNNING', 'DONE', 'FAILED', 'CANCELLED', 'LOST')),
  startedAtMs integer not null,
  finishedAtMs integer,
  rowCount integer,
  error text
) strict, without rowid;
create unique index taskRunOncePerSlot on taskRun (job, slotAtMs) where trigger <> 'MANUAL';
create index taskRunByJob on taskRun (job, startedAtMs);
