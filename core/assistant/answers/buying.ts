/** What to buy, within a budget. */
import { categoriesOf, supplierOf, textOf } from './names.ts';
import { column, es, type Tool } from './parts.ts';

interface AdviceRow {
  name: string;
  sku: string;
  supplierName: string | null;
  quantityMilli: number;
  onHandMilli: number;
  runsOutOn: string | null;
  costClp: number | null;
}

export const reorder: Tool = (run, sheet, intent) => {
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
  sheet.rows(
    [
      column(run, 'name', 'TEXT'),
      column(run, 'supplierName', 'TEXT'),
      column(run, 'quantityMilli', 'MILLI'),
      column(run, 'onHandMilli', 'MILLI'),
      column(run, 'runsOutOn', 'DATE'),
      ...(hasCost ? [column(run, 'costClp', 'CLP')] : []),
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
