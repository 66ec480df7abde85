-- The ledger of stock and what is derived from it.

create table warehouse (
  id text primary key,
  branchId text not null references branch (id),
  code text not null,
  name text not null,
  purpose text not null check (purpose in ('SALES', 'STORE', 'DAMAGED', 'WARRANTY', 'TRANSIT')),
  archivedAtMs integer,
  unique (branchId, code)
) strict, without rowid;

-- The truth: on hand is the sum of quantityMilli, value the sum of valueMilliClp. Append-only.
-- A movement names the line that caused it; the same line cannot move the same stock twice.
-- (A CHECK with IN over more than two constants builds a table at each insert: the tables of a sale spell it out.)
create table stockMovement (
  id text primary key,
  productId text not null references product (id),
  warehouseId text not null references warehouse (id),
  kind text not null check (
    kind = 'ENTRY'
    or kind = 'EXIT'
    or kind = 'ADJUSTMENT'
    or kind = 'TRANSFER'
    or kind = 'RETURN'
  ),
  quantityMilli integer not null,
  valueMilliClp integer not null,
  sourceKind text not null,
  sourceId text not null,
  sourceLine integer not null,
  undoesId text references stockMovement (id),
  reason text not null,
  actorId text not null,
  occurredAtMs integer not null,
  businessDate text not null,
  check (quantityMilli <> 0 or valueMilliClp <> 0),
  unique (sourceId, sourceLine, productId, warehouseId, sourceKind)
) strict, without rowid;
create unique index stockMovementUndoneOnce on stockMovement (undoesId) where undoesId is not null;
create index stockMovementByProduct on stockMovement (productId, id);
create trigger stockMovementNoUpdate before update on stockMovement begin select raise(abort, 'stockMovement is append-only'); end;
create trigger stockMovementNoDelete before delete on stockMovement begin select raise(abort, 'stockMovement is append-only'); end;

-- Kept with the ledger in the same transaction; the self-check recomputes it and must find no difference. `valueMilliClp` is
-- the exact value of what moved through the shelf; a product is worth the sum over its branch.
create table stockLevel (
  productId text not null references product (id),
  warehouseId text not null references warehouse (id),
  onHandMilli integer not null,
  reservedMilli integer not null default 0 check (reservedMilli >= 0),
  valueMilliClp integer not null default 0,
  primary key (productId, warehouseId)
) strict, without rowid;

-- What a unit last cost: it values stock that leaves below zero. Written when goods come in and when a product runs out.
create table lastCost (
  productId text not null references product (id),
  branchId text not null references branch (id),
  unitCostMilliClp integer not null check (unitCostMilliClp >= 0),
  primary key (productId, branchId)
) strict, without rowid;

-- Quantity and exact value of a product over the branch; the weighted average cost is their quotient.
create view productCost as
select
  productId, branchId, sum(onHandMilli) as quantityMilli, sum(valueMilliClp) as valueMilliClp,
  coalesce(
    (select unitCostMilliClp from lastCost
      where lastCost.productId = stockLevel.productId and lastCost.branchId = warehouse.branchId),
    (select listCostMilliClp from product where product.id = stockLevel.productId)
  ) as lastUnitCostMilliClp
from stockLevel join warehouse on warehouse.id = stockLevel.warehouseId
group by productId, branchId;

create table stockMinimum (
  productId text not null references product (id),
  warehouseId text not null references warehouse (id),
  minimumMilli integer not null check (minimumMilli >= 0),
  primary key (productId, warehouseId)
) strict, without rowid;

-- Stock held for a line of a PENDING order. It ends exactly once.
create table reservation (
  id text primary key,
  orderId text not null,
  orderLine integer not null,
  productId text not null references product (id),
  warehouseId text not null references warehouse (id),
  quantityMilli integer not null check (quantityMilli > 0),
  state text not null check (state in ('HELD', 'COMMITTED', 'RELEASED', 'EXPIRED')),
  createdAtMs integer not null,
  expiresAtMs integer not null,
  endedAtMs integer,
  check ((state = 'HELD') = (endedAtMs is null))
) strict, without rowid;
create index reservationByOrder on reservation (orderId);
create index reservationHeld on reservation (expiresAtMs) where state = 'HELD';
create trigger reservationEndsOnce before update on reservation when old.state <> 'HELD'
begin select raise(abort, 'a reservation ends once'); end;

-- A reception, issue, adjustment or transfer made by hand.
create table stockDocument (
  id text primary key,
  number text not null unique,
  kind text not null check (kind in ('ENTRY', 'EXIT', 'ADJUSTMENT', 'TRANSFER', 'SUPPLIER_RETURN')),
  warehouseId text not null references warehouse (id),
  toWarehouseId text references warehouse (id),
  supplierId text references supplier (id),
  reference text not null,
  reason text not null,
  actorId text not null,
  occurredAtMs integer not null,
  businessDate text not null
) strict, without rowid;
create index stockDocumentBySupplier on stockDocument (supplierId, occurredAtMs);

-- Something about stock that a manager should look at: sold below zero, a cost that jumped.
create table stockTask (
  id text primary key,
  kind text not null check (kind in ('NEGATIVE', 'COST_JUMP')),
  productId text not null references product (id),
  warehouseId text not null references warehouse (id),
  detail text not null,
  createdAtMs integer not null,
  resolvedAtMs integer,
  resolvedById text
) strict, without rowid;
create index stockTaskOpen on stockTask (createdAtMs) where resolvedAtMs is null;
