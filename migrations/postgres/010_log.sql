-- The centre's log and who may write it. Everything belongs to the role sync_centre, which nobody logs in as; devices reach it through
-- functions alone (040_sync.sql), reports through views (050_report.sql). Times are epoch milliseconds of the centre's clock.

create schema sync;
create schema shop;
create schema report;
comment on schema sync is 'How branches and the centre keep together: devices, log, streams. Devices may execute its functions, nothing more.';
comment on schema shop is 'What the log adds up to: the company''s documents and master data as ordinary tables. Written by projection alone.';
comment on schema report is 'Views for people and BI tools; a reader sees the rows of the branches it was granted.';
alter default privileges for role sync_centre revoke execute on functions from public;

create table sync.epoch (
  number integer generated always as identity primary key,
  id text not null unique,
  started_at_ms bigint not null,
  -- Where each stream stood when the epoch began: cursors beyond it, taken in an earlier epoch, do not hold.
  heads jsonb not null
);
comment on table sync.epoch is 'A restored centre begins a new epoch: its streams may number other operations than the devices have seen.';

create table sync.branch (
  id text primary key,
  code text not null unique,
  -- A branch made by its code alone takes the id of the shop that connects first.
  claimed boolean not null default false
);
comment on table sync.branch is 'The branches that may connect; what they are called is in shop.branch.';

create table sync.device (
  role text primary key,
  branch_id text not null references sync.branch (id) on update cascade,
  scope text not null check (scope in ('OWNER', 'BRANCH')),
  state text not null default 'ACTIVE' check (state in ('ACTIVE', 'REVOKED')),
  created_at_ms bigint not null,
  last_contact_ms bigint,
  app_version text not null default '',
  pending bigint not null default 0
);
comment on table sync.device is 'One login role per machine. The role alone decides branch and scope.';

create table sync.incarnation (
  id text primary key,
  role text not null references sync.device (role),
  started_at_ms bigint not null,
  base bigint not null,
  acked bigint not null,
  acked_hash text not null
);
comment on table sync.incarnation is 'The chain of one file of a device: what it pushed up to acked is in the log.';

create table sync.stream (
  name text primary key,
  head bigint not null default 0
);
comment on table sync.stream is 'master, or branch:<id>. head is the last number given; numbers are dense.';

create table sync.log (
  stream text not null,
  seq bigint not null,
  incarnation text not null,
  dseq bigint not null,
  id text not null unique,
  command_id text not null,
  kind text not null,
  version integer not null,
  subject_id text not null,
  hlc text not null,
  effective text not null,
  actor_id text not null,
  approver_id text,
  terminal_id text not null,
  branch_id text not null,
  occurred_at_ms bigint not null,
  business_date text not null,
  payload text not null,
  prev_hash text not null,
  hash text not null,
  scope text not null,
  received_at_ms bigint not null,
  primary key (stream, seq),
  unique (incarnation, dseq)
);
create index log_by_day on sync.log (stream, business_date);
comment on table sync.log is 'Every operation that ever arrived, append-only. The payload is the text that was hashed on the device.';
comment on column sync.log.effective is 'min(hlc, received + 10 s): the time that everyone folds by.';
comment on column sync.log.scope is 'What the device might do when it pushed this: OWNER or BRANCH.';

create function sync.append_only() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = '42501';
end $$;
create trigger log_append_only before update or delete on sync.log for each row execute function sync.append_only();
create trigger log_never_emptied before truncate on sync.log for each statement execute function sync.append_only();
-- Nobody may change it, its owner included. A foreign key to it would want that right; the log is what never goes away.
revoke update, delete, truncate on sync.log from sync_centre;

create table sync.relay (
  stream text not null,
  seq bigint not null,
  log_stream text not null,
  log_seq bigint not null,
  primary key (stream, seq)
);
comment on table sync.relay is 'Operations that a further stream carries too, under a number of its own: transfers between branches.';

create table sync.verdict (
  stream text not null,
  seq bigint not null,
  verdict text not null check (verdict in ('ALTERED', 'AUTHORITY', 'FOREIGN_BRANCH', 'PROJECTION', 'DEFERRED')),
  detail text not null,
  at_ms bigint not null,
  resolved_at_ms bigint,
  primary key (stream, seq)
);
create index verdict_open on sync.verdict (at_ms) where resolved_at_ms is null;
comment on table sync.verdict is 'Operations that are in the log but not in the tables of schema shop, and why.';

create table sync.kind (
  kind text primary key,
  version integer not null,
  -- MASTER goes to everyone, BRANCH stays with its branch and the owner; MINE is master data where the owner wrote it.
  stream text not null check (stream in ('MASTER', 'BRANCH', 'MINE')),
  authority text not null check (authority in ('OWNER', 'HOME', 'ANY'))
);
comment on table sync.kind is 'The kinds of operation that this centre understands, up to which version, and who may write them.';

create table sync.task (
  id text primary key,
  kind text not null,
  branch_id text not null,
  detail text not null,
  created_at_ms bigint not null,
  resolved_at_ms bigint
);
create index task_open on sync.task (created_at_ms) where resolved_at_ms is null;
comment on table sync.task is 'What a person should look at: two products with one SKU, a number given twice, a transfer received twice.';

create table sync.terminal_code (
  branch_id text not null,
  code text not null,
  primary key (branch_id, code)
);
comment on table sync.terminal_code is 'Codes given to machines that replace or copy another, so that no document number is given twice.';

create table sync.reader (
  role text primary key,
  -- Null: every branch.
  branch_id text
);
comment on table sync.reader is 'Login roles for reports, and the branch that each may see.';

create table sync.snapshot (
  id text primary key,
  branch_id text not null,
  role text not null,
  facts jsonb not null,
  created_at_ms bigint not null,
  finished boolean not null default false
);
create index snapshot_by_branch on sync.snapshot (branch_id, created_at_ms desc) where finished;
create table sync.snapshot_chunk (
  snapshot_id text not null references sync.snapshot (id) on delete cascade,
  index integer not null,
  sha256 text not null,
  bytes bytea not null,
  primary key (snapshot_id, index)
);
-- They come compressed.
alter table sync.snapshot_chunk alter column bytes set storage external;
comment on table sync.snapshot is 'Packed copies of a branch''s file, for a new or replacement machine.';

insert into sync.stream (name) values ('master');
insert into sync.epoch (id, started_at_ms, heads)
values (gen_random_uuid()::text, (extract(epoch from clock_timestamp()) * 1000)::bigint, '{}');

insert into sync.kind (kind, version, stream, authority) values
  ('auth.installed', 1, 'MASTER', 'HOME'),
  ('auth.userRegistered', 1, 'MASTER', 'OWNER'),
  ('auth.userChanged', 1, 'MASTER', 'OWNER'),
  ('auth.roleSaved', 1, 'MASTER', 'OWNER'),
  ('auth.roleArchived', 1, 'MASTER', 'OWNER'),
  ('auth.passwordChanged', 1, 'BRANCH', 'ANY'),
  ('auth.recoveryKeyMade', 1, 'BRANCH', 'ANY'),
  ('auth.pinChanged', 1, 'BRANCH', 'ANY'),
  ('auth.unlocked', 1, 'BRANCH', 'ANY'),
  ('auth.settingsChanged', 1, 'MINE', 'HOME'),
  ('auth.branchChanged', 1, 'MASTER', 'HOME'),
  ('auth.terminalAdded', 1, 'MASTER', 'HOME'),
  ('people.employeeCreated', 1, 'MASTER', 'ANY'),
  ('people.employeeChanged', 1, 'MASTER', 'ANY'),
  ('people.customerCreated', 1, 'MASTER', 'ANY'),
  ('people.customerChanged', 1, 'MASTER', 'ANY'),
  ('people.supplierCreated', 1, 'MASTER', 'ANY'),
  ('people.supplierChanged', 1, 'MASTER', 'ANY'),
  ('people.vehicleCreated', 1, 'MASTER', 'ANY'),
  ('people.vehicleChanged', 1, 'MASTER', 'ANY'),
  ('catalog.categoryCreated', 1, 'MASTER', 'ANY'),
  ('catalog.categoryChanged', 1, 'MASTER', 'ANY'),
  ('catalog.productCreated', 1, 'MASTER', 'ANY'),
  ('catalog.productChanged', 1, 'MASTER', 'ANY'),
  ('catalog.pricesChanged', 1, 'MASTER', 'OWNER'),
  ('inventory.warehouseCreated', 1, 'MASTER', 'HOME'),
  ('inventory.warehouseChanged', 1, 'MASTER', 'HOME'),
  ('inventory.documentPosted', 1, 'BRANCH', 'HOME'),
  ('inventory.minimumSet', 1, 'BRANCH', 'HOME'),
  ('inventory.reservationsExpired', 1, 'BRANCH', 'HOME'),
  ('inventory.taskResolved', 1, 'BRANCH', 'HOME'),
  ('shifts.opened', 1, 'BRANCH', 'HOME'),
  ('shifts.cashMoved', 1, 'BRANCH', 'HOME'),
  ('shifts.closed', 1, 'BRANCH', 'HOME'),
  ('shifts.accountPaid', 1, 'BRANCH', 'HOME'),
  ('shifts.transferVerified', 1, 'BRANCH', 'HOME'),
  ('orders.created', 1, 'BRANCH', 'HOME'),
  ('orders.updated', 1, 'BRANCH', 'HOME'),
  ('orders.advanced', 1, 'BRANCH', 'HOME'),
  ('orders.paid', 1, 'BRANCH', 'HOME'),
  ('orders.cancelled', 1, 'BRANCH', 'HOME'),
  ('orders.inspected', 1, 'BRANCH', 'HOME'),
  ('orders.completed', 1, 'BRANCH', 'HOME'),
  ('sales.checkedOut', 1, 'BRANCH', 'HOME'),
  ('sales.returned', 1, 'BRANCH', 'HOME'),
  ('carts.parked', 1, 'BRANCH', 'HOME'),
  ('carts.resumed', 1, 'BRANCH', 'HOME'),
  ('carts.voided', 1, 'BRANCH', 'HOME'),
  ('receipts.printed', 1, 'BRANCH', 'HOME'),
  ('receipts.retried', 1, 'BRANCH', 'HOME'),
  ('receipts.discarded', 1, 'BRANCH', 'HOME'),
  ('receipts.printerSaved', 1, 'BRANCH', 'HOME'),
  ('receipts.printerArchived', 1, 'BRANCH', 'HOME'),
  ('purchasing.requestsCreated', 1, 'BRANCH', 'HOME'),
  ('purchasing.requestsChanged', 1, 'BRANCH', 'HOME'),
  ('purchasing.purchasesDrafted', 1, 'BRANCH', 'HOME'),
  ('purchasing.purchaseChanged', 1, 'BRANCH', 'HOME'),
  ('purchasing.purchaseSent', 1, 'BRANCH', 'HOME'),
  ('purchasing.purchaseFinished', 1, 'BRANCH', 'HOME'),
  ('purchasing.received', 1, 'BRANCH', 'HOME'),
  ('purchasing.goodsReturned', 1, 'BRANCH', 'HOME'),
  ('purchasing.termsSet', 1, 'MASTER', 'ANY'),
  ('purchasing.supplySet', 1, 'MASTER', 'ANY'),
  ('forecast.planSet', 1, 'BRANCH', 'HOME'),
  ('forecast.specialDaySet', 1, 'BRANCH', 'HOME'),
  ('forecast.specialDayRemoved', 1, 'BRANCH', 'HOME'),
  ('notifications.read', 1, 'BRANCH', 'HOME'),
  ('sync.joined', 1, 'MASTER', 'HOME'),
  ('sync.renewed', 1, 'MASTER', 'HOME'),
  ('transfers.dispatched', 1, 'BRANCH', 'HOME'),
  ('transfers.received', 1, 'BRANCH', 'HOME');
