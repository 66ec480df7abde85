/**
 * How fast the figures are on a large shop: a year with 1,000,000 sale lines. The dashboard is the opening of the day; the year's report
 * is the slowest of all reports over the whole year; the raw aggregate is what the sums of the year cost without stored figures.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp } from '#core/app.ts';
import { WEAK_FOR_TESTS } from '#core/auth/index.ts';
import { systemActor } from '#core/engine/dispatch.ts';
import { METRICS_NIGHTLY } from '#core/metrics/index.ts';
import { REPORTS } from '#core/metrics/contract.ts';
import { addDays, localToMs } from '#core/shared/time.ts';

const LINES = 1_000_000;
const LINES_PER_SALE = 3;
const PRODUCTS = 1_000;
const DAYS = 365;
const FIRST = '2025-03-01';
const ZONE = 'America/Santiago';

export interface ReportsBenchFigures {
  dashboardP95Ms: number;
  /** The slowest report over the whole year, p95 of its runs. */
  yearReportP95Ms: number;
  yearReportSlowest: string;
  rawAggregateMs: number;
  /** The raw aggregate over the same sums from the stored figures. */
  ratio: number;
  rebuildSeconds: number;
}

export async function run(): Promise<ReportsBenchFigures> {
  const folder = mkdtempSync(join(process.env['RD_BENCH_DIR'] ?? tmpdir(), 'rd-reports-'));
  const last = addDays(FIRST, DAYS - 1);
  const clock = { nowMs: () => localToMs(last, 19, 0, ZONE) };
  const app = createApp({ file: join(folder, 'shop.db'), hashStrength: WEAK_FOR_TESTS, clock });
  try {
    await openShop(app);
    fill(app);
    const rebuildStart = performance.now();
    await app.jobRunner().runNow(METRICS_NIGHTLY);
    const rebuildSeconds = (performance.now() - rebuildStart) / 1000;
    const ask = (path: string, input: object): unknown =>
      app.call(path, input, { actor: systemActor(app.dispatcher.site?.terminalId ?? ''), origin: 'internal' });
    const dashboardP95Ms = p95(times(200, () => ask('metrics.home', {})));
    const reports = REPORTS.map((report) => {
      const input = { report, from: FIRST, to: last };
      return { report, ms: p95(times(7, () => ask('reports.run', input))) };
    });
    const slowest = reports.reduce((worst, each) => (each.ms > worst.ms ? each : worst));
    const sums = reports.find(({ report }) => report === 'PRODUCTS')?.ms ?? 1;
    const raw = app.database.raw.prepare(
      `select l.productId, sum(l.totalClp), sum(l.costMilliClp), sum(l.quantityMilli) from salesOrder o join orderLine l on l.orderId = o.id
       where o.saleDate between ? and ? group by l.productId`,
    );
    const rawAggregateMs = p95(times(3, () => raw.all(FIRST, last)));
    return {
      dashboardP95Ms: round(dashboardP95Ms),
      yearReportP95Ms: round(slowest.ms),
      yearReportSlowest: reports.map(({ report, ms }) => `${report} ${String(round(ms))}`).join(', '),
      rawAggregateMs: round(rawAggregateMs),
      ratio: round(rawAggregateMs / sums),
      rebuildSeconds: round(rebuildSeconds),
    };
  } finally {
    app.close();
    rmSync(folder, { recursive: true });
  }
}

const round = (value: number): number => Math.round(value * 10) / 10;

function times(count: number, work: () => unknown): number[] {
  return Array.from({ length: count }, () => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  });
}

function p95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1)] ?? 0;
}

async function openShop(app: App): Promise<void> {
  await app.call(
    'auth.firstRun',
    {
      organisation: { name: 'Lubricentro Grande SpA', rut: '76.192.083-9', giro: 'Venta de lubricantes' },
      branch: { name: 'Maipú', code: 'MA', address: 'Av. Pajaritos 1234', comuna: 'Maipú' },
      terminalName: 'Caja 1',
      admin: { email: 'olga@example.cl', firstName: 'Olga', lastName: 'Soto', password: 'aceite-10w40-mineral' },
    },
    { origin: 'loopback' },
  );
}

/** Writes the year's documents straight into the tables: what is measured is the reading of them. */
function fill(app: App): void {
  const { raw } = app.database;
  raw.pragma('synchronous = OFF');
  const pick = (sql: string): string => raw.prepare(sql).pluck().get() as string;
  const branch = pick('select id from branch');
  const terminal = pick('select id from terminal');
  const user = pick('select id from user');
  const warehouse = pick("select id from warehouse where purpose = 'SALES'");
  const id = (kind: number, index: number): string =>
    `${String(kind).padStart(8, '0')}-0000-7000-8000-${String(index).padStart(12, '0')}`;
  raw.transaction(() => {
    raw.prepare("insert into category (id, name, position) values ('c1', 'Todo', 0)").run();
    const product = raw.prepare(
      `insert into product (id, sku, skuFolded, name, nameFolded, description, brand, categoryId, kind, state, priceClp, listCostMilliClp,
        unit, viscosity, presentation, location, taxKind, negativeStock, createdAtMs, updatedAtMs)
       values (?, ?, ?, ?, ?, '', '', 'c1', 'GOODS', 'ACTIVE', 1190, 600000, 'UN', '', '', '', 'TAXED', 'ALLOW', 1, 1)`,
    );
    for (let index = 0; index < PRODUCTS; index += 1)
      product.run(
        id(1, index),
        `P${String(index)}`,
        `p${String(index)}`,
        `Producto ${String(index)}`,
        `producto ${String(index)}`,
      );
    const shift = raw.prepare(
      `insert into shift (id, terminalId, branchId, cashierId, state, openedAtMs, businessDate, floatClp, floatCount, number, closedAtMs,
        closedById, expectedCashClp, countedCashClp, leftInDrawerClp, depositedClp)
       values (?, ?, ?, ?, 'CLOSED', ?, ?, 0, '{}', ?, ?, ?, 0, 0, 0, 0)`,
    );
    const order = raw.prepare(
      `insert into salesOrder (id, branchId, terminalId, state, documentKind, cashierId, customerName, customerEmail, customerRut,
        customerGiro, plate, subtotalClp, discountClp, totalClp, exemptClp, netClp, ivaClp, ivaBasisPoints, note, createdAtMs, updatedAtMs,
        businessDate, costMilliClp, saleNumber, saleShiftId, saleTerminalId, saleCashierId, soldAtMs, saleDate)
       values (?, ?, ?, 'COMPLETED', 'BOLETA', ?, '', '', '', '', '', 3570, 0, 3570, 0, 3000, 570, 1900, '', ?, ?, ?, 1800000, ?, ?, ?, ?, ?, ?)`,
    );
    const line = raw.prepare(
      `insert into orderLine (orderId, lineNumber, productId, sku, name, unit, kind, taxKind, quantityMilli, listPriceClp, unitPriceClp,
        grossClp, discountClp, orderDiscountClp, totalClp, costMilliClp, reason)
       values (?, ?, ?, 'P', 'Producto', 'UN', 'GOODS', 'TAXED', 1000, 1190, 1190, 1190, 0, 0, 1190, 600000, '')`,
    );
    const payment = raw.prepare(
      `insert into payment (id, shiftId, documentKind, documentId, tender, amountClp, roundingClp, tenderedClp, changeClp, operationNumber,
        lastFour, instalments, occurredAtMs, businessDate) values (?, ?, 'ORDER', ?, 'DEBIT', 3570, 0, 3570, 0, '', '', 0, ?, ?)`,
    );
    const movement = raw.prepare(
      `insert into stockMovement (id, productId, warehouseId, kind, quantityMilli, valueMilliClp, sourceKind, sourceId, sourceLine, reason,
        actorId, occurredAtMs, businessDate) values (?, ?, ?, 'EXIT', -1000, -600000, 'ORDER', ?, ?, '', ?, ?, ?)`,
    );
    const orders = Math.ceil(LINES / LINES_PER_SALE);
    let lines = 0;
    for (let index = 0; index < orders; index += 1) {
      const day = Math.floor((index * DAYS) / orders);
      const date = addDays(FIRST, day);
      const place = index - Math.ceil((day * orders) / DAYS);
      const atMs = localToMs(date, 9, 0, ZONE) + Math.floor((place * DAYS * 36_000_000) / orders);
      const shiftId = id(2, day);
      if (place === 0)
        shift.run(shiftId, terminal, branch, user, atMs, date, `Z${String(day)}`, atMs + 36_000_000, user);
      const orderId = id(3, index);
      order.run(
        orderId,
        branch,
        terminal,
        user,
        atMs,
        atMs,
        date,
        `N${String(index)}`,
        shiftId,
        terminal,
        user,
        atMs,
        date,
      );
      payment.run(id(4, index), shiftId, orderId, atMs, date);
      for (let at = 1; at <= LINES_PER_SALE && lines < LINES; at += 1) {
        const productId = id(1, (index * 7 + at * 331) % PRODUCTS);
        line.run(orderId, at, productId);
        movement.run(id(5, lines), productId, warehouse, orderId, at, user, atMs, date);
        lines += 1;
      }
    }
  })();
  raw.exec('analyze');
  raw.pragma('synchronous = FULL');
}
