/** One seed: a few weeks of trouble in three branches, then peace; what must hold then, and at every step. */
import { eventKind } from '#core/engine/events.ts';
import { systemActor } from '#core/engine/dispatch.ts';
import { check, finalCheck } from './invariants.ts';
import { type CentreCall, type CentreFlaw, CentreModel } from './model.ts';
import { type Late, overNetwork, type Weather } from './network.ts';
import { Chance } from './random.ts';
import { callerOf, type ClientFlaws, Replica, run, shelf, START_MS, type Template } from './world.ts';

export interface Fault {
  name: string;
  centre?: CentreFlaw;
  client?: ClientFlaws;
}

export interface SeedResult {
  seed: number;
  sales: number;
  operations: number;
  violations: string[];
}

const DAY_MS = 86_400_000;
/** After so many rounds without trouble everything must have arrived. */
const ROUNDS = 25;

/** Everything a seed's run works on. */
export interface World {
  chance: Chance;
  template: Template;
  model: CentreModel;
  replicas: Replica[];
  late: Late[];
  /** Every number that was ever printed, also by machines that burnt before they could send it. */
  printed: Set<string>;
  /** What the counter met that it never should. */
  problems: Set<string>;
  now: { ms: number };
  images: Map<Replica, Buffer>;
  backup: CentreModel['tables'] | undefined;
  isSteady: boolean;
  weather: Weather;
  flaws: ClientFlaws;
  sales: number;
  customers: number;
}

type Step = (world: World, replica: Replica) => Promise<void> | void;

export interface SeedOptions {
  /** Is told of every call that reaches the centre. */
  onCall?: (call: CentreCall) => void;
  /** The centre is never restored from a backup. */
  isSteady?: boolean;
}

export async function runSeed(
  template: Template,
  seed: number,
  fault?: Fault,
  options: SeedOptions = {},
): Promise<SeedResult> {
  const chance = new Chance(seed);
  const now = { ms: START_MS + DAY_MS };
  const model = new CentreModel(() => now.ms);
  model.tables = structuredClone(template.tables);
  if (fault?.centre) model.flaws.add(fault.centre);
  model.onCall = options.onCall;
  const level = (most: number): number => (chance.happens(0.5) ? chance.next() * most : 0);
  const weather = { drop: level(0.3), lose: level(0.3), twice: level(0.2), late: level(0.15) };
  const world: World = {
    chance,
    template,
    model,
    replicas: [],
    late: [],
    printed: new Set(),
    problems: new Set(),
    now,
    images: new Map(),
    backup: undefined,
    isSteady: options.isSteady === true,
    weather,
    flaws: fault?.client ?? {},
    sales: 0,
    customers: 0,
  };
  for (const [index, image] of template.images.entries()) addReplica(world, index, image);
  const crashRate = level(0.08);
  for (const replica of world.replicas) replica.crashRate = crashRate;
  // Each seed has its own idea of what happens often: an even mixture hides faults.
  const weights = STEPS.map(({ weight }) => weight * chance.next() ** 2);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const violations = new Set<string>();
  const steps = 60 + chance.below(90);
  for (let step = 0; step < steps && violations.size === 0; step += 1) {
    now.ms += chance.below(3) === 0 ? chance.below(3_600_000) : chance.below(60_000);
    let at = chance.next() * total;
    const index = weights.findIndex((weight) => (at -= weight) < 0);
    const living = world.replicas.filter(({ isGone }) => !isGone);
    await STEPS[Math.max(0, index)]?.run(world, chance.pick(living));
    for (const violation of [...check(world), ...world.problems]) violations.add(violation);
  }
  if (violations.size === 0) for (const violation of await heal(world)) violations.add(violation);
  if (violations.size === 0) for (const violation of finalCheck(world)) violations.add(violation);
  const operations = model.everything().length;
  for (const replica of world.replicas) replica.app.close();
  return { seed, sales: world.sales, operations, violations: [...violations] };
}

function addReplica(world: World, index: number, image: Buffer): Replica {
  const device = world.template.devices[index];
  if (!device) throw new Error('no such device');
  const replica: Replica = new Replica({
    name: `${device.branchCode}${String(world.replicas.length)}`,
    device,
    image,
    nowMs: () => world.now.ms,
    chance: world.chance,
    flaws: world.flaws,
    centre: (self) => overNetwork(world.model.connect(device), self, world.chance, world.weather, world.late),
  });
  world.replicas.push(replica);
  return replica;
}

/** No more trouble: everything that waits must arrive within a few rounds. */
async function heal(world: World): Promise<string[]> {
  Object.assign(world.weather, { drop: 0, lose: 0, twice: 0, late: 0 });
  for (const { deliver } of world.late.splice(0)) await deliver();
  const living = world.replicas.filter(({ isGone }) => !isGone);
  for (const replica of living) {
    Object.assign(replica, { isCut: false, skewMs: 0, crashRate: 0 });
    replica.app.database.raw.pragma('max_page_count = 1073741823');
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    world.now.ms += 60_000;
    const before = JSON.stringify(Object.values(world.model.tables.streams).map((rows) => rows.length));
    const results = [];
    for (const replica of living) results.push(await replica.converse());
    const problems = check(world);
    if (problems.length > 0) return problems;
    const after = JSON.stringify(Object.values(world.model.tables.streams).map((rows) => rows.length));
    if (round > 1 && results.every(Boolean) && before === after) return [];
  }
  return ['12: the queues do not drain'];
}

/** A command that the shop may refuse (no stock, disk full): then nothing happened. */
function attempt<T>(work: () => T, onRepeat?: () => void): T | undefined {
  try {
    return work();
  } catch (error) {
    // A number that is on another document already: the file refuses it, but no machine may even try.
    if (/UNIQUE.*(saleNumber|number)/i.test(String(error))) onRepeat?.();
    return undefined;
  }
}

const sell: Step = (world, replica) => {
  if (replica.mustTalk) return;
  const { app } = replica;
  const caller = callerOf(app, world.template.userId);
  const lines = [
    { productId: world.chance.pick(world.template.products), quantityMilli: 1_000 * (1 + world.chance.below(3)) },
  ];
  const quote = attempt(() => app.call('sales.quote', { lines }, caller) as { totals: { totalClp: number } });
  if (!quote) return;
  const { totalClp } = quote.totals;
  const tender = world.chance.happens(0.5) ? 'CASH' : 'DEBIT';
  const paidClp = tender === 'CASH' ? Math.ceil(totalClp / 10_000) * 10_000 : totalClp;
  const payments = [{ tender, amountClp: paidClp, operationNumber: '1' }];
  const input = { lines, payments, expectedTotalClp: totalClp };
  const sale = attempt(
    () => run<{ saleId: string; number: string }>(app, caller, 'sales.checkout', input),
    () => world.problems.add('2: a machine gives a number again'),
  );
  if (!sale) return;
  world.sales += 1;
  // What a burnt disk had printed and not sent, its own image cannot know.
  if (world.printed.has(sale.number) && !replica.isImage) world.problems.add('2: a number was printed twice');
  world.printed.add(sale.number);
  replica.sold.set(sale.saleId, { number: sale.number, row: saleRow(replica, sale.saleId) });
};

export const saleRow = (replica: Replica, id: string): string =>
  JSON.stringify(replica.app.database.reader.prepare('select * from salesOrder where id = ?').get(id));

const edit: Step = ({ chance, template }, { app }) => {
  const id = chance.pick(template.products);
  const patch = chance.pick([
    { name: `Nombre ${String(chance.below(1_000))}` },
    { brand: `Marca ${String(chance.below(1_000))}` },
    { location: `Pasillo ${String(chance.below(1_000))}`, description: String(chance.below(100)) },
  ]);
  attempt(() => run(app, callerOf(app, template.userId), 'products.update', { id, patch }));
};

const reprice: Step = ({ chance, template }, { app }) => {
  const prices = [{ id: chance.pick(template.products), priceClp: 1_000 + 10 * chance.below(1_000) }];
  attempt(() => run(app, callerOf(app, template.userId), 'products.setPrices', { prices }));
};

const create: Step = ({ chance, template }, { app }) => {
  const categoryId = app.database.reader.prepare('select id from category').pluck().get() as string;
  const number = chance.below(5);
  const barcodes = chance.happens(0.5) ? [{ barcode: `780000000000${String(number)}`, quantityMilli: 1_000 }] : [];
  const product = {
    sku: `NEW-${String(number)}`,
    name: `Nuevo ${String(number)}`,
    categoryId,
    priceClp: 1_000,
    barcodes,
  };
  attempt(() => run(app, callerOf(app, template.userId), 'products.create', product));
};

const register: Step = (world, { app }) => {
  world.customers += 1;
  const customer = {
    kind: 'PERSON',
    firstName: `Cliente ${String(world.customers)}`,
    lastName: '',
    giro: '',
    email: '',
    phone: '',
    address: '',
    comuna: '',
    rut: null,
    accountLimitClp: 0,
  };
  attempt(() => run(app, callerOf(app, world.template.userId), 'customers.create', customer));
};

const dispatch: Step = ({ chance, template }, replica) => {
  if (replica.mustTalk) return;
  const others = template.devices.filter(({ branchId }) => branchId !== replica.branchId);
  const lines = [{ productId: chance.pick(template.products), quantityMilli: 2_000 + 1_000 * chance.below(3) }];
  const input = { toBranchId: chance.pick(others).branchId, warehouseId: shelf(replica.app), lines };
  attempt(() => run(replica.app, callerOf(replica.app, template.userId), 'transfers.dispatch', input));
};

const receive: Step = ({ chance, template }, replica) => {
  const { app, branchId, mustTalk } = replica;
  const id = app.database.reader
    .prepare('select id from transfer where toBranchId = ? and receivedAtMs is null')
    .pluck()
    .get(branchId);
  if (mustTalk || id === undefined) return;
  const lines = chance.happens(0.5) ? [{ lineNumber: 1, receivedMilli: 1_000 }] : [];
  attempt(() =>
    run(app, callerOf(app, template.userId), 'transfers.receive', { id: id as string, warehouseId: shelf(app), lines }),
  );
};

/** An event of a newer version, an unknown kind, or one that nobody can read. */
const poison: Step = ({ chance }, { app }) => {
  const kind = chance.pick([
    eventKind<object>('catalog.categoryChanged', 1),
    eventKind<object>('future.thing', 1),
    eventKind<object>('people.customerCreated', 2),
    HALF_READABLE,
  ]);
  const { site } = app.dispatcher;
  const actor = systemActor(site?.terminalId ?? '');
  attempt(() =>
    app.dispatcher.taskContext({ actor, origin: 'internal' }).command('sim.poison', (command) => {
      // The first row is in order, the second one is not: nothing of it may be seen anywhere.
      const till = { id: command.newId(), branchId: site?.branchId, code: 'ZZ', name: HALF, createdAtMs: 1 };
      const terminals = [till, { ...till, id: command.newId(), code: 'beyond what a code may be' }];
      command.record(kind, command.newId(), { poison: true, ...(kind === HALF_READABLE ? { terminals } : {}) });
    }),
  );
};
const HALF_READABLE = eventKind<object>('sync.renewed', 1);
export const HALF = 'half of a document';

const talk: Step = async (_, replica) => void (await replica.converse());

const cut: Step = (_, replica) => void (replica.isCut = !replica.isCut);

const jump: Step = ({ chance }, replica) => {
  replica.skewMs = chance.happens(0.4) ? 0 : (chance.below(21) - 10) * DAY_MS;
};

const fillDisk: Step = ({ chance }, { app }) => {
  const pages = app.database.raw.pragma('page_count', { simple: true }) as number;
  app.database.raw.pragma(`max_page_count = ${String(chance.happens(0.5) ? pages : 1_073_741_823)}`);
};

const deliverLate: Step = async ({ late, chance }) => {
  const [one] = late.splice(chance.below(late.length), 1);
  await one?.deliver();
};

const backUpCentre: Step = (world) => void (world.backup = world.model.backup());

const restoreCentre: Step = (world) => {
  if (!world.backup || world.chance.happens(0.5) || world.isSteady) return;
  world.model.restore(world.backup);
  // What was on its way to the machine that burnt is gone with it.
  world.late.length = 0;
};

const copyFile: Step = ({ images }, replica) => void images.set(replica, replica.app.database.raw.serialize());

/**
 * An older copy of a file goes on: restored in the place of the newer one, beside it (both of which the machine notices by itself), or with
 * the whole disk of a machine that burnt, which only the centre can notice.
 */
const reviveCopy: Step = (world, replica) => {
  const image = world.images.get(replica);
  if (!image || world.replicas.length > 6) return;
  const index = world.template.devices.indexOf(replica.device);
  const how = world.chance.pick(['RESTORED', 'COPY', 'BURNT'] as const);
  if (how !== 'COPY') {
    replica.isGone = true;
    for (let at = world.late.length - 1; at >= 0; at -= 1)
      if (world.late[at]?.replica === replica.name) world.late.splice(at, 1);
  }
  const copy = addReplica(world, index, image);
  copy.crashRate = replica.crashRate;
  if (how === 'BURNT') Object.assign(copy, { mustTalk: true, isImage: true });
  else copy.noticeCopy(how);
};

const STEPS: readonly { weight: number; run: Step }[] = [
  { weight: 12, run: sell },
  { weight: 6, run: edit },
  { weight: 4, run: reprice },
  { weight: 4, run: create },
  { weight: 3, run: register },
  { weight: 5, run: dispatch },
  { weight: 7, run: receive },
  { weight: 1.5, run: poison },
  { weight: 30, run: talk },
  { weight: 2, run: cut },
  { weight: 3, run: jump },
  { weight: 2, run: fillDisk },
  { weight: 4, run: deliverLate },
  { weight: 2, run: backUpCentre },
  { weight: 2, run: restoreCentre },
  { weight: 3, run: copyFile },
  { weight: 3, run: reviveCopy },
];
