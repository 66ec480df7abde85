/** Who may connect: devices of branches, readers of reports. Their passwords are made here, answered once and kept nowhere. */
import type { Ids, Random } from '#core/engine/ports.ts';
import type { Sql } from '../postgres.ts';
import type { Scope } from '../protocol.ts';
import { asCentre } from './install.ts';

export interface Ports {
  ids: Ids;
  random: Random;
  nowMs: number;
}

export interface Credentials {
  role: string;
  password: string;
  branchId: string;
  branchCode: string;
  scope: Scope;
}

const PASSWORD_BYTES = 24;
const CODE = /^[A-Za-z0-9]{1,4}$/;

/**
 * Makes a device of a branch, given by its code; an unknown code founds the branch, with the id of the shop that connects first (or `branchId`). The
 * first device of all is the owner's unless `scope` says otherwise.
 */
export async function provisionDevice(
  sql: Sql,
  ask: { branchCode: string; branchId?: string; scope?: Scope },
  ports: Ports,
): Promise<Credentials> {
  if (!CODE.test(ask.branchCode)) throw new Error(`"${ask.branchCode}" is no branch code: 1 to 4 letters or digits`);
  const found = await asCentre<{ id: string }>(sql, 'select id from sync.branch where code = $1', [ask.branchCode]);
  const branchId = found[0]?.id ?? ask.branchId ?? ports.ids.next(ports.nowMs);
  const devices = await asCentre<{ n: number }>(sql, 'select count(*)::integer as n from sync.device');
  const scope = ask.scope ?? (devices[0]?.n === 0 ? 'OWNER' : 'BRANCH');
  const role = `rd_${ask.branchCode.toLowerCase()}_${Buffer.from(ports.random.bytes(6)).toString('hex')}`;
  const password = Buffer.from(ports.random.bytes(PASSWORD_BYTES)).toString('base64url');
  await sql.exec('begin');
  try {
    // Neither can hold a quote: the code is checked above, the password is base64url.
    await sql.exec(
      `create role ${role} login inherit password '${password}' connection limit 8;
       grant sync_device to ${role}; alter role ${role} set statement_timeout = '50s'`,
    );
    if (found.length === 0)
      await asCentre(sql, 'insert into sync.branch (id, code, claimed) values ($1, $2, $3)', [
        branchId,
        ask.branchCode,
        ask.branchId !== undefined,
      ]);
    await asCentre(sql, 'insert into sync.device (role, branch_id, scope, created_at_ms) values ($1, $2, $3, $4)', [
      role,
      branchId,
      scope,
      ports.nowMs,
    ]);
    await sql.exec('commit');
  } catch (error) {
    await sql.exec('rollback');
    throw error;
  }
  return { role, password, branchId, branchCode: ask.branchCode, scope };
}

/** Shuts a device out at once: its role cannot log in, its connections end, its calls are refused. What it sent stays. */
export async function revokeDevice(sql: Sql, role: string): Promise<void> {
  const changed = await asCentre(sql, `update sync.device set state = 'REVOKED' where role = $1 returning role`, [
    role,
  ]);
  if (changed.length === 0) throw new Error(`there is no device ${role}`);
  await sql.exec(`alter role "${role.replaceAll('"', '""')}" nologin`);
  await sql.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [role]);
}

/** Makes a login for reports: of one branch, or of all where no code is given. */
export async function provisionReader(
  sql: Sql,
  ask: { branchCode?: string },
  ports: Ports,
): Promise<{ role: string; password: string }> {
  const branches =
    ask.branchCode === undefined
      ? [{ id: null }]
      : await asCentre<{ id: string | null }>(sql, 'select id from sync.branch where code = $1', [ask.branchCode]);
  const branch = branches[0];
  if (!branch) throw new Error(`there is no branch ${ask.branchCode ?? ''}`);
  const role = `rd_reader_${Buffer.from(ports.random.bytes(6)).toString('hex')}`;
  const password = Buffer.from(ports.random.bytes(PASSWORD_BYTES)).toString('base64url');
  await sql.exec(`create role ${role} login inherit password '${password}'; grant sync_reader to ${role}`);
  await asCentre(sql, 'insert into sync.reader (role, branch_id) values ($1, $2)', [role, branch.id]);
  return { role, password };
}

/** After restoring a backup of the centre: devices push again what it lost, and read again what it gave other numbers. */
export async function beginEpoch(sql: Sql): Promise<string> {
  const rows = await asCentre<{ id: string }>(sql, 'select sync.new_epoch() as id');
  return rows[0]?.id ?? '';
}
