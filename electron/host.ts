/** The window host from start to end: one instance, one shop, one window. */
import { join } from 'node:path';
import type { BrowserWindow } from 'electron';
import type { Child, Launch } from '#core/engine/workers.ts';
import { openingFailure, openShop, type Shop } from '#core/shop.ts';
import { LAN_PORT, startLan } from '#server/lan.ts';
import { type Branch, chosenBranch, keepAsking, pinAuthority } from './branch.ts';
import { type ElectronParts, PAGE_ORIGIN, PAGE_URL } from './electron.ts';
import { bindIpc } from './ipc.ts';
import { declareScheme, servePages } from './pages.ts';
import { closeOff, openWindow, stateFileOf } from './windows.ts';

export interface WindowHostOptions {
  /** The folder of the shop; `--data=DIR`, or below the user's application data. */
  data: string | undefined;
  /** `--branch=LINK`: a till of another machine; empty: no more. Undefined: as at the last start. */
  branch?: string | undefined;
  pages: string;
  preload: string;
  version: string;
}

/** Runs the host. Resolves when the window is open, or when another instance has it already. */
export async function runWindowHost(electron: ElectronParts, options: WindowHostOptions): Promise<void> {
  const { app, dialog } = electron;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  declareScheme(electron);
  await app.whenReady();
  const userData = app.getPath('userData');
  const branch = chosenBranch(options.branch, userData);
  if (branch) {
    showBranch(electron, branch, stateFileOf(userData));
    return;
  }
  closeOff(electron, PAGE_ORIGIN);
  const data = options.data ?? join(userData, 'shop');
  let shop: Shop;
  try {
    shop = await openShop({ data, version: options.version, launch: utilityLaunch(electron) });
  } catch (error) {
    const message = openingFailure(error) ?? (error instanceof Error ? error.message : String(error));
    dialog.showErrorBox('Rep-Drill', message);
    app.exit(1);
    return;
  }
  servePages(electron, options.pages);
  const { pages, version } = options;
  const lan = await startLan({ app: shop.app, data, port: LAN_PORT, pages, version });
  const unbind = bindIpc(electron, shop.app);
  const stateFile = stateFileOf(userData);
  const window = openWindow(electron, { url: PAGE_URL, preload: options.preload, stateFile });
  app.on('second-instance', () => bringToFront(window));
  app.on('window-all-closed', () => app.quit());
  closeBeforeQuit(electron, async () => {
    unbind();
    await lan.stop();
    await shop.close();
  });
}

/** The window of a further till: the page of the branch's machine, with no bridge into this process. */
function showBranch(electron: ElectronParts, branch: Branch & { startUrl: string }, stateFile: string): void {
  closeOff(electron, branch.origin);
  pinAuthority(electron, branch);
  const window = openWindow(electron, { url: branch.startUrl, stateFile });
  keepAsking(window, branch);
  electron.app.on('second-instance', () => bringToFront(window));
  electron.app.on('window-all-closed', () => electron.app.quit());
}

function bringToFront(window: BrowserWindow): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.focus();
}

/** The database is closed before the process ends: the quit waits for it, once. */
function closeBeforeQuit({ app }: ElectronParts, close: () => Promise<void>): void {
  let state: 'OPEN' | 'CLOSING' | 'CLOSED' = 'OPEN';
  app.on('will-quit', (event) => {
    if (state === 'CLOSED') return;
    event.preventDefault();
    if (state === 'CLOSING') return;
    state = 'CLOSING';
    void close().finally(() => {
      state = 'CLOSED';
      app.quit();
    });
  });
}

/** Child processes as Electron starts them: `fork` would need the runAsNode fuse, which is off. */
export function utilityLaunch({ utilityProcess }: ElectronParts): Launch {
  return (entry): Child => {
    const child = utilityProcess.fork(entry, [], { serviceName: 'Rep-Drill', stdio: 'ignore' });
    return {
      send: (message) => child.postMessage(message),
      onMessage: (listener) => void child.on('message', listener),
      onEnd: (listener) => void child.on('exit', (code) => listener(`exit ${String(code)}`)),
      kill: () => void child.kill(),
    };
  };
}
