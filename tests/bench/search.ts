/**
 * How fast the counter finds a product among 100,000: every keystroke of what cashiers type, through `app.call`, against FTS5 alone
 * (the same words, its own bm25 ranking, no product read) in the same run; and a scanned barcode. `RD_BENCH_PRODUCTS` sets how many.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp } from '#core/app.ts';
import { WEAK_FOR_TESTS } from '#core/auth/index.ts';
import type { Caller } from '#core/engine/dispatch.ts';
import { words } from '#core/shared/text.ts';

const PRODUCTS = Number(process.env['RD_BENCH_PRODUCTS'] ?? '100000');
const TYPED = 400;
const SCANS = 20_000;
const LIMIT = 40;

export interface SearchFigures {
  p50Ms: number;
  /** The bar is 20 ms. */
  p95Ms: number;
  rawFtsP95Ms: number;
  /** Ours over FTS5 alone, at the 95th percentile. */
  ratio: number;
  /** The bar is 2 ms. */
  barcodeP99Ms: number;
  keystrokes: number;
  products: number;
}

export async function run(): Promise<SearchFigures> {
  const folder = mkdtempSync(join(process.env['RD_BENCH_DIR'] ?? tmpdir(), 'rd-search-'));
  const app = createApp({ file: join(folder, 'shop.db'), hashStrength: WEAK_FOR_TESTS });
  try {
    const caller = await openShop(app);
    const random = mulberry(7);
    const raw = app.database.raw.prepare(
      'select rowid from productSearch where productSearch match ? order by rank limit ?',
    );
    const ours: number[] = [];
    const bare: number[] = [];
    for (const text of keystrokes(random)) {
      ours.push(timed(() => app.call('counter.search', { text, limit: LIMIT }, caller)));
      const match = words(text)
        .map((word) => `"${word}"*`)
        .join(' AND ');
      bare.push(timed(() => raw.all(match, LIMIT)));
    }
    const scans = Array.from({ length: SCANS }, () => {
      const code = barcodeOf(Math.floor(random() * PRODUCTS));
      return timed(() => app.call('counter.byCode', { code }, caller));
    });
    const p95Ms = percentile(ours, 0.95);
    const rawFtsP95Ms = percentile(bare, 0.95);
    return {
      p50Ms: round(percentile(ours, 0.5)),
      p95Ms: round(p95Ms),
      rawFtsP95Ms: round(rawFtsP95Ms),
      ratio: round(p95Ms / rawFtsP95Ms),
      barcodeP99Ms: round(percentile(scans, 0.99)),
      keystrokes: ours.length,
      products: PRODUCTS,
    };
  } finally {
    app.close();
    rmSync(folder, { recursive: true });
  }
}

const KINDS = [
  'Aceite motor',
  'Filtro de aceite',
  'Filtro de aire',
  'Filtro de habitáculo',
  'Líquido de frenos',
  'Bujía',
  'Batería',
  'Plumilla',
  'Grasa multiuso',
  'Refrigerante',
  'Correa alternador',
  'Ampolleta',
];
const BRANDS = [
  'Castrol',
  'Mobil',
  'Shell',
  'Valvoline',
  'Total',
  'Mann',
  'Bosch',
  'Sakura',
  'NGK',
  'Denso',
  'Hankook',
  'Liqui Moly',
];
const CARS = [
  'Yaris',
  'Accent',
  'Morning',
  'Hilux',
  'L200',
  'Sail',
  'Spark',
  'Rio',
  'Corolla',
  'Versa',
  'Ranger',
  'Swift',
  'Tucson',
  'Ñandú',
];
const GRADES = ['10W-40', '5W-30', '15W-40', '20W-50', '0W-20', '80W-90', 'DOT 4', 'G12'];
const SIZES = ['1 L', '4 L', '5 L', '20 L', '500 ml', 'par', 'unidad', 'juego'];

const pick = (list: readonly string[], index: number): string => list[index % list.length] ?? '';
const kindOf = (index: number): string => pick(KINDS, index);
const brandOf = (index: number): string => pick(BRANDS, Math.floor(index / 12));
const gradeOf = (index: number): string => pick(GRADES, Math.floor(index / 7));
const nameOf = (index: number): string =>
  [
    kindOf(index),
    brandOf(index),
    pick(CARS, Math.floor(index / 144)),
    gradeOf(index),
    pick(SIZES, Math.floor(index / 5)),
    `modelo ${String(index)}`,
  ].join(' ');
const barcodeOf = (index: number): string => `780${String(index).padStart(9, '0')}0`;

/** What cashiers type, letter by letter from the second one on: words of a product in any order, an SKU, a slip of the accent. */
function keystrokes(random: () => number): string[] {
  return Array.from({ length: TYPED }, () => {
    const index = Math.floor(random() * PRODUCTS);
    if (random() < 0.1) return `SKU-${String(index)}`;
    const all = nameOf(index).split(' ');
    const chosen = Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
      pick(all, Math.floor(random() * all.length)),
    );
    return chosen.join(' ').toLowerCase();
  }).flatMap((text) => Array.from({ length: Math.max(1, text.length - 1) }, (_, at) => text.slice(0, at + 2)));
}

async function openShop(app: App): Promise<Caller> {
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
  app.dispatcher.batch(() => stockShelves(app, command));
  // One product of twenty sells; the nightly job would say so.
  app.database.raw.exec('update product set popularity = searchId % 97 where searchId % 20 = 0');
  app.database.checkpoint('TRUNCATE');
  return caller;
}

function stockShelves(app: App, command: (path: string, input: object) => unknown): void {
  const categories = new Map(
    KINDS.map((name) => [name, (command('categories.create', { name }) as { id: string }).id]),
  );
  const warehouses = app.call('warehouses.list', {}, app.system()) as { id: string; purpose: string }[];
  const warehouseId = warehouses.find((row) => row.purpose === 'SALES')?.id ?? '';
  let lines: object[] = [];
  for (let index = 0; index < PRODUCTS; index += 1) {
    const { id: productId } = command('products.create', {
      sku: `SKU-${String(index)}`,
      name: nameOf(index),
      brand: brandOf(index),
      viscosity: gradeOf(index),
      categoryId: categories.get(kindOf(index)),
      priceClp: 2_990 + (index % 400) * 100,
      barcodes: [{ barcode: barcodeOf(index), quantityMilli: 1_000 }],
    }) as { id: string };
    lines.push({ productId, quantityMilli: 12_000, unitCostMilliClp: 2_000_000 });
    if (lines.length === 500 || index === PRODUCTS - 1) {
      command('stock.receive', { warehouseId, lines });
      lines = [];
    }
  }
}

const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};
const round = (value: number): number => Math.round(value * 1_000) / 1_000;

function timed(work: () => unknown): number {
  const startedMs = performance.now();
  work();
  return performance.now() - startedMs;
}

/** Small seeded generator: the same products are searched in every run. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
