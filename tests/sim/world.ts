/** Three branches over one model of the centre: set up once, then copied for every seed. The application and its sync code are the real ones. */
import { systemActor } from '#core/engine/dispatch.ts';
import { monotonicIds } from '#core/engine/system.ts';
import type { Writer } from '#core/engine/sql.ts';
import { type App, createApp } from '#core/app.ts';
import { WEAK_FOR_TESTS } from '#core/auth/index.ts';
import type { Actor } from '#core/engine/context.ts';
import type { Caller } from '#core/engine/dispatch.ts';
import { PERMISSIONS } from '#core/shared/permissions.ts';
import { renew, renewHere } from '#core/sync/index.ts';
import { SyncClient } from '#core/sync/client.ts';
import type { Centre } from '#core/sync/protocol.ts';
import { type CentreCall, CentreModel, type Device } from './model.ts';
import { Chance } from './random.ts';

export const START_MS = Date.parse('2026-03-10T13:00:00Z');
const EMAIL = 'olga@example.cl';
const PASSWORD = 'aceite-10w40-mineral';
const CODES = ['AA', 'BB', 'CC'] as const;

export interface Template {
  images: Buffer[];
  devices: Device[];
  tables: CentreModel['tables'];
  userId: string;
  products: string[];
}

/** A company of three branches, linked and at rest: what every seed begins with. */
export async function makeTemplate(onCall?: (call: CentreCall) => void): Promise<Template> {
  let nowMs = START_MS;
  const clock = { nowMs: () => (nowMs += 1) };
  const chance = new Chance(1);
  const model = new CentreModel(() => nowMs);
  model.onCall = onCall;
  const ids = monotonicIds(chance);
  const devices: Device[] = CODES.map((branchCode, index) => ({
    role: `device-${branchCode}`,
    branchId: index === 0 ? '' : ids.next(nowMs),
    branchCode,
    scope: index === 0 ? 'OWNER' : 'BRANCH',
  }));
  const open = (): App =>
    createApp({
      file: ':memory:',
      clock,
      ids: monotonicIds(chance),
      random: chance,
      pepper: 'sim',
      hashStrength: WEAK_FOR_TESTS,
      connectCentre: (connection) =>
        model.connect(devices.find(({ branchCode }) => connection.endsWith(branchCode)) as Device),
    });
  const apps = CODES.map(open);
  const [owner] = apps as [App, App, App];
  const home: Caller = { origin: 'loopback' };
  const opened = (await owner.call(
    'auth.firstRun',
    {
      organisation: { name: 'Lubricentro SpA', rut: '76.192.083-9', giro: 'Lubricantes' },
      branch: { name: 'Uno', code: 'AA', address: '', comuna: '' },
      terminalName: 'Caja 1',
      admin: { email: EMAIL, firstName: 'Olga', lastName: 'Soto', password: PASSWORD },
    },
    home,
  )) as { user: { id: string } };
  const userId = opened.user.id;
  (devices[0] as Device).branchId = owner.dispatcher.site?.branchId ?? '';
  const products = makeGoods(owner, callerOf(owner, userId));
  await owner.call('sync.connect', { connection: 'postgres://model/AA' }, callerOf(owner, userId));
  await owner.link.now();
  for (const [index, app] of apps.entries()) {
    const code = CODES[index] ?? '';
    if (index > 0) {
      const branch = { name: code, address: '', comuna: '' };
      const input = {
        connection: `postgres://model/${code}`,
        branch,
        terminalName: 'Caja',
        email: EMAIL,
        password: PASSWORD,
      };
      await app.call('sync.join', input, home);
    }
    stock(app, callerOf(app, userId), products);
    await app.link.now();
  }
  for (let round = 0; round < 2; round += 1) for (const app of apps) await app.link.now();
  for (const app of apps) await app.link.stop();
  const images = apps.map((app) => app.database.raw.serialize());
  apps.forEach((app) => app.close());
  return { images, devices, tables: model.backup(), userId, products };
}

/** A new machine set up by what the centre holds for a branch; answers its file, a shift open. Fails as the real set-up does. */
export async function joinedImage(
  template: Template,
  ports: { centre: Centre; nowMs: () => number; chance: Chance },
): Promise<Buffer> {
  const app = createApp({
    file: ':memory:',
    clock: ports,
    ids: monotonicIds(ports.chance),
    random: ports.chance,
    pepper: 'sim',
    hashStrength: WEAK_FOR_TESTS,
    connectCentre: () => ports.centre,
  });
  try {
    const input = {
      connection: 'postgres://model/joining',
      email: EMAIL,
      password: PASSWORD,
    };
    await app.call('sync.replace', input, { origin: 'loopback' });
    await app.link.stop();
    run(app, callerOf(app, template.userId), 'shifts.open', { count: { '10000': 1 } });
    return app.database.raw.serialize();
  } finally {
    app.close();
  }
}

function makeGoods(app: App, caller: Caller): string[] {
  const { id: categoryId } = run<{ id: string }>(app, caller, 'categories.create', { name: 'Todo' });
  return ['ACE', 'FIL', 'BUJ', 'REF'].map(
    (sku, index) =>
      run<{ id: string }>(app, caller, 'products.create', {
        sku,
        name: `Producto ${sku}`,
        categoryId,
        priceClp: 5_000 + index * 1_000,
      }).id,
  );
}

function stock(app: App, caller: Caller, products: readonly string[]): void {
  const warehouseId = shelf(app);
  // Plenty of one, hardly any of another: what is held for somebody is soon wanted by somebody else.
  const lines = products.map((productId, index) => ({
    productId,
    quantityMilli: [50_000, 30_000, 18_000, 12_000][index] ?? 10_000,
    unitCostMilliClp: 3_000_000,
  }));
  run(app, caller, 'stock.receive', { warehouseId, lines });
  run(app, caller, 'shifts.open', { count: { '10000': 1 } });
}

/** The warehouse that the counter sells from. */
export const shelf = (app: App): string =>
  app.database.reader
    .prepare("select w.id from warehouse w join installation i on i.branchId = w.branchId where purpose = 'SALES'")
    .pluck()
    .get() as string;

export function callerOf(app: App, userId: string): Caller {
  const terminalId = app.dispatcher.site?.terminalId ?? '';
  const actor: Actor = { userId, name: 'Olga', sessionId: 'sim', terminalId, permissions: new Set(PERMISSIONS) };
  return { actor, origin: 'internal' };
}

/** A command through the front door, with an id of its own. */
export function run<T>(app: App, caller: Caller, path: string, input: object): T {
  return app.call(path, { ...input, commandId: app.ids.next(app.clock.nowMs()) }, caller) as T;
}

export const saleRow = (replica: Replica, id: string): string =>
  JSON.stringify(replica.app.database.reader.prepare('select * from salesOrder where id = ?').get(id));

/** The machine lost power: whatever ran is gone, the file is not. */
export class Crash extends Error {}

/** What a planted fault may put between the client and its ports. */
export interface ClientFlaws {
  centre?: (centre: Centre, replica: Replica) => Centre;
  local?: (local: <T>(work: (writer: Writer) => T) => T, replica: Replica) => <T>(work: (writer: Writer) => T) => T;
  /** What a copy leaves out when the centre tells it that it is one. */
  renew?: 'OMIT' | 'SAME_TERMINAL';
  /** What a copy leaves out that noticed by itself. */
  opening?: 'OMIT' | 'SAME_TERMINAL';
  /** Sales do not look at what is held for others. */
  sellsHeld?: boolean;
  /** After the first failure the client gives up. */
  givesUp?: boolean;
}

/** One machine: its file, its clock, its view of the network. */
export class Replica {
  readonly name: string;
  readonly device: Device;
  readonly app: App;
  readonly branchId: string;
  skewMs = 0;
  isCut = false;
  /** Brought back with its whole disk, which nothing on the machine can tell: it must not sell before it has spoken to the centre. */
  mustTalk = false;
  isGone = false;
  /** Brought back with its whole disk: what was printed since is known to nobody. */
  isImage = false;
  hasGivenUp = false;
  /** What the centre was last known to hold of this file. */
  heard: { name: string; epoch: string; acked: number } | undefined;
  /** Why the last conversation broke off. */
  failure: unknown;
  crashes = 0;
  /** Finished sales with what their rows looked like. */
  readonly sold = new Map<string, { number: string; row: string }>();
  readonly #chance: Chance;
  readonly #flaws: ClientFlaws;
  readonly #centre: Centre;
  #client: SyncClient | undefined;

  constructor(ports: {
    name: string;
    device: Device;
    image: Buffer;
    centre: (replica: Replica) => Centre;
    nowMs: () => number;
    chance: Chance;
    flaws: ClientFlaws;
  }) {
    this.name = ports.name;
    this.device = ports.device;
    this.#chance = ports.chance;
    this.#flaws = ports.flaws;
    this.app = createApp({
      file: ':memory:',
      image: ports.image,
      clock: { nowMs: () => ports.nowMs() + this.skewMs },
      ids: monotonicIds(ports.chance),
      random: ports.chance,
      pepper: 'sim',
      hashStrength: WEAK_FOR_TESTS,
    });
    this.branchId = this.app.dispatcher.site?.branchId ?? '';
    const centre = ports.centre(this);
    this.#centre = ports.flaws.centre?.(centre, this) ?? centre;
  }

  /** The machine itself notices at the opening that this file is a copy: before anything is sold, and without the centre. */
  noticeCopy(reason: 'COPY' | 'RESTORED'): void {
    if (this.#flaws.opening === 'OMIT') return;
    const { app } = this;
    const terminalId = app.dispatcher.site?.terminalId ?? '';
    app.dispatcher
      .taskContext({ actor: systemActor(terminalId), origin: 'internal' })
      .command('sync.renew', (command) => renewHere(command, reason, this.#chance));
    if (this.#flaws.opening === 'SAME_TERMINAL') this.#backTo(terminalId);
  }

  #backTo(terminalId: string): void {
    this.app.dispatcher.local((writer) => {
      writer.prepare('update shift set terminalId = ? where state = ?').run(terminalId, 'OPEN');
      writer.prepare('update installation set terminalId = ?').run(terminalId);
      writer.touch('installation');
    });
  }

  /** How likely a commit is met by a power cut, before or after it. */
  crashRate = 0;

  /** A conversation; answers whether it came to its end. A crash takes the client with it. */
  async converse(): Promise<boolean> {
    if (this.hasGivenUp) return false;
    try {
      await (this.#client ??= this.#makeClient()).converse();
      this.mustTalk = false;
      return true;
    } catch (error) {
      this.failure = error;
      if (error instanceof Crash) {
        this.crashes += 1;
        this.#client = undefined;
      }
      if (this.#flaws.givesUp === true) this.hasGivenUp = true;
      return false;
    }
  }

  /** The application was updated: what an older version put aside is tried again. Answers how much could be applied. */
  retryHeld(): number {
    return (this.#client ??= this.#makeClient()).applier.retryHeld();
  }

  #makeClient(): SyncClient {
    const { app } = this;
    const plain = <T>(work: (writer: Writer) => T): T => app.dispatcher.local(work);
    const crashing = <T>(work: (writer: Writer) => T): T => {
      if (this.#chance.happens(this.crashRate)) throw new Crash('before the commit');
      const answer = plain(work);
      if (this.#chance.happens(this.crashRate)) throw new Crash('after the commit');
      return answer;
    };
    return new SyncClient({
      centre: this.#centre,
      reader: app.database.reader,
      local: this.#flaws.local?.(crashing, this) ?? crashing,
      nowMs: () => app.clock.nowMs(),
      stopwatch: () => 0,
      breathe: () => Promise.resolve(),
      branchId: () => this.branchId,
      appVersion: '1',
      newId: () => app.ids.next(app.clock.nowMs()),
      pushSize: 2 + this.#chance.below(6),
      pullSize: 2 + this.#chance.below(8),
      renew: (change) => {
        if (this.#flaws.renew === 'OMIT') return;
        if (this.#chance.happens(this.crashRate)) throw new Crash('before the renewal');
        const actor = systemActor(app.dispatcher.site?.terminalId ?? '');
        const before = app.dispatcher.site?.terminalId ?? '';
        app.dispatcher
          .taskContext({ actor, origin: 'internal' })
          .command('sync.renew', (command) => renew(command, change));
        if (this.#flaws.renew === 'SAME_TERMINAL') this.#backTo(before);
        if (this.#chance.happens(this.crashRate)) throw new Crash('after the renewal');
      },
    });
  }
}
