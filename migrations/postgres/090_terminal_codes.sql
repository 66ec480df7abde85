-- A centre restored from an older copy has forgotten which codes it gave since: each epoch gives from a hundred of its own, so that no two
-- machines of a branch ever print under the same code. Within it, beyond every code in use: a terminal that was removed may still be on paper.
create or replace function sync.free_terminal_code(branch_id_ text) returns text language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  floor_ integer := (select (count(*) - 1) * 100 from sync.epoch);
  code_ text;
begin
  perform from sync.branch where id = branch_id_ for update;
  select greatest(floor_ + 1, 1 + coalesce(max(code::integer), 0))::text into code_ from (
    select code from shop.terminal where branch_id = branch_id_
    union all
    select code from sync.terminal_code where branch_id = branch_id_
  ) used where code ~ '^\d{1,9}$';
  insert into sync.terminal_code (branch_id, code) values (branch_id_, code_);
  return code_;
end $$;
