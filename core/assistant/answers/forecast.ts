/** What is expected to sell, between which bounds, and how far off it was before. */
import type { Intent } from '../contract.ts';
import type { Cell, Sheet } from '../sheet.ts';
import { categoriesOf, oneProduct, textOf } from './names.ts';
import { column, es, periodOf, type Run, said, type Tool } from './parts.ts';

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

export const forecast: Tool = (run, sheet, intent) => {
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
  sheet.rows(
    [
      column(run, 'date', 'DATE'),
      column(run, 'expectedMilli', 'MILLI'),
      column(run, 'lowMilli', 'MILLI'),
      column(run, 'highMilli', 'MILLI'),
      column(run, 'demandMilli', 'MILLI'),
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

export const forecastAccuracy: Tool = (run, sheet, intent) => {
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
  sheet.rows(
    [column(run, 'horizon', 'TEXT'), column(run, 'wape', 'BASIS_POINTS'), column(run, 'naiveWape', 'BASIS_POINTS')],
    known.map(({ bucket, figures }) => [bucket, share(figures.wape), share(figures.naiveWape)]),
  );
};
