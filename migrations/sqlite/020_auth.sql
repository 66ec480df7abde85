-- Users, roles and how they prove who they are. Credentials are this machine's own: no hash is in any event.

create table user (
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

create table role (
  id text primary key,
  name text not null unique,
  origin text not null check (origin in ('BUILT_IN', 'CUSTOM')),
  -- JSON array of permissions: a bundle is edited and merged as one value.
  permissions text not null check (json_valid(permissions)),
  archivedAtMs integer
) strict, without rowid;

create table userRole (
  userId text not null references user (id),
  roleId text not null references role (id),
  primary key (userId, roleId)
) strict, without rowid;
create index userRoleByRole on userRole (roleId);

create table credential (
  userId text primary key references user (id),
  passwordHash text not null,
  pinHash text,
  changedAtMs integer not null
) strict, without rowid;

-- The SHA-256 of the printed key that lets an owner back in who is locked out of his own shop.
create table recovery (
  singleton integer primary key check (singleton = 1),
  keyHash text not null,
  createdAtMs integer not null
) strict;

-- Failures per account, written before the hash is computed, so that a kill forgets none. Guesses from the network are counted
-- apart: whoever makes them cannot shut the owner out of the machine itself.
create table throttle (
  account text not null,
  place text not null check (place in ('LOCAL', 'LAN')),
  failures integer not null check (failures > 0),
  blockedUntilMs integer not null,
  lastFailureAtMs integer not null,
  primary key (account, place)
) strict, without rowid;

-- A manager's leave for one action on one thing, once.
create table overrideGrant (
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
