-- When the centre last heard of each other branch, by the centre's clock: how old what it tells of that branch's stock is.
create table branchContact (
  branchId text primary key,
  lastContactMs integer not null
) strict, without rowid;
