-- What will sell, how good such forecasts were, and what to buy. All of it but the first two tables is derived and local to the
-- machine: quantities in thousandths of the base unit, arrays as JSON of integers.

-- Elections, closures and other days of the shop's own; Chile's public holidays are computed.
create table specialDay (
  date text primary key,
  name text not null,
  closed text not null check (closed in ('YES', 'NO'))
) strict, without rowid;

-- How critical a product is to the shop, and its service level where the owner overrides it.
create table productPlan (
  productId text primary key references product (id),
  criticality text not null check (criticality in ('LOW', 'NORMAL', 'CRITICAL')),
  serviceLevelBasisPoints integer check (serviceLevelBasisPoints between 5000 and 9990)
) strict, without rowid;

-- A forecast of everything as of the end of `originDate`. One that is BUILDING is nobody's business yet. REHEARSAL: made afterwards
-- from what was known then, so that a new shop knows at once how good its forecasts are.
create table forecastRun (
  id text primary key,
  branchId text not null references branch (id),
  originDate text not null,
  purpose text not null check (purpose in ('NIGHT', 'REHEARSAL')),
  state text not null check (state in ('BUILDING', 'READY')),
  seed integer not null,
  horizonDays integer not null,
  -- The calendar it was made with: {closedWeekdays, special: [[day, name, closed], ...]}.
  calendar text not null check (json_valid(calendar)),
  startedAtMs integer not null,
  finishedAtMs integer,
  productCount integer not null,
  refusedCount integer not null,
  scoredAtMs integer
) strict, without rowid;
create unique index forecastRunReady on forecastRun (branchId, originDate) where state = 'READY';

-- `days`: {expected, low, high, naive}, a number a day from the day after the origin on; null of a refused one.
-- `body`: traits, weights, what each member said, dispersions and totals with their quantiles.
create table forecastNode (
  runId text not null references forecastRun (id),
  kind text not null check (kind in ('PRODUCT', 'CATEGORY', 'SHOP')),
  nodeId text not null,
  refusal text,
  scheme text,
  demandClass text,
  expected7Milli integer not null,
  expected28Milli integer not null,
  low28Milli integer not null,
  high28Milli integer not null,
  days text check (json_valid(days)),
  body text check (json_valid(body)),
  -- What came in the end, once the window has closed and was scored.
  actual28Milli integer,
  scoredAtMs integer,
  primary key (runId, kind, nodeId),
  check ((refusal is null) = (days is not null))
) strict, without rowid;

-- Demand a day as the newest run read it; null = missing (no stock and no sale). Screens and scoring read this, not the documents.
create table demandHistory (
  branchId text not null references branch (id),
  kind text not null check (kind in ('PRODUCT', 'CATEGORY', 'SHOP')),
  nodeId text not null,
  firstDate text not null,
  demandMilli text not null check (json_valid(demandMilli)),
  last28Milli integer not null,
  -- Days without stock and without sale among the last 28.
  stockoutDays integer not null,
  primary key (branchId, kind, nodeId)
) strict, without rowid;

-- Sums per run (by its origin), product and horizon, added up to category and shop: every ratio is a quotient of them.
create table forecastScore (
  branchId text not null references branch (id),
  kind text not null check (kind in ('PRODUCT', 'CATEGORY', 'SHOP')),
  nodeId text not null,
  bucket text not null check (bucket in ('1-7', '8-14', '15-28', 'total 7', 'total 28')),
  originDate text not null,
  n integer not null,
  absErrorMilli integer not null,
  errorMilli integer not null,
  actualMilli integer not null,
  -- In thousandths of a squared unit.
  squaredErrorMilli integer not null,
  naiveAbsErrorMilli integer not null,
  pinballMilli integer not null,
  nPinball integer not null,
  hits80 integer not null,
  hits95 integer not null,
  nInterval integer not null,
  apeBasisPoints integer not null,
  nApe integer not null,
  primary key (branchId, kind, nodeId, bucket, originDate)
) strict, without rowid;
create index forecastScoreByOrigin on forecastScore (branchId, originDate, kind, bucket);

-- Products whose last two weeks sold far outside what was said of them. Replaced by every run.
create table forecastAnomaly (
  branchId text not null references branch (id),
  productId text not null references product (id),
  originDate text not null,
  days integer not null,
  direction text not null check (direction in ('ABOVE', 'BELOW')),
  expectedMilli integer not null,
  lowMilli integer not null,
  highMilli integer not null,
  actualMilli integer not null,
  detectedAtMs integer not null,
  primary key (branchId, productId)
) strict, without rowid;

create table reorderRecommendation (
  id text primary key,
  branchId text not null references branch (id),
  originDate text not null,
  productId text not null references product (id),
  supplierId text references supplier (id),
  reason text not null check (reason in ('ORDER', 'ENOUGH', 'NO_ROTATION')),
  quantityMilli integer not null,
  unitCostMilliClp integer not null,
  onHandMilli integer not null,
  onOrderMilli integer not null,
  reservedMilli integer not null,
  reorderPointMilli integer not null,
  orderUpToMilli integer not null,
  packMilli integer not null,
  minimumMilli integer not null,
  ratePerDayMilli integer not null,
  leadDaysMilli integer not null,
  protectionDaysMilli integer not null,
  serviceLevelBasisPoints integer not null,
  runsOutInDays integer,
  changeBasisPoints integer,
  -- What was made of it, and what then happened over the protection time.
  requestId text references reorderRequest (id),
  requestedMilli integer,
  soldMilli integer,
  stockoutDays integer,
  verdict text check (verdict in ('GOOD', 'SHORT', 'TOO_MUCH')),
  unique (branchId, originDate, productId)
) strict, without rowid;
create index reorderRecommendationOpen on reorderRecommendation (branchId, originDate) where verdict is null;
create index reorderRecommendationDone on reorderRecommendation (branchId, id) where verdict is not null;
