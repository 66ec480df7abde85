-- The link to the centre. The outbox is the table `event` itself: nothing here is written by a sale.

-- One row: who this file is towards the centre, and how far it has come.
create table syncState (
  singleton integer primary key check (singleton = 1),
  -- The device id, or the id of a later incarnation of a copied or restored file.
  incarnation text not null,
  epoch text not null default '',
  scope text check (scope in ('OWNER', 'BRANCH')),
  -- Own events up to this one are durable in the centre.
  acked integer not null default 0,
  ackedAtMs integer,
  -- Own events up to this one came back in the master stream: later stamps of ours are not ranked by the centre yet.
  masterSeen integer not null default 0,
  lastContactMs integer,
  lastAttemptMs integer,
  skewMs integer not null default 0,
  failures integer not null default 0,
  reason text not null default '',
  -- Why this file must go on as somebody else before it sells; empty where it need not.
  renewal text not null default '',
  appVersion text not null default '',
  stockAsOfMs integer,
  overviewAsOfMs integer
) strict;

-- The connection with its secret; never part of a snapshot.
create table syncLink (
  singleton integer primary key check (singleton = 1),
  connection text not null,
  connectedAtMs integer not null
) strict;

-- Every name this file has had: what comes back under one of them is its own up to `lastSequence` (null: still in use).
create table syncIncarnation (
  id text primary key,
  base integer not null,
  lastSequence integer,
  startedAtMs integer not null,
  reason text not null
) strict, without rowid;

-- How far each stream has been applied; moved in the transaction that applies the page.
create table syncCursor (
  stream text primary key,
  cursor integer not null,
  head integer not null,
  movedAtMs integer not null
) strict, without rowid;

-- When the centre confirmed our events, push by push: "sent" in a document's timeline.
create table syncPush (
  acked integer primary key,
  atMs integer not null
) strict;

-- What was received of others, each once whatever the centre's numbers say after a restore.
create table syncLog (
  stream text not null,
  deviceId text not null,
  sequence integer not null,
  seq integer not null,
  businessDate text not null,
  hash text not null,
  primary key (stream, deviceId, sequence)
) strict, without rowid;
create index syncLogByDay on syncLog (stream, businessDate);

-- Received and not applied: it waits for an update, or somebody has to look.
create table syncHeld (
  stream text not null,
  deviceId text not null,
  sequence integer not null,
  state text not null check (state in ('DEFERRED', 'QUARANTINED')),
  reason text not null,
  detail text not null,
  operation text not null check (json_valid(operation)),
  heldAtMs integer not null,
  primary key (stream, deviceId, sequence)
) strict, without rowid;
create index syncHeldByState on syncHeld (state, heldAtMs);

-- Master data as the centre ranks it: value and stamp of each column. The table that people see is this under what we have not sent.
create table masterBase (
  tableName text not null,
  rowId text not null,
  stamps text not null,
  columnValues text not null,
  primary key (tableName, rowId)
) strict, without rowid;

-- What the centre last said of the other branches.
create table branchStock (
  productId text not null,
  branchId text not null,
  warehouseId text not null,
  onHandMilli integer not null,
  changedAtMs integer not null,
  primary key (productId, branchId, warehouseId)
) strict, without rowid;
create table branchOverview (
  branchId text primary key,
  code text not null,
  name text not null,
  lastContactMs integer,
  pending integer not null,
  appVersion text not null,
  salesToday integer not null,
  salesTodayClp integer not null,
  cashDifferenceClp integer not null,
  quarantined integer not null,
  deferred integer not null
) strict, without rowid;

create table syncTask (
  id text primary key,
  kind text not null,
  subjectId text not null,
  detail text not null,
  createdAtMs integer not null,
  resolvedAtMs integer
) strict, without rowid;
create index syncTaskOpen on syncTask (createdAtMs) where resolvedAtMs is null;

-- Goods on their way between branches. Dispatch and reception are two facts; each happens once.
create table transfer (
  id text primary key,
  number text not null,
  fromBranchId text not null,
  toBranchId text not null,
  dispatchedById text not null,
  dispatchedAtMs integer not null,
  receivedById text,
  receivedAtMs integer,
  check ((receivedAtMs is null) = (receivedById is null)),
  check (fromBranchId <> toBranchId)
) strict, without rowid;
create index transferOpen on transfer (dispatchedAtMs) where receivedAtMs is null;
create index transferByTime on transfer (dispatchedAtMs);
create trigger transferReceivedOnce before update on transfer when old.receivedAtMs is not null
begin select raise(abort, 'a transfer is received once'); end;

create table transferLine (
  transferId text not null references transfer (id),
  lineNumber integer not null,
  productId text not null,
  quantityMilli integer not null check (quantityMilli > 0),
  valueMilliClp integer not null check (valueMilliClp >= 0),
  receivedMilli integer check (receivedMilli between 0 and quantityMilli),
  primary key (transferId, lineNumber)
) strict, without rowid;
create trigger transferLineFinal before update on transferLine when old.receivedMilli is not null
begin select raise(abort, 'a transfer is received once'); end;
