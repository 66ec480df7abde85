/** A product's card: made here, changed here, also from an unknown code at the counter. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import type { OutputOf } from '../../api/client.ts';
import { command, newId, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field, MoneyField, SelectField, TextAreaField } from '../../ui/Field.tsx';
import { parseClp, parseCost, parseQuantity, quantityText } from '../../ui/format.ts';
import { Problem } from '../../ui/Page.tsx';
import { Loaded } from '../../ui/States.tsx';
import { toastDone } from '../../ui/toast.ts';
import { useMay } from '../session/store.ts';
import { BuyingFields, useBuying } from './BuyingFields.tsx';
import { ComponentsField } from './ComponentsField.tsx';

interface Props {
  productId?: string;
  /** The unknown code that it is made for. */
  barcode?: string;
  onClose: () => void;
  onSaved?: (id: string) => void;
}

type Card = OutputOf<'products.get'>;

export default function ProductDialog(props: Props) {
  return props.productId === undefined ? (
    <ProductForm {...props} />
  ) : (
    <Existing {...props} productId={props.productId} />
  );
}

function Existing(props: Props & { productId: string }) {
  const product = useRead('products.get', { id: props.productId });
  return <Loaded query={product}>{(card) => <ProductForm {...props} card={card} />}</Loaded>;
}

function ProductForm({ card, barcode = '', onClose, onSaved }: Props & { card?: Card }) {
  const t = useText();
  const seesCost = useMay('cost.read');
  const ivaBasisPoints = useRead('counter.terms', {}).data?.ivaBasisPoints ?? 1900;
  const categories = useRead('categories.list', {});
  const maySuppliers = useMay('suppliers.read');
  const suppliers = useRead('suppliers.list', { limit: 200 }, { enabled: maySuppliers });
  const [form, setForm] = useState({
    sku: card?.sku ?? (/^\d{1,32}$/.test(barcode) && barcode.length < 8 ? barcode : ''),
    name: card?.name ?? '',
    brand: card?.brand ?? '',
    categoryId: card?.categoryId ?? '',
    supplierId: card?.supplierId ?? '',
    kind: card?.kind ?? 'GOODS',
    state: card?.state ?? 'ACTIVE',
    price: card ? String(card.priceClp) : '',
    cost: card?.listCostMilliClp ? quantityText(card.listCostMilliClp) : '',
    unit: card?.unit ?? 'UN',
    viscosity: card?.viscosity ?? '',
    presentation: card?.presentation ?? '',
    location: card?.location ?? '',
    taxKind: card?.taxKind ?? 'TAXED',
    negativeStock: card?.negativeStock ?? 'BLOCK',
    description: card?.description ?? '',
    barcodes: card
      ? card.barcodes
          .map((row) =>
            row.quantityMilli === 1000 ? row.barcode : `${row.barcode} x ${quantityText(row.quantityMilli)}`,
          )
          .join('\n')
      : barcode.length >= 3
        ? barcode
        : '',
  });
  const buying = useBuying(card?.id, form.supplierId, form.cost);
  const [components, setComponents] = useState(card?.components ?? []);
  const [newCategory, setNewCategory] = useState('');
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [commandId] = useState(newId);
  const set = (patch: Partial<typeof form>): void => (setForm({ ...form, ...patch }), setError(undefined));
  const priceClp = parseClp(form.price);
  const costMilliClp = form.cost === '' ? 0 : parseCost(form.cost);
  const barcodes = readBarcodes(form.barcodes);
  const margin = marginOf(form.taxKind === 'EXEMPT' ? 0 : ivaBasisPoints, priceClp, costMilliClp);
  const chosen = form.categoryId || categories.data?.[0]?.id || '';

  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (priceClp === undefined || costMilliClp === undefined || barcodes === undefined || isBusy || !buying.isWhole)
      return;
    setBusy(true);
    try {
      let categoryId = chosen;
      if (newCategory.trim() !== '') {
        categoryId = (await command('categories.create', { name: newCategory })).id;
        // It exists from now on, also if the product is refused.
        setForm({ ...form, categoryId });
        setNewCategory('');
      }
      const fields = {
        sku: form.sku,
        name: form.name,
        brand: form.brand,
        categoryId,
        supplierId: form.supplierId === '' ? null : form.supplierId,
        kind: form.kind,
        state: form.state,
        priceClp,
        unit: form.unit,
        viscosity: form.viscosity,
        presentation: form.presentation,
        location: form.location,
        taxKind: form.taxKind,
        negativeStock: form.negativeStock,
        description: form.description,
        barcodes,
        components:
          form.kind === 'KIT' ? components.map(({ productId, quantityMilli }) => ({ productId, quantityMilli })) : [],
        ...(seesCost ? { listCostMilliClp: costMilliClp } : {}),
      };
      const { id } = card
        ? await command('products.update', { id: card.id, patch: fields }, commandId)
        : await command('products.create', fields, commandId);
      if (form.kind === 'GOODS') await buying.save(id);
      toastDone(t('products.saved'));
      onClose();
      onSaved?.(id);
    } catch (failure) {
      setError(errorText(failure));
      setBusy(false);
    }
  };
  const options = <T extends string>(pairs: readonly (readonly [T, string])[]) =>
    pairs.map(([value, label]) => ({ value, label }));
  return (
    <Dialog title={card ? t('products.edit') : t('products.new')} size={760} onClose={onClose}>
      <form className="rd-stack" onSubmit={(event) => void save(event)}>
        <div style={{ display: 'grid', gridTemplateColumns: '140px minmax(0, 2fr) minmax(0, 1fr)', gap: 12 }}>
          <Field
            label={t('products.sku')}
            required
            data-autofocus={form.sku === '' || undefined}
            maxLength={32}
            value={form.sku}
            onChange={(event) => set({ sku: event.target.value })}
          />
          <Field
            label={t('products.name')}
            required
            data-autofocus={form.sku !== '' || undefined}
            maxLength={160}
            value={form.name}
            onChange={(event) => set({ name: event.target.value })}
          />
          <Field
            label={t('products.brand')}
            maxLength={60}
            value={form.brand}
            onChange={(event) => set({ brand: event.target.value })}
          />
        </div>
        <div style={{ display: 'grid', gridTemplateColumns: 'repeat(4, minmax(0, 1fr))', gap: 12 }}>
          <MoneyField
            label={t('products.priceGross')}
            required
            value={form.price}
            onChange={(price) => set({ price })}
          />
          {seesCost && (
            <Field
              label={t('products.cost')}
              inputMode="decimal"
              value={form.cost}
              hint={margin === undefined ? undefined : `${t('products.margin')} ${String(margin)} %`}
              error={costMilliClp === undefined ? t('stock.badCost') : undefined}
              onChange={(event) => set({ cost: event.target.value })}
            />
          )}
          <Field
            label={t('products.unit')}
            required
            maxLength={6}
            value={form.unit}
            onChange={(event) => set({ unit: event.target.value.toUpperCase() })}
          />
          <SelectField
            label={t('products.kind')}
            value={form.kind}
            options={options([
              ['GOODS', t('products.goods')],
              ['SERVICE', t('products.service')],
              ['KIT', t('products.kit')],
            ])}
            onChange={(event) => set({ kind: event.target.value as Card['kind'] })}
          />
          <SelectField
            label={t('products.category')}
            value={chosen}
            options={(categories.data ?? []).map((row) => ({ value: row.id, label: row.name }))}
            onChange={(event) => set({ categoryId: event.target.value })}
          />
          <Field
            label={t('products.newCategory')}
            required={categories.data?.length === 0}
            maxLength={60}
            value={newCategory}
            onChange={(event) => setNewCategory(event.target.value)}
          />
          <SelectField
            label={t('products.state')}
            value={form.state}
            options={options([
              ['ACTIVE', t('products.active')],
              ['INACTIVE', t('products.inactive')],
              ['DISCONTINUED', t('products.discontinued')],
            ])}
            onChange={(event) => set({ state: event.target.value as Card['state'] })}
          />
          <SelectField
            label={t('products.tax')}
            value={form.taxKind}
            options={options([
              ['TAXED', t('products.taxed')],
              ['EXEMPT', t('products.exempt')],
            ])}
            onChange={(event) => set({ taxKind: event.target.value as Card['taxKind'] })}
          />
          <Field
            label={t('products.viscosity')}
            maxLength={20}
            value={form.viscosity}
            onChange={(event) => set({ viscosity: event.target.value })}
          />
          <Field
            label={t('products.presentation')}
            maxLength={40}
            value={form.presentation}
            onChange={(event) => set({ presentation: event.target.value })}
          />
          <Field
            label={t('products.location')}
            maxLength={40}
            value={form.location}
            onChange={(event) => set({ location: event.target.value })}
          />
          <SelectField
            label={t('products.negative')}
            value={form.negativeStock}
            options={options([
              ['BLOCK', t('products.block')],
              ['AUTHORISE', t('products.authorise')],
              ['ALLOW', t('products.allow')],
            ])}
            onChange={(event) => set({ negativeStock: event.target.value as Card['negativeStock'] })}
          />
        </div>
        {maySuppliers && (
          <SelectField
            label={t('products.supplier')}
            value={form.supplierId}
            options={[
              { value: '', label: t('app.none') },
              ...(suppliers.data?.rows ?? []).map((row) => ({ value: row.id, label: row.name })),
            ]}
            onChange={(event) => set({ supplierId: event.target.value })}
          />
        )}
        <div className="rd-two">
          <TextAreaField
            label={t('products.barcodes')}
            rows={2}
            value={form.barcodes}
            placeholder={'7801234567892\n17801234567899 x 12'}
            hint={`${t('products.packSize')}: 17801234567899 x 12`}
            error={barcodes === undefined ? t('products.badBarcodes') : undefined}
            onChange={(event) => set({ barcodes: event.target.value })}
          />
          <TextAreaField
            label={t('products.description')}
            rows={2}
            maxLength={2000}
            value={form.description}
            onChange={(event) => set({ description: event.target.value })}
          />
        </div>
        {form.kind === 'GOODS' && buying.fields && <BuyingFields fields={buying.fields} unit={form.unit} />}
        {form.kind === 'KIT' && <ComponentsField components={components} onChange={setComponents} />}
        <Problem>{error}</Problem>
        <div className="rd-row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            {t('app.cancel')}
          </Button>
          <Button
            type="submit"
            loading={isBusy}
            disabled={priceClp === undefined || costMilliClp === undefined || barcodes === undefined || !buying.isWhole}
          >
            {t('app.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** One code a line; `x 12` behind it makes it the code of a pack. Undefined where a line is neither. */
function readBarcodes(text: string): { barcode: string; quantityMilli: number }[] | undefined {
  const rows = [];
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const match = /^([\x21-\x7e]{3,48})(?:\s+[x*]\s*([\d.,]+))?$/i.exec(line);
    const quantityMilli = parseQuantity(match?.[2] ?? '1');
    if (match?.[1] === undefined || !quantityMilli) return undefined;
    rows.push({ barcode: match[1], quantityMilli });
  }
  return rows;
}

/** What is left of the net price over the cost, in percent of it; undefined where there is nothing to say. */
function marginOf(ivaBasisPoints: number, priceClp?: number, costMilliClp?: number): number | undefined {
  if (!priceClp || !costMilliClp) return undefined;
  const netClp = (priceClp * 10_000) / (10_000 + ivaBasisPoints);
  return Math.round((1 - costMilliClp / 1000 / netClp) * 100);
}
