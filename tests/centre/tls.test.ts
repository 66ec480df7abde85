/**
 * Goal: beyond this machine nothing but TLS with a verified certificate and SCRAM will do: the right authority connects, a wrong one, a wrong
 * name, a server without TLS and a connection string that asks for less are refused, each with a reason that has words.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { provisionDevice } from '#core/sync/centre/provision.ts';
import { reasonOf } from '#core/sync/link.ts';
import { CERTIFICATE, connectCentre, type ConnectOptions, INSECURE, type Sql } from '#core/sync/postgres.ts';
import { remoteCentre } from '#core/sync/remote.ts';
import { temporaryFolder } from './machines.ts';
import { ports, type PostgresServer, startPostgres } from './support.ts';

let postgres: PostgresServer;
let plain: PostgresServer;
let sql: Sql;
let device: URL;
const { folder, remove } = temporaryFolder();
const file = (name: string): string => join(folder, name);

/** What the pages say of a reason. */
const texts = ['es', 'en'].map((language) => {
  const text = readFileSync(join(import.meta.dirname, `../../renderer/text/${language}/sync.ts`), 'utf8');
  return text.slice(text.indexOf('  syncReasons: {')).split('\n  },')[0];
});

/** An authority, and a certificate of it for `names`. */
function certificates(authority: string, names: string): void {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    `${authority}.key`,
    '-out',
    `${authority}.pem`,
    '-subj',
    `/CN=${authority}`,
  );
  openssl('req', ...key, '-keyout', `${authority}-server.key`, '-out', `${authority}.csr`, '-subj', '/CN=centre');
  writeFileSync(file(`${authority}.ext`), `subjectAltName=${names}`);
  openssl(
    ...['x509', '-req', '-in', `${authority}.csr`, '-CA', `${authority}.pem`, '-CAkey', `${authority}.key`],
    ...['-CAcreateserial', '-out', `${authority}-server.pem`, '-days', '2', '-extfile', `${authority}.ext`],
  );
}

beforeAll(async () => {
  chmodSync(folder, 0o755);
  certificates('ours', 'DNS:centre.test,IP:127.0.0.1');
  certificates('strangers', 'DNS:centre.test,IP:127.0.0.1');
  certificates('named', 'DNS:elsewhere.test');
  // Postgres reads a key of root's where the group may read it at most.
  for (const name of ['ours', 'named']) {
    copyFileSync(file(`${name}-server.key`), file(`${name}.server`));
    chmodSync(file(`${name}.server`), 0o640);
    if (process.getuid?.() === 0) execFileSync('chgrp', ['postgres', file(`${name}.server`)]);
  }
  postgres = await startPostgres([
    'ssl=on',
    `ssl_cert_file=${file('ours-server.pem')}`,
    `ssl_key_file=${file('ours.server')}`,
  ]);
  plain = await startPostgres();
  let urlOf: (of: { role: string; password: string }) => string;
  ({ sql, urlOf } = await postgres.centre());
  device = new URL(urlOf(await provisionDevice(sql, { branchCode: 'MA' }, ports())));
}, 180_000);
afterAll(async () => {
  await sql.close();
  await postgres.stop();
  await plain.stop();
  remove();
}, 60_000);

/** The device's address with other settings. */
function address(
  settings: Record<string, string>,
  change: Partial<Pick<URL, 'hostname' | 'port' | 'password'>> = {},
): string {
  const url = new URL(device);
  for (const [name, value] of Object.entries(settings)) url.searchParams.set(name, value);
  return Object.assign(url, change).href;
}

/** What a connection comes to: 'connected', or the code of why not. */
async function tries(url: string, options: ConnectOptions = {}): Promise<string> {
  try {
    const centre = connectCentre(url, options);
    try {
      await centre.overview();
      return 'connected';
    } finally {
      await centre.close();
    }
  } catch (error) {
    const { sqlState, transient } = error as { sqlState: string; transient: boolean };
    expect(transient).toBe(false);
    for (const text of texts) expect(text).toContain(`\n    ${reasonOf(error)}: '`);
    return sqlState;
  }
}

const verified = { sslmode: 'verify-full', sslrootcert: file('ours.pem') };

it('connects with the right authority, by SCRAM bound to the channel, through the thread of the link too', async () => {
  expect(await tries(address(verified))).toBe('connected');
  expect(await tries(address({}), { ca: readFileSync(file('ours.pem'), 'utf8') })).toBe('connected');
  const remote = remoteCentre(address(verified));
  await remote.overview();
  const [row] = await sql.query<{ ssl: boolean; version: string; stored: string }>(
    `select s.ssl, s.version, left(a.rolpassword, 13) as stored from pg_stat_ssl s join pg_stat_activity b using (pid)
     join pg_authid a on a.rolname = b.usename where b.usename = $1`,
    [device.username],
  );
  expect(row).toEqual({ ssl: true, version: 'TLSv1.3', stored: 'SCRAM-SHA-256' });
  await remote.close();
  expect(await tries(address(verified, { password: 'guess' }))).toBe('28P01');
});

it('refuses a certificate of another authority, of none that is known, and of another name', async () => {
  expect(await tries(address({ ...verified, sslrootcert: file('strangers.pem') }))).toBe(CERTIFICATE);
  expect(await tries(address({ sslmode: 'verify-full' }))).toBe(CERTIFICATE);
  expect(await tries(address(verified, { hostname: 'localhost' }))).toBe(CERTIFICATE);
  await sql.exec(`alter system set ssl_cert_file = '${file('named-server.pem')}'`);
  await sql.exec(`alter system set ssl_key_file = '${file('named.server')}'`);
  await sql.exec('select pg_reload_conf()');
  await expect.poll(() => tries(address({ ...verified, sslrootcert: file('named.pem') }))).toBe(CERTIFICATE);
});

it('refuses to speak in the open to anybody but this machine', async () => {
  for (const sslmode of ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'no-verify'])
    expect(await tries(address({ sslmode }, { hostname: 'centre.example.cl' })), sslmode).toBe(INSECURE);
  for (const sslmode of ['allow', 'prefer', 'require', 'verify-ca'])
    expect(await tries(address({ sslmode })), sslmode).toBe(INSECURE);
  expect(await tries(address({ device: 'rd_ma' }, { hostname: 'centre.example.cl' }))).toBe(INSECURE);
  // A server that has no TLS is not spoken to where it is asked for, as it is for every other machine.
  expect(await tries(address(verified, { port: String(plain.port) }))).toBe(INSECURE);
  const remote = remoteCentre(address({ sslmode: 'disable' }, { hostname: 'centre.example.cl' }));
  await expect(remote.overview()).rejects.toMatchObject({ sqlState: INSECURE });
  await remote.close();
});
