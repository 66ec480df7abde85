-- What people are told without having asked; local to the machine, but for the reading of it.

create table notification (
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
create index notificationByUser on notification (userId, id);
create index notificationUnread on notification (userId) where readAtMs is null;

-- Conditions that hold at the moment (a product below its minimum). One that ends and comes back is a new cause.
create table notificationEpisode (
  condition text primary key,
  startedAtMs integer not null
) strict, without rowid;
