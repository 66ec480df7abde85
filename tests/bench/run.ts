/**
 * `npm run bench -- NAME [--json]`: runs tests/bench/NAME.ts, or browser/NAME.ts where it drives the page, and prints its figures, as one
 * JSON line with --json. Without a name it lists what there is.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const OWN = 'run';
const benches = new Map(
  ['.', 'browser'].flatMap((folder) =>
    readdirSync(join(import.meta.dirname, folder)).flatMap((file): [string, string][] => {
      const [, name] = /^(\w+)\.ts$/.exec(file) ?? [];
      return name === undefined || name === OWN ? [] : [[name, `./${folder}/${file}`]];
    }),
  ),
);
const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [name] = positionals;

const file = benches.get(name ?? '');

if (file === undefined) {
  console.error(`Usage: npm run bench -- NAME [--json], where NAME is one of: ${[...benches.keys()].join(', ')}`);
  process.exitCode = 1;
} else {
  const bench = (await import(file)) as { run: () => Promise<object> };
  const figures = await bench.run();
  if (values.json) console.log(JSON.stringify(figures));
  else console.table(figures);
}
