/** The frame of a screen: title, what narrows it down, its acts; and the row of choices that a screen or form switches with. */
import type { ReactNode } from 'react';

export function Page({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <div className="rd-page">
      <header>
        <h2>{title}</h2>
        {actions}
      </header>
      {children}
    </div>
  );
}

/** Pushes what follows to the right edge of a header. */
export const Push = () => <span style={{ flex: 1 }} />;

interface Choice<V extends string> {
  value: V;
  label: string;
  isDisabled?: boolean;
}

/** One of a few, as buttons; the chosen one is pressed. */
export function Choices<V extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string;
  options: readonly Choice<V>[];
  value: V | undefined;
  onChange: (value: V) => void;
}) {
  return (
    <div className="rd-tenders" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          disabled={option.isDisabled}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}

/** The failure of a form, read aloud. */
export const Problem = ({ children }: { children: string | undefined }) =>
  children === undefined ? null : (
    <p role="alert" className="rd-bad" style={{ margin: 0 }}>
      {children}
    </p>
  );

/** A label and its figure on one line. */
export const Figure = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className="rd-between" style={{ padding: '4px 0' }}>
    <span className="rd-muted">{label}</span>
    <span>{children}</span>
  </div>
);
