-- The owner's machine also leaves a packed copy of the company's master data, of no branch: every device may read that one, as it may read
-- the master stream.

create or replace function sync.snapshot(p jsonb) returns json language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  d sync.device := sync.me();
begin
  return coalesce((
    select json_build_object('answer', 'snapshot', 'id', id, 'facts', facts, 'createdAtMs', created_at_ms)
    from sync.snapshot
    where branch_id = p ->> 'branchId' and (d.scope = 'OWNER' or branch_id in (d.branch_id, '')) and finished
      and (facts ->> 'schemaVersion')::bigint <= (p ->> 'schemaVersion')::bigint
    order by created_at_ms desc limit 1
  ), json_build_object('answer', 'none'));
end $$;

create or replace function sync.snapshot_chunk(p jsonb) returns json language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  d sync.device := sync.me();
begin
  return coalesce((
    select json_build_object('answer', 'chunk', 'index', c.index, 'sha256', c.sha256, 'bytes', translate(encode(c.bytes, 'base64'), E'\n', ''))
    from sync.snapshot s join sync.snapshot_chunk c on c.snapshot_id = s.id
    where s.id = p ->> 'id' and s.finished and (d.scope = 'OWNER' or s.branch_id in (d.branch_id, '')) and c.index = (p ->> 'index')::integer
  ), sync.refused('SNAPSHOT'));
end $$;
