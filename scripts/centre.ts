/**
 * `npm run centre [-- --data DIR --port N]`: an embedded centre (PGlite) behind a loopback socket, for the demonstration and for tries. With
 * `--connection URL` any other Postgres is the centre, and the command only installs. Besides:
 *   --provision BRANCH [--scope OWNER|BRANCH] [--branch-id ID]   makes a device; its credentials are printed this once
 *   --reader [BRANCH|ALL]   makes a login for reports
 *   --revoke ROLE           shuts a device out
 *   --new-epoch             after a backup of the centre was restored
 *   --import FILE [--device ROLE]   takes in what a branch without a network exported; ROLE where its machine never spoke to the centre
 * Prints one line of JSON when it is done or can be used; an embedded centre then serves until SIGTERM.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { monotonicIds, systemRandom } from '#core/engine/system.ts';
import { importCarried } from '#core/sync/centre/carry.ts';
import { openEmbeddedCentre } from '#core/sync/centre/embedded.ts';
import { installCentre } from '#core/sync/centre/install.ts';
import { beginEpoch, provisionDevice, provisionReader, revokeDevice } from '#core/sync/centre/provision.ts';
import { connectSql, type Sql } from '#core/sync/postgres.ts';
import type { Scope } from '#core/sync/protocol.ts';
import { ROOT } from './arguments.ts';
import { whenToldToStop } from './host.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(ROOT, 'data/centre') },
    port: { type: 'string', default: '5460' },
    connection: { type: 'string' },
    provision: { type: 'string' },
    scope: { type: 'string' },
    'branch-id': { type: 'string' },
    reader: { type: 'string' },
    revoke: { type: 'string' },
    'new-epoch': { type: 'boolean', default: false },
    import: { type: 'string' },
    device: { type: 'string' },
  },
});
const ports = { ids: monotonicIds(), random: systemRandom, nowMs: Date.now() };

/** What was asked beside serving; answers what to print. `urlOf` makes a device's address. */
async function operate(sql: Sql, urlOf: (device: { role: string; password: string }) => string): Promise<object> {
  const installed = await installCentre(sql);
  const done: Record<string, unknown> = { installed };
  if (values.provision !== undefined) {
    const ask = {
      branchCode: values.provision,
      ...(values.scope === undefined ? {} : { scope: scopeOf(values.scope) }),
      ...(values['branch-id'] === undefined ? {} : { branchId: values['branch-id'] }),
    };
    const device = await provisionDevice(sql, ask, ports);
    done['device'] = { ...device, url: urlOf(device) };
  }
  if (values.reader !== undefined) {
    const reader = await provisionReader(sql, values.reader === 'ALL' ? {} : { branchCode: values.reader }, ports);
    done['reader'] = { ...reader, url: urlOf(reader) };
  }
  if (values.revoke !== undefined) await revokeDevice(sql, values.revoke);
  if (values['new-epoch']) done['epoch'] = await beginEpoch(sql);
  if (values.import !== undefined)
    done['imported'] = await importCarried(sql, readFileSync(values.import, 'utf8'), values.device);
  return done;
}

function scopeOf(text: string): Scope {
  if (text !== 'OWNER' && text !== 'BRANCH') throw new Error('--scope is OWNER or BRANCH');
  return text;
}

if (values.connection === undefined) {
  const centre = await openEmbeddedCentre({ data: values.data, port: Number(values.port) });
  const done = await operate(centre.sql, ({ role }) => `${centre.url}?device=${role}`);
  whenToldToStop(() => centre.close());
  console.log(JSON.stringify({ ready: true, url: centre.url, ...done }));
} else {
  const address = new URL(values.connection);
  const sql = await connectSql(values.connection);
  const done = await operate(sql, ({ role, password }) => {
    const own = new URL(address);
    own.username = role;
    own.password = password;
    return own.href;
  });
  await sql.close();
  address.password = '';
  console.log(JSON.stringify({ ready: true, url: address.href, ...done }));
}
