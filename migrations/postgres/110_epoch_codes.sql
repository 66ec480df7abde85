-- Each epoch gives terminal codes from a hundred of its own. Which one is drawn, since two restores from one and the same backup number their
-- epochs alike; epochs that began before this migration keep the hundred of their number.
alter table sync.epoch add column hundred integer not null default 0;
update sync.epoch set hundred = number - 1 where number <= 99;
comment on column sync.epoch.hundred is 'Terminal codes are given from this hundred: 0 for 1 to 99, 7 for 701 to 799.';

create or replace function sync.new_epoch() returns text language sql set search_path = pg_catalog, pg_temp as $$
  insert into sync.epoch (id, started_at_ms, heads, hundred)
  select gen_random_uuid()::text, sync.now_ms(), coalesce(jsonb_object_agg(name, head), '{}'), coalesce((
    select h from generate_series(1, 99) h where h not in (select hundred from sync.epoch) order by random() limit 1
  ), 0)
  from sync.stream
  returning id
$$;

-- Within its hundred, beyond every code that is known: a terminal that was removed may still be on paper. One that is used up goes on beyond all.
create or replace function sync.free_terminal_code(branch_id_ text) returns text language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  floor_ integer := (select hundred * 100 from sync.epoch order by number desc limit 1);
  code_ integer;
  last_ integer;
begin
  perform from sync.branch where id = branch_id_ for update;
  select coalesce(max(code::integer) filter (where code::integer / 100 * 100 = floor_), floor_) + 1, max(code::integer) into code_, last_ from (
    select code from shop.terminal where branch_id = branch_id_
    union all
    select code from sync.terminal_code where branch_id = branch_id_
  ) used where code ~ '^\d{1,9}$';
  if code_ / 100 * 100 <> floor_ then code_ := last_ + 1; end if;
  insert into sync.terminal_code (branch_id, code) values (branch_id_, code_::text);
  return code_::text;
end $$;
