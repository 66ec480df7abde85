/**
 * Runs a tool: looks names up, asks the same procedures as the screens (same actor, same permissions, same redaction) and writes the sentence
 * from their figures. It can ask queries alone, over a connection that refuses to write meanwhile.
 */
import type { MetricsReport } from './asks.ts';
import type { Ask } from './asks.ts';
import type { Permission } from '#core/shared/permissions.ts';
import { fold } from '#core/shared/text.ts';
import type { LocalDate } from '#core/shared/time.ts';
import type { Intent, Language, Reason, ToolArguments, ToolName, Unit } from './contract.ts';
import { labelOf, valueOf } from './labels.ts';
import { daysOf } from './period.ts';
import { type Cell, type Column, Sheet } from './sheet.ts';
import { stem } from './words.ts';

export interface Run {
  ask: Ask;
  today: LocalDate;
  language: Language;
  permissions: ReadonlySet<Permission>;
}

/** Where a name means nothing, or several: the person is asked back. */
export class AskBack extends Error {
  readonly reason: Reason;
  readonly options: readonly { label: string; intent: Intent }[];
  constructor(reason: Reason, options: readonly { label: string; intent: Intent }[] = []) {
    super(reason);
    this.reason = reason;
    this.options = options;
  }
}

const DEFAULT_PERIOD: Partial<Record<ToolName, string>> = {
  sales_summary: 'today',
  top_products: 'this_month',
  margin_summary: 'this_month',
  stock_rotation: 'last_365_days',
};

/** The arguments with those that a tool assumes where nothing was said; the chips show them. */
export function completed({ tool, args }: Intent): ToolArguments {
  const period = DEFAULT_PERIOD[tool];
  return args['period'] === undefined && period !== undefined ? { ...args, period } : args;
}

export function runTool(run: Run, intent: Intent): Sheet {
  const sheet = new Sheet();
  TOOLS[intent.tool](run, sheet, { ...intent, args: completed(intent) });
  return sheet;
}

type Tool = (run: Run, sheet: Sheet, intent: Intent) => void;
const es = (run: Run, spanish: string, english: string): string => (run.language === 'es' ? spanish : english);
const said = (args: ToolArguments, name: string): string | undefined =>
  args[name] === undefined ? undefined : String(args[name]);

function periodOf(run: Run, sheet: Sheet, args: ToolArguments): { from: LocalDate; to: LocalDate } {
  const from = said(args, 'from');
  const to = said(args, 'to');
  const days = daysOf(
    {
      period: said(args, 'period') ?? 'today',
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    },
    run.today,
  );
  if (!days) throw new AskBack('NOT_UNDERSTOOD');
  sheet.period = days;
  return days;
}

const span = (run: Run, sheet: Sheet, days: { from: LocalDate; to: LocalDate }): Parameters<Sheet['say']> =>
  days.from === days.to
    ? [es(run, 'el ', 'on '), sheet.figure('period.from', days.from, 'DATE')]
    : [
        es(run, 'del ', 'from '),
        sheet.figure('period.from', days.from, 'DATE'),
        es(run, ' al ', ' to '),
        sheet.figure('period.to', days.to, 'DATE'),
      ];

const UNITS: Readonly<Record<string, Unit>> = {
  TEXT: 'TEXT',
  CODE: 'TEXT',
  DATE: 'DATE',
  INSTANT: 'INSTANT',
  COUNT: 'COUNT',
  CLP: 'CLP',
  MILLI: 'MILLI',
  MILLI_CLP: 'CLP',
  BASIS_POINTS: 'BASIS_POINTS',
  RATIO_MILLI: 'MILLI',
  DAYS_MILLI: 'DAYS',
};
const DIVIDED = new Set(['MILLI_CLP', 'DAYS_MILLI']);

/** A report's columns as an answer's: only those asked for, in that order, and only those that the reader got. */
function view(run: Run, report: MetricsReport, keys: readonly string[]) {
  const places = keys.flatMap((key) => {
    const at = report.columns.findIndex((column) => column.key === key);
    return at < 0 ? [] : [{ key, at, kind: report.columns[at]?.kind ?? 'TEXT' }];
  });
  const read = (cell: Cell, kind: string): Cell =>
    typeof cell === 'number' && DIVIDED.has(kind)
      ? Math.round(cell / 1_000)
      : kind === 'CODE'
        ? valueOf(String(cell), run.language)
        : cell;
  return {
    columns: places.map(({ key, kind }): Column => ({
      key,
      label: labelOf(key, run.language),
      unit: UNITS[kind] ?? 'TEXT',
    })),
    cells: (cells: readonly Cell[]): Cell[] => places.map(({ at, kind }) => read(cells[at] ?? null, kind)),
    total: (key: string): Cell => {
      const place = report.columns.findIndex((column) => column.key === key);
      return place < 0 ? null : read(report.totals[place] ?? null, report.columns[place]?.kind ?? 'TEXT');
    },
    before: (key: string): Cell => {
      const place = report.columns.findIndex((column) => column.key === key);
      return place < 0 ? null : read(report.totalsBefore?.[place] ?? null, report.columns[place]?.kind ?? 'TEXT');
    },
  };
}
const cellOf = (report: MetricsReport, cells: readonly Cell[], key: string): Cell =>
  cells[report.columns.findIndex((column) => column.key === key)] ?? null;

function reportOf(run: Run, sheet: Sheet, input: object): MetricsReport {
  sheet.sources.add('reports.run');
  return run.ask('reports.run', { limit: 5_000, ...input }) as MetricsReport;
}

interface CategoryRow {
  id: string;
  parentId: string | null;
  name: string;
}

/** A category and those below it. Asks back where the shop has none of that name. */
function categoriesOf(
  run: Run,
  sheet: Sheet,
  intent: Intent,
): { id: string; name: string; names: Set<string>; ids: Set<string> } | undefined {
  const wanted = said(intent.args, 'category');
  if (wanted === undefined) return undefined;
  sheet.sources.add('categories.list');
  const rows = run.ask('categories.list', {}) as CategoryRow[];
  const found =
    rows.find(({ name }) => stem(name) === stem(wanted)) ??
    rows.find(({ name }) => stem(name).split(' ').includes(stem(wanted)));
  if (!found) {
    const options = rows.filter(({ parentId }) => parentId === null).slice(0, 6);
    throw new AskBack(
      'WHICH_CATEGORY',
      options.map(({ name }) => ({ label: name, intent: { ...intent, args: { ...intent.args, category: name } } })),
    );
  }
  const ids = new Set([found.id]);
  for (let grew = true; grew;) {
    const before = ids.size;
    for (const row of rows) if (row.parentId !== null && ids.has(row.parentId)) ids.add(row.id);
    grew = ids.size > before;
  }
  return {
    id: found.id,
    name: found.name,
    ids,
    names: new Set(rows.filter(({ id }) => ids.has(id)).map(({ name }) => name)),
  };
}

interface ProductRow {
  id: string;
  sku: string;
  name: string;
  brand: string;
  priceClp: number;
  location: string;
  unit: string;
  viscosity: string;
  listCostMilliClp: number | null;
}

const textOf = (args: ToolArguments): string =>
  ['product', 'query', 'brand', 'viscosity', 'presentation']
    .flatMap((name) => said(args, name) ?? [])
    .join(' ')
    .replace(/(\d)L\b/, '$1 L');

function productsOf(run: Run, sheet: Sheet, intent: Intent, limit = 50): ProductRow[] {
  sheet.sources.add('products.list');
  const { rows } = run.ask('products.list', { text: textOf(intent.args), state: 'ACTIVE', limit }) as {
    rows: ProductRow[];
  };
  return rows;
}

/** The one product that was meant; asks back on none and on several. */
function oneProduct(run: Run, sheet: Sheet, intent: Intent, name: 'product' | 'query'): ProductRow {
  const rows = productsOf(run, sheet, intent);
  const exact = rows.filter((row) => [row.sku, row.name].map(fold).includes(fold(textOf(intent.args))));
  const [only, ...others] = exact.length > 0 ? exact : rows;
  if (!only) throw new AskBack('NOT_FOUND');
  if (others.length > 0) {
    const { viscosity: _, presentation: __, brand: ___, ...args } = intent.args;
    throw new AskBack(
      'WHICH_PRODUCT',
      rows
        .slice(0, 6)
        .map((row) => ({ label: row.name, intent: { tool: intent.tool, args: { ...args, [name]: row.sku } } })),
    );
  }
  return only;
}

const compare = (args: ToolArguments): string =>
  args['compare_to'] === 'last_year' ? 'LAST_YEAR' : args['compare_to'] === 'previous' ? 'PREVIOUS' : 'NONE';

const salesSummary: Tool = (run, sheet, intent) => {
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
  if (what !== undefined) sheet.say(sheet.figure('what', what, 'TEXT'), ': ');
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

const topProducts: Tool = (run, sheet, intent) => {
  const { args } = intent;
  const days = periodOf(run, sheet, args);
  const category = categoriesOf(run, sheet, intent);
  const isWorst = args['order'] === 'worst';
  const metric =
    args['metric'] === 'margin' ? 'marginMilliClp' : args['metric'] === 'revenue' ? 'totalClp' : 'soldMilli';
  const report = reportOf(run, sheet, { report: 'PRODUCTS', ...days, direction: isWorst ? 'BOTTOM' : 'TOP' });
  sheet.report = '/reports?report=PRODUCTS';
  const text = textOf(args);
  const some = text === '' ? undefined : new Set(productsOf(run, sheet, intent, 500).map(({ id }) => id));
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
  sheet.sources.add('products.list');
  const brandOf = new Map<string, string>();
  for (let offset = 0; ; offset += 500) {
    const page = run.ask('products.list', { limit: 500, offset }) as { rows: ProductRow[]; total: number };
    for (const row of page.rows) brandOf.set(row.id, row.brand);
    if (offset + 500 >= page.total || offset > 20_000) break;
  }
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

const stockRotation: Tool = (run, sheet, intent) => {
  const { args } = intent;
  const days = periodOf(run, sheet, args);
  const category = categoriesOf(run, sheet, intent);
  const report = reportOf(run, sheet, { report: 'STOCK_HEALTH', ...days });
  sheet.report = '/reports?report=STOCK_HEALTH';
  const some = category || textOf(args) !== '' ? new Set(inCategory(run, sheet, intent, category?.id)) : undefined;
  const isFast = args['order'] === 'fastest';
  const turn = (cells: readonly Cell[]): number =>
    Number(cellOf(report, cells, 'turnoverMilli') ?? (isFast ? -1 : Infinity));
  const rows = report.rows
    .filter((row) => Number(cellOf(report, row.cells, 'onHandMilli')) > 0)
    .filter((row) => !some || some.has(String(cellOf(report, row.cells, 'sku'))))
    .sort(
      (a, b) =>
        (isFast ? turn(b.cells) - turn(a.cells) : turn(a.cells) - turn(b.cells)) ||
        Number(cellOf(report, b.cells, 'idleDays') ?? 0) - Number(cellOf(report, a.cells, 'idleDays') ?? 0),
    );
  const shown = view(run, report, ['name', 'sku', 'onHandMilli', 'turnoverMilli', 'coverDaysMilli', 'idleDays']);
  const [first] = rows;
  sheet.isEmpty = !first;
  if (first)
    sheet.say(
      isFast ? es(run, 'El que más rota: ', 'Turns fastest: ') : es(run, 'El que menos rota: ', 'Turns slowest: '),
      sheet.figure('best', cellOf(report, first.cells, 'name'), 'TEXT'),
      '.',
    );
  sheet.rows(
    shown.columns,
    rows.slice(0, Number(args['limit'] ?? 10)).map((row) => shown.cells(row.cells)),
  );
};

/** Codes of the products of a category and text. */
function inCategory(run: Run, sheet: Sheet, intent: Intent, categoryId: string | undefined): string[] {
  sheet.sources.add('products.list');
  const { rows } = run.ask('products.list', {
    text: textOf(intent.args),
    limit: 500,
    ...(categoryId === undefined ? {} : { categoryId }),
  }) as { rows: ProductRow[] };
  return rows.map(({ sku }) => sku);
}

interface LevelRow {
  productId: string;
  sku: string;
  name: string;
  location: string;
  warehouseName: string;
  onHandMilli: number;
  availableMilli: number;
  minimumMilli: number;
}

const stockStatus: Tool = (run, sheet, intent) => {
  const { args } = intent;
  const category = categoriesOf(run, sheet, intent);
  sheet.report = '/stock';
  if (args['filter'] === 'overstock') return overstock(run, sheet, intent, category?.id);
  sheet.sources.add('stock.levels');
  const show = args['filter'] === 'low' ? 'LOW' : args['filter'] === 'out' ? 'NONE' : 'ALL';
  const { rows, total } = run.ask('stock.levels', {
    show,
    text: textOf(args),
    limit: 100,
    ...(category ? { categoryId: category.id } : {}),
  }) as { rows: LevelRow[]; total: number };
  if (total === 0 && show === 'ALL') throw new AskBack('NOT_FOUND');
  sheet.isEmpty = total === 0;
  const sum = rows.reduce((all, row) => all + row.availableMilli, 0);
  if (show === 'LOW')
    sheet.say(es(run, 'Bajo el mínimo: ', 'Below minimum: '), sheet.figure('count', total, 'COUNT'), '.');
  else if (show === 'NONE')
    sheet.say(es(run, 'Sin stock: ', 'Out of stock: '), sheet.figure('count', total, 'COUNT'), '.');
  else
    sheet.say(
      es(run, 'Disponible: ', 'Available: '),
      sheet.figure('available', sum, 'MILLI'),
      es(run, ' en ', ' over '),
      sheet.figure('count', total, 'COUNT'),
      es(run, ' ubicaciones.', ' places.'),
    );
  if (args['field'] === 'days_of_cover') cover(run, sheet, rows);
  const text = (key: string, unit: Unit): Column => ({ key, label: labelOf(key, run.language), unit });
  sheet.rows(
    [
      text('name', 'TEXT'),
      text('sku', 'TEXT'),
      text('warehouseName', 'TEXT'),
      text('availableMilli', 'MILLI'),
      text('minimumMilli', 'MILLI'),
      text('location', 'TEXT'),
    ],
    rows
      .slice(0, Number(args['limit'] ?? 50))
      .map((row) => [row.name, row.sku, row.warehouseName, row.availableMilli, row.minimumMilli, row.location]),
  );
};

/** When it is expected to run out; the forecast says it, so only for whoever may read forecasts. */
function cover(run: Run, sheet: Sheet, rows: readonly LevelRow[]): void {
  sheet.sources.add('forecast.runOut');
  const productIds = [...new Set(rows.map(({ productId }) => productId))];
  const found = run.ask('forecast.runOut', { productIds, withinDays: 28 }) as {
    productId: string;
    runsOutOn: string;
  }[];
  const [first] = [...found].sort((a, b) => a.runsOutOn.localeCompare(b.runsOutOn));
  if (first) {
    const name = rows.find(({ productId }) => productId === first.productId)?.name ?? '';
    sheet.say(
      es(run, ' Lo primero que se agota: ', ' First to run out: '),
      sheet.figure('runsOut.name', name, 'TEXT'),
      ', ',
      sheet.figure('runsOutOn', first.runsOutOn, 'DATE'),
      '.',
    );
  } else
    sheet.say(es(run, ' Nada se agota dentro del horizonte del pronóstico.', ' Nothing runs out within the forecast.'));
}

function overstock(run: Run, sheet: Sheet, intent: Intent, categoryId: string | undefined): void {
  const report = reportOf(run, sheet, { report: 'STOCK_HEALTH', from: run.today, to: run.today });
  const some =
    categoryId === undefined && textOf(intent.args) === ''
      ? undefined
      : new Set(inCategory(run, sheet, intent, categoryId));
  const OVER_DAYS_MILLI = 180_000;
  const rows = report.rows
    .filter((row) => Number(cellOf(report, row.cells, 'onHandMilli')) > 0)
    .filter((row) => Number(cellOf(report, row.cells, 'coverDaysMilli') ?? Infinity) > OVER_DAYS_MILLI)
    .filter((row) => !some || some.has(String(cellOf(report, row.cells, 'sku'))));
  sheet.isEmpty = rows.length === 0;
  sheet.say(
    sheet.figure('count', rows.length, 'COUNT'),
    es(run, ' productos con stock para más de ', ' products with stock for more than '),
    sheet.figure('overDays', OVER_DAYS_MILLI / 1_000, 'DAYS'),
    '.',
  );
  const shown = view(run, report, ['name', 'sku', 'onHandMilli', 'coverDaysMilli', 'idleDays']);
  sheet.rows(
    shown.columns,
    rows.slice(0, Number(intent.args['limit'] ?? 50)).map((row) => shown.cells(row.cells)),
  );
}

interface AdviceRow {
  name: string;
  sku: string;
  supplierName: string | null;
  quantityMilli: number;
  onHandMilli: number;
  runsOutOn: string | null;
  costClp: number | null;
}

const reorder: Tool = (run, sheet, intent) => {
  const { args } = intent;
  const category = categoriesOf(run, sheet, intent);
  const supplierId = supplierOf(run, sheet, intent);
  sheet.sources.add('recommendations.list');
  sheet.report = '/buying';
  const { rows, total, originDate } = run.ask('recommendations.list', {
    text: textOf(args),
    limit: 500,
    ...(category ? { categoryId: category.id } : {}),
    ...(supplierId === undefined ? {} : { supplierId }),
  }) as { rows: AdviceRow[]; total: number; originDate: string | null };
  let chosen = rows;
  const budget = args['budget_clp'];
  // Without the costs a budget cannot be held against anything.
  if (typeof budget === 'number' && rows.every(({ costClp }) => costClp !== null)) {
    let left = budget;
    chosen = rows.filter(({ costClp }) => (costClp ?? 0) <= left && ((left -= costClp ?? 0), true));
  }
  sheet.isEmpty = chosen.length === 0;
  sheet.say(
    es(run, 'Por comprar: ', 'To buy: '),
    sheet.figure('count', budget === undefined ? total : chosen.length, 'COUNT'),
    es(run, ' productos', ' products'),
  );
  if (chosen.every(({ costClp }) => costClp !== null) && chosen.length > 0)
    sheet.say(
      es(run, ', costo ', ', cost '),
      sheet.figure(
        'cost',
        chosen.reduce((sum, row) => sum + (row.costClp ?? 0), 0),
        'CLP',
      ),
    );
  if (originDate !== null)
    sheet.say(es(run, ', con ventas hasta el ', ', knowing sales to '), sheet.figure('originDate', originDate, 'DATE'));
  sheet.say('.');
  const hasCost = chosen.some(({ costClp }) => costClp !== null);
  const column = (key: string, unit: Unit): Column => ({ key, label: labelOf(key, run.language), unit });
  sheet.rows(
    [
      column('name', 'TEXT'),
      column('supplierName', 'TEXT'),
      column('quantityMilli', 'MILLI'),
      column('onHandMilli', 'MILLI'),
      column('runsOutOn', 'DATE'),
      ...(hasCost ? [column('costClp', 'CLP')] : []),
    ],
    chosen
      .slice(0, Number(args['limit'] ?? 30))
      .map((row) => [
        row.name,
        row.supplierName,
        row.quantityMilli,
        row.onHandMilli,
        row.runsOutOn,
        ...(hasCost ? [row.costClp] : []),
      ]),
  );
};

function supplierOf(run: Run, sheet: Sheet, intent: Intent): string | undefined {
  const wanted = said(intent.args, 'supplier');
  if (wanted === undefined) return undefined;
  sheet.sources.add('suppliers.list');
  const { rows } = run.ask('suppliers.list', { text: wanted, limit: 6 }) as { rows: { id: string; name: string }[] };
  const [only, ...others] = rows;
  if (only && others.length === 0) return only.id;
  throw new AskBack(
    only ? 'WHICH_SUPPLIER' : 'NOT_FOUND',
    rows.map(({ name }) => ({ label: name, intent: { ...intent, args: { ...intent.args, supplier: name } } })),
  );
}

/** What of the forecast is meant: a product, a category, or the shop. */
function nodeOf(
  run: Run,
  sheet: Sheet,
  intent: Intent,
): { kind: 'PRODUCT' | 'CATEGORY' | 'SHOP'; id?: string; name: string | null } {
  if (textOf(intent.args) !== '') {
    const { id, name } = oneProduct(run, sheet, intent, 'product');
    return { kind: 'PRODUCT', id, name };
  }
  const category = categoriesOf(run, sheet, intent);
  return category ? { kind: 'CATEGORY', id: category.id, name: category.name } : { kind: 'SHOP', name: null };
}

interface ForecastAnswer {
  name: string;
  state: 'FORECAST' | 'REFUSED' | 'NONE';
  originDate: string | null;
  history: { date: string; demandMilli: number | null }[];
  days: { date: string; expectedMilli: number; lowMilli: number; highMilli: number }[];
  totals: { days: number; expectedMilli: number; low80Milli: number; high80Milli: number }[];
  soFar: { wape: number | null; naiveWape: number | null } | null;
}

const forecast: Tool = (run, sheet, intent) => {
  const { kind, id, name } = nodeOf(run, sheet, intent);
  sheet.sources.add('forecast.get');
  sheet.report = '/forecast';
  const found = run.ask('forecast.get', {
    kind,
    ...(id === undefined ? {} : { id }),
    historyDays: 28,
  }) as ForecastAnswer;
  const horizon = said(intent.args, 'horizon') ?? 'next_month';
  const isWeek = /^(?:tomorrow|next_week|next_(?:[1-7]_days|1_weeks))$/.test(horizon);
  const total = found.totals.find(({ days }) => days === (isWeek ? 7 : 28));
  sheet.isEmpty = found.state !== 'FORECAST' || !total;
  if (!total || found.state !== 'FORECAST') return;
  const last = found.days.at(total.days - 1)?.date ?? null;
  sheet.say(
    sheet.figure('what', name ?? es(run, 'Toda la tienda', 'The whole shop'), 'TEXT'),
    es(run, ': se espera vender ', ': expected to sell '),
    sheet.figure('expected', total.expectedMilli, 'MILLI'),
  );
  sheet.say(
    es(run, ', entre ', ', between '),
    sheet.figure('low', total.low80Milli, 'MILLI'),
    es(run, ' y ', ' and '),
    sheet.figure('high', total.high80Milli, 'MILLI'),
  );
  sheet.say(
    es(run, ' (intervalo de ', ' (interval of '),
    sheet.figure('level', 8_000, 'BASIS_POINTS'),
    '), ',
    es(run, 'del ', 'from '),
    sheet.figure('from', found.days[0]?.date ?? null, 'DATE'),
    es(run, ' al ', ' to '),
    sheet.figure('to', last, 'DATE'),
    '.',
  );
  if (typeof found.soFar?.wape === 'number')
    sheet.say(
      es(run, ' Hasta ahora se ha equivocado en ', ' So far it was off by '),
      sheet.figure('wape', Math.round(found.soFar.wape * 10_000), 'BASIS_POINTS'),
      '.',
    );
  const column = (key: string, unit: Unit): Column => ({ key, label: labelOf(key, run.language), unit });
  sheet.rows(
    [
      column('date', 'DATE'),
      column('expectedMilli', 'MILLI'),
      column('lowMilli', 'MILLI'),
      column('highMilli', 'MILLI'),
      column('demandMilli', 'MILLI'),
    ],
    [
      ...found.history.slice(-14).map((day): Cell[] => [day.date, null, null, null, day.demandMilli]),
      ...found.days
        .slice(0, total.days)
        .map((day): Cell[] => [day.date, day.expectedMilli, day.lowMilli, day.highMilli, null]),
    ],
    'LINE',
  );
};

const forecastAccuracy: Tool = (run, sheet, intent) => {
  const { kind, id, name } = nodeOf(run, sheet, intent);
  const days = intent.args['period'] === undefined ? undefined : periodOf(run, sheet, intent.args);
  sheet.sources.add('forecast.accuracy');
  sheet.report = '/forecast';
  const rows = run.ask('forecast.accuracy', { kind, ...(id === undefined ? {} : { id }), ...days }) as {
    bucket: string;
    figures: { observations: number; wape: number | null; naiveWape: number | null };
  }[];
  const known = rows.filter(({ figures }) => figures.wape !== null);
  sheet.isEmpty = known.length === 0;
  const share = (value: number | null): number | null => (value === null ? null : Math.round(value * 10_000));
  const main = known.find(({ bucket }) => bucket === 'total 28') ?? known[0];
  if (main) {
    sheet.say(
      sheet.figure('what', name ?? es(run, 'Toda la tienda', 'The whole shop'), 'TEXT'),
      es(run, ': el pronóstico se equivocó en ', ': the forecast was off by '),
      sheet.figure('wape', share(main.figures.wape), 'BASIS_POINTS'),
    );
    sheet.say(
      es(run, '; repetir lo anterior, en ', '; repeating the past, by '),
      sheet.figure('naiveWape', share(main.figures.naiveWape), 'BASIS_POINTS'),
      '.',
    );
  }
  const column = (key: string, unit: Unit): Column => ({ key, label: labelOf(key, run.language), unit });
  sheet.rows(
    [column('horizon', 'TEXT'), column('wape', 'BASIS_POINTS'), column('naiveWape', 'BASIS_POINTS')],
    known.map(({ bucket, figures }) => [bucket, share(figures.wape), share(figures.naiveWape)]),
  );
};

const productLookup: Tool = (run, sheet, intent) => {
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
  const column = (key: string, unit: Unit): Column => ({ key, label: labelOf(key, run.language), unit });
  sheet.rows(
    [
      column('sku', 'TEXT'),
      column('name', 'TEXT'),
      column('priceClp', 'CLP'),
      column('location', 'TEXT'),
      ...(cost === null ? [] : [column('costClp', 'CLP')]),
    ],
    [[row.sku, row.name, row.priceClp, row.location, ...(cost === null ? [] : [Math.round(cost / 1_000)])]],
  );
};

const customerHistory: Tool = (run, sheet, intent) => {
  const { args } = intent;
  sheet.report = '/people';
  const vehicles = said(args, 'plate') === undefined ? vehiclesOf(run, sheet, intent) : [String(args['plate'])];
  const limit = Number(args['limit'] ?? 20);
  sheet.sources.add('vehicles.byPlate');
  const visits = vehicles
    .flatMap((plate) => {
      const card = run.ask('vehicles.byPlate', { plate }) as {
        vehicle: { plate: string; make: string; model: string; customerName: string | null };
        visits: { atMs: number; odometerKm: number | null }[];
      } | null;
      return card?.visits.map((visit) => ({ ...visit, ...card.vehicle })) ?? [];
    })
    .sort((a, b) => b.atMs - a.atMs)
    .slice(0, limit);
  const [last] = visits;
  sheet.isEmpty = !last;
  if (last)
    sheet.say(
      es(run, 'Última visita de ', 'Last visit of '),
      sheet.figure('plate', last.plate, 'TEXT'),
      ': ',
      sheet.figure('lastAt', last.atMs, 'INSTANT'),
      '.',
    );
  const column = (key: string, unit: Unit): Column => ({ key, label: labelOf(key, run.language), unit });
  sheet.rows(
    [column('atMs', 'INSTANT'), column('plate', 'TEXT'), column('customerName', 'TEXT'), column('odometerKm', 'COUNT')],
    visits.map((visit) => [visit.atMs, visit.plate, visit.customerName, visit.odometerKm]),
  );
};

function vehiclesOf(run: Run, sheet: Sheet, intent: Intent): string[] {
  const text = said(intent.args, 'rut') ?? said(intent.args, 'name') ?? '';
  sheet.sources.add('customers.list');
  const { rows } = run.ask('customers.list', { text, limit: 6 }) as {
    rows: { id: string; firstName: string; lastName: string; rut: string | null }[];
  };
  const [only, ...others] = rows;
  if (!only) throw new AskBack('NOT_FOUND');
  if (others.length > 0) {
    const named = rows.filter(({ rut }) => rut !== null);
    throw new AskBack(
      'WHICH_PERSON',
      named.map((row) => ({
        label: `${row.firstName} ${row.lastName}`.trim(),
        intent: { tool: intent.tool, args: { rut: row.rut ?? '' } },
      })),
    );
  }
  sheet.sources.add('customers.get');
  const card = run.ask('customers.get', { id: only.id }) as { vehicles: { plate: string }[] };
  return card.vehicles.map(({ plate }) => plate);
}

const marginSummary: Tool = (run, sheet, intent) => {
  const { args } = intent;
  const days = periodOf(run, sheet, args);
  const group = said(args, 'group_by');
  const category = categoriesOf(run, sheet, intent);
  const some = textOf(args) === '' ? undefined : new Set(productsOf(run, sheet, intent, 500).map(({ id }) => id));
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
  const rows = report.rows
    .filter((row) => !some || some.has(row.key))
    .filter((row) => !category || category.names.has(String(cellOf(report, row.cells, 'category'))));
  const sum = (key: string): number => rows.reduce((all, row) => all + Number(cellOf(report, row.cells, key)), 0);
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

interface ShiftRow {
  terminalName: string;
  cashierName: string;
  state: 'OPEN' | 'CLOSED';
  openedAtMs: number;
  expectedCashClp: number | null;
  countedCashClp: number | null;
}

const cashStatus: Tool = (run, sheet, { args }) => {
  sheet.report = '/shift';
  if (args['scope'] === 'self') return ownShift(run, sheet);
  const days = args['period'] === undefined ? { from: run.today, to: run.today } : periodOf(run, sheet, args);
  sheet.period = days;
  sheet.sources.add('shifts.list');
  const { rows } = run.ask('shifts.list', { ...days, limit: 50 }) as { rows: ShiftRow[] };
  sheet.isEmpty = rows.length === 0;
  sheet.say(
    es(run, 'Turnos: ', 'Shifts: '),
    sheet.figure('count', rows.length, 'COUNT'),
    ' ',
    ...span(run, sheet, days),
    '.',
  );
  const column = (key: string, unit: Unit): Column => ({ key, label: labelOf(key, run.language), unit });
  sheet.rows(
    [
      column('terminalName', 'TEXT'),
      column('cashier', 'TEXT'),
      column('state', 'TEXT'),
      column('atMs', 'INSTANT'),
      column('expectedCashClp', 'CLP'),
      column('countedCashClp', 'CLP'),
    ],
    rows.map((row) => [
      row.terminalName,
      row.cashierName,
      valueOf(row.state, run.language),
      row.openedAtMs,
      row.expectedCashClp,
      row.countedCashClp,
    ]),
  );
};

/** The own drawer. Where counts are blind the service says nothing of what is expected, and so does the answer. */
function ownShift(run: Run, sheet: Sheet): void {
  sheet.sources.add('shifts.current');
  const { shift } = run.ask('shifts.current', {}) as {
    shift: {
      openedAtMs: number;
      documentCount: number;
      floatClp: number;
      expectedCashClp: number | null;
      tenders: { tender: string; amountClp: number; count: number }[];
    } | null;
  };
  sheet.isEmpty = !shift;
  if (!shift) return;
  sheet.say(
    es(run, 'Turno abierto ', 'Shift open since '),
    sheet.figure('openedAt', shift.openedAtMs, 'INSTANT'),
    ', ',
    sheet.figure('documents', shift.documentCount, 'COUNT'),
    es(run, ' documentos', ' documents'),
  );
  if (shift.expectedCashClp !== null)
    sheet.say(
      es(run, ', efectivo esperado ', ', expected cash '),
      sheet.figure('expectedCash', shift.expectedCashClp, 'CLP'),
      '.',
    );
  else
    sheet.say(
      es(
        run,
        '. El conteo es a ciegas: el monto esperado no se muestra.',
        '. The count is blind: what is expected is not shown.',
      ),
    );
  const column = (key: string, unit: Unit): Column => ({ key, label: labelOf(key, run.language), unit });
  if (shift.tenders.length > 0)
    sheet.rows(
      [column('tender', 'TEXT'), column('paymentCount', 'COUNT'), column('amountClp', 'CLP')],
      shift.tenders.map((row) => [valueOf(row.tender, run.language), row.count, row.amountClp]),
      'BAR',
    );
}

const help: Tool = (run, sheet) => {
  sheet.say(
    es(
      run,
      'Puedo mostrar los datos de la tienda: pregunte con sus palabras o elija una pregunta. No cambio nada y no invento cifras.',
      'I show the shop’s data: ask in your own words or pick a question. I change nothing and invent no figure.',
    ),
  );
};

const TOOLS: Record<ToolName, Tool> = {
  sales_summary: salesSummary,
  top_products: topProducts,
  stock_rotation: stockRotation,
  stock_status: stockStatus,
  reorder_suggestions: reorder,
  forecast,
  forecast_accuracy: forecastAccuracy,
  product_lookup: productLookup,
  customer_history: customerHistory,
  margin_summary: marginSummary,
  cash_status: cashStatus,
  help,
};
