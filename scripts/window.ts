/** Where Electron's program is, or why there is none here. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tool } from './check.ts';

/** Electron's program, fetched once where it is not here yet. To be run it needs a screen and a user who is not root. */
export function windowProgram({ needsScreen }: { needsScreen: boolean }): { program: string } | { why: string } {
  if (needsScreen && process.platform === 'linux') {
    if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return { why: 'no screen' };
    if (process.getuid?.() === 0) return { why: 'Chromium’s sandbox does not run as root' };
  }
  const pathFile = tool('electron', 'path.txt');
  if (!existsSync(pathFile)) {
    console.error('Fetching Electron ...');
    spawnSync(process.execPath, [tool('electron', 'install.js')], { stdio: 'ignore', timeout: 180_000 });
  }
  const program = existsSync(pathFile) ? tool('electron', join('dist', readFileSync(pathFile, 'utf8'))) : '';
  return existsSync(program) ? { program } : { why: 'the Electron binary could not be fetched' };
}
