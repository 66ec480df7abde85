/** Whole shops on files of their own, linked to a centre over the wire: the real application, the real clock, no thread of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp } from '#core/app.ts';
import { WEAK_FOR_TESTS } from '#core/auth/index.ts';
import type { Caller } from '#core/engine/dispatch.ts';
import { connectCentre } from '#core/sync/postgres.ts';
import type { Centre } from '#core/sync/protocol.ts';

export const EMAIL = 'bench@example.cl';
export const PASSWORD = 'aceite-10w40-mineral';
export const HOME: Caller = { origin: 'loopback' };

/** A folder that goes away with `remove`. */
export function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'rd-machines-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Opens a machine's file; `through` stands between it and the centre. */
export function openMachine(file: string, through: (centre: Centre) => Centre = (centre) => centre): App {
  return createApp({
    file,
    pepper: file,
    hashStrength: WEAK_FOR_TESTS,
    checkOutput: true,
    connectCentre: (connection) => through(connectCentre(connection)),
  });
}

/** A caller with the rights of whoever signs in with the company's password. */
export async function signIn(app: App): Promise<Caller> {
  const answer = (await app.call('auth.login', { email: EMAIL, password: PASSWORD }, HOME)) as { token: string };
  return { token: answer.token, origin: 'loopback' };
}

/** Calls a procedure; a command gets an id of its own. */
export function run<T>(app: App, caller: Caller, path: string, input: object): T {
  const isCommand = app.dispatcher.procedures.get(path)?.kind === 'command';
  const id = isCommand ? { commandId: app.ids.next(app.clock.nowMs()) } : {};
  return app.call(path, { ...id, ...input }, caller) as T;
}

/** Puts this empty machine in the place of a dead one of its branch. */
export const replace = (app: App, connection: string) =>
  run<Promise<{ branchCode: string; terminalCode: string; applied: number }>>(app, HOME, 'sync.replace', {
    connection,
    email: EMAIL,
    password: PASSWORD,
  });

/** Makes this empty machine a new branch of the company. */
export const joinBranch = (app: App, connection: string, name: string) =>
  run<Promise<{ branchCode: string; applied: number }>>(app, HOME, 'sync.join', {
    connection,
    branch: { name, address: '', comuna: '' },
    terminalName: 'Caja 1',
    email: EMAIL,
    password: PASSWORD,
  });

/** A table's rows as text, in no order that depends on the machine; `without` leaves columns out. */
export function rowsOf(app: App, table: string, without: readonly string[] = []): string[] {
  const rows = app.database.reader.prepare(`select * from "${table}"`).all() as Record<string, unknown>[];
  const shown = (name: string, value: unknown): unknown =>
    name === 'stamps' || name === 'columnValues'
      ? Object.entries(JSON.parse(String(value)) as object).sort(([a], [b]) => (a < b ? -1 : 1))
      : value;
  return rows
    .map((row) => Object.entries(row).filter(([name]) => !without.includes(name)))
    .map((row) => JSON.stringify(row.map(([name, value]) => [name, shown(name, value)])))
    .sort();
}

/** Where two machines hold other values of a table: row by row and column by column; empty where they are replicas. */
export function differencesOf(one: App, two: App, table: string, without: readonly string[] = []): string[] {
  const [a, b] = [rowsOf(one, table, without), rowsOf(two, table, without)];
  const only = (rows: readonly string[], others: readonly string[]): string[] => {
    const known = new Set(others);
    return rows.filter((row) => !known.has(row));
  };
  const [left, right] = [only(a, b), only(b, a)];
  return left.length === right.length
    ? left.map((row, index) => {
        const columns = JSON.parse(row) as [string, unknown][];
        const those = JSON.parse(right[index] ?? '[]') as [string, unknown][];
        const differing = columns.filter((column, at) => JSON.stringify(column) !== JSON.stringify(those[at]));
        const names = differing.map(([name, value]) => [name, value, those.find(([other]) => other === name)?.[1]]);
        return JSON.stringify([columns.find(([name]) => name === 'id' || name === 'rowId')?.[1], ...names]);
      })
    : [`${table}: ${String(a.length)} and ${String(b.length)} rows`, ...left, ...right];
}
