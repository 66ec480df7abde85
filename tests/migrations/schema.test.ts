/**
 * Goal: the schema that the migrations make is the one that was reviewed (the golden file), it is strict everywhere, and a database
 * with data in it is copied before it is touched. `UPDATE_GOLDEN=1 npx vitest run tests/migrations` rewrites the golden file.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase, type ShopDatabase } from '#core/engine/database.ts';
import { migrate, MIGRATIONS_FOLDER, readMigrations, schemaText } from '#core/engine/migrate.ts';

const GOLDEN = join(MIGRATIONS_FOLDER, 'schema.golden.sql');
let folder: string;
let database: ShopDatabase;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rd-migrations-'));
  database = openDatabase(join(folder, 'shop.db'));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

it('makes exactly the golden schema', () => {
  migrate(database);
  const made = schemaText(database);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(GOLDEN, made);
  expect(made).toBe(readFileSync(GOLDEN, 'utf8'));
});

it('numbers its files by ten, without repeats', () => {
  const numbers = readMigrations().map((migration) => migration.number);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(numbers.every((number) => number % 10 === 0)).toBe(true);
});

it('makes strict tables only', () => {
  migrate(database);
  const loose = database.raw
    .prepare(
      "select name from pragma_table_list where type = 'table' and strict = 0 and name not like 'sqlite_%' and name not like '%Search_%'",
    )
    .pluck()
    .all();
  expect(loose).toEqual([]);
});

it('copies a database that holds something before it changes it, and does nothing the second time', () => {
  const [first, ...rest] = readMigrations();
  if (!first) throw new Error('no migrations');
  migrate(database, [first]);
  database.raw.exec("insert into setting values ('kept', '1')");
  expect(migrate(database, [first, ...rest])).toEqual(rest.map((migration) => migration.number));
  const copies = readdirSync(join(folder, 'backups'));
  expect(copies).toHaveLength(rest.length > 0 ? 1 : 0);
  expect(database.raw.prepare("select value from setting where key = 'kept'").pluck().get()).toBe('1');
  expect(migrate(database)).toEqual([]);
});

it('upgrades migration by migration to the same schema as in one go', () => {
  const migrations = readMigrations();
  for (let count = 1; count <= migrations.length; count += 1) migrate(database, migrations.slice(0, count));
  const stepwise = schemaText(database);
  const fresh = openDatabase(':memory:');
  migrate(fresh);
  expect(stepwise).toBe(schemaText(fresh));
  fresh.close();
});
