/** The parts of Electron that the window host uses, as one value: main.ts hands in the real ones, tests a double. */
import type * as Electron from 'electron';

export type ElectronParts = Pick<
  typeof Electron,
  'app' | 'BrowserWindow' | 'dialog' | 'ipcMain' | 'Menu' | 'protocol' | 'screen' | 'session' | 'utilityProcess'
>;

/** Where the page lives: a scheme of our own, so that it has an origin and no file of the disk is within its reach. */
export const SCHEME = 'app';
export const PAGE_ORIGIN = 'app://repdrill';
export const PAGE_URL = `${PAGE_ORIGIN}/index.html`;

export const CHANNEL = {
  call: 'repdrill:call',
  change: 'repdrill:change',
  printers: 'repdrill:printers',
  savePdf: 'repdrill:savePdf',
} as const;
