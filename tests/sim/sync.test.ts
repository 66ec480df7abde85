/** Goal: seeds of the simulator hold, a planted fault is found, and a seed gives the same run whenever it runs. `npm run sim` runs many more. */
import { beforeAll, expect, it } from 'vitest';
import { FAULTS } from './faults.ts';
import firstSeeds from './firstSeeds.json' with { type: 'json' };
import { runSeed } from './run.ts';
import { makeTemplate, type Template } from './world.ts';

let template: Template;
beforeAll(async () => {
  template = await makeTemplate();
}, 60_000);

it('twelve seeds hold', async () => {
  for (let seed = 1; seed <= 12; seed += 1)
    expect((await runSeed(template, seed)).violations, String(seed)).toEqual([]);
}, 120_000);

it('a fault is found', async () => {
  const fault = FAULTS.find(({ name }) => name === 'the last row of a page is left out');
  const found = [];
  for (let seed = 1; seed <= 5; seed += 1) found.push(...(await runSeed(template, seed, fault)).violations);
  expect(found).not.toEqual([]);
}, 60_000);

it('the same seed gives the same run', async () => {
  expect(await runSeed(template, 3)).toEqual(await runSeed(template, 3));
}, 60_000);

it('knows a seed for every fault', () => {
  expect(Object.keys(firstSeeds).toSorted()).toEqual(FAULTS.map(({ name }) => name).toSorted());
});

it('has faults enough, each under a name of its own', () => {
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
  expect(FAULTS.length).toBeGreaterThanOrEqual(22);
});
