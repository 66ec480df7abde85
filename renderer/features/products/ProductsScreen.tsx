/** Productos: the whole catalogue in one table, found by any of its words. */
import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useRead } from '../../api/hooks.ts';
import { type AppCommand, useCommands } from '../../app/commands.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { Field, SelectField } from '../../ui/Field.tsx';
import { formatClp, formatCount } from '../../ui/format.ts';
import { Empty, Loaded } from '../../ui/States.tsx';
import { useMay } from '../session/store.ts';
import ProductDialog from './ProductDialog.tsx';

type State = 'ACTIVE' | 'INACTIVE' | 'DISCONTINUED';

export default function ProductsScreen() {
  const t = useText();
  const mayWrite = useMay('catalog.write');
  const seesCost = useMay('cost.read');
  const [text, setText] = useState('');
  const [categoryId, setCategoryId] = useState('');
  const [state, setState] = useState<State | ''>('ACTIVE');
  const [open, setOpen] = useState<{ id?: string }>();
  const categories = useRead('categories.list', {});
  const products = useRead(
    'products.list',
    { text, limit: 500, ...(categoryId === '' ? {} : { categoryId }), ...(state === '' ? {} : { state }) },
    { keepPrevious: true },
  );
  const commands = useMemo(
    (): AppCommand[] =>
      mayWrite
        ? [{ id: 'new-product', key: 'Insert', text: 'products.new', bar: 'products.new', run: () => setOpen({}) }]
        : [],
    [mayWrite],
  );
  useCommands('products', commands);
  const everything = { value: '', label: t('app.all') };
  return (
    <div className="rd-page">
      <header>
        <h2>{t('products.title')}</h2>
        <div style={{ flex: 1, maxWidth: 360 }}>
          <Field
            label={t('products.filter')}
            autoFocus
            value={text}
            maxLength={80}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <SelectField
          label={t('products.category')}
          value={categoryId}
          options={[
            everything,
            ...(categories.data ?? []).map((category) => ({ value: category.id, label: category.name })),
          ]}
          onChange={(event) => setCategoryId(event.target.value)}
        />
        <SelectField
          label={t('products.state')}
          value={state}
          options={[
            everything,
            { value: 'ACTIVE', label: t('products.active') },
            { value: 'INACTIVE', label: t('products.inactive') },
            { value: 'DISCONTINUED', label: t('products.discontinued') },
          ]}
          onChange={(event) => setState(event.target.value as State | '')}
        />
        <span style={{ flex: 1 }} />
        <span className="rd-muted">{t('app.rows', { count: formatCount(products.data?.total ?? 0) })}</span>
        {mayWrite && <Button onClick={() => setOpen({})}>{t('products.new')}</Button>}
      </header>
      <Loaded query={products}>
        {({ rows }) => (
          <DataTable
            label={t('products.title')}
            rows={rows}
            rowKey={(row) => row.id}
            {...(mayWrite ? { onOpen: (row: { id: string }) => setOpen({ id: row.id }) } : {})}
            empty={<Empty title={t('products.empty')} hint={t('products.emptyHint')} />}
            columns={[
              { id: 'sku', title: t('products.sku'), width: 130, cell: (row) => row.sku },
              { id: 'name', title: t('products.name'), cell: (row) => row.name },
              { id: 'brand', title: t('products.brand'), cell: (row) => row.brand },
              { id: 'category', title: t('products.category'), cell: (row) => row.categoryName },
              { id: 'location', title: t('products.location'), cell: (row) => row.location },
              ...(seesCost
                ? [
                    {
                      id: 'cost',
                      title: t('products.cost'),
                      isNumber: true,
                      cell: (row: { listCostMilliClp: number | null }) =>
                        row.listCostMilliClp === null ? '' : formatClp(Math.round(row.listCostMilliClp / 1000)),
                    },
                  ]
                : []),
              {
                id: 'price',
                title: t('products.price'),
                isNumber: true,
                cell: (row) => <strong>{formatClp(row.priceClp)}</strong>,
              },
            ]}
          />
        )}
      </Loaded>
      {open && (
        <ProductDialog {...(open.id === undefined ? {} : { productId: open.id })} onClose={() => setOpen(undefined)} />
      )}
    </div>
  );
}
