/**
 * Goal: the first till of a machine that joins a branch has a code that no other machine of that branch was ever given, on PGlite and on a real
 * Postgres alike: two machines that join at once, an attempt that broke off, a centre restored to before it gave a code.
 */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { App } from '#core/app.ts';
import { openEmbeddedCentre } from '#core/sync/centre/embedded.ts';
import { installCentre } from '#core/sync/centre/install.ts';
import { beginEpoch, provisionDevice } from '#core/sync/centre/provision.ts';
import type { Sql } from '#core/sync/postgres.ts';
import { type Centre, CentreError } from '#core/sync/protocol.ts';
import { EMAIL, HOME, joinBranch, openMachine, PASSWORD, replace, run, temporaryFolder } from './machines.ts';
import { ports, type PostgresServer, startPostgres } from './support.ts';

interface Credentials {
  role: string;
  password: string;
}
interface Place {
  sql: Sql;
  urlOf: (device: Credentials) => string;
  close: () => Promise<void>;
}

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
}, 120_000);
afterAll(() => postgres.stop(), 60_000);

const { folder, remove } = temporaryFolder();
afterAll(remove);
const apps: App[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) {
    await app.link.stop();
    app.close();
  }
});

let machines = 0;
/** A machine that hears of the centre but tells it nothing, unless it is given another line. */
function machine(through: (centre: Centre) => Centre = silent): App {
  const app = openMachine(join(folder, `m${String((machines += 1))}`, 'shop.db'), through);
  apps.push(app);
  return app;
}
const broken = (): never => {
  throw new CentreError('the connection broke', '08006', true);
};
const silent = (centre: Centre): Centre => ({ ...centre, push: () => Promise.resolve().then(broken) });
const open = (centre: Centre): Centre => centre;

/** The company's first shop, known to the centre. */
async function company(place: Place): Promise<App> {
  const owner = machine(open);
  const opened = await run<Promise<{ token: string }>>(owner, HOME, 'auth.firstRun', {
    organisation: { name: 'Lubricentro', rut: '76.192.083-9', giro: 'Lubricantes' },
    branch: { name: 'Maipú', code: 'MA', address: '', comuna: '' },
    terminalName: 'Caja 1',
    admin: { email: EMAIL, firstName: 'Olga', lastName: 'Soto', password: PASSWORD },
  });
  const connection = await credentials(place, 'MA', 'OWNER');
  await run(owner, { token: opened.token, origin: 'loopback' }, 'sync.connect', { connection });
  await owner.link.now();
  return owner;
}

const credentials = async ({ sql, urlOf }: Place, branchCode: string, scope: 'OWNER' | 'BRANCH' = 'BRANCH') =>
  urlOf(await provisionDevice(sql, { branchCode, scope }, ports()));

const codeOf = (app: App): unknown =>
  app.database.reader.prepare('select t.code from installation i join terminal t on t.id = i.terminalId').pluck().get();

const places: [string, () => Promise<Place>][] = [
  [
    'PGlite',
    async () => {
      const { sql, url, close } = await openEmbeddedCentre({});
      await installCentre(sql);
      return { sql, urlOf: ({ role }) => `${url}?device=${role}`, close };
    },
  ],
  [
    'Postgres 18',
    async () => {
      const { sql, urlOf } = await postgres.centre();
      return { sql, urlOf, close: () => sql.close() };
    },
  ],
];

it.each(places)(
  '%s: machines that join at once, and an attempt that broke off, never share a code',
  async (_, at) => {
    const place = await at();
    await company(place);
    const two = [machine(), machine()];
    for (const app of two) await replace(app, await credentials(place, 'MA'));
    expect(two.map(codeOf)).toEqual(['2', '3']);
    // A branch that nobody has told of yet.
    const founders = [machine(), machine()];
    for (const app of founders) await joinBranch(app, await credentials(place, 'SUR'), 'Sur');
    expect(founders.map(codeOf)).toEqual(['1', '2']);
    // The code was given, and the answer lost.
    let losses = 1;
    const lossy = machine((centre) => ({
      ...silent(centre),
      incarnate: async (ask) => {
        const answer = await centre.incarnate(ask);
        return (losses -= 1) >= 0 ? broken() : answer;
      },
    }));
    const connection = await credentials(place, 'MA');
    await expect(replace(lossy, connection)).rejects.toMatchObject({ code: 'CONFLICT' });
    await replace(lossy, connection);
    expect(codeOf(lossy)).toBe('5');
    for (const app of apps.splice(0)) {
      await app.link.stop();
      app.close();
    }
    await place.close();
  },
  120_000,
);

it('a centre restored to before it gave a code gives another one, and so does one restored from the same copy again', async () => {
  const { sql, urlOf } = await postgres.centre();
  const place: Place = { sql, urlOf, close: () => sql.close() };
  const owner = await company(place);
  const devices = [];
  for (let index = 0; index < 3; index += 1) devices.push(new URL(await credentials(place, 'MA')));
  await owner.link.stop();
  const backups = [await postgres.copyOf(sql), await postgres.copyOf(sql)];
  const [first, ...later] = devices.map(({ username: role, password }) => ({ role, password }));
  const before = machine();
  await replace(before, urlOf(first as Credentials));
  await before.link.stop();
  const codes = [codeOf(before)];
  for (const [index, device] of later.entries()) {
    const restored = await postgres.reopen(backups[index] ?? '');
    // Which hundred an epoch draws is chance; the test's is the same each time.
    await restored.sql.query('select setseed($1)', [index / 2]);
    await beginEpoch(restored.sql);
    const after = machine();
    await replace(after, restored.urlOf(device));
    codes.push(codeOf(after));
    await after.link.stop();
    await restored.sql.close();
  }
  expect(codes[0]).toBe('2');
  expect(new Set(codes).size).toBe(3);
  for (const code of codes.slice(1)) expect(code).toMatch(/^\d{1,2}01$/);
  await sql.close();
}, 120_000);
