-- Paper. The queue is apart from the sale: a job waits, fails and is tried again without the sale knowing.

create table printer (
  id text primary key,
  terminalId text not null references terminal (id),
  name text not null,
  -- JSON: {"kind":"TCP","host":...,"port":9100} | {"kind":"SPOOLER","queue":...} | {"kind":"FILE","folder":...}
  transport text not null check (json_valid(transport)),
  columns integer not null check (columns in (32, 42, 48)),
  kicksDrawer text not null check (kicksDrawer in ('YES', 'NO')),
  isDefault text not null check (isDefault in ('YES', 'NO')),
  archivedAtMs integer
) strict, without rowid;
create index printerByTerminal on printer (terminalId);

create table printJob (
  id text primary key,
  terminalId text not null,
  printerId text not null references printer (id),
  documentKind text not null check (documentKind in ('SALE', 'RETURN', 'SHIFT', 'CASH', 'TEST')),
  documentId text not null,
  -- 0 is the original, 1 and up are marked COPIA.
  copyNumber integer not null check (copyNumber >= 0),
  kick text not null check (kick in ('YES', 'NO')),
  state text not null check (state in ('QUEUED', 'PRINTING', 'DONE', 'FAILED', 'DISCARDED')),
  attempts integer not null default 0,
  nextAttemptAtMs integer not null,
  lastError text not null default '',
  createdAtMs integer not null,
  doneAtMs integer
) strict, without rowid;
create index printJobOpen on printJob (nextAttemptAtMs) where state in ('QUEUED', 'PRINTING', 'FAILED');
create index printJobByDocument on printJob (documentId);
