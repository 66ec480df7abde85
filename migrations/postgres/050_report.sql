-- Reading for people: views that run with the reader's own rights over tables that show each reader the rows of its branches.

create function sync.reads_all() returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from sync.reader where role = session_user and branch_id is null) $$;
create function sync.read_branch() returns text language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select branch_id from sync.reader where role = session_user $$;
comment on function sync.reads_all() is 'Whether the reader that is logged in sees every branch.';

grant usage on schema sync, shop, report to sync_reader;
grant execute on function sync.reads_all(), sync.read_branch() to sync_reader;

do $$
declare
  t text;
  scoped boolean;
begin
  for t in select tablename from pg_tables where schemaname = 'shop' order by 1 loop
    scoped := exists (
      select from information_schema.columns where table_schema = 'shop' and table_name = t and column_name = 'branch_id'
    ) and t not in ('terminal', 'warehouse');
    execute format('alter table shop.%I enable row level security', t);
    execute format('alter table shop.%I force row level security', t);
    execute format('create policy projection on shop.%I to sync_centre using (true) with check (true)', t);
    execute format('create policy reading on shop.%I for select to sync_reader using (%s)', t, case
      when scoped then '(select sync.reads_all()) or branch_id = (select sync.read_branch())'
      when t in ('transfer', 'transfer_line')
        then '(select sync.reads_all()) or (select sync.read_branch()) in (from_branch_id, to_branch_id)'
      else '(select sync.reads_all()) or (select sync.read_branch()) is not null' end);
    execute format('grant select on shop.%I to sync_reader', t);
  end loop;
end $$;

create view report.sales with (security_invoker = true) as
select s.id, b.name as branch, s.number, s.document_kind, to_timestamp(s.sold_at_ms / 1000.0) as sold_at, s.business_date,
  u.first_name || ' ' || u.last_name as cashier, s.total_clp, s.net_clp, s.iva_clp, s.exempt_clp, s.discount_clp, round(s.cost_milli_clp / 1000.0) as cost_clp
from shop.sale s left join shop.branch b on b.id = s.branch_id left join shop.user_account u on u.id = s.cashier_id;
comment on view report.sales is 'Completed sales with names instead of ids; cost_clp is the cost of what was sold.';

create view report.sales_by_day with (security_invoker = true) as
select b.name as branch, s.business_date, count(*) as sales, sum(s.total_clp) as total_clp, sum(s.net_clp) as net_clp, sum(s.iva_clp) as iva_clp
from shop.sale s left join shop.branch b on b.id = s.branch_id group by 1, 2;
comment on view report.sales_by_day is 'Sales per branch and business day.';

create view report.products_sold with (security_invoker = true) as
select b.name as branch, s.business_date, l.sku, l.name, sum(l.quantity_milli) / 1000.0 as quantity, sum(l.total_clp) as total_clp
from shop.sale_line l join shop.sale s on s.id = l.sale_id left join shop.branch b on b.id = s.branch_id group by 1, 2, 3, 4;
comment on view report.products_sold is 'What was sold per branch, day and product; quantity in base units.';

create view report.payments_by_day with (security_invoker = true) as
select b.name as branch, p.business_date, p.tender, sum(p.amount_clp) as amount_clp
from shop.payment p left join shop.branch b on b.id = p.branch_id group by 1, 2, 3;
comment on view report.payments_by_day is 'Money taken per branch, day and tender; refunds count negative.';

create view report.stock with (security_invoker = true) as
select b.name as branch, w.name as warehouse, p.sku, p.name, l.on_hand_milli / 1000.0 as on_hand, round(l.value_milli_clp / 1000.0) as value_clp,
  to_timestamp(l.changed_at_ms / 1000.0) as as_of
from shop.stock_level l left join shop.product p on p.id = l.product_id left join shop.warehouse w on w.id = l.warehouse_id
left join shop.branch b on b.id = l.branch_id;
comment on view report.stock is 'Stock per branch and warehouse, as of what has arrived from there.';

create view report.shifts with (security_invoker = true) as
select b.name as branch, s.number, s.business_date, s.state, u.first_name || ' ' || u.last_name as cashier,
  to_timestamp(s.opened_at_ms / 1000.0) as opened_at, to_timestamp(s.closed_at_ms / 1000.0) as closed_at,
  s.expected_cash_clp, s.counted_cash_clp, s.counted_cash_clp - s.expected_cash_clp as difference_clp, s.difference_reason
from shop.shift s left join shop.branch b on b.id = s.branch_id left join shop.user_account u on u.id = s.cashier_id;
comment on view report.shifts is 'Shifts and what was missing or over when they closed.';

create view report.transfers with (security_invoker = true) as
select t.id, t.number, f.name as from_branch, d.name as to_branch, to_timestamp(t.dispatched_at_ms / 1000.0) as dispatched_at,
  to_timestamp(t.received_at_ms / 1000.0) as received_at, l.product_id,
  sum(l.quantity_milli) filter (where l.phase = 'DISPATCH') / 1000.0 as dispatched,
  sum(l.quantity_milli) filter (where l.phase = 'RECEPTION') / 1000.0 as received
from shop.transfer t join shop.transfer_line l on l.transfer_id = t.id
left join shop.branch f on f.id = t.from_branch_id left join shop.branch d on d.id = t.to_branch_id
group by t.id, t.number, f.name, d.name, t.dispatched_at_ms, t.received_at_ms, l.product_id;
comment on view report.transfers is 'Goods between branches: what left, what came.';

grant select on all tables in schema report to sync_reader;
revoke execute on all functions in schema sync from public;
