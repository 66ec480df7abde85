/**
 * Goal: whatever is received, held, committed, released, let expire, sold, returned, cancelled, carried, counted and repeated, in any
 * order, stock behaves like a model of forty lines: it is never below zero, nothing happens twice, a refusal changes nothing, levels
 * are the ledger, and value is conserved. `RD_MODEL_RUNS` sets how many histories of forty steps are tried.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  commitReservations,
  expireReservations,
  issueStock,
  type MovementRow,
  releaseReservations,
  reserveStock,
  returnStock,
  undoIssue,
} from '#core/inventory/index.ts';
import { inCommand } from '#tests/support/command.ts';
import { testApp, type TestApp } from '#tests/support/testApp.ts';

const RUNS = Number(process.env['RD_MODEL_RUNS'] ?? '250');
const STEPS = 40;
const TTL_MS = 60_000;
const CHECK_EVERY = 50;

type Shelf = 'sala' | 'bodega';
interface Line {
  product: number;
  quantity: number;
}
type Step =
  | { kind: 'receive'; product: number; shelf: Shelf; quantity: number; unitCost: number }
  | { kind: 'sell' | 'reserve'; lines: Line[] }
  | { kind: 'commit' | 'release' | 'cancel' | 'repeat'; which: number }
  | { kind: 'return'; which: number; quantity: number; shelf: Shelf }
  | { kind: 'carry'; product: number; from: Shelf; quantity: number }
  | { kind: 'count' | 'issue'; product: number; shelf: Shelf; quantity: number }
  | { kind: 'wait' };

const product = fc.integer({ min: 0, max: 1 });
// A shelf that is neither always empty nor always full, so that refusals and successes are both frequent.
const quantity = fc.integer({ min: 1, max: 3_000 });
const FIRST_MILLI = 20_000;
const shelf = fc.constantFrom<Shelf>('sala', 'bodega');
const which = fc.integer({ min: 0, max: 3 });
const lines = fc.array(fc.record({ product, quantity }), { minLength: 1, maxLength: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('receive' as const),
      product,
      shelf,
      quantity: fc.integer({ min: 1, max: 20_000 }),
      unitCost: fc.integer({ min: 0, max: 9_999_999 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('sell' as const, 'reserve' as const), lines }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('commit' as const, 'release' as const, 'cancel' as const, 'repeat' as const),
      which,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('return' as const), which, quantity, shelf }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('carry' as const), product, from: shelf, quantity }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('count' as const, 'issue' as const), product, shelf, quantity }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const) }) },
);

/** What the shop ought to be. Money is BigInt, so that the model shares no arithmetic with what it judges. */
class Model {
  readonly onHand: Record<Shelf, [number, number]> = { sala: [0, 0], bodega: [0, 0] };
  readonly reserved: [number, number] = [0, 0];
  readonly value: [bigint, bigint] = [0n, 0n];
  readonly lastCost: [bigint, bigint] = [0n, 0n];
  readonly orders: {
    id: string;
    lines: Line[];
    state: 'HELD' | 'COMMITTED' | 'RELEASED' | 'EXPIRED';
    heldAtMs: number;
  }[] = [];
  readonly sales: {
    id: string;
    parts: { line: number; product: number; quantity: number; value: number }[];
    state: 'OUT' | 'PART' | 'BACK';
  }[] = [];

  total = (at: number): number => this.onHand.sala[at]! + this.onHand.bodega[at]!;
  fits = (asked: readonly Line[]): boolean =>
    [0, 1].every(
      (at) =>
        asked.filter((line) => line.product === at).reduce((sum, line) => sum + line.quantity, 0) <=
        this.onHand.sala[at]! - this.reserved[at]!,
    );

  /** Value that leaves with a quantity: its rounded share, all of it with the last unit. */
  leave(at: number, from: Shelf, amount: number): bigint {
    const share = (2n * this.value[at]! * BigInt(amount) + BigInt(this.total(at))) / (2n * BigInt(this.total(at)));
    this.lastCost[at] = this.average(at);
    this.onHand[from][at]! -= amount;
    this.value[at]! -= share;
    return share;
  }
  enter(at: number, to: Shelf, amount: number, worth: bigint): void {
    this.onHand[to][at]! += amount;
    this.value[at]! += worth;
  }
  /** Per base unit, or what the last one cost where none is left. */
  average(at: number): bigint {
    const total = BigInt(this.total(at));
    return total === 0n ? this.lastCost[at]! : (2n * this.value[at]! * 1000n + total) / (2n * total);
  }
}

let test: TestApp;
let categoryId: string;
let shelves: Record<Shelf, string>;
let runs = 0;

beforeAll(async () => {
  test = await testApp();
  const manager = test.client(test.as.manager);
  categoryId = (await manager.categories.create({ name: 'Todo' })).id;
  const warehouses = await manager.warehouses.list({});
  const of = (purpose: string): string => warehouses.find((row) => row.purpose === purpose)?.id ?? '';
  shelves = { sala: of('SALES'), bodega: of('STORE') };
});
afterAll(() => test.close());

it(`${String(RUNS)} histories of ${String(STEPS)} steps behave like the model`, { timeout: 3_600_000 }, () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: STEPS, maxLength: STEPS }), (steps) => {
      runs += 1;
      const products = [0, 1].map(
        (at) =>
          command('products.create', {
            sku: `M${String(runs)}-${String(at)}-${test.newId()}`.slice(0, 32),
            name: 'Modelo',
            categoryId,
            priceClp: 1,
          }) as { id: string },
      );
      const history = new History(products.map(({ id }) => id));
      history.fill();
      for (const asked of steps) {
        history.take(asked);
        history.compare();
      }
      if (runs % CHECK_EVERY === 0) history.recompute();
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

it('and afterwards all books agree', async () => {
  expect(test.app.call('stock.selfCheck', {}, test.app.system())).toMatchObject({ differences: [] });
  expect(await test.app.call('audit.verify', {}, test.app.system())).toMatchObject({ broken: [] });
});

const command = (path: string, input: object): unknown =>
  test.app.call(path, { commandId: test.newId(), ...input }, test.app.system());

// Read behind the application's back, so that no query of ours hides what its services did.
const raw = (sql: string) => test.app.database.raw.prepare(sql).raw();
let levels: ReturnType<typeof raw> | undefined;
let costs: ReturnType<typeof raw> | undefined;
const levelsOf = () =>
  (levels ??= raw('select warehouseId, onHandMilli, reservedMilli from stockLevel where productId = ?'));
const costOf = () => (costs ??= raw('select quantityMilli, valueMilliClp from productCost where productId = ?'));

/** One history, in the shop and in the model side by side. */
class History {
  readonly #model = new Model();
  readonly #ids: readonly string[];
  constructor(ids: readonly string[]) {
    this.#ids = ids;
  }

  take(asked: Step): void {
    switch (asked.kind) {
      case 'receive':
        return this.#receive(asked);
      case 'sell':
        return this.#sell(asked.lines);
      case 'reserve':
        return this.#reserve(asked.lines);
      case 'commit':
        return this.#commit(asked.which);
      case 'release':
        return this.#release(asked.which);
      case 'cancel':
        return this.#cancel(asked.which);
      case 'repeat':
        return this.#repeat(asked.which);
      case 'return':
        return this.#return(asked);
      case 'carry':
        return this.#carry(asked);
      case 'count':
        return this.#count(asked);
      case 'issue':
        return this.#issue(asked);
      case 'wait':
        return this.#wait();
    }
  }

  fill(): void {
    for (const at of [0, 1])
      this.#receive({ kind: 'receive', product: at, shelf: 'sala', quantity: FIRST_MILLI, unitCost: 1_234_567 });
  }

  /** Levels and value are the model's, nothing is below zero, and an empty shelf is worth nothing. */
  compare(): void {
    const { onHand, reserved, value, total } = this.#model;
    for (const [at, productId] of this.#ids.entries()) {
      const rows = levelsOf().all(productId) as [string, number, number][];
      const on = (where: Shelf) => rows.find(([warehouseId]) => warehouseId === shelves[where])?.slice(1) ?? [0, 0];
      const [amount, worth] = costOf().get(productId) as [number, number];
      const seen = [...on('sala'), ...on('bodega'), amount, worth];
      const wanted = [onHand.sala[at]!, reserved[at]!, onHand.bodega[at]!, 0, total(at), Number(value[at])];
      if (seen.join() !== wanted.join()) expect(seen).toEqual(wanted);
      const isSound = rows.every(([, held, hold]) => held >= hold && hold >= 0) && (amount !== 0 || worth === 0);
      if (!isSound) expect.fail(`below zero, or worth something while empty: ${seen.join()}`);
    }
  }

  /** The ledger of these products gives their levels and value. */
  recompute(): void {
    const sums = raw('select sum(quantityMilli), sum(valueMilliClp) from stockMovement where productId = ?');
    for (const [at, id] of this.#ids.entries()) {
      const [amount, worth] = sums.get(id) as [number | null, number | null];
      expect([amount ?? 0, BigInt(worth ?? 0)]).toEqual([this.#model.total(at), this.#model.value[at]]);
    }
  }

  #stock(asked: readonly Line[]) {
    return asked.map((line, index) => ({
      sourceLine: index + 1,
      productId: this.#ids[line.product] ?? '',
      quantityMilli: line.quantity,
    }));
  }

  #receive({ product: at, shelf: to, quantity: amount, unitCost }: Extract<Step, { kind: 'receive' }>): void {
    command('stock.receive', {
      warehouseId: shelves[to],
      lines: [{ productId: this.#ids[at], quantityMilli: amount, unitCostMilliClp: unitCost }],
    });
    this.#model.enter(at, to, amount, (2n * BigInt(unitCost) * BigInt(amount) + 1000n) / 2000n);
    this.#model.lastCost[at] = BigInt(unitCost);
  }

  #sell(asked: Line[]): void {
    const id = test.newId();
    const sell = () =>
      inCommand(test, (context) =>
        issueStock(context, { sourceId: id, warehouseId: shelves.sala, lines: this.#stock(asked) }),
      );
    if (!this.#model.fits(asked)) return refused(sell, 'STOCK_INSUFFICIENT');
    this.#left(id, asked, sell());
  }

  #left(id: string, asked: Line[], movements: readonly MovementRow[]): void {
    const parts = asked.map((line, index) => {
      const worth = this.#model.leave(line.product, 'sala', line.quantity);
      expect(BigInt(movements[index]?.valueMilliClp ?? 1)).toBe(-worth);
      return { line: index + 1, product: line.product, quantity: line.quantity, value: Number(worth) };
    });
    this.#model.sales.unshift({ id, parts, state: 'OUT' });
  }

  #reserve(asked: Line[]): void {
    const id = test.newId();
    const reserve = () =>
      inCommand(test, (context) =>
        reserveStock(context, {
          orderId: id,
          warehouseId: shelves.sala,
          lines: this.#stock(asked),
          expiresAtMs: context.nowMs + TTL_MS,
        }),
      );
    if (!this.#model.fits(asked)) return refused(reserve, 'STOCK_INSUFFICIENT');
    reserve();
    for (const line of asked) this.#model.reserved[line.product]! += line.quantity;
    this.#model.orders.unshift({ id, lines: asked, state: 'HELD', heldAtMs: test.clock.nowMs() });
  }

  #commit(index: number): void {
    const order = this.#model.orders[index];
    if (!order) return;
    const commit = () => inCommand(test, (context) => commitReservations(context, order.id));
    if (order.state === 'COMMITTED') return refused(commit, 'RESERVATION_CLOSED');
    if (order.state === 'RELEASED') return expect(commit()).toEqual([]);
    if (order.state === 'EXPIRED' && !this.#model.fits(order.lines)) return refused(commit, 'STOCK_INSUFFICIENT');
    const movements = commit();
    if (order.state === 'HELD') for (const line of order.lines) this.#model.reserved[line.product]! -= line.quantity;
    order.state = 'COMMITTED';
    this.#left(order.id, order.lines, movements);
  }

  #release(index: number): void {
    const order = this.#model.orders[index];
    if (!order) return;
    const release = () => inCommand(test, (context) => releaseReservations(context, order.id));
    if (order.state === 'COMMITTED') return refused(release, 'RESERVATION_CLOSED');
    expect(release()).toHaveLength(order.state === 'HELD' ? order.lines.length : 0);
    if (order.state !== 'HELD') return;
    for (const line of order.lines) this.#model.reserved[line.product]! -= line.quantity;
    order.state = 'RELEASED';
  }

  #cancel(index: number): void {
    const sale = this.#model.sales[index];
    if (!sale || sale.state === 'PART') return;
    const back = inCommand(test, (context) => undoIssue(context, sale.id, 'modelo'));
    expect(back).toHaveLength(sale.state === 'OUT' ? sale.parts.length : 0);
    if (sale.state === 'OUT')
      for (const part of sale.parts) this.#model.enter(part.product, 'sala', part.quantity, BigInt(part.value));
    sale.state = 'BACK';
  }

  #repeat(index: number): void {
    const sale = this.#model.sales[index];
    if (!sale) return;
    const asked = [{ product: sale.parts[0]!.product, quantity: 1 }];
    const again = () =>
      inCommand(test, (context) =>
        issueStock(context, { sourceId: sale.id, warehouseId: shelves.sala, lines: this.#stock(asked) }),
      );
    refused(again, this.#model.fits(asked) ? 'MOVEMENT_DUPLICATE' : 'STOCK_INSUFFICIENT');
  }

  #return({ which: index, quantity: wanted, shelf: to }: Extract<Step, { kind: 'return' }>): void {
    const sale = this.#model.sales[index];
    const part = sale?.parts.find((candidate) => candidate.quantity > 0);
    if (!sale || !part || sale.state === 'BACK') return;
    const amount = Math.min(wanted, part.quantity);
    const valueMilliClp = Math.floor((part.value * amount) / part.quantity);
    const back = [
      {
        sourceLine: part.line,
        productId: this.#ids[part.product] ?? '',
        quantityMilli: amount,
        valueMilliClp,
        warehouseId: shelves[to],
      },
    ];
    inCommand(test, (context) => returnStock(context, { sourceId: test.newId(), reason: 'modelo', lines: back }));
    this.#model.enter(part.product, to, amount, BigInt(valueMilliClp));
    part.quantity -= amount;
    part.value -= valueMilliClp;
    sale.state = 'PART';
  }

  #carry({ product: at, from, quantity: amount }: Extract<Step, { kind: 'carry' }>): void {
    const to = from === 'sala' ? 'bodega' : 'sala';
    const carry = () =>
      command('stock.transfer', {
        fromWarehouseId: shelves[from],
        toWarehouseId: shelves[to],
        lines: [{ productId: this.#ids[at], quantityMilli: amount }],
      });
    if (this.#free(at, from) < amount) return refused(carry, 'STOCK_INSUFFICIENT');
    carry();
    this.#model.onHand[from][at]! -= amount;
    this.#model.onHand[to][at]! += amount;
  }

  #issue({ product: at, shelf: from, quantity: amount }: Extract<Step, { kind: 'count' | 'issue' }>): void {
    const issue = () =>
      command('stock.issue', {
        warehouseId: shelves[from],
        reason: 'modelo',
        lines: [{ productId: this.#ids[at], quantityMilli: amount }],
      });
    if (this.#free(at, from) < amount) return refused(issue, 'STOCK_INSUFFICIENT');
    issue();
    this.#model.leave(at, from, amount);
  }

  #count({ product: at, shelf: where, quantity: counted }: Extract<Step, { kind: 'count' | 'issue' }>): void {
    const count = () =>
      command('stock.adjust', {
        warehouseId: shelves[where],
        reason: 'modelo',
        lines: [{ productId: this.#ids[at], countedMilli: counted }],
      });
    const difference = counted - this.#model.onHand[where][at]!;
    if (-difference > this.#free(at, where)) return refused(count, 'STOCK_INSUFFICIENT');
    count();
    if (difference < 0) this.#model.leave(at, where, -difference);
    else this.#model.enter(at, where, difference, (2n * this.#model.average(at) * BigInt(difference) + 1000n) / 2000n);
  }

  #wait(): void {
    test.clock.advance(TTL_MS / 2);
    inCommand(test, (context) => expireReservations(context));
    for (const order of this.#model.orders) {
      if (order.state !== 'HELD' || order.heldAtMs + TTL_MS > test.clock.nowMs()) continue;
      order.state = 'EXPIRED';
      for (const line of order.lines) this.#model.reserved[line.product]! -= line.quantity;
    }
  }

  #free(at: number, where: Shelf): number {
    return this.#model.onHand[where][at]! - (where === 'sala' ? this.#model.reserved[at]! : 0);
  }
}

function refused(work: () => unknown, code: string): void {
  expect(work).toThrow(code);
}
