/** `npm test`: types, lint, layers and format; the tests of everything that needs no browser; the built page; then the page in a browser. */
import { build, checkFirstLoad } from './build.ts';
import { check } from './check.ts';
import { e2e, vitest } from './e2e.ts';
import { simulate } from './sim.ts';

const steps: [string, () => Promise<boolean>][] = [
  ['checks', check],
  ['unit tests', () => vitest(['run'])],
  ['simulator', () => simulate(500)],
  [
    'build',
    () =>
      build().then(
        checkFirstLoad,
        (error: unknown) => (console.error(error instanceof Error ? error.message : error), false),
      ),
  ],
  ['browser tests', () => e2e()],
];

const failed: string[] = [];
for (const [name, step] of steps) {
  console.log(`\n=== ${name}`);
  const startedMs = performance.now();
  if (!(await step())) failed.push(name);
  console.log(
    `=== ${name}: ${failed.includes(name) ? 'FAILED' : 'passed'} in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`,
  );
}
console.log(failed.length === 0 ? '\nAll tests passed.' : `\nFAILED: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
