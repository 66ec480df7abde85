/**
 * Goal: a backlog leaves the counter its turn. While somebody sells, the link rests after each push for longer than it worked; where nobody
 * does, or nothing is left to send, it rests never.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CentreModel } from '#tests/sim/model.ts';
import { testApp, type TestApp } from '#tests/support/testApp.ts';
import { SyncClient } from './client.ts';

let test: TestApp;
let model: CentreModel;
beforeAll(async () => {
  test = await testApp();
  model = new CentreModel(() => test.clock.nowMs());
});
afterAll(() => test.close());

/** A client whose every push takes `tookMs`; what it rested. */
async function drained(
  isQuiet: boolean,
  tookMs: number,
  pushSize: number,
): Promise<{ pushed: number; rested: number[] }> {
  const { app, clock } = test;
  const rested: number[] = [];
  let atMs = 0;
  const branchId = app.dispatcher.site?.branchId ?? '';
  const centre = model.connect({ role: 'till', branchId, branchCode: 'MA', scope: 'OWNER' });
  const client = new SyncClient({
    centre: {
      ...centre,
      push: (ask) => {
        atMs += tookMs;
        return centre.push(ask);
      },
    },
    reader: app.database.reader,
    local: (work) => app.dispatcher.local(work),
    nowMs: clock.nowMs,
    stopwatch: () => atMs,
    breathe: () => Promise.resolve(),
    rest: (ms) => Promise.resolve(rested.push(ms)),
    isQuiet: () => isQuiet,
    branchId: () => branchId,
    appVersion: 'test',
    renew: () => {
      throw new Error('this file is nobody’s copy');
    },
    newId: test.newId,
    pushSize,
  });
  const { pushed } = await client.converse();
  return { pushed, rested };
}

it('rests between pushes for nine times as long as one took, and at most half a second', async () => {
  const { pushed, rested } = await drained(false, 20, 2);
  expect(pushed).toBeGreaterThan(4);
  expect(rested).toEqual(Array.from({ length: Math.ceil(pushed / 2) - 1 }, () => 180));
  await record(4);
  expect((await drained(false, 3_000, 2)).rested).toEqual([500]);
});

it('rests not after the last push, nor where nobody sells', async () => {
  await record(2);
  expect(await drained(false, 20, 2)).toEqual({ pushed: 2, rested: [] });
  await record(6);
  expect(await drained(true, 20, 2)).toEqual({ pushed: 6, rested: [] });
});

async function record(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await test.client(test.as.admin).categories.create({ name: `Rubro ${test.newId()}` });
}
