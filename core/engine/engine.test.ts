/**
 * Goal: the engine keeps its word on a real file: durable settings at every open, one owner, one event per command, the first
 * answer on a repeat, nothing at all on a failure, and a chain that names what was changed behind its back.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DomainError } from '#core/shared/errors.ts';
import { command, query } from '#core/shared/procedure.ts';
import { openDatabase, type ShopDatabase } from './database.ts';
import { Dispatcher, systemActor } from './dispatch.ts';
import { eventKind, verifyChain } from './events.ts';
import { migrate, readMigrations } from './migrate.ts';
import { defineModule } from './module.ts';
import { silentLog } from './ports.ts';
import { monotonicIds, systemRandom } from './system.ts';

const noted = eventKind<{ text: string }>('notes.added', 1);
const contract = {
  notes: {
    add: command({
      summary: 'Adds',
      access: 'session',
      input: { text: z.string().max(50) },
      output: z.strictObject({ id: z.string() }),
    }),
    fail: command({ summary: 'Fails', access: 'session', input: {}, output: z.null() }),
    count: query({ summary: 'Counts', access: 'stock.read', input: {}, output: z.int(), topics: ['setting'] }),
  },
};

let folder: string;
let database: ShopDatabase;
let nowMs = 1_700_000_000_000;

function dispatcher(): Dispatcher {
  const module = defineModule({
    contract,
    handlers: {
      notes: {
        add: (context, input) => {
          const id = context.newId();
          context.writer.prepare('insert into setting (key, value) values (?, ?)').run(id, input.text);
          context.writer.touch('setting');
          context.record(noted, id, { text: input.text });
          return { id };
        },
        fail: (context) => {
          context.writer.prepare("insert into setting (key, value) values ('x', 'y')").run();
          throw new DomainError('CONFLICT');
        },
        count: (context) => context.reader.prepare('select count(*) from setting').pluck().get() as number,
      },
    },
  });
  return new Dispatcher({
    database,
    modules: [module],
    authority: { admit: () => undefined, actorOf: () => undefined, consumeOverride: () => undefined },
    deviceId: 'device-1',
    clock: { nowMs: () => (nowMs += 1) },
    ids: monotonicIds(),
    random: systemRandom,
    log: silentLog,
    checkOutput: true,
  });
}

const installSite = (): unknown =>
  database.raw.exec(`
    insert into organisation values ('o', 'Shop', '76192083-9', '', 1);
    insert into branch values ('b', 'o', 'MA', 'Maipú', '', '', 'America/Santiago', 1);
    insert into terminal values ('t', 'b', '1', 'Caja 1', 1);
    insert into installation values (1, 'o', 'b', 't', 0, 1);`);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rd-engine-'));
  database = openDatabase(join(folder, 'shop.db'));
  migrate(database);
  installSite();
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const commandId = '01890000-0000-7000-8000-000000000001';
const caller = { actor: systemActor('t'), origin: 'internal' as const };

describe('database', () => {
  it('is durable: synchronous stays FULL after writes, also on a reopened file', () => {
    database.raw.exec("insert into setting values ('a', '1')");
    expect(database.raw.pragma('synchronous', { simple: true })).toBe(2);
    database.close();
    database = openDatabase(join(folder, 'shop.db'));
    database.raw.exec("insert into setting values ('b', '1')");
    expect(database.raw.pragma('synchronous', { simple: true })).toBe(2);
    expect(database.raw.pragma('journal_mode', { simple: true })).toBe('wal');
  });

  it('refuses a second owner in words, and lets the next one in after the first closed', () => {
    expect(() => openDatabase(join(folder, 'shop.db'))).toThrow('DATABASE_IN_USE');
    database.close();
    database = openDatabase(join(folder, 'shop.db'));
  });

  it('refuses a file of somebody else and a database from the future', () => {
    database.raw.pragma('user_version = 9999');
    expect(() => migrate(database)).toThrow('DATABASE_FROM_FUTURE');
    database.raw.pragma('application_id = 7');
    database.close();
    expect(() => openDatabase(join(folder, 'shop.db'))).toThrow('DATABASE_DAMAGED');
  });

  it('leaves the old schema untouched when a migration fails', () => {
    const newest = readMigrations().at(-1)?.number ?? 0;
    const broken = [
      ...readMigrations(),
      { number: newest + 1, name: 'broken', sql: 'create table half (id integer); select nonsense from nowhere' },
    ];
    expect(() => migrate(database, broken)).toThrow();
    expect(database.raw.pragma('user_version', { simple: true })).toBe(newest);
    expect(database.raw.prepare("select count(*) from sqlite_schema where name = 'half'").pluck().get()).toBe(0);
  });
});

describe('dispatch', () => {
  it('answers a repeated command with its first answer and no second effect', () => {
    const app = dispatcher();
    const first = app.call('notes.add', { text: 'a', commandId }, caller);
    expect(app.call('notes.add', { text: 'a', commandId }, caller)).toEqual(first);
    expect(app.call('notes.count', {}, caller)).toBe(1);
    expect(() => app.call('notes.add', { text: 'b', commandId }, caller)).toThrow('COMMAND_REUSED');
  });

  it('changes nothing when a command fails, and does not burn its id', () => {
    const app = dispatcher();
    expect(() => app.call('notes.fail', { commandId }, caller)).toThrow('CONFLICT');
    expect(app.call('notes.count', {}, caller)).toBe(0);
    app.call('notes.add', { text: 'a', commandId }, caller);
    expect(app.call('notes.count', {}, caller)).toBe(1);
  });

  it('asks for a session, then for the permission, then for the schema', () => {
    const app = dispatcher();
    const cashier = { ...caller, actor: { ...systemActor('t'), permissions: new Set<never>() } };
    expect(() => app.call('notes.count', {}, { origin: 'loopback' })).toThrow('UNAUTHENTICATED');
    expect(() => app.call('notes.count', { x: 1 }, cashier)).toThrow('FORBIDDEN');
    expect(() => app.call('notes.count', { x: 1 }, caller)).toThrow('INVALID_INPUT');
    expect(() => app.call('notes.nothing', {}, caller)).toThrow('NOT_FOUND');
  });

  it('tells listeners of the tables after the commit, and of nothing after a failure', () => {
    const app = dispatcher();
    const seen: string[] = [];
    app.onChange(({ topics }) => seen.push(...topics));
    expect(() => app.call('notes.fail', { commandId }, caller)).toThrow();
    expect(seen).toEqual([]);
    app.call('notes.add', { text: 'a', commandId }, caller);
    expect(seen).toEqual(expect.arrayContaining(['setting', 'event']));
  });
});

describe('event chain', () => {
  const add = (app: Dispatcher, count: number): void => {
    for (let index = 0; index < count; index += 1) {
      app.call('notes.add', { text: String(index), commandId: monotonicIds().next(nowMs) }, caller);
    }
  };

  it('is dense and verifies across restarts and pages', () => {
    add(dispatcher(), 600);
    add(dispatcher(), 600);
    expect(verifyChain(database.reader)).toEqual({ checked: 1200, broken: [] });
    expect(verifyChain(database.reader, 1100)).toEqual({ checked: 101, broken: [] });
  });

  it('cannot be edited through SQL, and names what was edited around the triggers', () => {
    add(dispatcher(), 5);
    expect(() => database.raw.exec("update event set payload = '{}' where sequence = 3")).toThrow(/append-only/);
    expect(() => database.raw.exec('delete from event where sequence = 3')).toThrow(/append-only/);
    database.raw.exec('drop trigger eventNoUpdate; drop trigger eventNoDelete');
    database.raw.exec("update event set actorId = 'nobody' where sequence = 2; delete from event where sequence = 4");
    expect(verifyChain(database.reader).broken).toEqual([
      { stream: 'event', sequence: 2, reason: 'ALTERED' },
      { stream: 'event', sequence: 4, reason: 'MISSING' },
    ]);
  });
});
