/**
 * How near a counter sale comes to what the disk allows: sales through `app.call` on a real file at WAL + FULL (order, three lines,
 * payment, three movements, audit, event) against bare 4 KiB writes with fdatasync, in interleaved batches of one run on one disk.
 * `RD_BENCH_DIR` chooses the disk; `RD_BENCH_ROUNDS` how long to measure.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp } from '#core/app.ts';
import { WEAK_FOR_TESTS } from '#core/auth/index.ts';
import type { Caller } from '#core/engine/dispatch.ts';

const PRODUCTS = 1_500;
const BATCH = 100;
const WARM_UP = 300;
const PAGE = Buffer.alloc(4_096, 0x5a);
/** The probe overwrites a file of this many pages, as a WAL does once it has been checkpointed. */
const PROBE_PAGES = 1_000;

export interface CheckoutFigures {
  salesPerSecond: number;
  fdatasyncPerSecond: number;
  /** Sales per bare fdatasync; the bar is 0.70. */
  ratio: number;
  p50Ms: number;
  p99Ms: number;
}

export async function run(): Promise<CheckoutFigures> {
  const folder = mkdtempSync(join(process.env['RD_BENCH_DIR'] ?? tmpdir(), 'rd-checkout-'));
  const rounds = Number(process.env['RD_BENCH_ROUNDS'] ?? '30');
  const app = createApp({ file: join(folder, 'shop.db'), hashStrength: WEAK_FOR_TESTS });
  const probe = openSync(join(folder, 'probe.bin'), 'w');
  try {
    const { sell } = await openShop(app);
    for (let page = 0; page < PROBE_PAGES; page += 1) writeSync(probe, PAGE, 0, PAGE.length, page * PAGE.length);
    fdatasyncSync(probe);
    for (let sale = 0; sale < WARM_UP; sale += 1) sell();
    const sales: number[] = [];
    const syncs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (let index = 0; index < BATCH; index += 1) sales.push(timed(sell));
      for (let index = 0; index < BATCH; index += 1) {
        const page = (round * BATCH + index) % PROBE_PAGES;
        syncs.push(
          timed(() => {
            writeSync(probe, PAGE, 0, PAGE.length, page * PAGE.length);
            fdatasyncSync(probe);
          }),
        );
      }
    }
    return figures(sales, syncs);
  } finally {
    app.close();
    closeSync(probe);
    rmSync(folder, { recursive: true });
  }
}

function figures(sales: number[], syncs: number[]): CheckoutFigures {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const perSecond = (values: readonly number[]): number => (values.length * 1_000) / sum(values);
  const sorted = [...sales].sort((a, b) => a - b);
  const percentile = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    salesPerSecond: Math.round(perSecond(sales)),
    fdatasyncPerSecond: Math.round(perSecond(syncs)),
    ratio: round2(perSecond(sales) / perSecond(syncs)),
    p50Ms: round2(percentile(0.5)),
    p99Ms: round2(percentile(0.99)),
  };
}

const round2 = (value: number): number => Math.round(value * 1_000) / 1_000;

function timed(work: () => void): number {
  const startedMs = performance.now();
  work();
  return performance.now() - startedMs;
}

/** A shop with stock on its shelves, an open shift and a signed-in cashier; `sell` sells three products for cash. */
export async function openShop(app: App): Promise<{ sell: () => void; caller: Caller }> {
  const opened = (await app.call(
    'auth.firstRun',
    {
      organisation: { name: 'Lubricentro', rut: '76.192.083-9', giro: 'Lubricantes' },
      branch: { name: 'Maipú', code: 'MA', address: '', comuna: '' },
      terminalName: 'Caja 1',
      admin: { email: 'bench@example.cl', firstName: 'Olga', lastName: 'Soto', password: 'aceite-10w40-mineral' },
    },
    { origin: 'loopback' },
  )) as { token: string };
  const caller: Caller = { token: opened.token, origin: 'loopback' };
  const command = (path: string, input: object): unknown =>
    app.call(path, { commandId: app.ids.next(app.clock.nowMs()), ...input }, caller);
  const prices = app.dispatcher.batch(() => stockShelves(app, command));
  command('shifts.open', { count: { '10000': 5 } });
  let next = 0;
  const sell = (): void => {
    // Products spread over the shop, as customers do; the primes keep the three apart.
    const picked = [0, 1, 2].map(
      (index) => prices[(next * 7 + index * 503) % PRODUCTS] ?? { productId: '', priceClp: 0 },
    );
    next += 1;
    const totalClp = picked.reduce((sum, { priceClp }) => sum + priceClp, 0);
    command('sales.checkout', {
      lines: picked.map(({ productId }) => ({ productId, quantityMilli: 1_000 })),
      payments: [{ tender: 'CASH', amountClp: 200_000 }],
      expectedTotalClp: totalClp,
    });
  };
  return { sell, caller };
}

function stockShelves(app: App, command: (path: string, input: object) => unknown) {
  const { id: categoryId } = command('categories.create', { name: 'Aceites' }) as { id: string };
  const warehouses = app.call('warehouses.list', {}, app.system()) as { id: string; purpose: string }[];
  const warehouseId = warehouses.find((row) => row.purpose === 'SALES')?.id ?? '';
  const prices = Array.from({ length: PRODUCTS }, (_, index) => {
    const priceClp = 2_990 + (index % 400) * 100;
    const fields = { sku: `P${String(index)}`, name: `Aceite 10W-40 número ${String(index)}`, categoryId, priceClp };
    const { id } = command('products.create', fields) as { id: string };
    return { productId: id, priceClp };
  });
  for (let from = 0; from < PRODUCTS; from += 500) {
    const lines = prices.slice(from, from + 500).map(({ productId, priceClp }) => ({
      productId,
      quantityMilli: 1_000_000,
      unitCostMilliClp: priceClp * 500,
    }));
    command('stock.receive', { warehouseId, lines });
  }
  return prices;
}
