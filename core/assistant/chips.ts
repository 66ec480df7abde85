/** "Entendí: ...": what was understood, piece by piece, with what each piece could be instead. */
import type { Permission } from '#core/shared/permissions.ts';
import type { Chip, Language, ToolArguments, ToolName } from './contract.ts';
import { VALUES, valueOf } from './labels.ts';
import { mayRun } from './tools.ts';

const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  period: [
    'today',
    'yesterday',
    'this_week',
    'last_week',
    'this_month',
    'last_month',
    'this_quarter',
    'this_year',
    'last_year',
  ],
  compare_to: ['previous', 'last_year'],
  order: ['best', 'worst'],
  metric: ['units', 'revenue', 'margin'],
  filter: ['low', 'out', 'overstock'],
  scope: ['self', 'all'],
};
const GROUPS: Partial<Record<ToolName, readonly string[]>> = {
  sales_summary: ['hour', 'day', 'week', 'month', 'payment_method', 'seller', 'category'],
  top_products: ['product', 'brand'],
  margin_summary: ['product', 'category', 'day', 'week', 'month'],
};

export function chipsOf(
  tool: ToolName,
  args: ToolArguments,
  language: Language,
  permissions: ReadonlySet<Permission>,
): Chip[] {
  const chips: Chip[] = [{ arg: 'tool', value: tool, label: valueOf(tool, language), options: [] }];
  for (const [arg, value] of Object.entries(args)) {
    if (arg === 'from' || arg === 'to') continue;
    const found =
      arg === 'group_by'
        ? GROUPS[tool]
        : tool === 'stock_rotation' && arg === 'order'
          ? ['slowest', 'fastest']
          : OPTIONS[arg];
    const options = (found ?? [])
      .filter((option) => mayRun(tool, { ...args, [arg]: option }, permissions))
      .map((option) => ({ value: option, label: valueOf(option, language) }));
    const isDays = arg === 'period' && args['from'] !== undefined;
    const label = isDays
      ? `${String(args['from'])} – ${String(args['to'])}`
      : VALUES[String(value)]
        ? valueOf(String(value), language)
        : String(value).replaceAll('_', ' ');
    chips.push({ arg, value: String(value), label, options });
  }
  return chips;
}
