/** What each supplier promises, and what the receptions have taught. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import type { OutputOf } from '../../api/client.ts';
import { command, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field } from '../../ui/Field.tsx';
import { formatClp, parseClp } from '../../ui/format.ts';
import { Problem } from '../../ui/Page.tsx';
import { Empty, Loaded } from '../../ui/States.tsx';
import { useMay } from '../session/store.ts';

type Terms = OutputOf<'supply.terms'>[number];

export default function SuppliersTab() {
  const t = useText();
  const mayBuy = useMay('purchasing.write');
  const terms = useRead('supply.terms', {});
  const [edited, setEdited] = useState<Terms>();
  return (
    <>
      <Loaded query={terms}>
        {(rows) => (
          <DataTable
            label={t('buying.suppliers')}
            rows={rows}
            rowKey={(row) => row.supplierId}
            {...(mayBuy ? { onOpen: setEdited } : {})}
            empty={<Empty title={t('buying.noSuppliers')} hint={t('buying.noSuppliersHint')} />}
            columns={[
              { id: 'name', title: t('buying.supplier'), cell: (row) => row.supplierName },
              {
                id: 'stated',
                title: t('buying.statedLead'),
                isNumber: true,
                cell: (row) => t('buying.days', { count: row.statedLeadDays }),
              },
              {
                id: 'learnt',
                title: t('buying.learntLead'),
                isNumber: true,
                cell: (row) =>
                  row.receptionCount === 0
                    ? '—'
                    : t('buying.meanDays', {
                        mean: oneDecimal(row.leadDaysMean),
                        spread: oneDecimal(Math.sqrt(row.leadDaysVariance)),
                        count: row.receptionCount,
                      }),
              },
              {
                id: 'review',
                title: t('buying.review'),
                isNumber: true,
                cell: (row) => t('buying.days', { count: row.reviewDays }),
              },
              {
                id: 'minimum',
                title: t('buying.minimumOrder'),
                isNumber: true,
                cell: (row) => formatClp(row.minimumOrderClp),
              },
              { id: 'open', title: t('buying.openOrders'), isNumber: true, cell: (row) => row.openOrders },
              {
                id: 'late',
                title: t('buying.lateOrders'),
                isNumber: true,
                cell: (row) => (row.lateOrders > 0 ? <span className="rd-warn">{row.lateOrders}</span> : 0),
              },
            ]}
          />
        )}
      </Loaded>
      {edited && <TermsDialog terms={edited} onClose={() => setEdited(undefined)} />}
    </>
  );
}

const oneDecimal = (value: number): string => value.toFixed(1).replace('.', ',');

function TermsDialog({ terms, onClose }: { terms: Terms; onClose: () => void }) {
  const t = useText();
  const [form, setForm] = useState({
    lead: String(terms.statedLeadDays),
    review: String(terms.reviewDays),
    minimum: String(terms.minimumOrderClp),
  });
  const [error, setError] = useState<string>();
  const minimumOrderClp = parseClp(form.minimum);
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (minimumOrderClp === undefined) return setError(t('buying.badAmount'));
    try {
      await command('supply.setTerms', {
        supplierId: terms.supplierId,
        statedLeadDays: Number(form.lead),
        reviewDays: Number(form.review),
        minimumOrderClp,
      });
      onClose();
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  const field = (key: keyof typeof form, label: string) => (
    <Field
      label={label}
      inputMode="numeric"
      required
      value={form[key]}
      onChange={(event) => (setForm({ ...form, [key]: event.target.value.replace(/\D/g, '') }), setError(undefined))}
    />
  );
  return (
    <Dialog title={terms.supplierName} onClose={onClose}>
      <form className="rd-stack" onSubmit={(event) => void save(event)}>
        <div className="rd-two">
          {field('lead', t('buying.statedLead'))}
          {field('review', t('buying.review'))}
          {field('minimum', t('buying.minimumOrder'))}
        </div>
        <Problem>{error}</Problem>
        <Button type="submit">{t('app.save')}</Button>
      </form>
    </Dialog>
  );
}
