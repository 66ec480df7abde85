/**
 * What the night costs, and what the counter notices of it: 1,000 products over two years, forecast by the job itself (reading, thread,
 * storing, advice) while a till goes on selling. A sale's latency counts from the moment it was due, so that whatever holds up the
 * process counts too; the ratio is its p99 during the run over that of the quiet minutes before.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type App, createApp } from '#core/app.ts';
import { WEAK_FOR_TESTS } from '#core/auth/index.ts';
import type { Caller } from '#core/engine/dispatch.ts';
import { NIGHTLY } from '#core/forecast/index.ts';
import { METRICS_NIGHTLY } from '#core/metrics/index.ts';
import { addDays, localToMs } from '#core/shared/time.ts';

const PRODUCTS = 1_000;
const DAYS = 730;
const FIRST = '2024-03-01';
const ZONE = 'America/Santiago';
/** A busy till: a sale every so many milliseconds. */
const SALE_EVERY_MS = 50;
/** One night is too short for a percentile. */
const NIGHTS = 6;
const QUIET_SALES = 60;

export interface ForecastBenchFigures {
  products: number;
  /** CPU of a whole night, less what the sales themselves cost. */
  cpuSeconds: number;
  /** Memory that the night adds to the process at its peak. */
  peakMb: number;
  msPerProduct: number;
  counterP99Ratio: number;
  counterP99QuietMs: number;
  counterP99Ms: number;
  wallSeconds: number;
  /** Sales measured while forecasts were under way. */
  sales: number;
}

export async function run(): Promise<ForecastBenchFigures> {
  const folder = mkdtempSync(join(process.env['RD_BENCH_DIR'] ?? tmpdir(), 'rd-forecast-'));
  const clock = { atMs: localToMs(FIRST, 8, 0, ZONE) };
  const app = createApp({
    file: join(folder, 'shop.db'),
    hashStrength: WEAK_FOR_TESTS,
    clock: { nowMs: () => clock.atMs },
  });
  try {
    const shop = await openShop(app);
    liveTwoYears(app, shop);
    clock.atMs = localToMs(addDays(FIRST, DAYS), 12, 0, ZONE);
    const runner = app.jobRunner();
    // Its documents were written past the figures, which the forecast reads.
    await runner.runNow(METRICS_NIGHTLY);
    // The first night rehearses four more; what counts is the one that every night costs.
    await runner.runNow(NIGHTLY);
    for (let sale = 0; sale < 50; sale += 1) shop.sell();
    const baseBytes = process.memoryUsage().rss;
    let peakBytes = baseBytes;
    const watcher = setInterval(() => (peakBytes = Math.max(peakBytes, process.memoryUsage().rss)), 20);
    const quiet: number[] = [];
    const during: number[] = [];
    let cpuSeconds = 0;
    let wallSeconds = 0;
    for (let night = 0; night < NIGHTS; night += 1) {
      clock.atMs += 86_400_000;
      // A day lies between two nights, in which the keeper has moved the log into the file many times.
      app.database.checkpoint('TRUNCATE');
      quiet.push(...(await sellFor(shop.sell, () => false, QUIET_SALES)).latencies);
      const cpu = process.cpuUsage();
      const startedMs = performance.now();
      let isDone = false;
      const running = runner.runNow(NIGHTLY).then(() => (isDone = true));
      const sold = await sellFor(shop.sell, () => isDone, Infinity);
      await running;
      wallSeconds += (performance.now() - startedMs) / 1000;
      const used = process.cpuUsage(cpu);
      cpuSeconds += (used.user + used.system) / 1e6 - sold.busyMs / 1000;
      during.push(...sold.latencies);
    }
    clearInterval(watcher);
    const runs = app.database.raw.prepare(
      "select count(*) from forecastRun where state = 'READY' and purpose = 'NIGHT'",
    );
    if (runs.pluck().get() !== NIGHTS + 1) throw new Error('a night did not make its forecast');
    return {
      products: PRODUCTS,
      cpuSeconds: round(cpuSeconds / NIGHTS),
      peakMb: Math.round((peakBytes - baseBytes) / 1e6),
      msPerProduct: round((cpuSeconds * 1000) / NIGHTS / PRODUCTS),
      counterP99Ratio: round(p99(during) / p99(quiet)),
      counterP99QuietMs: round(p99(quiet)),
      counterP99Ms: round(p99(during)),
      wallSeconds: round(wallSeconds / NIGHTS),
      sales: during.length,
    };
  } finally {
    app.close();
    rmSync(folder, { recursive: true });
  }
}

const round = (value: number): number => Math.round(value * 100) / 100;

function p99(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0;
}

/** Sells at a steady pace until told to stop; latency from when each sale was due. */
async function sellFor(sell: () => void, isOver: () => boolean, most: number) {
  const latencies: number[] = [];
  let busyMs = 0;
  let dueMs = performance.now();
  while (!isOver() && latencies.length < most) {
    dueMs += SALE_EVERY_MS;
    await wait(Math.max(0, dueMs - performance.now()));
    const startedMs = performance.now();
    sell();
    const endedMs = performance.now();
    busyMs += endedMs - startedMs;
    latencies.push(endedMs - dueMs);
    // A cashier does not make up for lost time.
    dueMs = Math.max(dueMs, endedMs);
  }
  return { latencies, busyMs };
}

interface BenchShop {
  products: { id: string; priceClp: number }[];
  shiftId: string;
  userId: string;
  warehouseId: string;
  sell: () => void;
}

async function openShop(app: App): Promise<BenchShop> {
  const opened = (await app.call(
    'auth.firstRun',
    {
      organisation: { name: 'Lubricentro', rut: '76.192.083-9', giro: 'Lubricantes' },
      branch: { name: 'Maipú', code: 'MA', address: '', comuna: '' },
      terminalName: 'Caja 1',
      admin: { email: 'bench@example.cl', firstName: 'Olga', lastName: 'Soto', password: 'aceite-10w40-mineral' },
    },
    { origin: 'loopback' },
  )) as { user: { id: string } };
  const caller: Caller = { actor: { ...app.system().actor!, userId: opened.user.id }, origin: 'internal' };
  const command = <T>(path: string, input: object): T =>
    app.call(path, { commandId: app.ids.next(app.clock.nowMs()), ...input }, caller) as T;
  const warehouses = app.call('warehouses.list', {}, app.system()) as { id: string; purpose: string }[];
  const warehouseId = warehouses.find((row) => row.purpose === 'SALES')?.id ?? '';
  const products = app.dispatcher.batch(() => {
    const categories = Array.from({ length: 20 }, (_, index) =>
      command<{ id: string }>('categories.create', { name: `Categoría ${String(index)}` }),
    );
    const made = Array.from({ length: PRODUCTS }, (_, index) => {
      const priceClp = 2_990 + (index % 400) * 100;
      const categoryId = categories[index % 20]?.id ?? '';
      const fields = { sku: `P${String(index)}`, name: `Aceite número ${String(index)}`, categoryId, priceClp };
      return { id: command<{ id: string }>('products.create', fields).id, priceClp };
    });
    for (let from = 0; from < PRODUCTS; from += 500) {
      const lines = made
        .slice(from, from + 500)
        .map(({ id, priceClp }) => ({ productId: id, quantityMilli: 900_000_000, unitCostMilliClp: priceClp * 500 }));
      command('stock.receive', { warehouseId, lines });
    }
    return made;
  });
  const { id: shiftId } = command<{ id: string }>('shifts.open', { count: { '10000': 5 } });
  let next = 0;
  const sell = (): void => {
    const picked = [0, 1, 2].map((index) => products[(next * 7 + index * 503) % PRODUCTS] ?? { id: '', priceClp: 0 });
    next += 1;
    const expectedTotalClp = picked.reduce((sum, { priceClp }) => sum + priceClp, 0);
    command('sales.checkout', {
      lines: picked.map(({ id }) => ({ productId: id, quantityMilli: 1_000 })),
      payments: [{ tender: 'CASH', amountClp: 200_000 }],
      expectedTotalClp,
    });
  };
  return { products, shiftId, userId: opened.user.id, warehouseId, sell };
}

/** Two years of sales straight into the tables: one ticket a day and product that sold, from slow movers to one a day. */
function liveTwoYears(app: App, { products, shiftId, userId, warehouseId }: BenchShop): void {
  const { raw } = app.database;
  const site = app.dispatcher.site;
  if (!site) throw new Error('the shop is open');
  const order = raw.prepare(
    `insert into salesOrder (id, branchId, terminalId, state, documentKind, cashierId, customerName, customerEmail, customerRut,
       customerGiro, plate, subtotalClp, discountClp, totalClp, exemptClp, netClp, ivaClp, ivaBasisPoints, note, createdAtMs,
       updatedAtMs, businessDate, saleNumber, saleShiftId, saleTerminalId, saleCashierId, soldAtMs, saleDate)
     values (?, ?, ?, 'COMPLETED', 'BOLETA', ?, '', '', '', '', '', 0, 0, 0, 0, 0, 0, 1900, '', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const line = raw.prepare(
    `insert into orderLine (orderId, lineNumber, productId, sku, name, unit, kind, taxKind, quantityMilli, listPriceClp, unitPriceClp,
       grossClp, discountClp, orderDiscountClp, totalClp, reason)
     values (?, ?, ?, '', '', 'UN', 'GOODS', 'TAXED', ?, 0, 0, 0, 0, 0, 0, '')`,
  );
  const movement = raw.prepare(
    `insert into stockMovement (id, productId, warehouseId, kind, quantityMilli, valueMilliClp, sourceKind, sourceId, sourceLine,
       reason, actorId, occurredAtMs, businessDate)
     values (?, ?, ?, 'EXIT', ?, 0, 'ORDER', ?, ?, '', ?, ?, ?)`,
  );
  const random = mulberry(7);
  raw.exec('begin');
  for (let day = 0; day < DAYS; day += 1) {
    const date = addDays(FIRST, day);
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
    if (weekday === 0) continue;
    const atMs = localToMs(date, 11, 0, ZONE);
    const orderId = app.ids.next(atMs);
    order.run(
      ...[orderId, site.branchId, site.terminalId, userId, atMs, atMs, date],
      ...[`B${String(day)}`, shiftId, site.terminalId, userId, atMs, date],
    );
    let lineNumber = 0;
    for (const [index, { id }] of products.entries()) {
      const chance = 0.02 + 0.6 * (1 - index / PRODUCTS) ** 4 + (weekday === 5 ? 0.05 : 0);
      if (random() >= chance) continue;
      lineNumber += 1;
      const quantityMilli = (1 + Math.floor(random() * 3)) * 1_000;
      line.run(orderId, lineNumber, id, quantityMilli);
      movement.run(app.ids.next(atMs), id, warehouseId, -quantityMilli, orderId, lineNumber, userId, atMs, date);
    }
  }
  raw.exec('commit; analyze');
}

/** A small seeded generator: the same shop in every run. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
