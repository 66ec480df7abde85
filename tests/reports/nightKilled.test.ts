/**
 * Goal: a night whose process is killed (SIGKILL, nothing says goodbye) leaves figures that the next start ends: the same rows as a night
 * that nobody disturbed, and one record for the slot it was due in, whatever was done of it before.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApp } from '#core/app.ts';
import { WEAK_FOR_TESTS } from '#core/auth/index.ts';
import { METRICS_NIGHTLY } from '#core/metrics/index.ts';
import { testApp } from '#tests/support/testApp.ts';
import { busyShop } from './figures.ts';
import type { NightOrder } from './nightProgram.ts';

const TABLES = ['dailySales', 'dailyTender', 'productDay', 'stockDay', 'productMonth', 'stockMonth', 'productStanding'];
/** Off at two o'clock, opened at nine. */
const MORNING_MS = Date.parse('2026-09-08T12:00:00Z');

const folder = mkdtempSync(join(tmpdir(), 'rd-night-'));
const seed = join(folder, 'seed.db');
beforeAll(async () => {
  const test = await testApp({ file: seed });
  await busyShop(test);
  // The night finds nothing and has everything to do.
  for (const table of ['dailySales', 'dailyTender', 'productDay', 'stockDay'])
    test.app.database.raw.exec(`delete from ${table}`);
  test.close();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs what is due in a process of its own; `killAt` kills it when the night has come that far. Answers whether it ended by itself. */
function night(order: NightOrder, killAt?: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = fork(join(import.meta.dirname, 'nightProgram.ts'), { execArgv: [] });
    child.on('message', (message: { done: number } | 'over') => {
      if (message !== 'over' && killAt !== undefined && message.done >= killAt) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code === 0));
    child.send(order);
  });
}

function look(file: string) {
  const app = createApp({ file, hashStrength: WEAK_FOR_TESTS, clock: { nowMs: () => MORNING_MS } });
  try {
    const all = (sql: string): unknown[] => app.database.raw.prepare(sql).all();
    const rows = TABLES.map((table) => {
      const columns = app.database.raw
        .prepare(`select name from pragma_table_info('${table}')`)
        .pluck()
        .all() as string[];
      // A month from which every day was taken is a row of nothing.
      const isThere = table.endsWith('Month')
        ? ` where ${columns
            .slice(3)
            .map((name) => `${name} <> 0`)
            .join(' or ')}`
        : '';
      return all(`select * from ${table}${isThere} order by 1, 2, 3`);
    });
    return { rows, records: all(`select slotAtMs, state from taskRun where job = '${METRICS_NIGHTLY}' order by id`) };
  } finally {
    app.close();
  }
}

const copy = (name: string): string => {
  const file = join(folder, name);
  copyFileSync(seed, file);
  return file;
};

it('killed anywhere is ended by the next start, with the rows of an undisturbed night and one finished record', async () => {
  const calm = copy('calm.db');
  expect(await night({ file: calm, nowMs: MORNING_MS })).toBe(true);
  const whole = look(calm);
  expect(whole.rows.every((rows) => rows.length > 0)).toBe(true);
  expect(whole.records).toEqual([{ slotAtMs: Date.parse('2026-09-08T05:00:00Z'), state: 'DONE' }]);
  for (const killAt of [60, 185]) {
    const file = copy(`killed-${String(killAt)}.db`);
    expect(await night({ file, nowMs: MORNING_MS }, killAt)).toBe(false);
    // The machine is opened again a quarter of an hour later; and once more, when nothing is left to do.
    expect(await night({ file, nowMs: MORNING_MS + 15 * 60_000 })).toBe(true);
    if (killAt === 60) expect(await night({ file, nowMs: MORNING_MS + 30 * 60_000 })).toBe(true);
    const after = look(file);
    expect(after.rows).toEqual(whole.rows);
    expect(after.records).toEqual(whole.records);
  }
}, 120_000);
