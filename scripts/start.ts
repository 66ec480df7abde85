/**
 * `npm start`: the shop in its own window where Electron can be had; otherwise one line says why not, and the same application is served
 * on 127.0.0.1 and opened in the browser.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, serveOptions } from './arguments.ts';
import { openBrowser } from './browser.ts';
import { buildWindow, ensureBuilt } from './build.ts';
import { tool } from './check.ts';
import { serve } from './host.ts';

const options = serveOptions({ data: join(ROOT, 'data/shop'), port: 4780 });
const window = windowProgram();
if ('program' in window) {
  await ensureBuilt();
  await buildWindow();
  const child = spawn(window.program, [ROOT, `--data=${options.data}`, ...(options.demo ? ['--demo'] : [])], {
    stdio: 'inherit',
  });
  child.on('exit', (code) => process.exit(code ?? 1));
} else {
  console.error(`No window here (${window.why}): serving the same application to the browser.`);
  const url = await serve(options);
  console.error(`Rep-Drill: ${url}  (Ctrl+C stops it)`);
  if (options.open) openBrowser(url);
}

/** Electron's program, fetched once where it is not here yet; or why there is none. */
function windowProgram(): { program: string } | { why: string } {
  const hasScreen = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
  if (!hasScreen) return { why: 'no screen' };
  if (process.getuid?.() === 0 && process.platform === 'linux')
    return { why: 'Chromium’s sandbox does not run as root' };
  const pathFile = tool('electron', 'path.txt');
  if (!existsSync(pathFile)) {
    console.error('Fetching Electron ...');
    spawnSync(process.execPath, [tool('electron', 'install.js')], { stdio: 'ignore', timeout: 180_000 });
  }
  const program = existsSync(pathFile) ? tool('electron', join('dist', readFileSync(pathFile, 'utf8'))) : '';
  return existsSync(program) ? { program } : { why: 'the Electron binary could not be fetched' };
}
