/**
 * Goal: a shop's file that was copied, carried to another machine or put back from an older copy is noticed at the opening, without any
 * network, and sells under tills of its own from the first sale; one that was merely moved or opened again is not bothered.
 */
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { backupsFolder, type App, createApp } from '#core/app.ts';
import { WEAK_FOR_TESTS } from '#core/auth/index.ts';
import { systemActor } from '#core/engine/dispatch.ts';
import { restoredMark } from '#core/engine/machine.ts';
import { restoreBackup } from '#core/engine/restore.ts';
import { listTasks } from './attention.ts';

let folder: string;
let open: App[] = [];
let userId: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rd-opening-'));
});
afterEach(() => {
  for (const app of open.splice(0)) app.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name, 'shop.db');

/** Opens the shop of `name` on `machine`; closes what was open. */
function start(name: string, machine = 'machine-1'): App {
  for (const app of open.splice(0)) app.close();
  const app = createApp({
    file: at(name),
    machine: join(folder, machine),
    pepper: 'test',
    hashStrength: WEAK_FOR_TESTS,
    checkOutput: true,
  });
  open = [app];
  return app;
}

const stop = (): void => open.splice(0).forEach((app) => app.close());

async function install(name: string): Promise<void> {
  const input = {
    organisation: { name: 'Lubricentro SpA', rut: '76.192.083-9', giro: 'Lubricantes' },
    branch: { name: 'Uno', code: 'AA', address: '', comuna: '' },
    terminalName: 'Caja 1',
    admin: { email: 'olga@example.cl', firstName: 'Olga', lastName: 'Soto', password: 'aceite-10w40-mineral' },
  };
  const { user } = (await start(name).call('auth.firstRun', input, { origin: 'loopback' })) as { user: { id: string } };
  userId = user.id;
}

/** Opens and closes a shift: a document with a number. */
function work(app: App): string {
  const actor = { ...systemActor(app.dispatcher.site?.terminalId ?? ''), userId };
  const caller = { actor, origin: 'internal' as const };
  const run = (path: string, input: object): unknown =>
    app.call(path, { ...input, commandId: app.ids.next(app.clock.nowMs()) }, caller);
  run('shifts.open', { count: { '10000': 1 } });
  const { number } = run('shifts.close', { count: { '10000': 1 }, leftInDrawerClp: 10_000, others: [] }) as {
    number: string;
  };
  return number;
}

const till = (app: App): string =>
  app.database.reader
    .prepare('select t.code from installation i join terminal t on t.id = i.terminalId')
    .pluck()
    .get() as string;
const told = (app: App): string[] => listTasks(app.database.reader).map(({ kind }) => kind);

it('leaves a file alone that is opened again, or moved with its folder', async () => {
  await install('shop');
  work(start('shop'));
  expect(till(start('shop'))).toBe('1');
  stop();
  renameSync(join(folder, 'shop'), join(folder, 'moved'));
  expect(till(start('moved'))).toBe('1');
  expect(till(start('moved'))).toBe('1');
  expect(told(start('moved'))).toEqual([]);
});

it('knows a copy beside its original, which goes on as it was', async () => {
  await install('shop');
  const first = work(start('shop'));
  stop();
  cpSync(join(folder, 'shop'), join(folder, 'copy'), { recursive: true });
  const copy = start('copy');
  expect(till(copy)).toMatch(/^[B-Z]{4}$/);
  expect(told(copy)).toEqual(['RENEWED_COPY']);
  const second = work(copy);
  expect(second).not.toBe(first);
  const original = start('shop');
  expect(till(original)).toBe('1');
  expect(work(original)).not.toBe(second);
  const again = start('copy');
  expect(told(again)).toEqual(['RENEWED_COPY']);
});

it('knows a folder that was carried to another machine', async () => {
  await install('shop');
  stop();
  cpSync(join(folder, 'shop'), join(folder, 'carried'), { recursive: true });
  rmSync(join(folder, 'shop'), { recursive: true });
  expect(told(start('carried', 'machine-2'))).toEqual(['RENEWED_COPY']);
});

it('knows a whole folder that was put back, its anchor included', async () => {
  await install('shop');
  work(start('shop'));
  stop();
  cpSync(join(folder, 'shop'), join(folder, 'kept'), { recursive: true });
  const printed = work(start('shop'));
  stop();
  rmSync(join(folder, 'shop'), { recursive: true });
  cpSync(join(folder, 'kept'), join(folder, 'shop'), { recursive: true });
  const restored = start('shop');
  expect(told(restored)).toEqual(['RENEWED_RESTORED']);
  expect(work(restored)).not.toBe(printed);
});

it('knows a file that was put back alone by its anchor, and one that our own restore put back by its mark', async () => {
  await install('shop');
  stop();
  mkdirSync(dirname(at('kept')));
  copyFileSync(at('shop'), at('kept'));
  const app = start('shop');
  const backup = await app.backups?.create({ reason: 'MANUAL', nowMs: 1, signal: new AbortController().signal });
  const printed = work(app);
  stop();
  copyFileSync(at('kept'), at('shop'));
  const without = createApp({ file: at('shop'), pepper: 'test', hashStrength: WEAK_FOR_TESTS });
  open = [without];
  expect(told(without)).toEqual(['RENEWED_RESTORED']);
  stop();
  restoreBackup(at('shop'), backupsFolder(at('shop')), backup?.name ?? '', 2);
  expect(existsSync(restoredMark(at('shop')))).toBe(true);
  const restored = start('shop');
  expect(told(restored)).toEqual(['RENEWED_RESTORED']);
  expect(work(restored)).not.toBe(printed);
  expect(existsSync(restoredMark(at('shop')))).toBe(false);
  expect(till(restored)).toBe(till(start('shop')));
});
