/**
 * From process start to a usable sign-in with the demonstration shop: `npm run serve` on a copy of it, the page opened in a Chromium
 * that is already running, until somebody can type. Without a browser only the server's part is measured.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { PAGES, ROOT } from '../../scripts/arguments.ts';
import { findChromium } from '../../scripts/browser.ts';
import { ensureBuilt } from '../../scripts/build.ts';
import { ensureDemo } from '../../scripts/host.ts';

export interface StartFigures {
  /** Process start to the line that says it is ready, median. */
  serverReadyMs: number;
  /** Process start to a sign-in page that takes keys, median; null without a browser. */
  signInMs: number | null;
  worstMs: number;
  runs: number;
}

const RUNS = Number(process.env['RD_BENCH_ROUNDS'] ?? '7');

export async function run(): Promise<StartFigures> {
  await ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), 'rd-start-'));
  const [data, pages] = [join(folder, 'data'), join(folder, 'pages')];
  // A page of its own, so that the server does not look whether the sources changed.
  cpSync(PAGES, pages, { recursive: true });
  const kept = join(ROOT, 'data/demo');
  if (existsSync(join(kept, 'shop.db'))) cpSync(kept, data, { recursive: true });
  else await ensureDemo({ data, fresh: false, seed: 1 });
  const executablePath = await findChromium();
  const browser =
    executablePath === undefined ? undefined : await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const times: { readyMs: number; signInMs: number | null }[] = [];
    for (let index = 0; index <= RUNS; index += 1) times.push(await start(data, pages, browser));
    // The first fills the caches of the system and of Node.
    const counted = times.slice(1);
    const signIns = counted.flatMap(({ signInMs }) => (signInMs === null ? [] : [signInMs]));
    const readies = counted.map(({ readyMs }) => readyMs);
    const last = signIns.length > 0 ? signIns : readies;
    return {
      serverReadyMs: median(readies),
      signInMs: signIns.length > 0 ? median(signIns) : null,
      worstMs: Math.max(...last),
      runs: RUNS,
    };
  } finally {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function start(data: string, pages: string, browser: Awaited<ReturnType<typeof chromium.launch>> | undefined) {
  const page = await browser?.newPage({ viewport: { width: 1366, height: 768 } });
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    [join(ROOT, 'scripts/serve.ts'), '--data', data, '--port', '0', '--pages', pages],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const ready = /"url":"([^"]+)"/.exec(output)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    child.on('exit', (code) => reject(new Error(`the server ended with ${String(code)}`)));
  });
  const readyMs = Math.round(performance.now() - startedMs);
  let signInMs: number | null = null;
  if (page) {
    await page.goto(url, { waitUntil: 'commit' });
    await page.waitForSelector('main h1');
    await page.waitForSelector('main input, main button');
    signInMs = Math.round(performance.now() - startedMs);
    await page.close();
  }
  const ended = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGTERM');
  await ended;
  return { readyMs, signInMs };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
