/** How a product is bought: its supplier's code, pack, least order and cost, how important it is and how sure it must be there. */
import { useState } from 'react';
import { command, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Field, QuantityField, SelectField } from '../../ui/Field.tsx';
import { parseCost, parseQuantity, quantityText } from '../../ui/format.ts';
import { useMay } from '../session/store.ts';

const CRITICALITIES = ['LOW', 'NORMAL', 'CRITICAL'] as const;

interface Terms {
  supplierCode: string;
  pack: string;
  least: string;
  cost: string;
  criticality: (typeof CRITICALITIES)[number];
  service: string;
}

/**
 * The terms of a product with a supplier, as they are typed. `fields` is undefined for whoever may not buy; `save` writes what was changed,
 * for a product that is there by then.
 */
export function useBuying(productId: string | undefined, supplierId: string, listCost: string) {
  const mayBuy = useMay('purchasing.write');
  const isKnown = mayBuy && productId !== undefined;
  const asked = { productId: productId ?? '' };
  const supply = useRead('supply.ofProduct', asked, { enabled: isKnown });
  const plan = useRead('recommendations.plan', asked, { enabled: isKnown });
  const [typed, setTyped] = useState<Partial<Terms>>({});
  const known = supply.data?.find((row) => row.supplierId === supplierId);
  const level = plan.data?.serviceLevelBasisPoints ?? null;
  const terms: Terms = {
    supplierCode: known?.supplierCode ?? '',
    pack: quantityText(known?.packMilli ?? 1_000),
    least: quantityText(known?.minimumMilli ?? 0),
    cost: known?.unitCostMilliClp ? quantityText(known.unitCostMilliClp) : listCost,
    criticality: plan.data?.criticality ?? 'NORMAL',
    service: level === null ? '' : String(level / 100).replace('.', ','),
    ...typed,
  };
  const read = {
    packMilli: parseQuantity(terms.pack),
    minimumMilli: terms.least.trim() === '' ? 0 : readLeast(terms.least),
    unitCostMilliClp: terms.cost.trim() === '' ? 0 : parseCost(terms.cost),
    serviceLevelBasisPoints: readLevel(terms.service),
  };
  const { packMilli, minimumMilli, unitCostMilliClp, serviceLevelBasisPoints } = read;
  const isWhole = !mayBuy || (Boolean(packMilli) && Object.values(read).every((value) => value !== undefined));
  const save = async (id: string): Promise<void> => {
    const touches = (...keys: (keyof Terms)[]): boolean => keys.some((key) => typed[key] !== undefined);
    if (supplierId !== '' && touches('supplierCode', 'pack', 'least', 'cost') && packMilli) {
      const { supplierCode } = terms;
      const row = { supplierCode, packMilli, minimumMilli: minimumMilli ?? 0, unitCostMilliClp: unitCostMilliClp ?? 0 };
      await command('supply.setProduct', { productId: id, supplierId, ...row });
    }
    if (touches('criticality', 'service')) {
      const { criticality } = terms;
      const service = serviceLevelBasisPoints ?? null;
      await command('recommendations.setPlan', { productId: id, criticality, serviceLevelBasisPoints: service });
    }
  };
  const set = (patch: Partial<Terms>): void => setTyped({ ...typed, ...patch });
  const isShown = mayBuy && (productId === undefined || (supply.data !== undefined && plan.data !== undefined));
  return { fields: isShown ? { terms, set, hasSupplier: supplierId !== '', read } : undefined, isWhole, save };
}

const readLeast = (text: string): number | undefined => (/^0+([.,]0+)?$/.test(text.trim()) ? 0 : parseQuantity(text));

/** Percent with a comma or a point, as basis points; null where nothing is typed, undefined for what is no level. */
function readLevel(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const level = Math.round(Number(text.trim().replace(',', '.')) * 100);
  return level >= 5_000 && level <= 9_990 ? level : undefined;
}

export function BuyingFields({
  fields: { terms, set, hasSupplier, read },
  unit,
}: {
  fields: NonNullable<ReturnType<typeof useBuying>['fields']>;
  unit: string;
}) {
  const t = useText();
  return (
    <fieldset className="rd-panel pad" style={{ margin: 0 }}>
      <legend>{t('buying.terms')}</legend>
      <div style={{ display: 'grid', gridTemplateColumns: 'repeat(3, minmax(0, 1fr))', gap: 12 }}>
        {hasSupplier && (
          <>
            <Field
              label={t('buying.supplierCode')}
              maxLength={40}
              value={terms.supplierCode}
              onChange={(event) => set({ supplierCode: event.target.value })}
            />
            <QuantityField label={t('buying.pack')} unit={unit} value={terms.pack} onChange={(pack) => set({ pack })} />
            <QuantityField
              label={t('buying.least')}
              unit={unit}
              value={terms.least}
              error={read.minimumMilli === undefined ? t('app.badQuantity') : undefined}
              onChange={(least) => set({ least })}
            />
            <Field
              label={t('buying.netCost')}
              inputMode="decimal"
              value={terms.cost}
              error={read.unitCostMilliClp === undefined ? t('stock.badCost') : undefined}
              onChange={(event) => set({ cost: event.target.value })}
            />
          </>
        )}
        <SelectField
          label={t('buying.criticality')}
          value={terms.criticality}
          options={CRITICALITIES.map((value) => ({ value, label: t(`buying.${value}`) }))}
          onChange={(event) => set({ criticality: event.target.value as Terms['criticality'] })}
        />
        <Field
          label={t('buying.serviceLevel')}
          inputMode="decimal"
          value={terms.service}
          hint={t('buying.serviceLevelHint')}
          error={read.serviceLevelBasisPoints === undefined ? t('buying.badServiceLevel') : undefined}
          onChange={(event) => set({ service: event.target.value })}
        />
      </div>
    </fieldset>
  );
}
