/** Counting a drawer: pieces per note and coin, Enter goes down, the total is live. */
import { useRef } from 'react';
import { DENOMINATIONS_CLP } from '#core/shared/tender.ts';
import { useText } from '../../text/useText.ts';
import { formatClp } from '../../ui/format.ts';

export type Count = Record<string, number>;

export const countTotal = (count: Count): number =>
  Object.entries(count).reduce((sum, [value, pieces]) => sum + Number(value) * pieces, 0);

export function CashCounter({ count, onChange }: { count: Count; onChange: (count: Count) => void }) {
  const t = useText();
  const table = useRef<HTMLTableElement>(null);
  const move = (event: React.KeyboardEvent, index: number): void => {
    if (event.key !== 'Enter' && event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const inputs = table.current?.querySelectorAll('input') ?? [];
    const next = inputs[index + (event.key === 'ArrowUp' ? -1 : 1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.select();
  };
  return (
    <table ref={table} style={{ width: '100%', borderCollapse: 'collapse' }}>
      <thead>
        <tr className="rd-meta">
          <th style={{ textAlign: 'left' }}>{t('shift.denomination')}</th>
          <th style={{ width: 110, textAlign: 'left' }}>{t('shift.pieces')}</th>
          <th className="rd-num">{t('shift.subtotal')}</th>
        </tr>
      </thead>
      <tbody>
        {DENOMINATIONS_CLP.map((value, index) => (
          <tr key={value}>
            <td>{formatClp(value)}</td>
            <td className="rd-field" style={{ padding: '2px 0' }}>
              <input
                aria-label={`${t('shift.pieces')} ${formatClp(value)}`}
                inputMode="numeric"
                autoComplete="off"
                data-autofocus={index === 0 || undefined}
                value={count[String(value)] ?? ''}
                onKeyDown={(event) => move(event, index)}
                onChange={(event) => {
                  const pieces = Number(event.target.value.replace(/\D/g, '').slice(0, 5));
                  const { [String(value)]: _, ...rest } = count;
                  onChange(pieces > 0 ? { ...rest, [String(value)]: pieces } : rest);
                }}
              />
            </td>
            <td className="rd-num">{formatClp(value * (count[String(value)] ?? 0))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
