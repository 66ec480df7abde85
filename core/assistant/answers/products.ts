/** Rankings of products and makers, and the card of one product. */
import type { MetricsReport } from '../asks.ts';
import { labelOf } from '../labels.ts';
import type { Cell, Sheet } from '../sheet.ts';
import { categoriesOf, everyProduct, oneProduct, textOf } from './names.ts';
import { cellOf, column, es, periodOf, reportOf, type Run, span, type Tool, view } from './parts.ts';

export const topProducts: Tool = (run, sheet, intent) => {
  const { args } = intent;
  const days = periodOf(run, sheet, args);
  const category = categoriesOf(run, sheet, intent);
  const isWorst = args['order'] === 'worst';
  const metric =
    args['metric'] === 'margin' ? 'marginMilliClp' : args['metric'] === 'revenue' ? 'totalClp' : 'soldMilli';
  const report = reportOf(run, sheet, { report: 'PRODUCTS', ...days, direction: isWorst ? 'BOTTOM' : 'TOP' });
  sheet.report = '/reports?report=PRODUCTS';
  const text = textOf(args);
  const some = text === '' ? undefined : new Set(everyProduct(run, sheet, { text }).map(({ id }) => id));
  const rows = report.rows
    .filter((row) => !category || category.names.has(String(cellOf(report, row.cells, 'category'))))
    .filter((row) => !some || some.has(row.key))
    .sort(
      (a, b) =>
        (isWorst ? 1 : -1) * (Number(cellOf(report, a.cells, metric)) - Number(cellOf(report, b.cells, metric))),
    );
  const limit = Number(args['limit'] ?? 10);
  sheet.isEmpty = rows.length === 0;
  if (args['group_by'] === 'brand') return topBrands(run, sheet, report, rows, metric, isWorst, limit, days);
  const shown = view(run, report, [
    'name',
    'sku',
    'category',
    'soldMilli',
    'totalClp',
    ...(metric === 'marginMilliClp' ? ['marginMilliClp', 'marginBasisPoints'] : []),
  ]);
  const [first] = rows;
  if (first) {
    sheet.say(
      isWorst ? es(run, 'El que menos: ', 'The least: ') : es(run, 'El primero: ', 'The first: '),
      sheet.figure('best', cellOf(report, first.cells, 'name'), 'TEXT'),
      ', ',
    );
    sheet.say(amount(sheet, report, first.cells, metric), ' ', ...span(run, sheet, days), '.');
  }
  sheet.rows(
    shown.columns,
    rows.slice(0, limit).map((row) => shown.cells(row.cells)),
    'BAR',
  );
};

function amount(sheet: Sheet, report: MetricsReport, cells: readonly Cell[], metric: string) {
  const value = Number(cellOf(report, cells, metric));
  return metric === 'soldMilli'
    ? sheet.figure('amount', value, 'MILLI')
    : sheet.figure('amount', metric === 'marginMilliClp' ? Math.round(value / 1_000) : value, 'CLP');
}

function topBrands(
  run: Run,
  sheet: Sheet,
  report: MetricsReport,
  rows: MetricsReport['rows'],
  metric: string,
  isWorst: boolean,
  limit: number,
  days: { from: string; to: string },
): void {
  const brandOf = new Map(everyProduct(run, sheet, {}).map(({ id, brand }) => [id, brand]));
  const sums = new Map<string, number>();
  for (const row of rows) {
    const brand = brandOf.get(row.key) ?? '';
    if (brand !== '') sums.set(brand, (sums.get(brand) ?? 0) + Number(cellOf(report, row.cells, metric)));
  }
  const isUnits = metric === 'soldMilli';
  const sorted = [...sums].sort((a, b) => (isWorst ? a[1] - b[1] : b[1] - a[1])).slice(0, limit);
  const value = (sum: number): number => (metric === 'marginMilliClp' ? Math.round(sum / 1_000) : sum);
  const [first] = sorted;
  if (first)
    sheet.say(
      sheet.figure('best', first[0], 'TEXT'),
      ': ',
      sheet.figure('amount', value(first[1]), isUnits ? 'MILLI' : 'CLP'),
      ' ',
      ...span(run, sheet, days),
      '.',
    );
  sheet.rows(
    [
      { key: 'brand', label: labelOf('brand', run.language), unit: 'TEXT' },
      { key: 'amount', label: labelOf(metric, run.language), unit: isUnits ? 'MILLI' : 'CLP' },
    ],
    sorted.map(([brand, sum]) => [brand, value(sum)]),
    'BAR',
  );
}

export const productLookup: Tool = (run, sheet, intent) => {
  const row = oneProduct(run, sheet, intent, 'query');
  sheet.report = '/products';
  sheet.say(sheet.figure('name', row.name, 'TEXT'), ': ');
  if (intent.args['field'] === 'location')
    sheet.say(
      row.location === ''
        ? es(run, 'sin ubicación anotada.', 'no place is noted.')
        : sheet.figure('location', row.location, 'TEXT'),
    );
  else sheet.say(sheet.figure('price', row.priceClp, 'CLP'), '.');
  const cost = row.listCostMilliClp;
  sheet.rows(
    [
      column(run, 'sku', 'TEXT'),
      column(run, 'name', 'TEXT'),
      column(run, 'priceClp', 'CLP'),
      column(run, 'location', 'TEXT'),
      ...(cost === null ? [] : [column(run, 'costClp', 'CLP')]),
    ],
    [[row.sku, row.name, row.priceClp, row.location, ...(cost === null ? [] : [Math.round(cost / 1_000)])]],
  );
};
