/** `npm run build`: the page, with its first load weighed. Also builds on demand for the commands that serve it. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PAGES, ROOT } from './arguments.ts';

/** The most script, gzipped, that the sell screen may load at first. */
const FIRST_LOAD_LIMIT = 250 * 1024;

export async function build(): Promise<void> {
  const { build: viteBuild } = await import('vite');
  await viteBuild({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn' });
}

/** Programs that run in a thread or a process of their own; they lie beside the main one, under their own names. */
const PROGRAMS = [
  'electron/main.ts',
  'core/engine/backupProgram.ts',
  'core/forecast/worker.ts',
  'core/metrics/exportProgram.ts',
  'core/metrics/reportProgram.ts',
  'core/sync/centreWorker.ts',
  'core/sync/companyProgram.ts',
  'core/sync/snapshotProgram.ts',
];

/** Bundles the window's process, its preload script and the programs it starts into dist/electron. */
export async function buildWindow(): Promise<void> {
  const { build: viteBuild } = await import('vite');
  const outDir = join(ROOT, 'dist/electron');
  const common = { configFile: false, root: ROOT, logLevel: 'warn', publicDir: false } as const;
  // Two levels below the root, as core/engine is: the migrations are found by the same path.
  await viteBuild({
    ...common,
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(PROGRAMS.map((file) => [basename(file, '.ts'), join(ROOT, file)])),
        external: ['electron'],
        output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  // A sandboxed preload script must be one CommonJS file.
  await viteBuild({
    ...common,
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      rolldownOptions: {
        input: { preload: join(ROOT, 'electron/preload.ts') },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  });
}

/** Builds the page if it is missing or older than its sources. */
export async function ensureBuilt(): Promise<void> {
  const built = join(PAGES, 'index.html');
  const isFresh = existsSync(built) && newestSource() <= statSync(built).mtimeMs;
  if (isFresh) return;
  console.error('Building the page ...');
  await build();
}

/** When the newest file that the page is made of was written: its own, and what it imports from the core. */
function newestSource(): number {
  const all = (folder: string): string[] =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
    );
  const core = all('core').filter((file) => /[\\/]contract\.ts$|[\\/]core[\\/]shared[\\/]/.test(file));
  const files = [...all('renderer'), ...core, join(ROOT, 'vite.config.ts'), join(ROOT, 'package-lock.json')];
  return Math.max(...files.filter((file) => !/\.test\.tsx?$/.test(file)).map((file) => statSync(file).mtimeMs));
}

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
}

/** Gzipped bytes of script that the browser loads before the sell screen works: the entry, the sell chunk and what they import. */
export function firstLoadBytes(): number {
  const manifest = JSON.parse(readFileSync(join(PAGES, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>;
  const wanted = new Set<string>();
  const visit = (key: string): void => {
    const chunk = manifest[key];
    if (!chunk || wanted.has(chunk.file)) return;
    wanted.add(chunk.file);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  for (const [key, chunk] of Object.entries(manifest))
    if (chunk.isEntry === true || key.includes('features/sell/')) visit(key);
  return [...wanted]
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(PAGES, file))).length, 0);
}

/** Says what the first load weighs. Answers whether it stays within the limit. */
export function checkFirstLoad(): boolean {
  const bytes = firstLoadBytes();
  console.log(
    `first load of the sell screen: ${(bytes / 1024).toFixed(1)} KB of script, gzipped (limit ${String(FIRST_LOAD_LIMIT / 1024)})`,
  );
  return bytes <= FIRST_LOAD_LIMIT;
}

if (process.argv[1] === import.meta.filename) {
  await build().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
  if (!checkFirstLoad()) process.exit(1);
}
