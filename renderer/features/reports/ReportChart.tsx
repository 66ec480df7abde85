import type { OutputOf } from '../../api/client.ts';
import { useText } from '../../text/useText.ts';
import { BarChart } from '../../ui/Charts.tsx';
import { formatMillions } from '../../ui/format.ts';
import { cellText, onAxis, words } from './cells.ts';

type Report = OutputOf<'reports.run'>;

/** More bars than these are a table's work. */
const MOST_BARS = 40;
/** What a report is drawn by, where it has it; else its first amount. */
const DRAWN = ['totalClp', 'revenueClp', 'netClp', 'marginMilliClp', 'valueMilliClp', 'amountClp', 'differenceClp'];

/** The report's main figure as bars, over its rows; the period compared with in grey. */
export function ReportChart({ report }: { report: Report }) {
  const t = useText();
  const { columns, rows } = report;
  const preferred = DRAWN.map((key) => columns.findIndex((column) => column.key === key)).find((index) => index >= 0);
  const index = preferred ?? columns.findIndex(({ kind }) => kind === 'CLP' || kind === 'MILLI_CLP');
  const column = columns[index];
  if (!column || rows.length < 2 || report.report === 'TAXES') return null;
  const name = words(t, column.key);
  const hasBefore = rows.some((row) => row.before !== null);
  return (
    <section className="rd-panel pad">
      <BarChart
        label={`${t(`reports.${report.report}`)}: ${name}`}
        height={170}
        format={formatMillions}
        {...(hasBefore ? { names: { value: name, before: t('reports.before') } } : {})}
        points={rows.slice(0, MOST_BARS).map((row) => ({
          label: cellText(t, row.cells[0] ?? null, columns[0]).slice(0, 24),
          value: onAxis(row.cells[index] ?? null, column.kind) ?? 0,
          before: row.before ? onAxis(row.before[index] ?? null, column.kind) : null,
        }))}
      />
    </section>
  );
}
