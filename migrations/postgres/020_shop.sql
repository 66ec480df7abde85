-- The company's tables, for reading. Amounts: *_clp whole pesos, *_milli thousandths of the base unit, *_milli_clp thousandths of a peso,
-- *_basis_points hundredths of a percent; *_at_ms epoch milliseconds. Ids are those of the branches. No secret is in any of them.

-- Master data. `stamps` says per column who set it when: {"name": [effective, incarnation, dseq]}; the greatest wins. A row that was only
-- changed so far, because its creation travels later, has its other columns empty.
create table shop.organisation (id text primary key, name text, rut text, giro text, created_at_ms bigint, stamps jsonb not null default '{}');
create table shop.branch (
  id text primary key, organisation_id text, code text, name text, address text, comuna text, time_zone text, created_at_ms bigint,
  stamps jsonb not null default '{}'
);
create table shop.terminal (id text primary key, branch_id text, code text, name text, created_at_ms bigint, stamps jsonb not null default '{}');
create table shop.user_account (
  id text primary key, email text, first_name text, last_name text, phone text, state text, is_staff text, role_ids jsonb, created_at_ms bigint,
  stamps jsonb not null default '{}'
);
create table shop.role (
  id text primary key, name text, origin text, permissions jsonb, archived_at_ms bigint, stamps jsonb not null default '{}'
);
create table shop.setting (id text primary key, value jsonb, stamps jsonb not null default '{}');
create table shop.employee (
  id text primary key, user_id text, code text, first_name text, last_name text, rut text, department text, hired_on text, archived_at_ms bigint,
  stamps jsonb not null default '{}'
);
create table shop.customer (
  id text primary key, kind text, first_name text, last_name text, giro text, email text, phone text, address text, comuna text, rut text,
  account_limit_clp bigint, created_at_ms bigint, archived_at_ms bigint, stamps jsonb not null default '{}'
);
create table shop.supplier (
  id text primary key, name text, contact_name text, email text, phone text, address text, rut text, archived_at_ms bigint,
  stamps jsonb not null default '{}'
);
create table shop.vehicle (
  id text primary key, plate text, customer_id text, make text, model text, year integer, note text, created_at_ms bigint, archived_at_ms bigint,
  stamps jsonb not null default '{}'
);
create table shop.category (
  id text primary key, parent_id text, name text, position integer, archived_at_ms bigint, stamps jsonb not null default '{}'
);
create table shop.product (
  id text primary key, sku text, name text, description text, brand text, category_id text, supplier_id text, kind text, state text,
  price_clp bigint, list_cost_milli_clp bigint, unit text, viscosity text, presentation text, location text, tax_kind text,
  negative_stock text, barcodes jsonb, components jsonb, created_at_ms bigint, updated_at_ms bigint, stamps jsonb not null default '{}'
);
create index product_by_sku on shop.product (lower(sku));
create table shop.product_barcode (
  barcode text not null, product_id text not null references shop.product (id), quantity_milli bigint not null, primary key (barcode, product_id)
);
create table shop.price_change (
  operation_id text not null, product_id text not null, price_clp bigint not null, effective text not null, changed_by text not null,
  primary key (product_id, operation_id)
);
create table shop.warehouse (
  id text primary key, branch_id text, code text, name text, purpose text, archived_at_ms bigint, stamps jsonb not null default '{}'
);
create table shop.supplier_terms (
  id text primary key, stated_lead_days integer, review_days integer, minimum_order_clp bigint, stamps jsonb not null default '{}'
);
create table shop.product_supply (
  id text primary key, product_id text, supplier_id text, supplier_code text, pack_milli bigint, minimum_milli bigint,
  unit_cost_milli_clp bigint, stamps jsonb not null default '{}'
);

-- Facts: written once.
create table shop.sale (
  id text primary key, branch_id text not null, number text not null, shift_id text not null, terminal_id text not null, cashier_id text not null,
  document_kind text not null, customer_id text, plate text not null, subtotal_clp bigint not null, discount_clp bigint not null,
  total_clp bigint not null, exempt_clp bigint not null, net_clp bigint not null, iva_clp bigint not null, cost_milli_clp bigint not null,
  sold_at_ms bigint not null, business_date date not null
);
create index sale_by_number on shop.sale (number);
create index sale_by_day on shop.sale (branch_id, business_date);
create table shop.sale_line (
  sale_id text not null, line_number integer not null, branch_id text not null, product_id text not null, sku text not null, name text not null,
  quantity_milli bigint not null, unit_price_clp bigint not null, gross_clp bigint not null, discount_clp bigint not null,
  order_discount_clp bigint not null, total_clp bigint not null, cost_milli_clp bigint not null, primary key (sale_id, line_number)
);
create table shop.payment (
  shift_id text not null, id text not null, branch_id text not null, document_kind text not null, document_id text not null, tender text not null,
  amount_clp bigint not null, rounding_clp bigint not null, tendered_clp bigint not null, change_clp bigint not null,
  operation_number text not null, last_four text not null, instalments integer not null, verified_at_ms bigint, customer_id text,
  occurred_at_ms bigint not null, business_date date not null, primary key (shift_id, id)
);
create table shop.stock_movement (
  id text primary key, branch_id text not null, product_id text not null, warehouse_id text not null, kind text not null,
  quantity_milli bigint not null, value_milli_clp bigint not null, source_kind text not null, source_id text not null, source_line integer not null,
  undoes_id text, reason text not null, actor_id text not null, occurred_at_ms bigint not null, business_date date not null
);
create table shop.stock_level (
  branch_id text not null, warehouse_id text not null, product_id text not null, on_hand_milli bigint not null, value_milli_clp bigint not null,
  changed_at_ms bigint not null, primary key (warehouse_id, product_id)
);
create index stock_level_changed on shop.stock_level (changed_at_ms);
create table shop.sale_return (
  id text primary key, branch_id text not null, number text not null, sale_id text not null, shift_id text not null, terminal_id text not null,
  actor_id text not null, approver_id text, reason text not null, refund_tender text not null, total_clp bigint not null, exempt_clp bigint not null,
  net_clp bigint not null, iva_clp bigint not null, cost_milli_clp bigint not null, occurred_at_ms bigint not null, business_date date not null
);
create table shop.sale_return_line (
  return_id text not null, line_number integer not null, branch_id text not null, condition text not null, quantity_milli bigint not null,
  total_clp bigint not null, cost_milli_clp bigint not null, primary key (return_id, line_number)
);
create table shop.cash_movement (
  id text primary key, branch_id text not null, number text not null, shift_id text not null, kind text not null, amount_clp bigint not null,
  reason text not null, actor_id text not null, occurred_at_ms bigint not null
);
create table shop.stock_document (
  id text primary key, branch_id text not null, number text not null, kind text not null, warehouse_id text not null, to_warehouse_id text,
  supplier_id text, reference text not null, reason text not null, actor_id text not null, occurred_at_ms bigint not null, business_date date not null
);

-- Documents of one branch, while they live.
create table shop.shift (
  id text primary key, branch_id text not null, terminal_id text not null, cashier_id text not null, state text not null, opened_at_ms bigint not null,
  business_date date not null, float_clp bigint not null, number text, closed_at_ms bigint, closed_by_id text, expected_cash_clp bigint,
  counted_cash_clp bigint, difference_reason text, left_in_drawer_clp bigint, deposited_clp bigint
);
create table shop.shift_tender (
  shift_id text not null, tender text not null, branch_id text not null, expected_clp bigint not null, counted_clp bigint not null,
  primary key (shift_id, tender)
);
create table shop.customer_order (
  id text primary key, branch_id text not null, number text, terminal_id text not null, state text not null, document_kind text not null,
  cashier_id text not null, customer_id text, customer_name text not null, plate text not null, subtotal_clp bigint not null,
  discount_clp bigint not null, total_clp bigint not null, exempt_clp bigint not null, net_clp bigint not null, iva_clp bigint not null,
  cancel_reason text, created_at_ms bigint not null, updated_at_ms bigint not null, business_date date not null
);
create table shop.order_line (
  order_id text not null, line_number integer not null, branch_id text not null, product_id text not null, sku text not null, name text not null,
  quantity_milli bigint not null, unit_price_clp bigint not null, gross_clp bigint not null, discount_clp bigint not null,
  order_discount_clp bigint not null, total_clp bigint not null, cost_milli_clp bigint not null, primary key (order_id, line_number)
);
create table shop.purchase (
  id text primary key, branch_id text not null, number text, supplier_id text not null, warehouse_id text not null, state text not null,
  note text not null, reason text not null, expected_on text, actor_id text not null, created_at_ms bigint not null, sent_at_ms bigint,
  sent_on text, finished_at_ms bigint
);
create table shop.purchase_line (
  purchase_id text not null, line_number integer not null, branch_id text not null, product_id text not null, sku text not null, name text not null,
  pack_milli bigint not null, quantity_milli bigint not null, unit_cost_milli_clp bigint not null, primary key (purchase_id, line_number)
);
-- Two facts, dispatch and reception, each by its own branch; whichever arrives first makes the row.
create table shop.transfer (
  id text primary key, number text, from_branch_id text not null, to_branch_id text not null,
  dispatch_operation_id text, dispatched_at_ms bigint, reception_operation_id text, received_at_ms bigint
);
create table shop.transfer_line (
  transfer_id text not null, phase text not null check (phase in ('DISPATCH', 'RECEPTION')), line_number integer not null,
  from_branch_id text not null, to_branch_id text not null, product_id text not null, quantity_milli bigint not null,
  primary key (transfer_id, phase, line_number)
);

comment on table shop.organisation is 'The company.';
comment on table shop.branch is 'Its branches.';
comment on table shop.terminal is 'The tills; their codes are part of the document numbers.';
comment on table shop.user_account is 'Who can log in, with the ids of their roles. Neither passwords nor PINs leave a branch.';
comment on table shop.role is 'Roles with their permissions.';
comment on table shop.setting is 'Settings of the company, by their key.';
comment on table shop.employee is 'Staff. Salaries do not leave a branch.';
comment on table shop.customer is 'Customers, people and companies.';
comment on table shop.supplier is 'Suppliers.';
comment on table shop.vehicle is 'Cars of customers, by plate.';
comment on table shop.category is 'The tree of categories.';
comment on table shop.product is 'The catalogue; price_clp is the shelf price with IVA.';
comment on table shop.product_barcode is 'Barcodes of products, with the quantity that one stands for. Two branches may have given one to different products.';
comment on table shop.price_change is 'Every price that was ever set.';
comment on table shop.warehouse is 'Where stock lies, per branch.';
comment on table shop.supplier_terms is 'What a supplier promises; id is the supplier''s.';
comment on table shop.product_supply is 'How a supplier delivers a product.';
comment on table shop.sale is 'Completed sales, at the counter or from an order. total_clp = net_clp + iva_clp + exempt_clp.';
comment on table shop.sale_line is 'What was sold.';
comment on table shop.payment is 'What was paid, per tender; refunds are negative.';
comment on table shop.stock_movement is 'Every movement of stock; levels are their sums.';
comment on table shop.stock_level is 'On hand per warehouse and product: the sum of the movements that arrived; changed_at_ms is when the centre learnt it.';
comment on table shop.sale_return is 'What customers brought back.';
comment on table shop.sale_return_line is 'Which lines came back, and in which condition.';
comment on table shop.cash_movement is 'Cash put in or taken out of a drawer beside sales.';
comment on table shop.stock_document is 'Entries, exits, adjustments, transfers within a branch, returns to suppliers.';
comment on table shop.shift is 'Shifts of the drawers; the difference is counted_cash_clp - expected_cash_clp.';
comment on table shop.shift_tender is 'What was expected and counted per tender when a shift closed.';
comment on table shop.customer_order is 'Orders as far as they have come; a completed one is a sale with the same id.';
comment on table shop.order_line is 'What an order asks for.';
comment on table shop.purchase is 'Orders to suppliers.';
comment on table shop.purchase_line is 'What was ordered from a supplier.';
comment on table shop.transfer is 'Goods under way between branches. What was dispatched and not received is in transit or lost.';
comment on table shop.transfer_line is 'What left one branch and what came to the other.';

do $$
declare
  t text;
begin
  -- A fact is written once.
  foreach t in array array['sale', 'sale_line', 'stock_movement', 'sale_return', 'sale_return_line', 'cash_movement', 'stock_document', 'shift_tender', 'price_change'] loop
    execute format('create trigger %I before update or delete on shop.%I for each row execute function sync.append_only()', t || '_fact', t);
  end loop;
end $$;
