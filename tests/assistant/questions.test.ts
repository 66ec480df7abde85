/** Goal: without a model at most 2 % of the questions run a wrong query; leaving one alone costs nothing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { evaluate, type QuestionSet, summary } from './evaluate.ts';

it('runs a wrong query on at most 2 % of the paraphrases, and answers most', async () => {
  const set = JSON.parse(readFileSync(join(import.meta.dirname, 'paraphrases.json'), 'utf8')) as QuestionSet;
  const { questions, right, wrongRun } = summary(await evaluate(set));
  expect(wrongRun / questions).toBeLessThanOrEqual(0.02);
  expect(right / questions).toBeGreaterThan(0.75);
});
