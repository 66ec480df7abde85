/** What the scripts share: their options, the version, where things are. */
import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const ROOT = join(import.meta.dirname, '..');
export const PAGES = join(ROOT, 'dist/renderer');

export const version = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;

/** Keeps compiled modules for the next start, which takes two thirds of the time then. What is imported after this call gains by it. */
export const keepCompiled = (): void => void enableCompileCache(join(ROOT, '.cache/node'));

/** Options of the commands that serve: --data DIR --port N --demo --no-open --seed N --lan-port N --lan-address A,B --pages DIR. */
export function serveOptions(defaults: { data: string; port: number }) {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: defaults.data },
      port: { type: 'string', default: String(defaults.port) },
      /** Where further tills find the shop once it is opened to them in Equipos. */
      'lan-port': { type: 'string', default: '4790' },
      /** Addresses of this machine to open instead of all its private ones. */
      'lan-address': { type: 'string', default: '' },
      demo: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      /** How many branches with a centre the demonstration shows; 1 is the shop alone. */
      branches: { type: 'string', default: '1' },
      open: { type: 'boolean', default: true },
      seed: { type: 'string', default: '1' },
      /** A built page from elsewhere; otherwise the one of this folder, built when it is stale. */
      pages: { type: 'string', default: PAGES },
      /** The pairing link of the machine that this one is a till of; empty: of none any more. */
      branch: { type: 'string' },
      verbose: { type: 'boolean', default: false },
    },
    allowNegative: true,
  });
  const lanAddresses = values['lan-address'].split(',').filter((address) => address !== '');
  const lanPort = portNumber('lan-port', values['lan-port']);
  return { ...values, port: portNumber('port', values.port), seed: Number(values.seed), lanPort, lanAddresses };
}

function portNumber(name: string, text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--${name} ${text} is no port`);
  return port;
}
