-- Employees, customers, suppliers and the cars that come in.

create table employee (
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

create unique index employeeByRut on employee (rut) where rut is not null;

-- Salaries stay on this machine: they are in no event.
create table employeeSalary (
  employeeId text primary key references employee (id),
  salaryClp integer not null check (salaryClp >= 0),
  changedAtMs integer not null
) strict, without rowid;

create table customer (
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
create unique index customerByRut on customer (rut) where rut is not null and rut <> '66666666-6';

create table supplier (
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
create unique index supplierByRut on supplier (rut) where rut is not null and rut <> '66666666-6';

create table vehicle (
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
create index vehicleByCustomer on vehicle (customerId);

create table vehicleVisit (
  id text primary key,
  vehicleId text not null references vehicle (id),
  orderId text not null,
  odometerKm integer check (odometerKm between 0 and 2000000),
  atMs integer not null
) strict, without rowid;
create index vehicleVisitByVehicle on vehicleVisit (vehicleId, atMs);
