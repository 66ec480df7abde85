import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { formatRut } from '#core/shared/rut.ts';
import type { OutputOf } from '../../api/client.ts';
import { command, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { errorText } from '../../ui/errorText.ts';
import { Field, SelectField } from '../../ui/Field.tsx';
import { parseClp, parseQuantity } from '../../ui/format.ts';
import { Loaded } from '../../ui/States.tsx';
import { toastDone } from '../../ui/toast.ts';

/** The shop's legal data and its rules. */
export default function SettingsTab() {
  const settings = useRead('settings.get', {});
  const branch = useRead('branch.get', {});
  return (
    <div className="rd-two" style={{ alignItems: 'start' }}>
      <Loaded query={branch}>{(data) => <BranchForm data={data} />}</Loaded>
      <Loaded query={settings}>{(data) => <Rules data={data} />}</Loaded>
    </div>
  );
}

function BranchForm({ data }: { data: OutputOf<'branch.get'> }) {
  const t = useText();
  const [form, setForm] = useState({
    organisationName: data.organisationName,
    rut: formatRut(data.rut),
    giro: data.giro,
    name: data.name,
    address: data.address,
    comuna: data.comuna,
  });
  const [error, setError] = useState<string>();
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      await command('branch.update', form);
      setError(undefined);
      toastDone(t('admin.saved'));
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  const field = (key: keyof typeof form, label: string) => (
    <Field label={label} value={form[key]} onChange={(event) => setForm({ ...form, [key]: event.target.value })} />
  );
  return (
    <form className="rd-panel pad rd-stack" aria-label={t('admin.branch')} onSubmit={(event) => void save(event)}>
      <strong>{t('wizard.shop')}</strong>
      {field('organisationName', t('wizard.shopName'))}
      {field('rut', t('wizard.rut'))}
      {field('giro', t('wizard.giro'))}
      {field('name', t('wizard.branchName'))}
      {field('address', t('wizard.address'))}
      {field('comuna', t('wizard.comuna'))}
      {error !== undefined && (
        <p role="alert" className="rd-bad" style={{ margin: 0 }}>
          {error}
        </p>
      )}
      <Button type="submit">{t('app.save')}</Button>
    </form>
  );
}

function Rules({ data }: { data: OutputOf<'settings.get'> }) {
  const t = useText();
  const [form, setForm] = useState({
    blindClose: data.blindClose,
    tolerance: String(data.differenceToleranceClp),
    ttl: String(data.reservationTtlMinutes),
    idle: String(data.idleLockMinutes),
    discount: String(data.discountLimitBasisPoints / 100).replace('.', ','),
    header: data.receiptHeader.join('\n'),
    footer: data.receiptFooter.join('\n'),
  });
  const [error, setError] = useState<string>();
  const set = (patch: Partial<typeof form>): void => setForm({ ...form, ...patch });
  const lines = (text: string): string[] =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const percent = parseQuantity(form.discount);
  const numbers = {
    tolerance: parseClp(form.tolerance),
    ttl: whole(form.ttl, 10_080),
    idle: whole(form.idle, 60),
    discount: percent === undefined || percent > 100_000 ? undefined : Math.round(percent / 10),
  };
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (!isWhole(numbers)) return;
    try {
      const patch = {
        blindClose: form.blindClose,
        differenceToleranceClp: numbers.tolerance,
        reservationTtlMinutes: numbers.ttl,
        idleLockMinutes: numbers.idle,
        discountLimitBasisPoints: numbers.discount,
        receiptHeader: lines(form.header),
        receiptFooter: lines(form.footer),
      };
      await command('settings.update', { patch });
      setError(undefined);
      toastDone(t('admin.saved'));
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  const number = (key: 'tolerance' | 'ttl' | 'idle' | 'discount', label: string) => (
    <Field
      label={label}
      inputMode="decimal"
      value={form[key]}
      error={numbers[key] === undefined ? t('admin.badNumber') : undefined}
      onChange={(event) => set({ [key]: event.target.value })}
    />
  );
  return (
    <form className="rd-panel pad rd-stack" aria-label={t('admin.settings')} onSubmit={(event) => void save(event)}>
      <strong>{t('admin.settings')}</strong>
      <SelectField
        label={t('admin.blindClose')}
        value={form.blindClose}
        options={[
          { value: 'YES', label: t('app.yes') },
          { value: 'NO', label: t('app.no') },
        ]}
        onChange={(event) => set({ blindClose: event.target.value as 'YES' | 'NO' })}
      />
      <div className="rd-two">
        {number('tolerance', t('admin.tolerance'))}
        {number('discount', t('admin.discountLimit'))}
        {number('ttl', t('admin.reservationTtl'))}
        {number('idle', t('admin.idleLock'))}
      </div>
      {(['header', 'footer'] as const).map((key) => (
        <div key={key} className="rd-field">
          <label htmlFor={`receipt-${key}`}>{t(`admin.${key}`)}</label>
          <textarea
            id={`receipt-${key}`}
            rows={2}
            value={form[key]}
            onChange={(event) => set({ [key]: event.target.value })}
          />
        </div>
      ))}
      {error !== undefined && (
        <p role="alert" className="rd-bad" style={{ margin: 0 }}>
          {error}
        </p>
      )}
      <Button type="submit" disabled={!isWhole(numbers)}>
        {t('app.save')}
      </Button>
    </form>
  );
}

/** A whole number from 1. */
function whole(text: string, most: number): number | undefined {
  const value = /^\d{1,6}$/.test(text.trim()) ? Number(text) : 0;
  return value >= 1 && value <= most ? value : undefined;
}

type Numbers = Record<'tolerance' | 'ttl' | 'idle' | 'discount', number>;

const isWhole = (numbers: { [K in keyof Numbers]: number | undefined }): numbers is Numbers =>
  Object.values(numbers).every((value) => value !== undefined);
