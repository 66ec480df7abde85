-- Sums of the days by month, for periods of many months. The days keep them: whatever writes a day, a sale or the night, is in its month.

-- What a product sold in a month: its rows of productDay added up.
create table productMonth (
  branchId text not null references branch (id),
  month text not null,
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
  primary key (branchId, month, productId)
) strict, without rowid;
create trigger productMonthAdded after insert on productDay begin
  insert into productMonth (branchId, month, productId, soldMilli, totalClp, netClp, discountClp, costMilliClp, returnedMilli,
    returnTotalClp, returnNetClp, returnCostMilliClp, demandMilli)
  values (new.branchId, substr(new.businessDate, 1, 7), new.productId, new.soldMilli, new.totalClp, new.netClp, new.discountClp, new.costMilliClp,
    new.returnedMilli, new.returnTotalClp, new.returnNetClp,
    new.returnCostMilliClp, new.demandMilli)
  on conflict (branchId, month, productId) do update set
    soldMilli = soldMilli + excluded.soldMilli, totalClp = totalClp + excluded.totalClp,
    netClp = netClp + excluded.netClp, discountClp = discountClp + excluded.discountClp,
    costMilliClp = costMilliClp + excluded.costMilliClp,
    returnedMilli = returnedMilli + excluded.returnedMilli,
    returnTotalClp = returnTotalClp + excluded.returnTotalClp,
    returnNetClp = returnNetClp + excluded.returnNetClp,
    returnCostMilliClp = returnCostMilliClp + excluded.returnCostMilliClp,
    demandMilli = demandMilli + excluded.demandMilli;
end;
create trigger productMonthChanged after update on productDay begin
  update productMonth set
    soldMilli = soldMilli + new.soldMilli - old.soldMilli,
    totalClp = totalClp + new.totalClp - old.totalClp,
    netClp = netClp + new.netClp - old.netClp,
    discountClp = discountClp + new.discountClp - old.discountClp,
    costMilliClp = costMilliClp + new.costMilliClp - old.costMilliClp,
    returnedMilli = returnedMilli + new.returnedMilli - old.returnedMilli,
    returnTotalClp = returnTotalClp + new.returnTotalClp - old.returnTotalClp,
    returnNetClp = returnNetClp + new.returnNetClp - old.returnNetClp,
    returnCostMilliClp = returnCostMilliClp + new.returnCostMilliClp - old.returnCostMilliClp,
    demandMilli = demandMilli + new.demandMilli - old.demandMilli
  where branchId = new.branchId and month = substr(new.businessDate, 1, 7) and productId = new.productId;
end;
create trigger productMonthTaken after delete on productDay begin
  update productMonth set
    soldMilli = soldMilli - old.soldMilli, totalClp = totalClp - old.totalClp,
    netClp = netClp - old.netClp, discountClp = discountClp - old.discountClp,
    costMilliClp = costMilliClp - old.costMilliClp,
    returnedMilli = returnedMilli - old.returnedMilli,
    returnTotalClp = returnTotalClp - old.returnTotalClp,
    returnNetClp = returnNetClp - old.returnNetClp,
    returnCostMilliClp = returnCostMilliClp - old.returnCostMilliClp,
    demandMilli = demandMilli - old.demandMilli
  where branchId = old.branchId and month = substr(old.businessDate, 1, 7) and productId = old.productId;
end;
insert into productMonth (branchId, month, productId, soldMilli, totalClp, netClp, discountClp, costMilliClp, returnedMilli, returnTotalClp,
  returnNetClp, returnCostMilliClp, demandMilli)
select branchId, substr(businessDate, 1, 7) as month, productId, sum(soldMilli), sum(totalClp), sum(netClp), sum(discountClp),
  sum(costMilliClp), sum(returnedMilli), sum(returnTotalClp),
  sum(returnNetClp), sum(returnCostMilliClp), sum(demandMilli)
from productDay group by branchId, month, productId;

-- What moved on the shelves in a month: the rows of stockDay added up.
create table stockMonth (
  branchId text not null references branch (id),
  month text not null,
  productId text not null references product (id),
  changeMilli integer not null,
  changeMilliClp integer not null,
  primary key (branchId, month, productId)
) strict, without rowid;
create trigger stockMonthAdded after insert on stockDay begin
  insert into stockMonth (branchId, month, productId, changeMilli, changeMilliClp)
  values (new.branchId, substr(new.businessDate, 1, 7), new.productId, new.changeMilli, new.changeMilliClp)
  on conflict (branchId, month, productId) do update set
    changeMilli = changeMilli + excluded.changeMilli,
    changeMilliClp = changeMilliClp + excluded.changeMilliClp;
end;
create trigger stockMonthChanged after update on stockDay begin
  update stockMonth set
    changeMilli = changeMilli + new.changeMilli - old.changeMilli,
    changeMilliClp = changeMilliClp + new.changeMilliClp - old.changeMilliClp
  where branchId = new.branchId and month = substr(new.businessDate, 1, 7) and productId = new.productId;
end;
create trigger stockMonthTaken after delete on stockDay begin
  update stockMonth set
    changeMilli = changeMilli - old.changeMilli,
    changeMilliClp = changeMilliClp - old.changeMilliClp
  where branchId = old.branchId and month = substr(old.businessDate, 1, 7) and productId = old.productId;
end;
insert into stockMonth (branchId, month, productId, changeMilli, changeMilliClp)
select branchId, substr(businessDate, 1, 7) as month, productId, sum(changeMilli), sum(changeMilliClp)
from stockDay group by branchId, month, productId;

-- The days on which more came than went: the layers of what is still there. A sale is none of them and writes nothing here.
create index stockDayArrivals on stockDay (branchId, productId, businessDate) where changeMilli > 0;
