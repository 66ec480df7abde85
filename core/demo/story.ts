/** A day of the demonstration shop: goods come in, the till opens, people buy, something comes back, the till is counted. */
import type { App } from '#core/app.ts';
import { systemActor } from '#core/engine/dispatch.ts';
import { cashDue, DENOMINATIONS_CLP, quickAmounts, type Tender } from '#core/shared/tender.ts';
import { addDays, type LocalDate, localToMs } from '#core/shared/time.ts';
import type { DemoProduct } from './catalogue.ts';
import type { DemandShape } from './calendar.ts';
import type { DemoRandom } from './random.ts';

export interface Stocked extends DemoProduct {
  id: string;
  components: { productId: string; quantityMilli: number }[];
  onHandMilli: number;
}

interface Customer {
  id: string;
  vehicleId: string;
  isCompany: boolean;
  hasAccount: boolean;
  odometerKm: number;
}

interface Shop {
  app: App;
  random: DemoRandom;
  clock: { atMs: number };
  zone: string;
  demand: DemandShape;
  users: Record<string, string>;
  suppliers: string[];
  customers: Customer[];
  products: Stocked[];
  warehouseId: string;
  /** From this day on goods are ordered first and come some days later, as a shop that uses purchase orders does. */
  ordersFrom: LocalDate;
  /** After this day nobody has ordered: there is something to recommend. */
  ordersUntil: LocalDate;
}

/** Goods on their way. */
interface Ordered {
  purchaseId: string;
  dueOn: LocalDate;
  lines: { productId: string; quantityMilli: number; unitCostMilliClp: number }[];
}

interface Line {
  product: Stocked;
  quantityMilli: number;
}

/** Tenders as people pay here. */
const TENDER_MIX: readonly (readonly [Tender, number])[] = [
  ['CASH', 0.35],
  ['DEBIT', 0.41],
  ['CREDIT', 0.16],
  ['TRANSFER', 0.06],
  ['PREPAID', 0.02],
];

export class DemoDays {
  sales = 0;
  readonly #shop: Shop;
  readonly #byId: Map<string, Stocked>;
  readonly #wheels = new Map<number, { total: number; steps: { until: number; product: Stocked }[] }>();
  #floatClp = 50_000;
  #recent: { saleId: string; lines: Line[] }[] = [];
  #ordered: Ordered[] = [];

  constructor(shop: Shop) {
    this.#shop = shop;
    this.#byId = new Map(shop.products.map((product) => [product.id, product]));
  }

  /** Lives one open day. */
  live(date: LocalDate): void {
    const { random, clock, zone, users, demand } = this.#shop;
    const { opens, closes } = demand.hoursOn(date) ?? { opens: 9, closes: 19 };
    clock.atMs = localToMs(date, 8, 30, zone);
    this.#takeIn(date);
    this.#restock(date);
    clock.atMs = localToMs(date, 8, 50, zone);
    const cashier = users['employee'] ?? '';
    this.#call('shifts.open', { count: countOf(this.#floatClp) }, cashier);
    let cashClp = this.#floatClp;
    const times = Array.from({ length: closes - opens }, (_, hour) => opens + hour)
      .flatMap((hour) =>
        Array.from(
          { length: random.poisson(demand.ticketsAt(date, hour)) },
          () => localToMs(date, hour, 0, zone) + random.int(0, 3_599_000),
        ),
      )
      .sort((a, b) => a - b);
    const month = Number(date.slice(5, 7));
    for (const atMs of times) {
      clock.atMs = atMs;
      cashClp += this.#sell(month, cashier);
      if (random.chance(0.008)) cashClp -= this.#takeBack();
    }
    clock.atMs = localToMs(date, closes, 30, zone);
    // Most days the drawer is right; some days a coin is missing.
    const countedClp = Math.max(
      0,
      Math.floor((cashClp - (random.chance(0.12) ? random.int(1, 30) * 10 : 0)) / 10) * 10,
    );
    const leftInDrawerClp = Math.min(50_000, countedClp);
    this.#call(
      'shifts.close',
      { count: countOf(countedClp), others: [], differenceReason: 'Conteo de cierre', leftInDrawerClp },
      cashier,
    );
    this.#floatClp = leftInDrawerClp;
  }

  /** One ticket; answers the cash that stayed. */
  #sell(month: number, cashier: string): number {
    const { random, customers } = this.#shop;
    const lines = this.#basket(month);
    if (lines.length === 0) return 0;
    const customer = random.chance(0.3) ? random.pick(customers) : undefined;
    const subtotalClp = lines.reduce(
      (sum, { product, quantityMilli }) => sum + Math.round((product.priceClp * quantityMilli) / 1000),
      0,
    );
    const orderDiscountClp = random.chance(0.02) ? Math.floor((subtotalClp * 0.05) / 10) * 10 : 0;
    const totalClp = subtotalClp - orderDiscountClp;
    const tender = customer?.hasAccount === true && random.chance(0.2) && totalClp < 60_000 ? 'CREDIT' : this.#tender();
    const due = cashDue(totalClp, []).dueClp;
    const amountClp =
      tender === 'CASH' ? (random.chance(0.3) ? due : (quickAmounts(due)[random.int(0, 1)] ?? due)) : totalClp;
    if (customer) customer.odometerKm += random.int(200, 6_000);
    const answer = this.#call<{ saleId: string }>(
      'sales.checkout',
      {
        lines: lines.map(({ product, quantityMilli }) => ({ productId: product.id, quantityMilli })),
        orderDiscountClp,
        documentKind: customer?.isCompany === true && random.chance(0.7) ? 'FACTURA' : 'BOLETA',
        customerId: customer?.id ?? null,
        vehicleId: customer?.vehicleId ?? null,
        odometerKm: customer?.odometerKm ?? null,
        payments:
          totalClp === 0
            ? [{ tender: 'CASH', amountClp: 0 }]
            : [
                {
                  tender,
                  amountClp,
                  ...(tender === 'CASH'
                    ? {}
                    : {
                        operationNumber: String(random.int(100_000, 999_999)),
                        lastFour: String(random.int(1_000, 9_999)),
                      }),
                },
              ],
        expectedTotalClp: totalClp,
      },
      cashier,
    );
    for (const line of lines) this.#move(line, -1);
    this.sales += 1;
    this.#recent = [...this.#recent.slice(-40), { saleId: answer.saleId, lines }];
    return tender === 'CASH' || totalClp === 0 ? due : 0;
  }

  /** A line of an earlier ticket comes back for cash; answers what was paid out. */
  #takeBack(): number {
    const { random, users } = this.#shop;
    const index = random.int(0, Math.max(0, this.#recent.length - 1));
    const [sale] = this.#recent.splice(index, 1);
    const line = sale?.lines.findIndex(({ product }) => product.kind === 'GOODS') ?? -1;
    const back = sale?.lines[line];
    if (!sale || !back) return 0;
    const condition = random.pick(['SELLABLE', 'SELLABLE', 'DAMAGED', 'WARRANTY'] as const);
    const lines = [{ lineNumber: line + 1, quantityMilli: back.quantityMilli, condition }];
    const reason = random.pick(['No correspondía al vehículo', 'Producto fallado', 'Cliente se arrepintió']);
    const answer = this.#call<{ refundedClp: number }>(
      'returns.create',
      { saleId: sale.saleId, reason, refundTender: 'CASH', lines },
      users['manager'] ?? '',
    );
    if (condition === 'SELLABLE') this.#move(back, 1);
    return answer.refundedClp;
  }

  /** What somebody buys: an oil change with its parts, or a thing or two. Only what is there. */
  #basket(month: number): Line[] {
    const { random } = this.#shop;
    const lines: Line[] = [];
    const add = (product: Stocked | undefined, quantityMilli = 1_000): void => {
      if (product && !lines.some((line) => line.product === product) && this.#has(product, quantityMilli))
        lines.push({ product, quantityMilli });
    };
    if (random.chance(0.45)) {
      const isBulk = random.chance(0.15);
      add(
        this.#draw(month, (product) => product.category.startsWith('Motor') && (product.unit === 'L') === isBulk),
        isBulk ? random.pick([3_500, 4_000, 4_500]) : 1_000,
      );
      add(this.#draw(month, (product) => product.category === 'Filtro de aceite'));
      add(this.#draw(month, (product) => product.name.startsWith('Cambio de aceite')));
      if (random.chance(0.25)) add(this.#draw(month, (product) => product.category === 'Filtro de aire'));
    } else {
      const count = random.chance(0.65) ? 1 : random.int(2, 4);
      for (let index = 0; index < count; index += 1) {
        const product = this.#draw(month, () => true);
        add(
          product,
          product?.category === 'Plumillas' && random.chance(0.6)
            ? 2_000
            : product?.unit === 'L'
              ? random.int(1, 10) * 500
              : 1_000,
        );
      }
    }
    return lines;
  }

  /** A product by its weight and season, of those that fit; a few tries, then nothing. */
  #draw(month: number, fits: (product: Stocked) => boolean): Stocked | undefined {
    const { random } = this.#shop;
    const wheel = this.#wheel(month);
    for (let tries = 0; tries < 60; tries += 1) {
      const mark = random.next() * wheel.total;
      let low = 0;
      let high = wheel.steps.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((wheel.steps[middle]?.until ?? 0) > mark) high = middle;
        else low = middle + 1;
      }
      const product = wheel.steps[low]?.product;
      if (product && fits(product)) return product;
    }
    return undefined;
  }

  #wheel(month: number) {
    let wheel = this.#wheels.get(month);
    if (!wheel) {
      let total = 0;
      const steps = this.#shop.products
        .filter((product) => product.state === 'ACTIVE')
        .map((product) => {
          total += product.weight * (product.season.includes(month) ? 2 : 1);
          return { until: total, product };
        });
      wheel = { total, steps };
      this.#wheels.set(month, wheel);
    }
    return wheel;
  }

  #tender(): Tender {
    let mark = this.#shop.random.next();
    for (const [tender, share] of TENDER_MIX) {
      if (mark < share) return tender;
      mark -= share;
    }
    return 'DEBIT';
  }

  #has(product: Stocked, quantityMilli: number): boolean {
    if (product.kind === 'GOODS') return product.onHandMilli >= quantityMilli;
    return product.components.every(({ productId, quantityMilli: each }) => {
      const part = this.#byId.get(productId);
      return part === undefined || part.kind !== 'GOODS' || part.onHandMilli >= (each * quantityMilli) / 1000 + 1_000;
    });
  }

  #move(line: Line, sign: 1 | -1): void {
    if (line.product.kind === 'GOODS') line.product.onHandMilli += sign * line.quantityMilli;
    for (const { productId, quantityMilli } of line.product.components) {
      const part = this.#byId.get(productId);
      if (part?.kind === 'GOODS') part.onHandMilli += (sign * quantityMilli * line.quantityMilli) / 1000;
    }
  }

  /** Buys what has fallen to its minimum, by supplier; costs drift upwards a little. Some things are left to run out. */
  #restock(date: LocalDate): void {
    const { random, suppliers, products, warehouseId, users, ordersFrom, ordersUntil } = this.#shop;
    if (date > ordersUntil) return;
    const coming = new Set(this.#ordered.flatMap(({ lines }) => lines.map(({ productId }) => productId)));
    const wanted = products.filter(
      (product) =>
        product.kind === 'GOODS' &&
        product.state === 'ACTIVE' &&
        !coming.has(product.id) &&
        product.onHandMilli <= product.minimum * 1000 &&
        (product.onHandMilli === 0 ? random.chance(0.5) : random.chance(0.25)),
    );
    for (const [index, supplierId] of suppliers.entries()) {
      const lines = wanted
        .filter((product) => product.supplier === index)
        .map((product) => {
          const quantityMilli =
            product.unit === 'L' ? 208_000 : Math.ceil(product.minimum + product.weight * random.int(4, 10)) * 1000;
          if (date < ordersFrom) product.onHandMilli += quantityMilli;
          if (random.chance(0.1))
            product.costMilliClp = Math.round(product.costMilliClp * (1 + random.int(-1, 4) / 100));
          return { productId: product.id, quantityMilli, unitCostMilliClp: product.costMilliClp };
        });
      if (lines.length === 0) continue;
      if (date >= ordersFrom) {
        this.#order(
          date,
          index,
          supplierId,
          lines.slice(0, 500).map((line) => this.#inPacks(line)),
        );
        continue;
      }
      this.#call(
        'stock.receive',
        { warehouseId, supplierId, reference: `F-${String(random.int(10_000, 99_999))}`, lines: lines.slice(0, 500) },
        users['manager'] ?? '',
      );
      for (const line of lines.slice(500)) {
        const product = this.#byId.get(line.productId);
        if (product) product.onHandMilli -= line.quantityMilli;
      }
    }
  }

  #inPacks<L extends { productId: string; quantityMilli: number }>(line: L): L {
    const packMilli = packOf(this.#byId.get(line.productId));
    return { ...line, quantityMilli: Math.ceil(line.quantityMilli / packMilli) * packMilli };
  }

  /** Sends an order; each supplier takes its own time, give or take a day. */
  #order(date: LocalDate, index: number, supplierId: string, lines: Ordered['lines']): void {
    const { random, users } = this.#shop;
    const manager = users['manager'] ?? '';
    const { id } = this.#call<{ id: string }>('purchases.create', { supplierId, lines }, manager);
    this.#call('purchases.send', { id }, manager);
    this.#ordered.push({ purchaseId: id, dueOn: addDays(date, 2 + (index % 4) + random.int(0, 2)), lines });
  }

  /** Takes in what is due; now and then a line is missing and comes with the next delivery. */
  #takeIn(date: LocalDate): void {
    const { random, users } = this.#shop;
    const due = this.#ordered.filter(({ dueOn }) => dueOn <= date);
    this.#ordered = this.#ordered.filter(({ dueOn }) => dueOn > date);
    for (const { purchaseId, lines } of due) {
      const missing = lines.length > 1 && random.chance(0.15) ? lines.slice(-1) : [];
      const come = lines.slice(0, lines.length - missing.length);
      const reference = `F-${String(random.int(10_000, 99_999))}`;
      this.#call('purchases.receive', { id: purchaseId, reference, lines: come }, users['manager'] ?? '');
      for (const { productId, quantityMilli } of come) {
        const product = this.#byId.get(productId);
        if (product) product.onHandMilli += quantityMilli;
      }
      if (missing.length > 0)
        this.#ordered.push({ purchaseId, dueOn: addDays(date, random.int(3, 6)), lines: missing });
    }
  }

  #call<T>(path: string, input: object, userId: string): T {
    const { app } = this.#shop;
    const actor = { ...systemActor(app.dispatcher.site?.terminalId ?? ''), userId };
    return app.call(path, { commandId: app.ids.next(app.clock.nowMs()), ...input }, { actor, origin: 'internal' }) as T;
  }
}

/** How its supplier packs a product: in the largest box that has a barcode. */
export const packOf = (product: Pick<DemoProduct, 'barcodes'> | undefined): number =>
  Math.max(1_000, ...(product?.barcodes ?? []).map(({ quantityMilli }) => quantityMilli));

/** An amount as notes and coins, largest first. */
function countOf(amountClp: number): Record<string, number> {
  const count: Record<string, number> = {};
  let left = amountClp;
  for (const value of DENOMINATIONS_CLP) {
    const pieces = Math.floor(left / value);
    if (pieces > 0) count[String(value)] = pieces;
    left -= pieces * value;
  }
  return count;
}
