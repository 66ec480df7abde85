-- Buying: what suppliers deliver and how fast, requests, orders and what came of them.

-- `id` is the supplier's.
create table supplierTerms (
  id text primary key references supplier (id),
  statedLeadDays integer not null check (statedLeadDays between 0 and 180),
  reviewDays integer not null check (reviewDays between 1 and 90),
  minimumOrderClp integer not null check (minimumOrderClp >= 0)
) strict, without rowid;

-- How a supplier delivers a product: pack and least order in thousandths of the base unit, cost net of IVA as last invoiced.
create table productSupply (
  productId text not null references product (id),
  supplierId text not null references supplier (id),
  supplierCode text not null,
  packMilli integer not null check (packMilli > 0),
  minimumMilli integer not null check (minimumMilli >= 0),
  unitCostMilliClp integer not null check (unitCostMilliClp >= 0),
  primary key (productId, supplierId)
) strict, without rowid;
create index productSupplyBySupplier on productSupply (supplierId, productId);

-- The order to a supplier. A draft takes no number.
create table purchase (
  id text primary key,
  number text,
  branchId text not null references branch (id),
  supplierId text not null references supplier (id),
  warehouseId text not null references warehouse (id),
  state text not null check (state in ('DRAFT', 'SENT', 'PARTIAL', 'RECEIVED', 'CLOSED', 'CANCELLED')),
  note text not null,
  -- Why it was cancelled or closed short.
  reason text not null,
  expectedOn text,
  actorId text not null,
  createdAtMs integer not null,
  sentAtMs integer,
  sentOn text,
  finishedAtMs integer,
  check (state in ('DRAFT', 'CANCELLED') or (number is not null and sentAtMs is not null and sentOn is not null))
) strict, without rowid;
create unique index purchaseByNumber on purchase (number) where number is not null;
create index purchaseBySupplier on purchase (supplierId, id);
create index purchaseByState on purchase (state, id);

create table purchaseLine (
  purchaseId text not null references purchase (id),
  lineNumber integer not null,
  productId text not null references product (id),
  sku text not null,
  name text not null,
  unit text not null,
  supplierCode text not null,
  packMilli integer not null check (packMilli > 0),
  quantityMilli integer not null check (quantityMilli > 0),
  -- May pass what was ordered: suppliers send more, too.
  receivedMilli integer not null default 0 check (receivedMilli >= 0),
  -- Of what came, what went back.
  returnedMilli integer not null default 0 check (returnedMilli between 0 and receivedMilli),
  unitCostMilliClp integer not null check (unitCostMilliClp >= 0),
  primary key (purchaseId, lineNumber),
  unique (purchaseId, productId)
) strict, without rowid;
create index purchaseLineByProduct on purchaseLine (productId);

-- A part, or all, of an order that came. `id` is the stock document's that put it on the shelf.
create table purchaseReception (
  id text primary key references stockDocument (id),
  purchaseId text not null references purchase (id),
  supplierId text not null references supplier (id),
  -- From the order to this reception: what the supplier's lead time is learnt from.
  leadDays integer not null check (leadDays >= 0),
  receivedAtMs integer not null
) strict, without rowid;
create index purchaseReceptionByPurchase on purchaseReception (purchaseId, id);
create index purchaseReceptionBySupplier on purchaseReception (supplierId, receivedAtMs);
create trigger purchaseReceptionNoUpdate before update on purchaseReception
begin select raise(abort, 'a reception never changes'); end;
create trigger purchaseReceptionNoDelete before delete on purchaseReception
begin select raise(abort, 'a reception is never deleted'); end;

create table purchaseReceptionLine (
  receptionId text not null references purchaseReception (id),
  lineNumber integer not null,
  productId text not null references product (id),
  quantityMilli integer not null check (quantityMilli > 0),
  orderedCostMilliClp integer not null,
  unitCostMilliClp integer not null,
  averageBeforeMilliClp integer not null,
  averageAfterMilliClp integer not null,
  primary key (receptionId, lineNumber)
) strict, without rowid;

-- What was counted of a reception so far; local to the machine, gone when it is booked.
create table purchaseCounting (
  purchaseId text primary key references purchase (id),
  content text not null check (json_valid(content)),
  savedAtMs integer not null
) strict, without rowid;

create table reorderRequest (
  id text primary key,
  branchId text not null references branch (id),
  productId text not null references product (id),
  supplierId text references supplier (id),
  quantityMilli integer not null check (quantityMilli > 0),
  source text not null check (source in ('RECOMMENDATION', 'LOW_STOCK', 'HAND')),
  state text not null check (state in ('OPEN', 'APPROVED', 'REJECTED', 'ORDERED')),
  note text not null,
  decisionReason text not null,
  actorId text not null,
  createdAtMs integer not null,
  decidedById text,
  decidedAtMs integer,
  purchaseId text references purchase (id),
  check ((state = 'ORDERED') = (purchaseId is not null))
) strict, without rowid;
create index reorderRequestByState on reorderRequest (state, id);
create index reorderRequestWaiting on reorderRequest (productId) where state in ('OPEN', 'APPROVED');
