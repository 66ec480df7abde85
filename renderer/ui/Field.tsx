/** Labelled fields over native controls: what a scanner, a keyboard and a screen reader all understand. */
import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from 'react';

interface Around {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  large?: boolean;
}

export function Field({ label, hint, error, large, ...input }: Around & InputHTMLAttributes<HTMLInputElement> & { inputRef?: React.Ref<HTMLInputElement> }) {
  const id = useId();
  const { inputRef, ...rest } = input;
  return (
    <div className={large === true ? 'rd-field large' : 'rd-field'}>
      <label htmlFor={id}>{label}</label>
      <input id={id} ref={inputRef} autoComplete="off" aria-invalid={error !== undefined} aria-describedby={`${id}-hint`} {...rest} />
      <span id={`${id}-hint`} className={error === undefined ? 'hint' : 'error'} role={error === undefined ? undefined : 'alert'}>
        {error ?? hint}
      </span>
    </div>
  );
}

export function SelectField({
  label,
  hint,
  error,
  options,
  large: _,
  ...select
}: Around & SelectHTMLAttributes<HTMLSelectElement> & { options: readonly { value: string; label: string }[] }) {
  const id = useId();
  return (
    <div className="rd-field">
      <label htmlFor={id}>{label}</label>
      <select id={id} aria-invalid={error !== undefined} {...select}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <span className={error === undefined ? 'hint' : 'error'}>{error ?? hint}</span>
    </div>
  );
}
