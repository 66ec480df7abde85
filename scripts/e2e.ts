/**
 * `npm run e2e`: builds the page and drives it in a Chromium against a real server (tests/e2e). Without any browser to be had it says so
 * and passes: the rest of the tests do not depend on it. Further parameters go to vitest.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './arguments.ts';
import { findChromium, installChromium } from './browser.ts';
import { ensureBuilt } from './build.ts';
import { tool } from './check.ts';

/** Runs the browser tests. Answers whether they passed or could not be run at all. */
export async function e2e(parameters: readonly string[] = []): Promise<boolean> {
  const browser = (await findChromium()) ?? (await installChromium());
  if (browser === undefined || !existsSync(join(ROOT, 'tests/e2e'))) {
    console.error(
      '\n##### BROWSER TESTS SKIPPED: no Chrome or Chromium here, and none could be installed. Set CHROME_PATH. #####\n',
    );
    return true;
  }
  await ensureBuilt();
  return vitest(['run', '--config', 'vitest.e2e.config.ts', ...parameters], { CHROME_PATH: browser });
}

/** Runs vitest with its output shown. Answers whether it passed. */
export function vitest(parameters: readonly string[], environment: Record<string, string> = {}): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [tool('vitest', 'vitest.mjs'), ...parameters], {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, ...environment },
    });
    child.on('close', (code) => resolve(code === 0));
  });
}

if (process.argv[1] === import.meta.filename && !(await e2e(process.argv.slice(2)))) process.exit(1);
