/** Brings a centre to the newest schema: numbered SQL files, each in a transaction of its own, owned by a role that nobody logs in as. */
import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sql } from '../postgres.ts';

const FOLDER = join(import.meta.dirname, '../../../migrations/postgres');

/** Roles are the server's, not the database's: they may be there already. The installer needs CREATEROLE, and CREATE on the database. */
const ROLES = `
do $$
declare
  r text;
begin
  foreach r in array array['sync_centre', 'sync_device', 'sync_reader'] loop
    if not exists (select from pg_roles where rolname = r) then execute format('create role %I nologin', r); end if;
  end loop;
  if not (select rolsuper from pg_roles where rolname = current_user) then grant sync_centre to current_user; end if;
  execute format('grant create on database %I to sync_centre', current_database());
  execute format('revoke temporary, create on database %I from public', current_database());
  revoke all on schema public from public;
end $$;
create table if not exists public.rep_drill_migration (name text primary key, digest text not null, applied_at timestamptz not null default now());
`;

/**
 * Applies what is missing and projects what waited for it. Answers the names applied. Refuses a centre that a newer version has installed, and one
 * whose migrations were other ones.
 */
export async function installCentre(sql: Sql): Promise<string[]> {
  const files = readdirSync(FOLDER)
    .filter((name) => /^\d{3}_\w+\.sql$/.test(name))
    .sort();
  await sql.exec(ROLES);
  const known = await sql.query<{ name: string; digest: string }>(
    'select name, digest from public.rep_drill_migration',
  );
  const applied = new Map(known.map(({ name, digest }) => [name, digest]));
  const strange = [...applied.keys()].find((name) => !files.includes(name));
  if (strange !== undefined) throw new Error(`this centre was installed by a newer version: it has ${strange}`);
  const names: string[] = [];
  for (const name of files) {
    const text = readFileSync(join(FOLDER, name), 'utf8').replaceAll('\r\n', '\n');
    const digest = hash('sha256', text, 'hex');
    const before = applied.get(name);
    if (before === digest) continue;
    if (before !== undefined) throw new Error(`${name} is not what this centre was installed with`);
    await sql.exec('begin');
    try {
      await sql.exec(`set local role sync_centre; ${text}; reset role;`);
      await sql.query('insert into public.rep_drill_migration (name, digest) values ($1, $2)', [name, digest]);
      await sql.exec('commit');
    } catch (error) {
      await sql.exec('rollback');
      throw new Error(`${name} cannot be applied`, { cause: error });
    }
    names.push(name);
  }
  if (names.length > 0) await asCentre(sql, 'select sync.replay()');
  return names;
}

/** Runs a statement as the role that everything belongs to. */
export async function asCentre<R extends object>(
  sql: Sql,
  text: string,
  values: readonly unknown[] = [],
): Promise<R[]> {
  await sql.exec('set role sync_centre');
  try {
    return await sql.query<R>(text, values);
  } finally {
    await sql.exec('reset role');
  }
}
