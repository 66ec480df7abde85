/** What was sold, in all and by day, hour, seller, payment method or category. */
import { fold } from '#core/shared/text.ts';
import type { MetricsReport } from '../asks.ts';
import type { Sheet } from '../sheet.ts';
import { categoriesOf } from './names.ts';
import { cellOf, compare, es, periodOf, reportOf, type Run, said, span, type Tool, view } from './parts.ts';

export const salesSummary: Tool = (run, sheet, intent) => {
  const { args } = intent;
  const days = periodOf(run, sheet, args);
  const category = categoriesOf(run, sheet, intent);
  const seller = said(args, 'seller');
  const group = said(args, 'group_by');
  const asked = { ...days, compare: compare(args) };
  sheet.report = '/reports?report=SALES';
  if (category)
    return salesOfRows(
      run,
      sheet,
      reportOf(run, sheet, { report: 'CATEGORIES', ...asked }),
      'category',
      days,
      (name) => category.names.has(name),
      category.name,
    );
  if (seller !== undefined || group === 'seller') {
    const wanted = seller === undefined ? undefined : fold(seller);
    const report = reportOf(run, sheet, { report: 'CASHIERS', ...asked });
    return salesOfRows(
      run,
      sheet,
      report,
      'cashier',
      days,
      (name) => wanted === undefined || fold(name).includes(wanted),
      seller,
    );
  }
  const report = reportOf(run, sheet, {
    report: group === 'payment_method' ? 'TENDERS' : group === 'category' ? 'CATEGORIES' : 'SALES',
    groupBy: group === 'hour' ? 'HOUR' : group === 'week' ? 'WEEK' : group === 'month' ? 'MONTH' : 'DAY',
    ...asked,
  });
  const key = group === 'payment_method' ? 'amountClp' : 'totalClp';
  const shown = view(run, report, [
    'date',
    'hour',
    'tender',
    'category',
    'saleCount',
    'paymentCount',
    key,
    'averageTicketClp',
  ]);
  const total = shown.total(key);
  sheet.isEmpty = report.rows.every((row) => cellOf(report, row.cells, key) === 0);
  sheet.say(es(run, 'Se vendieron ', 'Sold '), sheet.figure('total', total, 'CLP'), ' ', ...span(run, sheet, days));
  const count = shown.total('saleCount');
  if (count !== null)
    sheet.say(es(run, ' en ', ' in '), sheet.figure('saleCount', count, 'COUNT'), es(run, ' ventas', ' sales'));
  sheet.say('.');
  const before = shown.before(key);
  if (typeof before === 'number' && report.comparedWith) {
    const change = before === 0 || typeof total !== 'number' ? null : Math.round(((total - before) * 10_000) / before);
    sheet.say(es(run, ' Antes: ', ' Before: '), sheet.figure('before', before, 'CLP'));
    if (change !== null) sheet.say(' (', sheet.figure('change', change, 'BASIS_POINTS'), ')');
    sheet.say('.');
  }
  if (report.rows.length > 1 || group !== undefined) {
    const rows = report.rows.map((row) => shown.cells(row.cells));
    sheet.rows(shown.columns, rows, group === 'payment_method' || group === 'category' ? 'BAR' : 'LINE');
  }
};

/** The sum over some rows of a report by name. */
function salesOfRows(
  run: Run,
  sheet: Sheet,
  report: MetricsReport,
  by: string,
  days: { from: string; to: string },
  isMeant: (name: string) => boolean,
  what: string | undefined,
): void {
  const rows = report.rows.filter((row) => isMeant(String(cellOf(report, row.cells, by))));
  const shown = view(run, report, [by, 'saleCount', 'totalClp', 'averageTicketClp']);
  const total = rows.reduce((sum, row) => sum + Number(cellOf(report, row.cells, 'totalClp')), 0);
  sheet.isEmpty = rows.length === 0;
  if (what === undefined) sheet.say(es(run, 'Se vendieron ', 'Sold '));
  else sheet.say(sheet.figure('what', what, 'TEXT'), ': ');
  sheet.say(sheet.figure('total', total, 'CLP'), ' ', ...span(run, sheet, days), '.');
  const [first] = rows;
  if (what === undefined && first)
    sheet.say(
      es(run, ' Quien más vendió: ', ' Best: '),
      sheet.figure('best', cellOf(report, first.cells, by), 'TEXT'),
      '.',
    );
  if (rows.length > 1)
    sheet.rows(
      shown.columns,
      rows.map((row) => shown.cells(row.cells)),
      'BAR',
    );
}
