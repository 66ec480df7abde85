/** The card of a person, a supplier or a car: the same form, drawn from a list of its fields. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { parseRut } from '#core/shared/rut.ts';
import { command } from './commands.ts';
import { useText } from '../../text/useText.ts';
import type { TextKey } from '../../text/index.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field, SelectField } from '../../ui/Field.tsx';
import { toastDone } from '../../ui/toast.ts';
import { useMay } from '../session/store.ts';

export type PersonKind = 'customers' | 'suppliers' | 'employees' | 'vehicles';
export type PersonRow = { id: string } & Record<string, unknown>;

interface FieldSpec {
  name: string;
  text: TextKey;
  type: 'text' | 'rut' | 'number' | 'date' | 'money';
  required?: boolean;
}

const FIELDS: Readonly<Record<PersonKind, readonly FieldSpec[]>> = {
  customers: [
    { name: 'firstName', text: 'people.firstName', type: 'text', required: true },
    { name: 'lastName', text: 'people.lastName', type: 'text' },
    { name: 'rut', text: 'people.rut', type: 'rut' },
    { name: 'giro', text: 'people.giro', type: 'text' },
    { name: 'email', text: 'people.email', type: 'text' },
    { name: 'phone', text: 'people.phone', type: 'text' },
    { name: 'address', text: 'people.address', type: 'text' },
    { name: 'comuna', text: 'people.comuna', type: 'text' },
  ],
  suppliers: [
    { name: 'name', text: 'people.companyName', type: 'text', required: true },
    { name: 'contactName', text: 'people.contact', type: 'text' },
    { name: 'rut', text: 'people.rut', type: 'rut' },
    { name: 'email', text: 'people.email', type: 'text' },
    { name: 'phone', text: 'people.phone', type: 'text' },
    { name: 'address', text: 'people.address', type: 'text' },
  ],
  employees: [
    { name: 'code', text: 'people.code', type: 'text', required: true },
    { name: 'firstName', text: 'people.firstName', type: 'text', required: true },
    { name: 'lastName', text: 'people.lastName', type: 'text', required: true },
    { name: 'rut', text: 'people.rut', type: 'rut' },
    { name: 'department', text: 'people.department', type: 'text' },
    { name: 'hiredOn', text: 'people.hiredOn', type: 'date', required: true },
  ],
  vehicles: [
    { name: 'plate', text: 'people.plate', type: 'text', required: true },
    { name: 'make', text: 'people.make', type: 'text' },
    { name: 'model', text: 'people.model', type: 'text' },
    { name: 'year', text: 'people.year', type: 'number' },
    { name: 'note', text: 'people.note', type: 'text' },
  ],
};

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

export function PersonDialog({ kind, row, onClose }: { kind: PersonKind; row?: PersonRow; onClose: () => void }) {
  const t = useText();
  const mayCredit = useMay('sales.account');
  const maySalaries = useMay('salaries.read');
  const fields: FieldSpec[] = [
    ...FIELDS[kind],
    ...(kind === 'customers' && mayCredit
      ? [{ name: 'accountLimitClp', text: 'people.creditLimit', type: 'money' } as const]
      : []),
    ...(kind === 'employees' && maySalaries
      ? [{ name: 'salaryClp', text: 'people.salary', type: 'money' } as const]
      : []),
  ];
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries(fields.map(({ name }) => [name, textOf(row?.[name])])),
  );
  const [isCompany, setCompany] = useState(row?.['kind'] === 'COMPANY');
  const [error, setError] = useState<string>();
  const badRut = values['rut'] !== undefined && values['rut'] !== '' && parseRut(values['rut']) === undefined;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (badRut) return;
    const sent: Record<string, unknown> = {};
    for (const { name, type } of fields) {
      const value = (values[name] ?? '').trim();
      if (type === 'rut' || type === 'number')
        sent[name] = value === '' ? null : type === 'number' ? Number(value) : value;
      else if (type === 'money') {
        if (value !== '' || name === 'accountLimitClp') sent[name] = Number(value.replace(/\D/g, ''));
      } else sent[name] = value;
    }
    if (kind === 'customers') sent['kind'] = isCompany ? 'COMPANY' : 'PERSON';
    if (kind === 'customers' && sent['accountLimitClp'] === undefined && !row) sent['accountLimitClp'] = 0;
    if (!row && (kind === 'employees' || kind === 'vehicles'))
      sent[kind === 'employees' ? 'userId' : 'customerId'] = null;
    try {
      if (row) await command(`${kind}.update`, { id: row.id, patch: sent });
      else await command(`${kind}.create`, sent);
      toastDone(t('people.saved'));
      onClose();
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  const archive = async (): Promise<void> => {
    if (!row || kind === 'vehicles') return;
    try {
      await command(`${kind}.archive`, { id: row.id });
      toastDone(t('people.archived'));
      onClose();
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  const titles: Record<PersonKind, string> = {
    customers: t('people.customers'),
    suppliers: t('people.suppliers'),
    employees: t('people.employees'),
    vehicles: t('people.vehicles'),
  };
  return (
    <Dialog title={titles[kind]} size={640} onClose={onClose}>
      <form className="rd-stack" onSubmit={(event) => void submit(event)}>
        {kind === 'customers' && (
          <SelectField
            label={t('people.kind')}
            value={isCompany ? 'COMPANY' : 'PERSON'}
            options={[
              { value: 'PERSON', label: t('people.person') },
              { value: 'COMPANY', label: t('people.company') },
            ]}
            onChange={(event) => setCompany(event.target.value === 'COMPANY')}
          />
        )}
        <div className="rd-two">
          {fields.map(({ name, text, type, required }, index) => (
            <Field
              key={name}
              label={name === 'firstName' && kind === 'customers' && isCompany ? t('people.companyName') : t(text)}
              required={required}
              data-autofocus={index === 0 || undefined}
              type={type === 'date' ? 'date' : 'text'}
              inputMode={type === 'money' || type === 'number' ? 'numeric' : 'text'}
              error={name === 'rut' && badRut ? t('people.rut') : undefined}
              value={values[name] ?? ''}
              onChange={(event) => (setValues({ ...values, [name]: event.target.value }), setError(undefined))}
            />
          ))}
        </div>
        {error !== undefined && (
          <p role="alert" className="rd-bad" style={{ margin: 0 }}>
            {error}
          </p>
        )}
        <div className="rd-row" style={{ justifyContent: 'flex-end' }}>
          {row && kind !== 'vehicles' && (
            <Button variant="default" color="red" onClick={() => void archive()}>
              {t('people.archive')}
            </Button>
          )}
          <Button variant="default" onClick={onClose}>
            {t('app.cancel')}
          </Button>
          <Button type="submit">{t('app.save')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
