-- A page as rows of a result instead of one JSON value: a tenth of the centre's work, as no payload is escaped, joined and copied into a text of
-- megabytes. The first row is the answer, with nothing else in it; behind a page its operations follow.
create function sync.pull_rows(p jsonb) returns table (
  answer json, seq bigint, "deviceId" text, scope text, effective text, "receivedAtMs" bigint, verdict text, sequence bigint, id text,
  "commandId" text, kind text, version integer, "subjectId" text, hlc text, "actorId" text, "approverId" text, "terminalId" text,
  "branchId" text, "occurredAtMs" bigint, "businessDate" text, payload text, "prevHash" text, hash text
)
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off set work_mem = '32MB' as $$
#variable_conflict use_column
declare
  d sync.device := sync.me();
  stream_ text := p ->> 'stream';
  after_ bigint := (p ->> 'after')::bigint;
  head_ bigint;
  through_ bigint;
begin
  if p ->> 'epoch' <> sync.current_epoch() then
    answer := json_build_object('answer', 'epoch', 'epoch', sync.current_epoch());
    return next;
    return;
  end if;
  select head into head_ from sync.stream where name = stream_;
  if head_ is null or not sync.reads(d, stream_) then
    answer := sync.refused('STREAM');
    return next;
    return;
  end if;
  through_ := greatest(after_, least(head_, after_ + least((p ->> 'limit')::bigint, 5000)));
  answer := json_build_object('answer', 'page', 'through', through_, 'head', head_);
  return next;
  return query
    select null::json, x.at, l.incarnation, l.scope, l.effective, l.received_at_ms, v.verdict, l.dseq, l.id, l.command_id, l.kind, l.version,
      l.subject_id, l.hlc, l.actor_id, l.approver_id, l.terminal_id, l.branch_id, l.occurred_at_ms, l.business_date, l.payload, l.prev_hash,
      l.hash
    from (
      select seq as at, stream, seq from sync.log where stream = stream_ and seq > after_ and seq <= through_
      union all
      select seq, log_stream, log_seq from sync.relay where stream = stream_ and seq > after_ and seq <= through_
    ) x
    join sync.log l on l.stream = x.stream and l.seq = x.seq
    left join sync.verdict v on v.stream = x.stream and v.seq = x.seq and v.resolved_at_ms is null
    where l.incarnation is distinct from p ->> 'except'
    order by x.at;
end $$;
comment on function sync.pull_rows(jsonb) is 'What sync.pull answers, as rows: the answer first, then the operations of its page.';

-- The same page in one value, for machines of before and where an embedded centre speaks for its devices.
create or replace function sync.pull(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  page_ json;
  rows_ json;
begin
  select min(r.answer::text)::json, json_agg(json_build_object(
      'seq', r.seq, 'deviceId', r."deviceId", 'scope', r.scope, 'effective', r.effective, 'receivedAtMs', r."receivedAtMs",
      'verdict', r.verdict, 'sequence', r.sequence, 'id', r.id, 'commandId', r."commandId", 'kind', r.kind, 'version', r.version,
      'subjectId', r."subjectId", 'hlc', r.hlc, 'actorId', r."actorId", 'approverId', r."approverId", 'terminalId', r."terminalId",
      'branchId', r."branchId", 'occurredAtMs', r."occurredAtMs", 'businessDate', r."businessDate", 'payload', r.payload,
      'prevHash', r."prevHash", 'hash', r.hash
    ) order by r.seq) filter (where r.answer is null)
  into page_, rows_
  from sync.pull_rows(p) r;
  if page_ ->> 'answer' <> 'page' then return page_; end if;
  return json_build_object('answer', 'page', 'through', page_ -> 'through', 'head', page_ -> 'head', 'rows', coalesce(rows_, '[]'::json));
end $$;

grant execute on function sync.pull_rows(jsonb) to sync_device;
revoke execute on function sync.pull_rows(jsonb) from public;
