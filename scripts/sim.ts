/**
 * `npm run sim -- --seeds N [--seed S] [--json]`: the deterministic simulator of branches and centre, from seed 1 or from S (which then runs
 * alone unless N is given). `--faults [--only NAME]`: plants each known fault and demands that it is found within N seeds (500).
 */
import { parseArgs } from 'node:util';
import { type Answer, type Ask, farm } from '#tests/sim/farm.ts';
import { FAULTS } from '#tests/sim/faults.ts';
import { makeTemplate, type Template } from '#tests/sim/world.ts';

/** So many seeds go to a thread at once. */
const BATCH = 10;
const DEFAULT_SEEDS = 500;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

export interface SeedsReport extends Answer {
  seedsPerSecond: number;
}

/** Runs `count` seeds from `first`. */
export async function runSeeds(template: Template, first: number, count: number): Promise<SeedsReport> {
  const startedAt = performance.now();
  const total: Answer = { seeds: 0, sales: 0, operations: 0, exempt: 0, violations: [] };
  const asks: Ask[] = [];
  for (let from = first; from < first + count; from += BATCH)
    asks.push({ from, count: Math.min(BATCH, first + count - from) });
  await farm(template, asks, (answer) => {
    total.seeds += answer.seeds;
    total.sales += answer.sales;
    total.operations += answer.operations;
    total.exempt += answer.exempt;
    total.violations.push(...answer.violations);
  });
  total.violations.sort((a, b) => a.seed - b.seed);
  const seconds = (performance.now() - startedAt) / 1_000;
  return { ...total, seedsPerSecond: Math.round((count / seconds) * 10) / 10 };
}

export interface FoundFault {
  name: string;
  firstSeed: number | null;
  violation: string;
}

/** Looks for each fault in up to `limit` seeds. */
export async function findFaults(template: Template, limit: number, only?: string): Promise<FoundFault[]> {
  const found = new Map<string, FoundFault>();
  const faults = FAULTS.filter(({ name }) => only === undefined || name === only);
  const asks = faults.map(({ name }) => ({ from: 1, count: limit, fault: name }));
  await farm(template, asks, ({ violations: [first] }, { fault: name = '' }) => {
    found.set(name, { name, firstSeed: first?.seed ?? null, violation: first?.violations[0] ?? '' });
  });
  return faults.flatMap(({ name }) => found.get(name) ?? []);
}

function tellSeeds({ seeds, sales, operations, exempt, violations, seedsPerSecond }: SeedsReport): void {
  for (const found of violations) say(`seed ${String(found.seed)}: ${found.violations.join('; ')}`);
  say(
    `seeds ${String(seeds)}, sales ${String(sales)}, operations ${String(operations)}, violations ${String(violations.length)}, exempt ${String(exempt)}, ${String(seedsPerSecond)} seeds/s`,
  );
}

function tellFaults(faults: readonly FoundFault[], survivors: number): void {
  for (const { name, firstSeed, violation } of faults)
    say(`${name}: ${firstSeed === null ? 'SURVIVED' : `seed ${String(firstSeed)} (${violation})`}`);
  say(`faults ${String(faults.length)}, survivors ${String(survivors)}`);
}

/** What `npm test` runs: seeds without a violation. The planted faults take minutes and are looked for by hand (`--faults`). */
export async function simulate(seeds: number): Promise<boolean> {
  const report = await runSeeds(await makeTemplate(), 1, seeds);
  tellSeeds(report);
  return report.violations.length === 0;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      faults: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  const template = await makeTemplate();
  if (values.faults) {
    const faults = await findFaults(template, Number(values.seeds ?? DEFAULT_SEEDS), values.only);
    const survivors = faults.filter(({ firstSeed }) => firstSeed === null).length;
    if (values.json) say(JSON.stringify({ faults, survivors }));
    else tellFaults(faults, survivors);
    return survivors === 0;
  }
  const count = Number(values.seeds ?? (values.seed === undefined ? DEFAULT_SEEDS : 1));
  const report = await runSeeds(template, Number(values.seed ?? 1), count);
  if (values.json) say(JSON.stringify(report));
  else tellSeeds(report);
  return report.violations.length === 0;
}

if (process.argv[1] === import.meta.filename) process.exit((await main()) ? 0 : 1);
