/** The tools: what each takes and which permissions it wants. Argument names are part of the contract with the model and the question sets. */
import { z } from 'zod';
import type { Permission } from '#core/shared/permissions.ts';
import { localDate } from '#core/shared/schemas.ts';
import { TOOL_NAMES, type ToolArguments, type ToolName } from './contract.ts';

const span = z.string().trim().min(1).max(80);
const period = z
  .string()
  .regex(/^(?:today|yesterday|(?:this|last)_(?:week|month|quarter|year)|last_\d{1,3}_days|custom)$/);
const periodArgs = { period: period.optional(), from: localDate.optional(), to: localDate.optional() };
const limit = z.int().min(1).max(100).optional();
const about = {
  product: span.optional(),
  category: span.optional(),
  viscosity: span.optional(),
  brand: span.optional(),
};

const ARGUMENTS = {
  sales_summary: {
    ...periodArgs,
    compare_to: z.enum(['previous', 'last_year']).optional(),
    group_by: z.enum(['hour', 'day', 'week', 'month', 'payment_method', 'seller', 'category']).optional(),
    category: span.optional(),
    seller: span.optional(),
  },
  top_products: {
    ...periodArgs,
    order: z.enum(['best', 'worst']).optional(),
    metric: z.enum(['units', 'revenue', 'margin']).optional(),
    group_by: z.enum(['product', 'brand', 'category']).optional(),
    category: span.optional(),
    brand: span.optional(),
    viscosity: span.optional(),
    limit,
  },
  stock_rotation: { ...periodArgs, ...about, order: z.enum(['slowest', 'fastest']).optional(), limit },
  stock_status: {
    ...about,
    presentation: span.optional(),
    filter: z.enum(['low', 'out', 'overstock']).optional(),
    field: z.enum(['on_hand', 'days_of_cover']).optional(),
    limit,
  },
  reorder_suggestions: {
    ...about,
    supplier: span.optional(),
    budget_clp: z.int().min(1).max(1_000_000_000).optional(),
    limit,
  },
  forecast: {
    ...about,
    presentation: span.optional(),
    horizon: z
      .string()
      .regex(/^(?:tomorrow|next_(?:week|month|quarter|\d{1,3}_(?:days|weeks|months|years)))$/)
      .optional(),
    metric: z.enum(['units', 'revenue']).optional(),
  },
  forecast_accuracy: { ...periodArgs, ...about },
  product_lookup: { query: span, field: z.enum(['price', 'location', 'cost', 'all']).optional() },
  customer_history: {
    plate: span.optional(),
    rut: span.optional(),
    name: span.optional(),
    limit,
  },
  margin_summary: {
    ...periodArgs,
    ...about,
    presentation: span.optional(),
    group_by: z.enum(['product', 'category', 'brand', 'day', 'week', 'month']).optional(),
    compare_to: z.enum(['previous', 'last_year']).optional(),
  },
  cash_status: { ...periodArgs, shift: z.enum(['current']).optional(), scope: z.enum(['self', 'all']).optional() },
  help: {},
} satisfies Record<ToolName, z.ZodRawShape>;

const SCHEMAS = Object.fromEntries(
  TOOL_NAMES.map((name) => [name, z.strictObject(ARGUMENTS[name] as z.ZodRawShape)]),
) as Record<ToolName, z.ZodObject>;

/** Whether a tool has an argument of that name. */
export const accepts = (tool: ToolName, arg: string): boolean => Object.hasOwn(ARGUMENTS[tool], arg);

/** The arguments of a tool if they are right; undefined where they are not. A customer must be named somehow. */
export function checkedArguments(tool: ToolName, args: unknown): ToolArguments | undefined {
  const parsed = SCHEMAS[tool].safeParse(args);
  if (!parsed.success) return undefined;
  const found = parsed.data as ToolArguments;
  if (tool === 'customer_history' && (found['plate'] ?? found['rut'] ?? found['name']) === undefined) return undefined;
  if (found['period'] === 'custom' && (found['from'] === undefined || found['to'] === undefined)) return undefined;
  return found;
}

/** What a call of a tool wants of its caller: all of these. Costs and whole drawers want more than the tool itself. */
export function permissionsFor(tool: ToolName, args: ToolArguments): readonly Permission[] {
  switch (tool) {
    case 'sales_summary':
      return ['reports.read'];
    case 'top_products':
      return args['metric'] === 'margin' ? ['reports.read', 'cost.read'] : ['reports.read'];
    case 'margin_summary':
      return ['reports.read', 'cost.read'];
    case 'stock_rotation':
      return ['stock.read', 'reports.read'];
    case 'stock_status':
      return args['filter'] === 'overstock' ? ['stock.read', 'reports.read'] : ['stock.read'];
    case 'reorder_suggestions':
      return ['purchasing.read', 'forecast.read'];
    case 'forecast':
    case 'forecast_accuracy':
      return ['forecast.read'];
    case 'product_lookup':
      return args['field'] === 'cost' ? ['catalog.read', 'cost.read'] : ['catalog.read'];
    case 'customer_history':
      return ['customers.read'];
    case 'cash_status':
      return args['scope'] === 'self' && args['period'] === undefined
        ? ['shifts.operate']
        : ['shifts.read', 'cash.read'];
    case 'help':
      return [];
  }
}

export const mayRun = (tool: ToolName, args: ToolArguments, permissions: ReadonlySet<Permission>): boolean =>
  permissionsFor(tool, args).every((permission) => permissions.has(permission));

/** The tools that a role may use at all, and with which values: what it may not use is not even offered to the model. */
export function offered(permissions: ReadonlySet<Permission>): { tool: ToolName; args: z.ZodRawShape }[] {
  const tools = TOOL_NAMES.filter(
    (tool) => mayRun(tool, {}, permissions) || (tool === 'cash_status' && permissions.has('shifts.operate')),
  );
  return tools.map((tool) => {
    const shape: Record<string, z.ZodType> = { ...(ARGUMENTS[tool] as Record<string, z.ZodType>) };
    if (!permissions.has('cost.read')) {
      if (tool === 'top_products') shape['metric'] = z.enum(['units', 'revenue']).optional();
      if (tool === 'product_lookup') shape['field'] = z.enum(['price', 'location', 'all']).optional();
    }
    if (tool === 'cash_status' && !permissions.has('cash.read')) {
      return { tool, args: { shift: z.enum(['current']), scope: z.enum(['self']) } };
    }
    return { tool, args: shape };
  });
}
