/** Linking a shop to the centre, and setting an empty machine up from it: as a new branch, or in the place of a dead machine. */
import { changePassword, type SecretHasher } from '#core/auth/index.ts';
import type { AuthTables } from '#core/auth/index.ts';
import type { Actor, CommandContext, TaskContext } from '#core/engine/context.ts';
import { masterTable } from '#core/engine/master.ts';
import { sqlFor, type Writer } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { type InventoryTables, shelveAll } from '#core/inventory/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import { PERMISSIONS } from '#core/shared/permissions.ts';
import { fold } from '#core/shared/text.ts';
import { LinkTrouble, SyncClient } from './client.ts';
import type { CompanyKeeper } from './company.ts';
import { syncEvents } from './events.ts';
import { reasonOf, type SyncLink } from './link.ts';
import { type Centre, PROTOCOL } from './protocol.ts';
import { type AdoptPorts, adoptSnapshot } from './snapshotFetch.ts';
import { freeCode } from './renewal.ts';
import { ensureState, readState } from './state.ts';
import type { SyncTables } from './tables.ts';

const { db, select, insert } = sqlFor<EngineTables & InventoryTables & AuthTables & SyncTables>();
const branches = masterTable(db, 'branch');
const terminals = masterTable(db, 'terminal');
const warehouses = masterTable(db, 'warehouse');
const branchRow = select((p: { id: string }) =>
  db
    .selectFrom('branch')
    .select(['id', 'organisationId', 'code', 'name', 'address', 'comuna', 'timeZone', 'createdAtMs'])
    .where('id', '=', p.id),
);
const terminalRow = select((p: { id: string }) =>
  db.selectFrom('terminal').select(['id', 'branchId', 'code', 'name', 'createdAtMs']).where('id', '=', p.id),
);
const terminalCodes = select((p: { branchId: string }) =>
  db.selectFrom('terminal').select('code').where('branchId', '=', p.branchId),
);
const warehousesOf = select((p: { branchId: string }) =>
  db
    .selectFrom('warehouse')
    .select(['id', 'branchId', 'code', 'name', 'purpose', 'archivedAtMs'])
    .where('branchId', '=', p.branchId),
);
const goods = select(() => db.selectFrom('organisation').select('id').orderBy('createdAtMs').limit(1));
const userByEmail = select((p: { emailFolded: string }) =>
  db.selectFrom('user').select(['id', 'firstName', 'state']).where('emailFolded', '=', p.emailFolded),
);
const insertInstallation = insert('installation', [
  'singleton',
  'organisationId',
  'branchId',
  'terminalId',
  'isDemo',
  'createdAtMs',
]);

const FIRST_WAREHOUSES = [
  { code: 'SALA', name: 'Sala de ventas', purpose: 'SALES' },
  { code: 'BOD', name: 'Bodega', purpose: 'STORE' },
  { code: 'MERMA', name: 'Dañados', purpose: 'DAMAGED' },
  { code: 'GAR', name: 'Garantías', purpose: 'WARRANTY' },
] as const;

export interface SetupPorts extends AdoptPorts {
  link: SyncLink;
  hasher: SecretHasher;
  connect: (connection: string) => Centre;
  /** The company's copy; none beside a shop in memory. */
  company: CompanyKeeper | undefined;
  version: string;
}

/** Links an installed shop: greets the centre, then tells the others of this branch as a fact. */
export async function connectShop(context: TaskContext, ports: SetupPorts, connection: string) {
  const { code } = await greet(ports, connection, context.site.branchId, context.clock());
  const known = context.read(() => ports.link.connection) !== undefined;
  context.local((writer) => {
    ensureState(writer, context.clock());
    ports.link.connectTo(connection, writer);
  });
  if (!known) context.command('sync.connect', recordJoined);
  void ports.link.now();
  return { branchCode: code };
}

/** Tells the other branches who this one is. */
export function recordJoined(command: CommandContext): void {
  const { writer, site } = command;
  const branch = branchRow.one(writer, { id: site.branchId });
  const terminal = terminalRow.one(writer, { id: site.terminalId });
  const shelves = warehousesOf.all(writer, { branchId: site.branchId });
  command.record(syncEvents.joined, site.branchId, { branch, terminal, warehouses: shelves });
}

export interface Joining {
  connection: string;
  /** What a new branch is called; absent where the machine takes a dead one's place. */
  branch?: { name: string; address: string; comuna: string };
  terminalName?: string;
  email: string;
  password: string;
}

/** Sets this empty machine up. Whoever holds the device's credentials and is known to the company by e-mail chooses his password here. */
export async function joinCompany(context: TaskContext, ports: SetupPorts, input: Joining) {
  if (context.origin === 'lan') throw new DomainError('FORBIDDEN', { permission: 'loopback' });
  const nowMs = context.clock();
  const told = await greet(ports, input.connection, '', nowMs);
  const centre = ports.connect(input.connection);
  try {
    return await joinBy(centre, context, ports, { ...input, told });
  } catch (error) {
    throw error instanceof DomainError ? error : new DomainError('CONFLICT', { reason: reasonOf(error) });
  } finally {
    await centre.close();
  }
}

interface Told {
  told: { id: string; code: string };
}

async function joinBy(centre: Centre, context: TaskContext, ports: SetupPorts, { told, ...input }: Joining & Told) {
  const nowMs = context.clock();
  const applied = await takeOver(context, ports, centre, told.id);
  const passwordHash = await ports.hasher.hashPassword(input.password);
  const user = context.read((reader) => userByEmail.first(reader, { emailFolded: fold(input.email) }));
  if (user?.state !== 'ACTIVE') throw new DomainError('NOT_FOUND', { email: input.email });
  const isKnown = context.read((reader) => branchRow.first(reader, { id: told.id })) !== undefined;
  if (!isKnown && !input.branch) throw new DomainError('NOT_FOUND', { branch: told.code });
  const newId = (): string => context.ports.ids.next(nowMs);
  const terminalId = newId();
  const terminalCode = await codeFor(centre, ports, told.id, newId());
  context.local((writer) =>
    install(writer, {
      ports: { ...ports, newId },
      branchId: told.id,
      branchCode: told.code,
      terminal: { id: terminalId, code: terminalCode, name: input.terminalName ?? `Caja ${terminalCode}` },
      input,
      nowMs,
    }),
  );
  const actor: Actor = {
    ...context.actor,
    userId: user.id,
    name: user.firstName,
    terminalId,
    permissions: new Set(PERMISSIONS),
  };
  context.command('sync.join', recordJoined, { actor });
  context.command('sync.joinPassword', (command) => changePassword(command, user.id, passwordHash), { actor });
  ports.link.start();
  return { branchCode: told.code, terminalCode, applied };
}

const received = select(() => db.selectFrom('syncLog').select((eb) => eb.fn.countAll<number>().as('operations')));

/**
 * Everything that the centre holds for this branch: a packed copy where there is one, and the log behind it. Answers how many operations
 * of others this machine holds then.
 */
async function takeOver(context: TaskContext, ports: SetupPorts, centre: Centre, branchId: string): Promise<number> {
  await adoptSnapshot(centre, ports, {
    branchId,
    nowMs: context.clock(),
    local: (work) => context.local(work),
    log: context.ports.log,
  });
  const client = new SyncClient({
    centre,
    reader: ports.reader,
    local: (work) => context.local(work),
    nowMs: () => context.clock(),
    stopwatch: () => 0,
    breathe: () => Promise.resolve(),
    branchId: () => branchId,
    appVersion: ports.version,
    renew: () => {
      throw new LinkTrouble('UNKNOWN_INCARNATION');
    },
    newId: () => context.ports.ids.next(context.clock()),
    pullSize: 1_000,
  });
  await client.converse();
  return received.one(ports.reader, {}).operations;
}

/** Whether the centre takes us, and as which branch. */
async function greet(ports: SetupPorts, connection: string, branchId: string, nowMs: number) {
  const centre = ports.connect(connection);
  try {
    const answer = await centre.hello({
      protocol: PROTOCOL,
      incarnation: ports.deviceId,
      branchId,
      sequence: 0,
      hash: '0'.repeat(64),
      epoch: '',
      appVersion: ports.version,
      pending: 0,
    });
    if (answer.answer === 'refused') throw new DomainError('CONFLICT', { reason: answer.reason });
    return { ...answer.branch, skewMs: nowMs - answer.nowMs };
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError('CONFLICT', { reason: reasonOf(error) });
  } finally {
    await centre.close();
  }
}

interface Installing {
  ports: SetupPorts & { newId(): string };
  branchId: string;
  branchCode: string;
  terminal: { id: string; code: string; name: string };
  input: Joining;
  nowMs: number;
}

/** Makes this machine the branch's: its row and shelves where it is new, a till with a number of its own, the link. */
function install(writer: Writer, { ports, branchId, branchCode, terminal, input, nowMs }: Installing): void {
  ensureState(writer, nowMs);
  // Written before there is a first event: the fact that follows carries the same rows.
  const stamp = { hlc: `${'0'.repeat(15)}-00000`, deviceId: ports.deviceId, sequence: 0 };
  const organisationId = goods.one(writer, {}).id;
  const createdAtMs = nowMs;
  if (!branchRow.first(writer, { id: branchId })) {
    const { name = branchCode, address = '', comuna = '' } = input.branch ?? {};
    const timeZone = 'America/Santiago';
    branches.insert(writer, stamp, {
      id: branchId,
      organisationId,
      code: branchCode,
      name,
      address,
      comuna,
      timeZone,
      createdAtMs,
    });
  }
  if (warehousesOf.all(writer, { branchId }).length === 0) {
    for (const warehouse of FIRST_WAREHOUSES)
      warehouses.insert(writer, stamp, { id: ports.newId(), branchId, ...warehouse, archivedAtMs: null });
    shelveAll(writer, branchId);
  }
  terminals.insert(writer, stamp, { ...terminal, branchId, createdAtMs });
  insertInstallation.run(writer, {
    singleton: 1,
    organisationId,
    branchId,
    terminalId: terminal.id,
    isDemo: 0,
    createdAtMs,
  });
  ports.link.connectTo(input.connection, writer);
}

/**
 * A code for the first till of this machine, given by the centre and by it to nobody else, as a copy's is: two machines that join one branch
 * do not know of each other. The centre gives it with a name: the file's own, or `spare` where an attempt before took that one.
 */
async function codeFor(centre: Centre, { reader }: SetupPorts, branchId: string, spare: string): Promise<string> {
  const taken = new Set(terminalCodes.all(reader, { branchId }).map(({ code }) => code));
  const own = readState(reader)?.incarnation ?? spare;
  for (const incarnation of [own, spare]) {
    const answer = await centre.incarnate({ incarnation, from: '', base: 0, baseHash: '' });
    if (answer.answer === 'incarnated') return freeCode(answer.terminalCode, 0, taken);
  }
  throw new LinkTrouble('UNKNOWN_INCARNATION');
}
