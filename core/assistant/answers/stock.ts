/** What is on the shelves: how much, what lacks, what is too much, and how fast it turns. */
import type { MetricsReport } from '../asks.ts';
import type { Cell, Sheet } from '../sheet.ts';
import type { Intent } from '../contract.ts';
import { categoriesOf, everyProduct, textOf } from './names.ts';
import { AskBack, cellOf, column, es, everyRow, periodOf, reportOf, type Run, type Tool } from './parts.ts';

interface StandingRow {
  sku: string;
  name: string;
  onHandMilli: number;
  turnoverMilli: number | null;
  coverDaysMilli: number | null;
  idleDays: number | null;
}

/** What is on hand, as the last night weighed it; before a shop's first night the report weighs it now. */
function standings(run: Run, sheet: Sheet, days: { from: string; to: string }): StandingRow[] {
  sheet.sources.add('metrics.standings');
  const { rows, last } = everyRow<StandingRow, { asOf: string | null; rows: StandingRow[]; total: number }>(
    run,
    'metrics.standings',
    {},
  );
  const { asOf } = last;
  if (asOf !== null) sheet.period = { from: asOf, to: asOf };
  const found = asOf === null ? fromReport(reportOf(run, sheet, { report: 'STOCK_HEALTH', ...days })) : rows;
  return found.filter(({ onHandMilli }) => onHandMilli > 0);
}

function fromReport(report: MetricsReport): StandingRow[] {
  const whole = (value: Cell): number | null => (value === null ? null : Number(value));
  return report.rows.map(({ cells }) => ({
    sku: String(cellOf(report, cells, 'sku')),
    name: String(cellOf(report, cells, 'name')),
    onHandMilli: Number(cellOf(report, cells, 'onHandMilli')),
    turnoverMilli: whole(cellOf(report, cells, 'turnoverMilli')),
    coverDaysMilli: whole(cellOf(report, cells, 'coverDaysMilli')),
    idleDays: whole(cellOf(report, cells, 'idleDays')),
  }));
}

const inDays = (milli: number | null): number | null => (milli === null ? null : Math.round(milli / 1_000));

/** Only the products of the category and the words of the question, where it names any. */
function meant(run: Run, sheet: Sheet, intent: Intent, categoryId: string | undefined): (sku: string) => boolean {
  if (categoryId === undefined && textOf(intent.args) === '') return () => true;
  const skus = new Set(
    everyProduct(run, sheet, { text: textOf(intent.args), ...(categoryId === undefined ? {} : { categoryId }) }).map(
      ({ sku }) => sku,
    ),
  );
  return (sku) => skus.has(sku);
}

export const stockRotation: Tool = (run, sheet, intent) => {
  const { args } = intent;
  const days = periodOf(run, sheet, args);
  const category = categoriesOf(run, sheet, intent);
  sheet.report = '/reports?report=STOCK_HEALTH';
  const isMeant = meant(run, sheet, intent, category?.id);
  const isFast = args['order'] === 'fastest';
  const turn = ({ turnoverMilli }: StandingRow): number => turnoverMilli ?? (isFast ? -1 : Infinity);
  const rows = standings(run, sheet, days)
    .filter(({ sku }) => isMeant(sku))
    .sort((a, b) => (isFast ? turn(b) - turn(a) : turn(a) - turn(b)) || (b.idleDays ?? 0) - (a.idleDays ?? 0));
  const [first] = rows;
  sheet.isEmpty = !first;
  if (first) {
    sheet.say(
      isFast ? es(run, 'El que más rota: ', 'Turns fastest: ') : es(run, 'El que menos rota: ', 'Turns slowest: '),
      sheet.figure('best', first.name, 'TEXT'),
      es(run, ', al ', ', as of '),
      sheet.figure('asOf', sheet.period?.to ?? days.to, 'DATE'),
      '.',
    );
  }
  sheet.rows(
    [
      column(run, 'name', 'TEXT'),
      column(run, 'sku', 'TEXT'),
      column(run, 'onHandMilli', 'MILLI'),
      column(run, 'turnoverMilli', 'MILLI'),
      column(run, 'coverDaysMilli', 'DAYS'),
      column(run, 'idleDays', 'COUNT'),
    ],
    rows
      .slice(0, Number(args['limit'] ?? 10))
      .map((row) => [row.name, row.sku, row.onHandMilli, row.turnoverMilli, inDays(row.coverDaysMilli), row.idleDays]),
  );
};

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

export const stockStatus: Tool = (run, sheet, intent) => {
  const { args } = intent;
  const category = categoriesOf(run, sheet, intent);
  sheet.report = '/stock';
  if (args['filter'] === 'overstock') return overstock(run, sheet, intent, category?.id);
  sheet.sources.add('stock.levels');
  const show = args['filter'] === 'low' ? 'LOW' : args['filter'] === 'out' ? 'NONE' : 'ALL';
  const filter = { show, text: textOf(args), ...(category ? { categoryId: category.id } : {}) };
  const {
    rows,
    last: { total },
  } = everyRow<LevelRow>(run, 'stock.levels', filter);
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
  sheet.rows(
    [
      column(run, 'name', 'TEXT'),
      column(run, 'sku', 'TEXT'),
      column(run, 'warehouseName', 'TEXT'),
      column(run, 'availableMilli', 'MILLI'),
      column(run, 'minimumMilli', 'MILLI'),
      column(run, 'location', 'TEXT'),
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

/** More than this many days of sales on the shelf is too much. */
const OVER_DAYS = 180;

function overstock(run: Run, sheet: Sheet, intent: Intent, categoryId: string | undefined): void {
  const isMeant = meant(run, sheet, intent, categoryId);
  const rows = standings(run, sheet, { from: run.today, to: run.today })
    .filter(({ sku, coverDaysMilli }) => (coverDaysMilli ?? Infinity) > OVER_DAYS * 1_000 && isMeant(sku))
    .sort((a, b) => (b.coverDaysMilli ?? Infinity) - (a.coverDaysMilli ?? Infinity) || b.onHandMilli - a.onHandMilli);
  sheet.isEmpty = rows.length === 0;
  sheet.say(
    sheet.figure('count', rows.length, 'COUNT'),
    es(run, ' productos con stock para más de ', ' products with stock for more than '),
    sheet.figure('overDays', OVER_DAYS, 'DAYS'),
    es(run, ' días.', ' days.'),
  );
  sheet.rows(
    [
      column(run, 'name', 'TEXT'),
      column(run, 'sku', 'TEXT'),
      column(run, 'onHandMilli', 'MILLI'),
      column(run, 'coverDaysMilli', 'DAYS'),
      column(run, 'idleDays', 'COUNT'),
    ],
    rows
      .slice(0, Number(intent.args['limit'] ?? 50))
      .map((row) => [row.name, row.sku, row.onHandMilli, inDays(row.coverDaysMilli), row.idleDays]),
  );
}
