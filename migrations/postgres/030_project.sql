-- From operations to the tables of schema shop. Whatever a function here raises becomes the operation's verdict; RD001 stands for "not yours".

create type sync.operation as (
  sequence bigint, id text, command_id text, kind text, version integer, subject_id text, hlc text, actor_id text, approver_id text,
  terminal_id text, branch_id text, occurred_at_ms bigint, business_date text, payload text, prev_hash text, hash text,
  effective text, incarnation text, scope text, received_at_ms bigint, target text, verdict text
);
comment on type sync.operation is 'An operation in hand; target is MASTER or BRANCH.';

create function sync.now_ms() returns bigint language sql volatile set search_path = pg_catalog, pg_temp as
$$ select (extract(epoch from clock_timestamp()) * 1000)::bigint $$;

create function sync.snake(name text) returns text language sql immutable set search_path = pg_catalog, pg_temp as
$$ select lower(regexp_replace(name, '([A-Z])', '_\1', 'g')) $$;

create function sync.snake_keys(row_ jsonb) returns jsonb language sql immutable set search_path = pg_catalog, pg_temp as
$$ select coalesce(jsonb_object_agg(sync.snake(key), value), '{}') from jsonb_each(row_) $$;

-- Transient failures are the whole push's, not one operation's.
create function sync.is_transient(state text) returns boolean language sql immutable set search_path = pg_catalog, pg_temp as
$$ select left(state, 2) in ('08', '40', '53', '55', '57', '58', 'XX') $$;

-- Sets the columns of a row of master data that this operation is the last to have written.
create function sync.merge(table_ text, id_ text, patch jsonb, o sync.operation) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  target regclass := format('shop.%I', table_)::regclass;
  known jsonb;
  won jsonb;
begin
  if id_ is null then raise exception 'no id for %', table_ using errcode = '23502'; end if;
  execute format('insert into %s (id) values ($1) on conflict (id) do nothing', target) using id_;
  execute format('select stamps from %s where id = $1 for update', target) into known using id_;
  select coalesce(jsonb_object_agg(p.key, p.value), '{}') into won
  from jsonb_each(sync.snake_keys(patch)) p
  join pg_attribute a on a.attrelid = target and a.attname = p.key and a.attnum > 0 and not a.attisdropped
  where p.key not in ('id', 'stamps') and (
    not known ? p.key
    or (o.effective collate "C", o.incarnation collate "C", o.sequence)
      > ((known -> p.key ->> 0) collate "C", (known -> p.key ->> 1) collate "C", (known -> p.key ->> 2)::bigint)
  );
  if won = '{}' then return; end if;
  execute format(
    'update %1$s t set (%2$s, stamps) = (select %3$s, t.stamps || $2 from jsonb_populate_record(t, $3) w) where t.id = $1',
    target,
    (select string_agg(format('%I', key), ', ' order by key) from jsonb_object_keys(won) key),
    (select string_agg(format('w.%I', key), ', ' order by key) from jsonb_object_keys(won) key)
  ) using id_,
    (select jsonb_object_agg(key, jsonb_build_array(o.effective, o.incarnation, o.sequence)) from jsonb_object_keys(won) key),
    won;
end $$;

-- Writes rows of a document or fact of the operation's branch. `keys` is the primary key; with `keep` a known row stays as it is, otherwise it is
-- replaced, unless it is another branch's.
create function sync.put(table_ text, keys text, rows jsonb, o sync.operation, keep boolean default false, more jsonb default '{}') returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  target regclass := format('shop.%I', table_)::regclass;
  shaped jsonb;
  columns text;
  written bigint;
  others text;
begin
  if rows is null or jsonb_typeof(rows) = 'null' then return; end if;
  if jsonb_typeof(rows) = 'object' then rows := jsonb_build_array(rows); end if;
  if jsonb_array_length(rows) = 0 then return; end if;
  select jsonb_agg(sync.snake_keys(r) || more || jsonb_build_object('branch_id', o.branch_id)) into shaped from jsonb_array_elements(rows) r;
  select string_agg(format('%I', a.attname), ', ' order by a.attnum),
    string_agg(format('%1$I = excluded.%1$I', a.attname), ', ' order by a.attnum) filter (where a.attname <> 'branch_id')
  into columns, others
  from pg_attribute a
  where a.attrelid = target and a.attnum > 0 and not a.attisdropped and exists (select from jsonb_array_elements(shaped) r where r ? a.attname);
  execute format(
    'insert into %1$s as t (%2$s) select %2$s from jsonb_populate_recordset(null::%1$s, $1) on conflict (%3$s) do %4$s',
    target, columns, keys,
    case when keep then 'nothing' else format('update set %s where t.branch_id = excluded.branch_id', others) end
  ) using shaped;
  get diagnostics written = row_count;
  if not keep and written < jsonb_array_length(rows) then
    raise exception '% belongs to another branch', table_ using errcode = 'RD001';
  end if;
end $$;

-- Movements of stock and what they add up to.
create function sync.move_stock(movements jsonb, o sync.operation) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if coalesce(jsonb_array_length(movements), 0) = 0 then return; end if;
  with written as (
    insert into shop.stock_movement
    select m.id, o.branch_id, m."productId", m."warehouseId", m.kind, m."quantityMilli", m."valueMilliClp", m."sourceKind", m."sourceId",
      m."sourceLine", m."undoesId", m.reason, m."actorId", m."occurredAtMs", m."businessDate"
    from jsonb_to_recordset(movements) m (
      id text, "productId" text, "warehouseId" text, kind text, "quantityMilli" bigint, "valueMilliClp" bigint, "sourceKind" text,
      "sourceId" text, "sourceLine" integer, "undoesId" text, reason text, "actorId" text, "occurredAtMs" bigint, "businessDate" date
    )
    on conflict (id) do nothing
    returning branch_id, warehouse_id, product_id, quantity_milli, value_milli_clp
  )
  insert into shop.stock_level as l
  select branch_id, warehouse_id, product_id, sum(quantity_milli), sum(value_milli_clp), o.received_at_ms
  from written group by 1, 2, 3 order by warehouse_id, product_id
  on conflict (warehouse_id, product_id) do update set on_hand_milli = l.on_hand_milli + excluded.on_hand_milli,
    value_milli_clp = l.value_milli_clp + excluded.value_milli_clp, changed_at_ms = excluded.changed_at_ms;
end $$;

create function sync.pay(payments jsonb, o sync.operation) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform sync.put('payment', 'shift_id, id', payments, o, true);
end $$;

create type sync.checkout as (id text, branch_id text, received_at_ms bigint, body jsonb);

-- Sales over the counter, nearly all that ever travels: five statements for any number of them.
create function sync.project_sales(operations sync.operation[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  checkouts sync.checkout[];
begin
  select array_agg(row(o.id, o.branch_id, o.received_at_ms, o.payload::jsonb)::sync.checkout) into checkouts from unnest(operations) o;

  insert into shop.sale
  select s.id, c.branch_id, s."saleNumber", s."saleShiftId", s."saleTerminalId", s."saleCashierId", s."documentKind", s."customerId", s.plate,
    s."subtotalClp", s."discountClp", s."totalClp", s."exemptClp", s."netClp", s."ivaClp", s."costMilliClp", s."soldAtMs", s."saleDate"
  from unnest(checkouts) c, jsonb_to_record(c.body -> 'order') s (
    id text, "saleNumber" text, "saleShiftId" text, "saleTerminalId" text, "saleCashierId" text, "documentKind" text, "customerId" text, plate text,
    "subtotalClp" bigint, "discountClp" bigint, "totalClp" bigint, "exemptClp" bigint, "netClp" bigint, "ivaClp" bigint, "costMilliClp" bigint,
    "soldAtMs" bigint, "saleDate" date
  );

  insert into shop.sale_line
  select c.body -> 'order' ->> 'id', l."lineNumber", c.branch_id, l."productId", l.sku, l.name, l."quantityMilli", l."unitPriceClp", l."grossClp",
    l."discountClp", l."orderDiscountClp", l."totalClp", l."costMilliClp"
  from unnest(checkouts) c, jsonb_to_recordset(c.body -> 'lines') l (
    "lineNumber" integer, "productId" text, sku text, name text, "quantityMilli" bigint, "unitPriceClp" bigint, "grossClp" bigint,
    "discountClp" bigint, "orderDiscountClp" bigint, "totalClp" bigint, "costMilliClp" bigint
  );

  with moved as (
    insert into shop.stock_movement
    select m.id, c.branch_id, m."productId", m."warehouseId", 'EXIT', m."quantityMilli", m."valueMilliClp", 'ORDER', c.body -> 'order' ->> 'id',
      m."sourceLine", null, '', c.body -> 'order' ->> 'saleCashierId', (c.body -> 'order' ->> 'soldAtMs')::bigint,
      (c.body -> 'order' ->> 'saleDate')::date
    from unnest(checkouts) c, jsonb_to_recordset(c.body -> 'movements') m (
      id text, "productId" text, "warehouseId" text, "quantityMilli" bigint, "valueMilliClp" bigint, "sourceLine" integer
    )
    returning branch_id, warehouse_id, product_id, quantity_milli, value_milli_clp
  )
  insert into shop.stock_level as l
  select branch_id, warehouse_id, product_id, sum(quantity_milli), sum(value_milli_clp), operations[1].received_at_ms
  from moved group by 1, 2, 3 order by warehouse_id, product_id
  on conflict (warehouse_id, product_id) do update set on_hand_milli = l.on_hand_milli + excluded.on_hand_milli,
    value_milli_clp = l.value_milli_clp + excluded.value_milli_clp, changed_at_ms = excluded.changed_at_ms;

  insert into shop.payment
  select p."shiftId", p.id, c.branch_id, 'ORDER', c.body -> 'order' ->> 'id', p.tender, p."amountClp", p."roundingClp", p."tenderedClp",
    p."changeClp", p."operationNumber", p."lastFour", p.instalments, null, c.body -> 'order' ->> 'customerId',
    (c.body -> 'order' ->> 'soldAtMs')::bigint, (c.body -> 'order' ->> 'saleDate')::date
  from unnest(checkouts) c, jsonb_to_recordset(c.body -> 'payments') p (
    id text, "shiftId" text, tender text, "amountClp" bigint, "roundingClp" bigint, "tenderedClp" bigint, "changeClp" bigint,
    "operationNumber" text, "lastFour" text, instalments integer
  );

  insert into sync.task (id, kind, branch_id, detail, created_at_ms)
  select 'NUMBER:' || (c.body -> 'order' ->> 'id'), 'DUPLICATE_NUMBER', c.branch_id, c.body -> 'order' ->> 'saleNumber', c.received_at_ms
  from unnest(checkouts) c
  where exists (
    select from shop.sale s where s.number = c.body -> 'order' ->> 'saleNumber' and s.id <> c.body -> 'order' ->> 'id'
  ) on conflict (id) do nothing;
end $$;

-- A completed order is a sale: its rows are copied from what the order said, as it ended.
create function sync.complete_order(o sync.operation, stamp jsonb) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  insert into shop.sale
  select c.id, c.branch_id, s."saleNumber", s."saleShiftId", s."saleTerminalId", s."saleCashierId", c.document_kind, c.customer_id, c.plate,
    c.subtotal_clp, c.discount_clp, c.total_clp, c.exempt_clp, c.net_clp, c.iva_clp, s."costMilliClp", s."soldAtMs", s."saleDate"
  from shop.customer_order c, jsonb_to_record(stamp) s (
    id text, "saleNumber" text, "saleShiftId" text, "saleTerminalId" text, "saleCashierId" text, "costMilliClp" bigint, "soldAtMs" bigint,
    "saleDate" date
  ) where c.id = s.id and c.branch_id = o.branch_id;
  if not found then raise exception 'order % is not here', stamp ->> 'id' using errcode = '23503'; end if;
  insert into shop.sale_line
  select order_id, line_number, branch_id, product_id, sku, name, quantity_milli, unit_price_clp, gross_clp, discount_clp, order_discount_clp,
    total_clp, cost_milli_clp
  from shop.order_line where order_id = stamp ->> 'id';
end $$;

create function sync.set_order_state(o sync.operation, order_id_ text, state_ text, reason_ text default null) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  update shop.customer_order set state = state_, cancel_reason = coalesce(reason_, cancel_reason), updated_at_ms = o.occurred_at_ms
  where id = order_id_ and branch_id = o.branch_id;
  if not found then raise exception 'order % is not here', order_id_ using errcode = '23503'; end if;
end $$;

create function sync.project_order(o sync.operation, b jsonb) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  case o.kind
    when 'orders.created', 'orders.updated' then
      perform sync.put('customer_order', 'id', b -> 'order', o);
      delete from shop.order_line where order_id = b -> 'order' ->> 'id' and branch_id = o.branch_id;
      perform sync.put('order_line', 'order_id, line_number', b -> 'lines', o, false, jsonb_build_object('order_id', b -> 'order' ->> 'id'));
    when 'orders.advanced' then
      perform sync.set_order_state(o, b ->> 'id', b ->> 'state');
    when 'orders.cancelled' then
      perform sync.set_order_state(o, b ->> 'id', 'CANCELLED', b ->> 'reason');
    when 'orders.completed' then
      perform sync.set_order_state(o, b ->> 'id', 'COMPLETED');
      perform sync.complete_order(o, b);
    when 'sales.returned' then
      perform sync.put('sale_return', 'id', b -> 'saleReturn', o, true);
      perform sync.put('sale_return_line', 'return_id, line_number', b -> 'lines', o, true,
        jsonb_build_object('return_id', b -> 'saleReturn' ->> 'id'));
    else
      null;
  end case;
  perform sync.move_stock(b -> 'movements', o);
  perform sync.pay(b -> 'payments', o);
  perform sync.pay(b -> 'refunds', o);
end $$;

create function sync.project_shift(o sync.operation, b jsonb) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  case o.kind
    when 'shifts.opened' then
      perform sync.put('shift', 'id', b -> 'shift', o);
    when 'shifts.closed' then
      perform sync.put('shift', 'id', b -> 'shift', o);
      perform sync.put('shift_tender', 'shift_id, tender', b -> 'tenders', o, true);
    when 'shifts.cashMoved' then
      perform sync.put('cash_movement', 'id', b -> 'movement', o, true);
    when 'shifts.accountPaid' then
      perform sync.pay(b -> 'payments', o);
    when 'shifts.transferVerified' then
      update shop.payment set verified_at_ms = (b ->> 'verifiedAtMs')::bigint where id = b ->> 'id' and branch_id = o.branch_id;
    else
      null;
  end case;
end $$;

create function sync.project_purchase(o sync.operation, b jsonb) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  p jsonb;
begin
  case o.kind
    when 'purchasing.purchasesDrafted' then
      for p in select jsonb_array_elements(b -> 'purchases') loop
        perform sync.put('purchase', 'id', p -> 'purchase', o);
        perform sync.put('purchase_line', 'purchase_id, line_number', p -> 'lines', o);
      end loop;
    when 'purchasing.purchaseChanged', 'purchasing.purchaseSent' then
      perform sync.put('purchase', 'id', b -> 'purchase', o);
      delete from shop.purchase_line where purchase_id = b -> 'purchase' ->> 'id' and branch_id = o.branch_id;
      perform sync.put('purchase_line', 'purchase_id, line_number', b -> 'lines', o);
    when 'purchasing.purchaseFinished', 'purchasing.received' then
      update shop.purchase set state = b ->> 'state', finished_at_ms = (b ->> 'finishedAtMs')::bigint, reason = coalesce(b ->> 'reason', reason)
      where id = coalesce(b ->> 'purchaseId', b ->> 'id') and branch_id = o.branch_id;
    when 'purchasing.termsSet' then
      perform sync.merge('supplier_terms', b ->> 'id', b, o);
    when 'purchasing.supplySet' then
      perform sync.merge('product_supply', (b ->> 'productId') || ':' || (b ->> 'supplierId'), b, o);
    else
      null;
  end case;
  perform sync.put('stock_document', 'id', b -> 'document', o, true);
  perform sync.move_stock(b -> 'movements', o);
end $$;

-- Each phase resolves once: a second dispatch or reception of one transfer raises, and somebody is told.
create function sync.project_transfer(o sync.operation, b jsonb) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  t jsonb := b -> 'transfer';
  dispatch boolean := o.kind = 'transfers.dispatched';
begin
  if t ->> (case when dispatch then 'fromBranchId' else 'toBranchId' end) is distinct from o.branch_id then
    raise exception 'the transfer is another branch''s' using errcode = 'RD001';
  end if;
  insert into shop.transfer (id, from_branch_id, to_branch_id) values (t ->> 'id', t ->> 'fromBranchId', t ->> 'toBranchId') on conflict do nothing;
  if dispatch then
    update shop.transfer set number = t ->> 'number', dispatch_operation_id = o.id, dispatched_at_ms = o.occurred_at_ms
    where id = t ->> 'id' and from_branch_id = o.branch_id and to_branch_id = t ->> 'toBranchId' and dispatch_operation_id is null;
  else
    update shop.transfer set reception_operation_id = o.id, received_at_ms = o.occurred_at_ms
    where id = t ->> 'id' and from_branch_id = t ->> 'fromBranchId' and to_branch_id = o.branch_id and reception_operation_id is null;
  end if;
  if not found then
    raise exception 'transfer % resolves once', t ->> 'id' using errcode = '23505';
  end if;
  insert into shop.transfer_line
  select t ->> 'id', case when dispatch then 'DISPATCH' else 'RECEPTION' end, l."lineNumber", t ->> 'fromBranchId',
    t ->> 'toBranchId', l."productId", case when dispatch then l."quantityMilli" else coalesce(l."receivedMilli", 0) end
  from jsonb_to_recordset(b -> 'lines') l ("lineNumber" integer, "productId" text, "quantityMilli" bigint, "receivedMilli" bigint);
  perform sync.move_stock(b -> 'movements', o);
end $$;

create function sync.set_price(product_id_ text, price bigint, o sync.operation) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  insert into shop.price_change (operation_id, product_id, price_clp, effective, changed_by)
  values (o.id, product_id_, price, o.effective, o.actor_id) on conflict do nothing
$$;

-- Two branches that invent one SKU or barcode both keep their rows; the owner is told.
create function sync.after_product(id_ text, o sync.operation) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  delete from shop.product_barcode where product_id = id_;
  insert into shop.product_barcode (barcode, product_id, quantity_milli)
  select b.barcode, id_, b."quantityMilli"
  from shop.product p, jsonb_to_recordset(p.barcodes) b (barcode text, "quantityMilli" bigint)
  where p.id = id_ and jsonb_typeof(p.barcodes) = 'array' on conflict do nothing;
  insert into sync.task (id, kind, branch_id, detail, created_at_ms)
  select 'SKU:' || least(p.id, q.id) || ':' || greatest(p.id, q.id), 'SKU_CLASH', o.branch_id, p.sku, o.received_at_ms
  from shop.product p join shop.product q on lower(q.sku) = lower(p.sku) and q.id <> p.id where p.id = id_
  union all
  select 'BARCODE:' || p.barcode || ':' || least(p.product_id, q.product_id), 'BARCODE_CLASH', o.branch_id, p.barcode, o.received_at_ms
  from shop.product_barcode p join shop.product_barcode q on q.barcode = p.barcode and q.product_id <> p.product_id where p.product_id = id_
  on conflict (id) do nothing;
end $$;

create function sync.project_catalog(o sync.operation, b jsonb) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  p jsonb;
begin
  case o.kind
    when 'catalog.categoryCreated' then
      perform sync.merge('category', b -> 'category' ->> 'id', b -> 'category', o);
    when 'catalog.categoryChanged' then
      perform sync.merge('category', b ->> 'id', b -> 'patch', o);
    when 'catalog.productCreated' then
      p := b -> 'product';
      perform sync.merge('product', p ->> 'id', p, o);
      perform sync.set_price(p ->> 'id', (p ->> 'priceClp')::bigint, o);
      perform sync.after_product(p ->> 'id', o);
    when 'catalog.productChanged' then
      p := b -> 'patch';
      if p ? 'priceClp' then
        if o.scope <> 'OWNER' then raise exception 'prices are the owner''s' using errcode = 'RD001'; end if;
        perform sync.set_price(b ->> 'id', (p ->> 'priceClp')::bigint, o);
      end if;
      perform sync.merge('product', b ->> 'id', p, o);
      perform sync.after_product(b ->> 'id', o);
    when 'catalog.pricesChanged' then
      for p in select value from jsonb_array_elements(b -> 'prices') order by value ->> 'id' loop
        perform sync.merge('product', p ->> 'id', jsonb_build_object('priceClp', p -> 'priceClp'), o);
        perform sync.set_price(p ->> 'id', (p ->> 'priceClp')::bigint, o);
      end loop;
    else
      null;
  end case;
end $$;

create function sync.own(claimed text, o sync.operation) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if claimed is distinct from o.branch_id then raise exception 'branch % is not yours', claimed using errcode = 'RD001'; end if;
end $$;

create function sync.project_auth(o sync.operation, b jsonb) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  r jsonb;
begin
  case o.kind
    when 'auth.installed' then
      perform sync.own(b -> 'branch' ->> 'id', o);
      perform sync.merge('branch', o.branch_id, b -> 'branch', o);
      perform sync.merge('terminal', b -> 'terminal' ->> 'id', b -> 'terminal' || jsonb_build_object('branchId', o.branch_id), o);
      -- A branch brings no users and no roles into the company.
      if o.scope = 'OWNER' then
        perform sync.merge('organisation', b -> 'organisation' ->> 'id', b -> 'organisation', o);
        perform sync.merge('user_account', b -> 'user' ->> 'id', b -> 'user' || jsonb_build_object('roleIds', b -> 'roleIds'), o);
        for r in select value from jsonb_array_elements(b -> 'roles') order by value ->> 'id' loop
          perform sync.merge('role', r ->> 'id', r, o);
        end loop;
      end if;
    when 'auth.userRegistered' then
      perform sync.merge('user_account', b -> 'user' ->> 'id', b -> 'user' || jsonb_build_object('roleIds', b -> 'roleIds'), o);
    when 'auth.userChanged' then
      perform sync.merge('user_account', b ->> 'id',
        b -> 'patch' || case when b ? 'roleIds' then jsonb_build_object('roleIds', b -> 'roleIds') else '{}' end, o);
    when 'auth.roleSaved' then
      perform sync.merge('role', b -> 'role' ->> 'id', b -> 'role', o);
    when 'auth.roleArchived' then
      perform sync.merge('role', b ->> 'id', b, o);
    when 'auth.settingsChanged' then
      if o.scope = 'OWNER' then
        for r in select jsonb_build_object('key', key, 'value', value) from jsonb_each(b -> 'patch') order by key loop
          perform sync.merge('setting', r ->> 'key', r, o);
        end loop;
      end if;
    when 'auth.branchChanged' then
      perform sync.merge('branch', o.branch_id, b -> 'branch', o);
      if o.scope = 'OWNER' then
        perform sync.merge('organisation', (select organisation_id from shop.branch where id = o.branch_id), b -> 'organisation', o);
      end if;
    when 'auth.terminalAdded' then
      perform sync.own(b -> 'terminal' ->> 'branchId', o);
      perform sync.merge('terminal', b -> 'terminal' ->> 'id', b -> 'terminal', o);
    else
      null;
  end case;
end $$;

-- What a branch says of itself when it meets the centre, and when its machine goes on under new terminals.
create function sync.project_sync(o sync.operation, b jsonb) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  r jsonb;
begin
  if b ? 'branch' then
    perform sync.own(b -> 'branch' ->> 'id', o);
    perform sync.merge('branch', o.branch_id, b -> 'branch', o);
  end if;
  for r in select value from jsonb_array_elements(coalesce(b -> 'terminals', '[]') || coalesce(b -> 'terminal', '[]')) order by value ->> 'id' loop
    perform sync.own(r ->> 'branchId', o);
    perform sync.merge('terminal', r ->> 'id', r, o);
  end loop;
  for r in select value from jsonb_array_elements(coalesce(b -> 'warehouses', '[]')) order by value ->> 'id' loop
    perform sync.own(r ->> 'branchId', o);
    perform sync.merge('warehouse', r ->> 'id', r, o);
  end loop;
end $$;

create function sync.project_inventory(o sync.operation, b jsonb) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  case o.kind
    when 'inventory.warehouseCreated' then
      perform sync.own(b -> 'warehouse' ->> 'branchId', o);
      perform sync.merge('warehouse', b -> 'warehouse' ->> 'id', b -> 'warehouse', o);
    when 'inventory.warehouseChanged' then
      if exists (select from shop.warehouse where id = b ->> 'id' and branch_id <> o.branch_id) then perform sync.own('', o); end if;
      perform sync.merge('warehouse', b ->> 'id', (b -> 'patch') - 'branchId', o);
    when 'inventory.documentPosted' then
      perform sync.put('stock_document', 'id', b -> 'document', o, true);
      perform sync.move_stock(b -> 'movements', o);
    else
      null;
  end case;
end $$;

-- One operation, whatever it is.
create function sync.project(o sync.operation) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  b jsonb;
  name text := split_part(o.kind, '.', 2);
begin
  if o.kind = 'sales.checkedOut' then
    perform sync.project_sales(array[o]);
    return;
  end if;
  b := o.payload::jsonb;
  case split_part(o.kind, '.', 1)
    when 'auth' then perform sync.project_auth(o, b);
    when 'people' then
      perform sync.merge(
        regexp_replace(name, '(Created|Changed)$', ''), coalesce(b -> 'row' ->> 'id', b ->> 'id'), coalesce(b -> 'row', b -> 'patch'), o);
    when 'catalog' then perform sync.project_catalog(o, b);
    when 'inventory' then perform sync.project_inventory(o, b);
    when 'shifts' then perform sync.project_shift(o, b);
    when 'orders', 'sales' then perform sync.project_order(o, b);
    when 'purchasing' then perform sync.project_purchase(o, b);
    when 'sync' then perform sync.project_sync(o, b);
    when 'transfers' then perform sync.project_transfer(o, b);
    else null;
  end case;
end $$;
