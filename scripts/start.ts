/**
 * `npm start`: the shop in its own window where Electron can be had; otherwise one line says why not, and the same application is served
 * on 127.0.0.1 and opened in the browser. `--branch=LINK` makes it a till of another machine instead, by its pairing link.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, serveOptions } from './arguments.ts';
import { openBrowser } from './browser.ts';
import { buildWindow, ensureBuilt } from './build.ts';
import { ensureDemo, serve } from './host.ts';
import { windowProgram } from './window.ts';

const options = serveOptions({ data: join(ROOT, 'data/shop'), port: 4780 });
const window = windowProgram({ needsScreen: true });
if ('program' in window) {
  await ensureBuilt();
  await buildWindow();
  if (options.demo) await ensureDemo(options);
  const branch = options.branch === undefined ? [] : [`--branch=${options.branch}`];
  const child = spawn(window.program, [ROOT, `--data=${options.data}`, ...branch], { stdio: 'inherit' });
  child.on('exit', (code) => process.exit(code ?? 1));
} else if (options.branch !== undefined && options.branch !== '') {
  console.error(`No window here (${window.why}): opening the other machine in the browser.`);
  openBrowser(options.branch);
} else {
  console.error(`No window here (${window.why}): serving the same application to the browser.`);
  const url = await serve(options);
  console.error(`Rep-Drill: ${url}  (Ctrl+C stops it)`);
  if (options.open) openBrowser(url);
}
