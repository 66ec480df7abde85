/** One report: its period, what it is compared with, a chart, the same data as a table, its documents, and files to take away. */
import { Button, Menu } from '@mantine/core';
import { useEffect, useState } from 'react';
import {
  type Comparison,
  COMPARISONS,
  type Grouping,
  GROUPINGS,
  type ReportName,
  REPORTS,
} from '#core/shared/report.ts';
import { call, type InputOf, type OutputOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useLook } from '../../app/look.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { Field, SelectField } from '../../ui/Field.tsx';
import { formatDayTime, localDay } from '../../ui/format.ts';
import { Choices, Push } from '../../ui/Page.tsx';
import { saveFile } from '../../ui/saveFile.ts';
import { Empty, Loaded } from '../../ui/States.tsx';
import { toastError } from '../../ui/toast.ts';
import ReceiptDialog from '../receipt/ReceiptDialog.tsx';
import { cellText, isFigure, words } from './cells.ts';
import { Documents } from './Documents.tsx';
import { ReportChart } from './ReportChart.tsx';
import { type Days, daysOf, type Period, PERIODS } from './period.ts';
import { forgetWanted, wantedReport } from './wanted.ts';

type Report = OutputOf<'reports.run'>;
type Row = Report['rows'][number];
type Asked = Pick<InputOf<'reports.run'>, 'report' | 'compare' | 'groupBy' | 'direction'>;

type Branch = OutputOf<'reports.branches'>['rows'][number];
/** All that can be read here; otherwise a branch's id. */
const ALL = 'ALL';

export default function ReportView() {
  const branches = useRead('reports.branches', {});
  return <Loaded query={branches}>{({ rows }) => <Asking branches={rows} />}</Loaded>;
}

/** `branches`: those whose figures can be read here, this machine's first. */
function Asking({ branches }: { branches: readonly Branch[] }) {
  const t = useText();
  const today = localDay(Date.now());
  const [wanted] = useState(wantedReport);
  useEffect(forgetWanted, []);
  const [period, setPeriod] = useState<Period>(wanted?.days ? 'CUSTOM' : 'MONTH');
  const [custom, setCustom] = useState<Days>(wanted?.days ?? { from: today, to: today });
  const [branch, setBranch] = useState(branches[0]?.id ?? ALL);
  const [asked, setAsked] = useState<Required<Asked>>({
    report: wanted?.report ?? 'SALES',
    compare: 'NONE',
    groupBy: 'DAY',
    direction: 'TOP',
  });
  const days = daysOf(period, today, custom);
  const input = { ...asked, ...days, branchId: branch === ALL ? null : branch };
  const report = useRead('reports.run', input, { keepPrevious: true });
  return (
    <>
      <div className="rd-row" style={{ flexWrap: 'wrap', alignItems: 'end' }}>
        <SelectField
          label={t('reports.report')}
          value={asked.report}
          options={REPORTS.map((value) => ({ value, label: t(`reports.${value}`) }))}
          onChange={(event) => setAsked({ ...asked, report: event.target.value as ReportName })}
        />
        <SelectField
          label={t('reports.compare')}
          value={asked.compare}
          options={COMPARISONS.map((value) => ({ value, label: t(`reports.${value}`) }))}
          onChange={(event) => setAsked({ ...asked, compare: event.target.value as Comparison })}
        />
        {asked.report === 'SALES' && (
          <SelectField
            label={t('reports.groupBy')}
            value={asked.groupBy}
            options={GROUPINGS.map((value) => ({ value, label: t(`reports.${value}`) }))}
            onChange={(event) => setAsked({ ...asked, groupBy: event.target.value as Grouping })}
          />
        )}
        {branches.length > 1 && (
          <SelectField
            label={t('reports.branch')}
            value={branch}
            options={[
              ...branches.map(({ id, name }) => ({ value: id, label: name })),
              { value: ALL, label: t('reports.allBranches') },
            ]}
            onChange={(event) => setBranch(event.target.value)}
          />
        )}
        {asked.report === 'PRODUCTS' && (
          <Choices
            label={t('reports.direction')}
            value={asked.direction}
            onChange={(direction) => setAsked({ ...asked, direction })}
            options={(['TOP', 'BOTTOM'] as const).map((value) => ({ value, label: t(`reports.${value}`) }))}
          />
        )}
        <Push />
        <ExportMenu input={input} />
      </div>
      <div className="rd-row" style={{ flexWrap: 'wrap', alignItems: 'end' }}>
        <Choices
          label={t('reports.period')}
          value={period}
          onChange={setPeriod}
          options={PERIODS.map((value) => ({ value, label: t(`reports.${value}`) }))}
        />
        {period === 'CUSTOM' &&
          (['from', 'to'] as const).map((end) => (
            <Field
              key={end}
              label={t(`reports.${end}`)}
              type="date"
              max={today}
              value={custom[end]}
              onChange={(event) => event.target.value !== '' && setCustom({ ...custom, [end]: event.target.value })}
            />
          ))}
        <Ages branches={branches} covered={report.data?.branches ?? []} />
      </div>
      <Loaded query={report}>{(data) => <Shown report={data} input={input} here={branches[0]?.id} />}</Loaded>
    </>
  );
}

/** Up to when the figures on the screen hold, branch by branch, and what could not be taken into them. */
function Ages({ branches, covered }: { branches: readonly Branch[]; covered: Report['branches'] }) {
  const t = useText();
  const held = new Map(branches.map(({ id, heldCount }) => [id, heldCount]));
  return (
    <span className="rd-muted" style={{ fontSize: 12 }}>
      {covered.map(({ id, name, asOfMs }) => (
        <span key={id} className="rd-whole" style={{ marginInlineEnd: 12 }}>
          {name}: {asOfMs !== null && t('reports.asOf', { time: formatDayTime(asOfMs) })}
          {(held.get(id) ?? 0) > 0 && (
            <span className="rd-bad"> · {t('reports.held', { count: held.get(id) ?? 0 })}</span>
          )}
        </span>
      ))}
    </span>
  );
}

interface ShownProps {
  report: Report;
  input: Days & { branchId: string | null };
  /** This machine's branch: papers of the others are looked at, not printed. */
  here: string | undefined;
}

function Shown({ report, input, here }: ShownProps) {
  const t = useText();
  const [receipt, setReceipt] = useState<{ kind: 'SALE' | 'RETURN' | 'SHIFT'; id: string; branchId: string }>();
  const { from, to, branchId } = input;
  const [behind, setBehind] = useState<{ title: string; query: InputOf<'reports.documents'> }>();
  const open = (row: Row): void => {
    const { document } = row;
    if (document && document.kind !== 'STOCK') return setReceipt({ ...document, kind: document.kind });
    const filter = filterOf(report.report, row);
    if (filter)
      setBehind({
        title: cellText(t, row.cells[0] ?? null, report.columns[0]),
        query: { from, to, branchId, ...filter },
      });
  };
  const canOpen = report.rows.some((row) => row.document !== null || filterOf(report.report, row) !== undefined);
  return (
    <>
      <ReportChart report={report} />
      <DataTable
        label={t(`reports.${report.report}`)}
        rows={report.rows}
        rowKey={(row) => row.key}
        {...(canOpen ? { onOpen: open } : {})}
        empty={<Empty title={t('reports.empty')} hint={t('reports.emptyHint')} />}
        footer={
          report.totals.some((total) => total !== null)
            ? report.totals.map((total, index) => cellText(t, total, report.columns[index]))
            : undefined
        }
        columns={report.columns.map((column, index) => ({
          id: column.key,
          title: words(t, column.key),
          isNumber: isFigure(column.kind),
          cell: (row: Row) => (
            <>
              <span className="rd-whole">{cellText(t, row.cells[index] ?? null, column)}</span>
              {row.before && isFigure(column.kind) && (
                <span className="rd-meta"> {cellText(t, row.before[index] ?? null, column)}</span>
              )}
            </>
          ),
        }))}
      />
      {receipt && (
        <ReceiptDialog
          documentKind={receipt.kind}
          documentId={receipt.id}
          elsewhere={receipt.branchId === here ? undefined : receipt.branchId}
          onClose={() => setReceipt(undefined)}
        />
      )}
      {behind && (
        <Documents title={behind.title} query={behind.query} here={here} onClose={() => setBehind(undefined)} />
      )}
    </>
  );
}

/** How the documents behind a row are found; undefined where a row stands for none. */
function filterOf(report: Report['report'], { key }: Row): Partial<InputOf<'reports.documents'>> | undefined {
  switch (report) {
    case 'PRODUCTS':
    case 'PROFITABILITY':
      return { productId: key };
    case 'CATEGORIES':
      return { categoryId: key };
    case 'CASHIERS':
      return { cashierId: key };
    case 'CUSTOMERS':
      return { customerId: key };
    case 'SALES':
      return /^\d{4}-\d{2}-\d{2}$/.test(key) ? { from: key, to: key } : undefined;
    default:
      return undefined;
  }
}

function ExportMenu({ input }: { input: Omit<InputOf<'reports.export'>, 'format'> }) {
  const t = useText();
  const language = useLook((look) => look.language);
  const [isBusy, setBusy] = useState(false);
  const save = async (format: 'CSV' | 'XLSX' | 'PDF'): Promise<void> => {
    setBusy(true);
    try {
      const { fileName, mimeType, contentBase64 } = await call('reports.export', { ...input, format, language });
      saveFile(fileName, mimeType, contentBase64);
    } catch (error) {
      toastError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu position="bottom-end" withinPortal transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <Button variant="default" loading={isBusy}>
          {t('reports.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(['XLSX', 'CSV', 'PDF'] as const).map((format) => (
          <Menu.Item key={format} onClick={() => void save(format)}>
            {format}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
