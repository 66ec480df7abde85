-- Paper. The queue is apart from the sale: a job waits, fails and is tried again without the sale knowing.

create table printer (
  id text primary key,
  terminalId text not null references terminal (id),
  name text not null,
  -- JSON: {"kind":"TCP","host":...,"port":9100} | {"kind":"SPOOLER","queue":...} | {"kind":"FILE","folder":...} | {"kind":"NONE"}
  transport text not null check (json_valid(transport)),
  columns integer not null check (columns in (32, 42, 48)),
  codepage text not null check (codepage in ('CP858', 'CP1252')),
  kicksDrawer text not null check (kicksDrawer in ('YES', 'NO')),
  isDefault text not null check (isDefault in ('YES', 'NO')),
  archivedAtMs integer
) strict, without rowid;
create index printerByTerminal on printer (terminalId);

create table printJob (
  id text primary key,
  terminalId text not null,
  printerId text not null references printer (id),
  documentKind text not null check (documentKind in ('SALE', 'RETURN', 'SHIFT', 'CASH', 'ORDER', 'ACCOUNT', 'DRAWER', 'TEST')),
  documentId text not null,
  -- 0 is the original, 1 and up are marked COPIA.
  copyNumber integer not null check (copyNumber >= 0),
  kick text not null check (kick in ('YES', 'NO')),
  -- Whether who asked for it may see what is expected in an open drawer.
  seesExpected text not null check (seesExpected in ('YES', 'NO')),
  -- An earlier attempt may have reached the paper: the next one says so and leaves the drawer shut.
  mayRepeat text not null check (mayRepeat in ('YES', 'NO')),
  state text not null check (state in ('QUEUED', 'PRINTING', 'DONE', 'FAILED', 'DISCARDED')),
  attempts integer not null check (attempts >= 0),
  -- Null: it waits for somebody to retry or discard it.
  nextAttemptAtMs integer,
  lastError text not null,
  createdAtMs integer not null,
  doneAtMs integer
) strict, without rowid;
create index printJobOpen on printJob (printerId, id) where state in ('QUEUED', 'PRINTING', 'FAILED');
create index printJobByDocument on printJob (documentId);
