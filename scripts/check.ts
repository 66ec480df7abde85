/**
 * `npm run check`: types of both halves, lint, layers, format; all of them even when one fails. `-- --map` draws the map of the modules
 * into docs/map.md instead.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './arguments.ts';

/** The program of a development tool, run by this very Node: no shell, so it is the same on Windows. */
export const tool = (name: string, program: string): string => join(ROOT, 'node_modules', name, program);

interface Outcome {
  name: string;
  code: number;
  output: string;
  seconds: number;
}

/** Runs a tool to its end and keeps what it says. */
export function run(name: string, parameters: readonly string[]): Promise<Outcome> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, parameters, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('close', (code) =>
      resolve({ name, code: code ?? 1, output, seconds: (performance.now() - startedMs) / 1000 }),
    );
  });
}

const FOLDERS = ['core', 'server', 'electron', 'renderer', 'scripts', 'tests'];
const cruiser = tool('dependency-cruiser', 'bin/dependency-cruiser.mjs');

const CHECKS: readonly (readonly [string, readonly string[]])[] = [
  // The longest first: the others fit beside it.
  [
    'lint',
    [
      tool('eslint', 'bin/eslint.js'),
      '.',
      '--cache',
      '--cache-location',
      '.cache/eslint',
      '--cache-strategy',
      'content',
      '--max-warnings',
      '0',
    ],
  ],
  ['types of core, hosts and tests', [tool('typescript', 'bin/tsc'), '-p', 'tsconfig.json']],
  ['types of the browser tests', [tool('typescript', 'bin/tsc'), '-p', 'tests/e2e/tsconfig.json']],
  ['types of the browser benches', [tool('typescript', 'bin/tsc'), '-p', 'tests/bench/browser/tsconfig.json']],
  ['types of the renderer', [tool('typescript', 'bin/tsc'), '-p', 'renderer/tsconfig.json']],
  ['layers', [cruiser, '--config', '.dependency-cruiser.cjs', ...FOLDERS]],
  [
    'format',
    [
      tool('prettier', 'bin/prettier.cjs'),
      '--check',
      '--log-level',
      'warn',
      '--cache',
      '--cache-location',
      '.cache/prettier',
      '**/*.{ts,tsx,js,cjs,css,html,yml}',
    ],
  ],
];

/** Runs every check, two at a time. Answers whether all passed. */
export async function check(): Promise<boolean> {
  const waiting = [...CHECKS];
  const outcomes: Outcome[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const outcome = await run(...next);
      console.log(`${outcome.code === 0 ? 'ok  ' : 'FAIL'} ${outcome.name} (${outcome.seconds.toFixed(1)} s)`);
      if (outcome.code !== 0) console.log(outcome.output.trimEnd());
      outcomes.push(outcome);
    }
  };
  await Promise.all([worker(), worker()]);
  return outcomes.every(({ code }) => code === 0);
}

/** One box per module, an arrow where one imports another. */
async function drawMap(): Promise<void> {
  const collapse = '^(core/[^/]+|renderer|server|electron)/';
  const { code, output } = await run('map', [
    cruiser,
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'mermaid',
    '--collapse',
    collapse,
    '--include-only',
    '^(core|server|electron|renderer)/',
    '--exclude',
    '\\.test\\.',
    'core',
    'server',
    'electron',
    'renderer',
  ]);
  if (code !== 0) throw new Error(output);
  writeFileSync(
    join(ROOT, 'docs/map.md'),
    `# Who imports whom\n\nDrawn by \`npm run check -- --map\`.\n\n\`\`\`mermaid\n${output.trim()}\n\`\`\`\n`,
  );
  console.log('docs/map.md is drawn');
}

if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes('--map')) await drawMap();
  else if (!(await check())) process.exit(1);
}
