/** Browsers: the one a person uses, and the Chromium that the end-to-end tests drive. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tool } from './check.ts';

/** Opens the system's browser, if there is one; silence where there is none. */
export function openBrowser(url: string): void {
  const [command, parameters] = opener(url);
  const child = spawn(command, parameters, { stdio: 'ignore', detached: true });
  child.on('error', () => {
    // No browser to be had: the URL is printed anyway.
  });
  child.unref();
}

function opener(url: string): [string, string[]] {
  if (process.platform === 'win32') return ['cmd', ['/c', 'start', '', url]];
  return [process.platform === 'darwin' ? 'open' : 'xdg-open', [url]];
}

const NAMES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge', 'msedge'];
const PLACES: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: ['ProgramFiles', 'ProgramFiles(x86)', 'LocalAppData'].flatMap((variable) => {
    const base = process.env[variable];
    return base === undefined
      ? []
      : [join(base, 'Google/Chrome/Application/chrome.exe'), join(base, 'Microsoft/Edge/Application/msedge.exe')];
  }),
};

/** The program of a Chrome, Chromium or Edge on this machine: `CHROME_PATH`, the path, the usual places, Playwright's own. */
export async function findChromium(): Promise<string | undefined> {
  const named = process.env['CHROME_PATH'];
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const { chromium } = await import('playwright-core');
  const candidates = [
    ...(named === undefined ? [] : [named]),
    ...onPath,
    ...(PLACES[process.platform] ?? []),
    chromium.executablePath(),
  ];
  return candidates.find((candidate) => candidate !== '' && existsSync(candidate));
}

/** Installs a Chromium: Debian's package where we are root, Playwright's download elsewhere. Answers its program, or undefined. */
export async function installChromium(): Promise<string | undefined> {
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'] };
  const isRoot = process.getuid?.() === 0;
  if (isRoot && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0) {
    console.error('No Chrome here: installing Debian’s chromium ...');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-qq'], { ...quiet, env, timeout: 180_000 });
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      ...quiet,
      env,
      timeout: 420_000,
    });
  } else {
    console.error('No Chrome here: downloading Playwright’s Chromium ...');
    spawnSync(process.execPath, [tool('playwright-core', 'cli.js'), 'install', 'chromium'], {
      ...quiet,
      timeout: 420_000,
    });
  }
  return findChromium();
}
