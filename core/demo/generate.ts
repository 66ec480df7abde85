/**
 * Builds the demonstration shop: two years of a lubricentro, deterministic from its seed, all through the domain's own commands (many
 * to one transaction), so that every check of the books holds on it.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { type App, createApp } from '#core/app.ts';
import { changePin, install, makeRecoveryKey, registerUser } from '#core/auth/index.ts';
import type { Actor, CommandContext } from '#core/engine/context.ts';
import { systemActor } from '#core/engine/dispatch.ts';
import { monotonicIds, systemClock } from '#core/engine/system.ts';
import { storeStandings } from '#core/metrics/index.ts';
import { addDays, localParts, localToMs } from '#core/shared/time.ts';
import { CATEGORIES, demoCatalogue } from './catalogue.ts';
import { demandShape } from './calendar.ts';
import { DEMO_EMPLOYEES, demoCustomers, demoSuppliers, demoVehicle } from './people.ts';
import { demoRandom, type DemoRandom } from './random.ts';
import { DemoDays, packOf, type Stocked } from './story.ts';
import { DEMO_USERS, WAREHOUSE_PERMISSIONS } from './users.ts';

const ZONE = 'America/Santiago';
/** How long the shop has bought with purchase orders: long enough to have learnt its suppliers' lead times. */
const ORDERED_DAYS = 60;
/** The buyer has been away for some days. */
const UNORDERED_DAYS = 6;

export interface DemoOptions {
  seed?: number;
  log?: (line: string) => void;
  /** How many days of sales; two years unless a test wants fewer. */
  days?: number;
  /** Takes only every so many-th of the goods and customers: a shop that is built and sent in seconds. */
  every?: number;
  /** Mean tickets a day, closed ones counted. */
  ticketsPerDay?: number;
  /** The story ends yesterday, as seen from here (epoch milliseconds). */
  nowMs?: number;
}

/** Builds into a file beside `file` and moves it there when it is whole: a stop in the middle leaves nothing behind. */
export async function buildDemo(file: string, options: DemoOptions = {}): Promise<void> {
  const { seed = 1, log = () => undefined, days = 730, ticketsPerDay = 83, nowMs = systemClock.nowMs() } = options;
  const startedAt = performance.now();
  const building = `${file}.building`;
  for (const ending of ['', '-wal', '-shm', '-owner', '-pepper', '-anchor']) rmSync(building + ending, { force: true });
  const random = demoRandom(seed);
  const today = localParts(nowMs, ZONE).date;
  const first = addDays(today, -days);
  const clock = { atMs: localToMs(first, 7, 0, ZONE) };
  const bytes = { bytes: (length: number) => Uint8Array.from({ length }, () => random.int(0, 255)) };
  const app = createApp({
    file: building,
    clock: { nowMs: () => clock.atMs },
    random: bytes,
    ids: monotonicIds(bytes),
  });
  // Nobody's money is in this file yet: it need not survive a power cut while it is being made, nor be written twice.
  app.database.raw.pragma('journal_mode = MEMORY');
  app.database.raw.pragma('synchronous = OFF');
  try {
    log('Demonstration shop: people and products ...');
    const shop = await setUp(app, random, options.every ?? 1);
    const demand = demandShape({ first, days, totalTickets: ticketsPerDay * days });
    const story = new DemoDays({
      ordersFrom: addDays(today, -ORDERED_DAYS),
      ordersUntil: addDays(today, -UNORDERED_DAYS),
      app,
      random,
      clock,
      zone: ZONE,
      demand,
      ...shop,
    });
    for (let day = 0; day < days; day += 1) {
      const date = addDays(first, day);
      if (demand.isOpen(date)) app.dispatcher.batch(() => story.live(date));
      if (day % 90 === 89) log(`Demonstration shop: ${date}, ${String(story.sales)} sales ...`);
    }
    app.database.raw.exec(
      'update product set popularity = coalesce((select count(*) from orderLine where productId = product.id), 0); analyze',
    );
    // The night that a shop of that age would have had: its classes, turnover and idle stock.
    clock.atMs = nowMs;
    const task = app.dispatcher.taskContext({ actor: systemActor(''), origin: 'internal' });
    storeStandings(task, task.site.branchId, addDays(today, -1));
    log(`Demonstration shop: ${String(story.sales)} sales in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  } finally {
    app.database.raw.pragma('journal_mode = WAL');
    app.database.raw.pragma('synchronous = FULL');
    app.close();
  }
  for (const ending of ['-pepper', '-anchor', ''])
    if (existsSync(building + ending)) renameSync(building + ending, file + ending);
  rmSync(`${building}-owner`, { force: true });
}

/** The first run, people, catalogue, first stock. */
async function setUp(app: App, random: DemoRandom, every: number) {
  const users = await makeUsers(app, random);
  const as = actorOf(app, 'system');
  const call = <T>(path: string, input: object): T =>
    app.call(path, { commandId: app.ids.next(app.clock.nowMs()), ...input }, { actor: as, origin: 'internal' }) as T;
  return app.dispatcher.batch(() => {
    const suppliers = demoSuppliers(random).map((supplier) => call<{ id: string }>('suppliers.create', supplier).id);
    for (const [index, supplierId] of suppliers.entries()) {
      call('supply.setTerms', { supplierId, statedLeadDays: 3 + (index % 4), reviewDays: 7 });
    }
    const customers = thinned(demoCustomers(random), every).map((customer, index) => {
      const { id } = call<{ id: string }>('customers.create', customer);
      const vehicle = demoVehicle(random, index);
      const car = call<{ id: string }>('vehicles.create', { ...vehicle, customerId: id });
      return {
        id,
        vehicleId: car.id,
        isCompany: customer.kind === 'COMPANY',
        hasAccount: customer.accountLimitClp > 0,
        odometerKm: random.int(8_000, 160_000),
      };
    });
    for (const employee of DEMO_EMPLOYEES) call('employees.create', { userId: null, rut: null, ...employee });
    const categories = new Map<string, string>();
    for (const [index, [name, parent]] of CATEGORIES.entries()) {
      const parentId = parent === null ? null : (categories.get(parent) ?? null);
      categories.set(name, call<{ id: string }>('categories.create', { name, parentId, position: index }).id);
    }
    const warehouses = app.call('warehouses.list', {}, { actor: as, origin: 'internal' }) as {
      id: string;
      purpose: string;
    }[];
    const warehouseId = warehouses.find((warehouse) => warehouse.purpose === 'SALES')?.id ?? '';
    const products = stockShelves(call, random, { categories, suppliers, warehouseId, every });
    return { users, suppliers, customers, products, warehouseId };
  });
}

type Call = <T>(path: string, input: object) => T;

const thinned = <T>(rows: readonly T[], every: number): T[] => rows.filter((_, index) => index % every === 0);
/** As a kit names its parts. */
const nameOf = ({ name, brand }: { name: string; brand: string }): string => `${name}|${brand}`;

function stockShelves(
  call: Call,
  random: DemoRandom,
  shop: { categories: Map<string, string>; suppliers: string[]; warehouseId: string; every: number },
): Stocked[] {
  const { categories, suppliers, warehouseId, every } = shop;
  const ids = new Map<string, string>();
  const catalogue = demoCatalogue(random);
  const goods = thinned(
    catalogue.filter(({ kind }) => kind === 'GOODS'),
    every,
  );
  const names = new Set([...goods, ...catalogue.filter(({ kind }) => kind === 'SERVICE')].map(nameOf));
  // A kit is nothing without its parts.
  const kept = catalogue.filter((product) =>
    product.kind === 'KIT' ? (product.parts ?? []).every(({ name }) => names.has(name)) : names.has(nameOf(product)),
  );
  const products = kept.map((product): Stocked => {
    const components = (product.parts ?? []).map(({ name, quantityMilli }) => ({
      productId: ids.get(name) ?? '',
      quantityMilli,
    }));
    const { id } = call<{ id: string }>('products.create', {
      sku: product.sku,
      name: product.name,
      brand: product.brand,
      categoryId: categories.get(product.category) ?? '',
      supplierId: suppliers[product.supplier] ?? null,
      kind: product.kind,
      state: product.state,
      priceClp: product.priceClp,
      listCostMilliClp: product.costMilliClp,
      unit: product.unit,
      viscosity: product.viscosity,
      presentation: product.presentation,
      location: product.location,
      taxKind: product.exempt ? 'EXEMPT' : 'TAXED',
      barcodes: product.barcodes,
      components,
    });
    ids.set(nameOf(product), id);
    const supplierId = suppliers[product.supplier];
    if (product.kind === 'GOODS' && supplierId !== undefined) {
      call('supply.setProduct', {
        productId: id,
        supplierId,
        packMilli: packOf(product),
        unitCostMilliClp: product.costMilliClp,
      });
    }
    if (product.minimum > 0 && product.kind === 'GOODS') {
      call('stock.setMinimum', { productId: id, warehouseId, minimumMilli: product.minimum * 1000 });
    }
    return { ...product, id, components, onHandMilli: 0 };
  });
  return products;
}

/** The people of the sign-in page, with their secrets at full strength. */
async function makeUsers(app: App, random: DemoRandom): Promise<Record<string, string>> {
  const context = app.dispatcher.taskContext({ actor: systemActor(''), origin: 'internal' });
  const ids: Record<string, string> = {};
  const owner = DEMO_USERS.find((user) => user.role === 'admin');
  if (!owner) throw new Error('the demonstration shop has an owner');
  const names = (name: string): { firstName: string; lastName: string } => {
    const [firstName = '', lastName = ''] = name.split(' ');
    return { firstName, lastName };
  };
  const passwordHash = await app.hasher.hashPassword(owner.password);
  const installed = context.command('demo.install', (command) =>
    install(
      command,
      {
        organisation: {
          name: 'Lubricentro El Rosal SpA',
          rut: '76192083-9',
          giro: 'Venta de lubricantes y cambio de aceite',
        },
        branch: { name: 'Sucursal Maipú', code: 'MA', address: 'Av. Pajaritos 2456', comuna: 'Maipú' },
        terminalName: 'Caja 1',
        admin: { email: owner.email, ...names(owner.name) },
        isDemo: true,
      },
      passwordHash,
      makeRecoveryKey({ bytes: (length) => Uint8Array.from({ length }, () => random.int(0, 255)) }),
    ),
  );
  const as = actorOf(app, 'system');
  const warehouse = {
    commandId: app.ids.next(app.clock.nowMs()),
    name: 'warehouse',
    permissions: WAREHOUSE_PERMISSIONS,
  };
  app.call('roles.save', warehouse, { actor: as, origin: 'internal' });
  const roles = app.call('roles.list', {}, { actor: as, origin: 'internal' }) as { id: string; name: string }[];
  for (const user of DEMO_USERS) {
    const hash = await app.hasher.hashPassword(user.password);
    const pinHash = await app.hasher.hashPin(user.pin);
    const roleIds = roles.filter((role) => role.name === user.role).map((role) => role.id);
    const fields = {
      email: user.email,
      ...names(user.name),
      phone: '+56 9 5555 0101',
      isStaff: 'YES' as const,
      roleIds,
    };
    const run = <T>(name: string, work: (command: CommandContext) => T): T =>
      context.command(name, work, { actor: as });
    const id =
      user === owner ? installed.userId : run('demo.register', (command) => registerUser(command, fields, hash)).id;
    run('demo.pin', (command) => changePin(command, id, pinHash));
    ids[user.role] = id;
  }
  return ids;
}

/** The system's rights under a person's name, so that shifts and sales are that person's. */
export function actorOf(app: App, userId: string): Actor {
  return { ...systemActor(app.dispatcher.site?.terminalId ?? ''), userId };
}
