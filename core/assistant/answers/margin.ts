/** What was earned. Its procedures refuse whoever may not see costs. */
import { categoriesOf, everyProduct, textOf } from './names.ts';
import { AskBack, cellOf, compare, es, periodOf, reportOf, said, span, type Tool, view } from './parts.ts';

export const marginSummary: Tool = (run, sheet, intent) => {
  const { args } = intent;
  const days = periodOf(run, sheet, args);
  const group = said(args, 'group_by');
  const category = categoriesOf(run, sheet, intent);
  const some =
    textOf(args) === '' ? undefined : new Set(everyProduct(run, sheet, { text: textOf(args) }).map(({ id }) => id));
  if (some?.size === 0) throw new AskBack('NOT_FOUND');
  const name =
    (some ?? (group === 'product' ? true : undefined))
      ? 'PROFITABILITY'
      : group === 'category' || category
        ? 'CATEGORIES'
        : 'SALES';
  const report = reportOf(run, sheet, {
    report: name,
    ...days,
    compare: compare(args),
    groupBy: group === 'week' ? 'WEEK' : group === 'month' ? 'MONTH' : 'DAY',
  });
  sheet.report = '/reports?report=PROFITABILITY';
  // A report that is cut short has no sum over some of its rows.
  if (some && report.rowCount > report.rows.length) throw new AskBack('WHICH_PRODUCT');
  const rows = report.rows
    .filter((row) => !some || some.has(row.key))
    .filter((row) => !category || category.names.has(String(cellOf(report, row.cells, 'category'))));
  const sum = (key: string): number =>
    some || category
      ? rows.reduce((all, row) => all + Number(cellOf(report, row.cells, key)), 0)
      : Number(cellOf(report, report.totals, key));
  const [netClp, marginMilli] = [sum('netClp'), sum('marginMilliClp')];
  sheet.isEmpty = netClp === 0 && marginMilli === 0;
  sheet.say(es(run, 'Margen: ', 'Margin: '), sheet.figure('margin', Math.round(marginMilli / 1_000), 'CLP'));
  if (netClp !== 0)
    sheet.say(
      ' (',
      sheet.figure('marginShare', Math.round((marginMilli * 10) / netClp), 'BASIS_POINTS'),
      es(run, ' del neto)', ' of net)'),
    );
  sheet.say(' ', ...span(run, sheet, days), '.');
  const shown = view(run, report, ['date', 'name', 'category', 'netClp', 'marginMilliClp', 'marginBasisPoints']);
  sheet.rows(
    shown.columns,
    rows.slice(0, 50).map((row) => shown.cells(row.cells)),
    name === 'SALES' ? 'LINE' : 'BAR',
  );
};
