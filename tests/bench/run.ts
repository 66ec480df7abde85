/**
 * `npm run bench -- NAME [--json]`: runs tests/bench/NAME.ts and prints its figures, as one JSON line with --json. Without a name it
 * lists what there is.
 */
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';

const OWN = 'run.ts';
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== OWN)
  .map((file) => file.slice(0, -'.ts'.length));
const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [name] = positionals;

if (name === undefined || !names.includes(name)) {
  console.error(`Usage: npm run bench -- NAME [--json], where NAME is one of: ${names.join(', ')}`);
  process.exitCode = 1;
} else {
  const bench = (await import(`./${name}.ts`)) as { run: () => Promise<object> };
  const figures = await bench.run();
  if (values.json) console.log(JSON.stringify(figures));
  else console.table(figures);
}
