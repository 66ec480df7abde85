/**
 * Runs a tool: looks names up, asks the same procedures as the screens (same actor, same permissions, same redaction) and writes the sentence
 * from their figures. It can ask queries alone, over a connection that refuses to write meanwhile.
 */
import { reorder } from './answers/buying.ts';
import { cashStatus } from './answers/cash.ts';
import { customerHistory } from './answers/customers.ts';
import { forecast, forecastAccuracy } from './answers/forecast.ts';
import { marginSummary } from './answers/margin.ts';
import { es, type Run, type Tool } from './answers/parts.ts';
import { productLookup, topProducts } from './answers/products.ts';
import { salesSummary } from './answers/sales.ts';
import { stockRotation, stockStatus } from './answers/stock.ts';
import type { Intent, ToolArguments, ToolName } from './contract.ts';
import { Sheet } from './sheet.ts';

export { AskBack } from './answers/parts.ts';

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
