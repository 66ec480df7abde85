/** The shop's own names behind the words of a question; asks back where they mean nothing, or several. */
import { fold } from '#core/shared/text.ts';
import type { Intent, ToolArguments } from '../contract.ts';
import type { Sheet } from '../sheet.ts';
import { stem } from '../words.ts';
import { AskBack, everyRow, type Run, said } from './parts.ts';

interface CategoryRow {
  id: string;
  parentId: string | null;
  name: string;
}

/** A category and those below it. Asks back where the shop has none of that name. */
export function categoriesOf(
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

export interface ProductRow {
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

export const textOf = (args: ToolArguments): string =>
  ['product', 'query', 'brand', 'viscosity', 'presentation']
    .flatMap((name) => said(args, name) ?? [])
    .join(' ')
    .replace(/(\d)L\b/, '$1 L');

export function productsOf(run: Run, sheet: Sheet, intent: Intent, limit = 50): ProductRow[] {
  sheet.sources.add('products.list');
  const { rows } = run.ask('products.list', { text: textOf(intent.args), state: 'ACTIVE', limit }) as {
    rows: ProductRow[];
  };
  return rows;
}

/** The one product that was meant; asks back on none and on several. */
export function oneProduct(run: Run, sheet: Sheet, intent: Intent, name: 'product' | 'query'): ProductRow {
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

/** Every product that the filter lets through, page by page. */
export function everyProduct(run: Run, sheet: Sheet, filter: { text?: string; categoryId?: string }): ProductRow[] {
  sheet.sources.add('products.list');
  return everyRow<ProductRow>(run, 'products.list', filter).rows;
}

export function supplierOf(run: Run, sheet: Sheet, intent: Intent): string | undefined {
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

export function vehiclesOf(run: Run, sheet: Sheet, intent: Intent): string[] {
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
