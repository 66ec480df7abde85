-- Tills and screens that reach this machine over the shop's LAN. All of it is this machine's own: none of it is in an event.

-- One row while the shop is open to its LAN; none: loopback only.
create table lanAccess (
  singleton integer primary key check (singleton = 1),
  -- SHA-256 of the certificate authority it was opened with. Another machine has another one, so a copied file opens nothing there.
  fingerprint text not null,
  openedById text not null,
  openedAtMs integer not null
) strict;

create table pairedDevice (
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
create unique index pairedDeviceOnePerTerminal on pairedDevice (terminalId) where revokedAtMs is null and terminalId is not null;

-- The one invitation that is open, if any; gone once it is used, replaced or given up.
create table devicePairing (
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

-- A session that was opened on a device is worth nothing on another one.
alter table session add column deviceId text;
create index sessionByDevice on session (deviceId) where deviceId is not null;
