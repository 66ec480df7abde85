/** Whose car it is: a customer found by any of his words, or nobody yet. */
import { useState } from 'react';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Field } from '../../ui/Field.tsx';

export interface Owner {
  id: string;
  name: string;
}

/** The owner that a row of the list names. */
export function ownerOf(row: Record<string, unknown> | undefined): Owner | null {
  const [id, name] = [row?.['customerId'], row?.['customerName']];
  return typeof id === 'string' ? { id, name: typeof name === 'string' ? name : '' } : null;
}

export function OwnerField({ owner, onChange }: { owner: Owner | null; onChange: (owner: Owner | null) => void }) {
  const t = useText();
  const [text, setText] = useState('');
  const isAsking = owner === null && text.trim().length >= 2;
  const found = useRead('customers.list', { text, limit: 6 }, { enabled: isAsking });
  if (owner) {
    return (
      <div className="rd-between" style={{ alignItems: 'center' }}>
        <span>
          {t('people.owner')}: <strong>{owner.name}</strong>
        </span>
        <button type="button" className="rd-link" onClick={() => onChange(null)}>
          {t('stock.remove')}
        </button>
      </div>
    );
  }
  const choose = (row: { id: string; firstName: string; lastName: string }): void => {
    onChange({ id: row.id, name: `${row.firstName} ${row.lastName}`.trim() });
    setText('');
  };
  return (
    <div className="rd-stack" style={{ gap: 4 }}>
      <Field
        label={`${t('people.owner')}: ${t('people.filter')}`}
        value={text}
        maxLength={80}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          const first = found.data?.rows[0];
          if (event.key !== 'Enter' || !isAsking) return;
          event.preventDefault();
          if (first) choose(first);
        }}
      />
      {isAsking &&
        found.data?.rows.map((row) => (
          <button key={row.id} type="button" className="rd-link" onClick={() => choose(row)}>
            {row.firstName} {row.lastName}
          </button>
        ))}
    </div>
  );
}
