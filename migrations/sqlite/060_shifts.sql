-- The drawer: who had it, what went in and out, and what was counted at the end.

create table shift (
  id text primary key,
  terminalId text not null references terminal (id),
  branchId text not null references branch (id),
  cashierId text not null references user (id),
  state text not null check (state in ('OPEN', 'CLOSED')),
  openedAtMs integer not null,
  businessDate text not null,
  floatClp integer not null check (floatClp >= 0),
  -- JSON {"20000": 3, ...}: how many of each note and coin.
  floatCount text not null check (json_valid(floatCount)),
  -- The Z report: numbered when the shift closes, never changed after.
  number text unique,
  closedAtMs integer,
  closedById text references user (id),
  closingCount text check (closingCount is null or json_valid(closingCount)),
  expectedCashClp integer,
  countedCashClp integer,
  differenceReason text,
  leftInDrawerClp integer,
  depositedClp integer,
  check ((state = 'CLOSED') = (number is not null and closedAtMs is not null and countedCashClp is not null))
) strict, without rowid;
create unique index shiftOpenPerTerminal on shift (terminalId) where state = 'OPEN';
create index shiftByDate on shift (businessDate);
create index shiftClosedAt on shift (terminalId, closedAtMs);
create trigger shiftClosedIsFinal before update on shift when old.state = 'CLOSED'
begin select raise(abort, 'a closed shift never changes'); end;
create trigger shiftNoDelete before delete on shift begin select raise(abort, 'a shift is never deleted'); end;

create table shiftTender (
  shiftId text not null references shift (id),
  tender text not null,
  expectedClp integer not null,
  countedClp integer not null,
  primary key (shiftId, tender)
) strict, without rowid;
create trigger shiftTenderNoUpdate before update on shiftTender begin select raise(abort, 'a count never changes'); end;
create trigger shiftTenderNoDelete before delete on shiftTender begin select raise(abort, 'a count is never deleted'); end;

create table cashMovement (
  id text primary key,
  number text not null unique,
  shiftId text not null references shift (id),
  kind text not null check (kind in ('IN', 'OUT', 'NO_SALE')),
  amountClp integer not null check (amountClp >= 0),
  reason text not null,
  actorId text not null,
  occurredAtMs integer not null
) strict, without rowid;
create index cashMovementByShift on cashMovement (shiftId);
create trigger cashMovementNoUpdate before update on cashMovement begin select raise(abort, 'cashMovement is append-only'); end;
create trigger cashMovementNoDelete before delete on cashMovement begin select raise(abort, 'cashMovement is append-only'); end;

-- Every peso that a document moved, by tender. Refunds are negative. amountClp of cash is what stayed in the drawer.
create table payment (
  id text not null,
  shiftId text not null references shift (id),
  documentKind text not null check (documentKind = 'ORDER' or documentKind = 'RETURN' or documentKind = 'ACCOUNT'),
  documentId text not null,
  tender text not null check (
    tender = 'CASH'
    or tender = 'DEBIT'
    or tender = 'CREDIT'
    or tender = 'PREPAID'
    or tender = 'TRANSFER'
    or tender = 'CHEQUE'
    or tender = 'ACCOUNT'
  ),
  amountClp integer not null,
  roundingClp integer not null check (roundingClp = 0 or tender = 'CASH'),
  tenderedClp integer not null,
  changeClp integer not null check (changeClp >= 0 and (changeClp = 0 or tender = 'CASH')),
  operationNumber text not null,
  lastFour text not null,
  instalments integer not null,
  -- A transfer is verified when it is seen at the bank.
  verifiedAtMs integer,
  customerId text references customer (id),
  occurredAtMs integer not null,
  businessDate text not null,
  -- Stored shift by shift: the report of a shift reads one stretch of it.
  primary key (shiftId, id)
) strict, without rowid;
create index paymentByDocument on payment (documentId);
create index paymentUnverified on payment (id) where tender = 'TRANSFER' and verifiedAtMs is null;
create index paymentByAccount on payment (customerId, occurredAtMs)
where customerId is not null and (tender = 'ACCOUNT' or documentKind = 'ACCOUNT');
create trigger paymentNoDelete before delete on payment begin select raise(abort, 'payment is append-only'); end;
create trigger paymentFixed before update of amountClp, roundingClp, tenderedClp, changeClp, shiftId, documentId, tender on payment
begin select raise(abort, 'a payment never changes'); end;
