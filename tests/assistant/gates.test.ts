/**
 * Goal: what must hold of every answer. Quick questions and their chips say what the report's own procedure says, to the peso; each role sees
 * through no tool, no text and no kept answer what it may not see; nothing is shown that has no figure; nothing writes.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chipsOf } from '#core/assistant/chips.ts';
import { type Answer, TOOL_NAMES, type ToolArguments, type ToolName } from '#core/assistant/contract.ts';
import { QUICK } from '#core/assistant/quick.ts';
import { daysOf } from '#core/assistant/period.ts';
import { completed } from '#core/assistant/run.ts';
import { mayRun, offered, permissionsFor } from '#core/assistant/tools.ts';
import type { Caller } from '#core/engine/dispatch.ts';
import { BUILT_IN_ROLES, type Permission } from '#core/shared/permissions.ts';
import { openShop, type Shop } from '#tests/support/shop.ts';
import { actorWith, testApp, type TestApp } from '#tests/support/testApp.ts';
import { WAREHOUSE_PERMISSIONS } from '#core/demo/users.ts';

const TODAY = '2026-03-10';
/** No other figure of the shop has these digits: finding them anywhere means that a cost came through. */
const UNIT_COST_CLP = 87_654;
const DAY_MS = 86_400_000;

let test: TestApp;
let shop: Shop;

beforeAll(async () => {
  test = await testApp();
  shop = await openShop(test);
  const { id: oils } = await shop.manager.categories.create({ name: 'Aceites' });
  const make = (sku: string, name: string, minimumMilli: number) =>
    shop.manager.products
      .create({ sku, name, brand: 'Motul', categoryId: oils, priceClp: 150_000, location: 'P3-2' })
      .then(async ({ id }) => {
        await shop.manager.stock.setMinimum({ productId: id, warehouseId: shop.warehouses.SALES, minimumMilli });
        return id;
      });
  const [dear, low] = [await make('MOT-8100', 'Motul 8100 5W-40', 1_000), await make('MOT-300V', 'Motul 300V', 90_000)];
  await shop.manager.stock.receive({
    warehouseId: shop.warehouses.SALES,
    lines: [dear, low].map((productId) => ({
      productId,
      quantityMilli: 50_000,
      unitCostMilliClp: UNIT_COST_CLP * 1_000,
    })),
  });
  let operation = 0;
  const sell = (productId: string, units: number, totalClp: number, tender: 'DEBIT' | 'TRANSFER') =>
    shop.cashier.sales.checkout({
      lines: [{ productId, quantityMilli: units * 1_000 }],
      payments: [{ tender, amountClp: totalClp, operationNumber: String((operation += 1)) }],
      expectedTotalClp: totalClp,
    });
  await sell(dear, 2, 300_000, 'DEBIT');
  await sell(shop.products.labour, 1, 12_990, 'TRANSFER');
  test.clock.advance(600_000);
  await sell(low, 1, 150_000, 'DEBIT');
  await shop.admin.assistant.setSetup({
    enabled: 'NO',
    model: '',
    host: '',
    allowRemote: 'NO',
    comment: 'NO',
    retentionDays: 30,
  });
});
afterAll(() => test.close());

const run = async (tool: ToolName, args: ToolArguments, caller: Caller = test.as.manager): Promise<Answer> => {
  const turn = (await test.run('assistant.ask', { question: 'x', intent: { tool, args } }, caller)) as {
    answer: Answer;
  };
  return turn.answer;
};
const figure = (answer: Answer, id: string): unknown => answer.figures.find((row) => row.id === id)?.value;
const column = (answer: Answer, key: string): unknown[] => {
  const at = answer.table?.columns.findIndex((row) => row.key === key) ?? -1;
  return answer.table?.rows.map((row) => row[at]?.value) ?? [];
};

/** What the screen's own procedure says, and where the answer must say the same. */
async function same(tool: ToolName, given: ToolArguments, answer: Answer): Promise<void> {
  const args = completed({ tool, args: given });
  const days = daysOf({ period: String(args['period'] ?? 'today') }, TODAY) ?? { from: TODAY, to: TODAY };
  const report = async (name: string, more: object = {}) => {
    const found = await shop.manager.reports.run({ report: name as 'SALES', ...days, limit: 5_000, ...more });
    const at = (key: string): number => found.columns.findIndex((row) => row.key === key);
    return {
      rows: found.rows,
      total: (key: string) => found.totals[at(key)],
      before: (key: string) => found.totalsBefore?.[at(key)],
      of: (key: string) => found.rows.map((row) => row.cells[at(key)]),
    };
  };
  switch (tool) {
    case 'sales_summary': {
      const group = args['group_by'];
      const name =
        group === 'seller'
          ? 'CASHIERS'
          : group === 'payment_method'
            ? 'TENDERS'
            : group === 'category'
              ? 'CATEGORIES'
              : 'SALES';
      const compare =
        args['compare_to'] === 'last_year' ? 'LAST_YEAR' : args['compare_to'] === 'previous' ? 'PREVIOUS' : 'NONE';
      const groupBy = group === 'hour' || group === 'week' || group === 'month' ? group.toUpperCase() : 'DAY';
      const found = await report(name, { compare, groupBy });
      const key = name === 'TENDERS' ? 'amountClp' : 'totalClp';
      expect(figure(answer, 'total') ?? 0).toBe(found.total(key) ?? 0);
      if (compare !== 'NONE' && group === undefined) expect(figure(answer, 'before')).toBe(found.before(key));
      if (answer.table) expect(column(answer, key)).toEqual(found.of(key));
      return;
    }
    case 'top_products': {
      const by =
        args['metric'] === 'revenue' ? 'totalClp' : args['metric'] === 'margin' ? 'marginMilliClp' : 'soldMilli';
      const found = await report('PRODUCTS', { direction: args['order'] === 'worst' ? 'BOTTOM' : 'TOP' });
      const sign = args['order'] === 'worst' ? 1 : -1;
      const values = found
        .of(by)
        .map(Number)
        .sort((a, b) => sign * (a - b));
      const shown = by === 'marginMilliClp' ? values.map((value) => Math.round(value / 1_000)) : values;
      if (args['group_by'] !== 'brand') expect(column(answer, by)).toEqual(shown.slice(0, 10));
      return;
    }
    case 'margin_summary': {
      const found = await report(
        args['group_by'] === 'category' ? 'CATEGORIES' : args['group_by'] === 'product' ? 'PROFITABILITY' : 'SALES',
      );
      expect(figure(answer, 'margin')).toBe(Math.round(Number(found.total('marginMilliClp')) / 1_000));
      return;
    }
    case 'stock_status': {
      if (args['filter'] === 'overstock') return;
      const { rows, total } = await shop.manager.stock.levels({
        show: args['filter'] === 'out' ? 'NONE' : 'LOW',
        limit: 500,
      });
      expect(figure(answer, 'count')).toBe(total);
      expect(column(answer, 'availableMilli')).toEqual(rows.map((row) => row.availableMilli));
      return;
    }
    case 'stock_rotation': {
      const found = await report('STOCK_HEALTH', { from: days.from });
      const onHand = found.of('onHandMilli').map(Number);
      const isOil = (name: unknown): boolean => args['category'] === undefined || String(name).startsWith('Motul');
      const names = found.of('name').filter((name, index) => (onHand[index] ?? 0) > 0 && isOil(name));
      expect(column(answer, 'name').sort()).toEqual(names.sort());
      return;
    }
    case 'cash_status': {
      const { shift } = await shop.manager.shifts.current({});
      if (shift && args['scope'] === 'self') expect(figure(answer, 'expectedCash') ?? null).toBe(shift.expectedCashClp);
      return;
    }
    case 'reorder_suggestions': {
      const { total } = await shop.manager.recommendations.list({ limit: 1 });
      expect(figure(answer, 'count')).toBe(total);
      return;
    }
    case 'forecast':
    case 'forecast_accuracy':
      // Before the first night there is none, and the answer says so.
      expect(answer.outcome).toBe('NO_DATA');
      return;
    default:
      expect(answer.figures).toEqual([]);
  }
}

describe('quick questions and their chips', () => {
  it.each(QUICK.map(({ es, intent }) => [es, intent] as const))(
    '%s: the figures of the procedure behind its screen',
    async (_, { tool, args }) => {
      await same(tool, args, await run(tool, args));
      const all = new Set(BUILT_IN_ROLES.admin);
      for (const chip of chipsOf(tool, completed({ tool, args }), 'es', all)) {
        for (const { value } of chip.options) {
          const corrected = { ...args, [chip.arg]: value };
          await same(tool, corrected, await run(tool, corrected));
        }
      }
    },
  );
});

const ROLES: Readonly<Record<string, readonly Permission[]>> = { ...BUILT_IN_ROLES, warehouse: WAREHOUSE_PERMISSIONS };
/** Each tool with the arguments that want most of its caller, and those that want least. */
const CALLS: readonly (readonly [ToolName, ToolArguments])[] = [
  ...['hour', 'payment_method', 'seller', 'category'].map(
    (group) => ['sales_summary', { period: 'today', group_by: group }] as const,
  ),
  ['sales_summary', { period: 'today', compare_to: 'previous' }],
  ['top_products', { period: 'today', metric: 'units' }],
  ['top_products', { period: 'today', metric: 'margin' }],
  ['top_products', { period: 'today', metric: 'margin', group_by: 'brand' }],
  ['stock_rotation', { order: 'slowest' }],
  ['stock_status', { filter: 'low' }],
  ['stock_status', { product: 'Motul' }],
  ['stock_status', { filter: 'overstock' }],
  ['stock_status', { product: 'Motul', field: 'days_of_cover' }],
  ['reorder_suggestions', {}],
  ['reorder_suggestions', { budget_clp: 1_000_000 }],
  ['forecast', { horizon: 'next_week' }],
  ['forecast_accuracy', {}],
  ['product_lookup', { query: 'Motul 8100', field: 'price' }],
  ['product_lookup', { query: 'Motul 8100', field: 'location' }],
  ['product_lookup', { query: 'Motul 8100', field: 'cost' }],
  ['product_lookup', { query: 'Motul 8100', field: 'all' }],
  ['customer_history', { plate: 'BBCL12' }],
  ['margin_summary', { period: 'today' }],
  ['margin_summary', { period: 'today', group_by: 'product' }],
  ['margin_summary', { period: 'today', group_by: 'category' }],
  ['cash_status', { scope: 'self' }],
  ['cash_status', { scope: 'all' }],
  ['help', {}],
];
/** What may be redacted: keys of figures and columns, by the permission that shows them. */
const REDACTED: readonly (readonly [Permission, RegExp])[] = [
  ['cost.read', /"(?:row\d+\.)?(?:cost|costClp|margin\w*|valueMilliClp|listCostMilliClp|unitCostMilliClp)"/],
  ['cash.read', /"row\d+\.(?:expectedCashClp|countedCashClp)"/],
  ['forecast.read', /"(?:expected|wape|row\d+\.expectedMilli)"/],
  ['reports.read', /"(?:total|before|saleCount)"/],
];

describe.each(Object.entries(ROLES))('the role %s', (role, permissions) => {
  const held = new Set(permissions);
  it('runs each tool exactly where it holds what the tool wants, and reads no field above it', async () => {
    expect(new Set(CALLS.map(([tool]) => tool))).toEqual(new Set(TOOL_NAMES));
    // What somebody above saw first may be kept, and must not come back.
    for (const [tool, args] of CALLS) await run(tool, args, test.as.admin);
    const caller = actorWith(test, held);
    for (const [tool, args] of CALLS) {
      const wanted = permissionsFor(tool, args);
      const answer = await run(tool, args, caller);
      const told = JSON.stringify(answer);
      const isAllowed = wanted.every((permission) => held.has(permission));
      expect([role, tool, args, answer.outcome === 'REFUSED']).toEqual([role, tool, args, !isAllowed]);
      if (answer.outcome === 'REFUSED') expect([answer.figures, answer.table, answer.parts]).toEqual([[], null, []]);
      for (const [permission, pattern] of REDACTED) {
        const isOwnDrawer = permission === 'cash.read' && args['scope'] === 'self';
        if (!held.has(permission) && !isOwnDrawer)
          expect([role, tool, args, pattern.exec(told)]).toEqual([role, tool, args, null]);
      }
      if (!held.has('cost.read')) expect(told).not.toMatch(/87\.?654|175\.?308/);
      for (const choice of answer.choices)
        if (choice.intent) expect(mayRun(choice.intent.tool, choice.intent.args, held)).toBe(true);
      for (const chip of answer.chips)
        for (const { value } of chip.options) expect(mayRun(tool, { ...args, [chip.arg]: value }, held)).toBe(true);
    }
  });

  it('is offered no tool and no value that it may not use', () => {
    for (const { tool } of offered(held)) {
      const least = tool === 'cash_status' ? { scope: 'self' } : {};
      expect(mayRun(tool, least, held)).toBe(true);
    }
    const words = JSON.stringify(offered(held).map(({ tool, args }) => [tool, Object.keys(args)]));
    if (!held.has('cost.read')) expect(words).not.toMatch(/margin/);
  });
});

describe('figures', () => {
  it('none is without an id, and no text between them holds a digit, in both languages', async () => {
    for (const language of ['es', 'en'] as const) {
      for (const [tool, args] of CALLS) {
        const turn = (await test.run(
          'assistant.ask',
          { question: 'x', language, intent: { tool, args } },
          test.as.admin,
        )) as { answer: Answer };
        const { parts, figures, table } = turn.answer;
        const ids = figures.map(({ id }) => id);
        expect(ids.every((id) => id !== '')).toBe(true);
        expect(new Set(ids).size).toBe(ids.length);
        for (const part of parts) {
          if ('text' in part) expect([tool, part.text, /\p{N}/u.test(part.text)]).toEqual([tool, part.text, false]);
          else expect(ids).toContain(part.figure);
        }
        const cells = table?.rows.flat().map(({ id }) => id) ?? [];
        expect(new Set(cells).size).toBe(cells.length);
        for (const { label } of table?.columns ?? []) expect(label).not.toMatch(/\p{N}/u);
      }
    }
  });
});

describe('no writes', () => {
  it('asks over a connection that refuses to write: a query that would is stopped', () => {
    const { raw } = test.app.database;
    raw.pragma('query_only = ON');
    try {
      expect(() =>
        raw.exec("insert into assistantIntentCache (key, intent, storedAtMs) values ('x', '{}', 0)"),
      ).toThrow(/readonly|query_only/i);
    } finally {
      raw.pragma('query_only = OFF');
    }
  });

  it('is on a connection that refuses to write while each tool reads, and only then', async () => {
    const { dispatcher } = test.app;
    const call = dispatcher.call.bind(dispatcher);
    const seen = new Map<string, number>();
    // Looks at the connection at every procedure that is asked beneath an answer; nothing is replaced.
    dispatcher.call = (path, input, caller) => {
      const [row] = test.app.database.raw.pragma('query_only') as { query_only: number }[];
      if (!path.startsWith('assistant.')) seen.set(path, row?.query_only ?? 0);
      return call(path, input, caller);
    };
    try {
      test.app.database.raw.exec('delete from assistantAnswerCache');
      for (const [tool, args] of CALLS) await run(tool, args, test.as.admin);
    } finally {
      dispatcher.call = call;
    }
    expect(seen.size).toBeGreaterThan(8);
    expect([...seen.values()].every((value) => value === 1)).toBe(true);
    expect(test.app.database.raw.pragma('query_only')).toEqual([{ query_only: 0 }]);
  });
});

describe('what is kept', () => {
  it('is deleted for good, by hand and when it is old; counts of use stay without words until then', async () => {
    const { answer: _, ...turn } = (await shop.manager.assistant.ask({ question: 'palabra secretísima' })) as {
      id: string;
      conversationId: string;
      answer: Answer;
    };
    await shop.manager.assistant.rate({ turnId: turn.id, rating: 'BAD', note: 'secretísima' });
    const holds = (): boolean => test.app.database.raw.serialize().includes(Buffer.from('secretísima'));
    expect(holds()).toBe(true);
    await shop.manager.assistant.clear({ conversationId: turn.conversationId });
    const rows = (table: string): unknown =>
      test.app.database.raw
        .prepare(`select count(*) as n from ${table} where ${table === 'assistantMessage' ? 'id' : 'messageId'} = ?`)
        .get(turn.id);
    expect([rows('assistantMessage'), rows('assistantFeedback'), rows('assistantToolRun')]).toEqual([
      { n: 0 },
      { n: 0 },
      { n: 1 },
    ]);
    await shop.manager.assistant.ask({ question: 'ventas de hoy' });
    const usage = await shop.admin.assistant.usage({});
    expect(usage.days).toEqual([{ date: TODAY, questions: usage.questions, answered: usage.answered }]);
    test.clock.advance(31 * DAY_MS);
    await test.app.jobRunner().runNow('assistant.forget');
    for (const table of [
      'assistantConversation',
      'assistantMessage',
      'assistantToolRun',
      'assistantAnswerCache',
      'assistantFeedback',
    ])
      expect([table, test.app.database.raw.prepare(`select count(*) as n from ${table}`).get()]).toEqual([
        table,
        { n: 0 },
      ]);
  });
});
