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
import { openEmbeddedCentre } from '#core/sync/centre/embedded.ts';
import { installCentre } from '#core/sync/centre/install.ts';
import { provisionDevice } from '#core/sync/centre/provision.ts';
import { ROOT } from './arguments.ts';
import { ensureBuilt } from './build.ts';
import { whenToldToStop } from './host.ts';

/** Days of sales of the first branch: enough to see something, quick to build and to send. */
const DAYS = 30;
const NAMES = ['Maipú', 'Ñuñoa', 'Puente Alto', 'La Florida', 'Quilicura', 'San Bernardo'] as const;
const CODES = ['MA', 'NU', 'PA', 'LF', 'QU', 'SB'] as const;

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
  if (!existsSync(first)) await buildDemo(first, { days: DAYS, log: (line) => console.error(line) });
  const centre = await openEmbeddedCentre({ data: join(folder, 'centre') });
  await installCentre(centre.sql);
  const wire = await severable(Number(new URL(centre.url).port));
  const branches: Branch[] = [];
  whenToldToStop(async () => {
    await Promise.all(branches.map(({ child }) => ended(child)));
    wire.close();
    await centre.close();
  });
  for (let index = 0; index < count; index += 1) {
    const data = join(folder, CODES[index] ?? '');
    const isEmpty = !existsSync(databaseFile(data));
    const branch = await start(NAMES[index] ?? '', data, port + index);
    branches.push(branch);
    const isLast = index === count - 1;
    const address = new URL(centre.url);
    if (isLast) address.port = String(wire.port);
    if (index === 0 ? await isAlone(branch) : isEmpty) {
      const ask = { branchCode: CODES[index] ?? '', scope: index === 0 ? ('OWNER' as const) : ('BRANCH' as const) };
      const device = await provisionDevice(centre.sql, ask, ports());
      address.search = `?device=${device.role}`;
      await (index === 0 ? connectFirst(branch, address.href) : joinBranch(branch, address.href));
    }
    console.error(`  ${branch.name}: ${branch.url}`);
  }
  wire.sever();
  const last = branches.at(-1)?.name ?? '';
  console.error(
    `${last} has no network: sell there, then press Enter here and watch it arrive. Ctrl+C stops everything.`,
  );
  createInterface({ input: process.stdin }).on('line', () => {
    wire.toggle();
    console.error(wire.isOpen() ? `${last} is connected again.` : `${last} is without a network again.`);
  });
  return branches[0]?.url ?? '';
}

const ports = () => ({ ids: monotonicIds(), random: systemRandom, nowMs: Date.now() });

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
      if (output.includes('\n')) resolve((JSON.parse(output) as { url: string }).url);
    });
    child.once('exit', (code) => reject(new Error(`${name} ended with ${String(code)}`)));
  });
  return { name, child, url };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
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
  for (;;) {
    const { pending } = await call<{ pending: number }>(branch, 'sync/status', {}, token);
    if (pending === 0) return;
    console.error(`  ${branch.name}: ${String(pending)} documents to send ...`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** A new branch of the company: people, catalogue and prices come from the centre; the owner's PIN is enrolled, and something to sell comes in. */
async function joinBranch(branch: Branch, connection: string): Promise<void> {
  await call(branch, 'sync/join', {
    connection,
    branch: { name: branch.name, address: '', comuna: '' },
    terminalName: 'Caja 1',
    email: OWNER?.email,
    password: OWNER?.password,
  });
  const token = await signIn(branch);
  await call(branch, 'auth/setPin', { password: OWNER?.password, pin: OWNER?.pin }, token);
  const warehouses = await call<{ id: string; purpose: string }[]>(branch, 'warehouses/list', {}, token);
  const tiles = await call<{ id: string; kind: string; priceClp: number }[]>(
    branch,
    'counter/tiles',
    { limit: 60 },
    token,
  );
  const { ids } = ports();
  await call(
    branch,
    'stock/receive',
    {
      commandId: ids.next(Date.now()),
      warehouseId: warehouses.find(({ purpose }) => purpose === 'SALES')?.id,
      reference: 'Apertura',
      lines: tiles
        .filter(({ kind }) => kind === 'GOODS')
        .map(({ id, priceClp }) => ({ productId: id, quantityMilli: 24_000, unitCostMilliClp: priceClp * 500 })),
    },
    token,
  );
}

interface Wire {
  port: number;
  isOpen: () => boolean;
  sever: () => void;
  toggle: () => void;
  close: () => void;
}

/** A cable to a port of loopback that can be pulled out and put back. */
async function severable(target: number): Promise<Wire> {
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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sever = (): void => {
    isOpen = false;
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    isOpen: () => isOpen,
    sever,
    toggle: () => (isOpen ? sever() : (isOpen = true)),
    close: () => (sever(), server.close()),
  };
}
