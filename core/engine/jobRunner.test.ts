/** Goal: every slot of a job runs exactly once, whatever the clock, a night off or a kill do; failures are recorded, not repeated at once. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { testApp, type TestApp } from '#tests/support/testApp.ts';
import { dueSlot, JobRunner, listRuns } from './jobRunner.ts';
import type { Job } from './jobs.ts';

let test: TestApp;
let ran: number[];
let runner: JobRunner;

const start = (jobs: Job[]): JobRunner => test.app.jobRunner(jobs);
const nightly: Job = {
  name: 'nightly',
  schedule: { dailyAt: { hour: 2, minute: 0 } },
  timeoutMs: 1_000,
  run: () => ran.push(test.clock.nowMs()),
};
const HOUR = 3_600_000;

beforeEach(async () => {
  test = await testApp();
  ran = [];
  runner = start([nightly]);
});
afterEach(async () => {
  await runner.stop();
  test.close();
});

it('runs a daily slot once a day, however often it ticks and however the clock jumps by 8 hours', async () => {
  test.clock.set(Date.parse('2026-03-11T05:00:10Z'));
  for (const jump of [0, 30_000, 8 * HOUR, -16 * HOUR, 8 * HOUR, 60_000]) {
    test.clock.advance(jump);
    await runner.runDue();
  }
  // The slots of the 10th (caught up at first sight or while the clock was back) and the 11th, each at most once.
  const slots = listRuns(test.app.database.reader, 10).map((run) => run.slotAtMs);
  expect(new Set(slots).size).toBe(slots.length);
  const before = ran.length;
  test.clock.set(Date.parse('2026-03-12T05:00:10Z'));
  await runner.runDue();
  await runner.runDue();
  expect(ran.length).toBe(before + 1);
});

it('goes on each minute after a jump of 8 hours and back, and gives no minute two runs', async () => {
  const minutely = start([{ ...nightly, name: 'minutely', schedule: { everyMinutes: 1 } }]);
  const begin = Date.parse('2026-03-11T12:00:05Z');
  const walk = async (fromMs: number, minutes: number): Promise<void> => {
    for (let minute = 0; minute < minutes; minute += 1) {
      test.clock.set(fromMs + minute * 60_000);
      await minutely.runDue();
      await minutely.runDue();
    }
  };
  await walk(begin, 3);
  await walk(begin + 8 * HOUR, 3);
  await walk(begin + 60_000, 5);
  await walk(begin - 8 * HOUR, 2);
  const slots = listRuns(test.app.database.reader, 100).map((run) => run.slotAtMs);
  expect(new Set(slots).size).toBe(slots.length);
  // 12:00-12:05 each once although the clock passed some of them twice, three in the false future, two in the false past.
  expect(slots).toHaveLength(6 + 3 + 2);
});

it('catches up one slot after days off, and says so', async () => {
  await runner.runDue();
  test.clock.advance(5 * 24 * HOUR);
  await runner.runDue();
  expect(listRuns(test.app.database.reader, 1)[0]).toMatchObject({ trigger: 'CATCH_UP', state: 'DONE', rowCount: 2 });
  expect(ran).toHaveLength(2);
});

it('has one slot on the days the clock changes in Santiago', () => {
  const zone = 'America/Santiago';
  for (const day of ['2026-04-04', '2026-04-05', '2026-09-05', '2026-09-06']) {
    const from = Date.parse(`${day}T00:00:00Z`);
    const slots = new Set<number>();
    for (let atMs = from + 12 * HOUR; atMs < from + 36 * HOUR; atMs += 600_000)
      slots.add(dueSlot({ dailyAt: { hour: 0, minute: 30 } }, atMs, zone));
    expect(slots.size).toBe(2);
  }
});

it('records a failure and a run that a crash cut off, and goes on', async () => {
  const failing: Job = { ...nightly, name: 'failing', run: () => Promise.reject(new Error('no paper')) };
  const second = start([failing]);
  await second.runDue();
  expect(listRuns(test.app.database.reader, 1)[0]).toMatchObject({ state: 'FAILED', error: 'no paper' });
  test.app.database.raw.exec("update taskRun set state = 'RUNNING' where job = 'failing'");
  const find = () => listRuns(test.app.database.reader, 10).filter((run) => run.job === 'failing');
  second.start();
  // Taken up again, under its own record.
  await vi.waitFor(() => expect(find()).toMatchObject([{ state: 'FAILED', error: 'no paper', trigger: 'CATCH_UP' }]));
  // Cut off for a second time it stays: a job that kills the process must not do so for ever.
  test.app.database.raw.exec("update taskRun set state = 'RUNNING', error = 'TAKEN_UP_AGAIN' where job = 'failing'");
  await second.stop();
  const third = start([failing]);
  third.start();
  expect(find()).toMatchObject([{ state: 'LOST' }]);
  await third.stop();
});

it('takes a night up again that the closing of the shop broke off', async () => {
  let isOpen = false;
  const long: Job = {
    ...nightly,
    name: 'long',
    timeoutMs: 10_000,
    run: ({ signal }) =>
      isOpen
        ? Promise.resolve(5)
        : new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('off')))),
  };
  const evening = start([long]);
  void evening.runDue();
  await vi.waitFor(() => expect(evening.progressOf('long')).toBeDefined());
  await evening.stop();
  const find = () => listRuns(test.app.database.reader, 10).filter((run) => run.job === 'long');
  expect(find()).toMatchObject([{ state: 'LOST' }]);
  isOpen = true;
  await start([long]).runDue();
  expect(find()).toMatchObject([{ state: 'DONE', rowCount: 5, error: null }]);
});

it('runs by hand, not twice at once, and can be cancelled', async () => {
  const slow: Job = {
    ...nightly,
    name: 'slow',
    timeoutMs: 10_000,
    run: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(7))),
  };
  const third = start([slow]);
  const run = third.runNow('slow');
  await expect(third.runNow('slow')).rejects.toThrow('CONFLICT');
  expect(third.cancel('slow')).toBe(true);
  await run;
  expect(listRuns(test.app.database.reader, 1)[0]).toMatchObject({
    trigger: 'MANUAL',
    state: 'CANCELLED',
    rowCount: 7,
  });
});
