/** The card of a person, a supplier or a car: the same form, drawn from a list of its fields. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { parseRut } from '#core/shared/rut.ts';
import { newId } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import type { TextKey } from '../../text/index.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field, MoneyField, RutField } from '../../ui/Field.tsx';
import { parseClp } from '../../ui/format.ts';
import { Choices, Problem } from '../../ui/Page.tsx';
import { toastDone } from '../../ui/toast.ts';
import { useMay } from '../session/store.ts';
import { command } from './commands.ts';
import { type Owner, OwnerField, ownerOf } from './OwnerField.tsx';

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

interface Props {
  kind: PersonKind;
  row?: PersonRow;
  onClose: () => void;
}

export function PersonDialog({ kind, row, onClose }: Props) {
  const t = useText();
  const mayCredit = useMay('sales.account');
  const maySalaries = useMay('salaries.read');
  const [isCompany, setCompany] = useState(row?.['kind'] === 'COMPANY');
  const fields: FieldSpec[] = [
    // A company has one name.
    ...FIELDS[kind].filter(({ name }) => !(kind === 'customers' && isCompany && name === 'lastName')),
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
  const [owner, setOwner] = useState<Owner | null>(() => ownerOf(row));
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [commandIds] = useState(() => ({ save: newId(), archive: newId() }));
  const valueOf = (name: string): string => (values[name] ?? '').trim();
  const isSound = fields.every(({ name, type }) => valueOf(name) === '' || READABLE[type](valueOf(name)));

  const sent = (): Record<string, unknown> => {
    const patch: Record<string, unknown> = {};
    for (const { name, type } of fields) {
      const value = valueOf(name);
      if (type === 'rut') patch[name] = value === '' ? null : value;
      else if (type === 'number') patch[name] = value === '' ? null : Number(value);
      else if (type === 'money') {
        if (value !== '' || name === 'accountLimitClp') patch[name] = parseClp(value) ?? 0;
      } else patch[name] = value;
    }
    if (kind === 'customers') {
      patch['kind'] = isCompany ? 'COMPANY' : 'PERSON';
      if (isCompany) patch['lastName'] = '';
      if (!row) patch['accountLimitClp'] ??= 0;
    }
    if (kind === 'employees' && !row) patch['userId'] = null;
    if (kind === 'vehicles') patch['customerId'] = owner?.id ?? null;
    return patch;
  };
  const attempt = async (work: () => Promise<unknown>, done: string): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      await work();
      toastDone(done);
      onClose();
    } catch (failure) {
      setError(errorText(failure));
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!isSound) return;
    const save = (): Promise<unknown> =>
      row
        ? command(`${kind}.update`, { id: row.id, patch: sent() }, commandIds.save)
        : command(`${kind}.create`, sent(), commandIds.save);
    void attempt(save, t('people.saved'));
  };
  const titles: Record<PersonKind, string> = {
    customers: t('people.customer'),
    suppliers: t('people.supplier'),
    employees: t('people.employee'),
    vehicles: t('people.vehicle'),
  };
  return (
    <Dialog title={titles[kind]} size={640} onClose={onClose}>
      <form className="rd-stack" onSubmit={submit}>
        {kind === 'customers' && (
          <Choices
            label={t('people.kind')}
            value={isCompany ? 'COMPANY' : 'PERSON'}
            options={[
              { value: 'PERSON', label: t('people.person') },
              { value: 'COMPANY', label: t('people.company') },
            ]}
            onChange={(value) => setCompany(value === 'COMPANY')}
          />
        )}
        <div className="rd-two">
          {fields.map(({ name, text, type, required }, index) => (
            <TypedField
              key={name}
              type={type}
              label={name === 'firstName' && isCompany ? t('people.companyName') : t(text)}
              required={required}
              data-autofocus={index === 0 || undefined}
              value={values[name] ?? ''}
              onChange={(value) => (setValues({ ...values, [name]: value }), setError(undefined))}
            />
          ))}
        </div>
        {kind === 'vehicles' && <OwnerField owner={owner} onChange={setOwner} />}
        <Problem>{error}</Problem>
        <div className="rd-row" style={{ justifyContent: 'flex-end' }}>
          {row && (
            <Button
              variant="default"
              onClick={() =>
                void attempt(() => command(`${kind}.archive`, { id: row.id }, commandIds.archive), t('people.archived'))
              }
            >
              {t('people.archive')}
            </Button>
          )}
          <Button variant="default" onClick={onClose}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={isBusy} disabled={!isSound}>
            {t('app.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** What each kind of field can read; the core checks again. */
const READABLE: Readonly<Record<FieldSpec['type'], (value: string) => boolean>> = {
  text: () => true,
  date: () => true,
  rut: (value) => parseRut(value) !== undefined,
  number: (value) => /^\d{4}$/.test(value),
  money: (value) => parseClp(value) !== undefined,
};

interface TypedProps {
  type: FieldSpec['type'];
  label: string;
  required: boolean | undefined;
  'data-autofocus': true | undefined;
  value: string;
  onChange: (value: string) => void;
}

function TypedField({ type, onChange, ...rest }: TypedProps) {
  if (type === 'rut') return <RutField {...rest} onChange={onChange} />;
  if (type === 'money') return <MoneyField {...rest} onChange={onChange} />;
  const extra =
    type === 'number' ? ({ inputMode: 'numeric', maxLength: 4 } as const) : type === 'date' ? { type: 'date' } : {};
  return <Field {...rest} {...extra} onChange={(event) => onChange(event.target.value)} />;
}
