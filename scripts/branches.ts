/**
 * `npm run demo -- --branches 3`: a centre and several branches on this machine, each with its own file and port, to see them converge. The
 * last one is without a network until Enter is pressed here; it sells all the same.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildDemo } from '#core/demo/generate.ts';
import { DEMO_USERS } from '#core/demo/users.ts';
import { monotonicIds, systemRandom } from '#core/engine/system.ts';
import { databaseFile } from '#core/shop.ts';
import { type EmbeddedCentre, openEmbeddedCentre } from '#core/sync/centre/embedded.ts';
import { installCentre } from '#core/sync/centre/install.ts';
import { provisionDevice } from '#core/sync/centre/provision.ts';
import { ROOT } from './arguments.ts';
import { ensureBuilt } from './build.ts';
import { whenToldToStop } from './host.ts';

/** A shop of some days and of every eighth product: enough to see something, built and sent in seconds. */
const SHOP = { days: 10, every: 8, ticketsPerDay: 30 };
const NAMES = ['Maipú', 'Ñuñoa', 'Puente Alto', 'La Florida', 'Quilicura', 'San Bernardo'] as const;
const CODES = ['MA', 'NU', 'PA', 'LF', 'QU', 'SB'] as const;
/** Behind the branches' ports: the branches remember where the centre is, so both have to be there again next time. */
const CENTRE_PORT = 20;
const WIRE_PORT = 21;

export interface BranchesOptions {
  count: number;
  /** Port of the first branch; the others follow. */
  port: number;
  folder?: string;
  fresh: boolean;
}

interface Branch {
  name: string;
  child: ChildProcess;
  url: string;
}

/** Starts everything and serves until told to stop. Answers the address of the first branch. */
export async function serveBranches(options: BranchesOptions): Promise<string> {
  const { count, port, fresh, folder = join(ROOT, 'data/branches') } = options;
  if (!Number.isInteger(count) || count < 2 || count > NAMES.length)
    throw new Error(`--branches takes 2 to ${String(NAMES.length)}`);
  if (fresh) rmSync(folder, { recursive: true, force: true });
  await ensureBuilt();
  const first = databaseFile(join(folder, CODES[0]));
  if (!existsSync(first)) await buildDemo(first, { ...SHOP, log: (line) => console.error(line) });
  const centre = await openEmbeddedCentre({ data: join(folder, 'centre'), port: port + CENTRE_PORT });
  const wire = await severable(Number(new URL(centre.url).port), port + WIRE_PORT);
  const branches: Branch[] = [];
  const stopping = new AbortController();
  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(branches.map(({ child }) => ended(child)));
    await wire.close();
    await centre.close();
  };
  whenToldToStop(stop);
  try {
    await installCentre(centre.sql);
    await startBranches({ count, port, folder, centre, wire, branches });
  } catch (error) {
    // Told to stop in the middle: whatever was being started is gone, and nobody wants to hear of it.
    if (stopping.signal.aborted) return new Promise<string>(() => undefined);
    await stop();
    throw error;
  }
  wire.sever();
  whenEntered(wire, branches);
  console.error(guide(branches));
  return branches[0]?.url ?? '';
}

/** Starts them one after the other, the one with the catalogue first; each that is new is linked and given something to sell. */
async function startBranches(ports: {
  count: number;
  port: number;
  folder: string;
  centre: EmbeddedCentre;
  wire: Wire;
  branches: Branch[];
}): Promise<void> {
  const { count, port, folder, centre, wire, branches } = ports;
  for (let index = 0; index < count; index += 1) {
    const [name, code] = [NAMES[index] ?? '', CODES[index] ?? ''];
    const data = join(folder, code);
    const isEmpty = !existsSync(databaseFile(data));
    const isLast = index === count - 1;
    if (isLast && !isEmpty) wire.sever();
    const branch = await start(name, data, port + index);
    branches.push(branch);
    const isNew = index === 0 ? await isAlone(branch) : isEmpty;
    console.error(`  ${name}: ${branch.url}${isNew ? '  joining the centre ...' : ''}`);
    if (!isNew) continue;
    const scope = index === 0 ? ('OWNER' as const) : ('BRANCH' as const);
    const device = await provisionDevice(centre.sql, { branchCode: code, scope }, demoPorts());
    const address = new URL(centre.url);
    if (isLast) address.port = String(wire.port);
    address.search = `?device=${device.role}`;
    if (index === 0) await connectFirst(branch, address.href);
    else await joinBranch(branch, address.href);
  }
  const [first, second] = branches;
  if (first && second) await sendGoods(first);
}

const demoPorts = () => ({ ids: monotonicIds(), random: systemRandom, nowMs: Date.now() });
const commandId = (): string => demoPorts().ids.next(Date.now());

async function start(name: string, data: string, port: number): Promise<Branch> {
  const child = fork(join(import.meta.dirname, 'serve.ts'), ['--data', data, '--port', String(port)], {
    cwd: ROOT,
    silent: true,
  });
  child.stderr?.pipe(process.stderr);
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const end = output.indexOf('\n');
      if (end >= 0) resolve((JSON.parse(output.slice(0, end)) as { url: string }).url);
    });
    child.once('exit', (code) => reject(new Error(`${name} ended with ${String(code)}`)));
  });
  return { name, child, url };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  if (child.connected) child.send('stop');
  else child.kill('SIGTERM');
  await gone;
}

const OWNER = DEMO_USERS.find(({ role }) => role === 'admin');

async function call<T>(branch: Branch, path: string, input: object, token?: string): Promise<T> {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const response = await fetch(`${branch.url}api/${path}`, { method: 'POST', headers, body: JSON.stringify(input) });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`${branch.name}: ${path} was refused: ${JSON.stringify(body)}`);
  return body as T;
}

const signIn = async (branch: Branch): Promise<string> =>
  (await call<{ token: string }>(branch, 'auth/login', { email: OWNER?.email, password: OWNER?.password })).token;

const isAlone = async (branch: Branch): Promise<boolean> =>
  (await call<{ state: string }>(branch, 'sync/status', {}, await signIn(branch))).state === 'OFF';

/** Links the shop that has the catalogue, and waits until all of it is at the centre. */
async function connectFirst(branch: Branch, connection: string): Promise<void> {
  const token = await signIn(branch);
  await call(branch, 'sync/connect', { connection }, token);
  for (let told = 0; ;) {
    const { pending } = await call<{ pending: number }>(branch, 'sync/status', {}, token);
    if (pending === 0) break;
    if (Date.now() - told > 3_000) {
      console.error(`  ${branch.name}: ${String(pending)} documents to send ...`);
      told = Date.now();
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await openShift(branch, token);
}

interface Tile {
  id: string;
  kind: string;
  priceClp: number;
}
const salesWarehouse = async (branch: Branch, token: string): Promise<string | undefined> =>
  (await call<{ id: string; purpose: string }[]>(branch, 'warehouses/list', {}, token)).find(
    ({ purpose }) => purpose === 'SALES',
  )?.id;
const goodsOf = async (branch: Branch, token: string): Promise<Tile[]> =>
  (await call<Tile[]>(branch, 'counter/tiles', { limit: 60 }, token)).filter(({ kind }) => kind === 'GOODS');

const openShift = (branch: Branch, token: string): Promise<unknown> =>
  call(branch, 'shifts/open', { commandId: commandId(), count: { '1000': 20, '10000': 3 } }, token);

/** A new branch of the company: people, catalogue and prices come from the centre; PINs are given anew, and something to sell comes in. */
async function joinBranch(branch: Branch, connection: string): Promise<void> {
  await call(branch, 'sync/join', {
    connection,
    branch: { name: `Sucursal ${branch.name}`, address: '', comuna: '' },
    terminalName: 'Caja 1',
    email: OWNER?.email,
    password: OWNER?.password,
  });
  const token = await signIn(branch);
  await call(branch, 'auth/setPin', { password: OWNER?.password, pin: OWNER?.pin }, token);
  const { rows: users } = await call<{ rows: { id: string; email: string }[] }>(branch, 'users/list', {}, token);
  for (const { email, password, pin, role } of DEMO_USERS) {
    const id = users.find((row) => row.email === email)?.id;
    if (id === undefined || role === 'admin') continue;
    await call(branch, 'users/resetPassword', { id, password }, token);
    await call(branch, 'users/resetPin', { id, pin }, token);
  }
  const goods = await goodsOf(branch, token);
  await call(
    branch,
    'stock/receive',
    {
      commandId: commandId(),
      warehouseId: await salesWarehouse(branch, token),
      reference: 'Apertura',
      // Not everything: what is missing here is in another branch, and the counter says so.
      lines: goods
        .filter((_, index) => index % 3 > 0)
        .map(({ id, priceClp }) => ({ productId: id, quantityMilli: 24_000, unitCostMilliClp: priceClp * 500 })),
    },
    token,
  );
  await openShift(branch, token);
  await call(branch, 'sync/retryNow', {}, token);
}

/** Puts something on its way to the second branch, once. */
async function sendGoods(branch: Branch): Promise<void> {
  const token = await signIn(branch);
  await call(branch, 'sync/retryNow', {}, token);
  if ((await call<{ total: number }>(branch, 'transfers/list', {}, token)).total > 0) return;
  const others = await call<{ branchId: string; code: string }[]>(branch, 'branches/list', {}, token);
  const toBranchId = others.find(({ code }) => code === CODES[1])?.branchId;
  const levels = await call<{ rows: { productId: string; warehouseId: string; onHandMilli: number }[] }>(
    branch,
    'stock/levels',
    { warehouseId: await salesWarehouse(branch, token), limit: 200 },
    token,
  );
  const lines = levels.rows
    .filter(({ onHandMilli }) => onHandMilli >= 6_000)
    .slice(0, 2)
    .map(({ productId }) => ({ productId, quantityMilli: 6_000 }));
  if (toBranchId === undefined || lines.length === 0) return;
  const warehouseId = levels.rows[0]?.warehouseId;
  await call(branch, 'transfers/dispatch', { commandId: commandId(), toBranchId, warehouseId, lines }, token);
  await call(branch, 'sync/retryNow', {}, token);
}

/** Each Enter pulls the last branch's cable out or puts it back; back, both ends are told to hurry. */
function whenEntered(wire: Wire, branches: readonly Branch[]): void {
  const [owner, last] = [branches[0], branches.at(-1)];
  if (!owner || !last) return;
  createInterface({ input: process.stdin }).on('line', () => {
    wire.toggle();
    if (!wire.isOpen()) return console.error(`${last.name} is without a network again.`);
    console.error(`${last.name} is connected again: its documents are on their way.`);
    void hurry(last)
      .then(() => hurry(owner))
      .then(() => console.error(`${owner.name} knows them now: look at Sucursales.`))
      .catch((error: unknown) => console.error(String(error)));
  });
}

const hurry = async (branch: Branch): Promise<unknown> => call(branch, 'sync/retryNow', {}, await signIn(branch));

/** What is where, who may enter, and what to try. */
function guide(branches: readonly Branch[]): string {
  const [owner, second, last] = [branches[0], branches[1], branches.at(-1)];
  const width = Math.max(...branches.map(({ name }) => name.length));
  const rows = branches.map(({ name, url }, index) =>
    [name.padEnd(width), url, index === 0 ? 'owner' : name === last?.name ? 'NO NETWORK' : ''].join('   ').trimEnd(),
  );
  const people = DEMO_USERS.map(({ name, role, pin }) => `${name} (${role}) ${pin}`).join(', ');
  return `
${rows.map((row) => `  ${row}`).join('\n')}
  PIN in every branch: ${people}

  1. ${last?.name ?? ''} sells without a network: F2, a product that is there, F9, Enter. Its pill counts what waits.
  2. ${owner?.name ?? ''}, Sucursales: ${last?.name ?? ''} does not have the sale yet. Press Enter HERE: it arrives.
  3. ${owner?.name ?? ''}, Productos: change a price. Within half a minute every counter shows it.
  4. ${second?.name ?? ''}, Sucursales > Traspasos: receive what ${owner?.name ?? ''} sent, one piece short.
  5. ${second?.name ?? ''}, Vender: a product without stock says which branch has it (Ctrl+B: all of them).

  Enter: cable of ${last?.name ?? ''} in or out.  Ctrl+C: stop everything.
`;
}

export interface Wire {
  port: number;
  isOpen: () => boolean;
  sever: () => void;
  toggle: () => void;
  close: () => Promise<void>;
}

/** A cable to a port of loopback that can be pulled out and put back. */
export async function severable(target: number, port = 0): Promise<Wire> {
  const open = new Set<Socket>();
  let isOpen = true;
  const server = createServer((socket) => {
    if (!isOpen) return void socket.destroy();
    const far = connect(target, '127.0.0.1');
    for (const end of [socket, far]) {
      open.add(end);
      end.on('error', () => undefined);
      end.on('close', () => (open.delete(end), socket.destroy(), far.destroy()));
    }
    socket.pipe(far).pipe(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const sever = (): void => {
    isOpen = false;
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    isOpen: () => isOpen,
    sever,
    toggle: () => (isOpen ? sever() : void (isOpen = true)),
    close: async () => {
      sever();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
