/** Goal: without a model at most 2 % of the questions run a wrong query, in each set; leaving one alone costs nothing. */
import { expect, it } from 'vitest';
import { evaluate, ownSet, OWN_SETS, summary } from './evaluate.ts';

it.each(OWN_SETS)('runs a wrong query on at most two percent of %s, and answers most', async (name) => {
  const { questions, right, wrongRun } = summary(await evaluate(ownSet(name)));
  expect(wrongRun / questions).toBeLessThanOrEqual(0.02);
  expect(right / questions).toBeGreaterThan(0.75);
});
