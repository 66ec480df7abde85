/** Questions with one known meaning: offered as buttons, and understood in these very words. */
import type { Permission } from '#core/shared/permissions.ts';
import type { Choice, Intent, Language, ToolArguments, ToolName } from './contract.ts';
import { mayRun } from './tools.ts';
import { plain, stem } from './words.ts';

const quick = (tool: ToolName, args: ToolArguments, es: string, en: string) => ({ intent: { tool, args }, es, en });
export const QUICK = [
  quick('sales_summary', { period: 'today' }, '¿Cuánto hemos vendido hoy?', 'How much have we sold today?'),
  quick('sales_summary', { period: 'this_week' }, '¿Cuánto vendimos esta semana?', 'How much did we sell this week?'),
  quick(
    'top_products',
    { period: 'this_month', order: 'best', metric: 'units' },
    '¿Cuáles son los productos más vendidos del mes?',
    'Which are the best selling products this month?',
  ),
  quick('reorder_suggestions', {}, '¿Qué debo reponer?', 'What should I reorder?'),
  quick('stock_status', { filter: 'low' }, '¿Qué productos tienen stock bajo?', 'Which products are low on stock?'),
  quick(
    'stock_rotation',
    { order: 'slowest', category: 'aceites' },
    '¿Qué aceite rota menos?',
    'Which oil turns slowest?',
  ),
  quick(
    'forecast',
    { horizon: 'next_month' },
    '¿Cuál es el pronóstico de ventas del próximo mes?',
    'What is the sales forecast for next month?',
  ),
  quick('forecast_accuracy', {}, '¿Qué tan certero ha sido el pronóstico?', 'How accurate has the forecast been?'),
  quick(
    'margin_summary',
    { period: 'this_month', group_by: 'category' },
    '¿Cuál es el margen por categoría este mes?',
    'What is the margin by category this month?',
  ),
  quick('cash_status', { shift: 'current', scope: 'self' }, '¿Cómo va mi caja?', 'How is my till doing?'),
  quick(
    'sales_summary',
    { period: 'this_week', group_by: 'seller' },
    '¿Quién ha vendido más esta semana?',
    'Who sold the most this week?',
  ),
  quick('help', {}, '¿Qué puedes hacer?', 'What can you do?'),
] as const;

const BY_TEXT = new Map<string, Intent>(
  QUICK.flatMap(({ intent, es, en }) => [es, en].map((text) => [plain(text), intent] as const)),
);
export const quickIntent = (question: string): Intent | undefined => BY_TEXT.get(plain(question));

export const suggestionsFor = (permissions: ReadonlySet<Permission>, language: Language): Choice[] =>
  QUICK.filter(({ intent }) => mayRun(intent.tool, intent.args, permissions)).map((row) => ({
    label: row[language],
    question: row[language],
    intent: row.intent,
  }));

/** The three questions that share most with what was asked. */
export function closest(question: string, permissions: ReadonlySet<Permission>, language: Language): Choice[] {
  const asked = new Set(stem(plain(question).trim()).split(' '));
  const score = ({ label }: Choice): number =>
    stem(plain(label).trim())
      .split(' ')
      .filter((word) => word.length > 2 && asked.has(word)).length;
  return suggestionsFor(permissions, language)
    .map((choice) => ({ choice, score: score(choice) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, 3)
    .map(({ choice }) => choice);
}
