-- What the shop sells.

create table category (
  id text primary key,
  parentId text references category (id),
  name text not null,
  position integer not null,
  archivedAtMs integer
) strict, without rowid;

-- `searchId` ties a product to the full-text index; it is local and never leaves the machine.
create table product (
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
create index productByCategory on product (categoryId, popularity desc);
create index productByPopularity on product (popularity desc, nameFolded);
create index productByName on product (nameFolded);
create index productBySupplier on product (supplierId);

-- A code may stand for a pack: scanning it sells so many thousandths of the base unit.
create table productBarcode (
  barcode text primary key,
  productId text not null references product (id),
  quantityMilli integer not null check (quantityMilli > 0)
) strict, without rowid;
create index productBarcodeByProduct on productBarcode (productId);

create table kitComponent (
  kitId text not null references product (id),
  componentId text not null references product (id),
  quantityMilli integer not null check (quantityMilli > 0),
  primary key (kitId, componentId),
  check (kitId <> componentId)
) strict, without rowid;
create index kitComponentByComponent on kitComponent (componentId);

-- IVA by the date from which it applies, in hundredths of a percent.
create table taxRate (
  validFrom text primary key,
  rateBasisPoints integer not null check (rateBasisPoints between 0 and 10000)
) strict, without rowid;
insert into taxRate (validFrom, rateBasisPoints) values ('2003-10-01', 1900);

create virtual table productSearch using fts5 (
  name, code, other,
  content = '', contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
