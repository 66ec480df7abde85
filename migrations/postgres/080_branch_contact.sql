-- The stock of another branch is as old as that branch's last contact, however fresh the question: the answer tells both.

create or replace function sync.stock(p jsonb) returns json language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  d sync.device := sync.me();
begin
  return json_build_object('answer', 'stock', 'asOfMs', sync.now_ms(), 'levels', coalesce((
    select json_agg(json_build_object('branchId', branch_id, 'warehouseId', warehouse_id, 'productId', product_id,
      'onHandMilli', on_hand_milli, 'changedAtMs', changed_at_ms) order by warehouse_id, product_id)
    from shop.stock_level where changed_at_ms >= (p ->> 'sinceMs')::bigint and branch_id <> d.branch_id
  ), '[]'::json), 'contacts', coalesce((
    select json_agg(json_build_object('branchId', c.branch_id, 'lastContactMs', c.at_ms) order by c.branch_id)
    from (
      select branch_id, max(last_contact_ms) as at_ms from sync.device
      where branch_id <> d.branch_id and last_contact_ms is not null group by branch_id
    ) c
  ), '[]'::json));
end $$;
