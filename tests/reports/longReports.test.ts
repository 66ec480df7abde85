/**
 * Goal: a long report is read beside the counter, by a process of its own, and says to the letter what this process would have said;
 * short ones and callers that do not wait are answered here; refusals arrive as refusals, and a process that died is started again.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Caller } from '#core/engine/dispatch.ts';
import { Helper, programFile } from '#core/engine/workers.ts';
import { ReportsAside } from '#core/metrics/index.ts';
import { type Report, REPORTS } from '#core/metrics/contract.ts';
import { testApp, type TestApp } from '#tests/support/testApp.ts';
import { busyShop } from './figures.ts';

const YEAR = { from: '2026-01-01', to: '2026-12-31' };
const folder = mkdtempSync(join(tmpdir(), 'rd-long-'));
let test: TestApp;
let manager: Caller;
beforeAll(async () => {
  test = await testApp({ file: join(folder, 'shop.db') });
  await busyShop(test);
  manager = test.app.system();
}, 60_000);
afterAll(() => {
  test.close();
  rmSync(folder, { recursive: true });
});

const run = (input: object, waits: boolean): unknown => test.app.call('reports.run', input, { ...manager, waits });

it('says of a year what this process says of it', async () => {
  for (const report of REPORTS) {
    const input = { report, ...YEAR, compare: 'LAST_YEAR' as const };
    const beside = run(input, true);
    expect(beside).toBeInstanceOf(Promise);
    expect(await beside).toEqual(run(input, false));
  }
}, 60_000);

it('answers a day at once', () => {
  expect(run({ report: 'SALES', from: '2026-04-05', to: '2026-04-05' }, true)).not.toBeInstanceOf(Promise);
});

it('passes on what is refused', async () => {
  const caller = { actor: { ...manager.actor!, permissions: new Set(['reports.read'] as const) }, waits: true };
  const asked = test.app.call('reports.run', { report: 'PROFITABILITY', ...YEAR }, { ...caller, origin: 'loopback' });
  await expect(asked).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

it('does several at once in their order, and starts anew after its process died', async () => {
  const children: { kill: () => void }[] = [];
  const { fork } = await import('node:child_process');
  const { file, reader } = test.app.database;
  const reports = new ReportsAside({ file, companyFile: '', reader }, (entry) => {
    const child = fork(entry, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
    });
    children.push({ kill: () => void child.kill('SIGKILL') });
    return {
      send: (message) => void child.send(message as object),
      onMessage: (listener) => void child.on('message', listener),
      onEnd: (listener) => void child.on('exit', () => listener('exit')),
      kill: () => void child.kill('SIGKILL'),
    };
  });
  const answer = reports.answer(() => test.app.dispatcher.site);
  const ask = (report: string) =>
    answer(
      'reports.run',
      { report, ...YEAR, branchId: null, compare: 'NONE', groupBy: 'DAY', direction: 'TOP', limit: 9 },
      {
        actor: manager.actor!,
        nowMs: test.app.clock.nowMs(),
      },
    ) as Promise<Report>;
  const [sales, taxes] = await Promise.all([ask('SALES'), ask('TAXES')]);
  expect([sales.report, taxes.report]).toEqual(['SALES', 'TAXES']);
  const lost = ask('CUSTOMERS');
  children[0]?.kill();
  await expect(lost).rejects.toThrow();
  expect((await ask('CUSTOMERS')).report).toBe('CUSTOMERS');
  expect(children).toHaveLength(2);
  reports.close();
}, 60_000);

it('gives up on work that takes too long', async () => {
  const helper = new Helper({
    entry: programFile(join(import.meta.dirname, '../../core/metrics'), 'reportProgram'),
    timeoutMs: 1,
    launch: undefined,
  });
  await expect(helper.ask({ file: '/nowhere' })).rejects.toMatchObject({ code: 'TIMED_OUT' });
  helper.close();
}, 20_000);
