-- What devices may call. Each function takes one JSON value (core/sync/protocol.ts) and answers one. Who asks is session_user, whatever the
-- value says. Locks are taken in one order: device, then rows of projection, then streams by name.

-- The device that asks. On PGlite's socket, where everybody is the superuser, it may be named (sync.act).
create function sync.me(for_change boolean default false) returns sync.device
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  who text := session_user;
  d sync.device;
begin
  if (select rolsuper from pg_roles where rolname = session_user) then who := coalesce(nullif(current_setting('sync.device', true), ''), who); end if;
  if for_change then select * into d from sync.device where role = who for update;
  else select * into d from sync.device where role = who;
  end if;
  if d.role is null or d.state <> 'ACTIVE' then raise exception 'this device may not connect' using errcode = '42501'; end if;
  return d;
end $$;

create function sync.refused(reason text) returns json language sql immutable set search_path = pg_catalog, pg_temp as
$$ select json_build_object('answer', 'refused', 'reason', reason) $$;

create function sync.current_epoch() returns text language sql stable set search_path = pg_catalog, pg_temp as
$$ select id from sync.epoch order by number desc limit 1 $$;

create function sync.reads(d sync.device, stream text) returns boolean language sql immutable set search_path = pg_catalog, pg_temp as
$$ select stream = 'master' or d.scope = 'OWNER' or stream = 'branch:' || d.branch_id $$;

-- A branch that was made by its code alone takes the id of the shop that connects first; from then on it is fixed. An empty machine has no branch
-- yet and takes the one that it is told.
create function sync.claim(d sync.device, claimed_id text) returns boolean language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  known sync.branch;
begin
  if claimed_id = '' then return true; end if;
  select * into known from sync.branch where id = d.branch_id for update;
  if known.id = claimed_id then
    if not known.claimed then update sync.branch set claimed = true where id = known.id; end if;
    return true;
  end if;
  if known.claimed or claimed_id is null or exists (select from sync.branch where id = claimed_id) then return false; end if;
  update sync.branch set id = claimed_id, claimed = true where id = known.id;
  return true;
end $$;

create function sync.hello(p jsonb) returns json language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  d sync.device := sync.me(true);
  i sync.incarnation;
  asked integer := (select number from sync.epoch where id = p ->> 'epoch');
begin
  if (p ->> 'protocol')::integer > 1 then return sync.refused('OUTDATED_CENTRE'); end if;
  if not sync.claim(d, p ->> 'branchId') then return sync.refused('BRANCH'); end if;
  update sync.device set last_contact_ms = sync.now_ms(), app_version = left(coalesce(p ->> 'appVersion', ''), 40),
    pending = greatest(0, coalesce((p ->> 'pending')::bigint, 0))
  where role = d.role returning * into d;
  select * into i from sync.incarnation where id = p ->> 'incarnation';
  if i.id is not null and i.role <> d.role then return sync.refused('UNKNOWN_INCARNATION'); end if;
  insert into sync.stream (name) values ('branch:' || d.branch_id) on conflict do nothing;
  return json_build_object(
    'answer', 'welcome', 'epoch', sync.current_epoch(), 'scope', d.scope,
    'branch', (select json_build_object('id', id, 'code', code) from sync.branch where id = d.branch_id),
    'acked', i.acked, 'ackedHash', i.acked_hash,
    'streams', (
      select json_agg(json_build_object('stream', s.name, 'head', s.head, 'resume', case
        when asked is null then 0
        else least(s.head, coalesce((select min(coalesce((e.heads ->> s.name)::bigint, 0)) from sync.epoch e where e.number > asked), s.head)) end
      ) order by s.name)
      from sync.stream s where sync.reads(d, s.name)
    ),
    'probed', coalesce((
      select json_agg(json_build_object('sequence', l.dseq, 'hash', l.hash) order by l.dseq)
      from jsonb_array_elements_text(coalesce(p -> 'probe', '[]')) q join sync.log l on l.incarnation = i.id and l.dseq = q::bigint
    ), '[]'::json),
    'nowMs', sync.now_ms()
  );
end $$;

-- A number that no machine of the branch has.
create function sync.free_terminal_code(branch_id_ text) returns text language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  code_ text;
begin
  perform from sync.branch where id = branch_id_ for update;
  -- Beyond every code in use: a terminal that was removed may still be on paper.
  select (1 + coalesce(max(code::integer), 0))::text into code_ from (
    select code from shop.terminal where branch_id = branch_id_
    union all
    select code from sync.terminal_code where branch_id = branch_id_
  ) used where code ~ '^\d+$';
  insert into sync.terminal_code (branch_id, code) values (branch_id_, code_);
  return code_;
end $$;

create function sync.incarnate(p jsonb) returns json language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  d sync.device := sync.me(true);
  parent sync.incarnation;
  base_ bigint := (p ->> 'base')::bigint;
begin
  select * into parent from sync.incarnation where id = p ->> 'from' and role = d.role;
  if exists (select from sync.incarnation where id = p ->> 'incarnation') then return sync.refused('UNKNOWN_INCARNATION'); end if;
  if base_ > 0 and (
    parent.id is null or base_ > parent.acked
    or p ->> 'baseHash' is distinct from (case when base_ = parent.acked then parent.acked_hash
      else (select hash from sync.log where incarnation = parent.id and dseq = base_) end)
  ) then return sync.refused('UNKNOWN_INCARNATION'); end if;
  insert into sync.incarnation (id, role, started_at_ms, base, acked, acked_hash)
  values (p ->> 'incarnation', d.role, sync.now_ms(), base_, base_, case when base_ = 0 then repeat('0', 64) else p ->> 'baseHash' end);
  return json_build_object('answer', 'incarnated', 'acked', base_, 'terminalCode', sync.free_terminal_code(d.branch_id));
end $$;

-- The operations of a push that are new, each with its effective time and, where it shall not be projected, why.
create function sync.examine(operations jsonb, i sync.incarnation, d sync.device, received bigint) returns sync.operation[]
language sql set search_path = pg_catalog, pg_temp as $$
  select array_agg(row(
    o.sequence, o.id, o."commandId", o.kind, o.version, o."subjectId", o.hlc, o."actorId", o."approverId", o."terminalId", o."branchId",
    o."occurredAtMs", o."businessDate", o.payload, o."prevHash", o.hash,
    least(o.hlc collate "C", (lpad((received + 10000)::text, 15, '0') || '-00000') collate "C"), i.id, d.scope, received,
    case when k.stream = 'MASTER' or (k.stream = 'MINE' and d.scope = 'OWNER') then 'MASTER' else 'BRANCH' end,
    case
      when o.hash <> encode(sha256(convert_to(
        '["' || o."prevHash" || '",' || o.sequence || ',' || to_json(o.id) || ',' || to_json(o."commandId") || ',' || to_json(o.kind) || ','
          || o.version || ',' || to_json(o."subjectId") || ',' || to_json(o.hlc) || ',' || to_json(o."actorId") || ','
          || coalesce(to_json(o."approverId")::text, 'null') || ',' || to_json(o."terminalId") || ',' || to_json(o."branchId") || ','
          || o."occurredAtMs" || ',' || to_json(o."businessDate") || ',' || to_json(o.payload) || ']', 'UTF8')), 'hex') then 'ALTERED'
      when o."branchId" <> d.branch_id then 'FOREIGN_BRANCH'
      when k.kind is null or o.version > k.version then 'DEFERRED'
      when k.authority = 'OWNER' and d.scope <> 'OWNER' then 'AUTHORITY'
    end
  )::sync.operation order by o.sequence)
  from jsonb_to_recordset(operations) o (
    sequence bigint, id text, "commandId" text, kind text, version integer, "subjectId" text, hlc text, "actorId" text, "approverId" text,
    "terminalId" text, "branchId" text, "occurredAtMs" bigint, "businessDate" text, payload text, "prevHash" text, hash text
  )
  left join sync.kind k on k.kind = o.kind
  where o.sequence > i.acked
$$;

-- Projects what may be projected and answers the operations with their verdicts, and why, by sequence.
create function sync.project_all(operations sync.operation[]) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  sales sync.operation[];
  o sync.operation;
  found_ jsonb := '{}';
  together boolean := false;
begin
  select array_agg(x order by x.sequence) into sales from unnest(operations) x where x.verdict is null and x.kind = 'sales.checkedOut';
  if sales is not null then
    begin
      perform sync.project_sales(sales);
      together := true;
    exception when others then
      if sync.is_transient(sqlstate) then raise; end if;
    end;
  end if;
  for o in select * from unnest(operations) x
    where x.verdict is null and not (together and x.kind = 'sales.checkedOut')
      and (x.kind = 'sales.checkedOut' or split_part(x.kind, '.', 1) not in ('carts', 'receipts'))
    order by x.sequence
  loop
    begin
      perform sync.project(o);
    exception when others then
      if sync.is_transient(sqlstate) then raise; end if;
      found_ := found_ || jsonb_build_object(o.sequence::text,
        jsonb_build_array(case when sqlstate = 'RD001' then 'AUTHORITY' else 'PROJECTION' end, sqlstate || ' ' || left(sqlerrm, 300)));
    end;
  end loop;
  return found_ || coalesce((
    select jsonb_object_agg(x.sequence::text, jsonb_build_array(x.verdict, x.kind || ' ' || x.version)) from unnest(operations) x where x.verdict is not null
  ), '{}');
end $$;

-- The stream of an operation: what nobody may apply stays at home.
create function sync.place(o sync.operation, verdicts jsonb, home text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when o.target = 'MASTER' and coalesce(verdicts -> o.sequence::text ->> 0, '') not in ('ALTERED', 'AUTHORITY', 'FOREIGN_BRANCH')
    then 'master' else home end
$$;

-- Streams are locked last and in name order; the numbers given under the locks are dense.
create function sync.append(operations sync.operation[], verdicts jsonb, d sync.device) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  home text := 'branch:' || d.branch_id;
  touched text[];
  heads jsonb := '{}';
  relayed jsonb;
  s text;
  h bigint;
begin
  select coalesce(jsonb_agg(jsonb_build_object('sequence', x.sequence, 'stream', 'branch:' || x.other)), '[]') into relayed
  from (
    select o.sequence, o.payload::jsonb -> 'transfer' ->> (case when o.kind = 'transfers.dispatched' then 'toBranchId' else 'fromBranchId' end) as other
    from unnest(operations) o where o.kind in ('transfers.dispatched', 'transfers.received') and not verdicts ? o.sequence::text
  ) x where x.other <> d.branch_id;
  select array_agg(distinct name order by name) into touched from (
    select sync.place(o, verdicts, home) as name from unnest(operations) o
    union all
    select r ->> 'stream' from jsonb_array_elements(relayed) r
  ) names;
  foreach s in array touched loop
    insert into sync.stream (name) values (s) on conflict do nothing;
    select head into h from sync.stream where name = s for update;
    heads := heads || jsonb_build_object(s, h);
  end loop;

  with placed as (
    select o.*, sync.place(o, verdicts, home) as stream from unnest(operations) o
  )
  insert into sync.log
  select p.stream, (heads ->> p.stream)::bigint + row_number() over (partition by p.stream order by p.sequence), p.incarnation, p.sequence, p.id,
    p.command_id, p.kind, p.version, p.subject_id, p.hlc, p.effective, p.actor_id, p.approver_id, p.terminal_id, p.branch_id, p.occurred_at_ms,
    p.business_date, p.payload, p.prev_hash, p.hash, p.scope, p.received_at_ms
  from placed p;

  if relayed <> '[]' then
    insert into sync.relay (stream, seq, log_stream, log_seq)
    select r ->> 'stream',
      (heads ->> (r ->> 'stream'))::bigint + row_number() over (partition by r ->> 'stream' order by l.dseq), l.stream, l.seq
    from jsonb_array_elements(relayed) r
    join sync.log l on l.incarnation = operations[1].incarnation and l.dseq = (r ->> 'sequence')::bigint;
  end if;
  if verdicts <> '{}' then
    insert into sync.verdict (stream, seq, verdict, detail, at_ms)
    select l.stream, l.seq, v.value ->> 0, v.value ->> 1, l.received_at_ms
    from jsonb_each(verdicts) v join sync.log l on l.incarnation = operations[1].incarnation and l.dseq = v.key::bigint;
  end if;
  foreach s in array touched loop
    update sync.stream set head = greatest(
      head,
      coalesce((select max(seq) from sync.log where stream = s), 0),
      coalesce((select max(seq) from sync.relay where stream = s), 0)
    ) where name = s;
    perform pg_notify('sync', s);
  end loop;
end $$;

create function sync.push(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  d sync.device := sync.me(true);
  i sync.incarnation;
  base_ bigint := (p ->> 'base')::bigint;
  count_ bigint := jsonb_array_length(p -> 'operations');
  operations sync.operation[];
  known text[];
  verdicts jsonb;
begin
  if p ->> 'epoch' <> sync.current_epoch() then return json_build_object('answer', 'epoch', 'epoch', sync.current_epoch()); end if;
  select * into i from sync.incarnation where id = p ->> 'incarnation';
  if i.id is null and coalesce(p ->> 'incarnation', '') <> '' then
    i := row(p ->> 'incarnation', d.role, sync.now_ms(), 0, 0, repeat('0', 64))::sync.incarnation;
    insert into sync.incarnation select i.*;
  end if;
  if i.id is null or i.role <> d.role then return sync.refused('UNKNOWN_INCARNATION'); end if;
  if base_ > i.acked then return json_build_object('answer', 'gap', 'acked', i.acked); end if;
  if base_ + count_ <= i.acked then
    if count_ > 0 and exists (
      select from sync.log where incarnation = i.id and dseq = base_ + count_ and hash <> p -> 'operations' -> -1 ->> 'hash'
    ) then return json_build_object('answer', 'diverged', 'acked', i.acked); end if;
    return json_build_object('answer', 'dup', 'acked', i.acked);
  end if;

  operations := sync.examine(p -> 'operations', i, d, sync.now_ms());
  if cardinality(operations) is distinct from (base_ + count_ - i.acked)::integer
    or operations[1].sequence <> i.acked + 1 or operations[cardinality(operations)].sequence <> base_ + count_ then
    raise exception 'operations are not numbered base + 1, base + 2, ..' using errcode = '22023';
  end if;
  if exists (
    select from (
      select o.prev_hash, lag(o.hash, 1, i.acked_hash) over (order by o.sequence) as expected from unnest(operations) o
    ) link where prev_hash is distinct from expected
  ) then return json_build_object('answer', 'diverged', 'acked', i.acked); end if;
  update sync.incarnation set acked = base_ + count_, acked_hash = operations[cardinality(operations)].hash where id = i.id;

  -- Under an earlier incarnation's name some of them may be here already.
  select array_agg(l.id) into known from sync.log l where l.id in (select o.id from unnest(operations) o);
  if known is not null then
    select array_agg(o order by o.sequence) into operations from unnest(operations) o where o.id <> all (known);
  end if;
  if operations is not null then
    verdicts := sync.project_all(operations);
    perform sync.append(operations, verdicts, d);
  end if;
  return json_build_object('answer', 'acked', 'acked', base_ + count_, 'verdicts', coalesce((
    select json_agg(json_build_object('sequence', key::bigint, 'verdict', value ->> 0, 'detail', value ->> 1) order by key::bigint)
    from jsonb_each(verdicts)
  ), '[]'::json));
end $$;

create function sync.pull(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  d sync.device := sync.me();
  stream_ text := p ->> 'stream';
  after_ bigint := (p ->> 'after')::bigint;
  head_ bigint;
  through_ bigint;
begin
  if p ->> 'epoch' <> sync.current_epoch() then return json_build_object('answer', 'epoch', 'epoch', sync.current_epoch()); end if;
  select head into head_ from sync.stream where name = stream_;
  if head_ is null or not sync.reads(d, stream_) then return sync.refused('STREAM'); end if;
  through_ := greatest(after_, least(head_, after_ + least((p ->> 'limit')::bigint, 5000)));
  return json_build_object('answer', 'page', 'through', through_, 'head', head_, 'rows', coalesce((
    select json_agg(json_build_object(
      'seq', x.at, 'deviceId', l.incarnation, 'scope', l.scope, 'effective', l.effective, 'receivedAtMs', l.received_at_ms,
      'verdict', v.verdict, 'sequence', l.dseq, 'id', l.id, 'commandId', l.command_id, 'kind', l.kind, 'version', l.version,
      'subjectId', l.subject_id, 'hlc', l.hlc, 'actorId', l.actor_id, 'approverId', l.approver_id, 'terminalId', l.terminal_id,
      'branchId', l.branch_id, 'occurredAtMs', l.occurred_at_ms, 'businessDate', l.business_date, 'payload', l.payload,
      'prevHash', l.prev_hash, 'hash', l.hash
    ) order by x.at)
    from (
      select seq as at, stream, seq from sync.log where stream = stream_ and seq > after_ and seq <= through_
      union all
      select seq, log_stream, log_seq from sync.relay where stream = stream_ and seq > after_ and seq <= through_
    ) x
    join sync.log l on l.stream = x.stream and l.seq = x.seq
    left join sync.verdict v on v.stream = x.stream and v.seq = x.seq and v.resolved_at_ms is null
    where l.incarnation is distinct from p ->> 'except'
  ), '[]'::json));
end $$;

create function sync.integrity(p jsonb) returns json language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
        select business_date, hash from sync.log where stream = stream_ and business_date between p ->> 'fromDate' and p ->> 'toDate'
        union all
        select l.business_date, l.hash from sync.relay r join sync.log l on l.stream = r.log_stream and l.seq = r.log_seq
        where r.stream = stream_ and l.business_date between p ->> 'fromDate' and p ->> 'toDate'
      ) held group by business_date
    ) day
  ), '[]'::json));
end $$;

create function sync.stock(p jsonb) returns json language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  d sync.device := sync.me();
begin
  return json_build_object('answer', 'stock', 'asOfMs', sync.now_ms(), 'levels', coalesce((
    select json_agg(json_build_object('branchId', branch_id, 'warehouseId', warehouse_id, 'productId', product_id,
      'onHandMilli', on_hand_milli, 'changedAtMs', changed_at_ms) order by warehouse_id, product_id)
    from shop.stock_level where changed_at_ms >= (p ->> 'sinceMs')::bigint and branch_id <> d.branch_id
  ), '[]'::json));
end $$;

create function sync.overview(p jsonb) returns json language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  d sync.device := sync.me();
begin
  return json_build_object('answer', 'overview', 'nowMs', sync.now_ms(), 'branches', (
    select json_agg(json_build_object(
      'branchId', b.id, 'code', b.code, 'name', coalesce(s.name, b.code), 'lastContactMs', c.contact, 'pending', coalesce(c.pending, 0),
      'appVersion', coalesce(c.version, ''), 'salesToday', t.sales, 'salesTodayClp', t.amount, 'cashDifferenceClp', f.difference,
      'quarantined', w.quarantined, 'deferred', w.deferred
    ) order by b.code)
    from sync.branch b left join shop.branch s on s.id = b.id
    cross join lateral (select (now() at time zone coalesce(s.time_zone, 'America/Santiago'))::date as today) z
    cross join lateral (
      select max(last_contact_ms) as contact, sum(pending) as pending, max(app_version) as version from sync.device where branch_id = b.id
    ) c
    cross join lateral (
      select count(*) as sales, coalesce(sum(total_clp), 0) as amount from shop.sale where branch_id = b.id and business_date = z.today
    ) t
    cross join lateral (
      select coalesce(sum(counted_cash_clp - expected_cash_clp), 0) as difference from shop.shift where branch_id = b.id and business_date = z.today
    ) f
    cross join lateral (
      select count(*) filter (where v.verdict <> 'DEFERRED') as quarantined, count(*) filter (where v.verdict = 'DEFERRED') as deferred
      from sync.verdict v join sync.log l on l.stream = v.stream and l.seq = v.seq join sync.incarnation i on i.id = l.incarnation
      join sync.device e on e.role = i.role
      where v.resolved_at_ms is null and e.branch_id = b.id
    ) w
    where d.scope = 'OWNER' or b.id = d.branch_id
  ), 'tasks', coalesce((
    select json_agg(json_build_object('id', id, 'kind', kind, 'branchId', branch_id, 'detail', detail, 'createdAtMs', created_at_ms) order by created_at_ms)
    from (
      select id, kind, branch_id, detail, created_at_ms from sync.task where resolved_at_ms is null and (d.scope = 'OWNER' or branch_id = d.branch_id)
      union all
      select 'OPERATION:' || l.id, v.verdict, e.branch_id, l.kind || ': ' || v.detail, v.at_ms
      from sync.verdict v join sync.log l on l.stream = v.stream and l.seq = v.seq join sync.incarnation i on i.id = l.incarnation
      join sync.device e on e.role = i.role
      where v.resolved_at_ms is null and (d.scope = 'OWNER' or e.branch_id = d.branch_id)
      order by created_at_ms limit 200
    ) open
  ), '[]'::json));
end $$;

create function sync.snapshot_begin(p jsonb) returns json language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  d sync.device := sync.me();
  id_ text := gen_random_uuid()::text;
begin
  if d.scope <> 'OWNER' and p ->> 'branchId' <> d.branch_id then return sync.refused('SCOPE'); end if;
  insert into sync.snapshot (id, branch_id, role, facts, created_at_ms) values (id_, p ->> 'branchId', d.role, p, sync.now_ms());
  return json_build_object('answer', 'begun', 'id', id_);
end $$;

create function sync.snapshot_put(p jsonb) returns json language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  d sync.device := sync.me();
  content bytea := decode(p ->> 'bytes', 'base64');
begin
  if length(content) > 1048576 or encode(sha256(content), 'hex') is distinct from p ->> 'sha256'
    or not exists (
      select from sync.snapshot where id = p ->> 'id' and role = d.role and not finished
        and (p ->> 'index')::integer between 0 and (facts ->> 'chunkCount')::integer - 1
    ) then
    return sync.refused('SNAPSHOT');
  end if;
  insert into sync.snapshot_chunk (snapshot_id, index, sha256, bytes) values (p ->> 'id', (p ->> 'index')::integer, p ->> 'sha256', content)
  on conflict (snapshot_id, index) do update set sha256 = excluded.sha256, bytes = excluded.bytes;
  return json_build_object('answer', 'done');
end $$;

-- Keeps it if it is whole, and drops the branch's older ones: one copy is enough, the log holds the rest.
create function sync.snapshot_finish(p jsonb) returns json language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  d sync.device := sync.me();
  s sync.snapshot;
begin
  select * into s from sync.snapshot where id = p ->> 'id' and role = d.role for update;
  if s.id is null
    or (select count(*) from sync.snapshot_chunk where snapshot_id = s.id) <> (s.facts ->> 'chunkCount')::integer
    or (select sum(length(bytes)) from sync.snapshot_chunk where snapshot_id = s.id) <> (s.facts ->> 'bytes')::bigint then
    return sync.refused('SNAPSHOT');
  end if;
  update sync.snapshot set finished = true where id = s.id;
  delete from sync.snapshot where branch_id = s.branch_id and id <> s.id and (finished or created_at_ms < sync.now_ms() - 86400000);
  return json_build_object('answer', 'done');
end $$;

create function sync.snapshot(p jsonb) returns json language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  d sync.device := sync.me();
begin
  return coalesce((
    select json_build_object('answer', 'snapshot', 'id', id, 'facts', facts, 'createdAtMs', created_at_ms)
    from sync.snapshot
    where branch_id = p ->> 'branchId' and (d.scope = 'OWNER' or branch_id = d.branch_id) and finished
      and (facts ->> 'schemaVersion')::integer <= (p ->> 'schemaVersion')::integer
    order by created_at_ms desc limit 1
  ), json_build_object('answer', 'none'));
end $$;

create function sync.snapshot_chunk(p jsonb) returns json language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  d sync.device := sync.me();
begin
  return coalesce((
    select json_build_object('answer', 'chunk', 'index', c.index, 'sha256', c.sha256, 'bytes', translate(encode(c.bytes, 'base64'), E'\n', ''))
    from sync.snapshot s join sync.snapshot_chunk c on c.snapshot_id = s.id
    where s.id = p ->> 'id' and s.finished and (d.scope = 'OWNER' or s.branch_id = d.branch_id) and c.index = (p ->> 'index')::integer
  ), sync.refused('SNAPSHOT'));
end $$;

-- For the operator, after an update: what waited for it is projected, and delivered to everyone where it is everyone's. Answers how many.
create function sync.replay() returns integer language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  w record;
  o sync.operation;
  done integer := 0;
begin
  for w in
    select l.*, k.stream as kind_stream, k.authority, v.verdict as earlier
    from sync.verdict v join sync.log l on l.stream = v.stream and l.seq = v.seq join sync.kind k on k.kind = l.kind and k.version >= l.version
    where v.resolved_at_ms is null and v.verdict in ('DEFERRED', 'PROJECTION')
    order by l.incarnation, l.dseq
  loop
    o := row(w.dseq, w.id, w.command_id, w.kind, w.version, w.subject_id, w.hlc, w.actor_id, w.approver_id, w.terminal_id, w.branch_id,
      w.occurred_at_ms, w.business_date, w.payload, w.prev_hash, w.hash, w.effective, w.incarnation, w.scope, w.received_at_ms, null, null);
    begin
      if w.authority = 'OWNER' and w.scope <> 'OWNER' then raise exception '%', w.kind using errcode = 'RD001'; end if;
      perform sync.project(o);
      update sync.verdict set resolved_at_ms = sync.now_ms() where stream = w.stream and seq = w.seq;
      if w.stream <> 'master' and (w.kind_stream = 'MASTER' or (w.kind_stream = 'MINE' and w.scope = 'OWNER')) then
        update sync.stream set head = head + 1 where name = 'master';
        insert into sync.relay (stream, seq, log_stream, log_seq) select 'master', head, w.stream, w.seq from sync.stream where name = 'master';
      end if;
      done := done + 1;
    exception when others then
      if sync.is_transient(sqlstate) then raise; end if;
      update sync.verdict set verdict = case when sqlstate = 'RD001' then 'AUTHORITY' else 'PROJECTION' end,
        detail = sqlstate || ' ' || left(sqlerrm, 300) where stream = w.stream and seq = w.seq;
    end;
  end loop;
  return done;
end $$;

-- For the operator, after restoring a backup.
create function sync.new_epoch() returns text language sql set search_path = pg_catalog, pg_temp as $$
  insert into sync.epoch (id, started_at_ms, heads)
  select gen_random_uuid()::text, sync.now_ms(), coalesce(jsonb_object_agg(name, head), '{}') from sync.stream
  returning id
$$;

-- Where a level is not the sum of its movements, or a number is not dense: empty while all is well.
create function sync.self_check() returns table (what text, detail text) language sql stable set search_path = pg_catalog, pg_temp as $$
  select 'LEVEL', coalesce(l.warehouse_id, m.warehouse_id) || ' ' || coalesce(l.product_id, m.product_id)
  from shop.stock_level l full join (
    select warehouse_id, product_id, sum(quantity_milli) as q, sum(value_milli_clp) as v from shop.stock_movement group by 1, 2
  ) m on m.warehouse_id = l.warehouse_id and m.product_id = l.product_id
  where l.on_hand_milli is distinct from m.q or l.value_milli_clp is distinct from m.v
  union all
  select 'STREAM', s.name
  from sync.stream s where s.head <> (select count(*) from sync.log l where l.stream = s.name) + (select count(*) from sync.relay r where r.stream = s.name)
  union all
  select 'ACKED', i.id from sync.incarnation i
  where i.acked > i.base and not exists (select from sync.log l where l.hash = i.acked_hash and l.dseq = i.acked)
  union all
  select 'SALE_PAYMENTS', s.id from shop.sale s
  where s.total_clp <> (select coalesce(sum(p.amount_clp - p.rounding_clp), 0) from shop.payment p where p.document_id = s.id)
$$;

-- Only a superuser can be another device: where a socket knows no roles.
create function sync.act(device text, name text, p jsonb) returns json language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  answer json;
begin
  if not (select rolsuper from pg_roles where rolname = session_user) then raise exception 'not you' using errcode = '42501'; end if;
  perform set_config('sync.device', device, true);
  execute format('select sync.%I($1)', name) into answer using p;
  perform set_config('sync.device', '', true);
  return answer;
end $$;

grant usage on schema sync to sync_device;
do $$
declare
  f text;
begin
  foreach f in array array['hello', 'incarnate', 'push', 'pull', 'integrity', 'stock', 'overview', 'snapshot_begin', 'snapshot_put',
    'snapshot_finish', 'snapshot', 'snapshot_chunk'] loop
    execute format('grant execute on function sync.%I(jsonb) to sync_device', f);
  end loop;
end $$;
revoke execute on all functions in schema sync from public;
