-- Prices changed in a batch move the product's time of change too, as one changed on its card does. Early versions recorded no time.
create or replace function sync.project_catalog(o sync.operation, b jsonb) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
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
        perform sync.merge('product', p ->> 'id',
          jsonb_strip_nulls(jsonb_build_object('priceClp', p -> 'priceClp', 'updatedAtMs', b -> 'updatedAtMs')), o);
        perform sync.set_price(p ->> 'id', (p ->> 'priceClp')::bigint, o);
      end loop;
    else
      null;
  end case;
end $$;
