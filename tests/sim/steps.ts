/** What happens in a seed: people at the counters, the network, the machines. Orders that wait are in orders.ts. */
import { systemActor } from '#core/engine/dispatch.ts';
import { eventKind } from '#core/engine/events.ts';
import { readState } from '#core/sync/state.ts';
import { expire, order, printed, tend, withoutHolds } from './orders.ts';
import { overNetwork } from './network.ts';
import { addReplica, attempt, type World } from './run.ts';
import { callerOf, joinedImage, type Replica, run, shelf } from './world.ts';

export interface Step {
  weight: number;
  run: (world: World, replica: Replica) => Promise<void> | void;
  /** Brings what others did: only what a counter does by itself is held against it. */
  isFromAfar?: true;
}
type Run = Step['run'];

const DAY_MS = 86_400_000;
const MOST_MACHINES = 7;

const sell: Run = (world, replica) => {
  if (replica.mustTalk) return;
  const { app } = replica;
  const { chance, template } = world;
  const caller = callerOf(app, template.userId);
  // Now and then somebody wants all there is: then what is held for others must stay.
  const most = chance.happens(0.3) ? 20 : 3;
  const lines = [{ productId: chance.pick(template.products), quantityMilli: 1_000 * (1 + chance.below(most)) }];
  const quote = attempt(world, () => app.call('sales.quote', { lines }, caller) as { totals: { totalClp: number } });
  if (!quote) return;
  const { totalClp } = quote.totals;
  const tender = chance.happens(0.5) ? 'CASH' : 'DEBIT';
  const paidClp = tender === 'CASH' ? Math.ceil(totalClp / 10_000) * 10_000 : totalClp;
  const payments = [{ tender, amountClp: paidClp, operationNumber: '1' }];
  const input = { lines, payments, expectedTotalClp: totalClp };
  const sale = attempt(world, () => {
    const sold = (): { saleId: string; number: string } => run(app, caller, 'sales.checkout', input);
    return world.flaws.sellsHeld === true ? withoutHolds(replica, sold) : sold();
  });
  if (sale) printed(world, replica, sale);
};

const edit: Run = (world, { app }) => {
  const { chance, template } = world;
  const id = chance.pick(template.products);
  const patch = chance.pick([
    { name: `Nombre ${String(chance.below(1_000))}` },
    { brand: `Marca ${String(chance.below(1_000))}` },
    { location: `Pasillo ${String(chance.below(1_000))}`, description: String(chance.below(100)) },
  ]);
  attempt(world, () => run(app, callerOf(app, template.userId), 'products.update', { id, patch }));
};

const reprice: Run = (world, { app }) => {
  const { chance, template } = world;
  const prices = [{ id: chance.pick(template.products), priceClp: 1_000 + 10 * chance.below(1_000) }];
  attempt(world, () => run(app, callerOf(app, template.userId), 'products.setPrices', { prices }));
};

const create: Run = (world, { app }) => {
  const { chance, template } = world;
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
  attempt(world, () => run(app, callerOf(app, template.userId), 'products.create', product));
};

const register: Run = (world, { app }) => {
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
  attempt(world, () => run(app, callerOf(app, world.template.userId), 'customers.create', customer));
};

const dispatch: Run = (world, replica) => {
  const { chance, template } = world;
  if (replica.mustTalk) return;
  const others = template.devices.filter(({ branchId }) => branchId !== replica.branchId);
  const lines = [{ productId: chance.pick(template.products), quantityMilli: 2_000 + 1_000 * chance.below(3) }];
  const input = { toBranchId: chance.pick(others).branchId, warehouseId: shelf(replica.app), lines };
  attempt(world, () => run(replica.app, callerOf(replica.app, template.userId), 'transfers.dispatch', input));
};

const receive: Run = (world, replica) => {
  const { chance, template } = world;
  const { app, branchId, mustTalk } = replica;
  const id = app.database.reader
    .prepare('select id from transfer where toBranchId = ? and receivedAtMs is null')
    .pluck()
    .get(branchId);
  if (mustTalk || id === undefined) return;
  const lines = chance.happens(0.5) ? [{ lineNumber: 1, receivedMilli: 1_000 }] : [];
  attempt(world, () =>
    run(app, callerOf(app, template.userId), 'transfers.receive', { id: id as string, warehouseId: shelf(app), lines }),
  );
};

/** An event of a newer version, an unknown kind, or one that nobody can read. */
const poison: Run = (world, { app }) => {
  const { chance } = world;
  const kind = chance.pick([
    eventKind<object>('catalog.categoryChanged', 1),
    eventKind<object>('future.thing', 1),
    eventKind<object>('people.customerCreated', 2),
    HALF_READABLE,
  ]);
  const { site } = app.dispatcher;
  const actor = systemActor(site?.terminalId ?? '');
  attempt(world, () =>
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

const talk: Run = async (_, replica) => void (await replica.converse());

const cut: Run = (_, replica) => void (replica.isCut = !replica.isCut);

const jump: Run = ({ chance }, replica) => {
  replica.skewMs = chance.happens(0.4) ? 0 : (chance.below(21) - 10) * DAY_MS;
};

const fillDisk: Run = ({ chance }, { app }) => {
  const pages = app.database.raw.pragma('page_count', { simple: true }) as number;
  app.database.raw.pragma(`max_page_count = ${String(chance.happens(0.5) ? pages : 1_073_741_823)}`);
};

const deliverLate: Run = async ({ late, chance }) => {
  const [one] = late.splice(chance.below(late.length), 1);
  await one?.deliver();
};

const backUpCentre: Run = (world) => void (world.backup = world.model.backup());

const restoreCentre = (world: World): void => {
  if (!world.backup || world.chance.happens(0.5) || world.isSteady) return;
  world.model.restore(world.backup);
  // What was on its way to the machine that burnt is gone with it.
  world.late.length = 0;
};

/** The last pictures of a branch's disks; those of machines that are gone too. */
const copyFile: Run = ({ images, replicas }, replica) => {
  if (replicas.length > MOST_MACHINES) return;
  const { device, app } = replica;
  const image = app.database.raw.serialize();
  const name = readState(app.database.reader)?.incarnation ?? '';
  images.set(device.role, [...(images.get(device.role) ?? []), { image, name }].slice(-4));
};

/**
 * An older picture of a branch's disk goes on: restored in the place of a file or beside it (both of which the machine notices by itself), or
 * as the whole disk of a machine that burnt, which only the centre can notice.
 */
const reviveCopy: Run = (world, replica) => {
  const { chance, images, replicas, template } = world;
  const index = template.devices.indexOf(replica.device);
  const pictures = images.get(replica.device.role);
  if (!pictures || replicas.length > MOST_MACHINES) return;
  const { image, name } = chance.pick(pictures);
  const how = chance.pick(['RESTORED', 'COPY', 'BURNT', 'BURNT'] as const);
  if (how !== 'COPY') burn(world, replica);
  // Nobody can tell two disks apart that go on under one name and have sent nothing since: then it is brought back knowingly.
  const isInUse = replicas.some((other) => !other.isGone && readState(other.app.database.reader)?.incarnation === name);
  const copy = addReplica(world, index, image);
  copy.crashRate = replica.crashRate;
  if (how !== 'BURNT' || isInUse) copy.noticeCopy(how === 'BURNT' ? 'RESTORED' : how);
  else Object.assign(copy, { mustTalk: true, isImage: true });
};

/** A new machine joins the branch by what the centre holds: beside its files, or in the place of one that burnt. */
const join: Run = async (world, replica) => {
  const { chance, late, model, now, replicas, template, weather } = world;
  if (replicas.length > MOST_MACHINES) return;
  const line = { name: 'joining', isCut: replica.isCut };
  const centre = overNetwork(model.connect(replica.device), line, chance, weather, late);
  try {
    const image = await joinedImage(template, { centre, chance, nowMs: () => now.ms });
    if (chance.happens(0.5)) burn(world, replica);
    addReplica(world, template.devices.indexOf(replica.device), image).crashRate = replica.crashRate;
  } catch (error) {
    attempt(world, () => {
      throw error;
    });
  }
};

/** One fire takes the centre and a machine of a branch: what comes after it begins with an older copy of the one and none of the other. */
const fire: Run = async (world, replica) => {
  restoreCentre(world);
  await join(world, replica);
};

/** The machine is gone, and what it had on its way with it. */
function burn({ late }: World, replica: Replica): void {
  replica.isGone = true;
  for (let at = late.length - 1; at >= 0; at -= 1) if (late[at]?.replica === replica.name) late.splice(at, 1);
}

/** What is likely to happen next. Each seed weighs anew. */
export const STEPS: readonly Step[] = [
  { weight: 12, run: sell },
  { weight: 8, run: order },
  { weight: 20, run: tend },
  { weight: 4, run: expire },
  { weight: 6, run: edit },
  { weight: 4, run: reprice },
  { weight: 4, run: create },
  { weight: 3, run: register },
  { weight: 5, run: dispatch },
  { weight: 7, run: receive },
  { weight: 1.5, run: poison },
  { weight: 30, run: talk, isFromAfar: true },
  { weight: 2, run: cut },
  { weight: 3, run: jump },
  { weight: 2, run: fillDisk },
  { weight: 4, run: deliverLate },
  { weight: 2, run: backUpCentre },
  { weight: 2, run: restoreCentre },
  { weight: 4, run: copyFile },
  { weight: 3, run: reviveCopy },
  { weight: 1, run: join },
  { weight: 1, run: fire },
];
