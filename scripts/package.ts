/** `npm run package`: an installer for this system in dist/packages. Where Electron's binary cannot be had it says so and stops. */
import { join } from 'node:path';
import { ROOT } from './arguments.ts';
import { build, buildWindow, checkFirstLoad } from './build.ts';
import { windowProgram } from './window.ts';

const window = windowProgram({ needsScreen: false });
if ('why' in window) {
  console.error(`No installer: ${window.why}. The server host needs no installer: npm run serve.`);
  process.exit(0);
}
await build();
if (!checkFirstLoad()) process.exit(1);
await buildWindow();
const { build: pack } = await import('electron-builder');
const files = await pack({ projectDir: ROOT, config: join(ROOT, 'electron-builder.yml'), publish: 'never' });
for (const file of files) console.log(file);
