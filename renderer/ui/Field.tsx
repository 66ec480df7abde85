/**
 * Labelled fields over native controls: what a scanner, a keyboard and a screen reader all understand. Each keeps the text as it was
 * typed; `parseClp`, `parseQuantity`, `parseRut` read it when it is needed, and a field says at once when it cannot be read.
 */
import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';
import { formatRut, parseRut } from '#core/shared/rut.ts';
import { useText } from '../text/useText.ts';
import { formatClp, formatMilli, parseClp, parseQuantity } from './format.ts';

interface Around {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
}

type InputProps = Around &
  InputHTMLAttributes<HTMLInputElement> & { large?: boolean; inputRef?: Ref<HTMLInputElement> };

export function Field({ label, hint, error, large, inputRef, ...input }: InputProps) {
  const id = useId();
  return (
    <div className={large === true ? 'rd-field large' : 'rd-field'}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        ref={inputRef}
        autoComplete="off"
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-hint`}
        {...input}
      />
      <Below id={id} hint={hint} error={error} />
    </div>
  );
}

export function TextAreaField({ label, hint, error, ...area }: Around & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <div className="rd-field">
      <label htmlFor={id}>{label}</label>
      <textarea id={id} rows={3} aria-invalid={error !== undefined} aria-describedby={`${id}-hint`} {...area} />
      <Below id={id} hint={hint} error={error} />
    </div>
  );
}

export function SelectField({
  label,
  hint,
  error,
  options,
  ...select
}: Around & SelectHTMLAttributes<HTMLSelectElement> & { options: readonly { value: string; label: string }[] }) {
  const id = useId();
  return (
    <div className="rd-field">
      <label htmlFor={id}>{label}</label>
      <select id={id} aria-invalid={error !== undefined} aria-describedby={`${id}-hint`} {...select}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Below id={id} hint={hint} error={error} />
    </div>
  );
}

type TypedProps = Omit<InputProps, 'value' | 'onChange'> & { value: string; onChange: (text: string) => void };

/** Pesos: `12990`, `12.990`, `$12.990`. Shows how it reads what was typed. */
export function MoneyField({ value, onChange, error, hint, ...rest }: TypedProps) {
  const t = useText();
  const read = parseClp(value);
  const isBad = value.trim() !== '' && read === undefined;
  return (
    <Field
      inputMode="numeric"
      {...rest}
      value={value}
      hint={hint ?? (read === undefined ? undefined : formatClp(read))}
      error={error ?? (isBad ? t('app.badMoney') : undefined)}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** A quantity in the base unit, up to three decimals: `1`, `0,5`. */
export function QuantityField({ value, onChange, unit, error, hint, ...rest }: TypedProps & { unit?: string }) {
  const t = useText();
  const read = parseQuantity(value);
  const isBad = value.trim() !== '' && read === undefined;
  return (
    <Field
      inputMode="decimal"
      {...rest}
      value={value}
      hint={hint ?? (read === undefined || unit === undefined ? undefined : `${formatMilli(read)} ${unit}`)}
      error={error ?? (isBad ? t('app.badQuantity') : undefined)}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** A RUT with or without dots and hyphen; its check digit is verified as it is typed. */
export function RutField({ value, onChange, error, hint, ...rest }: TypedProps) {
  const t = useText();
  const read = parseRut(value);
  const isBad = value.trim().length >= 8 && read === undefined;
  return (
    <Field
      placeholder="12.345.678-5"
      maxLength={14}
      {...rest}
      value={value}
      hint={hint ?? (read === undefined ? undefined : formatRut(read))}
      error={error ?? (isBad ? t('app.badRut') : undefined)}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

const Below = ({ id, hint, error }: { id: string; hint: ReactNode; error: string | undefined }) => (
  <span
    id={`${id}-hint`}
    className={error === undefined ? 'hint' : 'error'}
    role={error === undefined ? undefined : 'alert'}
  >
    {error ?? hint}
  </span>
);
