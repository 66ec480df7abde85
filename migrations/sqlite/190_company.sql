-- What was thrown away instead of sold: carts emptied before they were paid, orders cancelled. Who threw away how much is in the report of
-- the cashiers. A cart may be emptied twice under one id.
create table voidedDocument (
  id text not null,
  kind text not null check (kind in ('CART', 'ORDER')),
  branchId text not null references branch (id),
  actorId text not null,
  occurredAtMs integer not null,
  businessDate text not null,
  totalClp integer not null,
  primary key (id, occurredAtMs)
) strict, without rowid;
create index voidedDocumentByDate on voidedDocument (branchId, businessDate);
insert or ignore into voidedDocument (id, kind, branchId, actorId, occurredAtMs, businessDate, totalClp)
select subjectId, iif(kind = 'carts.voided', 'CART', 'ORDER'), branchId, actorId, occurredAtMs, businessDate,
  iif(kind = 'carts.voided', payload ->> 'totalClp', (select totalClp from salesOrder where salesOrder.id = subjectId))
from event where kind in ('carts.voided', 'orders.cancelled');

-- On an owner's machine: up to when the documents of each branch are in the company's copy beside this file, and how many operations of that
-- branch the copy could not take.
create table branchReach (
  branchId text primary key,
  asOfMs integer not null,
  heldCount integer not null
) strict, without rowid;
