/**
 * `npm run sim -- --seeds N [--seed S] [--json]`: the deterministic simulator of branches and centre. `--faults`: plants each known fault
 * and demands that it is found within 500 seeds.
 */
import { parseArgs } from 'node:util';
import { FAULTS } from '#tests/sim/faults.ts';
import { runSeed } from '#tests/sim/run.ts';
import { makeTemplate } from '#tests/sim/world.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
    faults: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const template = await makeTemplate();
const failed = values.faults ? await plantFaults() : await runSeeds();
process.exit(failed ? 1 : 0);

async function runSeeds(): Promise<boolean> {
  const first = Number(values.seed ?? 1);
  const count = values.seed === undefined ? Number(values.seeds) : 1;
  const startedAt = performance.now();
  const violations: { seed: number; violations: string[] }[] = [];
  let sales = 0;
  let operations = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const result = await runSeed(template, seed);
    sales += result.sales;
    operations += result.operations;
    if (result.violations.length > 0) violations.push({ seed, violations: result.violations });
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const seedsPerSecond = Math.round((count / seconds) * 10) / 10;
  if (values.json) say(JSON.stringify({ seeds: count, sales, operations, violations, seedsPerSecond }));
  else {
    for (const found of violations) say(`seed ${String(found.seed)}: ${found.violations.join('; ')}`);
    say(
      `seeds ${String(count)}, sales ${String(sales)}, operations ${String(operations)}, violations ${String(violations.length)}, ${String(seedsPerSecond)} seeds/s`,
    );
  }
  return violations.length > 0;
}

async function plantFaults(): Promise<boolean> {
  const limit = Number(values.seeds);
  const results: { name: string; firstSeed: number | null; violation: string }[] = [];
  for (const fault of FAULTS) {
    if (values.only !== undefined && fault.name !== values.only) continue;
    let caught: { seed: number; violations: string[] } | undefined;
    for (let seed = 1; seed <= limit && !caught; seed += 1) {
      const result = await runSeed(template, seed, fault);
      if (result.violations.length > 0) caught = result;
    }
    const found = { name: fault.name, firstSeed: caught?.seed ?? null, violation: caught?.violations[0] ?? '' };
    results.push(found);
    if (!values.json) say(`${found.name}: ${caught ? `seed ${String(caught.seed)} (${found.violation})` : 'SURVIVED'}`);
  }
  const survivors = results.filter(({ firstSeed }) => firstSeed === null).length;
  if (values.json) say(JSON.stringify({ faults: results, survivors }));
  else say(`faults ${String(results.length)}, survivors ${String(survivors)}`);
  return survivors > 0;
}
