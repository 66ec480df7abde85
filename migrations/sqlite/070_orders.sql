-- Orders, the sales they become, and the returns that undo them.

-- An order freezes what it says when it is made. A counter sale is an order that is COMPLETED at once and has no number of its own.
create table salesOrder (
  id text primary key,
  number text,
  branchId text not null references branch (id),
  terminalId text not null references terminal (id),
  state text not null check (
    state = 'PENDING'
    or state = 'CONFIRMED'
    or state = 'PROCESSING'
    or state = 'SHIPPED'
    or state = 'DELIVERED'
    or state = 'COMPLETED'
    or state = 'CANCELLED'
  ),
  documentKind text not null check (documentKind in ('BOLETA', 'FACTURA')),
  cashierId text not null,
  customerId text references customer (id),
  customerName text not null,
  customerEmail text not null,
  customerRut text not null,
  customerGiro text not null,
  vehicleId text references vehicle (id),
  plate text not null,
  odometerKm integer,
  subtotalClp integer not null check (subtotalClp >= 0),
  discountClp integer not null check (discountClp >= 0),
  totalClp integer not null check (totalClp >= 0 and totalClp = subtotalClp - discountClp),
  exemptClp integer not null check (exemptClp >= 0),
  netClp integer not null,
  ivaClp integer not null check (netClp + ivaClp + exemptClp = totalClp),
  ivaBasisPoints integer not null,
  note text not null,
  cancelReason text,
  createdAtMs integer not null,
  updatedAtMs integer not null,
  businessDate text not null,
  -- What makes it a sale, written when it is COMPLETED: see the view below.
  costMilliClp integer not null default 0,
  saleNumber text,
  saleShiftId text references shift (id),
  saleTerminalId text,
  saleCashierId text,
  soldAtMs integer,
  saleDate text,
  check (
    (state = 'COMPLETED') = (saleNumber is not null)
    and (saleNumber is null) = (saleShiftId is null)
    and (saleNumber is null) = (saleTerminalId is null)
    and (saleNumber is null) = (saleCashierId is null)
    and (saleNumber is null) = (soldAtMs is null)
    and (saleNumber is null) = (saleDate is null)
  )
) strict, without rowid;
create unique index salesOrderByNumber on salesOrder (number) where number is not null;
create unique index saleByNumber on salesOrder (saleNumber) where saleNumber is not null;
create index saleByDate on salesOrder (saleDate, saleShiftId) where saleDate is not null;
create index salesOrderOpen on salesOrder (state, createdAtMs) where state not in ('COMPLETED', 'CANCELLED');
create index salesOrderByCustomer on salesOrder (customerId, createdAtMs) where customerId is not null;
create index salesOrderByVehicle on salesOrder (vehicleId, createdAtMs) where vehicleId is not null;
create trigger salesOrderFinal before update on salesOrder when old.state in ('COMPLETED', 'CANCELLED')
begin select raise(abort, 'a finished order never changes'); end;
create trigger salesOrderNoDelete before delete on salesOrder begin select raise(abort, 'orders are never deleted'); end;

create table orderLine (
  orderId text not null references salesOrder (id),
  lineNumber integer not null,
  productId text not null references product (id),
  sku text not null,
  name text not null,
  unit text not null,
  kind text not null check (kind = 'GOODS' or kind = 'SERVICE' or kind = 'KIT'),
  taxKind text not null check (taxKind in ('TAXED', 'EXEMPT')),
  quantityMilli integer not null check (quantityMilli > 0),
  -- What it costs today, and what was asked for it.
  listPriceClp integer not null,
  unitPriceClp integer not null check (unitPriceClp >= 0),
  grossClp integer not null,
  discountClp integer not null check (discountClp >= 0),
  orderDiscountClp integer not null check (orderDiscountClp >= 0),
  totalClp integer not null check (totalClp = grossClp - discountClp - orderDiscountClp and totalClp >= 0),
  -- Exact cost of what left, net of IVA; 0 until it leaves.
  costMilliClp integer not null default 0,
  reason text not null,
  approverId text,
  primary key (orderId, lineNumber)
) strict, without rowid;
create trigger orderLineFinal before update on orderLine
when (select state from salesOrder where id = old.orderId) in ('COMPLETED', 'CANCELLED')
begin select raise(abort, 'a line of a finished order never changes'); end;
create trigger orderLineNoDelete before delete on orderLine
when (select state from salesOrder where id = old.orderId) <> 'PENDING'
begin select raise(abort, 'only lines of a pending order are replaced'); end;

-- The parts of a kit as they were when it was sold; quantities for the whole line.
create table orderLineComponent (
  orderId text not null references salesOrder (id),
  lineNumber integer not null,
  productId text not null references product (id),
  quantityMilli integer not null check (quantityMilli > 0),
  primary key (orderId, lineNumber, productId)
) strict, without rowid;
create trigger orderLineComponentNoUpdate before update on orderLineComponent
begin select raise(abort, 'the parts of a kit are replaced, never changed'); end;
create trigger orderLineComponentNoDelete before delete on orderLineComponent
when (select state from salesOrder where id = old.orderId) <> 'PENDING'
begin select raise(abort, 'only parts of a pending order are replaced'); end;

-- A completed order is a sale: one row says both, so that a sale costs one row. Immutable by salesOrderFinal.
create view sale as
select
  id, id as orderId, saleNumber as number, saleShiftId as shiftId, saleTerminalId as terminalId, branchId,
  saleCashierId as cashierId, customerId, totalClp, exemptClp, netClp, ivaClp, discountClp, costMilliClp,
  soldAtMs as occurredAtMs, saleDate as businessDate
from salesOrder where saleNumber is not null;

create table saleReturn (
  id text primary key,
  number text not null unique,
  saleId text not null references salesOrder (id),
  shiftId text not null references shift (id),
  terminalId text not null,
  branchId text not null,
  actorId text not null,
  approverId text,
  reason text not null,
  refundTender text not null,
  totalClp integer not null check (totalClp >= 0),
  exemptClp integer not null,
  netClp integer not null,
  ivaClp integer not null check (netClp + ivaClp + exemptClp = totalClp),
  costMilliClp integer not null,
  occurredAtMs integer not null,
  businessDate text not null
) strict, without rowid;
create index saleReturnBySale on saleReturn (saleId);
create index saleReturnByDate on saleReturn (businessDate);
create index saleReturnByShift on saleReturn (shiftId);
create trigger saleReturnNoUpdate before update on saleReturn begin select raise(abort, 'a return never changes'); end;
create trigger saleReturnNoDelete before delete on saleReturn begin select raise(abort, 'a return is never deleted'); end;

create table saleReturnLine (
  returnId text not null references saleReturn (id),
  -- The line of the sale that comes back.
  lineNumber integer not null,
  condition text not null check (condition in ('SELLABLE', 'DAMAGED', 'WARRANTY')),
  quantityMilli integer not null check (quantityMilli > 0),
  totalClp integer not null,
  costMilliClp integer not null,
  primary key (returnId, lineNumber)
) strict, without rowid;
create trigger saleReturnLineNoUpdate before update on saleReturnLine begin select raise(abort, 'a return never changes'); end;
create trigger saleReturnLineNoDelete before delete on saleReturnLine begin select raise(abort, 'a return is never deleted'); end;

-- A cart that waits. DRAFT is the one on the screen, saved as it changes; PARKED ones have a name.
create table cart (
  id text primary key,
  terminalId text not null references terminal (id),
  userId text not null,
  state text not null check (state in ('DRAFT', 'PARKED')),
  name text not null,
  content text not null check (json_valid(content)),
  itemCount integer not null,
  totalClp integer not null,
  updatedAtMs integer not null
) strict, without rowid;
create unique index cartDraft on cart (terminalId, userId) where state = 'DRAFT';
create index cartParked on cart (terminalId, updatedAtMs) where state = 'PARKED';
