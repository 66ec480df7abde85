/** One answer: the sentence, "Entendí", chart and table, where it comes from. Every number on it carries the id of its figure. */
import { Suspense, useState } from 'react';
import { lazily } from '../../app/lazily.ts';
import { Menu } from '@mantine/core';
import { call, type OutputOf } from '../../api/client.ts';
import { useText } from '../../text/useText.ts';
import { formatClp, formatDate, formatDayTime, formatDecimal, formatMilli, formatMillions } from '../../ui/format.ts';
import { saveFile } from '../../ui/saveFile.ts';
import { Table } from '../../ui/Table.tsx';
import { toastError } from '../../ui/toast.ts';

type Turn = OutputOf<'assistant.ask'>;
export type Answer = NonNullable<Turn['answer']>;
type Figure = Answer['figures'][number];
type Intent = { tool: NonNullable<Answer['tool']>; args: Answer['args'] };

const BarChart = lazily(() => import('../../ui/Charts.tsx').then((module) => ({ default: module.BarChart })));

const whole = new Intl.NumberFormat('es-CL');

export function written({ value, unit }: Figure): string {
  if (value === null) return '—';
  if (typeof value === 'string') return unit === 'DATE' ? formatDate(value) : value;
  switch (unit) {
    case 'CLP':
      return formatClp(value);
    case 'MILLI':
      return formatMilli(value);
    case 'BASIS_POINTS':
      return `${formatDecimal(value / 100)} %`;
    case 'INSTANT':
      return formatDayTime(value);
    default:
      return whole.format(value);
  }
}

interface Props {
  turn: Pick<Turn, 'id' | 'rating'>;
  answer: Answer;
  onIntent: (intent: Intent) => void;
  onReport: (path: string, period: Answer['period']) => void;
}

export function AnswerCard({ turn, answer, onIntent, onReport }: Props) {
  const t = useText();
  const [showSource, setShowSource] = useState(false);
  const byId = new Map(answer.figures.map((figure) => [figure.id, figure]));
  const sentence = answer.parts
    .map((part) =>
      'text' in part ? part.text : written(byId.get(part.figure) ?? { id: '', value: null, unit: 'TEXT' }),
    )
    .join('');
  return (
    <div>
      {answer.outcome !== 'ANSWER' && answer.reason && (
        <p style={{ margin: '0 0 4px' }}>
          {t(`assistant.${answer.reason}`, { seconds: byId.get('wait')?.value ?? '' })}
        </p>
      )}
      {answer.tool && <Chips answer={answer} onIntent={onIntent} />}
      {answer.reason !== 'RATE_LIMITED' && (
        <p style={{ margin: '8px 0', fontSize: 16 }}>
          <Sentence parts={answer.parts} byId={byId} />
        </p>
      )}
      {answer.table?.chart && <Chart table={answer.table} />}
      {answer.table && answer.table.rows.length > 0 && <Rows table={answer.table} />}
      {answer.comment && (
        <p className="rd-muted" style={{ margin: '8px 0', borderLeft: '3px solid var(--rd-line)', paddingLeft: 10 }}>
          <Sentence parts={answer.comment} byId={byId} />
          <span className="rd-meta" style={{ display: 'block' }}>
            {t('assistant.comment')}
          </span>
        </p>
      )}
      {answer.outcome === 'ANSWER' && (
        <div style={{ display: 'flex', flexWrap: 'wrap', gap: 4, marginTop: 8 }} className="rd-meta">
          {answer.report && (
            <button type="button" className="rd-link" onClick={() => onReport(answer.report ?? '/', answer.period)}>
              {t('assistant.report')}
            </button>
          )}
          <button
            type="button"
            className="rd-link"
            aria-expanded={showSource}
            onClick={() => setShowSource(!showSource)}
          >
            {t('assistant.source')}
          </button>
          <button type="button" className="rd-link" onClick={() => void navigator.clipboard.writeText(sentence)}>
            {t('assistant.copy')}
          </button>
          {answer.table && (
            <button type="button" className="rd-link" onClick={() => exportTable(answer)}>
              {t('assistant.export')}
            </button>
          )}
          <span style={{ display: 'flex', gap: 4, marginLeft: 'auto' }}>
            {(['GOOD', 'BAD'] as const).map((rating) => (
              <button
                key={rating}
                type="button"
                className="rd-link"
                aria-pressed={turn.rating === rating}
                style={{ fontWeight: turn.rating === rating ? 700 : 400 }}
                onClick={() => void call('assistant.rate', { turnId: turn.id, rating }).catch(toastError)}
              >
                {t(`assistant.${rating}`)}
              </button>
            ))}
          </span>
        </div>
      )}
      {showSource && (
        <p className="rd-meta" style={{ margin: '4px 0' }}>
          {t('assistant.sourceText', { sources: answer.sources.join(', '), at: formatDayTime(answer.asOfMs) })}
        </p>
      )}
    </div>
  );
}

/** Words of a template and figures in turn. */
function Sentence({ parts, byId }: { parts: Answer['parts']; byId: ReadonlyMap<string, Figure> }) {
  return parts.map((part, index) => {
    if ('text' in part) return <span key={index}>{part.text}</span>;
    const figure = byId.get(part.figure);
    return figure ? (
      <strong key={index} data-figure={figure.id}>
        {written(figure)}
      </strong>
    ) : null;
  });
}

function Chips({ answer, onIntent }: { answer: Answer; onIntent: (intent: Intent) => void }) {
  const t = useText();
  const { tool } = answer;
  if (!tool) return null;
  const pick = (arg: string, value: string): void => {
    const { from: _, to: __, ...args } = answer.args;
    onIntent({ tool, args: { ...(arg === 'period' ? args : answer.args), [arg]: value } });
  };
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', gap: 6, alignItems: 'center' }} className="rd-meta">
      {t('assistant.understood')}
      {answer.chips.map((chip) =>
        chip.options.length === 0 ? (
          <span key={chip.arg} className="rd-pill" data-figure={`arg.${chip.arg}`}>
            {chip.label}
          </span>
        ) : (
          <Menu key={chip.arg} transitionProps={{ duration: 0 }}>
            <Menu.Target>
              <button
                type="button"
                className="rd-pill"
                data-figure={`arg.${chip.arg}`}
                aria-label={t('assistant.change', { value: chip.label })}
              >
                {chip.label} ▾
              </button>
            </Menu.Target>
            <Menu.Dropdown>
              {chip.options.map((option) => (
                <Menu.Item key={option.value} onClick={() => pick(chip.arg, option.value)}>
                  {option.label}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        ),
      )}
    </div>
  );
}

type Drawn = NonNullable<Answer['table']>;

function Chart({ table }: { table: Drawn }) {
  const at = (key: string): number => table.columns.findIndex((column) => column.key === key);
  const [label, value] = [at(table.chart?.label ?? ''), at(table.chart?.value ?? '')];
  const unit = table.columns[value]?.unit ?? 'COUNT';
  const points = table.rows.slice(0, 31).map((row) => {
    const [name, figure] = [row[label], row[value]];
    return { label: name ? written(name) : '', value: Number(figure?.value ?? 0) };
  });
  return (
    <Suspense>
      <BarChart
        label={table.columns[value]?.label ?? ''}
        points={points}
        height={160}
        format={(amount) => (unit === 'CLP' ? formatMillions(amount) : written({ id: '', value: amount, unit }))}
      />
    </Suspense>
  );
}

const ROWS = 10;

function Rows({ table }: { table: Drawn }) {
  const t = useText();
  const [all, setAll] = useState(false);
  return (
    <div>
      <Table
        isDense
        label={t('assistant.table')}
        rows={[...(all ? table.rows : table.rows.slice(0, ROWS)).entries()]}
        rowKey={([index]) => index}
        columns={table.columns.map((column, at) => ({
          id: column.key,
          title: column.label,
          isNumber: column.unit !== 'TEXT',
          cell: ([, row]: [number, Drawn['rows'][number]]) => row[at] && <Cell figure={row[at]} />,
        }))}
      />
      {table.rows.length > ROWS && (
        <button type="button" className="rd-link" onClick={() => setAll(!all)}>
          {all ? t('assistant.fewer') : t('assistant.more')}
        </button>
      )}
    </div>
  );
}

/** A code or a figure stays on one line; names are broken where the panel is narrow. */
function Cell({ figure }: { figure: Figure }) {
  const text = written(figure);
  return (
    <span data-figure={figure.id} className={text.length <= 10 ? 'rd-whole' : undefined}>
      {text}
    </span>
  );
}

/** Semicolons and a byte-order mark, as Excel in Spanish reads it; a cell that would be a formula is quoted as text. */
function exportTable({ table }: Answer): void {
  if (!table) return;
  const cell = (value: string): string =>
    `"${(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;
  const lines = [
    table.columns.map(({ label }) => cell(label)),
    ...table.rows.map((row) =>
      row.map((figure) =>
        typeof figure.value === 'number' && figure.unit === 'CLP' ? String(figure.value) : cell(written(figure)),
      ),
    ),
  ];
  const bytes = new TextEncoder().encode(`\uFEFF${lines.map((line) => line.join(';')).join('\r\n')}`);
  saveFile('respuesta.csv', 'text/csv', btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')));
}
