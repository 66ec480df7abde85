/**
 * `npm run sim -- --seeds N [--seed S] [--json]`: the deterministic simulator of branches and centre, from seed 1 or from S (which then runs
 * alone unless N is given). `--faults [--only NAME] [--write]`: plants each known fault and demands that it is found within N seeds (500);
 * `--write` keeps the seed that found it, where `npm test` looks first.
 */
import { readFileSync, writeFileSync } from 'node:fs';
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

/** The seed that found each fault when somebody last looked from the first one on: written by `--faults --write`. */
const KNOWN = new URL('../tests/sim/firstSeeds.json', import.meta.url);
const knownSeeds = (): Record<string, number | null> =>
  JSON.parse(readFileSync(KNOWN, 'utf8')) as Record<string, number | null>;

/** Looks for each fault at the seed that `known` tells, and from the first one on in up to `limit` where that does not find it. */
export async function findFaults(
  template: Template,
  limit: number,
  {
    only,
    known = {},
    onFound,
  }: { only?: string | undefined; known?: Record<string, number | null>; onFound?: (found: FoundFault) => void } = {},
): Promise<FoundFault[]> {
  const found = new Map<string, FoundFault>();
  const names = FAULTS.map(({ name }) => name).filter((name) => only === undefined || name === only);
  const seek = (asks: Ask[]): Promise<void> =>
    farm(template, asks, ({ violations: [first] }, { fault: name = '', count }) => {
      if (!first && count < limit) return;
      const one = { name, firstSeed: first?.seed ?? null, violation: first?.violations[0] ?? '' };
      found.set(name, one);
      onFound?.(one);
    });
  await seek(
    names.flatMap((fault) => {
      const from = known[fault];
      return typeof from === 'number' ? [{ from, count: 1, fault }] : [];
    }),
  );
  await seek(names.filter((name) => !found.has(name)).map((fault) => ({ from: 1, count: limit, fault })));
  return names.flatMap((name) => found.get(name) ?? []);
}

function tellSeeds({ seeds, sales, operations, exempt, violations, seedsPerSecond }: SeedsReport): void {
  for (const found of violations) say(`seed ${String(found.seed)}: ${found.violations.join('; ')}`);
  say(
    `seeds ${String(seeds)}, sales ${String(sales)}, operations ${String(operations)}, violations ${String(violations.length)}, exempt ${String(exempt)}, ${String(seedsPerSecond)} seeds/s`,
  );
}

const tellFault = ({ name, firstSeed, violation }: FoundFault): void =>
  say(`${name}: ${firstSeed === null ? 'SURVIVED' : `seed ${String(firstSeed)} (${violation})`}`);

function tellFaults(faults: readonly FoundFault[]): boolean {
  const survivors = faults.filter(({ firstSeed }) => firstSeed === null).length;
  say(`faults ${String(faults.length)}, survivors ${String(survivors)}`);
  return survivors === 0;
}

/** What `npm test` runs: seeds without a violation, and every planted fault found, at first at the seed that is known for it. */
export async function simulate(seeds: number): Promise<boolean> {
  const template = await makeTemplate();
  const report = await runSeeds(template, 1, seeds);
  tellSeeds(report);
  const known = knownSeeds();
  const faults = await findFaults(template, DEFAULT_SEEDS, { known });
  const isOutdated = faults.some(({ name, firstSeed }) => firstSeed !== known[name]);
  if (isOutdated) say('Other seeds find the faults now: npm run sim -- --faults --write notes them.');
  for (const fault of faults.filter(({ firstSeed }) => firstSeed === null)) tellFault(fault);
  return tellFaults(faults) && report.violations.length === 0;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      faults: { type: 'boolean', default: false },
      only: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  const template = await makeTemplate();
  if (values.faults) {
    const onFound = values.json ? undefined : tellFault;
    const faults = await findFaults(template, Number(values.seeds ?? DEFAULT_SEEDS), {
      only: values.only,
      ...(onFound && { onFound }),
    });
    if (values.write) {
      const seeds = Object.fromEntries(faults.map(({ name, firstSeed }) => [name, firstSeed]));
      writeFileSync(
        KNOWN,
        `${JSON.stringify({ ...(values.only === undefined ? {} : knownSeeds()), ...seeds }, null, 2)}\n`,
      );
    }
    const survivors = faults.filter(({ firstSeed }) => firstSeed === null).length;
    if (!values.json) return tellFaults(faults);
    say(JSON.stringify({ faults, survivors }));
    return survivors === 0;
  }
  const count = Number(values.seeds ?? (values.seed === undefined ? DEFAULT_SEEDS : 1));
  const report = await runSeeds(template, Number(values.seed ?? 1), count);
  if (values.json) say(JSON.stringify(report));
  else tellSeeds(report);
  return report.violations.length === 0;
}

if (process.argv[1] === import.meta.filename) process.exit((await main()) ? 0 : 1);
