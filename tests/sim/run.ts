/** One seed: a few weeks of trouble in three branches, then peace; what must hold then, and at every step. */
import { DomainError } from '#core/shared/errors.ts';
import { check, finalCheck, isLost } from './invariants.ts';
import { type CentreCall, type CentreFlaw, CentreModel } from './model.ts';
import { type Late, overNetwork, type Weather } from './network.ts';
import { newBook, type OrderBook, shortages } from './orders.ts';
import { Chance } from './random.ts';
import { STEPS } from './steps.ts';
import { type ClientFlaws, Replica, START_MS, type Template } from './world.ts';

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
  /** An operation was lost with its machine and with the centre's backup: replicas are not compared then, only their own books. */
  isExempt: boolean;
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
  orders: OrderBook;
  /** Pictures of the disks of each machine, with the name that each bears. */
  images: Map<string, { image: Buffer; name: string }[]>;
  backup: CentreModel['tables'] | undefined;
  isSteady: boolean;
  weather: Weather;
  flaws: ClientFlaws;
  sales: number;
  customers: number;
}

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
    orders: newBook(),
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
    const chosen = STEPS[Math.max(0, index)];
    const replica = chance.pick(living);
    const before = shortages(replica);
    await chosen?.run(world, replica);
    if (chosen?.isFromAfar !== true)
      for (const [place, missing] of shortages(replica))
        if (missing > (before.get(place) ?? 0)) violations.add(`5: ${replica.name} gave away what is held for others`);
    for (const violation of [...check(world), ...world.problems]) violations.add(violation);
  }
  if (violations.size === 0) for (const violation of await heal(world)) violations.add(violation);
  if (violations.size === 0) for (const violation of finalCheck(world)) violations.add(violation);
  const operations = model.everything().length;
  const isExempt = isLost(world);
  for (const replica of world.replicas) replica.app.close();
  return { seed, sales: world.sales, operations, violations: [...violations], isExempt };
}

/** A further machine, under the credentials of one of the template. */
export function addReplica(world: World, index: number, image: Buffer): Replica {
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

/** A command that the shop may refuse (no stock, disk full): then nothing happened. It never breaks, and never tries a number again. */
export function attempt<T>(world: World, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (/UNIQUE.*number/i.test(String(error))) world.problems.add('2: a machine gives a number again');
    else if (!(error instanceof DomainError) || error.code === 'INVALID_INPUT')
      world.problems.add(`a command broke: ${String(error)}`);
    return undefined;
  }
}
