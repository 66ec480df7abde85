-- Figures kept as they happen, in the transaction of the command; the nightly job reads them anew from the documents. None is a truth
-- of its own: each may be dropped and rebuilt.

-- Sales and returns by branch, local day and hour, and who sold. A return counts in the hour in which it was made.
create table dailySales (
  branchId text not null references branch (id),
  businessDate text not null,
  hour integer not null check (hour between 0 and 23),
  cashierId text not null,
  saleCount integer not null,
  totalClp integer not null,
  netClp integer not null,
  ivaClp integer not null,
  exemptClp integer not null,
  discountClp integer not null,
  costMilliClp integer not null,
  -- Lines sold at another price than the product's, and by how much in all.
  overrideCount integer not null,
  overrideClp integer not null,
  returnCount integer not null,
  returnTotalClp integer not null,
  returnNetClp integer not null,
  returnIvaClp integer not null,
  returnExemptClp integer not null,
  returnCostMilliClp integer not null,
  lastAtMs integer not null,
  primary key (branchId, businessDate, hour, cashierId)
) strict, without rowid;

-- Payments by tender, in the day on which the money moved.
create table dailyTender (
  branchId text not null references branch (id),
  businessDate text not null,
  tender text not null,
  documentKind text not null,
  cashierId text not null,
  paymentCount integer not null,
  amountClp integer not null,
  roundingClp integer not null,
  primary key (branchId, businessDate, tender, documentKind, cashierId)
) strict, without rowid;

-- What a product sold in a day. A document's net is shared out over its taxed lines, so that they add up to it. A return's money is
-- booked to its own day, its units are taken off the demand of the day of the sale. A kit's money is the kit's, its demand its parts'.
create table productDay (
  branchId text not null references branch (id),
  businessDate text not null,
  productId text not null references product (id),
  soldMilli integer not null,
  totalClp integer not null,
  netClp integer not null,
  discountClp integer not null,
  costMilliClp integer not null,
  returnedMilli integer not null,
  returnTotalClp integer not null,
  returnNetClp integer not null,
  returnCostMilliClp integer not null,
  demandMilli integer not null,
  primary key (branchId, businessDate, productId)
) strict, without rowid;
create index productDayByProduct on productDay (productId, businessDate);

-- What moved on the shelves in a day, all movements together: value and quantity at any date are sums of these.
create table stockDay (
  branchId text not null references branch (id),
  businessDate text not null,
  productId text not null references product (id),
  changeMilli integer not null,
  changeMilliClp integer not null,
  primary key (branchId, businessDate, productId)
) strict, without rowid;
-- Kept by the ledger itself: whatever writes a movement, a command or what came from another machine, is counted.
create trigger stockDayKept after insert on stockMovement begin
  insert into stockDay (branchId, businessDate, productId, changeMilli, changeMilliClp)
  values (
    (select branchId from warehouse where id = new.warehouseId), new.businessDate, new.productId,
    new.quantityMilli, new.valueMilliClp
  )
  on conflict (branchId, businessDate, productId) do update set
    changeMilli = changeMilli + excluded.changeMilli, changeMilliClp = changeMilliClp + excluded.changeMilliClp;
end;

-- What the last night said of each product over the year before it: class by revenue, turnover, cover, and how long it has stood still.
create table productStanding (
  branchId text not null references branch (id),
  productId text not null references product (id),
  asOf text not null,
  abc text not null check (abc in ('A', 'B', 'C')),
  revenueClp integer not null,
  demandMilli integer not null,
  onHandMilli integer not null,
  valueMilliClp integer not null,
  turnoverMilli integer,
  coverDaysMilli integer,
  lastSoldOn text,
  idleDays integer,
  primary key (branchId, productId)
) strict, without rowid;
create index productStandingIdle on productStanding (branchId, idleDays desc);

-- A shop that was there before these tables is read from its documents by the first night; its shelves are read here.
insert into stockDay (branchId, businessDate, productId, changeMilli, changeMilliClp)
select branchId, businessDate, productId, sum(quantityMilli), sum(valueMilliClp)
from stockMovement join warehouse on warehouse.id = stockMovement.warehouseId
group by branchId, businessDate, productId;
