-- The comparison per stream and day hashes what the log holds now, not the hash that came with it: a row that somebody changed in the
-- centre's files shows.

create function sync.hash_of(l sync.log) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select encode(sha256(convert_to(
    '["' || l.prev_hash || '",' || l.dseq || ',' || to_json(l.id) || ',' || to_json(l.command_id) || ',' || to_json(l.kind) || ','
      || l.version || ',' || to_json(l.subject_id) || ',' || to_json(l.hlc) || ',' || to_json(l.actor_id) || ','
      || coalesce(to_json(l.approver_id)::text, 'null') || ',' || to_json(l.terminal_id) || ',' || to_json(l.branch_id) || ','
      || l.occurred_at_ms || ',' || to_json(l.business_date) || ',' || to_json(l.payload) || ']', 'UTF8')), 'hex')
$$;
comment on function sync.hash_of(sync.log) is 'The hash of an operation as its machine reckons it, over what the log holds now.';
revoke execute on function sync.hash_of(sync.log) from public;

create or replace function sync.integrity(p jsonb) returns json language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  d sync.device := sync.me();
  stream_ text := p ->> 'stream';
begin
  if not sync.reads(d, stream_) then return sync.refused('STREAM'); end if;
  return json_build_object('answer', 'days', 'days', coalesce((
    select json_agg(json_build_object('businessDate', business_date, 'count', n, 'digest', digest) order by business_date)
    from (
      select business_date, count(*) as n,
        encode(sha256(convert_to(string_agg(hash, '' order by hash collate "C"), 'UTF8')), 'hex') as digest
      from (
        select business_date, sync.hash_of(log) as hash from sync.log
        where stream = stream_ and business_date between p ->> 'fromDate' and p ->> 'toDate'
        union all
        select l.business_date, sync.hash_of(l) from sync.relay r join sync.log l on l.stream = r.log_stream and l.seq = r.log_seq
        where r.stream = stream_ and l.business_date between p ->> 'fromDate' and p ->> 'toDate'
      ) held group by business_date
    ) day
  ), '[]'::json));
end $$;
