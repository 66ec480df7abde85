/** The window's process. Bundled into dist/electron, beside dist/renderer. */
import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, Menu, protocol, screen, session, utilityProcess } from 'electron';
import { runWindowHost } from './host.ts';

const folder = import.meta.dirname;
const given = (name: string): string | undefined =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);

// Not awaited here: Electron is ready only after this file has been run to its end.
void runWindowHost(
  { app, BrowserWindow, dialog, ipcMain, Menu, protocol, screen, session, utilityProcess },
  {
    data: given('data'),
    branch: given('branch'),
    pages: join(folder, '../renderer'),
    preload: join(folder, 'preload.cjs'),
    version: app.getVersion(),
  },
).catch((error: unknown) => {
  dialog.showErrorBox('Rep-Drill', error instanceof Error ? error.message : String(error));
  app.exit(1);
});
