CREATE VIEW productCost as
select
  productId, branchId, sum(onHandMilli) as quantityMilli, sum(valueMilliClp) as valueMilliClp,
  coalesce(
    (select unitCostMilliClp from lastCost
      where lastCost.productId = stockLevel.productId and lastCost.branchId = warehouse.branchId),
    (select listCostMilliClp from product where product.id = stockLevel.productId)
  ) as lastUnitCostMilliClp
from stockLevel join warehouse on warehouse.id = stockLevel.warehouseId
group by productId, branchId;

CREATE VIEW sale as
select
  id, id as orderId, saleNumber as number, saleShiftId as shiftId, saleTerminalId as terminalId, branchId,
  saleCashierId as cashierId, customerId, totalClp, exemptClp, netClp, ivaClp, discountClp, costMilliClp,
  soldAtMs as occurredAtMs, saleDate as businessDate
from salesOrder where saleNumber is not null;

CREATE TRIGGER cashMovementNoDelete before delete on cashMovement begin select raise(abort, 'cashMovement is append-only'); end;

CREATE TRIGGER cashMovementNoUpdate before update on cashMovement begin select raise(abort, 'cashMovement is append-only'); end;

CREATE TRIGGER eventNoDelete before delete on event begin select raise(abort, 'event is append-only'); end;

CREATE TRIGGER eventNoUpdate before update on event begin select raise(abort, 'event is append-only'); end;

CREATE TRIGGER localEventNoDelete before delete on localEvent begin select raise(abort, 'localEvent is append-only'); end;

CREATE TRIGGER localEventNoUpdate before update on localEvent begin select raise(abort, 'localEvent is append-only'); end;

CREATE TRIGGER orderLineComponentNoDelete before delete on orderLineComponent
when (select state from salesOrder where id = old.orderId) <> 'PENDING'
begin select raise(abort, 'only parts of a pending order are replaced'); end;

CREATE TRIGGER orderLineComponentNoUpdate before update on orderLineComponent
begin select raise(abort, 'the parts of a kit are replaced, never changed'); end;

CREATE TRIGGER orderLineFinal before update on orderLine
when (select state from salesOrder where id = old.orderId) in ('COMPLETED', 'CANCELLED')
begin select raise(abort, 'a line of a finished order never changes'); end;

CREATE TRIGGER orderLineNoDelete before delete on orderLine
when (select state from salesOrder where id = old.orderId) <> 'PENDING'
begin select raise(abort, 'only lines of a pending order are replaced'); end;

CREATE TRIGGER paymentFixed before update of amountClp, roundingClp, tenderedClp, changeClp, shiftId, documentId, tender on payment
begin select raise(abort, 'a payment never changes'); end;

CREATE TRIGGER paymentNoDelete before delete on payment begin select raise(abort, 'payment is append-only'); end;

CREATE TRIGGER productMonthAdded after insert on productDay begin
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

CREATE TRIGGER productMonthChanged after update on productDay begin
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

CREATE TRIGGER productMonthTaken after delete on productDay begin
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

CREATE TRIGGER purchaseReceptionNoDelete before delete on purchaseReception
begin select raise(abort, 'a reception is never deleted'); end;

CREATE TRIGGER purchaseReceptionNoUpdate before update on purchaseReception
begin select raise(abort, 'a reception never changes'); end;

CREATE TRIGGER reservationEndsOnce before update on reservation when old.state <> 'HELD'
begin select raise(abort, 'a reservation ends once'); end;

CREATE TRIGGER saleReturnLineNoDelete before delete on saleReturnLine begin select raise(abort, 'a return is never deleted'); end;

CREATE TRIGGER saleReturnLineNoUpdate before update on saleReturnLine begin select raise(abort, 'a return never changes'); end;

CREATE TRIGGER saleReturnNoDelete before delete on saleReturn begin select raise(abort, 'a return is never deleted'); end;

CREATE TRIGGER saleReturnNoUpdate before update on saleReturn begin select raise(abort, 'a return never changes'); end;

CREATE TRIGGER salesOrderFinal before update on salesOrder when old.state in ('COMPLETED', 'CANCELLED')
begin select raise(abort, 'a finished order never changes'); end;

CREATE TRIGGER salesOrderNoDelete before delete on salesOrder begin select raise(abort, 'orders are never deleted'); end;

CREATE TRIGGER shiftClosedIsFinal before update on shift when old.state = 'CLOSED'
begin select raise(abort, 'a closed shift never changes'); end;

CREATE TRIGGER shiftNoDelete before delete on shift begin select raise(abort, 'a shift is never deleted'); end;

CREATE TRIGGER shiftTenderNoDelete before delete on shiftTender begin select raise(abort, 'a count is never deleted'); end;

CREATE TRIGGER shiftTenderNoUpdate before update on shiftTender begin select raise(abort, 'a count never changes'); end;

CREATE TRIGGER stockDayKept after insert on stockMovement begin
  insert into stockDay (branchId, businessDate, productId, changeMilli, changeMilliClp)
  values (
    (select branchId from warehouse where id = new.warehouseId), new.businessDate, new.productId,
    new.quantityMilli, new.valueMilliClp
  )
  on conflict (branchId, businessDate, productId) do update set
    changeMilli = changeMilli + excluded.changeMilli, changeMilliClp = changeMilliClp + excluded.changeMilliClp;
end;

CREATE TRIGGER stockMonthAdded after insert on stockDay begin
  insert into stockMonth (branchId, month, productId, changeMilli, changeMilliClp)
  values (new.branchId, substr(new.businessDate, 1, 7), new.productId, new.changeMilli, new.changeMilliClp)
  on conflict (branchId, month, productId) do update set
    changeMilli = changeMilli + excluded.changeMilli,
    changeMilliClp = changeMilliClp + excluded.changeMilliClp;
end;

CREATE TRIGGER stockMonthChanged after update on stockDay begin
  update stockMonth set
    changeMilli = changeMilli + new.changeMilli - old.changeMilli,
    changeMilliClp = changeMilliClp + new.changeMilliClp - old.changeMilliClp
  where branchId = new.branchId and month = substr(new.businessDate, 1, 7) and productId = new.productId;
end;

CREATE TRIGGER stockMonthTaken after delete on stockDay begin
  update stockMonth set
    changeMilli = changeMilli - old.changeMilli,
    changeMilliClp = changeMilliClp - old.changeMilliClp
  where branchId = old.branchId and month = substr(old.businessDate, 1, 7) and productId = old.productId;
end;

CREATE TRIGGER stockMovementNoDelete before delete on stockMovement begin select raise(abort, 'stockMovement is append-only'); end;

CREATE TRIGGER stockMovementNoUpdate before update on stockMovement begin select raise(abort, 'stockMovement is append-only'); end;

CREATE TRIGGER transferLineFinal before update on transferLine when old.receivedMilli is not null
begin select raise(abort, 'a transfer is received once'); end;

CREATE TRIGGER transferReceivedOnce before update on transfer when old.receivedAtMs is not null
begin select raise(abort, 'a transfer is received once'); end;

CREATE TABLE assistantAnswerCache (
  key text primary key,
  answer text not null check (json_valid(answer)),
  dataVersions text not null check (json_valid(dataVersions)),
  storedAtMs integer not null
) strict, without rowid;

CREATE TABLE assistantConversation (
  id text primary key,
  userId text not null,
  title text not null,
  startedAtMs integer not null
) strict, without rowid;

CREATE TABLE assistantDownload (
  model text primary key,
  state text not null check (state in ('RUNNING', 'PAUSED', 'DONE', 'FAILED')),
  completedBytes integer not null,
  totalBytes integer not null,
  problem text check (problem in ('STALLED', 'DISK_FULL', 'STOPPED', 'PROTOCOL', 'CANCELLED')),
  changedAtMs integer not null
) strict, without rowid;

CREATE TABLE assistantFeedback (
  messageId text primary key references assistantMessage (id) on delete cascade,
  rating text not null check (rating in ('GOOD', 'BAD')),
  note text not null,
  atMs integer not null
) strict, without rowid;

CREATE TABLE assistantIntentCache (
  key text primary key,
  intent text not null check (json_valid(intent)),
  storedAtMs integer not null
) strict, without rowid;

CREATE TABLE assistantMessage (
  id text primary key,
  conversationId text not null references assistantConversation (id) on delete cascade,
  question text not null,
  askedAtMs integer not null,
  state text not null check (state in ('CHOOSING', 'LOADING', 'SLOW', 'DONE')),
  answer text check (answer is null or json_valid(answer))
) strict, without rowid;

CREATE TABLE assistantSetup (
  singleton integer primary key check (singleton = 1),
  enabled text not null check (enabled in ('YES', 'NO')),
  model text not null,
  host text not null,
  allowRemote text not null check (allowRemote in ('YES', 'NO')),
  comment text not null check (comment in ('YES', 'NO')),
  retentionDays integer not null check (retentionDays between 1 and 3650)
) strict, without rowid;

CREATE TABLE assistantToolRun (
  id text primary key,
  messageId text,
  userId text not null,
  tool text,
  arguments text not null check (json_valid(arguments)),
  via text not null check (via in ('CHIP', 'QUICK', 'FOLLOW_UP', 'ROUTER', 'CACHE', 'MODEL', 'NONE')),
  model text,
  promptTokens integer,
  outputTokens integer,
  tookMs integer not null,
  outcome text not null check (
    outcome in ('ANSWER', 'NO_DATA', 'CLARIFY', 'REFUSED', 'SUGGEST', 'FAILED', 'CANCELLED')
  ),
  reason text,
  dataVersions text not null check (json_valid(dataVersions)),
  atMs integer not null
) strict, without rowid;

CREATE TABLE branch (
  id text primary key,
  organisationId text not null references organisation (id),
  code text not null unique check (length(code) between 1 and 4),
  name text not null,
  address text not null default '',
  comuna text not null default '',
  timeZone text not null,
  createdAtMs integer not null
) strict, without rowid;

CREATE TABLE branchContact (
  branchId text primary key,
  lastContactMs integer not null
) strict, without rowid;

CREATE TABLE branchOverview (
  branchId text primary key,
  code text not null,
  name text not null,
  lastContactMs integer,
  pending integer not null,
  appVersion text not null,
  salesToday integer not null,
  salesTodayClp integer not null,
  cashDifferenceClp integer not null,
  quarantined integer not null,
  deferred integer not null
) strict, without rowid;

CREATE TABLE branchReach (
  branchId text primary key,
  asOfMs integer not null,
  heldCount integer not null
) strict, without rowid;

CREATE TABLE branchStock (
  productId text not null,
  branchId text not null,
  warehouseId text not null,
  onHandMilli integer not null,
  changedAtMs integer not null,
  primary key (productId, branchId, warehouseId)
) strict, without rowid;

CREATE TABLE cart (
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

CREATE TABLE cashMovement (
  id text primary key,
  number text not null unique,
  shiftId text not null references shift (id),
  kind text not null check (kind in ('IN', 'OUT', 'NO_SALE')),
  amountClp integer not null check (amountClp >= 0),
  reason text not null,
  actorId text not null,
  occurredAtMs integer not null
) strict, without rowid;

CREATE TABLE category (
  id text primary key,
  parentId text references category (id),
  name text not null,
  position integer not null,
  archivedAtMs integer
) strict, without rowid;

CREATE TABLE credential (
  userId text primary key references user (id),
  passwordHash text not null,
  pinHash text,
  changedAtMs integer not null
) strict, without rowid;

CREATE TABLE customer (
  id text primary key,
  kind text not null check (kind in ('PERSON', 'COMPANY')),
  firstName text not null,
  lastName text not null,
  giro text not null,
  email text not null,
  phone text not null,
  address text not null,
  comuna text not null,
  rut text,
  -- What the customer may owe; 0 means no account.
  accountLimitClp integer not null check (accountLimitClp >= 0),
  searchText text not null,
  createdAtMs integer not null,
  archivedAtMs integer
) strict, without rowid;

CREATE TABLE dailySales (
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

CREATE TABLE dailyTender (
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

CREATE TABLE demandHistory (
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

CREATE TABLE device (
  singleton integer primary key check (singleton = 1),
  id text not null,
  createdAtMs integer not null
) strict;

CREATE TABLE devicePairing (
  singleton integer primary key check (singleton = 1),
  id text not null,
  codeHash text not null,
  name text not null,
  kind text not null check (kind in ('TILL', 'SCREEN')),
  -- Where a till takes the place of an earlier one; null makes a new terminal.
  terminalId text references terminal (id),
  invitedById text not null,
  expiresAtMs integer not null
) strict;

CREATE TABLE documentCounter (
  terminalId text not null references terminal (id),
  kind text not null,
  lastNumber integer not null check (lastNumber > 0),
  primary key (terminalId, kind)
) strict, without rowid;

CREATE TABLE employee (
  id text primary key,
  userId text unique references user (id),
  code text not null unique,
  firstName text not null,
  lastName text not null,
  rut text,
  department text not null,
  hiredOn text not null,
  searchText text not null,
  archivedAtMs integer
) strict, without rowid;

CREATE TABLE employeeSalary (
  employeeId text primary key references employee (id),
  salaryClp integer not null check (salaryClp >= 0),
  changedAtMs integer not null
) strict, without rowid;

CREATE TABLE event (
  sequence integer primary key,
  id text not null,
  commandId text not null unique,
  kind text not null,
  version integer not null,
  subjectId text not null,
  hlc text not null,
  actorId text not null,
  approverId text,
  terminalId text not null,
  branchId text not null,
  occurredAtMs integer not null,
  businessDate text not null,
  payload text not null,
  prevHash text not null,
  hash text not null,
  -- Local to this machine, outside the hash: what was asked and what was answered, for the replay.
  inputHash text not null,
  reply text not null
) strict;

CREATE TABLE forecastAnomaly (
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

CREATE TABLE forecastNode (
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

CREATE TABLE forecastRun (
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

CREATE TABLE forecastScore (
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

CREATE TABLE installation (
  singleton integer primary key check (singleton = 1),
  organisationId text not null references organisation (id),
  branchId text not null references branch (id),
  terminalId text not null references terminal (id),
  isDemo integer not null default 0 check (isDemo in (0, 1)),
  createdAtMs integer not null
) strict;

CREATE TABLE kitComponent (
  kitId text not null references product (id),
  componentId text not null references product (id),
  quantityMilli integer not null check (quantityMilli > 0),
  primary key (kitId, componentId),
  check (kitId <> componentId)
) strict, without rowid;

CREATE TABLE lanAccess (
  singleton integer primary key check (singleton = 1),
  -- SHA-256 of the certificate authority it was opened with. Another machine has another one, so a copied file opens nothing there.
  fingerprint text not null,
  openedById text not null,
  openedAtMs integer not null
) strict;

CREATE TABLE lastCost (
  productId text not null references product (id),
  branchId text not null references branch (id),
  unitCostMilliClp integer not null check (unitCostMilliClp >= 0),
  primary key (productId, branchId)
) strict, without rowid;

CREATE TABLE localEvent (
  sequence integer primary key,
  kind text not null,
  actorId text not null,
  occurredAtMs integer not null,
  payload text not null,
  prevHash text not null,
  hash text not null
) strict;

CREATE TABLE machineMark (
  singleton integer primary key check (singleton = 1),
  mark text not null
) strict;

CREATE TABLE masterBase (
  tableName text not null,
  rowId text not null,
  stamps text not null,
  columnValues text not null,
  primary key (tableName, rowId)
) strict, without rowid;

CREATE TABLE masterStamp (
  tableName text not null,
  rowId text not null,
  stamps text not null,
  primary key (tableName, rowId)
) strict, without rowid;

CREATE TABLE notification (
  id text primary key,
  userId text not null,
  kind text not null check (
    kind in (
      'LOW_STOCK', 'RESERVATION_EXPIRED', 'JOB_FAILED', 'FORECAST_OFF_TRACK', 'TRANSFER_LATE', 'PURCHASE_LATE'
    )
  ),
  -- What it was told for: never twice to the same person.
  cause text not null,
  subjectId text not null,
  details text not null check (json_valid(details)),
  createdAtMs integer not null,
  readAtMs integer,
  unique (userId, cause)
) strict, without rowid;

CREATE TABLE notificationEpisode (
  condition text primary key,
  startedAtMs integer not null
) strict, without rowid;

CREATE TABLE orderLine (
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

CREATE TABLE orderLineComponent (
  orderId text not null references salesOrder (id),
  lineNumber integer not null,
  productId text not null references product (id),
  quantityMilli integer not null check (quantityMilli > 0),
  primary key (orderId, lineNumber, productId)
) strict, without rowid;

CREATE TABLE organisation (
  id text primary key,
  name text not null,
  rut text not null,
  giro text not null default '',
  createdAtMs integer not null
) strict, without rowid;

CREATE TABLE overrideGrant (
  id text primary key,
  permission text not null,
  entity text not null,
  amountClp integer not null,
  requesterId text not null,
  approverId text not null check (approverId <> requesterId),
  createdAtMs integer not null,
  expiresAtMs integer not null,
  usedAtMs integer
) strict, without rowid;

CREATE TABLE pairedDevice (
  id text primary key,
  name text not null,
  kind text not null check (kind in ('TILL', 'SCREEN')),
  -- A till sells at a terminal of its own, so that numbers, drawer and printers are its own; a screen at none.
  terminalId text references terminal (id),
  -- SHA-256 of what the device shows at every call; the device alone holds it.
  credentialHash text not null unique,
  pairedById text not null,
  pairedAtMs integer not null,
  lastSeenAtMs integer not null,
  revokedAtMs integer,
  check ((kind = 'TILL') = (terminalId is not null))
) strict, without rowid;

CREATE TABLE payment (
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

CREATE TABLE printJob (
  id text primary key,
  terminalId text not null,
  printerId text not null references printer (id),
  documentKind text not null check (documentKind in ('SALE', 'RETURN', 'SHIFT', 'CASH', 'ORDER', 'ACCOUNT', 'DRAWER', 'TEST')),
  documentId text not null,
  -- 0 is the original, 1 and up are marked COPIA.
  copyNumber integer not null check (copyNumber >= 0),
  kick text not null check (kick in ('YES', 'NO')),
  -- Whether who asked for it may see what is expected in an open drawer.
  seesExpected text not null check (seesExpected in ('YES', 'NO')),
  -- An earlier attempt may have reached the paper: the next one says so and leaves the drawer shut.
  mayRepeat text not null check (mayRepeat in ('YES', 'NO')),
  state text not null check (state in ('QUEUED', 'PRINTING', 'DONE', 'FAILED', 'DISCARDED')),
  attempts integer not null check (attempts >= 0),
  -- Null: it waits for somebody to retry or discard it.
  nextAttemptAtMs integer,
  lastError text not null,
  createdAtMs integer not null,
  doneAtMs integer
) strict, without rowid;

CREATE TABLE printer (
  id text primary key,
  terminalId text not null references terminal (id),
  name text not null,
  -- JSON: {"kind":"TCP","host":...,"port":9100} | {"kind":"SPOOLER","queue":...} | {"kind":"FILE","folder":...} | {"kind":"NONE"}
  transport text not null check (json_valid(transport)),
  columns integer not null check (columns in (32, 42, 48)),
  codepage text not null check (codepage in ('CP858', 'CP1252')),
  kicksDrawer text not null check (kicksDrawer in ('YES', 'NO')),
  isDefault text not null check (isDefault in ('YES', 'NO')),
  archivedAtMs integer
) strict, without rowid;

CREATE TABLE product (
  searchId integer primary key,
  id text not null unique,
  sku text not null,
  skuFolded text not null unique,
  name text not null,
  nameFolded text not null,
  description text not null,
  brand text not null,
  categoryId text not null references category (id),
  supplierId text references supplier (id),
  kind text not null check (kind in ('GOODS', 'SERVICE', 'KIT')),
  state text not null check (state in ('ACTIVE', 'INACTIVE', 'DISCONTINUED')),
  priceClp integer not null check (priceClp >= 0),
  -- Net of IVA, thousandths of a peso per base unit: what the supplier's list says. What stock really cost is in productCost.
  listCostMilliClp integer not null check (listCostMilliClp >= 0),
  unit text not null,
  viscosity text not null,
  presentation text not null,
  location text not null,
  taxKind text not null check (taxKind in ('TAXED', 'EXEMPT')),
  negativeStock text not null check (negativeStock in ('BLOCK', 'AUTHORISE', 'ALLOW')),
  -- How much it sold lately; local and derived, orders the tiles of the counter.
  popularity integer not null default 0,
  createdAtMs integer not null,
  updatedAtMs integer not null
) strict;

CREATE TABLE productBarcode (
  barcode text primary key,
  productId text not null references product (id),
  quantityMilli integer not null check (quantityMilli > 0)
) strict, without rowid;

CREATE TABLE productDay (
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

CREATE TABLE productMonth (
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

CREATE TABLE productPlan (
  productId text primary key references product (id),
  criticality text not null check (criticality in ('LOW', 'NORMAL', 'CRITICAL')),
  serviceLevelBasisPoints integer check (serviceLevelBasisPoints between 5000 and 9990)
) strict, without rowid;

CREATE VIRTUAL TABLE productSearch using fts5 (
  name, code, other,
  content = '', contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);

CREATE TABLE 'productSearch_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'productSearch_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'productSearch_docsize'(id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER);

CREATE TABLE 'productSearch_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE productStanding (
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

CREATE TABLE productSupply (
  productId text not null references product (id),
  supplierId text not null references supplier (id),
  supplierCode text not null,
  packMilli integer not null check (packMilli > 0),
  minimumMilli integer not null check (minimumMilli >= 0),
  unitCostMilliClp integer not null check (unitCostMilliClp >= 0),
  primary key (productId, supplierId)
) strict, without rowid;

CREATE TABLE purchase (
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

CREATE TABLE purchaseCounting (
  purchaseId text primary key references purchase (id),
  content text not null check (json_valid(content)),
  savedAtMs integer not null
) strict, without rowid;

CREATE TABLE purchaseLine (
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

CREATE TABLE purchaseReception (
  id text primary key references stockDocument (id),
  purchaseId text not null references purchase (id),
  supplierId text not null references supplier (id),
  -- From the order to this reception: what the supplier's lead time is learnt from.
  leadDays integer not null check (leadDays >= 0),
  receivedAtMs integer not null
) strict, without rowid;

CREATE TABLE purchaseReceptionLine (
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

CREATE TABLE recovery (
  singleton integer primary key check (singleton = 1),
  keyHash text not null,
  createdAtMs integer not null
) strict;

CREATE TABLE reorderRecommendation (
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

CREATE TABLE reorderRequest (
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

CREATE TABLE reservation (
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

CREATE TABLE role (
  id text primary key,
  name text not null unique,
  origin text not null check (origin in ('BUILT_IN', 'CUSTOM')),
  -- JSON array of permissions: a bundle is edited and merged as one value.
  permissions text not null check (json_valid(permissions)),
  archivedAtMs integer
) strict, without rowid;

CREATE TABLE saleReturn (
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

CREATE TABLE saleReturnLine (
  returnId text not null references saleReturn (id),
  -- The line of the sale that comes back.
  lineNumber integer not null,
  condition text not null check (condition in ('SELLABLE', 'DAMAGED', 'WARRANTY')),
  quantityMilli integer not null check (quantityMilli > 0),
  totalClp integer not null,
  costMilliClp integer not null,
  primary key (returnId, lineNumber)
) strict, without rowid;

CREATE TABLE salesOrder (
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

CREATE TABLE session (
  tokenHash text primary key,
  id text not null unique,
  userId text not null,
  terminalId text not null references terminal (id),
  proof text not null check (proof in ('PASSWORD', 'PIN')),
  createdAtMs integer not null,
  lastSeenAtMs integer not null,
  expiresAtMs integer not null,
  revokedAtMs integer
, deviceId text) strict, without rowid;

CREATE TABLE setting (
  key text primary key,
  value text not null
) strict, without rowid;

CREATE TABLE shift (
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

CREATE TABLE shiftTender (
  shiftId text not null references shift (id),
  tender text not null,
  expectedClp integer not null,
  countedClp integer not null,
  primary key (shiftId, tender)
) strict, without rowid;

CREATE TABLE specialDay (
  date text primary key,
  name text not null,
  closed text not null check (closed in ('YES', 'NO'))
) strict, without rowid;

CREATE TABLE stockDay (
  branchId text not null references branch (id),
  businessDate text not null,
  productId text not null references product (id),
  changeMilli integer not null,
  changeMilliClp integer not null,
  primary key (branchId, businessDate, productId)
) strict, without rowid;

CREATE TABLE stockDocument (
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

CREATE TABLE stockLevel (
  productId text not null references product (id),
  warehouseId text not null references warehouse (id),
  onHandMilli integer not null,
  reservedMilli integer not null default 0 check (reservedMilli >= 0),
  valueMilliClp integer not null default 0,
  primary key (productId, warehouseId)
) strict, without rowid;

CREATE TABLE stockMinimum (
  productId text not null references product (id),
  warehouseId text not null references warehouse (id),
  minimumMilli integer not null check (minimumMilli >= 0),
  primary key (productId, warehouseId)
) strict, without rowid;

CREATE TABLE stockMonth (
  branchId text not null references branch (id),
  month text not null,
  productId text not null references product (id),
  changeMilli integer not null,
  changeMilliClp integer not null,
  primary key (branchId, month, productId)
) strict, without rowid;

CREATE TABLE stockMovement (
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

CREATE TABLE stockTask (
  id text primary key,
  kind text not null check (kind in ('NEGATIVE', 'COST_JUMP')),
  productId text not null references product (id),
  warehouseId text not null references warehouse (id),
  detail text not null,
  createdAtMs integer not null,
  resolvedAtMs integer,
  resolvedById text
) strict, without rowid;

CREATE TABLE supplier (
  id text primary key,
  name text not null,
  contactName text not null,
  email text not null,
  phone text not null,
  address text not null,
  rut text,
  searchText text not null,
  archivedAtMs integer
) strict, without rowid;

CREATE TABLE supplierTerms (
  id text primary key references supplier (id),
  statedLeadDays integer not null check (statedLeadDays between 0 and 180),
  reviewDays integer not null check (reviewDays between 1 and 90),
  minimumOrderClp integer not null check (minimumOrderClp >= 0)
) strict, without rowid;

CREATE TABLE syncCursor (
  stream text primary key,
  cursor integer not null,
  head integer not null,
  movedAtMs integer not null
) strict, without rowid;

CREATE TABLE syncHeld (
  stream text not null,
  deviceId text not null,
  sequence integer not null,
  state text not null check (state in ('DEFERRED', 'QUARANTINED')),
  reason text not null,
  detail text not null,
  operation text not null check (json_valid(operation)),
  heldAtMs integer not null,
  primary key (stream, deviceId, sequence)
) strict, without rowid;

CREATE TABLE syncIncarnation (
  id text primary key,
  base integer not null,
  lastSequence integer,
  startedAtMs integer not null,
  reason text not null
) strict, without rowid;

CREATE TABLE syncLink (
  singleton integer primary key check (singleton = 1),
  connection text not null,
  connectedAtMs integer not null
) strict;

CREATE TABLE syncLog (
  stream text not null,
  deviceId text not null,
  sequence integer not null,
  seq integer not null,
  businessDate text not null,
  hash text not null,
  primary key (stream, deviceId, sequence)
) strict, without rowid;

CREATE TABLE syncPush (
  acked integer primary key,
  atMs integer not null
) strict;

CREATE TABLE syncState (
  singleton integer primary key check (singleton = 1),
  -- The device id, or the id of a later incarnation of a copied or restored file.
  incarnation text not null,
  epoch text not null default '',
  scope text check (scope in ('OWNER', 'BRANCH')),
  -- Own events up to this one are durable in the centre.
  acked integer not null default 0,
  ackedAtMs integer,
  -- Own events up to this one came back in the master stream: later stamps of ours are not ranked by the centre yet.
  masterSeen integer not null default 0,
  lastContactMs integer,
  lastAttemptMs integer,
  skewMs integer not null default 0,
  failures integer not null default 0,
  reason text not null default '',
  -- Why this file must go on as somebody else before it sells; empty where it need not.
  renewal text not null default '',
  appVersion text not null default '',
  stockAsOfMs integer,
  overviewAsOfMs integer
) strict;

CREATE TABLE syncTask (
  id text primary key,
  kind text not null,
  subjectId text not null,
  detail text not null,
  createdAtMs integer not null,
  resolvedAtMs integer
) strict, without rowid;

CREATE TABLE taskRun (
  id text primary key,
  job text not null,
  slotAtMs integer not null,
  trigger text not null check (trigger in ('SCHEDULE', 'CATCH_UP', 'MANUAL')),
  state text not null check (state in ('RUNNING', 'DONE', 'FAILED', 'CANCELLED', 'LOST')),
  startedAtMs integer not null,
  finishedAtMs integer,
  rowCount integer,
  error text
) strict, without rowid;

CREATE TABLE taxRate (
  validFrom text primary key,
  rateBasisPoints integer not null check (rateBasisPoints between 0 and 10000)
) strict, without rowid;

CREATE TABLE terminal (
  id text primary key,
  branchId text not null references branch (id),
  code text not null check (length(code) between 1 and 4),
  name text not null,
  createdAtMs integer not null,
  unique (branchId, code)
) strict, without rowid;

CREATE TABLE throttle (
  account text not null,
  place text not null check (place in ('LOCAL', 'LAN')),
  failures integer not null check (failures > 0),
  blockedUntilMs integer not null,
  lastFailureAtMs integer not null,
  primary key (account, place)
) strict, without rowid;

CREATE TABLE transfer (
  id text primary key,
  number text not null,
  fromBranchId text not null,
  toBranchId text not null,
  dispatchedById text not null,
  dispatchedAtMs integer not null,
  receivedById text,
  receivedAtMs integer,
  check ((receivedAtMs is null) = (receivedById is null)),
  check (fromBranchId <> toBranchId)
) strict, without rowid;

CREATE TABLE transferLine (
  transferId text not null references transfer (id),
  lineNumber integer not null,
  productId text not null,
  quantityMilli integer not null check (quantityMilli > 0),
  valueMilliClp integer not null check (valueMilliClp >= 0),
  receivedMilli integer check (receivedMilli between 0 and quantityMilli),
  primary key (transferId, lineNumber)
) strict, without rowid;

CREATE TABLE user (
  id text primary key,
  email text not null,
  emailFolded text not null unique,
  firstName text not null,
  lastName text not null,
  phone text not null,
  state text not null check (state in ('ACTIVE', 'DISABLED')),
  isStaff text not null check (isStaff in ('YES', 'NO')),
  createdAtMs integer not null
) strict, without rowid;

CREATE TABLE userRole (
  userId text not null references user (id),
  roleId text not null references role (id),
  primary key (userId, roleId)
) strict, without rowid;

CREATE TABLE vehicle (
  id text primary key,
  plate text not null unique,
  customerId text references customer (id),
  make text not null,
  model text not null,
  year integer,
  note text not null,
  searchText text not null,
  createdAtMs integer not null,
  archivedAtMs integer
) strict, without rowid;

CREATE TABLE vehicleVisit (
  id text primary key,
  vehicleId text not null references vehicle (id),
  orderId text not null,
  odometerKm integer check (odometerKm between 0 and 2000000),
  atMs integer not null
) strict, without rowid;

CREATE TABLE voidedDocument (
  id text not null,
  kind text not null check (kind in ('CART', 'ORDER')),
  branchId text not null references branch (id),
  actorId text not null,
  occurredAtMs integer not null,
  businessDate text not null,
  totalClp integer not null,
  primary key (id, occurredAtMs)
) strict, without rowid;

CREATE TABLE warehouse (
  id text primary key,
  branchId text not null references branch (id),
  code text not null,
  name text not null,
  purpose text not null check (purpose in ('SALES', 'STORE', 'DAMAGED', 'WARRANTY', 'TRANSIT')),
  archivedAtMs integer,
  unique (branchId, code)
) strict, without rowid;

CREATE INDEX assistantAnswerCacheByTime on assistantAnswerCache (storedAtMs);

CREATE INDEX assistantConversationByUser on assistantConversation (userId, id);

CREATE INDEX assistantIntentCacheByTime on assistantIntentCache (storedAtMs);

CREATE INDEX assistantMessageByConversation on assistantMessage (conversationId, id);

CREATE INDEX assistantToolRunByTime on assistantToolRun (atMs);

CREATE UNIQUE INDEX cartDraft on cart (terminalId, userId) where state = 'DRAFT';

CREATE INDEX cartParked on cart (terminalId, updatedAtMs) where state = 'PARKED';

CREATE INDEX cashMovementByShift on cashMovement (shiftId);

CREATE UNIQUE INDEX customerByRut on customer (rut) where rut is not null and rut <> '66666666-6';

CREATE UNIQUE INDEX employeeByRut on employee (rut) where rut is not null;

CREATE INDEX eventByTime on event (occurredAtMs, actorId, kind, subjectId);

CREATE UNIQUE INDEX forecastRunReady on forecastRun (branchId, originDate) where state = 'READY';

CREATE INDEX forecastScoreByOrigin on forecastScore (branchId, originDate, kind, bucket);

CREATE INDEX kitComponentByComponent on kitComponent (componentId);

CREATE INDEX notificationByUser on notification (userId, id);

CREATE INDEX notificationUnread on notification (userId) where readAtMs is null;

CREATE UNIQUE INDEX pairedDeviceOnePerTerminal on pairedDevice (terminalId) where revokedAtMs is null and terminalId is not null;

CREATE INDEX paymentByAccount on payment (customerId, occurredAtMs)
where customerId is not null and (tender = 'ACCOUNT' or documentKind = 'ACCOUNT');

CREATE INDEX paymentByDocument on payment (documentId);

CREATE INDEX paymentUnverified on payment (id) where tender = 'TRANSFER' and verifiedAtMs is null;

CREATE INDEX printJobByDocument on printJob (documentId);

CREATE INDEX printJobOpen on printJob (printerId, id) where state in ('QUEUED', 'PRINTING', 'FAILED');

CREATE INDEX printerByTerminal on printer (terminalId);

CREATE INDEX productBarcodeByProduct on productBarcode (productId);

CREATE INDEX productByCategory on product (categoryId, popularity desc);

CREATE INDEX productByName on product (nameFolded);

CREATE INDEX productByPopularity on product (popularity desc, nameFolded);

CREATE INDEX productBySupplier on product (supplierId);

CREATE INDEX productDayByProduct on productDay (productId, businessDate);

CREATE INDEX productStandingIdle on productStanding (branchId, idleDays desc);

CREATE INDEX productSupplyBySupplier on productSupply (supplierId, productId);

CREATE UNIQUE INDEX purchaseByNumber on purchase (number) where number is not null;

CREATE INDEX purchaseByState on purchase (state, id);

CREATE INDEX purchaseBySupplier on purchase (supplierId, id);

CREATE INDEX purchaseLineByProduct on purchaseLine (productId);

CREATE INDEX purchaseReceptionByPurchase on purchaseReception (purchaseId, id);

CREATE INDEX purchaseReceptionBySupplier on purchaseReception (supplierId, receivedAtMs);

CREATE INDEX reorderRecommendationDone on reorderRecommendation (branchId, id) where verdict is not null;

CREATE INDEX reorderRecommendationOpen on reorderRecommendation (branchId, originDate) where verdict is null;

CREATE INDEX reorderRequestByState on reorderRequest (state, id);

CREATE INDEX reorderRequestWaiting on reorderRequest (productId) where state in ('OPEN', 'APPROVED');

CREATE INDEX reservationByOrder on reservation (orderId);

CREATE INDEX reservationHeld on reservation (expiresAtMs) where state = 'HELD';

CREATE INDEX saleByDate on salesOrder (saleDate, saleShiftId) where saleDate is not null;

CREATE UNIQUE INDEX saleByNumber on salesOrder (saleNumber) where saleNumber is not null;

CREATE INDEX saleReturnByDate on saleReturn (businessDate);

CREATE INDEX saleReturnBySale on saleReturn (saleId);

CREATE INDEX saleReturnByShift on saleReturn (shiftId);

CREATE INDEX salesOrderByCustomer on salesOrder (customerId, createdAtMs) where customerId is not null;

CREATE UNIQUE INDEX salesOrderByNumber on salesOrder (number) where number is not null;

CREATE INDEX salesOrderByVehicle on salesOrder (vehicleId, createdAtMs) where vehicleId is not null;

CREATE INDEX salesOrderOpen on salesOrder (state, createdAtMs) where state not in ('COMPLETED', 'CANCELLED');

CREATE INDEX sessionByDevice on session (deviceId) where deviceId is not null;

CREATE INDEX sessionByUser on session (userId);

CREATE INDEX shiftByDate on shift (businessDate);

CREATE INDEX shiftClosedAt on shift (terminalId, closedAtMs);

CREATE UNIQUE INDEX shiftOpenPerTerminal on shift (terminalId) where state = 'OPEN';

CREATE INDEX stockDayArrivals on stockDay (branchId, productId, businessDate) where changeMilli > 0;

CREATE INDEX stockDocumentBySupplier on stockDocument (supplierId, occurredAtMs);

CREATE INDEX stockMovementByProduct on stockMovement (productId, id);

CREATE UNIQUE INDEX stockMovementUndoneOnce on stockMovement (undoesId) where undoesId is not null;

CREATE INDEX stockTaskOpen on stockTask (createdAtMs) where resolvedAtMs is null;

CREATE UNIQUE INDEX supplierByRut on supplier (rut) where rut is not null and rut <> '66666666-6';

CREATE INDEX syncHeldByState on syncHeld (state, heldAtMs);

CREATE INDEX syncLogByDay on syncLog (stream, businessDate);

CREATE INDEX syncTaskOpen on syncTask (createdAtMs) where resolvedAtMs is null;

CREATE INDEX taskRunByJob on taskRun (job, startedAtMs);

CREATE UNIQUE INDEX taskRunOncePerSlot on taskRun (job, slotAtMs) where trigger <> 'MANUAL';

CREATE INDEX transferByTime on transfer (dispatchedAtMs);

CREATE INDEX transferOpen on transfer (dispatchedAtMs) where receivedAtMs is null;

CREATE INDEX userRoleByRole on userRole (roleId);

CREATE INDEX vehicleByCustomer on vehicle (customerId);

CREATE INDEX vehicleVisitByVehicle on vehicleVisit (vehicleId, atMs);

CREATE INDEX voidedDocumentByDate on voidedDocument (branchId, businessDate);
